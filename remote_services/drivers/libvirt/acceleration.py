"""Whether machines may use KVM: only where a small guest was really booted with it, and fast."""

import json
import logging
import os
import platform
import subprocess
import threading
from pathlib import Path

import libvirt

from remote_services.runtime.settings import settings

logger = logging.getLogger(__name__)

PROBE_SECONDS = 10.0
_GUEST_IS_WELL = 0x10
_EXIT_STATUS = (_GUEST_IS_WELL << 1) | 1
_LOOPS = 1 << 27
_SECTOR_BYTES = 512
_lock = threading.Lock()


def domain_type_for(connection: libvirt.virConnect) -> str:
    """``test``, ``kvm`` or ``qemu`` (emulated). ATRIUM_DEFAULT_DOMAIN_TYPE overrules the probe."""
    if connection.getType() == "TEST":
        return "test"
    environment = settings()
    if environment.default_domain_type:
        return environment.default_domain_type
    # Another machine's KVM cannot be tried from here.
    is_local = "///" in connection.getURI()
    return "kvm" if is_local and kvm_usable(environment.state_dir) else "qemu"


def kvm_usable(state_dir: Path, timeout_seconds: float = PROBE_SECONDS) -> bool:
    """Whether a guest boots with KVM at the speed of hardware. Tried once per boot of the host."""
    record = state_dir / "kvm-probe.json"
    host = f"{platform.release()} {_boot_id()}"
    with _lock:
        known = _read(record)
        if known.get("host") == host:
            return known["usable"]
        usable = os.path.exists("/dev/kvm") and _boots(state_dir, timeout_seconds)
        logger.info("KVM is %s here", "usable" if usable else "not usable, machines are emulated")
        state_dir.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"host": host, "usable": usable}))
        return usable


def boot_sector() -> bytes:
    """A guest that counts down for a while and then ends QEMU through its debug port.

    Emulated instruction by instruction, as KVM without hardware does it, the count takes minutes.
    """
    code = bytes.fromhex("66b9") + _LOOPS.to_bytes(4, "little")  # mov ecx, loops
    code += bytes.fromhex("6649")  # dec ecx
    code += bytes.fromhex("75fc")  # jnz to the dec
    code += bytes.fromhex("ba0105")  # mov dx, 0x501
    code += bytes([0xB0, _GUEST_IS_WELL])  # mov al, well
    code += bytes.fromhex("eef4ebfd")  # out dx, al; hlt; jmp to the hlt
    return code.ljust(_SECTOR_BYTES - 2, b"\0") + b"\x55\xaa"


def _boots(state_dir: Path, timeout_seconds: float) -> bool:
    state_dir.mkdir(parents=True, exist_ok=True)
    disk = state_dir / f"kvm-probe-{os.getpid()}.img"
    disk.write_bytes(boot_sector())
    command = ["qemu-system-x86_64", "-accel", "kvm", "-machine", "pc", "-cpu", "host", "-m", "16"]
    command += ["-nodefaults", "-display", "none", "-device", "isa-debug-exit,iobase=0x501,iosize=2"]
    command += ["-drive", f"file={disk},format=raw,if=ide"]
    try:
        ended = subprocess.run(
            command, timeout=timeout_seconds, stdin=subprocess.DEVNULL, capture_output=True
        )
        return ended.returncode == _EXIT_STATUS
    except (OSError, subprocess.TimeoutExpired):
        return False
    finally:
        disk.unlink(missing_ok=True)


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _read(record: Path) -> dict:
    try:
        return json.loads(record.read_text())
    except (OSError, ValueError):
        return {}
