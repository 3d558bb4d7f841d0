"""Command line of the embedded profile: python -m deploy.embedded run | reset."""

import shutil
import sys

from deploy.embedded import clearing, guest_image, prerequisites
from deploy.embedded.options import Options, WrongOption
from deploy.embedded.preparation import PreparationFailed
from deploy.embedded.private_libvirtd import LibvirtdDidNotStart
from deploy.embedded.running import AlreadyRunning, NotHealthy, held, run
from deploy.embedded.supervisor import ChildDidNotStart

FAILURES = (
    AlreadyRunning, ChildDidNotStart, LibvirtdDidNotStart, NotHealthy, PreparationFailed, WrongOption,
    guest_image.GuestImageImpossible,
)  # fmt: skip


def main(arguments: list[str]) -> int:
    verbs = {"run": _run, "reset": _reset}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print("usage: python -m deploy.embedded run|reset", file=sys.stderr)
        return 2
    try:
        return verbs[arguments[0]](Options.from_environment())
    except FAILURES as failure:
        print(failure, file=sys.stderr)
        return 1


def _run(options: Options) -> int:
    reason = "" if options.simulated else prerequisites.why_no_hypervisor()
    if reason:
        print(f"{reason} To see Atrium without one: make run HYPERVISOR=simulated", file=sys.stderr)
        return 1
    options.refuse_taken_port()
    run(options)
    return 0


def _reset(options: Options) -> int:
    if not options.data_dir.exists():
        return 0
    if not (options.data_dir / "secrets.json").exists():
        print(f"{options.data_dir} holds no data of Atrium; nothing was removed.", file=sys.stderr)
        return 1
    with held(options.data_dir):
        clearing.clear(options.data_dir)
        shutil.rmtree(options.data_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
