"""Virtual appliances."""

from catalogue.api.resources import SPEC
from catalogue.models import BlueprintVersion
from compute import services
from compute.api.forcing import FORCE, forced
from compute.api.repeating import KEYS
from compute.api.resources import APPLIANCE_STATE, VIRTUAL_APPLIANCE
from compute.api.rows import with_states
from compute.api.specs import choices_in, require_spec
from compute.api.views.virtual_datacenters import VirtualDatacenterView
from compute.models import VirtualAppliance, VirtualDatacenter
from core.api.resource import Row
from core.api.verbs import speaks
from tenants.models import Enterprise


class ApplianceView(VirtualDatacenterView):
    """A view of, or below, the appliances of one virtual datacenter."""

    def appliances(self, vdc: int):
        """Raises NotFound for the virtual datacenter."""
        self.virtual_datacenter(vdc)
        return VirtualAppliance.objects.visible_to(self.actor).filter(virtual_datacenter_id=vdc)

    def appliance(self, vdc: int, vapp: int) -> VirtualAppliance:
        """Raises NotFound."""
        return self.one(self.appliances(vdc).filter(pk=vapp), "VAPP-0")

    def appliance_row(self, vdc: int, vapp: int) -> Row:
        """The row of an appliance with its state. Raises NotFound."""
        row = self.row(self.appliances(vdc).filter(pk=vapp), VIRTUAL_APPLIANCE, "VAPP-0")
        return with_states(self.actor, [row])[0]


class VirtualAppliances(ApplianceView):
    @speaks("Virtual appliances", answers=(VIRTUAL_APPLIANCE,), many=True, paged=True)
    def get(self, request, vdc):
        page = self.read_page(self.appliances(vdc), VIRTUAL_APPLIANCE)
        with_states(self.actor, page.rows)
        return self.send_page(page, VIRTUAL_APPLIANCE)

    @speaks(
        "Create a virtual appliance, or make one of the blueprint that is sent",
        answers=(VIRTUAL_APPLIANCE,),
        accepts=(VIRTUAL_APPLIANCE, SPEC),
        status=201,
        parameters={**FORCE, **KEYS},
    )
    def post(self, request, vdc):
        parent = self.virtual_datacenter(vdc)
        if self.brings(SPEC.name):
            return self._materialise(parent)
        values = VIRTUAL_APPLIANCE.read(self.document(), creating=True)
        made = services.create_virtual_appliance(actor=self.actor, virtual_datacenter=parent, **values)
        return self.created(VIRTUAL_APPLIANCE, self.appliance_row(vdc, made.pk))

    def _materialise(self, vdc: VirtualDatacenter):
        """201 with the appliance, empty and locked until its task has ended."""
        document = self.document()
        versions = BlueprintVersion.objects.visible_to(self.actor).select_related("blueprint")
        version = self.one(versions.filter(pk=require_spec(document)), "SPEC-0")
        operation = services.materialise_blueprint(
            actor=self.actor,
            version=version,
            virtual_datacenter=vdc,
            choices=choices_in(document, version.blueprint),
            force=forced(self.params),
            idempotency_key=self.request.headers.get("Idempotency-Key"),
            correlation_id=getattr(self.request, "correlation_id", ""),
        )
        self.choose(VIRTUAL_APPLIANCE)
        return self.created(VIRTUAL_APPLIANCE, self.appliance_row(vdc.pk, operation.resource_id))


class OneVirtualAppliance(ApplianceView):
    @speaks("A virtual appliance", answers=(VIRTUAL_APPLIANCE,))
    def get(self, request, vdc, vapp):
        return self.answer(VIRTUAL_APPLIANCE, self.appliance_row(vdc, vapp))

    @speaks("Change name, description or icon", answers=(VIRTUAL_APPLIANCE,), accepts=(VIRTUAL_APPLIANCE,))
    def put(self, request, vdc, vapp):
        found = self.appliance(vdc, vapp)
        values = VIRTUAL_APPLIANCE.read(self.document())
        services.update_virtual_appliance(actor=self.actor, virtual_appliance=found, **values)
        return self.answer(VIRTUAL_APPLIANCE, self.appliance_row(vdc, vapp))

    @speaks("Delete an empty virtual appliance", status=204)
    def delete(self, request, vdc, vapp):
        services.delete_virtual_appliance(actor=self.actor, virtual_appliance=self.appliance(vdc, vapp))
        return self.nothing()


class ApplianceState(ApplianceView):
    @speaks("The state derived from its machines", answers=(APPLIANCE_STATE,))
    def get(self, request, vdc, vapp):
        return self.answer(APPLIANCE_STATE, self.appliance_row(vdc, vapp))


class EnterpriseAppliances(ApplianceView):
    @speaks("All virtual appliances of an enterprise", answers=(VIRTUAL_APPLIANCE,), many=True, paged=True)
    def get(self, request, enterprise):
        self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        visible = VirtualAppliance.objects.visible_to(self.actor).filter(enterprise_id=enterprise)
        page = self.read_page(visible, VIRTUAL_APPLIANCE)
        with_states(self.actor, page.rows)
        return self.send_page(page, VIRTUAL_APPLIANCE)
