"""Admissions against limits at every level: how many a second, and that none is one too many.

Once all clients want machines of one enterprise, whose admissions go one after the other, and once of
a hundred. Only part of what is asked for is within the limits.
"""

import time
from collections import Counter
from typing import Any

from bench.posting import ACCEPTED, CLIENTS, REFUSED, post_all
from bench.result import Figure
from bench.sizes import Sizes
from bench.stack import Stack

WITHIN = 0.75


def measure_limits(stack: Stack, sizes: Sizes, world: Any) -> list[Figure]:
    """Figures for one enterprise and for many. Raises RuntimeError when an answer is neither yes nor no."""
    one = _figures(stack, world, enterprises=1, machines_each=sizes.admissions // 4)
    many = _figures(
        stack, world, enterprises=sizes.limited, machines_each=max(4, sizes.admissions // 4 // sizes.limited)
    )
    return [*one, *many]


def _figures(stack: Stack, world: Any, *, enterprises: int, machines_each: int) -> list[Figure]:
    limit = int(WITHIN * machines_each)
    tenants = [_tenant(world, f"limited-{enterprises}-{n}", machines_each, limit) for n in range(enterprises)]
    asked = [machine for row in zip(*(machines for _, machines in tenants), strict=True) for machine in row]
    began = time.perf_counter()
    outcomes = Counter(answer.status for answer in post_all(stack, world.cloud_admin, asked))
    elapsed = time.perf_counter() - began
    if outcomes.keys() - {ACCEPTED, REFUSED}:
        raise RuntimeError(f"neither admitted nor refused: {outcomes}")
    where = "one enterprise" if enterprises == 1 else f"{enterprises} enterprises"
    name = f"{CLIENTS} clients, {where}, limits at three levels"
    return [
        Figure(f"answers, {name}", len(asked) / elapsed, "/s"),
        Figure(f"admissions, {name}", outcomes[ACCEPTED] / elapsed, "/s"),
        Figure(f"admitted beyond a hard limit, {where}", _beyond(tenants, limit), "", 0, exact=True),
        Figure(
            f"admitted of what the limits allow, {where}",
            outcomes[ACCEPTED],
            "",
            limit * enterprises,
            exact=True,
        ),
        Figure(f"usage unlike its rows, {where}", _unlike(tenants), "", 0, exact=True),
    ]


def _tenant(world: Any, name: str, count: int, limit: int) -> tuple[Any, list[Any]]:
    """An enterprise with machines that are not deployed, limited over all, in its location and below."""
    from bench import rows
    from bench.world import LARGE_PREFIX
    from compute.services import create_virtual_appliance, create_virtual_datacenter
    from infrastructure.services import allow_location
    from networking.models import Network
    from tenants.services import create_enterprise

    limits = {"machines_soft": limit, "machines_hard": limit, "vcpus_soft": limit, "vcpus_hard": limit}
    admin = world.cloud_admin
    enterprise = create_enterprise(actor=None, name=name, **limits)
    allow_location(actor=admin, enterprise=enterprise, datacenter=world.datacenter, **limits)
    vdc = create_virtual_datacenter(
        actor=admin,
        enterprise=enterprise,
        datacenter=world.datacenter,
        name=name,
        hypervisor_type="KVM",
        **limits,
    )
    appliance = create_virtual_appliance(actor=admin, virtual_datacenter=vdc, name=name)
    network = Network.objects.get(virtual_datacenter_id=vdc.id)
    network.prefix_length = LARGE_PREFIX
    network.save(update_fields=["prefix_length"])
    machines = rows.machines_in(appliance, world.template, admin, count)
    return enterprise, rows.save_with_parts(machines, {vdc.id: network}, world.template.disks.get())


def _beyond(tenants: list[tuple[Any, list[Any]]], limit: int) -> int:
    from tenants.usage import Extent, held

    return sum(max(held(Extent(enterprise.id)).machines - limit, 0) for enterprise, _ in tenants)


def _unlike(tenants: list[tuple[Any, list[Any]]]) -> int:
    from compute.services.verification import verify_usage

    return len(verify_usage([enterprise.id for enterprise, _ in tenants]).differences)
