"""Fixtures of tests that need Django: a world and its datacenter."""

import pytest


@pytest.fixture
def world(transactional_db):
    from django.core.cache import cache

    from tests.world import World

    cache.clear()
    return World()


@pytest.fixture
def datacenter(world):
    from tests.loopback import LoopbackDatacenter

    loopback = LoopbackDatacenter(world.datacenter)
    for service in (
        "virtualization",
        "virtualization.fast",
        "virtualization.stream",
        "appliance",
        "appliance.copy",
        "conversion",
        "dhcp",
        "monitor",
    ):
        loopback.take(service)
    loopback.received.clear()
    return loopback
