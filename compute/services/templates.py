"""What a template demands of machines made of it: that it is there, their size, its terms."""

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Template, TemplateDisk, TemplateState
from catalogue.services.bounds import size_refusals
from catalogue.services.versions import retired
from compute.models import VirtualAppliance, VirtualMachine
from core.errors import Conflict, Invalid
from events.services import record_event


def usable_disks(template: Template, appliance: VirtualAppliance) -> list[TemplateDisk]:
    """Its disks in their order, the one to boot from first. Raises Conflict (VM-16, VM-19, VM-56,
    VERSION-RETIRED)."""
    if template.retired_at is not None:
        raise retired(template)
    if template.state != TemplateState.DONE:
        raise Conflict(
            _("The template %(name)s can't be used now: %(state)s.")
            % {"name": template.name, "state": template.get_state_display()},
            code="VM-19",
        )
    if template.repository.datacenter_id != appliance.virtual_datacenter.datacenter_id:
        raise Conflict(_("The template lies in another datacenter."), code="VM-16")
    disks = list(template.disks.all())
    if not disks:
        raise Conflict(
            _("The template %(name)s has no disk to boot from.") % {"name": template.name}, code="VM-56"
        )
    return disks


def require_size(template: Template | None, *, vcpus: int, memory_mib: int) -> None:
    """Raise Invalid (VM-146, VM-147), with the numbers, unless machines of the template may be so large."""
    refusals = size_refusals(template, vcpus=vcpus, memory_mib=memory_mib) if template else ()
    if refusals:
        first = refusals[0]
        raise Invalid(first.message, code=first.code, remedy=first.remedy, reasons=refusals)


def require_terms_accepted(template: Template, accepted: Any) -> None:
    """Raise Conflict (VIMAGE-78) for a template whose terms were not accepted."""
    if template.terms and accepted is not True:
        raise Conflict(
            _("The template %(name)s has terms, which were not accepted.") % {"name": template.name},
            code="VIMAGE-78",
            remedy=_("Read them, and make the machine again accepting them."),
        )


def note_acceptance(actor: Any, machine: VirtualMachine) -> None:
    """Write down who accepted which terms for the machine: the digest names the text, of which the
    template's history keeps former ones. Joins the caller's transaction."""
    template = machine.template
    if template is not None and template.terms:
        told = {"template": template.pk, "terms_sha256": sha256(template.terms.encode()).hexdigest()}
        record_event(
            kind="virtual_machine.terms_accepted",
            subject=machine,
            actor=actor,
            data=told,
            changes={"terms_of": [None, template.name]},
        )
