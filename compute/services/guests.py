"""Keeping what guests are told: user data, host name, variables, SSH keys, addresses."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import GuestSetup, Template
from catalogue.services.checking import checked
from compute.guests.naming import checked_fqdn
from compute.guests.user_data import checked_user_data
from compute.models import Guest, VirtualMachine
from compute.sagas.guest_drive import USER_DATA_PURPOSE
from compute.services import power
from compute.services.access import locked_machine, require_action
from compute.states import MachineState
from core.errors import Conflict, Invalid, NotFound
from core.sealing import seal, unseal
from core.transactions import retried_transaction
from events.services import record_event
from networking.models import Nic
from operations.models import Operation
from tenants.access import require
from tenants.models import SshKey

MANAGE = "VDC_MANAGE_VAPP"
ON_THE_DRIVE = ("user_data", "keys", "static_addresses", "dhcp_cards")


def sets_itself_up(template: Template | None) -> bool:
    """Whether guests made of the template read a config drive."""
    return template is not None and template.guest_setup == GuestSetup.CLOUD_INIT


def checked_variables(variables: Mapping[str, Any], code: str = "VM-182") -> dict[str, str]:
    """Raises Invalid (VM-182): a name or a value that none is, or one that would be more than a line."""
    try:
        found = checked({"variables": dict(variables)})["variables"]
    except Invalid as error:
        raise Invalid(error.message, code=code, remedy=error.remedy) from None
    for name, value in found.items():
        if not value.isprintable():
            raise Invalid(
                _("The value of %(name)s holds a line break or another control character.") % {"name": name},
                code=code,
                remedy=_("Put what has several lines into the user data."),
            )
    return found


def equip_guest(actor: Any, machine: VirtualMachine, options: Mapping[str, Any]) -> None:
    """Set host name, variables and what else its guest is told, of a machine that is being made. Joins the
    caller's transaction. ``options`` as of ``change_guest``; variables are added to the template's.

    Raises as ``change_guest``.
    """
    machine.fqdn = checked_fqdn(options.get("fqdn") or "", os_type=machine.template.os_type)
    machine.variables = checked_variables(machine.template.variables | (options.get("variables") or {}))
    told = {name: options[name] for name in ON_THE_DRIVE if options.get(name)}
    if machine.fqdn or machine.variables:
        machine.save(update_fields=["fqdn", "variables"])
    if told:
        _require_set_up(machine)
        _write(actor, guest_of(machine), told)


@retried_transaction
def change_guest(
    *, actor: Any, machine_id: int, correlation_id: str = "", **changes: Any
) -> Operation | None:
    """Change ``fqdn``, ``variables``, ``user_data`` (empty removes it), ``keys`` (ids of the owner's, or None
    for all of them), ``static_addresses`` or ``dhcp_cards`` (positions of those that ask by DHCP all the
    same); what is not given stays.

    For a machine that is off and deployed the drive is written anew by an operation (returned). Raises
    NotFound, PermissionRefused, Invalid (GUEST-1, VM-159, VM-165, VM-182), Conflict: VM-160 and VM-183 for
    what only machines that are not deployed take, GUEST-2 where nothing sets the guest up,
    OperationInProgress.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, MANAGE, machine)
    changed = _change_names(machine, changes)
    told = {name: changes[name] for name in ON_THE_DRIVE if name in changes}
    if told:
        _require_set_up(machine)
        told = _differing(guest_of(machine), told)
    if not (changed or told):
        return None
    require_action(actor, machine, "set_up_guest")
    if told:
        _write(actor, guest_of(machine), told)
    record_event(
        kind="virtual_machine.guest_changed", subject=machine, actor=actor,
        data={"what": sorted({*changed, *told})},
    )  # fmt: skip
    if machine.state == MachineState.NOT_ALLOCATED:
        return None
    Guest.objects.filter(virtual_machine_id=machine.pk).update(has_drive=True)
    return power.start_action(
        actor=actor, machine=machine, action_name="set_up_guest", correlation_id=correlation_id
    )


def user_data_of(machine: VirtualMachine) -> str:
    """The user data in clear. The caller asked for the right to see it. Raises CannotUnseal."""
    guest = Guest.objects.filter(virtual_machine_id=machine.pk).first()
    if guest is None or not guest.sealed_user_data:
        return ""
    return unseal(guest.sealed_user_data, purpose=USER_DATA_PURPOSE)


def guest_of(machine: VirtualMachine) -> Guest:
    """Its row; the machine's is locked."""
    return Guest.objects.get_or_create(virtual_machine_id=machine.pk)[0]


def _require_set_up(machine: VirtualMachine) -> None:
    if not sets_itself_up(machine.template):
        raise Conflict(
            _("The guest of %(name)s is not set up by cloud-init, so there is nobody to read this.")
            % {"name": machine.name},
            code="GUEST-2",
            remedy=_("Use a template that is, or have its owner say so in the template."),
        )


def _change_names(machine: VirtualMachine, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Host name and variables: a guest that runs would not hear of them."""
    found: dict[str, Any] = {}
    if changes.get("fqdn") is not None:
        found["fqdn"] = checked_fqdn(
            changes["fqdn"], os_type=machine.template.os_type if machine.template else ""
        )
    if changes.get("variables") is not None:
        found["variables"] = checked_variables(changes["variables"])
    found = {name: value for name, value in found.items() if value != getattr(machine, name)}
    for name, value in found.items():
        if machine.state != MachineState.NOT_ALLOCATED:
            raise Conflict(
                _("Host name and variables can be changed while the machine is not deployed."),
                code={"fqdn": "VM-160", "variables": "VM-183"}[name],
                remedy=_("Undeploy it first, or change them inside the guest."),
            )
        setattr(machine, name, value)
    if found:
        machine.save(update_fields=[*found, "updated_at"])
    return found


def _differing(guest: Guest, told: dict[str, Any]) -> dict[str, Any]:
    now = {
        "static_addresses": guest.static_addresses,
        "dhcp_cards": guest.dhcp_cards,
        "keys": _chosen_keys(guest),
    }
    if "user_data" in told:
        sealed = guest.sealed_user_data
        now["user_data"] = unseal(sealed, purpose=USER_DATA_PURPOSE) if sealed else ""
    if told.get("dhcp_cards") is not None:
        told["dhcp_cards"] = _positions(told["dhcp_cards"])
    if told.get("keys") is not None:
        told["keys"] = sorted(told["keys"])
    return {name: value for name, value in told.items() if value != now[name]}


def _chosen_keys(guest: Guest) -> list[int] | None:
    return sorted(guest.keys.values_list("pk", flat=True)) if guest.chooses_keys else None


def _write(actor: Any, guest: Guest, told: Mapping[str, Any]) -> None:
    if "user_data" in told:
        _write_user_data(guest, told["user_data"] or "")
    if "static_addresses" in told:
        guest.static_addresses = bool(told["static_addresses"])
    if "dhcp_cards" in told:
        guest.dhcp_cards = _checked_cards(guest, told["dhcp_cards"] or [])
    if "keys" in told:
        _write_keys(actor, guest, told["keys"])
    guest.changed_at = timezone.now()
    guest.save()


def _positions(sent: Iterable[Any]) -> list[int]:
    """Raises Invalid for what is no number."""
    try:
        return sorted({int(each) for each in sent})
    except (TypeError, ValueError):
        raise Invalid(_("Cards are named by their numbers."), code="NIC-0") from None


def _checked_cards(guest: Guest, sent: Iterable[Any]) -> list[int]:
    positions = _positions(sent)
    cards = Nic.objects.filter(virtual_machine_id=guest.virtual_machine_id)
    unknown = set(positions) - set(cards.values_list("position", flat=True))
    if unknown:
        raise NotFound(_("The machine has no card %(number)s.") % {"number": min(unknown) + 1}, code="NIC-0")
    return positions


def _write_user_data(guest: Guest, text: str) -> None:
    text = text.replace("\r\n", "\n")
    if not text.strip():
        guest.sealed_user_data, guest.user_data_kind, guest.user_data_bytes = "", "", 0
        return
    found = checked_user_data(text)
    guest.sealed_user_data = seal(text, purpose=USER_DATA_PURPOSE)
    guest.user_data_kind, guest.user_data_bytes = found.kind, found.size_bytes


def _write_keys(actor: Any, guest: Guest, chosen: Iterable[int] | None) -> None:
    guest.chooses_keys = chosen is not None
    ids = set(chosen or ())
    owner_id = guest.virtual_machine.owner_id
    known = set(SshKey.objects.filter(user_id=owner_id, pk__in=ids).values_list("pk", flat=True))
    if ids - known:
        raise NotFound(
            _("There is no such SSH key of the machine's owner."),
            code="SSH-KEY-4",
            remedy=_("Choose among the keys in the owner's account."),
        )
    guest.keys.set(known)
