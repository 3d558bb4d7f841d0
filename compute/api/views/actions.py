"""What is done with a machine: deploy, undeploy, power, reset. Each answers 202 and a task."""

from compute import services
from compute.api.forcing import FORCE, forced
from compute.api.repeating import KEYS
from compute.api.resources import INSTANCE, MACHINE_STATE, PLAN
from compute.api.views.machines import MachineView
from compute.states import MachineState
from core.api.document import Document
from core.api.errors import invalid
from core.api.verbs import speaks
from core.errors import NotFound
from tenants.limits import Force

TASK = "virtualmachinetask"
DISK_REFERENCES = (
    "/cloud/virtualdatacenters/{vdc}/virtualappliances/{vapp}/virtualmachines/{vm}/storage/disks/{disk}",
    "/cloud/virtualdatacenters/{vdc}/disks/{disk}",
)


class ActionView(MachineView):
    """A view that starts one of the actions a machine's state offers."""

    def perform(self, action_name: str, vm: int):
        """Start the action. Raises what services raise: NotFound, PermissionRefused, Conflict."""
        operation = services.perform(
            actor=self.actor,
            machine_id=vm,
            action_name=action_name,
            idempotency_key=self.idempotency_key,
            correlation_id=self.correlation_id,
        )
        return self.accepted_task(operation)

    def forced(self, document: Document) -> bool | Force:
        """Whether soft limits shall be passed: ``?force=true``, or one of the older properties.

        Raises Invalid for a ``forceUntil`` that is no date or is past.
        """
        older = ("forceEnterpriseSoftLimits", "forceVdcLimits")
        return forced(self.params, otherwise=any(str(document.get(name)).lower() == "true" for name in older))

    @property
    def idempotency_key(self) -> str | None:
        return self.request.headers.get("Idempotency-Key") or None


class Deploy(ActionView):
    @speaks(
        "Deploy a machine, or with ?plan=true say what that would do",
        answers=("acceptedrequest", PLAN),
        accepts=(TASK, "acceptedrequest"),
        status=202,
        parameters={
            "plan": "true answers the plan and changes nothing.",
            "fingerprint": "Of a plan: deploy exactly this or refuse.",
            **FORCE,
            **KEYS,
        },
    )
    def post(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        document = self.document()
        if self.flag("plan"):
            return self._plan(vm)
        operation = services.deploy(
            actor=self.actor,
            machine_id=vm,
            force=self.forced(document),
            fingerprint=self.params.get("fingerprint", ""),
            idempotency_key=self.idempotency_key,
            correlation_id=self.correlation_id,
        )
        return self.accepted_task(operation)

    def _plan(self, vm: int):
        plan = services.plan_deployment(self.one(self.machines().filter(pk=vm), "VM-1"))
        self.choose(PLAN)
        where = {name: self.kwargs[key] for name, key in _PLACE.items()}
        return self.answer(PLAN, dict.fromkeys(PLAN.columns) | plan.as_dict(self.actor) | where)


_PLACE = {"virtual_datacenter_id": "vdc", "virtual_appliance_id": "vapp", "id": "vm"}


class Undeploy(ActionView):
    @speaks("Undeploy a machine", answers=("acceptedrequest",), accepts=(TASK,), status=202, parameters=KEYS)
    def post(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        self.document()
        return self.perform("undeploy", vm)


class Reset(ActionView):
    @speaks(
        "Press the reset button", answers=("acceptedrequest",), accepts=(TASK,), status=202, parameters=KEYS
    )
    def post(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        self.document()
        return self.perform("reset", vm)


class Instance(ActionView):
    @speaks(
        "Make an instance of a machine that is off: links 'disk0', 'disk1' … choose disks, none takes all",
        answers=("acceptedrequest",),
        accepts=(INSTANCE,),
        status=202,
        parameters={**FORCE, **KEYS},
    )
    def post(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        document = self.document()
        wanted = INSTANCE.read(document, creating=True)
        operation = services.make_instance(
            actor=self.actor,
            machine_id=vm,
            wanted=services.WantedInstance(**wanted, disks=_disks_in(document, self.kwargs)),
            force=self.forced(document),
            idempotency_key=self.idempotency_key,
            correlation_id=self.correlation_id,
        )
        return self.accepted_task(operation)


def _disks_in(document: Document, kwargs: dict[str, int]) -> list[int] | None:
    """The ids of disks the body links to. Raises Invalid for links elsewhere, NotFound (HD-0)."""
    found = document.references("disk", *DISK_REFERENCES)
    for each in found:
        if any(each[name] != kwargs[name] for name in ("vdc", "vapp", "vm") if name in each):
            raise NotFound("The machine has no such disk.", code="HD-0")
    return [each["disk"] for each in found] or None


class State(ActionView):
    @speaks("The machine's state", answers=(MACHINE_STATE,))
    def get(self, request, vdc, vapp, vm):
        return self.answer(MACHINE_STATE, self.machine_row(vdc, vapp, vm))

    @speaks(
        "Bring the machine to ON, OFF or PAUSED; OFF with gracefulShutdown asks the guest",
        answers=("acceptedrequest",),
        accepts=(MACHINE_STATE,),
        status=202,
        parameters=KEYS,
    )
    def put(self, request, vdc, vapp, vm):
        row = self.machine_row(vdc, vapp, vm)
        wanted = MACHINE_STATE.read(self.document(), creating=True)
        return self.perform(_action_for(wanted, row["state"]), vm)

    @speaks("The same as PUT", answers=("acceptedrequest",), accepts=(MACHINE_STATE,), status=202)
    def post(self, request, vdc, vapp, vm):
        return self.put(request, vdc, vapp, vm)


def _action_for(wanted: dict, current: str) -> str:
    target = wanted["state"].upper()
    actions = {
        MachineState.ON: "resume" if current == MachineState.PAUSED else "power_on",
        MachineState.OFF: "shut_down" if wanted.get("graceful") else "power_off",
        MachineState.PAUSED: "pause",
    }
    if target not in actions:
        raise invalid("state", "must be ON, OFF or PAUSED.")
    return actions[target]
