"""Our mark on a libvirt domain: an element in its metadata that names the machine."""

from uuid import UUID
from xml.etree import ElementTree

import libvirt

from remote_services.runtime.errors import OwnershipMismatch

NAMESPACE = "urn:atrium:machine:1"
NAME_PREFIX = "ATR_"

ElementTree.register_namespace("atrium", NAMESPACE)


def domain_name(machine_id: UUID) -> str:
    return f"{NAME_PREFIX}{machine_id}"


def mark(machine_id: UUID) -> ElementTree.Element:
    return ElementTree.Element(f"{{{NAMESPACE}}}machine", id=str(machine_id))


def is_marked(domain: libvirt.virDomain) -> bool:
    """Whether the domain carries our mark with its own id. Raises libvirtError when the domain or the
    host is away."""
    machine_id = UUID(bytes=domain.UUID())
    if not has_our_name(domain):
        return False
    try:
        text = domain.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, NAMESPACE)
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN_METADATA:
            return False
        raise
    return ElementTree.fromstring(text).get("id") == str(machine_id)


def is_there_and_marked(domain: libvirt.virDomain) -> bool:
    """For listings: a domain that vanished meanwhile is none of ours."""
    try:
        return is_marked(domain)
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
            return False
        raise


def has_our_name(domain: libvirt.virDomain) -> bool:
    """Known without asking the host, so also of a domain that is gone."""
    return domain.name() == domain_name(UUID(bytes=domain.UUID()))


def verify(domain: libvirt.virDomain) -> None:
    """Raises OwnershipMismatch unless the domain is ours."""
    if not is_marked(domain):
        raise OwnershipMismatch(f"The hypervisor's machine “{domain.name()}” is not ours.")
