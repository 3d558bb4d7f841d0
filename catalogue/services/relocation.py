"""Copying a template into the repository of another location, as a master of its own there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue.models import Template
from catalogue.sagas.relocation import KIND
from catalogue.services.making import Owner, begin_template
from catalogue.services.promotion import as_it_is, chosen_disks, require_whole
from catalogue.services.rights import require_own
from catalogue.services.upload_tickets import appliance_manager_of
from core.errors import Conflict, Invalid, NotFound
from core.transactions import retried_transaction
from infrastructure.models import Datacenter, LocationLimit
from operations import engine
from operations.models import Operation
from tenants.access import Decision, possible, require
from tenants.limits import Force
from tenants.services.refusals import noting_refusals

COPY = "APPLIB_EXPORT_TO_PRIVATE"


@dataclass(frozen=True)
class WantedCopy:
    """Where to, under which name (empty: its own), and the ids of its disks (None: all)."""

    datacenter: Datacenter
    name: str = ""
    disks: Iterable[int] | None = None


@noting_refusals
@retried_transaction
def copy_template(
    *,
    actor: Any,
    template: Template,
    wanted: WantedCopy,
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Begin to copy it.

    Raises PermissionRefused, NotFound (DC-0, DISK-3), Invalid (VIMAGE-3: it lies there), LimitExceeded,
    Conflict (AM-2: nobody sends or takes files, VIMAGE-9, -28, -35, -59).
    """
    related = Template.objects.select_for_update().select_related("repository__datacenter", "enterprise")
    template = related.get(pk=template.pk)
    _require_copyable(actor, template)
    datacenter = wanted.datacenter
    if datacenter.pk == template.repository.datacenter_id:
        raise Invalid(_("The template lies in this location already."), code="VIMAGE-3")
    if not LocationLimit.objects.filter(enterprise=template.enterprise, datacenter=datacenter).exists():
        raise NotFound(_("There is no such location."), code="DC-0")
    made = begin_template(
        actor=actor,
        like=template,
        owner=Owner(template.enterprise, datacenter),
        disks=[as_it_is(disk) for disk in chosen_disks(template, wanted.disks)],
        force=force,
        name=wanted.name.strip() or template.name,
        description=template.description,
    )
    here = template.repository.datacenter
    return engine.start(
        kind=KIND,
        resource=made,
        actor=actor,
        parameters={
            "template": made.pk,
            "name": made.name,
            "source": template.pk,
            "from_datacenter": here.pk,
            "appliance_manager": appliance_manager_of(here),
        },
        correlation_id=correlation_id,
    )


def may_copy(actor: Any, template: Template) -> Decision:
    """Whether it could be copied elsewhere now, with the reason when not."""
    return possible(_require_copyable, actor, template)


def other_locations(template: Template) -> QuerySet[Datacenter]:
    """Where its enterprise may have templates besides."""
    usable = LocationLimit.objects.filter(enterprise_id=template.enterprise_id).values("datacenter_id")
    return Datacenter.objects.filter(pk__in=usable).exclude(pk=template.repository.datacenter_id)


def _require_copyable(actor: Any, template: Template) -> None:
    require(actor, COPY)
    require_own(actor, template)
    if template.persistent:
        raise Conflict(_("A persistent template is not copied elsewhere."), code="VIMAGE-59")
    require_whole(template)
    appliance_manager_of(template.repository.datacenter)
