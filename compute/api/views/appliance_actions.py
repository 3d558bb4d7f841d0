"""Deploying and undeploying a whole virtual appliance: 202 with one task for each of its machines."""

from compute import services
from compute.addresses import machine_path
from compute.api.forcing import FORCE
from compute.api.repeating import KEYS
from compute.api.views.actions import TASK, ActionView
from core.api.errors import Problems
from core.api.verbs import speaks


class ApplianceActionView(ActionView):
    """A view that starts something on every machine of an appliance."""

    @property
    def asked_by(self) -> dict:
        """What the services want to know about the request."""
        return {
            "actor": self.actor,
            "idempotency_key": self.idempotency_key,
            "correlation_id": self.correlation_id,
        }

    def accepted_tasks(self, outcome, vdc: int, vapp: int):
        """202 with a link for each machine that was accepted. Raises Problems when none was."""
        if not outcome.started:
            raise Problems(list(outcome.refusals))
        paths = [
            f"{machine_path(vdc, vapp, machine)}/tasks/{operation.id}"
            for machine, operation in outcome.started
        ]
        asked = len(outcome.started) + len(outcome.refusals)
        sentences = [f"{len(outcome.started)} of {asked} machines were accepted."]
        return self.accepted(*paths, entity=" ".join(sentences + [each.message for each in outcome.refusals]))


class DeployAppliance(ApplianceActionView):
    @speaks(
        "Deploy every machine of an appliance that is not deployed",
        answers=("acceptedrequest",),
        accepts=(TASK, "acceptedrequest"),
        status=202,
        parameters={**FORCE, **KEYS},
    )
    def post(self, request, vdc, vapp):
        found, document = self.appliance(vdc, vapp), self.document()
        outcome = services.deploy_virtual_appliance(
            virtual_appliance=found, force=self.forced(document), **self.asked_by
        )
        return self.accepted_tasks(outcome, vdc, vapp)


class UndeployAppliance(ApplianceActionView):
    @speaks(
        "Undeploy every deployed machine of an appliance",
        answers=("acceptedrequest",),
        accepts=(TASK,),
        status=202,
        parameters=KEYS,
    )
    def post(self, request, vdc, vapp):
        found = self.appliance(vdc, vapp)
        self.document()
        outcome = services.undeploy_virtual_appliance(virtual_appliance=found, **self.asked_by)
        return self.accepted_tasks(outcome, vdc, vapp)
