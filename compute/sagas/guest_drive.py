"""The config drive of a machine: the step that writes it of the rows as they are then, and what follows once
the guest has it."""

from ipaddress import IPv4Network
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from compute.guests.documents import Address, GuestFacts, files_of
from compute.guests.passwords import hashed
from compute.models import Guest, VirtualMachine
from compute.sagas import commands
from contracts import appliance
from contracts.sealing import guest_drive_purpose
from contracts.vocabulary import Service, queue_name
from core.errors import DomainError
from core.sealing import unseal
from events.models import Severity
from events.services import record_event
from infrastructure.services import sealed_to
from networking.models import Nic
from notifications.services import send_mail
from operations.models import Operation
from operations.saga import Dispatch
from tenants.models import SshKey

USER_DATA_PURPOSE = "guest user data"
PASSWORD_PURPOSE = "guest password"


def write_guest_drive(operation: Operation) -> Dispatch | None:
    """Nothing to send for a machine whose guest is told nothing."""
    machine = commands.machine_of(operation)
    if not commands.has_guest_drive(machine):
        return None
    files = appliance.GuestFiles(files=files_of(facts_of(machine)))
    command = appliance.WriteGuestDrive(
        operation_id=operation.id,
        machine_id=machine.uuid,
        datastore_path=commands.guest_datastore_of(machine),
        sealed=sealed_to(
            machine.host.datacenter, files.model_dump_json(), purpose=guest_drive_purpose(machine.uuid)
        ),
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


def delete_guest_drive(operation: Operation) -> Dispatch | None:
    machine = commands.machine_of(operation)
    if not commands.has_guest_drive(machine):
        return None
    command = appliance.DeleteGuestDrive(
        operation_id=operation.id,
        machine_id=machine.uuid,
        datastore_path=commands.guest_datastore_of(machine),
    )
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


def facts_of(machine: VirtualMachine) -> GuestFacts:
    """All that the machine's guest shall know. Holds secrets in clear."""
    guest = Guest.objects.get(virtual_machine_id=machine.id)
    template = machine.template
    password = _unsealed(guest.sealed_password, PASSWORD_PURPOSE)
    return GuestFacts(
        machine_id=machine.uuid,
        name=machine.name,
        fqdn=machine.fqdn or commands.host_name_of(machine),
        os_type=template.os_type if template else "",
        login_user=template.login_user if template else "",
        keys=tuple((key.name, key.named_line) for key in _keys_of(guest, machine.owner_id)),
        variables=machine.variables,
        user_data=_unsealed(guest.sealed_user_data, USER_DATA_PURPOSE),
        password=password,
        password_hash=hashed(password, _salt(guest)) if password else "",
        addresses=_addresses_of(machine, guest.dhcp_cards) if guest.static_addresses else None,
    )


def guest_was_told(machine: VirtualMachine) -> None:
    """The guest has its drive: remember when, and mail the owner the password that is new on it. Joins the
    caller's transaction."""
    guest = Guest.objects.filter(virtual_machine_id=machine.id).first()
    if guest is None:
        return
    guest.written_at = timezone.now()
    if guest.sealed_password and guest.password_mailed_at is None:
        _mail_password(machine, guest)
    guest.save(update_fields=["written_at", "password_mailed_at", "password_mailed_to", "updated_at"])


def forget_guest_drive(machine: VirtualMachine) -> None:
    """The drive is gone with the machine's disks."""
    Guest.objects.filter(virtual_machine_id=machine.id).update(written_at=None)


def _mail_password(machine: VirtualMachine, guest: Guest) -> None:
    password = _unsealed(guest.sealed_password, PASSWORD_PURPOSE)
    context = {
        "machine": machine.name,
        "login": machine.template.login_user if machine.template else "",
        "password": password,
        "link": settings.ATRIUM_PUBLIC_URL + reverse("compute:machine_tab", args=[machine.id, "guest"]),
    }
    try:
        if machine.owner is None:
            return
        send_mail(template="guest_password", to=machine.owner, context=context)
    except DomainError as error:
        record_event(
            kind="virtual_machine.guest_password_not_mailed", subject=machine, severity=Severity.WARN,
            data={"reason": error.message},
        )  # fmt: skip
        return
    guest.password_mailed_at, guest.password_mailed_to = timezone.now(), machine.owner.email
    record_event(kind="virtual_machine.guest_password_mailed", subject=machine)


def _keys_of(guest: Guest, owner_id: int | None) -> Any:
    keys = SshKey.objects.filter(user_id=owner_id)
    return keys.filter(pk__in=guest.keys.values("pk")) if guest.chooses_keys else keys


def _addresses_of(machine: VirtualMachine, dhcp_cards: list[int]) -> tuple[Address, ...]:
    nics = Nic.objects.filter(virtual_machine_id=machine.id).select_related("network", "lease")
    return tuple(_address_of(nic, nic.position in dhcp_cards) for nic in nics.order_by("position"))


def _address_of(nic: Nic, asks: bool) -> Address:
    network, lease = nic.network, getattr(nic, "lease", None)
    if lease is None or asks:
        return Address(mac=nic.mac)
    return Address(
        mac=nic.mac,
        ip=lease.ip,
        network=IPv4Network(network.cidr),
        gateway=network.gateway,
        dns=tuple(filter(None, (network.primary_dns, network.secondary_dns))),
        search=network.suffix_dns,
    )


def _salt(guest: Guest) -> UUID:
    return guest.uuid


def _unsealed(sealed: str, purpose: str) -> str:
    return unseal(sealed, purpose=purpose) if sealed else ""
