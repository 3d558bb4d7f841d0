"""A filter for the sandbox: system calls that no reader of images needs, and attacks on kernels begin with.

Written as the kernel's classic BPF. On machines of other kinds than those below there is no filter.
"""

import platform
import struct
from dataclasses import dataclass

_INSTRUCTION = struct.Struct("<HBBI")
_LOAD, _IF_EQUAL, _IF_ABOVE, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NOT_PERMITTED, _NOT_KNOWN = 1, 38
_NEW_USER_NAMESPACE = 0x10000000
_X32 = 0x40000000
# By name, the numbers on x86_64 and on aarch64.
DENIED = {
    "socket": (41, 198), "ptrace": (101, 117), "personality": (135, 92), "pivot_root": (155, 41),
    "chroot": (161, 51), "acct": (163, 89), "mount": (165, 40), "umount2": (166, 39), "swapon": (167, 224),
    "swapoff": (168, 225), "reboot": (169, 142), "init_module": (175, 105), "delete_module": (176, 106),
    "quotactl": (179, 60), "kexec_load": (246, 104), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "unshare": (272, 97), "perf_event_open": (298, 241),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "setns": (308, 268),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "finit_module": (313, 273), "kexec_file_load": (320, 294), "bpf": (321, 280), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
}  # fmt: skip


@dataclass(frozen=True)
class _Machine:
    """``mark`` is the kernel's AUDIT_ARCH; ``column`` that of DENIED."""

    mark: int
    column: int
    clone: int
    clone3: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, 56, 435),
    "aarch64": _Machine(0xC00000B7, 1, 220, 435),
}


def filter_program() -> bytes:
    """What bubblewrap gives to the kernel; empty where we have no filter for this machine."""
    machine = _MACHINES.get(platform.machine())
    return b"" if machine is None else b"".join(_program(machine))


def denied_numbers() -> dict[str, int]:
    """The calls that fail in the sandbox on this machine, by name."""
    machine = _MACHINES.get(platform.machine())
    return {} if machine is None else {name: numbers[machine.column] for name, numbers in DENIED.items()}


def _program(machine: _Machine) -> list[bytes]:
    """Glibc turns to clone, whose flags can be read, where clone3 is not known."""
    numbers = denied_numbers().values()
    program = [
        *_load(_MACHINE_AT), *_unless_equal(machine.mark, _KILL),
        *_load(_NUMBER_AT), _INSTRUCTION.pack(_IF_ABOVE, 0, 1, _X32), *_answer(_KILL),
        *_when_equal(machine.clone3, _FAIL | _NOT_KNOWN),
    ]  # fmt: skip
    for number in numbers:
        program += _when_equal(number, _FAIL | _NOT_PERMITTED)
    program += [
        _INSTRUCTION.pack(_IF_EQUAL, 0, 3, machine.clone), *_load(_FIRST_ARGUMENT_AT),
        _INSTRUCTION.pack(_IF_BITS, 0, 1, _NEW_USER_NAMESPACE), *_answer(_FAIL | _NOT_PERMITTED),
        *_answer(_ALLOW),
    ]  # fmt: skip
    return program


def _load(offset: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_LOAD, 0, 0, offset)]


def _answer(value: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_RETURN, 0, 0, value)]


def _when_equal(value: int, answer: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_IF_EQUAL, 0, 1, value), *_answer(answer)]


def _unless_equal(value: int, answer: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_IF_EQUAL, 1, 0, value), *_answer(answer)]
