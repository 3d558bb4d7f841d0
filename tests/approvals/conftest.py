import pytest

from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


@pytest.fixture
def acme(world):
    """An enterprise in which everything is approved first, unless rules say otherwise."""
    from tests.approvals.offices import switch_on

    return switch_on(world.acme)


@pytest.fixture
def waiting(world, acme, datacenter):
    """A deployment by the user that waits."""
    from compute.services import deploy

    operation = deploy(actor=world.user, machine_id=world.machine.id)
    assert operation.status == "awaiting_approval"
    return operation
