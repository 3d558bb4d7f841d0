"""KVM is used only where a guest was really booted with it."""

import json
import shutil
import subprocess

import pytest

from remote_services.drivers.libvirt.acceleration import boot_sector, kvm_usable

EXIT_OF_A_WELL_GUEST = 33


@pytest.mark.hypervisor
@pytest.mark.skipif(not shutil.which("qemu-system-x86_64"), reason="needs QEMU")
def test_the_probes_guest_ends_qemu_when_it_runs(tmp_path):
    disk = tmp_path / "guest.img"
    disk.write_bytes(boot_sector())
    command = ["qemu-system-x86_64", "-accel", "tcg", "-m", "16", "-nodefaults", "-display", "none"]
    command += ["-device", "isa-debug-exit,iobase=0x501,iosize=2", "-drive", f"file={disk},format=raw,if=ide"]
    assert subprocess.run(command, timeout=60, check=False).returncode == EXIT_OF_A_WELL_GUEST


def test_the_probe_is_done_once_and_remembered(tmp_path):
    usable = kvm_usable(tmp_path)
    record = json.loads((tmp_path / "kvm-probe.json").read_text())
    assert record["usable"] is usable
    (tmp_path / "kvm-probe.json").write_text(json.dumps({**record, "usable": not usable}))
    assert kvm_usable(tmp_path) is not usable


def test_a_probe_of_before_the_hosts_last_boot_does_not_count(tmp_path):
    usable = kvm_usable(tmp_path)
    (tmp_path / "kvm-probe.json").write_text(json.dumps({"host": "another boot", "usable": not usable}))
    assert kvm_usable(tmp_path) is usable
