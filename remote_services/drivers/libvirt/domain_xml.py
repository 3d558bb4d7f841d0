"""A machine's specification as libvirt's domain XML. Knows no connection."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from contracts.virtualization import CdromSpec, DiskSpec, MachineSpec, NicSpec
from contracts.vocabulary import DiskFormat
from remote_services.drivers.libvirt import ownership
from remote_services.drivers.libvirt.disk_places import Places, ide_name

SERIAL_LENGTH = 20


def domain_xml(spec: MachineSpec, domain_type: str) -> str:
    """The definition of a machine. ``domain_type`` is libvirt's: qemu, kvm or test."""
    domain = Element("domain", type=domain_type)
    _text(domain, "name", ownership.domain_name(spec.machine_id))
    _text(domain, "uuid", spec.machine_id)
    _text(domain, "title", " ".join(spec.name.split()))
    SubElement(domain, "metadata").append(ownership.mark(spec.machine_id))
    _text(domain, "memory", spec.memory_mib, unit="MiB")
    _text(domain, "currentMemory", spec.memory_mib, unit="MiB")
    _text(domain, "vcpu", spec.vcpus)
    _firmware(domain, domain_type)
    domain.append(_cpu(domain_type))
    SubElement(domain, "clock", offset="utc")
    for event, action in (("on_poweroff", "destroy"), ("on_reboot", "restart"), ("on_crash", "destroy")):
        _text(domain, event, action)
    devices = SubElement(domain, "devices")
    places = Places(cdrom.position for cdrom in spec.cdroms)
    for disk in sorted(spec.disks, key=lambda each: each.position):
        devices.append(_disk(disk, places))
    for cdrom in spec.cdroms:
        devices.append(_cdrom(cdrom))
    devices.extend(places.controllers())
    for nic in sorted(spec.nics, key=lambda each: each.position):
        devices.append(_nic(nic))
    _consoles(devices)
    return ElementTree.tostring(domain, encoding="unicode")


def _firmware(domain: Element, domain_type: str) -> None:
    system = SubElement(domain, "os")
    kind = _text(system, "type", "hvm")
    if domain_type != "test":
        kind.set("arch", "x86_64")
        kind.set("machine", "pc")
    # A disk that nobody installed anything on is passed over.
    for device in ("hd", "cdrom"):
        SubElement(system, "boot", dev=device)
    features = SubElement(domain, "features")
    SubElement(features, "acpi")
    SubElement(features, "apic")


def _cpu(domain_type: str) -> Element:
    if domain_type == "kvm":
        return Element("cpu", mode="host-model")
    # Emulated, a richer CPU model only costs speed.
    cpu = Element("cpu", mode="custom", match="exact", check="none")
    _text(cpu, "model", "qemu64")
    return cpu


def _disk(disk: DiskSpec, places: Places) -> Element:
    element = Element("disk", type="file", device="disk")
    SubElement(element, "driver", name="qemu", type=str(disk.format), discard="unmap")
    SubElement(element, "source", file=disk.path)
    element.extend(places.take(disk.bus, disk.adapter))
    _text(element, "serial", disk.disk_id.hex[:SERIAL_LENGTH])
    return element


def medium_xml(drive: str, path: str = "", disk_format: DiskFormat = DiskFormat.RAW) -> str:
    """The CD-ROM drive of this name with the image at ``path``, or empty."""
    return ElementTree.tostring(_drive(drive, path, disk_format), encoding="unicode")


def _cdrom(cdrom: CdromSpec) -> Element:
    return _drive(ide_name(cdrom.position), cdrom.path, cdrom.format)


def _drive(name: str, path: str, disk_format: DiskFormat) -> Element:
    element = Element("disk", type="file", device="cdrom")
    SubElement(element, "driver", name="qemu", type=str(disk_format))
    if path:
        SubElement(element, "source", file=path)
    SubElement(element, "target", dev=name, bus="ide")
    SubElement(element, "readonly")
    return element


def _nic(nic: NicSpec) -> Element:
    element = Element("interface", type="bridge")
    SubElement(element, "mac", address=nic.mac)
    SubElement(element, "source", bridge=nic.bridge)
    SubElement(element, "model", type=str(nic.model))
    return element


def _consoles(devices: Element) -> None:
    serial = SubElement(devices, "serial", type="pty")
    SubElement(serial, "target", port="0")
    console = SubElement(devices, "console", type="pty")
    SubElement(console, "target", type="serial", port="0")
    agent = SubElement(devices, "channel", type="unix")
    SubElement(agent, "target", type="virtio", name="org.qemu.guest_agent.0")
    graphics = SubElement(devices, "graphics", type="vnc")
    # A unix socket in a directory of libvirt's: no port that others could reach.
    SubElement(graphics, "listen", type="socket")
    video = SubElement(devices, "video")
    SubElement(video, "model", type="vga", vram="16384")
    SubElement(devices, "memballoon", model="virtio")


def _text(parent: Element, name: str, value: object, **attributes: str) -> Element:
    element = SubElement(parent, name, attributes)
    element.text = str(value)
    return element
