"""Enterprises that know their themes; they stand in place of those of ``tenants``."""

from branding import services
from branding.api.resources import ENTERPRISE_THEME, logo_path
from core.api.resource import Row
from core.api.verbs import speaks
from tenants.api.hidden_scopes import hide_foreign_scopes
from tenants.api.resources import ENTERPRISE
from tenants.api.views import enterprises

BOTH = (ENTERPRISE, ENTERPRISE_THEME)


class Themed(enterprises.EnterpriseView):
    def row_of(self, pk: int) -> Row:
        row = self.row(self.enterprises().filter(pk=pk), ENTERPRISE_THEME, "EN-0")
        return hide_foreign_scopes(self.actor, [row])[0]

    @property
    def chosen(self):
        return self.verb.representation(self.choice.name)


class Enterprises(Themed, enterprises.Enterprises):
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


class OneEnterprise(Themed, enterprises.OneEnterprise):
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
