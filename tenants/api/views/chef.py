"""Chef, which this product does not use."""

from django.utils.translation import gettext as _

from core.api.verbs import speaks
from core.errors import Invalid
from tenants.api.views.enterprises import EnterpriseView

CUSTOMISE = "VAPP_CUSTOMISE_SETTINGS"


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
