"""What an enterprise's machines and templates are decorated and set up with: icons, and nothing of Chef."""

from django.utils.translation import gettext as _

from catalogue.models import Template
from compute.models import VirtualAppliance
from core.api.fields import text
from core.api.resource import Resource
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from tenants.models import Enterprise

CUSTOMISE = "VAPP_CUSTOMISE_SETTINGS"
ICON = Resource(
    name="icon",
    collection="icons",
    path="/admin/enterprises/{enterprise_id}/action/icons",
    fields=(text("path"),),
)


class EnterpriseView(DialectView):
    """What lies below one enterprise."""

    def enterprise(self, pk: int) -> Enterprise:
        """Raises NotFound."""
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=pk), "EN-0")


class Icons(EnterpriseView):
    @speaks("The icons that the enterprise's templates and appliances use", answers=(ICON,), many=True)
    def get(self, request, enterprise):
        found = self.enterprise(enterprise)
        used = set()
        for model in (Template, VirtualAppliance):
            decorated = model.objects.visible_to(self.actor).filter(enterprise=found).exclude(icon="")
            used |= set(decorated.order_by().values_list("icon", flat=True).distinct())
        return self.whole([{"path": icon, "enterprise_id": enterprise} for icon in sorted(used)], ICON)


class ChefElements(EnterpriseView):
    @speaks(
        "What the enterprise's Chef server offers; always refused, for this product uses none",
        answers=("runlistelements",),
        privilege=CUSTOMISE,
    )
    def get(self, request, enterprise):
        raise Invalid(
            _("%(enterprise)s has no Chef server: this installation does not use Chef.")
            % {"enterprise": self.enterprise(enterprise)},
            code="CHEF-8",
            remedy=_("Set machines up by user data instead."),
        )
