"""What a blueprint tells guests, looked at before there are any."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from catalogue.blueprints.content import GuestPart, MachinePart
from catalogue.models import GuestSetup
from compute.blueprints.target import TemplateOption
from compute.guests.naming import checked_fqdn, numbered
from compute.guests.user_data import checked_user_data
from core.errors import Invalid, Reason


def guest_orders(part: MachinePart) -> list[dict[str, Any]]:
    """For each machine what ``create_virtual_machine`` takes for its guest."""
    guest = part.guest
    if guest is None:
        return [{} for _name in part.names]
    same = guest.model_dump(exclude_defaults=True, exclude={"fqdn"})
    return [same | ({"fqdn": name} if name else {}) for name in _host_names(part, guest)]


def refusals(part: MachinePart, template: TemplateOption) -> list[Reason]:
    """Why machines of this template can't be told this."""
    guest, found = part.guest, []
    if guest is None:
        return []
    for name in _host_names(part, guest):
        found += _refused(part, lambda name=name: checked_fqdn(name, os_type=template.os_type))
    if guest.user_data:
        found += _refused(part, lambda: checked_user_data(guest.user_data))
    if guest.needs_set_up and template.guest_setup != GuestSetup.CLOUD_INIT:
        found.append(
            Reason(
                "GUEST-2",
                _("%(machine)s has user data or static addresses, which guests of %(template)s do not read.")
                % {"machine": part.label, "template": template.name},
                _("Choose a template that is set up by cloud-init."),
            )
        )
    return found[:1]


def _host_names(part: MachinePart, guest: GuestPart) -> list[str]:
    if part.count == 1:
        return [guest.fqdn]
    return [numbered(guest.fqdn, number) for number in range(1, part.count + 1)]


def _refused(part: MachinePart, check: Callable[[], Any]) -> list[Reason]:
    try:
        check()
    except Invalid as error:
        return [Reason(error.code, f"{part.label}: {error.message}", error.remedy)]
    return []
