"""Fixtures of tests of approvals; they build on the world's."""

import pytest


@pytest.fixture
def acme(world):
    """An enterprise in which everything is approved first, unless rules say otherwise."""
    from tests.approvals.offices import switch_on

    return switch_on(world.acme)


@pytest.fixture
def waiting(world, acme, datacenter):
    """A deployment by the user that waits for the administrator, who is there."""
    from compute.services import deploy

    assert world.admin.email
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    assert operation.status == "awaiting_approval"
    return operation
