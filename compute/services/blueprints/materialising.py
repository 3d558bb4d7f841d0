"""Accepting to make an appliance of a blueprint: everything is decided and admitted here, under locks."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import BlueprintVersion
from catalogue.services.blueprints import CONSUME
from compute.blueprints.target import Choices
from compute.models import VirtualDatacenter
from compute.services.blueprints.saga import KIND
from compute.services.blueprints.validation import Validation, validate_blueprint
from compute.services.virtual_datacenter import create_virtual_appliance
from core.errors import Conflict, NotFound, OperationInProgress
from core.transactions import retried_transaction
from infrastructure.services import locked_place_in
from operations import engine
from operations.models import Operation
from operations.services import repeated_operation
from operations.services.control import scoped_key
from tenants.access import Decision, may, require
from tenants.limits import Force
from tenants.services.refusals import noting_refusals

MANAGE, DEPLOY = "VDC_MANAGE_VAPP", "VAPP_DEPLOY_UNDEPLOY"


def may_use_blueprints(actor: Any, virtual_datacenter: Any = None) -> Decision:
    """Whether the actor may make appliances of blueprints (there), with the reason when not."""
    consumes = may(actor, CONSUME, virtual_datacenter)
    return may(actor, MANAGE, virtual_datacenter) if consumes else consumes


@noting_refusals
@retried_transaction
def materialise_blueprint(
    *,
    actor: Any,
    version: BlueprintVersion,
    virtual_datacenter: VirtualDatacenter,
    choices: Choices | None = None,
    starts: bool = False,
    **asked: Any,
) -> Operation:
    """Accept making an appliance of this version; the operation's resource is the appliance, empty yet.

    ``starts`` deploys its machines, all or none of them. ``asked``: ``force`` passes soft limits,
    ``fingerprint`` of a shown validation makes this refuse when it is no longer the same,
    ``idempotency_key``, ``correlation_id``. Raises PermissionRefused, NotFound, Conflict (SPEC-14 with all
    that is wrong, PLAN-CHANGED), OperationInProgress (one at a time in a virtual datacenter),
    LimitExceeded, NoPlacement.
    """
    vdc = virtual_datacenter
    for privilege in (CONSUME, MANAGE, *((DEPLOY,) if starts else ())):
        require(actor, privilege, vdc)
    repeated = repeated_operation(actor=actor, idempotency_key=asked.get("idempotency_key"), kind=KIND)
    if repeated and repeated.virtual_datacenter_id == vdc.pk:
        return repeated
    place = locked_place_in(enterprise_id=vdc.enterprise_id, virtual_datacenter_id=vdc.pk)
    _require_alone(vdc)
    validation = validate_blueprint(
        actor=actor,
        version=_still_there(version),
        virtual_datacenter=place.virtual_datacenter,
        choices=choices,
        starts=starts,
        admits=place,
    )
    _require_possible(actor, validation, asked)
    return _begin(actor, validation, asked)


def _still_there(version: BlueprintVersion) -> BlueprintVersion:
    found = BlueprintVersion.objects.select_related("blueprint").filter(pk=version.pk).first()
    if found is None:
        raise NotFound(_("The blueprint was deleted meanwhile."), code="SPEC-0")
    return found


def _require_alone(vdc: VirtualDatacenter) -> None:
    running = Operation.objects.filter(
        kind=KIND, virtual_datacenter_id=vdc.pk, active_key__isnull=False
    ).first()
    if running:
        raise OperationInProgress(
            _("%(appliance)s is being made of a blueprint in %(vdc)s; one is made at a time.")
            % {"appliance": running.resource_name, "vdc": vdc.name},
            code="BLUEPRINT-BUSY",
            operation_id=running.id,
            remedy=_("Wait for it to end, or cancel it."),
        )


def _require_possible(actor: Any, validation: Validation, asked: dict[str, Any]) -> None:
    errors = validation.resolution.errors
    if errors:
        raise Conflict(
            _("%(name)s can't be made here: %(why)s")
            % {"name": validation.version.blueprint.name, "why": errors[0].message},
            code="SPEC-14",
            remedy=errors[0].remedy,
            reasons=errors,
        )
    if asked.get("fingerprint") and asked["fingerprint"] != validation.fingerprint:
        raise Conflict(
            _("The plan has changed since it was shown: what is made, price or limits are different now."),
            code="PLAN-CHANGED",
            remedy=_("Look at the new plan and go on from there."),
        )
    validation.admission.check(actor=actor, force=asked.get("force", False))
    if not validation.possible:
        raise validation.no_room()


def _begin(actor: Any, validation: Validation, asked: dict[str, Any]) -> Operation:
    found, vdc, version = validation.resolution, validation.virtual_datacenter, validation.version
    appliance = create_virtual_appliance(
        actor=actor,
        virtual_datacenter=vdc,
        name=found.name,
        description=version.blueprint.description,
        icon=version.blueprint.icon,
        origin=version,
    )
    return engine.start(
        kind=KIND,
        resource=appliance,
        actor=actor,
        parameters={
            "networks": [asdict(order) for order in found.networks],
            "machines": [asdict(order) for order in found.machines],
            "starts": validation.starts,
            "force": _as_data(asked.get("force", False)),
            "terms_accepted": bool(found.terms),
            "version": version.pk,
        },
        plan=validation.as_dict(actor),
        idempotency_key=scoped_key(actor, asked.get("idempotency_key")),
        correlation_id=asked.get("correlation_id", ""),
    )


def _as_data(force: bool | Force) -> bool | dict[str, str]:
    if isinstance(force, Force):
        return {"reason": force.reason, "until": force.until.isoformat() if force.until else ""}
    return force
