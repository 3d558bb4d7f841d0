"""A second datacenter of a running stack: its own repository, key and processes of the appliance manager."""

import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.peers.server import free_port
from tests.system.stack import Stack

HTTP = [sys.executable, "-m", "remote_services.appliance_manager.http"]
OPENED = """
from infrastructure.models import Datacenter, LocationLimit, RemoteServiceType
from infrastructure.services import create_datacenter, register_remote_service
from tenants.models import Enterprise
first = Datacenter.objects.get()
second = create_datacenter(actor=None, name="North", uuid="{uuid}", key="{key}")
manager = RemoteServiceType.APPLIANCE_MANAGER
for datacenter, port in ((first, {here}), (second, {there})):
    register_remote_service(
        actor=None, datacenter=datacenter, type=manager, uri=f"http://127.0.0.1:{{port}}/am"
    )
for enterprise in Enterprise.objects.filter(location_limits__datacenter=first):
    LocationLimit.objects.create(enterprise=enterprise, datacenter=second)
print(second.pk)
"""


class SecondDatacenter:
    """``repository`` is its folder, ``id`` its number in the API. The first datacenter's files are served
    from now on as well."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.uuid, self.key = stack, uuid4(), "key-of-the-second-datacenter"
        self.repository = stack.directory / "repository-north"
        self.repository.mkdir()
        here, there = free_port(), free_port()
        told = stack.manage(
            "shell", "-c", OPENED.format(uuid=self.uuid, key=self.key, here=here, there=there)
        )
        self.id = int(told.split()[-1])
        stack.add_process("http", HTTP, **_listening(here, stack.directory / "state-http"))
        own = {
            "ATRIUM_DATACENTER_ID": str(self.uuid),
            "ATRIUM_DATACENTER_KEY": self.key,
            "ATRIUM_REPOSITORY_DIR": str(self.repository),
        }
        stack.add_process("north-http", HTTP, **own, **_listening(there, stack.directory / "state-north"))
        for name, queue in (("north", "appliance"), ("north-copy", "appliance.copy")):
            command = stack.remote_worker("appliance_manager", f"dc.{self.uuid}.{queue}")
            state = {"ATRIUM_STATE_DIR": str(stack.directory / f"state-{name}")}
            stack.add_process(name, command, **own, **state)
        known = "SELECT 1 FROM catalogue_templaterepository WHERE datacenter_id = %s"
        stack.wait_until(lambda: stack.rows(known, self.id), 120, "a repository that was looked at")

    def files(self) -> list[str]:
        """What lies in its repository and in staging, apart from marks and signs of what is over."""
        found = (path for path in self.repository.rglob("*") if path.is_file())
        plain = (path for path in found if not path.name.startswith(".") and path.suffix != ".unwanted")
        return sorted(str(path.relative_to(self.repository)) for path in plain)

    def arriving(self) -> list[Path]:
        return list(self.repository.rglob("*.partial"))


def _listening(port: int, state: Path) -> dict[str, Any]:
    return {"ATRIUM_APPLIANCE_LISTEN": f"tcp://127.0.0.1:{port}", "ATRIUM_STATE_DIR": str(state)}
