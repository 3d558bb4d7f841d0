import pytest

from compute.models import VirtualMachine
from compute.services import deploy, perform
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures


@pytest.fixture
def machine(world, datacenter) -> VirtualMachine:  # noqa: F811  they are the fixtures above
    """Deployed and off."""
    made = world.new_machine("web")
    deploy(actor=world.user, machine_id=made.id)
    datacenter.work()
    perform(actor=world.user, machine_id=made.id, action_name="power_off")
    datacenter.work()
    return VirtualMachine.objects.get(pk=made.pk)
