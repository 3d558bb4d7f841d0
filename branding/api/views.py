"""Enterprises, with or without their themes."""

from typing import Any

from branding import services
from branding.api.resources import ENTERPRISE_THEME, logo_path
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from tenants.api.hidden_scopes import hide_foreign_scopes
from tenants.api.resources import ENTERPRISE, ENTERPRISE_NAME
from tenants.api.views.enterprises import EnterpriseView
from tenants.models import Scope
from tenants.services import delete_enterprise

BOTH = (ENTERPRISE, ENTERPRISE_THEME)
IN_SCOPE = {"idScope": "Enterprises of this scope."}


class ThemedView(EnterpriseView):
    """What the list and the single enterprise share."""

    def row_of(self, pk: int) -> Row:
        """The enterprise's row, with its theme. Raises NotFound."""
        row = self.row(self.enterprises().filter(pk=pk), ENTERPRISE_THEME, "EN-0")
        return hide_foreign_scopes(self.actor, [row])[0]

    @property
    def chosen(self):
        return self.verb.representation(self.choice.name)

    def scope(self, document: Document) -> dict[str, Any]:
        """The default scope named by the link ``defaultscope``, as argument of a service."""
        found = document.reference("defaultscope", "/admin/scopes/{scope}")
        if found is None:
            return {}
        scopes = Scope.objects.visible_to(self.actor)
        return {"default_scope": self.one(scopes.filter(pk=found["scope"]), "SCOPE-1")}


class Enterprises(ThemedView):
    @speaks("Enterprises", answers=(ENTERPRISE, ENTERPRISE_NAME), many=True, paged=True, parameters=IN_SCOPE)
    def get(self, request):
        found, scope = self.enterprises(), self.number("idScope")
        if scope is not None:
            found = found.filter(scopes__in=Scope.objects.visible_to(self.actor).filter(pk=scope))
        page = self.read_page(found, self.chosen)
        hide_foreign_scopes(self.actor, page.rows)
        return self.send_page(page, self.chosen)

    @speaks(
        "Create an enterprise; without a link 'defaultscope' it lands in your scope",
        answers=BOTH,
        accepts=BOTH,
        status=201,
    )
    def post(self, request):
        document = self.document()
        values = ENTERPRISE_THEME.read(document, creating=True) | self.scope(document)
        made = services.create_themed_enterprise(actor=self.actor, **values)
        return self.created(self.chosen, self.row_of(made.pk))


class OneEnterprise(ThemedView):
    @speaks("An enterprise, perhaps with its theme", answers=BOTH)
    def get(self, request, enterprise):
        return self.answer(self.chosen, self.row_of(enterprise))

    @speaks("Change name, limits, default scope, rules and the theme's name", answers=BOTH, accepts=BOTH)
    def put(self, request, enterprise):
        found, document, current = self.enterprise(enterprise), self.document(), self.row_of(enterprise)
        values = ENTERPRISE_THEME.read(document, current=current) | self.scope(document)
        services.update_themed_enterprise(
            actor=self.actor, enterprise=found, current_logo_path=logo_path(current), **values
        )
        return self.answer(self.chosen, self.row_of(enterprise))

    @speaks("Delete an enterprise that owns nothing any more, with its users", status=204)
    def delete(self, request, enterprise):
        delete_enterprise(actor=self.actor, enterprise=self.enterprise(enterprise))
        return self.nothing()
