"""Whether this machine can run private hypervisor hosts, told in one sentence when it can't."""

import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = ("libvirtd", "qemu-system-x86_64", "qemu-img", "dnsmasq", "tini", "ip", "nsenter", "unshare")


def why_no_hypervisor() -> str:
    """Empty when a private libvirtd can run here, else the reason."""
    if os.geteuid() != 0:
        return "A real hypervisor needs root, for its network namespace."
    search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [program for program in PROGRAMS if shutil.which(program, path=search) is None]
    if missing:
        return f"A real hypervisor needs programs that are not installed: {', '.join(missing)}."
    if not Path("/dev/net/tun").exists():
        return "A real hypervisor needs /dev/net/tun, which this machine does not have."
    command = ["unshare", "--net", "--mount", "ip", "link", "add", "probe0", "type", "bridge"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return (
            f"A real hypervisor needs network namespaces with bridges, which this machine refuses ({said})."
        )
    return ""
