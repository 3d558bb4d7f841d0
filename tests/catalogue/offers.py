"""A small catalogue: a template of Acme, and somebody who administers Acme and its sibling."""

from dataclasses import dataclass
from typing import Any

import pytest

from catalogue.services import register_template
from compute.services import create_virtual_appliance
from infrastructure.services import open_to
from tenants.models import User
from tenants.services import create_enterprise, create_user, load_scope
from tests.world import MIB, PASSWORD, World


@dataclass
class Offers:
    """``template`` belongs to Acme. Acme and Sibling lie in ``region``, beneath ``wide``; Rival does not."""

    world: World
    template: Any
    sibling: Any
    wide: Any
    region: Any

    def own_template(self, name: str, enterprise: Any = None, **fields: Any):
        """Another template, of Acme unless said otherwise."""
        return register_template(
            actor=None,
            enterprise=enterprise or self.world.acme,
            datacenter=self.world.datacenter,
            name=name,
            disk=disk(f"{name}.qcow2"),
            **fields,
        )

    def administrator(self, nick: str, scope: Any) -> User:
        """A cloud administrator of Acme who reaches this scope."""
        made = create_user(
            actor=None, enterprise=self.world.acme, role=self.world.roles["CLOUD_ADMIN"], nick=nick,
            password=PASSWORD, scope=scope,
        )  # fmt: skip
        return User.objects.actor(made.pk)

    def machine_of(self, user: User, template: Any, name: str = "made of it"):
        """A machine of the user's enterprise made of the template."""
        vdc = self.world.virtual_datacenter(user, f"vdc of {user.nick}")
        appliance = create_virtual_appliance(actor=user, virtual_datacenter=vdc, name="main")
        self.world.__dict__["template"] = template
        return self.world.new_machine(name, actor=user, appliance=appliance)


def disk(path: str, size_mib: int = 16) -> dict[str, Any]:
    return {
        "path": path,
        "format": "qcow2",
        "file_size_bytes": size_mib * MIB,
        "virtual_size_bytes": 40 * MIB,
    }


@pytest.fixture
def offers(world, datacenter) -> Offers:
    sibling = create_enterprise(actor=None, name="Sibling")
    open_to(actor=None, datacenter=world.datacenter, enterprise=sibling)
    wide = load_scope("wide")
    region = load_scope("region", enterprises=(world.acme, sibling), parent=wide)
    made = Offers(world, None, sibling, wide, region)
    made.template = made.own_template("Debian")
    return made
