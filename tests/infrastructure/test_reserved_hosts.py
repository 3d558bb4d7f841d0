"""Hosts reserved for an enterprise: who may reserve them, and whose machines they take."""

from functools import partial

import pytest

from compute.services import deploy
from core.errors import NoPlacement
from events.models import Event
from infrastructure.models import Claim, Host
from infrastructure.services import release_host, reserve_host, update_host
from tenants.models import Enterprise, User
from tenants.services import load_scope, update_enterprise
from tests.api_user import ApiUser, codes, link
from tests.at_once import all_at_once
from tests.resellers import reselling
from tests.tenants.refusing import refusal


@pytest.fixture
def root(world, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def reserved(world):
    return f"/api/admin/enterprises/{world.acme.id}/reservedmachines"


def for_whom(host) -> str | None:
    enterprise = Host.objects.get(pk=host.pk).reserved_for
    return enterprise and enterprise.name


def machine_of(root, world, host) -> dict:
    place = f"/api/admin/datacenters/{world.datacenter.id}/racks/{world.rack.id}/machines/{host.id}"
    return root.get(place).json()


def test_a_host_is_reserved_by_the_document_it_was_fetched_as(world, root, reserved):
    answer = root.post(reserved, machine_of(root, world, world.host))

    assert (answer.status_code, for_whom(world.host)) == (201, "Acme")
    assert link(answer, "enterprise").endswith(f"/enterprises/{world.acme.id}")
    assert [each["name"] for each in root.get(reserved).json()["collection"]] == ["host-1"]


def test_a_host_is_reserved_by_its_id(world, root, reserved):
    assert root.post(f"{reserved}/machine?machine={world.host.id}").status_code == 201
    assert for_whom(world.host) == "Acme"


def test_reserved_hosts_are_told_with_where_they_stand(world, root, reserved):
    reserve_host(actor=world.cloud_admin, host=world.host, enterprise=world.acme)

    told = root.get(reserved, Accept="application/vnd.abiquo.reservedmachines+json").json()["collection"][0]

    assert (told["datacenter"]["name"], told["rack"]["name"], told["cpu"]) == ("North", "A1", 16)


def test_a_host_is_released(world, root, reserved):
    root.post(f"{reserved}/machine?machine={world.host.id}")

    assert root.delete(f"{reserved}/{world.host.id}").status_code == 204
    assert for_whom(world.host) is None
    answer = root.delete(f"{reserved}/{world.host.id}")
    assert (answer.status_code, codes(answer)) == (404, ["MACHINE-13"])


def test_the_enterprise_leads_to_its_reserved_hosts(world, root, reserved):
    assert link(root.get(f"/api/admin/enterprises/{world.acme.id}"), "reservedmachines").endswith(reserved)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "GEN-2"),
        ({"id": "x"}, 400, "GEN-2"),
        ({"id": 10**9}, 404, "MACHINE-0"),
        ({"links": [{"rel": "edit", "href": "/api/admin/roles/1"}]}, 400, "GEN-6"),
    ],
)
def test_what_names_no_host_reserves_none(world, root, reserved, body, status, code):
    answer = root.post(reserved, body)

    assert (answer.status_code, codes(answer)) == (status, [code])


def test_what_is_reserved_is_not_reserved_again(world):
    actor, host = world.cloud_admin, world.host
    reserve_host(actor=actor, host=host, enterprise=world.acme)

    assert refusal(reserve_host, actor=actor, host=host, enterprise=world.acme) == "MACHINE-14"
    assert refusal(reserve_host, actor=actor, host=host, enterprise=world.rival) == "MACHINE-12"
    assert refusal(release_host, actor=actor, host=host, enterprise=world.rival) == "MACHINE-13"


def test_a_host_that_carries_machines_of_others_is_not_reserved(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.pk)
    datacenter.work()

    assert refusal(reserve_host, actor=world.cloud_admin, host=world.host, enterprise=world.rival) == (
        "MACHINE-16"
    )
    assert refusal(reserve_host, actor=world.cloud_admin, host=world.host, enterprise=world.acme) == ""


def test_only_who_manages_reserved_hosts_of_the_location_reserves_them(world, reserved):
    anna, host, sold = ApiUser(world.admin.nick), world.host, reselling(world)

    assert anna.post(f"{reserved}/machine?machine={host.id}").status_code == 403
    assert anna.get(reserved).status_code == 403
    assert refusal(reserve_host, actor=sold.resi, host=host, enterprise=sold.resi.enterprise) != ""
    assert for_whom(host) is None


def test_who_does_not_know_the_enterprise_is_not_told_its_name(world, root):
    reserve_host(actor=None, host=world.host, enterprise=world.rival)
    world.datacenter.scopes.add(_scope_without_the_rival(world))

    told = machine_of(root, world, world.host)

    assert "enterprise" not in {each["rel"] for each in told["links"]}
    assert "Rival" not in str(told)


def _scope_without_the_rival(world):
    scope = load_scope("narrow", enterprises=(world.acme,))
    User.objects.filter(pk=world.cloud_admin.pk).update(scope=scope)
    return scope


def test_a_reserved_host_takes_no_machine_of_another_enterprise_and_says_so(world):
    world.machine  # noqa: B018  made before its host is taken away
    reserve_host(actor=world.cloud_admin, host=world.host, enterprise=world.rival)

    with pytest.raises(NoPlacement) as refused:
        deploy(actor=world.user, machine_id=world.machine.pk)

    reasons = [reason["code"] for row in refused.value.table for reason in row["reasons"]]
    assert reasons == ["RESERVED"]


def test_an_enterprise_confined_to_reserved_hosts_runs_on_those_only(world):
    update_enterprise(actor=world.cloud_admin, enterprise=world.acme, reservation_restricted=True)
    world.machine  # noqa: B018  made before its host is taken away
    other = world.add_host("host-2", "fake:///two")

    with pytest.raises(NoPlacement) as refused:
        deploy(actor=world.user, machine_id=world.machine.pk)
    assert {reason["code"] for row in refused.value.table for reason in row["reasons"]} == {"NOT_RESERVED"}

    reserve_host(actor=world.cloud_admin, host=other, enterprise=world.acme)
    deploy(actor=world.user, machine_id=world.machine.pk)
    world.machine.refresh_from_db()
    assert world.machine.host == other


def test_changing_a_host_leaves_its_reservation_alone(world):
    stale = Host.objects.get(pk=world.host.pk)
    reserve_host(actor=world.cloud_admin, host=world.host, enterprise=world.acme)

    update_host(actor=world.cloud_admin, host=stale, description="moved")

    assert for_whom(world.host) == "Acme"


def test_an_enterprise_that_goes_gives_its_hosts_back(world):
    reserve_host(actor=None, host=world.host, enterprise=world.rival)

    Enterprise.objects.get(pk=world.rival.pk).delete()

    assert for_whom(world.host) is None


def test_it_is_written_down(world):
    reserve_host(actor=world.cloud_admin, host=world.host, enterprise=world.acme)
    release_host(actor=world.cloud_admin, host=world.host, enterprise=world.acme)

    told = Event.objects.filter(kind__in=("host.reserved", "host.released")).order_by("id")

    assert [(event.actor_name, event.changes) for event in told] == [
        ("root", {"reserved_for": [None, "Acme"]}),
        ("root", {"reserved_for": ["Acme", None]}),
    ]


def test_of_many_who_reserve_a_host_at_once_one_gets_it(world):
    host, wanted = world.host, [world.acme, world.rival] * 3

    outcomes = all_at_once([partial(reserved_for, world, host, each) for each in wanted])

    assert for_whom(host) in ("Acme", "Rival")
    assert outcomes == {"done": 1, "MACHINE-14": 2, "MACHINE-12": 3}


def test_no_machine_slips_onto_a_host_while_it_is_reserved_for_another(world, datacenter):
    machines = [world.new_machine(f"m{number}") for number in range(6)]
    acts = [partial(deploy, actor=world.user, machine_id=each.pk) for each in machines]
    acts.insert(3, partial(reserved_for, world, world.host, world.rival))

    outcomes = all_at_once(acts)

    assert outcomes["done"] >= 1
    strangers = Claim.objects.exclude(enterprise=world.rival).exists()
    assert not (strangers and for_whom(world.host) == "Rival")


def reserved_for(world, host, enterprise) -> Host:
    return reserve_host(actor=world.cloud_admin, host=host, enterprise=enterprise)
