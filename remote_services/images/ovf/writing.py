"""Writes an OVF 1.1 descriptor that VMware, VirtualBox and virt-v2v read. XML is built, never pasted."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from contracts.vocabulary import DiskFormat
from remote_services.images.facts import Subformat
from remote_services.images.ovf.facts import DiskController, PackageDisk, PackageFacts
from remote_services.images.ovf.tree import printable

_OVF = "http://schemas.dmtf.org/ovf/envelope/1"
_CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2"
_RASD = f"{_CIM}/CIM_ResourceAllocationSettingData"
_VSSD = f"{_CIM}/CIM_VirtualSystemSettingData"
_VMW = "http://www.vmware.com/schema/ovf"
_PREFIXES = {"ovf": _OVF, "rasd": _RASD, "vssd": _VSSD, "vmw": _VMW}
_VMDK = "http://www.vmware.com/interfaces/specifications/vmdk.html"
_FORMATS = {
    DiskFormat.QCOW2: "http://www.gnome.org/~markmc/qcow-image-format.html",
    DiskFormat.VDI: "http://www.virtualbox.org/vdi",
    DiskFormat.VPC: "http://go.microsoft.com/fwlink/?LinkId=137171",
    DiskFormat.VHDX: "http://technet.microsoft.com/en-us/library/hh831446.aspx#vhdx",
}
_CONTROLLER_KINDS = {
    DiskController.IDE: "5", DiskController.SCSI: "6", DiskController.SATA: "20", DiskController.VIRTIO: "6",
}  # fmt: skip
_DEFAULT_MODELS = {
    DiskController.SCSI: "lsilogic",
    DiskController.SATA: "AHCI",
    DiskController.VIRTIO: "virtio",
}
_PLACES = {DiskController.IDE: 2}
_MOST_PLACES = 7  # the eighth of SCSI is the controller itself
_UNKNOWN_SYSTEM = "1"
_FIRST_FREE_INSTANCE = 3

for _prefix, _namespace in _PREFIXES.items():
    register_namespace(_prefix, _namespace)


def write_envelope(facts: PackageFacts, file_sizes: Mapping[str, int]) -> bytes:
    """The descriptor of a package; ``file_sizes`` in bytes by the names of the disks' files."""
    envelope = Element(f"{{{_OVF}}}Envelope")
    _write_references(envelope, facts, file_sizes)
    _write_disks(envelope, facts)
    networks = _section(envelope, "NetworkSection", "The networks of the machine")
    for name in dict.fromkeys(nic.network for nic in facts.nics):
        _sub(networks, "Network", name=name)
    system = _sub(envelope, "VirtualSystem", id=facts.name)
    _text(system, "Info", "A virtual machine")
    _text(system, "Name", facts.name)
    _write_operating_system(system, facts)
    _write_product(system, facts)
    if facts.description:
        _text(_section(system, "AnnotationSection", "What it is"), "Annotation", facts.description)
    if facts.eula:
        _text(_section(system, "EulaSection", "What its user agrees to"), "License", facts.eula)
    _write_hardware(_section(system, "VirtualHardwareSection", "What it needs"), facts)
    return tostring(envelope, encoding="utf-8", xml_declaration=True)


def _sub(parent: Element, tag: str, /, **attributes: str) -> Element:
    return SubElement(
        parent,
        f"{{{_OVF}}}{tag}",
        {f"{{{_OVF}}}{key}": printable(value, len(value)) for key, value in attributes.items()},
    )


def _text(parent: Element, name: str, words: str, namespace: str = _OVF) -> None:
    SubElement(parent, f"{{{namespace}}}{name}").text = printable(words, len(words))


def _section(parent: Element, name: str, words: str) -> Element:
    section = _sub(parent, name)
    _text(section, "Info", words)
    return section


def _write_references(envelope: Element, facts: PackageFacts, file_sizes: Mapping[str, int]) -> None:
    references = _sub(envelope, "References")
    for number, disk in enumerate(facts.disks):
        if disk.file_name:
            size = str(file_sizes.get(disk.file_name, 0))
            _sub(references, "File", id=f"file{number}", href=disk.file_name, size=size)


def _write_disks(envelope: Element, facts: PackageFacts) -> None:
    section = _section(envelope, "DiskSection", "The disks of the machine")
    for number, disk in enumerate(facts.disks):
        attributes = {"diskId": disk.label or f"disk{number}", "capacity": str(disk.capacity_bytes)}
        if disk.file_name:
            attributes["fileRef"] = f"file{number}"
        if disk.format is not None:
            attributes["format"] = _format_address(disk)
        _sub(section, "Disk", capacityAllocationUnits="byte", **attributes)


def _format_address(disk: PackageDisk) -> str:
    if disk.format is DiskFormat.VMDK:
        stream = disk.subformat is Subformat.STREAM_OPTIMIZED
        return f"{_VMDK}#{'streamOptimized' if stream else 'sparse'}"
    if disk.format is DiskFormat.RAW:
        return "http://iso" if disk.subformat is Subformat.ISO else "http://raw"
    return _FORMATS[disk.format]


def _write_operating_system(system: Element, facts: PackageFacts) -> None:
    section = _sub(system, "OperatingSystemSection", id=str(facts.os_number or _UNKNOWN_SYSTEM))
    if facts.operating_system:
        section.set(f"{{{_VMW}}}osType", printable(facts.operating_system))
    _text(section, "Info", "The operating system of the guest")
    _text(section, "Description", facts.operating_system)


def _write_product(system: Element, facts: PackageFacts) -> None:
    section = _section(system, "ProductSection", "Where it comes from")
    told = {
        "Product": facts.product,
        "Vendor": facts.vendor,
        "Version": facts.version,
        "ProductUrl": facts.product_url,
    }
    for name, words in told.items():
        if words:
            _text(section, name, words)
    for each in facts.properties:
        element = _sub(
            section, "Property", key=each.key, type="string", userConfigurable="true", value=each.value
        )
        if each.is_secret:
            element.set(f"{{{_OVF}}}password", "true")
        if each.label:
            _text(element, "Label", each.label)


def _write_hardware(section: Element, facts: PackageFacts) -> None:
    _write_family(section, facts)
    cpus = _item(section, 1, "3", f"{facts.cpu_count} virtual CPUs", VirtualQuantity=str(facts.cpu_count))
    if facts.cores_per_socket:
        _text(cpus, "CoresPerSocket", str(facts.cores_per_socket), _VMW)
    memory = {"AllocationUnits": "byte * 2^20", "VirtualQuantity": str(facts.memory_mib)}
    _item(section, 2, "4", f"{facts.memory_mib} MiB of memory", **memory)
    instance = _write_attached(section, facts, _FIRST_FREE_INSTANCE)
    for nic in facts.nics:
        values = {"Connection": nic.network} | ({"ResourceSubType": nic.model} if nic.model else {})
        _item(section, instance, "10", f"NIC {instance}", AutomaticAllocation="true", **values)
        instance += 1


def _write_family(section: Element, facts: PackageFacts) -> None:
    system = _sub(section, "System")
    names = {"ElementName": "Virtual hardware", "InstanceID": "0", "VirtualSystemType": facts.hardware_family}
    for name, words in names.items():
        _text(system, name, words, _VSSD)


def _write_attached(section: Element, facts: PackageFacts, instance: int) -> int:
    """Each run of disks on the same controller gets one, or several where it is full; answers the next
    free number."""
    current, place = None, 0
    for number, disk in enumerate(facts.disks):
        wanted = (disk.controller, disk.controller_model)
        if wanted != current or place >= _PLACES.get(disk.controller, _MOST_PLACES):
            current, place, parent = wanted, 0, instance
            instance += _write_controller(section, instance, disk)
        attached = {} if disk.controller is DiskController.UNKNOWN else {"Parent": str(parent)}
        resource = f"ovf:/disk/{printable(disk.label) or f'disk{number}'}"
        values = {"AddressOnParent": str(place), "HostResource": resource, **attached}
        _item(section, instance, "17", f"Disk {number}", **values)
        instance, place = instance + 1, place + 1
    return instance


def _write_controller(section: Element, instance: int, disk: PackageDisk) -> int:
    if disk.controller is DiskController.UNKNOWN:
        return 0
    model = disk.controller_model or _DEFAULT_MODELS.get(disk.controller, "")
    values = {"ResourceSubType": model} if model else {}
    name = f"{disk.controller.upper()} controller"
    _item(section, instance, _CONTROLLER_KINDS[disk.controller], name, Address=str(instance), **values)
    return 1


def _item(section: Element, instance: int, kind: str, name: str, **values: str) -> Element:
    """An item of hardware; its elements in the order of the alphabet, as the schema demands."""
    item = _sub(section, "Item")
    told = {"ElementName": name, "InstanceID": str(instance), "ResourceType": kind, **values}
    for key in sorted(told):
        _text(item, key, told[key], _RASD)
    return item
