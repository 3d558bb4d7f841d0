"""Hypervisor types and public cloud providers, as the configuration knows them."""

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.api.provider_resources import CLOUD_CREDENTIALS, HYPERVISOR_TYPE, REGION, type_row
from infrastructure.hypervisor_types import TYPES
from infrastructure.querysets import CREDENTIALS
from infrastructure.services.cloud_credentials import check_credentials


class TypeView(DialectView):
    """What lies below one type."""

    def type_row(self, name: str):
        """Raises NotFound."""
        if name not in TYPES:
            raise self.missing("404-NOT-FOUND")
        return type_row(name)


class HypervisorTypes(DialectView):
    @speaks("Hypervisor types and public cloud providers", answers=(HYPERVISOR_TYPE,), many=True)
    def get(self, request):
        return self.whole([type_row(name) for name in TYPES], HYPERVISOR_TYPE)


class OneHypervisorType(TypeView):
    @speaks("A hypervisor type", answers=(HYPERVISOR_TYPE,))
    def get(self, request, hypervisortype):
        return self.answer(HYPERVISOR_TYPE, self.type_row(hypervisortype))


class Regions(TypeView):
    @speaks("Regions of a public cloud provider; none is connected yet", answers=(REGION,), many=True)
    def get(self, request, hypervisortype):
        self.type_row(hypervisortype)
        return self.whole([], REGION)


class OneRegion(TypeView):
    @speaks("A region of a public cloud provider", answers=(REGION,))
    def get(self, request, hypervisortype, region):
        raise self.missing("404-NOT-FOUND")


class CheckCredentials(TypeView):
    @speaks(
        "Ask the provider whether it knows these credentials; refused while no region of it is connected",
        accepts=(CLOUD_CREDENTIALS,),
        status=204,
        privilege=CREDENTIALS,
    )
    def post(self, request, hypervisortype):
        self.type_row(hypervisortype)
        values = {"access": "", "key": ""} | CLOUD_CREDENTIALS.read(self.document())
        check_credentials(provider=hypervisortype, **values)
        return self.nothing()
