"""Every command of the contracts is about something, so that two of them about one thing never meet."""

from ipaddress import IPv4Address, IPv4Network
from uuid import uuid4

import pytest

from contracts.appliance import DeleteDisk
from contracts.dhcp import NetworkSpec, ReleaseAddress
from contracts.monitoring import WatchHost
from contracts.virtualization import DefineMachine, HypervisorEndpoint, MachineSpec, ResetMachine
from remote_services.runtime.registry import handles, target_of

ID = uuid4()
OPERATION = {"operation_id": uuid4()}
ELSEWHERE = HypervisorEndpoint(host_id=uuid4(), driver="fake", uri="fake:///x")
NETWORK = NetworkSpec(
    network_id=ID, bridge="br0", cidr=IPv4Network("10.0.0.0/24"), gateway=IPv4Address("10.0.0.1")
)
COMMANDS = [
    ResetMachine(**OPERATION, endpoint=ELSEWHERE, machine_id=ID),
    DefineMachine(
        **OPERATION, endpoint=ELSEWHERE, spec=MachineSpec(machine_id=ID, name="x", vcpus=1, memory_mib=1)
    ),
    DeleteDisk(**OPERATION, disk_id=ID, datastore_path="/x"),
    ReleaseAddress(**OPERATION, network=NETWORK, macs=()),
    WatchHost(**OPERATION, endpoint=ELSEWHERE.model_copy(update={"host_id": ID})),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_is_about_its_thing(command):
    assert target_of(command) == ID


def test_a_command_has_one_handler():
    class Ping(ResetMachine):
        pass

    handles(Ping)(lambda command, context: None)
    with pytest.raises(ValueError, match="already has a handler"):
        handles(Ping)(lambda command, context: None)
