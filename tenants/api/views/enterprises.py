"""What all addresses of enterprises share, and their properties. The enterprises themselves are told with
their themes, by ``branding``."""

from django.utils.translation import gettext as _

from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from tenants import services
from tenants.api.resources import ENTERPRISE_PROPERTIES
from tenants.models import Enterprise


class EnterpriseView(DialectView):
    """A view of, or below, the enterprises the actor knows."""

    def enterprises(self):
        return Enterprise.objects.visible_to(self.actor)

    def enterprise(self, pk: int) -> Enterprise:
        """Raises NotFound."""
        return self.one(self.enterprises().filter(pk=pk), "EN-0")


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
        found, values = self.enterprise(enterprise), ENTERPRISE_PROPERTIES.read(self.document())
        if "properties" not in values:
            raise Invalid(_("The properties are missing."), code="ENPROP-1")
        services.set_properties(actor=self.actor, enterprise=found, **values)
        return self._properties(enterprise)

    def _properties(self, pk: int):
        found = self.enterprises().filter(pk=pk)
        return self.answer(ENTERPRISE_PROPERTIES, self.row(found, ENTERPRISE_PROPERTIES, "EN-0"))
