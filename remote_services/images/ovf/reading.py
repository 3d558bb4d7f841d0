"""Reads an OVF descriptor of one machine, whoever made it: VMware, VirtualBox, virt-v2v or we."""

from xml.etree.ElementTree import Element

from remote_services.images.ovf.disks import disks_by_id, file_names
from remote_services.images.ovf.facts import PackageFacts, PackageProperty
from remote_services.images.ovf.hardware import read_hardware
from remote_services.images.ovf.tree import (
    attribute,
    children,
    damaged,
    first,
    local_name,
    number,
    parsed,
    printable,
    text,
)
from remote_services.images.refusal import ImageRefused, RefusalCode

_LONG_TEXT = 200_000
_MOST_PROPERTIES = 500
_OS_NUMBERS = 10_000


def read_envelope(document: bytes) -> PackageFacts:
    """What the descriptor says. Raises ImageRefused."""
    envelope = parsed(document)
    if local_name(envelope.tag) != "Envelope":
        raise damaged(f"its outermost element is {local_name(envelope.tag)[:40]!r} instead of Envelope")
    files = file_names(envelope)
    disks = disks_by_id(envelope, files)
    system = _only_system(envelope)
    hardware = read_hardware(
        first(system, "VirtualHardwareSection"), _default_configuration(envelope), disks, files
    )
    product = first(system, "ProductSection")
    operating_system = first(system, "OperatingSystemSection")
    return PackageFacts(
        name=text(system, "Name") or printable(attribute(system, "id")) or text(product, "Product"),
        description=text(system, "AnnotationSection", "Annotation", longest=_LONG_TEXT),
        product=text(product, "Product"),
        vendor=text(product, "Vendor"),
        version=text(product, "FullVersion") or text(product, "Version"),
        product_url=_web_address(text(product, "ProductUrl", longest=1000)),
        eula=_eula(envelope, system),
        operating_system=_operating_system(operating_system),
        os_number=_os_number(operating_system),
        hardware_family=hardware.family,
        cpu_count=hardware.cpu_count,
        cores_per_socket=hardware.cores_per_socket,
        memory_mib=hardware.memory_mib,
        disks=hardware.disks,
        nics=hardware.nics,
        properties=_properties(system),
    )


def _only_system(envelope: Element) -> Element:
    systems = list(children(envelope, "VirtualSystem")) or list(children(envelope, "Content"))
    for collection in children(envelope, "VirtualSystemCollection"):
        if first(collection, "VirtualSystemCollection") is not None:
            raise ImageRefused(RefusalCode.OVF_UNSUPPORTED, "Its descriptor has collections in collections.")
        systems += children(collection, "VirtualSystem")
    if len(systems) != 1:
        raise ImageRefused(
            RefusalCode.OVF_UNSUPPORTED, f"Its descriptor has {len(systems)} machines; exactly 1 is taken."
        )
    return systems[0]


def _default_configuration(envelope: Element) -> str:
    configurations = list(children(first(envelope, "DeploymentOptionSection"), "Configuration"))
    marked = [each for each in configurations if attribute(each, "default") in ("true", "1")]
    return next((attribute(each, "id") for each in marked or configurations), "")


def _eula(envelope: Element, system: Element) -> str:
    sections = [*children(system, "EulaSection"), *children(envelope, "EulaSection")]
    licenses = (text(section, "License", longest=_LONG_TEXT) for section in sections)
    return "\n\n".join(each for each in licenses if each)[:_LONG_TEXT].strip()


def _operating_system(section: Element | None) -> str:
    return "" if section is None else printable(attribute(section, "osType")) or text(section, "Description")


def _os_number(section: Element | None) -> int:
    words = "" if section is None else attribute(section, "id")
    return number(words, "number of the operating system", _OS_NUMBERS) if words else 0


def _web_address(words: str) -> str:
    return words if words.startswith(("http://", "https://")) else ""


def _properties(system: Element) -> tuple[PackageProperty, ...]:
    found = [each for section in children(system, "ProductSection") for each in _properties_of(section)]
    if len(found) > _MOST_PROPERTIES:
        raise damaged(f"it has {len(found)} properties; {_MOST_PROPERTIES} are the most")
    return tuple(found)


def _properties_of(section: Element) -> list[PackageProperty]:
    group = printable(attribute(section, "class"))
    return [
        PackageProperty(
            key=f"{group}.{printable(attribute(each, 'key'))}"
            if group
            else printable(attribute(each, "key")),
            value=printable(attribute(each, "value"), _LONG_TEXT),
            label=text(each, "Label"),
            is_secret=attribute(each, "password") in ("true", "1"),
        )
        for each in children(section, "Property")
        if printable(attribute(each, "key"))
    ]
