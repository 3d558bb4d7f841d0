"""Placement as laws: whatever the hosts, the choice fits, is repeatable, and every refusal is explained."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compute.placement import DatastoreRoom, Demand, HostRoom, place
from compute.placement.weighers import Policy

SIZES = st.integers(0, 64)
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def hosts(draw):
    number = draw(st.integers(0, 6))
    return [
        HostRoom(
            id=identifier,
            name=f"host-{identifier}",
            hypervisor_type=draw(st.sampled_from(["KVM", "VMX_04"])),
            managed=draw(st.booleans()),
            reachable=draw(st.sampled_from([True, False, None])),
            reserved_for=draw(st.sampled_from([None, 1, 2])),
            vcpus=draw(SIZES),
            vcpus_used=draw(SIZES),
            memory_mib=draw(SIZES) * 512,
            memory_mib_used=draw(SIZES) * 512,
            network_service_types=draw(st.frozensets(st.integers(1, 3))),
            datastores=(DatastoreRoom(identifier, "ds", draw(st.booleans()), draw(SIZES), draw(SIZES)),),
        )
        for identifier in range(1, number + 1)
    ]


DEMANDS = st.builds(
    Demand,
    enterprise_id=st.sampled_from([1, 2]),
    hypervisor_type=st.sampled_from(["KVM", "VMX_04"]),
    vcpus=st.integers(1, 32),
    memory_mib=st.integers(1, 16384),
    disk_mib=st.integers(0, 32),
    network_service_types=st.frozensets(st.integers(1, 2)),
    only_reserved=st.booleans(),
)


@calmly
@given(hosts(), DEMANDS, st.sampled_from(Policy))
def test_the_chosen_host_has_the_room_and_every_other_host_a_reason(rooms, demand, policy):
    placement = place(rooms, demand, policy)

    told = {rejection.host.id for rejection in placement.rejected} | {
        host.id for host, _ in placement.outranked
    }
    if placement.host is None:
        assert told == {room.id for room in rooms}
        return
    assert placement.host.vcpus_free >= demand.vcpus
    assert placement.host.memory_mib_free >= demand.memory_mib
    assert placement.datastore.enabled and placement.datastore.free_mib >= demand.disk_mib
    assert placement.host.hypervisor_type == demand.hypervisor_type
    assert placement.host.reachable is not False
    assert told | {placement.host.id} == {room.id for room in rooms}
    assert all(rejection.reasons for rejection in placement.rejected)


@calmly
@given(hosts(), DEMANDS, st.randoms())
def test_the_order_of_the_hosts_does_not_matter(rooms, demand, random):
    shuffled = list(rooms)
    random.shuffle(shuffled)

    assert place(rooms, demand).host == place(shuffled, demand).host


@calmly
@given(hosts(), DEMANDS)
def test_a_host_of_another_enterprise_is_never_chosen_and_says_why(rooms, demand):
    placement = place(rooms, demand)

    if placement.host is not None:
        mine = {demand.enterprise_id} if demand.only_reserved else {demand.enterprise_id, None}
        assert placement.host.reserved_for in mine
    told = {each.host.id: {reason.code for reason in each.reasons} for each in placement.rejected}
    for room in rooms:
        reasons = told.get(room.id, set())
        assert ("RESERVED" in reasons) == (room.reserved_for not in (None, demand.enterprise_id))
        assert ("NOT_RESERVED" in reasons) == (
            demand.only_reserved and room.reserved_for != demand.enterprise_id
        )


@calmly
@given(hosts(), DEMANDS)
def test_hosts_reserved_for_others_change_nothing_about_the_choice(rooms, demand):
    open_to_it = [room for room in rooms if room.reserved_for in (None, demand.enterprise_id)]

    assert place(rooms, demand).host == place(open_to_it, demand).host


def roomy(identifier: int, **changes) -> HostRoom:
    room = HostRoom(
        id=identifier, name=f"host-{identifier}", hypervisor_type="KVM", managed=True, reachable=True,
        reserved_for=None, vcpus=16, vcpus_used=0, memory_mib=16384, memory_mib_used=0,
        datastores=(DatastoreRoom(1, "ds", True, 10_000, 0),),
    )  # fmt: skip
    return replace(room, **changes)


SMALL = Demand(enterprise_id=1, hypervisor_type="KVM", vcpus=1, memory_mib=512, disk_mib=100)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"managed": False}, "HOST_NOT_MANAGED"),
        ({"reachable": False}, "HOST_UNREACHABLE"),
        ({"hypervisor_type": "VMX_04"}, "HYPERVISOR_TYPE"),
        ({"reserved_for": 2}, "RESERVED"),
        ({"vcpus_used": 16}, "VCPUS"),
        ({"memory_mib_used": 16000}, "MEMORY"),
        ({"datastores": ()}, "NO_DATASTORE"),
        ({"datastores": (DatastoreRoom(1, "ds", True, 100, 50),)}, "DISK"),
    ],
)
def test_each_obstacle_is_told_by_its_code(changes, code):
    placement = place([roomy(1, **changes)], SMALL)

    assert [reason.code for reason in placement.rejected[0].reasons] == [code]


def test_a_network_the_host_lacks_is_told():
    demand = replace(SMALL, network_service_types=frozenset({7}))

    assert place([roomy(1)], demand).rejected[0].reasons[0].code == "NETWORK_SERVICE_TYPE"


def test_an_enterprise_on_reserved_hosts_only_gets_no_other():
    demand = replace(SMALL, only_reserved=True)

    assert place([roomy(1), roomy(2, reserved_for=1)], demand).host.id == 2


def test_one_policy_spreads_and_the_other_fills():
    rooms = [roomy(1, vcpus_used=8), roomy(2)]

    assert place(rooms, SMALL, Policy.PERFORMANCE).host.id == 2
    assert place(rooms, SMALL, Policy.PROGRESSIVE).host.id == 1
