"""Blueprints for tests: who may use them, one of a small shop, and taking an operation to its end."""

from typing import Any

from catalogue.blueprints.content import Content, content_of
from catalogue.models import BlueprintVersion
from catalogue.services import create_blueprint
from compute.services import materialise_blueprint
from operations import engine
from operations.models import Operation
from tenants.models import Privilege, User

SHOP = {
    "networks": [{"name": "front", "cidr": "192.168.10.0/24"}],
    "machines": [
        {
            "label": "web",
            "count": 2,
            "template": {"name": "Tiny"},
            "size": {"vcpus": 1, "memory_mib": 256},
            "cards": [{"network": "front", "host": 10}],
        },
        {"label": "db", "template": {"name": "Tiny"}, "cards": [{"network": "front"}]},
    ],
}
RIGHTS = ("MANAGE_VAPP_SPEC", "CONSUME_VAPP_SPEC")


def planner(world: Any, user: Any = None) -> User:
    """The world's administrator of Acme, whose role may make and use blueprints."""
    user = user or world.admin
    user.role.privileges.add(*Privilege.objects.filter(name__in=RIGHTS))
    return User.objects.actor(user.pk)


def shop(world: Any, actor: Any = None, *, name: str = "Shop plan", content: Any = None) -> BlueprintVersion:
    """A blueprint of two web servers and a database, of the template of the world."""
    assert world.template.pk and world.host.pk and world.vdc.pk
    actor = actor or planner(world)
    return create_blueprint(
        actor=actor, enterprise=actor.enterprise, name=name, content=content or shop_content()
    )


def shop_content(**changes: Any) -> Content:
    return content_of(SHOP | changes)


def materialise(world: Any, version: BlueprintVersion, **options: Any) -> Operation:
    """Accepted, nothing of it done yet."""
    actor = options.pop("actor", None) or planner(world)
    return materialise_blueprint(actor=actor, version=version, virtual_datacenter=world.vdc, **options)


def to_the_end(operation: Operation) -> Operation:
    """What the worker does, one transaction after the other."""
    for _step in range(20):
        operation.refresh_from_db()
        if not operation.active:
            return operation
        engine.advance(operation.id)
    raise AssertionError(f"{operation} does not end")
