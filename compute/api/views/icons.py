"""The icons that an enterprise decorates its templates and appliances with."""

from catalogue.models import Template
from compute.models import VirtualAppliance
from core.api.fields import text
from core.api.resource import Resource
from core.api.verbs import speaks
from tenants.api.views.enterprises import EnterpriseView

ICON = Resource(
    name="icon",
    collection="icons",
    path="/admin/enterprises/{enterprise_id}/action/icons",
    fields=(text("path"),),
)


class Icons(EnterpriseView):
    @speaks("The icons that the enterprise's templates and appliances use", answers=(ICON,), many=True)
    def get(self, request, enterprise):
        found, used = self.enterprise(enterprise), set()
        for model in (Template, VirtualAppliance):
            decorated = model.objects.visible_to(self.actor).filter(enterprise=found).exclude(icon="")
            used |= set(decorated.order_by().values_list("icon", flat=True).distinct())
        return self.whole([{"path": icon, "enterprise_id": enterprise} for icon in sorted(used)], ICON)
