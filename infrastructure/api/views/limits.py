"""Which locations an enterprise may use, with its limits there."""

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure import services
from infrastructure.api.limit_resources import LIMIT
from infrastructure.api.provider_resources import HYPERVISOR_TYPE, type_row
from infrastructure.api.resources import DATACENTER
from infrastructure.models import Datacenter, LocationLimit
from infrastructure.usage import hypervisor_types_of
from tenants.models import Enterprise

RESOURCE_USAGE = "PHYS_DC_RETRIEVE_RESOURCE_USAGE"


class LimitView(DialectView):
    """A view of, or below, the location limits of one enterprise."""

    def enterprise(self, pk: int) -> Enterprise:
        """Raises NotFound."""
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=pk), "EN-0")

    def limits(self, enterprise: int):
        """Raises NotFound for the enterprise."""
        self.enterprise(enterprise)
        return LocationLimit.objects.visible_to(self.actor).filter(enterprise_id=enterprise)

    def limit(self, enterprise: int, limit: int) -> LocationLimit:
        """The row, for a service. Raises NotFound."""
        found = self.limits(enterprise).select_related("enterprise", "datacenter").filter(pk=limit)
        return self.one(found, "LIMIT-8")

    def limit_row(self, enterprise: int, limit: int):
        """Raises NotFound."""
        return self.row(self.limits(enterprise).filter(pk=limit), LIMIT, "LIMIT-8")


class Limits(LimitView):
    @speaks("Locations an enterprise may use, with its limits there", answers=(LIMIT,), many=True, paged=True)
    def get(self, request, enterprise):
        return self.page(self.limits(enterprise), LIMIT)

    @speaks(
        "Let the enterprise use the location of the link 'location' (formerly 'datacenter')",
        answers=(LIMIT,),
        accepts=(LIMIT,),
        status=201,
    )
    def post(self, request, enterprise):
        found, document = self.enterprise(enterprise), self.document()
        templates = ("/admin/datacenters/{datacenter}", "/cloud/locations/{datacenter}")
        link = document.reference("datacenter", *templates) or document.require_reference(
            "location", *templates
        )
        visible = Datacenter.objects.visible_to(self.actor).filter(pk=link["datacenter"])
        made = services.allow_location(
            actor=self.actor,
            enterprise=found,
            datacenter=self.one(visible, "DC-0"),
            **LIMIT.read(document, creating=True),
        )
        return self.created(LIMIT, self.limit_row(enterprise, made.pk))


class OneLimit(LimitView):
    @speaks("An enterprise's limits in a location", answers=(LIMIT,))
    def get(self, request, enterprise, limit):
        return self.answer(LIMIT, self.limit_row(enterprise, limit))

    @speaks("Change limits in a location", answers=(LIMIT,), accepts=(LIMIT,))
    def put(self, request, enterprise, limit):
        found, row = self.limit(enterprise, limit), self.limit_row(enterprise, limit)
        values = LIMIT.read(self.document(), current=row)
        services.change_location_limit(actor=self.actor, location_limit=found, **values)
        return self.answer(LIMIT, self.limit_row(enterprise, limit))

    @speaks("Take a location from an enterprise without virtual datacenters there", status=204)
    def delete(self, request, enterprise, limit):
        services.forbid_location(actor=self.actor, location_limit=self.limit(enterprise, limit))
        return self.nothing()


class LimitDatacenter(LimitView):
    @speaks("The datacenter behind a limit", answers=(DATACENTER,))
    def get(self, request, enterprise, limit):
        found = self.limit(enterprise, limit)
        visible = Datacenter.objects.visible_to(self.actor).filter(pk=found.datacenter_id)
        return self.answer(DATACENTER, self.row(visible, DATACENTER, "DC-0"))


class LimitHypervisors(LimitView):
    @speaks("Hypervisor types with a host in the location", answers=(HYPERVISOR_TYPE,), many=True)
    def get(self, request, enterprise, limit):
        types = hypervisor_types_of([self.limit(enterprise, limit).datacenter])
        return self.whole([type_row(name) for name in types], HYPERVISOR_TYPE)


class DatacenterLimits(DialectView):
    @speaks(
        "Limits of the enterprises that may use a datacenter",
        answers=(LIMIT,),
        many=True,
        paged=True,
        privilege=RESOURCE_USAGE,
        parameters={"enterprise": "Only those of this enterprise."},
    )
    def get(self, request, datacenter):
        self.row(Datacenter.objects.visible_to(self.actor).filter(pk=datacenter), DATACENTER, "DC-0")
        limits = LocationLimit.objects.visible_to(self.actor).filter(datacenter_id=datacenter)
        enterprise = self.number("enterprise")
        return self.page(limits if enterprise is None else limits.filter(enterprise_id=enterprise), LIMIT)
