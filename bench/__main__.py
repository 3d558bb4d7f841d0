"""Runs benchmarks, each in a process and on servers of its own, and writes bench/RESULTS.md.

python -m bench [--small] [--output FILE] [name ...]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from bench import report
from bench.result import Result
from bench.sizes import FULL, SMALL

BENCHMARKS = {
    "deploy": "bench.deployments:measure_hundred",
    "idle": "bench.deployments:measure_idle",
    "list": "bench.machine_list:measure",
    "login": "bench.sign_in:measure",
    "permissions": "bench.permissions:measure",
    "admission": "bench.admission:measure",
    "live": "bench.live_update:measure",
    "firstuse": "bench.first_use:measure",
    "images": "bench.images:measure",
    "uploads": "bench.uploads:measure",
    "conversion": "bench.conversion:measure",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHMARKS, []], metavar="name", help=", ".join(BENCHMARKS)
    )
    parser.add_argument(
        "--small", "--quick", action="store_true", help="see quickly that it runs; the figures mean little"
    )
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return _measure(options.names[0], Path(options.child), small=options.small)
    results = report.Results(options.output)
    failures = 0
    for name in options.names or BENCHMARKS:
        print(f"--- {name}", flush=True)
        load_before = report.load()
        result = _in_a_process(name, small=options.small)
        failures += result is None
        if result is not None:
            results.put(name, result, load_before, small=options.small)
            print(report.as_text(result), flush=True)
    results.write()
    return 1 if failures else 0


def _in_a_process(name: str, *, small: bool) -> Result | None:
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "result.json"
        command = [sys.executable, "-m", "bench", name, "--child", str(answer)]
        done = subprocess.run([*command, "--small"] if small else command, check=False)
        if done.returncode or not answer.exists():
            print(f"{name} failed", file=sys.stderr)
            return None
        return Result.from_dict(json.loads(answer.read_text()))


def _measure(name: str, answer: Path, *, small: bool) -> int:
    from bench.stack import Stack

    module, _, function = BENCHMARKS[name].partition(":")
    measure = getattr(import_module(module), function)
    stack = Stack()
    try:
        answer.write_text(json.dumps(measure(stack, SMALL if small else FULL).as_dict()))
    except BaseException:
        print(stack.last_words(), file=sys.stderr)
        raise
    finally:
        stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
