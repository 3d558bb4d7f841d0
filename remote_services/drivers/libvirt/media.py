"""What is in the CD-ROM drives of a machine, changed while it runs (virDomainUpdateDeviceFlags): in the live
definition and in the one it starts from next, each looked at for itself."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt
import libvirt_qemu

from contracts.vocabulary import DiskFormat
from remote_services.drivers.libvirt.domain_xml import medium_xml
from remote_services.drivers.libvirt.errors import translated, translation_of
from remote_services.runtime.errors import DriveLocked, HypervisorRefused, NoFreeDrive

_LIVE, _CONFIG = libvirt.VIR_DOMAIN_AFFECT_LIVE, libvirt.VIR_DOMAIN_AFFECT_CONFIG
_NOT_OPEN = "is not open"
# In QEMU's words, and in libvirt's when it waited for the guest in vain.
_LOCKED = "is locked"
_LOCKED_WORDS = (_LOCKED, "waiting to open tray")


def inserted(domain: libvirt.virDomain) -> list[str]:
    """The paths of the images in the drives now."""
    with translated():
        scope = _LIVE if domain.isActive() else _CONFIG
        return [path for path in map(_path, _drives(domain, scope)) if path]


def insert(domain: libvirt.virDomain, path: str, disk_format: DiskFormat) -> None:
    """Raises NoFreeDrive."""
    with translated():
        for scope in _scopes(domain):
            drives = list(_drives(domain, scope))
            if path in map(_path, drives):
                continue
            free = next((drive for drive in drives if not _path(drive)), None)
            if free is None:
                raise NoFreeDrive(f"The machine has {len(drives)} CD-ROM drives, and none is empty.")
            # A guest may have locked the tray of an empty drive: there is nothing to lose by opening it.
            _change(domain, free, medium_xml(_name(free), path, disk_format), scope, force=True)


def eject(domain: libvirt.virDomain, path: str, force: bool) -> None:
    """Raises DriveLocked."""
    with translated():
        for scope in _scopes(domain):
            full = next((drive for drive in _drives(domain, scope) if _path(drive) == path), None)
            if full is not None:
                _change(domain, full, medium_xml(_name(full)), scope, force=force)


def _change(domain: libvirt.virDomain, drive: Element, xml: str, scope: int, *, force: bool) -> None:
    flags = scope | (libvirt.VIR_DOMAIN_DEVICE_MODIFY_FORCE if force else 0)
    try:
        try:
            domain.updateDeviceFlags(xml, flags)
        except libvirt.libvirtError as error:
            if _NOT_OPEN not in (error.get_error_message() or ""):
                raise
            _open_tray(domain, drive, force)
            domain.updateDeviceFlags(xml, flags)
    except libvirt.libvirtError as error:
        words = error.get_error_message() or ""
        if any(word in words for word in _LOCKED_WORDS):
            raise DriveLocked(words) from error
        raise translation_of(error) from error


def _open_tray(domain: libvirt.virDomain, drive: Element, force: bool) -> None:
    """A tray that the machine's firmware has shut with a reset, which is told to nobody: libvirt believes it
    open for good, so it has to be."""
    arguments = {"id": drive.find("alias").get("name"), "force": force}
    command = {"execute": "blockdev-open-tray", "arguments": arguments}
    answer = json.loads(libvirt_qemu.qemuMonitorCommand(domain, json.dumps(command), 0))
    if "error" in answer:
        words = answer["error"].get("desc", "")
        raise (DriveLocked if _LOCKED in words else HypervisorRefused)(words)


def _scopes(domain: libvirt.virDomain) -> tuple[int, ...]:
    """The live definition first: where that can't be changed nothing is."""
    return (_LIVE, _CONFIG) if domain.isActive() else (_CONFIG,)


def _drives(domain: libvirt.virDomain, scope: int) -> Iterator[Element]:
    xml = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE if scope == _CONFIG else 0)
    return ElementTree.fromstring(xml).iterfind("devices/disk[@device='cdrom']")


def _path(drive: Element) -> str:
    source = drive.find("source")
    return "" if source is None else source.get("file", "")


def _name(drive: Element) -> str:
    return drive.find("target").get("dev")
