"""From a change on the hypervisor to the browser: libvirt event, observation, server, Redis, websocket."""

import asyncio
import json
import statistics
import time
from typing import Any

import libvirt
from websockets.asyncio.client import ClientConnection, connect

from bench.browser import session_cookie
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import Deployments, client_of, deploy_path, make_world, new_machines

MACHINES = 5
PATIENCE_SECONDS = 10
PAUSE_SECONDS = 0.1
EVENTS = ("virtual_machine.found_off", "virtual_machine.found_on")


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Machines are stopped and started behind the server's back by libvirt itself."""
    world = make_world(stack, driver="libvirt", uri=stack.simulated_host_uri)
    stack.start_server_workers()
    stack.start_datacenter()
    stack.start_web()
    stack.start_sockets()
    machines = new_machines(world, MACHINES, "watched")
    deployments = Deployments(stack.redis.url)
    client = client_of(stack, world.user)
    for machine in machines:
        client.post(deploy_path(machine))
    deployments.wait_for([machine.id for machine in machines], 60)
    changes = _changes(stack, session_cookie(world.user), machines, sizes.changes)
    walls = sorted(1000 * each for each in asyncio.run(changes))
    figures = [
        Figure("from the hypervisor's change to the browser, p99", walls[int(0.99 * len(walls))], "ms", 100),
        Figure("median", statistics.median(walls), "ms"),
        Figure("longest", walls[-1], "ms"),
    ]
    notes = [
        f"{len(walls)} changes (destroy and create of libvirt domains, by turns), one every {PAUSE_SECONDS} "
        "s; from before the call that makes the change to the message on a websocket of the machine's owner.",
    ]
    return Result("State change on the hypervisor to the browser", figures, notes)


async def _changes(stack: Stack, cookie: str, machines: list[Any], count: int) -> list[float]:
    url = f"ws://127.0.0.1:{stack.socket_port}/ws/events/"
    headers = {"Cookie": cookie}
    walls = []
    async with connect(
        url, additional_headers=headers, origin=f"http://127.0.0.1:{stack.socket_port}"
    ) as socket:
        domains = {m.id: stack.keeper.lookupByUUID(m.uuid.bytes) for m in machines}
        await asyncio.sleep(1)
        for number in range(count):
            machine = machines[number % len(machines)]
            turn_on = number // len(machines) % 2 == 1
            walls.append(await _one_change(socket, machine.id, domains[machine.id], turn_on=turn_on))
            await asyncio.sleep(PAUSE_SECONDS)
    return walls


async def _one_change(
    socket: ClientConnection, machine_id: int, domain: libvirt.virDomain, *, turn_on: bool
) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(domain.create if turn_on else domain.destroy)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            change = json.loads(await socket.recv())
            if change["subject_id"] == machine_id and change["kind"] == EVENTS[turn_on]:
                return time.perf_counter() - began
