"""The first passwords of guests: made at a deployment, told to who may know them."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import GuestSetup, Template
from compute.guests.passwords import password_template
from compute.models import Guest, VirtualMachine
from compute.sagas.guest_drive import PASSWORD_PURPOSE
from compute.services.access import locked_machine, require_action
from compute.services.guests import guest_of, sets_itself_up
from core.errors import Conflict, NotFound
from core.sealing import seal, unseal
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import require

RETRIEVE = "VM_RETRIEVE_INITIAL_PASSWORD"
RESET = "VM_RESET_GUEST_PASSWORD"


def prepare_guest(machine: VirtualMachine) -> bool:
    """Get ready what the guest shall be told; whether there is anything. Joins the caller's transaction.

    Raises Conflict when it needs a first password: VM-155 where its owner has no e-mail address, VM-161 where
    nobody would set it.
    """
    template = machine.template
    if not sets_itself_up(template):
        _require_no_password(template)
        Guest.objects.filter(virtual_machine_id=machine.pk).update(has_drive=False)
        return False
    guest = guest_of(machine)
    Guest.objects.filter(pk=guest.pk).update(has_drive=True)
    if template.generates_password:
        owner = machine.owner
        if owner is None or not owner.email:
            raise Conflict(
                _("The first password of %(name)s can't be mailed: %(why)s.")
                % {
                    "name": machine.name,
                    "why": _("its owner has no e-mail address") if owner else _("it has no owner"),
                },
                code="VM-155",
                remedy=_("Enter an address in the profile of the owner, or deploy a machine of your own."),
            )
        if not guest.sealed_password:
            _make_password(guest)
    return True


def _require_no_password(template: Template | None) -> None:
    if template and template.guest_setup == GuestSetup.HYPERVISOR_TOOLS and template.generates_password:
        raise Conflict(
            _("No hypervisor here sets guests up by its tools, so %(name)s's machines get no first password.")
            % {"name": template.name},
            code="VM-161",
            remedy=_("Have the template's owner choose cloud-init, or machines without a first password."),
        )


@retried_transaction
def reveal_guest_password(*, actor: Any, machine_id: int) -> str:
    """The first password of the guest; the machine's history tells who asked.

    Raises NotFound (VM-1, VM-180), PermissionRefused, CannotUnseal.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, RETRIEVE, machine)
    guest = Guest.objects.filter(virtual_machine_id=machine.pk).exclude(sealed_password="").first()
    if guest is None:
        raise NotFound(
            _("There is no first password of %(name)s.") % {"name": machine.name},
            code="VM-180",
            remedy=_("One is made when a machine is deployed whose template asks for it."),
        )
    record_event(kind="virtual_machine.guest_password_shown", subject=machine, actor=actor)
    return unseal(guest.sealed_password, purpose=PASSWORD_PURPOSE)


@retried_transaction
def reset_guest_password(*, actor: Any, machine_id: int) -> None:
    """Have a new first password made at the next deployment.

    Raises NotFound, PermissionRefused, Conflict: VM-181 where nothing sets the guest up with one, VM-162
    while the machine is deployed, for a guest reads it at its first start only.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, RESET, machine)
    if not sets_itself_up(machine.template) or not machine.template.generates_password:
        raise Conflict(
            _("Guests of %(name)s get no first password.") % {"name": machine.template or "—"}, code="VM-181"
        )
    require_action(actor, machine, "reset_guest_password")
    guest = guest_of(machine)
    guest.sealed_password, guest.password_made_at = "", None
    guest.password_mailed_at, guest.password_mailed_to = None, ""
    guest.save()
    record_event(kind="virtual_machine.guest_password_reset", subject=machine, actor=actor)


def _make_password(guest: Guest) -> None:
    template = password_template(
        settings.ATRIUM_GUEST_PASSWORD_LENGTH, settings.ATRIUM_GUEST_PASSWORD_EXCLUDE
    )
    guest.sealed_password = seal(template.make(), purpose=PASSWORD_PURPOSE)
    guest.password_made_at = timezone.now()
    guest.save(update_fields=["sealed_password", "password_made_at", "updated_at"])
