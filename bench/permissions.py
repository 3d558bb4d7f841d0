"""What asking who may do what costs: queries and microseconds, with many roles and a deep tree of scopes."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.machine_list import OK
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import client_of, make_world

BRANCHES = 3
PRIVILEGES_EACH = 40
PRIVILEGE = "VAPP_DEPLOY_UNDEPLOY"
MICROSECONDS = 1_000_000
_HEADER = ["question", "queries", "median us", "90 % below us"]


def measure(stack: Stack, sizes: Sizes) -> Result:
    """In this process on MariaDB: a tenant's user and an administrator of half-way up the tree of scopes."""
    world = make_world(stack, driver="fake", uri=f"fake://{stack.directory}/host")
    middle = _tree(world, sizes)
    _roles(sizes)
    administrator = _administrator(world, middle)
    rows = [_row(name, ask, sizes) for name, ask in _questions(world, world.machine, administrator).items()]
    stack.start_web()
    rows += [
        [name, "", *_times(_getting(client_of(stack, user), path), sizes)]
        for name, user, path in _requests(world, administrator)
    ]
    figures = [Figure(f"queries, {row[0]}", row[1], "") for row in rows if row[1] != ""]
    figures += [Figure(f"median, {row[0]}", float(row[2]), "us") for row in rows]
    notes = [
        f"{sizes.roles} roles of {PRIVILEGES_EACH} privileges, scopes {sizes.depth} deep, "
        f"{sizes.enterprises} enterprises; {sizes.requests} times each. The administrator's scope lies in "
        "the middle. What asks over REST is the wall time of the whole request.",
    ]
    return Result("Rights", figures, notes, [("Cost of one question", _HEADER, rows)])


def _questions(world: Any, machine: Any, administrator: Any) -> dict[str, Callable[[], Any]]:
    from compute.models import VirtualMachine
    from tenants.access import may
    from tenants.models import Enterprise, User

    user = User.objects.actor(world.user.pk)
    return {
        "load a user with role and reach": lambda: User.objects.actor(world.user.pk),
        "load an administrator of a scope": lambda: User.objects.actor(administrator.pk),
        "may, of a loaded user": lambda: may(user, PRIVILEGE, machine),
        "may, of a loaded administrator": lambda: may(administrator, PRIVILEGE, machine),
        "may, of a user just loaded": lambda: may(User.objects.actor(world.user.pk), PRIVILEGE, machine),
        "count a tenant's machines": lambda: VirtualMachine.objects.visible_to(user).count(),
        "count enterprises in a scope": lambda: Enterprise.objects.visible_to(administrator).count(),
        "first 25 users in a scope": lambda: list(User.objects.visible_to(administrator)[:25]),
    }


def _requests(world: Any, administrator: Any) -> list[tuple[str, Any, str]]:
    return [
        ("GET /api/cloud/virtualmachines, a tenant", world.user, "/api/cloud/virtualmachines?limit=25"),
        ("GET /api/admin/enterprises, a scope", administrator, "/api/admin/enterprises?limit=25"),
        ("GET /api/admin/roles, a scope", administrator, "/api/admin/roles?limit=25"),
    ]


def _row(name: str, ask: Callable[[], Any], sizes: Sizes) -> list[Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        ask()
    return [name, len(queries), *_times(ask, sizes)]


def _times(ask: Callable[[], Any], sizes: Sizes) -> tuple[str, str]:
    """Median and ninth decile in microseconds, after a warm-up."""
    spent = []
    for number in range(sizes.warm_up + sizes.requests):
        began = time.perf_counter()
        ask()
        if number >= sizes.warm_up:
            spent.append(MICROSECONDS * (time.perf_counter() - began))
    return f"{statistics.median(spent):.0f}", f"{statistics.quantiles(spent, n=10)[-1]:.0f}"


def _getting(client: Any, path: str) -> Callable[[], None]:
    def get() -> None:
        answer = client.get(path)
        if answer.status != OK:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:300]!r}")

    return get


def _tree(world: Any, sizes: Sizes) -> Any:
    """Scopes in a tree with the enterprises at its leaves; answers one of half-way up."""
    from tenants.models import Enterprise
    from tenants.services import load_scope

    made = Enterprise.objects.bulk_create(Enterprise(name=f"tenant-{n}") for n in range(sizes.enterprises))
    levels = [[load_scope("all of them")]]
    for depth in range(1, sizes.depth):
        levels.append(
            [
                load_scope(f"{depth}-{parent.pk}-{branch}", parent=parent)
                for parent in levels[-1]
                for branch in range(BRANCHES)
            ]
        )
    leaves, middle = levels[-1], levels[sizes.depth // 2][0]
    for number, leaf in enumerate(leaves):
        leaf.enterprises.add(*made[number :: len(leaves)])
    middle.enterprises.add(world.acme)
    return middle


def _roles(sizes: Sizes) -> None:
    from tenants.models import Privilege, Role

    privileges = list(Privilege.objects.order_by("id")[:PRIVILEGES_EACH])
    roles = Role.objects.bulk_create(Role(name=f"role-{number}") for number in range(sizes.roles))
    through = Role.privileges.through
    through.objects.bulk_create(
        (through(role_id=role.pk, privilege_id=each.pk) for role in roles for each in privileges),
        batch_size=5000,
    )


def _administrator(world: Any, scope: Any) -> Any:
    from tenants.models import User
    from tenants.services import create_user
    from tests.world import PASSWORD

    made = create_user(
        actor=None, enterprise=world.provider, role=world.roles["CLOUD_ADMIN"], nick="scoped",
        password=PASSWORD, scope=scope,
    )  # fmt: skip
    return User.objects.actor(made.pk)
