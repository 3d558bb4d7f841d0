"""What a tenant does by REST against a running stack."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

FINAL = ("FINISHED_SUCCESSFULLY", "FINISHED_UNSUCCESSFULLY", "ABORTED", "CANCELLED", "ACK_ERROR")


def link(document: dict[str, Any], rel: str) -> str:
    return next(each["href"] for each in document["links"] if each["rel"] == rel)


@dataclass
class Tenant:
    """The Demo enterprise's user in its virtual datacenter. ``stack`` has ``rest`` and ``wait_until``."""

    stack: Any

    @cached_property
    def machines_url(self) -> str:
        vdc = self.stack.rest("GET", "/cloud/virtualdatacenters").json()["collection"][0]
        appliances = self.stack.rest("GET", link(vdc, "virtualappliances")).json()["collection"]
        return link(appliances[0], "virtualmachines")

    @cached_property
    def template_url(self) -> str:
        vdc = self.stack.rest("GET", "/cloud/virtualdatacenters").json()["collection"][0]
        template = self.stack.rest("GET", link(vdc, "templates")).json()["collection"][0]
        return (
            link(template, "edit")
            if any(each["rel"] == "edit" for each in template["links"])
            else link(template, "self")
        )

    def create(self, label: str, **properties: Any) -> dict[str, Any]:
        links = [{"rel": "virtualmachinetemplate", "href": self.template_url}]
        body = {"label": label, **properties, "links": links}
        answer = self.stack.rest("POST", self.machines_url, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def act(self, machine: dict[str, Any], rel: str) -> str:
        """Start an action; the address of its task."""
        answer = self.stack.rest("POST", link(machine, rel))
        assert answer.status_code == 202, answer.text
        return link(answer.json(), "status")

    def state(self, machine: dict[str, Any]) -> str:
        return self.stack.rest("GET", link(machine, "edit")).json()["state"]

    def outcome(self, task_url: str, seconds: float = 90) -> str:
        """The task's final state."""
        found = {}

        def ended() -> bool:
            found.update(self.stack.rest("GET", task_url).json())
            return found["state"] in FINAL

        self.stack.wait_until(ended, seconds, f"the end of {task_url}")
        return found["state"]

    def run(self, machine: dict[str, Any], rel: str) -> str:
        return self.outcome(self.act(machine, rel))
