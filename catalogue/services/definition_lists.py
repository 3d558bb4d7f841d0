"""Remote repositories: reading their lists, and keeping what they offer.

A list is of an enterprise, not of a datacenter, and whoever adds one wants to see at once what is in it. So
the server reads it, by ``core.outbound``; the templates are fetched by the datacenters.
"""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.definition_index import MOST_BYTES, Described, Index, IndexRefused, read_index
from catalogue.models import Category, TemplateDefinition, TemplateDefinitionList
from catalogue.models.definition import LONGEST_URL
from catalogue.services.bringing import checked_address
from catalogue.services.rights import MODIFY
from core.errors import Conflict, Invalid, NotFound
from core.outbound import NotAllowed, OutboundError, Patience, Redirected, get, is_public
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from tenants.access import require
from tenants.models import Enterprise

PATIENCE = Patience(connect_seconds=5, read_seconds=10, whole_seconds=20)
HEADERS = {"Accept": "application/xml, text/xml;q=0.9", "User-Agent": "Atrium", "Accept-Encoding": "identity"}
MOST_REDIRECTS = 3
MOST_LISTS = 50
LONGEST_PROBLEM = 512


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
    index, problem, remedy = _read(url) if url else (None, "", "")
    if problem and must_be_readable:
        raise Invalid(problem, code="OVF-PACKAGE-3", remedy=remedy)
    return _keep_new(actor, enterprise, url, name.strip() or (index.name if index else url), index, problem)


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
    index, problem, _remedy = _read(url) if url else (None, "", "")
    with transaction.atomic():
        kept = TemplateDefinitionList.objects.select_for_update().get(pk=definition_list.pk)
        if name and name != kept.name:
            kept.name = _free_name(kept.enterprise_id, name)
        _fill(kept, url, index, problem)
        severity = Severity.WARN if problem else Severity.INFO
        data = {"problem": problem} if problem else {}
        record_event(kind="definition_list.changed", subject=kept, actor=actor, severity=severity, data=data)
    return kept


@retried_transaction
def remove_list(*, actor: Any, definition_list: TemplateDefinitionList) -> None:
    """Forget a list and what it offers; templates that were downloaded stay. Raises PermissionRefused."""
    _require_owner(actor, definition_list.enterprise)
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
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.name = kept.name or kept.product_name or kept.url.rpartition("/")[2][:128]
    same = TemplateDefinition.objects.filter(definition_list_id=kept.definition_list_id, url=kept.url)
    if kept.definition_list_id and same.exclude(pk=kept.pk).exists():
        raise Conflict(_("The list offers something at this address already."), code="OVF-PACKAGE-2")
    kept.save()
    return kept


@retried_transaction
def remove_definition(*, actor: Any, definition: TemplateDefinition) -> None:
    """Forget a definition; what was downloaded stays. Raises PermissionRefused."""
    _require_owner(actor, definition.enterprise)
    definition.delete()


@retried_transaction
def _keep_new(
    actor: Any, enterprise: Enterprise, url: str, name: str, index: Index | None, problem: str
) -> TemplateDefinitionList:
    if TemplateDefinitionList.objects.filter(enterprise=enterprise).count() >= MOST_LISTS:
        raise Conflict(
            _("An enterprise has at most %(most)s remote repositories.") % {"most": MOST_LISTS},
            remedy=_("Remove one that is not needed."),
        )
    kept = TemplateDefinitionList(enterprise=enterprise, name=_free_name(enterprise.pk, name[:128]), url=url)
    kept.save()
    _fill(kept, url, index, problem)
    record_event(kind="definition_list.added", subject=kept, actor=actor)
    return kept


def _fill(kept: TemplateDefinitionList, url: str, index: Index | None, problem: str) -> None:
    kept.url, kept.problem = url, problem[:LONGEST_PROBLEM]
    if index is not None:
        kept.read_at = timezone.now()
        kept.problem = _left_out(index)
        _write(kept, index.definitions)
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


def _read(url: str) -> tuple[Index | None, str, str]:
    """What is there, or what is wrong with it, in words."""
    try:
        document, found_at = _fetched(url)
        return read_index(document, found_at), "", ""
    except NotAllowed:
        host = urlsplit(url).hostname
        problem = _("%(host)s has no public address; lists are read from such only.") % {"host": host}
        return (
            None,
            problem,
            _(
                "Check the name. Addresses of private networks are refused unless whoever runs the"
                " platform allows their network (ATRIUM_FETCH_ALLOWED_NETWORKS)."
            ),
        )
    except (OutboundError, IndexRefused) as error:
        problem = _("The list can't be used: %(why)s.") % {"why": str(error)[:300]}
        return None, problem, _("Check the address in a browser.")


def _fetched(url: str) -> tuple[bytes, str]:
    for _redirect in range(MOST_REDIRECTS + 1):
        try:
            return get(url, headers=HEADERS, allowed=_allowed, patience=PATIENCE, most_bytes=MOST_BYTES), url
        except Redirected as elsewhere:
            url = _next(url, elsewhere.location)
    raise OutboundError(f"it redirects more than {MOST_REDIRECTS} times")


def _next(url: str, location: str) -> str:
    try:
        found = checked_address(urljoin(url, location))
    except (Invalid, ValueError):
        raise OutboundError("it redirects to what is no address") from None
    if url.startswith("https:") and not found.startswith("https:"):
        raise OutboundError("it redirects from https to http")
    return found


def _allowed(address: IPv4Address | IPv6Address) -> bool:
    networks = map(ip_network, settings.ATRIUM_FETCH_ALLOWED_NETWORKS)
    return is_public(address) or any(address in network for network in networks)


def _left_out(index: Index) -> str:
    if not index.left_out:
        return ""
    return ngettext(
        "%(number)s entry is left out: its address is missing, or leads out of the list's folder.",
        "%(number)s entries are left out: their addresses are missing, or lead out of the list's folder.",
        index.left_out,
    ) % {"number": index.left_out}


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
