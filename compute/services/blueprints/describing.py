"""A virtual appliance as the content of a blueprint, with what is not taken along and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalogue.blueprints.content import MOST_MACHINES, Content, content_of
from catalogue.models import Blueprint, BlueprintVersion
from catalogue.services import add_blueprint_version, create_blueprint
from compute.models import Disk, DiskKind, VirtualAppliance, VirtualMachine
from compute.services.access import locked_container
from core.errors import Conflict, Invalid, Reason
from core.transactions import retried_transaction
from networking.models import Network, NetworkKind, Nic
from tenants.models import Enterprise

LABEL_LENGTH = 120


@dataclass(frozen=True)
class Description:
    """``content`` is None when nothing of it can be taken along; ``left_out`` says what and why."""

    content: Content | None
    left_out: tuple[Reason, ...]

    def require_content(self) -> Content:
        """Raise unless there is something: Invalid (SPEC-5: no machines), Conflict (SPEC-12)."""
        if self.content is not None:
            return self.content
        if not self.left_out:
            raise Invalid(
                _("The virtual appliance holds no machines."), code="SPEC-5", remedy=_("Make some first.")
            )
        first = self.left_out[0]
        raise Conflict(first.message, code=first.code, remedy=first.remedy, reasons=self.left_out)


def describe(
    *, actor: Any, virtual_appliance: VirtualAppliance, keeps_addresses: bool = False
) -> Description:
    """What a blueprint of the appliance would hold: the machines the actor sees, with their networks.

    ``keeps_addresses`` fixes the addresses they hold now; those that are fixed stay so in any case.
    Raises Conflict (BLUEPRINT-SIZE) for more machines than a blueprint makes.
    """
    machines = list(
        VirtualMachine.objects.visible_to(actor)
        .filter(virtual_appliance=virtual_appliance)
        .select_related("template", "hardware_profile", "guest")
        .order_by("id")[: MOST_MACHINES + 1]
    )
    if len(machines) > MOST_MACHINES:
        raise Conflict(
            _("%(name)s holds more than %(most)s machines, the most that a blueprint makes.")
            % {"name": virtual_appliance.name, "most": MOST_MACHINES},
            code="BLUEPRINT-SIZE",
            remedy=_("Spread them over several appliances."),
        )
    reader = _Reader(machines, keeps_addresses)
    parts = [reader.machine(machine) for machine in machines if reader.takes(machine)]
    if not parts:
        return Description(None, tuple(reader.left_out))
    content = content_of({"networks": reader.networks(), "machines": parts})
    return Description(content, tuple(reader.left_out))


@retried_transaction
def create_blueprint_of(
    *,
    actor: Any,
    virtual_appliance: VirtualAppliance,
    name: str,
    keeps_addresses: bool = False,
    **options: Any,
) -> BlueprintVersion:
    """A blueprint of the appliance as it is now, which has that for its origin from then on.

    ``options`` are those of ``create_blueprint``. Raises PermissionRefused, Invalid, Conflict.
    """
    appliance = locked_container(virtual_appliance)
    found = describe(actor=actor, virtual_appliance=appliance, keeps_addresses=keeps_addresses)
    owner = Enterprise.objects.get(pk=appliance.enterprise_id)
    version = create_blueprint(
        actor=actor, enterprise=owner, name=name, content=found.require_content(), **options
    )
    return _originates(appliance, version)


@retried_transaction
def add_version_of(
    *,
    actor: Any,
    virtual_appliance: VirtualAppliance,
    blueprint: Blueprint,
    keeps_addresses: bool = False,
    **options: Any,
) -> BlueprintVersion:
    """A further version of the blueprint, of the appliance as it is now. ``options``: ``note``,
    ``is_default``. Raises PermissionRefused, NotFound, Invalid, Conflict."""
    appliance = locked_container(virtual_appliance)
    found = describe(actor=actor, virtual_appliance=appliance, keeps_addresses=keeps_addresses)
    version = add_blueprint_version(
        actor=actor, blueprint=blueprint, content=found.require_content(), **options
    )
    return _originates(appliance, version)


def _originates(appliance: VirtualAppliance, version: BlueprintVersion) -> BlueprintVersion:
    VirtualAppliance.objects.filter(pk=appliance.pk).update(origin=version)
    return version


class _Reader:
    """Reads the disks and cards of all machines at once."""

    def __init__(self, machines: list[VirtualMachine], keeps_addresses: bool):
        self.keeps_addresses = keeps_addresses
        self.left_out: list[Reason] = []
        self.used: dict[int, Network] = {}
        self.labels: set[str] = set()
        ids = [machine.pk for machine in machines]
        own = Disk.objects.exclude(kind=DiskKind.CDROM).filter(virtual_machine_id__in=ids)
        self.disks = _by_machine(own.order_by("position"))
        nics = Nic.objects.filter(virtual_machine_id__in=ids).select_related("network", "lease")
        self.nics = _by_machine(nics.order_by("position"))

    def takes(self, machine: VirtualMachine) -> bool:
        """Whether the machine is made of a template that others can be made of too."""
        if machine.template is None:
            self._leave(
                "BLUEPRINT-CAPTURED",
                _("%(name)s was taken over from its host and is made of no template.")
                % {"name": machine.name},
                _("Make a template of it first."),
            )
        elif machine.template.persistent:
            self._leave(
                "SPEC-12",
                _("%(name)s has a persistent disk, which can't be made twice.") % {"name": machine.name},
            )
        return machine.template is not None and not machine.template.persistent

    def machine(self, machine: VirtualMachine) -> dict[str, Any]:
        profile = machine.hardware_profile
        size: dict[str, Any] = {"vcpus": machine.vcpus, "memory_mib": machine.memory_mib}
        if profile is not None:
            size["profile"] = {"name": profile.name, "uuid": str(profile.uuid)}
        return {
            "label": self._label(machine.name),
            "description": machine.description,
            "template": {"name": machine.template.name, "uuid": str(machine.template.uuid)},
            "size": size,
            "disks": [{"size_mib": disk.size_mib} for disk in self.disks[machine.pk]],
            "guest": self._guest(machine),
            "cards": list(filter(None, (self._card(machine, nic) for nic in self.nics[machine.pk]))),
        }

    def _guest(self, machine: VirtualMachine) -> dict[str, Any]:
        """Host name and variables of its own, and whether addresses are static. User data may hold secrets,
        and whoever uses a blueprint reads it."""
        guest = getattr(machine, "guest", None)
        if guest is not None and guest.user_data_bytes:
            self._leave(
                "BLUEPRINT-USER-DATA",
                _("The user data of %(name)s, which may hold secrets.") % {"name": machine.name},
                _("Download the file, write what all may read as user_data, and make that a new version."),
            )
        common = machine.template.variables
        own = {name: value for name, value in machine.variables.items() if common.get(name) != value}
        return {
            "fqdn": machine.fqdn,
            "variables": own,
            "static_addresses": guest is not None and guest.static_addresses,
        }

    def networks(self) -> list[dict[str, Any]]:
        """Those that cards were taken of, in the order of their names."""
        return [
            {
                "name": network.name,
                "cidr": str(network.cidr),
                "gateway": network.gateway,
                "dns": [ip for ip in (network.primary_dns, network.secondary_dns) if ip],
                "domain": network.suffix_dns.lower(),
            }
            for network in sorted(self.used.values(), key=lambda network: network.name)
        ]

    def _card(self, machine: VirtualMachine, nic: Nic) -> dict[str, Any] | None:
        if nic.network.kind != NetworkKind.INTERNAL:
            self._leave(
                "BLUEPRINT-NETWORK-KIND",
                _("The card of %(machine)s in %(network)s: only private networks are made anew.")
                % {"machine": machine.name, "network": nic.network.name},
            )
            return None
        self.used[nic.network_id] = nic.network
        lease = getattr(nic, "lease", None) if self.keeps_addresses else None
        place = nic.fixed_offset if nic.fixed_offset is not None else lease and lease.offset
        return {"network": nic.network.name} | ({"host": place} if place else {})

    def _label(self, name: str) -> str:
        label, number = name, 2
        while label in self.labels:
            label, number = f"{name[:LABEL_LENGTH]}-{number}", number + 1
        self.labels.add(label)
        return label

    def _leave(self, code: str, message: str, remedy: str = "") -> None:
        self.left_out.append(Reason(code, message, remedy))


def _by_machine(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.virtual_machine_id].append(row)
    return found
