"""Enterprises and their properties."""

from typing import Any

from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from tenants import services
from tenants.api.hidden_scopes import hide_foreign_scopes
from tenants.api.resources import ENTERPRISE, ENTERPRISE_NAME, ENTERPRISE_PROPERTIES
from tenants.models import Enterprise, Scope

IN_SCOPE = {"idScope": "Enterprises of this scope."}


class EnterpriseView(DialectView):
    """A view of, or below, the enterprises the actor knows."""

    def enterprises(self):
        return Enterprise.objects.visible_to(self.actor)

    def enterprise(self, pk: int) -> Enterprise:
        """Raises NotFound."""
        return self.one(self.enterprises().filter(pk=pk), "EN-0")

    def row_of(self, pk: int) -> Row:
        """The enterprise's row. Raises NotFound."""
        row = self.row(self.enterprises().filter(pk=pk), ENTERPRISE, "EN-0")
        return hide_foreign_scopes(self.actor, [row])[0]

    def scope(self, document: Document) -> dict[str, Any]:
        """The default scope named by the link ``defaultscope``, as argument of a service."""
        found = document.reference("defaultscope", "/admin/scopes/{scope}")
        if found is None:
            return {}
        scopes = Scope.objects.visible_to(self.actor)
        return {"default_scope": self.one(scopes.filter(pk=found["scope"]), "SCOPE-1")}


class Enterprises(EnterpriseView):
    @speaks("Enterprises", answers=(ENTERPRISE, ENTERPRISE_NAME), many=True, paged=True, parameters=IN_SCOPE)
    def get(self, request):
        chosen, found = self.verb.representation(self.choice.name), self.enterprises()
        scope = self.number("idScope")
        if scope is not None:
            found = found.filter(scopes__in=Scope.objects.visible_to(self.actor).filter(pk=scope))
        page = self.read_page(found, chosen)
        hide_foreign_scopes(self.actor, page.rows)
        return self.send_page(page, chosen)

    @speaks(
        "Create an enterprise; without a link 'defaultscope' it lands in your scope",
        answers=(ENTERPRISE,),
        accepts=(ENTERPRISE,),
        status=201,
    )
    def post(self, request):
        document = self.document()
        values = ENTERPRISE.read(document, creating=True) | self.scope(document)
        made = services.create_enterprise(actor=self.actor, **values)
        return self.created(ENTERPRISE, self.row_of(made.pk))


class OneEnterprise(EnterpriseView):
    @speaks("An enterprise", answers=(ENTERPRISE,))
    def get(self, request, enterprise):
        return self.answer(ENTERPRISE, self.row_of(enterprise))

    @speaks("Change name, limits, default scope and rules", answers=(ENTERPRISE,), accepts=(ENTERPRISE,))
    def put(self, request, enterprise):
        found, document = self.enterprise(enterprise), self.document()
        values = ENTERPRISE.read(document, current=self.row_of(enterprise)) | self.scope(document)
        services.update_enterprise(actor=self.actor, enterprise=found, **values)
        return self.answer(ENTERPRISE, self.row_of(enterprise))

    @speaks("Delete an enterprise that owns nothing any more, with its users", status=204)
    def delete(self, request, enterprise):
        services.delete_enterprise(actor=self.actor, enterprise=self.enterprise(enterprise))
        return self.nothing()


class Properties(EnterpriseView):
    """Texts by name, for integrations."""

    @speaks("Properties of an enterprise", answers=(ENTERPRISE_PROPERTIES,))
    def get(self, request, enterprise):
        return self._properties(enterprise)

    @speaks(
        "Replace the properties of an enterprise",
        answers=(ENTERPRISE_PROPERTIES,),
        accepts=(ENTERPRISE_PROPERTIES,),
    )
    def put(self, request, enterprise):
        found = self.enterprise(enterprise)
        values = ENTERPRISE_PROPERTIES.read(self.document(), creating=True)
        services.set_properties(actor=self.actor, enterprise=found, **values)
        return self._properties(enterprise)

    def _properties(self, pk: int):
        found = self.enterprises().filter(pk=pk)
        return self.answer(ENTERPRISE_PROPERTIES, self.row(found, ENTERPRISE_PROPERTIES, "EN-0"))
