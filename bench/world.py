"""What is measured: a tenant's virtual datacenters with machines, and knowing when deployments end."""

import json
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import redis

from bench.client import Client
from bench.stack import Stack

MIB_PER_GIB = 1024
ADDRESSES = 250
LARGE_PREFIX = 20
CHANGES = "atrium.changes"
ENDS = frozenset({"virtual_machine.deployed", "virtual_machine.deploy_failed"})


def make_world(stack: Stack, *, driver: str, uri: str) -> Any:
    """Start the stack's servers, set up Django, make a tests' world with one host big enough for all."""
    import django

    stack.start()

    django.setup()
    from tests.world import World

    datastore = stack.directory / "datastore"
    datastore.mkdir(exist_ok=True)
    world = World(
        host_vcpus=100_000,
        host_memory_mib=4_000 * MIB_PER_GIB,
        datastore_mib=4_000_000,
        driver=driver,
        host_uri=uri,
        datastore_path=str(datastore),
        identity={"uuid": stack.datacenter_id, "key": "only-for-measuring"},
    )
    world.host, world.template, world.user, world.cloud_admin  # noqa: B018  made by being asked for
    return world


def new_machines(world: Any, count: int, name: str, **limits: int) -> list[Any]:
    """Machines in a virtual datacenter of their own, with the default private network, not deployed yet."""
    from bench import rows
    from compute.services import create_virtual_appliance
    from networking.models import Network

    vdc = world.virtual_datacenter(world.admin, name, **limits)
    appliance = create_virtual_appliance(actor=world.admin, virtual_datacenter=vdc, name=name)
    network = Network.objects.get(virtual_datacenter_id=vdc.id)
    if count > ADDRESSES:
        network.prefix_length = LARGE_PREFIX
        network.save(update_fields=["prefix_length"])
    machines = rows.machines_in(appliance, world.template, world.user, count)
    return rows.save_with_parts(machines, {vdc.id: network}, world.template.disks.get())


def client_of(stack: Stack, user: Any) -> Client:
    """A REST client that asks as this user."""
    from tests.world import PASSWORD

    return Client(stack.web_port, user.nick, PASSWORD)


def deploy_path(machine: Any) -> str:
    return (
        f"/api/cloud/virtualdatacenters/{machine.virtual_datacenter_id}/virtualappliances/"
        f"{machine.virtual_appliance_id}/virtualmachines/{machine.id}/action/deploy"
    )


class Deployments:
    """Hears from the live stream when deployments end; asks the database nothing."""

    def __init__(self, redis_url: str) -> None:
        self._client = redis.Redis.from_url(redis_url)
        self._subscription = self._client.pubsub(ignore_subscribe_messages=True)
        self._subscription.subscribe(CHANGES)
        self._ended: dict[int, float] = {}
        self.failed: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def wait_for(self, machine_ids: Iterable[int], timeout_seconds: float) -> dict[int, float]:
        """When (time.perf_counter) each ended. Raises TimeoutError, or RuntimeError if one failed."""
        wanted = set(machine_ids)
        with self._changed:
            if not self._changed.wait_for(
                lambda: wanted <= self._ended.keys() or self.failed, timeout_seconds
            ):
                raise TimeoutError(
                    f"{len(wanted - self._ended.keys())} of {len(wanted)} deployments did not end"
                )
        if self.failed:
            raise RuntimeError(f"a deployment failed: {self.failed[0]}")
        return {machine_id: self._ended[machine_id] for machine_id in wanted}

    def close(self) -> None:
        self._subscription.close()
        self._client.close()

    def _listen(self) -> None:
        with suppress(redis.RedisError, OSError):
            self._note_all()

    def _note_all(self) -> None:
        for message in self._subscription.listen():
            now = time.perf_counter()
            change = json.loads(message["data"])
            if change["kind"] in ENDS:
                with self._changed:
                    self._ended[change["subject_id"]] = now
                    if change["kind"].endswith("failed"):
                        self.failed.append(change)
                    self._changed.notify_all()
