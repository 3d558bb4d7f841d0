"""Block jobs that pull a disk's backing chain into it (virDomainBlockPull), read from the live definition."""

from contextlib import suppress
from xml.etree import ElementTree

import libvirt

from contracts.vocabulary import PowerState
from remote_services.drivers.base import StreamState
from remote_services.drivers.libvirt.errors import is_connection_error, translated, translation_of
from remote_services.drivers.libvirt.states import POWER_STATES
from remote_services.runtime.errors import HypervisorRefused

_RUNS = (PowerState.ON, PowerState.PAUSED)


def state_of(domain: libvirt.virDomain, path: str) -> StreamState:
    """Raises HypervisorRefused when the machine has no disk at ``path``."""
    with translated():
        if not _runs(domain):
            return StreamState(powered=False)
        disk = _disk(domain, path)
        try:
            job = domain.blockJobInfo(path)
        except libvirt.libvirtError:
            # It may have been switched off since.
            if _runs(domain):
                raise
            return StreamState(powered=False)
    if job:
        return StreamState(powered=True, running=True, percent=_percent(job))
    return StreamState(powered=True, standalone=_stands_alone(disk))


def begin(domain: libvirt.virDomain, path: str, bandwidth_mib_per_second: int) -> None:
    try:
        domain.blockPull(path, bandwidth_mib_per_second, 0)
    except libvirt.libvirtError as error:
        if is_connection_error(error):
            raise translation_of(error) from error
        found = state_of(domain, path)
        if not (found.running or found.standalone):
            raise translation_of(error) from error


def abort(domain: libvirt.virDomain, path: str) -> None:
    with translated():
        if not _runs(domain) or not domain.blockJobInfo(path):
            return
        # Between the question and the order it may have ended by itself.
        with suppress(libvirt.libvirtError):
            domain.blockJobAbort(path)


def _runs(domain: libvirt.virDomain) -> bool:
    return POWER_STATES.get(domain.state()[0]) in _RUNS


def _disk(domain: libvirt.virDomain, path: str) -> ElementTree.Element:
    for disk in ElementTree.fromstring(domain.XMLDesc()).iterfind("devices/disk"):
        source = disk.find("source")
        if source is not None and source.get("file") == path:
            return disk
    raise HypervisorRefused(f"The machine has no disk {path}.")


def _stands_alone(disk: ElementTree.Element) -> bool:
    return disk.find("backingStore/source") is None


def _percent(job: dict[str, int]) -> int:
    """Of the bytes; 0 before QEMU knows the end."""
    return min(100, job["cur"] * 100 // job["end"]) if job.get("end") else 0
