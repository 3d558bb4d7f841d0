"""Virtual machines: lists, definition, removal."""

from dataclasses import replace

from django.utils.translation import gettext as _

from catalogue.api.resources import TEMPLATE_REFERENCE
from catalogue.models import Template, TemplateDisk
from compute import services
from compute.addresses import machine_path
from compute.api import lists
from compute.api.forcing import FORCE, forced
from compute.api.resources import VIRTUAL_MACHINE
from compute.api.rows import with_parts
from compute.api.views.virtual_appliances import ApplianceView
from compute.models import VirtualMachine
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Conflict, Invalid
from infrastructure.models import HardwareProfile, Host
from infrastructure.querysets import DETAILS
from networking.models import Network
from tenants.models import Enterprise, User

NETWORK_REFERENCES = (
    "/cloud/virtualdatacenters/{vdc}/privatenetworks/{network}/ips/{ip}",
    "/cloud/virtualdatacenters/{vdc}/privatenetworks/{network}",
)


class MachineView(ApplianceView):
    """A view of, or below, the machines the actor sees."""

    def machines(self):
        return VirtualMachine.objects.visible_to(self.actor).with_locked()

    def machine_row(self, vdc: int, vapp: int, vm: int) -> Row:
        """The row of a machine at this address, without its parts. Raises NotFound."""
        found = self.machines().filter(pk=vm, virtual_appliance_id=vapp, virtual_datacenter_id=vdc)
        return self.row(found, VIRTUAL_MACHINE, "VM-1")

    def require_machine(self, vdc: int, vapp: int, vm: int) -> None:
        """For what needs no more than that the machine is at this address. Raises NotFound."""
        machines = VirtualMachine.objects.visible_to(self.actor)
        if not machines.filter(pk=vm, virtual_appliance_id=vapp, virtual_datacenter_id=vdc).exists():
            raise self.missing("VM-1")

    def send_machines(self, build, *ids: int):
        """A page of ``build(actor, *ids)`` with their numbered links."""
        page = self.read_hot_page(build, ids, VIRTUAL_MACHINE)
        return self.send_page(replace(page, rows=with_parts(self.actor, page.rows)), VIRTUAL_MACHINE)

    def machine_path(self) -> str:
        """The path of the machine this request's address names."""
        return machine_path(self.kwargs["vdc"], self.kwargs["vapp"], self.kwargs["vm"])

    def task_path(self, operation_id) -> str | None:
        return f"{self.machine_path()}/tasks/{operation_id}" if "vm" in self.kwargs else None

    def accepted_task(self, operation):
        """202 with the task's address."""
        return self.accepted(self.task_path(operation.id))

    @property
    def correlation_id(self) -> str:
        return getattr(self.request, "correlation_id", "")


class VirtualMachines(MachineView):
    @speaks("Machines of an appliance", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request, vdc, vapp):
        self.appliance(vdc, vapp)
        return self.send_machines(lists.of_appliance, vapp)

    @speaks(
        "Define a machine from the template of the link 'virtualmachinetemplate'",
        answers=(VIRTUAL_MACHINE,),
        accepts=(VIRTUAL_MACHINE,),
        status=201,
    )
    def post(self, request, vdc, vapp):
        parent, document = self.appliance(vdc, vapp), self.document()
        values = VIRTUAL_MACHINE.read(document)
        made = services.create_virtual_machine(
            actor=self.actor,
            virtual_appliance=parent,
            template=_template(self, document),
            hardware_profile=hardware_profile(self, document),
            network=_network(self, document, vdc),
            image_id=_image(self, document),
            **values,
        )
        row = self.machine_row(vdc, vapp, made.pk)
        return self.created(VIRTUAL_MACHINE, with_parts(self.actor, [row])[0])


class OneVirtualMachine(MachineView):
    @speaks("A machine", answers=(VIRTUAL_MACHINE,))
    def get(self, request, vdc, vapp, vm):
        row = self.machine_row(vdc, vapp, vm)
        return self.answer(VIRTUAL_MACHINE, with_parts(self.actor, [row])[0])

    @speaks(
        "Change a machine: 204 when done at once, 202 with a task when it is deployed",
        answers=("acceptedrequest",),
        accepts=(VIRTUAL_MACHINE,),
        status=202,
        parameters=FORCE,
    )
    def put(self, request, vdc, vapp, vm):
        row, document = self.machine_row(vdc, vapp, vm), self.document()
        values = VIRTUAL_MACHINE.read(document, current=row)
        refuse_other_parts(document, with_parts(self.actor, [row])[0])
        operation = services.update_virtual_machine(
            actor=self.actor,
            machine_id=vm,
            force=forced(self.params),
            correlation_id=self.correlation_id,
            hardware_profile=hardware_profile(self, document),
            image_id=_image(self, document),
            **values,
        )
        return self.accepted_task(operation) if operation else self.nothing()

    @speaks(
        "Delete a machine; a deployed one is undeployed first",
        answers=("acceptedrequest",),
        status=202,
        parameters={"force": "true gives up one whose host does not answer; for administrators."},
    )
    def delete(self, request, vdc, vapp, vm):
        self.machine_row(vdc, vapp, vm)
        operation = services.delete_virtual_machine(
            actor=self.actor, machine_id=vm, force=self.flag("force"), correlation_id=self.correlation_id
        )
        return self.accepted_task(operation) if operation else self.nothing()


class AllMachines(MachineView):
    @speaks("All machines the actor sees", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request):
        return self.send_machines(lists.all_machines)


class DatacenterMachines(MachineView):
    @speaks("All machines of a virtual datacenter", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request, vdc):
        self.virtual_datacenter(vdc)
        return self.send_machines(lists.of_datacenter, vdc)


class EnterpriseMachines(MachineView):
    @speaks("All machines of an enterprise", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request, enterprise):
        self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        return self.send_machines(lists.of_enterprise, enterprise)


class UserMachines(MachineView):
    @speaks("All machines a user created", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request, enterprise, user):
        self.one(User.objects.visible_to(self.actor).filter(pk=user, enterprise_id=enterprise), "USER-0")
        return self.send_machines(lists.of_owner, user)


class TemplateMachines(MachineView):
    @speaks("All machines made of a template", answers=(VIRTUAL_MACHINE,), many=True, paged=True)
    def get(self, request, enterprise, repository, template):
        found = Template.objects.visible_to(self.actor).filter(
            pk=template, enterprise_id=enterprise, repository__datacenter_id=repository
        )
        self.one(found, "VIMAGE-0")
        return self.send_machines(lists.of_template, template)


class HostMachines(MachineView):
    @speaks("All machines on a host", answers=(VIRTUAL_MACHINE,), many=True, paged=True, privilege=DETAILS)
    def get(self, request, datacenter, rack, machine):
        hosts = Host.objects.visible_to(self.actor).filter(pk=machine, rack=rack, datacenter=datacenter)
        self.one(hosts, "MACHINE-0")
        return self.send_machines(lists.of_host, machine)


def hardware_profile(view: MachineView, document: Document) -> HardwareProfile | None:
    """The profile a body's link names, None when there is no such link. Raises NotFound."""
    link = document.reference("hardwareprofile", "/cloud/locations/{location}/hardwareprofiles/{profile}")
    if link is None:
        return None
    return view.one(HardwareProfile.objects.visible_to(view.actor).filter(pk=link["profile"]), "HP-0")


def refuse_other_parts(document: Document, row: Row) -> None:
    """NICs and disks can't be changed yet: links to others than there are would be ignored, so refuse."""
    for family, held in (("nic", row["nics"]), ("disk", row["disks"])):
        sent = {
            str(each.get("href", "")).rstrip("/").rsplit("/", 1)[-1] for each in document.numbered(family)
        }
        if sent - {str(each["id"]) for each in held}:
            raise Conflict(
                f"Changing the {family}s of a machine isn't possible yet.", code="409-CONFLICT-NotImpemented"
            )


def _template(view: MachineView, document: Document) -> Template:
    link = document.require_reference("virtualmachinetemplate", TEMPLATE_REFERENCE)
    templates = Template.objects.visible_to(view.actor)
    found = templates.filter(
        pk=link["template"], enterprise_id=link["enterprise"], repository__datacenter_id=link["repository"]
    )
    return view.one(found, "VIMAGE-0")


def _image(view: MachineView, document: Document) -> int | None:
    """The ISO image of the template a body's ``dvd`` links to as ``image``, None without a ``dvd``.

    Raises Invalid (DVD-2), NotFound (VIMAGE-0), Conflict (HD-14).
    """
    dvd = document.embedded("dvd")
    if dvd is None:
        return None
    link = dvd.reference("image", TEMPLATE_REFERENCE)
    if link is None:
        raise Invalid(
            _("A dvd names its image by a link 'image' to a template."),
            code="DVD-2",
            remedy=_("To eject one, delete its disk below storage/disks."),
        )
    disks = TemplateDisk.objects.visible_to(view.actor).filter(
        template_id=link["template"],
        template__enterprise_id=link["enterprise"],
        template__repository__datacenter_id=link["repository"],
    )
    found = list(disks.order_by("-optical").values_list("pk", "optical")[:1])
    if not found:
        raise view.missing("VIMAGE-0")
    if not found[0][1]:
        raise Conflict(_("This template has no ISO image to insert."), code="HD-14")
    return found[0][0]


def _network(view: MachineView, document: Document, vdc: int) -> Network | None:
    for rel in ("nic0", "privatenetwork", "privateip"):
        link = document.reference(rel, *NETWORK_REFERENCES)
        if link:
            networks = Network.objects.visible_to(view.actor)
            return view.one(networks.filter(pk=link["network"], virtual_datacenter_id=vdc), "VLAN-8")
    return None
