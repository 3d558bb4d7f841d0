"""Ways round the rule that nobody hands out, keeps or takes more than they hold, and that they are closed."""

import pytest

from approvals.services import create_rule
from tenants.models import Enterprise, Role, User, VirtualDatacenterRole
from tenants.services import (
    create_user,
    delete_enterprise,
    delete_role,
    delete_user,
    give_role_in,
    load_scope,
    update_enterprise,
    update_role,
    update_user,
)
from tests.resellers import reselling
from tests.tenants.people import STRONG, acting, colleague, role_with
from tests.tenants.refusing import refusal

MANAGE, ROLES, DEPLOY, TENANTS = (
    "USERS_MANAGE_USERS", "USERS_MANAGE_ROLES", "VAPP_DEPLOY_UNDEPLOY", "USERS_MANAGE_ENTERPRISE",
)  # fmt: skip
KNOW = "ENTERPRISE_ENUMERATE"
LOCATIONS = "PHYS_DC_RETRIEVE_DETAILS"


@pytest.fixture
def lesser_there(world):
    """Clara deploys everywhere in Acme, but in its virtual datacenter she only looks on."""
    clara = colleague(world, "clara", MANAGE, ROLES, DEPLOY)
    looks_on = role_with(world, "Looks on", MANAGE)
    give_role_in(actor=world.cloud_admin, user=clara, virtual_datacenter_id=world.vdc.id, role=looks_on)
    return acting(clara)


def test_a_restricted_administrator_does_not_lift_their_own_restriction(world):
    chief = colleague(world, "chief", MANAGE, restricted=True, virtual_datacenters=[world.vdc.id])

    assert refusal(update_user, actor=chief, user=chief, restricted=False) == "USER-14"

    assert acting(chief).open_datacenters == {world.vdc.id}


def test_what_is_closed_to_a_restricted_administrator_is_not_theirs_to_delete(world):
    second = world.virtual_datacenter(world.admin, "Second")
    chief = colleague(world, "chief", MANAGE, restricted=True, virtual_datacenters=[world.vdc.id])
    other = colleague(world, "other", MANAGE, restricted=True, virtual_datacenters=[second.id])

    assert refusal(delete_user, actor=chief, user=other) == "GEN-4"


def test_nobody_raises_the_role_that_counts_for_them_in_a_virtual_datacenter(world, lesser_there):
    looks_on = Role.objects.get(name="Looks on")

    change = {"actor": lesser_there, "role": looks_on, "privileges": [MANAGE, DEPLOY]}

    assert refusal(update_role, **change) == "ROLE-12"


def test_nobody_makes_users_who_may_more_in_a_virtual_datacenter_than_they(world, lesser_there):
    full, less = role_with(world, "Full", MANAGE, DEPLOY), Role.objects.get(name="Looks on")
    new = {"actor": lesser_there, "enterprise": world.acme, "password": STRONG}

    assert refusal(create_user, **new, nick="second-self", role=full) == "USER-18"
    assert create_user(**new, nick="helper", role=less)


def test_nobody_takes_over_users_who_may_more_in_a_virtual_datacenter_than_they(world, lesser_there):
    mightier = colleague(world, "mightier", DEPLOY)

    assert refusal(update_user, actor=lesser_there, user=mightier, password=STRONG) == "GEN-4"


def test_nobody_takes_over_users_who_reach_more_locations_than_they(world):
    everywhere = load_scope("Everywhere", unlimited=True)
    mightier = colleague(world, "mightier", LOCATIONS, scope=everywhere)
    chief = colleague(world, "chief", MANAGE, LOCATIONS)

    assert refusal(update_user, actor=chief, user=mightier, password=STRONG) == "GEN-4"


def test_an_enterprise_does_not_go_with_users_who_may_more_than_who_deletes_it(world):
    resold = reselling(world)
    victim = world.rival
    resold.scope.enterprises.add(victim)
    mighty = colleague(world, "mighty", "SYSCONFIG_ALLOW_MODIFY", enterprise=victim)

    assert refusal(delete_enterprise, actor=resold.resi, enterprise=victim) == "GEN-4"

    assert User.objects.filter(pk=mighty.pk).exists()


def test_nobody_moves_an_enterprise_away_from_a_place_beyond_their_scope(world):
    resold = reselling(world)
    elsewhere = load_scope("Elsewhere", enterprises=(world.rival,))
    Enterprise.objects.filter(pk=world.rival.pk).update(default_scope=elsewhere)
    resold.scope.enterprises.add(world.rival)
    rival = Enterprise.objects.get(pk=world.rival.pk)

    move = {"actor": resold.resi, "enterprise": rival, "default_scope": resold.scope}

    assert refusal(update_enterprise, **move) == "GEN-4"
    assert Enterprise.objects.get(pk=rival.pk).default_scope == elsewhere


def test_a_role_that_a_rule_names_is_not_deleted(world):
    role = role_with(world, "Approvers")
    create_rule(actor=world.cloud_admin, enterprise=world.acme, name="All", approver_role=role)

    assert refusal(delete_role, actor=world.cloud_admin, role=role) == "409-CONFLICT"


def test_the_back_office_knows_no_restrictions_and_is_closed_to_restricted_users(world):
    User.objects.filter(pk=world.cloud_admin.pk).update(restricted=True)

    assert not acting(world.cloud_admin).is_staff


def test_rights_of_others_are_seen_by_who_sees_users(world):
    looks_on = role_with(world, "Looks on")
    give_role_in(actor=world.cloud_admin, user=world.user, virtual_datacenter_id=world.vdc.id, role=looks_on)

    seen = {
        actor.nick: VirtualDatacenterRole.objects.visible_to(acting(actor)).count()
        for actor in (world.user, world.viewer, world.admin, world.rival_admin, world.cloud_admin)
    }

    assert seen == {"ulf": 1, "vera": 0, "anna": 1, "rita": 0, "root": 1}
