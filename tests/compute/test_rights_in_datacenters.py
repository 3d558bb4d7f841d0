"""Rights where the thing lies: another role in a virtual datacenter, restrictions, restricted appliances."""

import pytest

from compute.models import VirtualAppliance, VirtualMachine
from compute.services import (
    create_virtual_appliance,
    delete_virtual_datacenter,
    deploy,
    perform,
    update_virtual_appliance,
    update_virtual_machine,
)
from compute.states import ACTIONS, actions_of
from compute.ui.rows import complete, machine_values
from core.errors import DomainError, PermissionRefused
from tenants.access import explain, may, may_somewhere, require
from tenants.models import VirtualDatacenterRole
from tenants.services import give_role_in, load_scope, update_user
from tests.api_user import ApiUser
from tests.browsing import browser_of
from tests.tenants.people import acting, colleague, role_with

DEPLOY, SEE, CHANGE = "VAPP_DEPLOY_UNDEPLOY", "VAPP_RESTRICTED_VIEW", "VAPP_RESTRICTED_MANAGE"


def give(world, user, role, vdc=None):
    """Let the role count for the user there; the user as they act then."""
    give_role_in(actor=world.cloud_admin, user=user, virtual_datacenter_id=(vdc or world.vdc).id, role=role)
    return acting(user)


def restrict(appliance):
    VirtualAppliance.objects.filter(pk=appliance.pk).update(restricted=True)


def refused(*arguments) -> str:
    return may(*arguments).reason.code


def test_a_role_in_a_virtual_datacenter_gives_there_and_nowhere_else(world, datacenter):
    there, elsewhere = world.vdc, world.virtual_datacenter(world.admin, "Second")
    viewer = give(world, world.viewer, world.roles["USER"])

    assert may(viewer, DEPLOY, there)
    assert may(viewer, DEPLOY, world.machine)
    assert refused(viewer, DEPLOY, elsewhere) == "PRIVILEGE_MISSING"
    assert refused(viewer, DEPLOY) == "PRIVILEGE_MISSING"
    assert may_somewhere(viewer, DEPLOY)
    assert deploy(actor=viewer, machine_id=world.machine.id).kind == "virtual_machine.deploy"


def test_a_role_in_a_virtual_datacenter_takes_there_and_nowhere_else(world, datacenter):
    second = world.virtual_datacenter(world.admin, "Second")
    user = give(world, world.user, world.roles["ENTERPRISE_VIEWER"])

    assert not may(user, DEPLOY, world.vdc)
    assert may(user, DEPLOY, second)
    for service, values in (
        (deploy, {}),
        (perform, {"action_name": "power_on"}),
        (update_virtual_machine, {"name": "renamed"}),
    ):
        with pytest.raises(DomainError):
            service(actor=user, machine_id=world.machine.id, **values)
    with pytest.raises(PermissionRefused):
        create_virtual_appliance(actor=user, virtual_datacenter=world.vdc, name="New")
    assert create_virtual_appliance(actor=user, virtual_datacenter=second, name="New")


def test_buttons_lists_and_pages_follow_the_role_that_counts_there(world):
    viewer = give(world, world.viewer, world.roles["USER"])
    machine = world.machine

    decided = actions_of(state=machine.state, locked=False, actor=viewer, machine=machine)
    possible = ["deploy", "reconfigure", "set_up_guest", "delete"]
    assert [action.name for action, decision in decided if decision] == possible
    assert complete(machine_values(viewer), viewer)[0]["quick"] == ACTIONS["deploy"]
    browser = browser_of(viewer)
    shown = browser.get(f"/deploy/?virtual_datacenter={world.vdc.id}").content.decode()
    assert "You can look, but not deploy" not in shown


def test_the_role_of_one_user_does_not_shape_the_lists_of_another(world):
    """Prepared queries are shared by users of one form."""
    restrict(world.machine.virtual_appliance)
    seers = role_with(world, "Seers", *acting(world.viewer).privileges, SEE)
    twin = colleague(world, "twin", *acting(world.viewer).privileges)
    give(world, world.viewer, seers)
    give(world, twin, world.roles["ENTERPRISE_VIEWER"])

    counts = {
        nick: ApiUser(nick, password).get("/api/cloud/virtualmachines").json()["totalSize"]
        for nick, password in (("vera", "correct horse battery staple"), ("twin", "Blue-Horse-7-battery"))
    }

    assert counts == {"vera": 1, "twin": 0}


@pytest.mark.parametrize(("own", "there"), [(True, True), (True, False), (False, True), (False, False)])
def test_restricted_appliances_are_seen_by_who_may_see_them_there(world, own, there):
    restrict(world.machine.virtual_appliance)
    viewer = colleague(world, "looker", *((SEE,) if own else ()))
    second = role_with(world, "There", *((SEE,) if there else ()))

    assert VirtualMachine.objects.visible_to(viewer).count() == own
    viewer = give(world, viewer, second)

    assert VirtualMachine.objects.visible_to(viewer).count() == there
    assert VirtualAppliance.objects.visible_to(viewer).count() == there


def test_who_sees_a_restricted_appliance_changes_it_only_with_the_privilege_for_that(world, datacenter):
    machine = world.machine
    restrict(machine.virtual_appliance)
    seer = colleague(world, "seer", *acting(world.user).privileges, SEE)

    assert refused(seer, DEPLOY, VirtualMachine.objects.get(pk=machine.pk)) == "APPLIANCE_RESTRICTED"
    assert complete(machine_values(seer), seer)[0]["quick"] is None
    with pytest.raises(PermissionRefused):
        deploy(actor=seer, machine_id=machine.id)

    manager = colleague(world, "manager", *acting(world.user).privileges, SEE, CHANGE)
    assert deploy(actor=manager, machine_id=machine.id)


def test_only_who_manages_restricted_appliances_restricts_or_opens_one(world):
    appliance = world.appliance
    with pytest.raises(PermissionRefused):
        update_virtual_appliance(actor=world.user, virtual_appliance=appliance, restricted=True)
    update_virtual_appliance(actor=world.cloud_admin, virtual_appliance=appliance, restricted=True)
    assert not VirtualAppliance.objects.visible_to(world.user).exists()


def test_a_restricted_user_may_nothing_in_what_is_closed_to_them(world):
    second = world.virtual_datacenter(world.admin, "Second")
    update_user(actor=world.cloud_admin, user=world.user, restricted=True, virtual_datacenters=[second.id])
    user = acting(world.user)

    assert refused(user, DEPLOY, world.machine) == "DATACENTER_NOT_OPEN"
    assert may(user, DEPLOY, second)
    with pytest.raises(DomainError) as refusal:
        require(user, DEPLOY, world.vdc)
    assert refusal.value.status == 404


def test_things_of_other_enterprises_are_refused_as_if_they_were_not_there(world):
    with pytest.raises(DomainError) as refusal:
        require(world.admin, "VDC_MANAGE", world.virtual_datacenter(world.rival_admin, "Other"))
    assert refusal.value.status == 404
    both = load_scope("Both", enterprises=(world.acme, world.rival))
    chief = colleague(world, "chief", "VDC_MANAGE", "ENTERPRISE_ADMINISTER_ALL", scope=both)
    assert may(chief, "VDC_MANAGE", world.rival_machine())
    assert refused(chief, "VDC_MANAGE", world.provider) == "OUT_OF_REACH"


def test_a_virtual_datacenter_takes_the_rights_in_it_along(world):
    give(world, world.viewer, world.roles["USER"])
    update_user(actor=world.cloud_admin, user=world.user, restricted=True, virtual_datacenters=[world.vdc.id])
    delete_virtual_datacenter(actor=world.admin, virtual_datacenter=world.vdc)
    assert not VirtualDatacenterRole.objects.exists()
    assert acting(world.user).open_datacenters == frozenset()


def test_a_role_there_is_given_within_what_one_holds_there(world):
    chief = colleague(world, "chief", "USERS_MANAGE_VDC_ROLES", *acting(world.viewer).privileges)
    weak, mighty = world.roles["ENTERPRISE_VIEWER"], world.roles["USER"]
    there = {"actor": chief, "user": world.viewer, "virtual_datacenter_id": world.vdc.id}

    give_role_in(**there, role=weak)
    with pytest.raises(DomainError) as refusal:
        give_role_in(**there, role=mighty)
    assert refusal.value.code == "USER-18"
    with pytest.raises(DomainError) as refusal:
        give_role_in(**there | {"user": chief}, role=weak)
    assert refusal.value.code == "ROLE-12"
    with pytest.raises(PermissionRefused):
        give_role_in(**there | {"actor": world.admin}, role=weak)
    theirs = world.virtual_datacenter(world.rival_admin, "Theirs")
    with pytest.raises(DomainError) as refusal:
        give_role_in(actor=world.cloud_admin, user=world.viewer, virtual_datacenter_id=theirs.id, role=weak)
    assert refusal.value.code == "USER-24"


@pytest.mark.parametrize("privilege", [DEPLOY, "VDC_MANAGE", SEE, "USERS_VIEW"])
@pytest.mark.parametrize("who", ["admin", "user", "viewer", "rival_admin", "cloud_admin"])
@pytest.mark.parametrize("overridden", [False, True])
def test_the_explanation_comes_to_the_decision(world, who, privilege, overridden):
    person = getattr(world, who)
    restrict(world.appliance)
    if overridden and who != "rival_admin":
        VirtualDatacenterRole.objects.create(
            user=person, virtual_datacenter_id=world.vdc.id, role=world.roles["USER"]
        )
    person = acting(person)

    for thing in (None, world.vdc, VirtualAppliance.objects.get(pk=world.appliance.pk)):
        findings = explain(person, privilege, thing)
        decision = may(person, privilege, thing)
        stopped = [finding.reason for finding in findings if finding.passed is False]
        assert bool(decision) == (not stopped)
        if stopped:
            assert decision.reason.code == stopped[0].code


def test_asking_often_reads_nothing_again(world, django_assert_num_queries):
    machine = VirtualMachine.objects.select_related("virtual_appliance").get(pk=world.machine.pk)
    viewer = give(world, world.viewer, world.roles["USER"])
    with django_assert_num_queries(0):
        for _time in range(100):
            assert may(viewer, DEPLOY, machine)


def test_an_appliance_is_restricted_and_opened_by_rest_and_on_its_page(world):
    root, anna = ApiUser(world.cloud_admin.nick), ApiUser(world.admin.nick)
    address = f"/api/cloud/virtualdatacenters/{world.vdc.id}/virtualappliances"
    assert anna.post(address, {"name": "Vault", "restricted": True}).status_code == 403
    made = root.post(address, {"name": "Vault", "restricted": True})
    assert (made.status_code, made.json()["restricted"]) == (201, True)
    assert anna.get(made["Location"]).status_code == 404
    assert root.put(made["Location"], {"restricted": False}).json()["restricted"] is False

    browser = browser_of(world.cloud_admin)
    page = f"/virtual-appliances/{made.json()['id']}/"
    browser.post(f"{page}restrict/", {"restricted": "1"})
    assert "Open to all" in browser.get(page).content.decode()
    assert anna.get(made["Location"]).status_code == 404
    browser.force_login(world.admin)
    assert browser.post(f"{page}restrict/", {"restricted": "0"}).status_code == 404


def test_a_program_that_was_given_less_sees_no_restricted_appliance_by_a_role_there_either(world):
    restrict(world.machine.virtual_appliance)
    seers = role_with(world, "Seers", *acting(world.viewer).privileges, SEE)
    viewer = give(world, world.viewer, seers)
    assert VirtualMachine.objects.visible_to(viewer.through(frozenset({SEE}))).count() == 1
    assert VirtualMachine.objects.visible_to(viewer.through(frozenset({"VDC_ENUMERATE"}))).count() == 0
