"""Forms check shape and range; whether something may be done is decided by services."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from catalogue.models import Template
from catalogue.services.bounds import size_refusals
from compute.models import Disk, VirtualAppliance, VirtualDatacenter
from compute.services import disks_for, sets_itself_up
from compute.ui.filters import whole_number
from compute.ui.guest_forms import GuestForm
from contracts.vocabulary import HypervisorType
from core.errors import DomainError
from core.ui.amounts import size_text
from infrastructure.models import Datacenter, HardwareProfile
from infrastructure.usage import hypervisor_types_of
from networking.models import Network
from tenants.limits import VIRTUAL_RESOURCES
from tenants.ui.limit_form import LimitsForm

MOST_AT_ONCE = 20
MOST_VCPUS = 128
MOST_EMPTY_GIB = 64 * 1024
LEAST_MEMORY_MIB = 32
MOST_MEMORY_MIB = 4 * 1024 * 1024
name_of_a_thing = RegexValidator(
    r"^[^\s/\\<>][^/\\<>]*$", _("A name may not begin with a space nor hold / \\ < or >.")
)


class HardwareForm(forms.Form):
    """vCPU, memory and sizes of ``disks`` of a machine that is off or not deployed."""

    vcpus = forms.IntegerField(label=_("vCPU"), min_value=1, max_value=MOST_VCPUS)
    memory_mib = forms.IntegerField(
        label=_("Memory in MiB"),
        min_value=LEAST_MEMORY_MIB,
        max_value=MOST_MEMORY_MIB,
        help_text=_("1024 MiB are 1 GiB."),
    )

    def __init__(self, *args: Any, disks: Iterable[Disk] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.disks = {f"disk_{disk.pk}": disk.pk for disk in disks}
        for (name, _pk), disk in zip(self.disks.items(), disks, strict=True):
            self.fields[name] = forms.IntegerField(
                label=_("Disk %(number)s in GiB") % {"number": disk.position + 1},
                required=False,
                min_value=1,
                max_value=MOST_EMPTY_GIB,
                help_text=_("Now %(size)s. It only grows.") % {"size": size_text(disk.size_mib)},
                widget=forms.NumberInput(attrs={"placeholder": _("as it is")}),
            )

    @property
    def size(self) -> dict[str, Any]:
        """The arguments for the service. Of a valid form."""
        asked = {pk: self.cleaned_data[name] for name, pk in self.disks.items()}
        return {
            "vcpus": self.cleaned_data["vcpus"],
            "memory_mib": self.cleaned_data["memory_mib"],
            "disk_sizes": {pk: gib * 1024 for pk, gib in asked.items() if gib},
        }


class ApplianceForm(forms.Form):
    """A new virtual appliance."""

    virtual_datacenter = forms.ModelChoiceField(
        VirtualDatacenter.objects.none(), label=_("Virtual datacenter"), empty_label=None
    )
    name = forms.CharField(label=_("Name"), max_length=128, validators=[name_of_a_thing])

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["virtual_datacenter"].queryset = VirtualDatacenter.objects.visible_to(actor)


class DatacenterForm(forms.Form):
    """A new virtual datacenter in a location that is open to the enterprise."""

    name = forms.CharField(label=_("Name"), max_length=128, validators=[name_of_a_thing])
    datacenter = forms.ModelChoiceField(Datacenter.objects.none(), label=_("Location"), empty_label=None)
    hypervisor_type = forms.ChoiceField(
        label=_("Hypervisor"), choices=[(kind.value, kind.value) for kind in HypervisorType]
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        datacenters = Datacenter.objects.usable_by(actor)
        self.fields["datacenter"].queryset = datacenters
        kinds = hypervisor_types_of(datacenters)
        if kinds:
            self.fields["hypervisor_type"].choices = [(kind, kind) for kind in kinds]


class DatacenterLimitsForm(LimitsForm):
    """Name and allocation limits of a virtual datacenter."""

    resources = VIRTUAL_RESOURCES
    name = forms.CharField(label=_("Name"), max_length=128, validators=[name_of_a_thing])


class DeployForm(forms.Form):
    """Everything the one-page deploy form asks for. Deployable once a template is chosen."""

    template = forms.ModelChoiceField(
        Template.objects.none(), label=_("Template"), error_messages={"required": _("Choose a template.")}
    )
    size = forms.CharField(label=_("Size"), required=False)
    vcpus = forms.IntegerField(label=_("vCPU"), required=False, min_value=1, max_value=MOST_VCPUS)
    memory_mib = forms.IntegerField(
        label=_("Memory in MiB"), required=False, min_value=LEAST_MEMORY_MIB, max_value=MOST_MEMORY_MIB
    )
    empty_disk_gib = forms.IntegerField(
        label=_("Empty disk in GiB"), required=False, min_value=1, max_value=MOST_EMPTY_GIB,
        help_text=_("The image is a CD: the machine starts from it, and it can be installed on this disk."),
    )  # fmt: skip
    system_disk_gib = forms.IntegerField(
        label=_("System disk in GiB"), required=False, min_value=1, max_value=MOST_EMPTY_GIB,
        help_text=_("The guest sees a larger disk; many enlarge their file system at the first start."),
        widget=forms.NumberInput(attrs={"placeholder": _("as the template has it")}),
    )  # fmt: skip
    virtual_datacenter = forms.ModelChoiceField(
        VirtualDatacenter.objects.none(), label=_("Virtual datacenter"), empty_label=None
    )
    virtual_appliance = forms.ModelChoiceField(
        VirtualAppliance.objects.none(), label=_("Virtual appliance"), required=False
    )
    new_appliance = forms.CharField(label=_("Name of the new appliance"), max_length=128, required=False)
    network = forms.ModelChoiceField(Network.objects.none(), label=_("Network"), required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False, validators=[name_of_a_thing])
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_AT_ONCE)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor = actor
        datacenters = VirtualDatacenter.objects.visible_to(actor).select_related("datacenter", "enterprise")
        self.fields["template"].queryset = Template.objects.visible_to(actor).filter(
            state="DONE", retired_at=None
        )
        self.fields["virtual_datacenter"].queryset = datacenters
        self.fields["virtual_appliance"].queryset = VirtualAppliance.objects.visible_to(actor)
        self.fields["network"].queryset = Network.objects.visible_to(actor)
        self.guest = GuestForm(
            self.data if self.is_bound else None, actor=actor, owner_id=actor.pk, prefix="guest"
        )

    def clean(self) -> dict[str, Any]:
        """Size comes from the image, a profile or both custom fields; what is chosen must belong together."""
        values = super().clean()
        if "template" in values:
            self._clean_size(values)
            self._clean_guest(values)
            self._clean_disks(values)
        datacenter = values.get("virtual_datacenter")
        for name in ("virtual_appliance", "network"):
            chosen = values.get(name)
            if chosen and datacenter and chosen.virtual_datacenter_id != datacenter.id:
                values[name] = None
        if datacenter and not values.get("network"):
            networks = Network.objects.visible_to(self.actor)
            values["network"] = networks.filter(virtual_datacenter_id=datacenter.id, is_default=True).first()
        return values

    def problems(self) -> list[tuple[str, str]]:
        """What is missing or wrong, by the labels of fields."""
        guest = self.guest.errors.items() if "guest" in getattr(self, "cleaned_data", {}) else ()
        return [
            (self[name].label, errors[0]) for name, errors in self.errors.items() if name in self.fields
        ] + [(self.guest[name].label, errors[0]) for name, errors in guest]

    def _clean_guest(self, values: dict[str, Any]) -> None:
        """What the guest is told counts only where one reads it."""
        values["guest"] = {}
        if not sets_itself_up(values["template"]):
            return
        self.guest.os_type = values["template"].os_type
        if self.guest.is_valid():
            values["guest"] = self.guest.arguments
        else:
            self.add_error(None, _("The guest's set-up has a mistake."))

    def _clean_disks(self, values: dict[str, Any]) -> None:
        for name in ("empty_disk", "system_disk"):
            gib = values.get(f"{name}_gib")
            values[f"{name}_mib"] = gib * 1024 if gib else None
        try:
            values["disks"] = disks_for(
                list(values["template"].disks.all()), values["empty_disk_mib"], (values["system_disk_mib"],)
            )
        except DomainError as error:
            self.add_error("system_disk_gib", f"{error.message} {error.remedy}".strip())

    def _clean_size(self, values: dict[str, Any]) -> None:
        chosen = values.get("size") or "image"
        if chosen == "custom":
            for name in ("vcpus", "memory_mib"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Give a number, or choose a size above."))
            self._check_bounds(values)
            return
        source = values["template"] if chosen == "image" else self._profile(chosen)
        if source is None:
            self.add_error("size", _("This size is no longer offered."))
            return
        values |= {"vcpus": source.vcpus, "memory_mib": source.memory_mib}
        values["hardware_profile"] = source if chosen != "image" else None
        self._check_bounds(values)

    def _check_bounds(self, values: dict[str, Any]) -> None:
        """What the template allows; told where the size was chosen."""
        if values.get("vcpus") and values.get("memory_mib"):
            size = {name: values[name] for name in ("vcpus", "memory_mib")}
            for reason in size_refusals(values["template"], **size):
                self.add_error("size", f"{reason.message} {reason.remedy}")

    def _profile(self, chosen: str) -> HardwareProfile | None:
        profiles = HardwareProfile.objects.visible_to(self.actor).filter(active=True)
        number = whole_number(chosen)
        return None if number is None else profiles.filter(pk=number).first()
