"""Scopes. They stand here because a scope names locations besides enterprises."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from core.api.document import Document
from core.api.links import link
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from infrastructure.models import Datacenter
from tenants import services
from tenants.api.hidden_scopes import hide_foreign_scopes
from tenants.api.resources import SCOPE
from tenants.models import Enterprise, Scope
from tenants.reach import Reach

ENTERPRISE, DATACENTER = "ENTERPRISE", "DATACENTER"


class ScopeView(DialectView):
    """A view of the scopes the actor sees: their own and those beneath it, all without bounds."""

    def scopes(self):
        return Scope.objects.visible_to(self.actor)

    def scope(self, pk: int) -> Scope:
        """Raises NotFound."""
        return self.one(self.scopes().filter(pk=pk), "SCOPE-1")

    def complete(self, rows: list[Row]) -> list[Row]:
        """Add what each scope reaches, with two queries, and take out what lies above the actor's own.

        Who knows no enterprise but their own is told nothing of what their scope reaches.
        """
        entities = defaultdict(list)
        confined = self.actor.tenant_reach == Reach.OWN
        ids = [row["id"] for row in rows]
        for kind, through, column in (
            (ENTERPRISE, Scope.enterprises.through, "enterprise_id"),
            (DATACENTER, Scope.datacenters.through, "datacenter_id"),
        ):
            members = through._default_manager.filter(scope_id__in=ids).order_by(column)
            if confined:
                members = members.none()
            for pk, scope, resource in members.values_list("pk", "scope_id", column):
                entities[scope].append({"id": pk, "idResource": resource, "type": kind})
        for row in rows:
            own = link("scope", SCOPE.href(row, self.base), "scope", row["name"])
            row["entities"] = [each | {"links": [own]} for each in entities[row["id"]]]
        return hide_foreign_scopes(self.actor, rows, column="parent_id", name="parent__name")

    def row_of(self, pk: int) -> Row:
        """The row of a scope with what it reaches. Raises NotFound."""
        return self.complete([self.row(self.scopes().filter(pk=pk), SCOPE, "SCOPE-1")])[0]

    def arguments(self, document: Document, scope: Scope | None = None) -> dict[str, Any]:
        """What the body says, for a service: rows instead of ids, all of them such as the actor sees."""
        current = None if scope is None else self.row_of(scope.pk)
        values = SCOPE.read(document, creating=scope is None, current=current)
        if "entities" in values:
            values |= self._members(values.pop("entities"), scope)
        parents = [each for each in document.links if each.get("rel") == "scopeParent"]
        if parents and not parents[0].get("href"):
            values["parent"] = None
        elif parents:
            found = document.reference("scopeParent", "/admin/scopes/{scope}")
            values["parent"] = self.scope(found["scope"])
        return values

    def _members(self, entities: list[Any], scope: Scope | None) -> dict[str, Any]:
        wanted: dict[str, set[int]] = {ENTERPRISE: set(), DATACENTER: set()}
        for each in entities:
            kind, pk = _entity(each)
            wanted[kind].add(pk)
        return {
            "enterprises": self._rows(
                wanted[ENTERPRISE],
                Enterprise.objects.visible_to(self.actor),
                scope and scope.enterprises,
                "EN-0",
            ),
            "locations": self._rows(
                wanted[DATACENTER],
                Datacenter.objects.visible_to(self.actor),
                scope and scope.datacenters,
                "DC-0",
            ),
        }

    def _rows(self, ids: set[int], visible: Any, present: Any, code: str) -> list[Any]:
        """The rows with these ids that the actor sees or the scope reaches already. Raises NotFound."""
        rows = {row.pk: row for row in visible.filter(pk__in=ids)}
        if present is not None:
            rows |= {row.pk: row for row in present.filter(pk__in=ids)}
        if ids - rows.keys():
            raise self.missing(code)
        return list(rows.values())


class Scopes(ScopeView):
    @speaks("Scopes you see", answers=(SCOPE,), many=True, paged=True)
    def get(self, request):
        page = self.read_page(self.scopes(), SCOPE)
        self.complete(page.rows)
        return self.send_page(page, SCOPE)

    @speaks(
        "Create a scope; without a link 'scopeParent' it lies beneath yours",
        answers=(SCOPE,),
        accepts=(SCOPE,),
        status=201,
        privilege="USERS_MANAGE_SCOPES",
    )
    def post(self, request):
        made = services.create_scope(actor=self.actor, **self.arguments(self.document()))
        return self.created(SCOPE, self.row_of(made.pk))


class OneScope(ScopeView):
    @speaks("A scope", answers=(SCOPE,))
    def get(self, request, scope):
        return self.answer(SCOPE, self.row_of(scope))

    @speaks(
        "Change a scope; scopeEntities replaces what it reaches, a link 'scopeParent' moves it",
        answers=(SCOPE,),
        accepts=(SCOPE,),
    )
    def put(self, request, scope):
        found = self.scope(scope)
        services.update_scope(actor=self.actor, scope=found, **self.arguments(self.document(), found))
        return self.answer(SCOPE, self.row_of(scope))

    @speaks("Delete a scope nobody uses", status=204)
    def delete(self, request, scope):
        services.delete_scope(actor=self.actor, scope=self.scope(scope))
        return self.nothing()


def _entity(each: Any) -> tuple[str, int]:
    """The type and the id of one of ``scopeEntities``. Raises Invalid (SCOPE-7)."""
    kind = str(each.get("type", "")).upper() if isinstance(each, dict) else ""
    try:
        pk = int(each["idResource"])
        if kind not in (ENTERPRISE, DATACENTER) or not 0 < pk < 2**63:
            raise ValueError
    except (TypeError, ValueError, KeyError):
        raise Invalid(
            _("scopeEntities: each needs a type (ENTERPRISE or DATACENTER) and idResource."), code="SCOPE-7"
        ) from None
    return kind, pk
