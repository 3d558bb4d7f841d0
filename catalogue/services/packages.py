"""Exporting a template: a package is made of it, fetched with a ticket, and removed after a day."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.formats import mib
from catalogue.models import Package, Template, TemplateState
from catalogue.sagas.packaging import KIND, discard_package
from catalogue.services.promotion import require_files
from catalogue.services.upload_tickets import DOWNLOAD, VALIDITY
from contracts.copies import place_of_package
from contracts.signing import token_of
from contracts.uploads import DownloadTicket
from core.errors import Conflict, OperationInProgress
from core.transactions import retried_transaction
from infrastructure.services import admit, locked_place
from infrastructure.services.watching import NO_OPERATION
from operations import engine
from operations.models import Operation
from tenants.access import Decision, possible, require
from tenants.limits import Amounts, Force
from tenants.services.refusals import noting_refusals

_MIB = 2**20
_OVERHEAD = 64


@noting_refusals
@retried_transaction
def export_template(
    *, actor: Any, template: Template, force: bool | Force = False, correlation_id: str = ""
) -> Operation:
    """Begin to make a package of it for the actor's enterprise, in the place of an earlier one.

    Raises PermissionRefused, LimitExceeded, OperationInProgress, Conflict (VIMAGE-35: its files are missing).
    """
    related = Template.objects.select_for_update().select_related("repository__datacenter")
    template = related.get(pk=template.pk)
    _require_exportable(actor, template)
    enterprise = actor.enterprise
    _make_way(template, enterprise.pk)
    sizes = template.disks.exclude(path=None).values_list("virtual_size_bytes", flat=True)
    most_bytes = sum(size + size // _OVERHEAD + _MIB for size in sizes)
    place = locked_place(enterprise_id=enterprise.pk, datacenter_id=template.repository.datacenter_id)
    admit(actor=actor, place=place, requested=Amounts(repository_mib=mib(most_bytes)), force=force)
    package = Package(template=template, enterprise=enterprise, file_size_bytes=most_bytes)
    package.path = place_of_package(enterprise.pk, package.uuid)
    package.save()
    return engine.start(
        kind=KIND,
        resource=package,
        actor=actor,
        parameters={"package": package.pk, "template": template.pk},
        correlation_id=correlation_id,
    )


def may_export(actor: Any, template: Template) -> Decision:
    """Whether a package of it could be made now, with the reason when not."""
    return possible(_require_exportable, actor, template)


def token_of_package(*, actor: Any, package: Package) -> str:
    """What lets its bearer read the package for a quarter of an hour. Raises PermissionRefused, Conflict."""
    require(actor, DOWNLOAD)
    if package.state != TemplateState.DONE:
        raise Conflict(_("The package is still being made."), code="VIMAGE-31")
    ticket = DownloadTicket(
        path=package.path, file_name=package.file_name, expires_at=timezone.now() + VALIDITY
    )
    return token_of(ticket, package.template.repository.datacenter.key)


def remove_expired_packages() -> None:
    """Remove what was there to be fetched for long enough."""
    due = Package.objects.filter(state=TemplateState.DONE, expires_at__lte=timezone.now())
    for package in due.select_related("template__repository__datacenter"):
        with transaction.atomic():
            discard_package(package, NO_OPERATION)


def _require_exportable(actor: Any, template: Template) -> None:
    require(actor, DOWNLOAD)
    require_files(template)


def _make_way(template: Template, enterprise_id: int) -> None:
    package = Package.objects.filter(template=template, enterprise_id=enterprise_id).first()
    if package is None:
        return
    running = Operation.objects.active_on("package", [package.pk]).first()
    if running:
        raise OperationInProgress(_("The package is being made already."), operation_id=running.id)
    discard_package(package, NO_OPERATION)
