"""Remote repositories: their lists, and keeping what they offer.

A list is of an enterprise, not of a datacenter. So the server reads it: as an operation, whose work is an
errand, or at once for clients of the dialect, who are answered with what is in it. The templates are fetched
by the datacenters.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.definition_index import Described, Index
from catalogue.models import Category, TemplateDefinition, TemplateDefinitionList
from catalogue.models.definition import LONGEST_URL
from catalogue.sagas.list_reading import KIND, LONGEST_PROBLEM, NO_LIST, lane_of
from catalogue.services.bringing import checked_address
from catalogue.services.list_reading import ListUnreadable, read_at
from catalogue.services.rights import MODIFY
from contracts.vocabulary import ErrorCode
from core.changes import assign
from core.errors import Conflict, Invalid, NotFound
from core.outbound import Onlooker
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from operations import engine
from operations.errands import Errand, ErrandFailed
from operations.models import Operation
from tenants.access import require
from tenants.models import Enterprise

MOST_LISTS = 50
TOLD_OF_DEFINITION = frozenset(
    {"name", "description", "product_name", "product_vendor", "product_version", "os_type"}
)


@retried_transaction
def announce_list(
    *, actor: Any, enterprise: Enterprise, url: str, name: str = "", correlation_id: str = ""
) -> TemplateDefinitionList:
    """Keep the list and begin to read it; without a name it takes the one that it gives itself then.

    Raises Invalid (OVF-PACKAGE-6), PermissionRefused, NotFound, Conflict (OVF-PACKAGE-LIST-0).
    """
    _require_owner(actor, enterprise)
    url = _list_address(url)
    kept = _kept_new(actor, enterprise, url, name.strip() or _name_by_address(url))
    _begin(actor, kept, correlation_id)
    return kept


@retried_transaction
def begin_reading(
    *, actor: Any, definition_list: TemplateDefinitionList, correlation_id: str = ""
) -> Operation:
    """Begin to read the list again; while it is being read, that operation is answered.

    Raises PermissionRefused, NotFound, Conflict (OVF-PACKAGE-LIST-1: it has no address).
    """
    _require_owner(actor, definition_list.enterprise)
    kept = TemplateDefinitionList.objects.select_for_update().get(pk=definition_list.pk)
    if not kept.url:
        raise Conflict(_("This list has no address to read it from."), code="OVF-PACKAGE-LIST-1")
    under_way = Operation.objects.filter(active_key=lane_of(kept)).first()
    return under_way or _begin(actor, kept, correlation_id)


def read_for(errand: Errand) -> dict[str, Any]:
    """The errand: read the list and keep what it offers. Raises ErrandFailed."""

    def arrived(here_bytes: int, all_bytes: int) -> None:
        errand.progress(100 * here_bytes // all_bytes if all_bytes else 0)

    try:
        index = read_at(errand.command.url, Onlooker(arrived, errand.is_wanted))
    except ListUnreadable as error:
        raise ErrandFailed(error.code, error.problem) from None
    return _keep_read(errand, index)


@retried_transaction
def _keep_read(errand: Errand, index: Index) -> dict[str, Any]:
    errand.require_wanted()
    kept = TemplateDefinitionList.objects.select_for_update().filter(pk=errand.command.list_id).first()
    if kept is None:
        raise ErrandFailed(ErrorCode.CANCELLED, "The list was removed.")
    if kept.read_at is None and kept.name == _name_by_address(kept.url):
        taken = TemplateDefinitionList.objects.filter(enterprise_id=kept.enterprise_id, name=index.name)
        kept.name = kept.name if taken.exists() else index.name or kept.name
    _fill(kept, errand.command.url, _Found(index))
    return {"definitions": len(index.definitions), "left_out": index.left_out}


def _begin(actor: Any, kept: TemplateDefinitionList, correlation_id: str) -> Operation:
    return engine.start(
        kind=KIND, resource=kept, actor=actor, parameters={"url": kept.url}, correlation_id=correlation_id
    )


def add_list(
    *, actor: Any, enterprise: Enterprise, url: str, name: str = "", must_be_readable: bool = True
) -> TemplateDefinitionList:
    """Read the index at the address and keep it under the name, or the one it gives itself.

    Without ``must_be_readable`` a list that can't be read is kept with its problem. Not within a
    transaction: it may take twenty seconds. Raises Invalid (OVF-PACKAGE-3, -6), PermissionRefused, NotFound,
    Conflict (OVF-PACKAGE-LIST-0).
    """
    _require_owner(actor, enterprise)
    url = _list_address(url) if url or must_be_readable else ""
    found = _found_at(url)
    if found.problem and must_be_readable:
        raise Invalid(found.problem, code=NO_LIST, remedy=found.remedy)
    return _keep_new(
        actor, enterprise, url, name.strip() or (found.index.name if found.index else url), found
    )


def change_list(
    *, actor: Any, definition_list: TemplateDefinitionList, name: str = "", url: str = ""
) -> TemplateDefinitionList:
    """Another name or address, or with neither the same read again: what is there no more goes.

    Not within a transaction. What can't be read leaves what was known, with the problem. Raises Invalid
    (OVF-PACKAGE-6), PermissionRefused, Conflict (OVF-PACKAGE-LIST-0, -1: it has no address).
    """
    _require_owner(actor, definition_list.enterprise)
    url = _list_address(url) if url else definition_list.url
    if not url and not name:
        raise Conflict(_("This list has no address to read it from."), code="OVF-PACKAGE-LIST-1")
    found = _found_at(url)
    with transaction.atomic():
        kept = TemplateDefinitionList.objects.select_for_update().get(pk=definition_list.pk)
        if name and name != kept.name:
            kept.name = _free_name(kept.enterprise_id, name)
        _fill(kept, url, found)
        severity = Severity.WARN if found.problem else Severity.INFO
        data = {"problem": found.problem} if found.problem else {}
        record_event(kind="definition_list.changed", subject=kept, actor=actor, severity=severity, data=data)
    return kept


@retried_transaction
def remove_list(*, actor: Any, definition_list: TemplateDefinitionList) -> None:
    """Forget a list and what it offers; templates that were downloaded stay. Raises PermissionRefused."""
    _require_owner(actor, definition_list.enterprise)
    reading = Operation.objects.select_for_update().filter(active_key=lane_of(definition_list)).first()
    if reading is not None:
        engine.request_cancellation(reading, actor)
    kept = TemplateDefinitionList.objects.select_for_update().get(pk=definition_list.pk)
    record_event(kind="definition_list.removed", subject=kept, actor=actor)
    kept.delete()


@retried_transaction
def save_definition(
    *,
    actor: Any,
    enterprise: Enterprise,
    definition: TemplateDefinition | None = None,
    **fields: Any,
) -> TemplateDefinition:
    """Write down by hand where a template is to be had, or change what is said of it.

    Raises Invalid (OVF-PACKAGE-6), PermissionRefused, NotFound.
    """
    _require_owner(actor, enterprise)
    kept = definition or TemplateDefinition(enterprise=enterprise)
    if "url" in fields:
        fields["url"] = _short_address(fields["url"])
    changes = assign(kept, fields)
    kept.name = kept.name or kept.product_name or kept.url.rpartition("/")[2][:128]
    same = TemplateDefinition.objects.filter(definition_list_id=kept.definition_list_id, url=kept.url)
    if kept.definition_list_id and same.exclude(pk=kept.pk).exists():
        raise Conflict(_("The list offers something at this address already."), code="OVF-PACKAGE-2")
    kept.save()
    kind = "template_definition.changed" if definition else "template_definition.added"
    told = {field: change for field, change in changes.items() if field in TOLD_OF_DEFINITION}
    record_event(kind=kind, subject=kept, actor=actor, changes=told)
    return kept


@retried_transaction
def remove_definition(*, actor: Any, definition: TemplateDefinition) -> None:
    """Forget a definition; what was downloaded stays. Raises PermissionRefused."""
    _require_owner(actor, definition.enterprise)
    record_event(kind="template_definition.removed", subject=definition, actor=actor)
    definition.delete()


@dataclass(frozen=True)
class _Found:
    """What was found at an address: an index, or what is wrong with it."""

    index: Index | None = None
    problem: str = ""
    remedy: str = ""


def _found_at(url: str) -> _Found:
    """Nothing where there is no address."""
    try:
        return _Found(read_at(url)) if url else _Found()
    except ListUnreadable as error:
        return _Found(problem=error.problem, remedy=error.remedy)


@retried_transaction
def _keep_new(
    actor: Any, enterprise: Enterprise, url: str, name: str, found: _Found
) -> TemplateDefinitionList:
    kept = _kept_new(actor, enterprise, url, name)
    _fill(kept, url, found)
    return kept


def _kept_new(actor: Any, enterprise: Enterprise, url: str, name: str) -> TemplateDefinitionList:
    if TemplateDefinitionList.objects.filter(enterprise=enterprise).count() >= MOST_LISTS:
        raise Conflict(
            _("An enterprise has at most %(most)s remote repositories.") % {"most": MOST_LISTS},
            remedy=_("Remove one that is not needed."),
        )
    kept = TemplateDefinitionList(enterprise=enterprise, name=_free_name(enterprise.pk, name[:128]), url=url)
    kept.save()
    record_event(kind="definition_list.added", subject=kept, actor=actor)
    return kept


def _fill(kept: TemplateDefinitionList, url: str, found: _Found) -> None:
    kept.url, kept.problem = url, found.problem[:LONGEST_PROBLEM]
    if found.index is not None:
        kept.read_at = timezone.now()
        kept.problem = _left_out(found.index)
        _write(kept, found.index.definitions)
    kept.save()


def _write(kept: TemplateDefinitionList, described: tuple[Described, ...]) -> None:
    """What stays keeps its id, by its address: downloads of it are known by that."""
    known = {each.url: each for each in kept.definitions.all()}
    kept.definitions.exclude(url__in=[each.url for each in described]).delete()
    categories = {each.name: each for each in Category.objects.usable_in(kept.enterprise_id)}
    for each in described:
        definition = known.get(each.url) or TemplateDefinition(enterprise_id=kept.enterprise_id, url=each.url)
        definition.definition_list = kept
        definition.category = next((categories[name] for name in each.categories if name in categories), None)
        definition.disks = list(each.disks)
        for name in ("name", "description", "product_name", "product_url", "product_vendor",
                     "product_version", "icon_url", "os_type"):  # fmt: skip
            setattr(definition, name, getattr(each, name))
        definition.save()


def _left_out(index: Index) -> str:
    if not index.left_out:
        return ""
    return ngettext(
        "%(number)s entry is left out: its address is missing, or leads out of the list's folder.",
        "%(number)s entries are left out: their addresses are missing, or lead out of the list's folder.",
        index.left_out,
    ) % {"number": index.left_out}


def _name_by_address(url: str) -> str:
    """What a list is called until it was read."""
    return url.partition("://")[2][:128]


def _list_address(url: str) -> str:
    """Publishers give the folder of their list as often as the list itself."""
    parts = urlsplit(_short_address(url))
    if not parts.query and not parts.path.endswith(".xml"):
        parts = parts._replace(path=f"{parts.path.rstrip('/')}/ovfindex.xml")
    return _short_address(parts.geturl())


def _short_address(url: str) -> str:
    url = checked_address(url)
    if len(url) > LONGEST_URL or not url.isascii():
        raise Invalid(
            _("The address may have at most %(most)s plain characters.") % {"most": LONGEST_URL},
            code="OVF-PACKAGE-6",
        )
    return url


def _free_name(enterprise_id: int, name: str) -> str:
    if TemplateDefinitionList.objects.filter(enterprise_id=enterprise_id, name=name).exists():
        raise Conflict(
            _("There is a remote repository called %(name)s already.") % {"name": name},
            code="OVF-PACKAGE-LIST-0",
            remedy=_("Choose another name."),
        )
    return name


def _require_owner(actor: Any, enterprise: Enterprise) -> None:
    if not actor.reaches(enterprise.pk):
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    require(actor, MODIFY)
