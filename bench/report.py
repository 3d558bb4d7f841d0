"""Writes bench/RESULTS.md: one section per benchmark, each with its date and the load it ran under."""

import json
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.result import Result

MARK = "<!-- {name} {values} -->"
FOUND = re.compile(r"<!-- (\w+) (\{.*\}) -->")
HEAD = """\
# Results of `make bench`

Each benchmark runs on servers of its own (MariaDB with a durable log, RabbitMQ quorum queues with
publisher confirms and schedulers that do not spin, Redis), in one process of each kind, on the machine
described in its section. CPU is user plus system time of the processes concerned, from `/proc`. Ratios are
of figures of the same run. Other work on the machine lengthens wall time much and CPU time too: look at
the load average of the section.
"""


class Results:
    """The report file; what is not measured now keeps its section."""

    def __init__(self, path: Path) -> None:
        self._path = path
        text = path.read_text() if path.exists() else ""
        self._sections = {name: json.loads(values) for name, values in FOUND.findall(text)}

    def put(self, name: str, result: Result, load_before: str, *, small: bool) -> None:
        self._sections[name] = {
            "result": result.as_dict(),
            "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "machine": machine(),
            "load": f"{load_before} before, {load()} after",
            "small": small,
        }

    def write(self) -> None:
        parts = [HEAD]
        for name, section in self._sections.items():
            result = Result.from_dict(section["result"])
            small = " **Small sizes: only shows that it runs.**" if section["small"] else ""
            facts = f"{section['when']}; {section['machine']}; load average {section['load']}.{small}"
            parts += [f"## {result.title}\n", facts + "\n", _body(result)]
            parts.append(MARK.format(name=name, values=json.dumps(section)) + "\n")
        self._path.write_text("\n".join(parts))


def machine() -> str:
    """Processor, cores, memory, kernel and the versions that matter."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpuinfo)
    memory_kib = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1])
    return (
        f"{model[1].strip() if model else platform.machine()}, {os.cpu_count()} cores, "
        f"{memory_kib / 2**20:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}, "
        f"{_version('mariadbd', '--version')}"
    )


def load() -> str:
    """The load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def as_text(result: Result) -> str:
    """For the terminal."""
    return f"{result.title}\n{_body(result)}"


def _body(result: Result) -> str:
    lines = ["| figure | value | goal | stretch | |", "|---|---:|---:|---:|---|"]
    for figure in result.figures:
        goal, stretch = (_number(each) if each is not None else "" for each in (figure.goal, figure.stretch))
        lines.append(
            f"| {figure.name} | {_number(figure.value)} {figure.unit} "
            f"| {goal} | {stretch} | {figure.verdict} |"
        )
    lines.append("")
    for title, header, rows in result.tables:
        lines += [f"{title}:\n", f"| {' | '.join(header)} |", "|---|" + "---:|" * (len(header) - 1)]
        lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows] + [""]
    lines += [f"- {note}" for note in result.notes]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"  # noqa: PLR2004


def _version(program: str, option: str) -> str:
    try:
        said = subprocess.run(
            [f"/usr/sbin/{program}", option], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return program
    found = re.search(r"\d+\.\d+\.\d+", said)
    return f"MariaDB {found[0]}" if found else program
