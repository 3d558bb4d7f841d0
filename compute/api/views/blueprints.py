"""Blueprints where appliances are: offered in a virtual datacenter, checked there, and made of appliances."""

from typing import Any

from catalogue.api.resources import SPEC, TEMPLATE_REFERENCE
from catalogue.api.views.blueprints import SpecView
from catalogue.models import Blueprint, BlueprintVersion
from compute import services
from compute.api.resources import VERIFICATION
from compute.api.specs import named_spec
from compute.api.views.virtual_appliances import ApplianceView
from compute.blueprints.questions import TEMPLATE
from compute.models import VirtualAppliance, VirtualDatacenter
from core.api.document import Document
from core.api.links import link
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Conflict, Reason

VDC_ID = {"vdcId": "The virtual datacenter it shall be made in."}


class OfferedView(SpecView):
    """A view of what is offered in one virtual datacenter, and of what it comes to there."""

    def virtual_datacenter(self, pk: int) -> VirtualDatacenter:
        """Raises NotFound."""
        found = VirtualDatacenter.objects.visible_to(self.actor).select_related("datacenter", "enterprise")
        return self.one(found.filter(pk=pk), "VDC-0")

    def offered(self, vdc: VirtualDatacenter):
        blueprints = Blueprint.objects.visible_to(self.actor).offered_to(vdc.enterprise_id)
        return self.defaults_of(blueprints.offered_in(vdc.datacenter_id))

    def send_verification(self, version: BlueprintVersion, vdc: VirtualDatacenter):
        found = services.validate_blueprint(
            actor=self.actor, version=version, virtual_datacenter=vdc, starts=False
        )
        templates = [question for question in found.resolution.questions if question.kind == TEMPLATE]
        owners = {option.id: option.enterprise_id for option in found.target.templates}
        row = {
            "templates": {
                question.key: [
                    self._template_link(vdc, owners[each.id], each) for each in question.candidates
                ]
                for question in templates
            },
            "public_ips": found.resolution.public_ips,
            "errors": _entries(found.problems(self.actor)),
            "warnings": _entries(found.resolution.warnings),
        }
        return self.answer(VERIFICATION, row)

    def _template_link(self, vdc: VirtualDatacenter, owner: int, candidate: Any) -> dict[str, str]:
        path = TEMPLATE_REFERENCE.format(
            enterprise=owner, repository=vdc.datacenter_id, template=candidate.id
        )
        return link("virtualmachinetemplate", self.base + path, "virtualmachinetemplate", candidate.name)


class OfferedSpecs(OfferedView):
    @speaks("Blueprints that may be used here, in their default versions", answers=(SPEC,), many=True,
            paged=True)  # fmt: skip
    def get(self, request, vdc):
        return self.send_specs(self.offered(self.virtual_datacenter(vdc)), vdc)


class OfferedSpec(OfferedView):
    @speaks("A version of a blueprint", answers=(SPEC,))
    def get(self, request, vdc, vappspec):
        self.virtual_datacenter(vdc)
        return self.answer(SPEC, self.spec_row(vdc, pk=vappspec))


class ValidateOffered(OfferedView):
    @speaks("What a blueprint comes to here", answers=(VERIFICATION,), parameters=VDC_ID)
    def get(self, request, vdc, vappspec):
        here = self.virtual_datacenter(vdc)
        return self.send_verification(self.instance(pk=vappspec), here)


class ValidateSpec(OfferedView):
    @speaks("What a blueprint comes to in a virtual datacenter", answers=(VERIFICATION,), parameters=VDC_ID)
    def get(self, request, enterprise, vappspec):
        version = self.instance(pk=vappspec, blueprint__enterprise_id=enterprise)
        vdc = self.number("vdcId")
        if vdc is None:
            raise Conflict("The query parameter vdcId is needed.", code="SPEC-18")
        return self.send_verification(version, self.virtual_datacenter(vdc))


class SpecOfAppliance(ApplianceView, SpecView):
    """A view that makes blueprints of an appliance."""

    def made(self, version: BlueprintVersion):
        return self.created(SPEC, self.spec_row(pk=version.pk))


class CreateSpec(SpecOfAppliance):
    @speaks(
        "Make a blueprint of an appliance, with links 'scope' and 'datacenter' shared and offered there",
        answers=(SPEC,),
        accepts=(SPEC,),
        status=201,
    )
    def post(self, request, vdc, vapp):
        appliance, document = self.appliance(vdc, vapp), self.document()
        values = SPEC.read(document)
        values.pop("is_default", None)  # the first version always is
        version = services.create_blueprint_of(
            actor=self.actor,
            virtual_appliance=appliance,
            name=values.pop("name", appliance.name),
            **values,
            **self.sharing(document),
        )
        return self.made(version)


class CreateSpecVersion(SpecOfAppliance):
    @speaks(
        "Make a further version, of the blueprint that is the appliance's origin or that a link 'origin' "
        "names; its description tells what is new",
        answers=(SPEC,),
        accepts=(SPEC,),
        status=201,
    )
    def post(self, request, vdc, vapp):
        appliance, document = self.appliance(vdc, vapp), self.document()
        values = SPEC.read(document)
        version = services.add_version_of(
            actor=self.actor,
            virtual_appliance=appliance,
            blueprint=self._origin(appliance, document).blueprint,
            note=values.get("description", ""),
            is_default=values.get("is_default", True),
        )
        return self.made(version)

    def _origin(self, appliance: VirtualAppliance, document: Document) -> BlueprintVersion:
        pk = named_spec(document, "origin", "edit") or appliance.origin_id
        if pk is None:
            raise Conflict(
                "This appliance has no blueprint yet: make one of it, or name one by a link 'origin'.",
                code="SPEC-2",
            )
        return self.instance(pk=pk)


def _entries(reasons: tuple[Reason, ...]) -> list[Row]:
    return [
        {"code": each.code, "message": f"{each.message} {each.remedy}".strip()}
        for each in reasons
        if not each.private
    ]
