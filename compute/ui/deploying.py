"""From the deploy form to services: the plan of what was filled in, then machines made and deployed."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compute import services
from compute.guests.naming import numbered
from compute.models import VirtualAppliance, VirtualMachine
from compute.services.templates import require_terms_accepted
from core.errors import Conflict, DomainError
from operations.services.control import scoped_key
from tenants.limits import Force, asked_force


@dataclass
class Result:
    """What became of it: the machines made, and the error that stopped the rest.

    ``repeated``: the form was sent before, and these are the machines it made then.
    """

    wanted: int
    repeated: bool = False
    machines: list[VirtualMachine] = field(default_factory=list)
    refused: DomainError | None = None

    @property
    def headline(self) -> str:
        if not self.machines:
            return _("Nothing was deployed")
        return ngettext(
            "%(done)s of %(wanted)s machine was deployed",
            "%(done)s of %(wanted)s machines were deployed",
            self.wanted,
        ) % {"done": len(self.machines), "wanted": self.wanted}


def force_of(request: HttpRequest) -> bool | Force:
    """Whether soft limits shall be passed, why and until when, as the plan's fields say. Raises Invalid."""
    sent = request.POST
    return asked_force(
        bool(sent.get("force")), reason=sent.get("force_reason", ""), until=sent.get("force_until", "")
    )


def force_fields(request: HttpRequest) -> dict[str, Any]:
    """What ``compute/_force.html`` shows again of what was sent."""
    names = {"forced": "force", "force_reason": "force_reason", "force_until": "force_until"}
    return {name: request.POST.get(field, "") for name, field in names.items()}


def plan_of(values: dict[str, Any]) -> services.Plan:
    """The plan for what the form holds. ``values`` is cleaned data of DeployForm."""
    return services.plan(
        services.Wanted(
            virtual_datacenter=values["virtual_datacenter"],
            vcpus=values["vcpus"],
            memory_mib=values["memory_mib"],
            disk_mib=services.taken_mib(values["disks"]),
            network=values["network"],
            count=values["count"],
            guest_drive=services.sets_itself_up(values["template"]),
        )
    )


def deploy_all(request: HttpRequest, values: dict[str, Any], *, force: bool | Force, draft: bool) -> Result:
    """Make the machines and deploy each; a refusal stops, and the machine it concerns is not left behind.

    The same form sent once more, or twice at once, makes nothing more: it has a key for that. Raises the
    fitting DomainError before anything is made when the plan says it can't be done.
    """
    keys = _keys(request, values["count"])
    result = Result(wanted=values["count"], machines=_made_before(request, keys))
    if result.machines:
        result.repeated = True
        return result
    require_terms_accepted(values["template"], bool(request.POST.get("terms_accepted")))
    if not draft:
        _require_possible(request.user, values, force)
    appliance = _appliance(request, values)
    for number, key in enumerate(keys, start=1):
        machine = _create(request, values, appliance, (number, key))
        try:
            if not draft:
                services.deploy(
                    actor=request.user,
                    machine_id=machine.id,
                    force=force,
                    idempotency_key=key,
                    correlation_id=request.correlation_id,
                )
        except DomainError as error:
            services.delete_virtual_machine(actor=request.user, machine_id=machine.id)
            result.refused = error
            return result
        result.machines.append(machine)
    return result


def _require_possible(actor: Any, values: dict[str, Any], force: bool | Force) -> None:
    plan = plan_of(values)
    problems = plan.problems(actor)
    soft_only = all(reason.code == "SOFT_LIMIT_EXCEEDED" for reason in problems)
    if not problems or (soft_only and force):
        return
    first = problems[0]
    raise Conflict(first.message, code=first.code, remedy=first.remedy, reasons=problems)


def _create(
    request: HttpRequest, values: dict[str, Any], appliance: VirtualAppliance, place: tuple[int, str | None]
) -> VirtualMachine:
    number, key = place
    name, several = values["name"] or values["template"].name, values["count"] > 1
    guest = dict(values.get("guest", {}))
    if several and guest.get("fqdn"):
        guest["fqdn"] = numbered(guest["fqdn"], number)
    return services.create_virtual_machine(
        actor=request.user,
        virtual_appliance=appliance,
        template=values["template"],
        name=f"{name}-{number}" if several else name,
        vcpus=values["vcpus"],
        memory_mib=values["memory_mib"],
        hardware_profile=values.get("hardware_profile"),
        network=values["network"],
        idempotency_key=key,
        terms_accepted=bool(request.POST.get("terms_accepted")),
        empty_disk_mib=values["empty_disk_mib"],
        system_disk_mib=values["system_disk_mib"],
        full_clone=bool(request.POST.get("full_clone")),
        **guest,
    )


def _keys(request: HttpRequest, count: int) -> list[str | None]:
    """A key for each machine, of the form's own key and all it says: who goes back and changes something
    means something new. Without a key of the form there are none."""
    sent = request.POST
    if not sent.get("key"):
        return [None] * count
    said = sorted((name, sent.getlist(name)) for name in sent if name != "csrfmiddlewaretoken")
    whole = hashlib.sha256(repr(said).encode()).hexdigest()
    return [f"{whole}:{number}" for number in range(1, count + 1)]


def _made_before(request: HttpRequest, keys: list[str | None]) -> list[VirtualMachine]:
    made = [scoped_key(request.user, key) for key in keys if key]
    seen = VirtualMachine.objects.visible_to(request.user)
    return list(seen.filter(creation_key__in=made).order_by("id")) if made else []


def _appliance(request: HttpRequest, values: dict[str, Any]) -> VirtualAppliance:
    """The chosen appliance, or a new one with the given name."""
    if values["virtual_appliance"]:
        return values["virtual_appliance"]
    datacenter, name = values["virtual_datacenter"], values["new_appliance"] or "main"
    mine = VirtualAppliance.objects.visible_to(request.user).filter(virtual_datacenter=datacenter)
    existing = mine.filter(name=name).first()
    if existing is not None:
        return existing
    try:
        return services.create_virtual_appliance(actor=request.user, virtual_datacenter=datacenter, name=name)
    except Conflict:
        # Somebody, or the same form sent twice, was quicker.
        meanwhile = mine.filter(name=name).first()
        if meanwhile is None:
            raise
        return meanwhile
