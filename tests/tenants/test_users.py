"""Users that administrators make, change and delete: who may give what to whom."""

import pytest

from core.errors import DomainError
from events.models import Event
from tenants.models import User
from tenants.services import create_user, delete_user, load_scope, update_role, update_user
from tests.tenants.people import STRONG, acting, colleague, role_with

MANAGE = "USERS_MANAGE_USERS"
PROHIBIT = "USERS_PROHIBIT_VDC_RESTRICTION"


def refusal(service, **arguments) -> str:
    with pytest.raises(DomainError) as refused:
        service(**arguments)
    return refused.value.code


def making(world, **changed):
    """The arguments for a new user of Acme."""
    return {
        "actor": world.admin,
        "enterprise": world.acme,
        "role": world.roles["USER"],
        "nick": "newcomer",
        "password": STRONG,
    } | changed


def test_a_user_is_made_changed_and_deleted_and_the_log_tells_what_was_before(world):
    made = create_user(**making(world, name="New", surname="Comer", description="Trainee"))
    update_user(actor=world.admin, user=made, surname="Known", role=world.roles["ENTERPRISE_VIEWER"])
    delete_user(actor=world.admin, user=made)

    changed = Event.objects.get(kind="user.changed", subject_id=made.pk)
    assert changed.changes == {"surname": ["Comer", "Known"], "role": ["USER", "ENTERPRISE_VIEWER"]}
    assert Event.objects.get(kind="user.deleted", subject_id=made.pk).changes["nick"] == ["newcomer", None]
    assert not User.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nick": ""}, "USER-13"),
        ({"nick": "anna"}, "USER-4"),
        ({"nick": "n" * 129}, "GEN-2"),
        ({"password": ""}, "USER-11"),
        ({"email": "nowhere"}, "USER-5"),
        ({"surname": "s" * 129}, "GEN-2"),
    ],
)
def test_what_a_user_lacks_is_told(world, change, code):
    assert refusal(create_user, **making(world, **change)) == code


def test_a_password_from_an_administrator_is_to_be_changed(world):
    made = create_user(**making(world))
    assert made.must_change_password
    assert not create_user(**making(world, nick="other", must_change_password=False)).must_change_password

    User.objects.filter(pk=made.pk).update(must_change_password=False)
    update_user(actor=world.admin, user=made, password="Another-Horse-8-saddle")
    assert User.objects.get(pk=made.pk).must_change_password
    assert "saddle" not in str(Event.objects.filter(subject_id=made.pk).values())


def test_a_role_beyond_ones_own_or_of_another_enterprise_is_not_given(world):
    chief = colleague(world, "chief", MANAGE, "VDC_ENUMERATE")
    mighty, weak = role_with(world, "Mighty", "VDC_MANAGE"), role_with(world, "Weak", "VDC_ENUMERATE")
    foreign = role_with(world, "Foreign", enterprise=world.rival)

    assert refusal(create_user, **making(world, actor=chief, role=mighty)) == "USER-18"
    assert refusal(create_user, **making(world, actor=chief, role=foreign)) == "USER-20"
    made = create_user(**making(world, actor=chief, role=weak))
    assert refusal(update_user, actor=chief, user=made, role=mighty) == "USER-18"
    assert refusal(update_user, actor=world.cloud_admin, user=made, role=foreign) == "USER-20"


def test_a_scope_is_given_only_within_ones_own_and_with_the_users_enterprise_in_it(world):
    above = load_scope("Above", enterprises=(world.acme, world.rival))
    below = load_scope("Below", enterprises=(world.acme,), parent=above)
    beside = load_scope("Beside", enterprises=(world.acme,))
    chief = colleague(world, "chief", MANAGE, "VDC_ENUMERATE", scope=above)
    weak = role_with(world, "Weak", "VDC_ENUMERATE")
    new = making(world, actor=chief, role=weak)

    assert refusal(create_user, **new, scope=beside) == "USER-19"
    made = create_user(**new, scope=below)
    assert made.scope == below
    assert refusal(update_user, actor=chief, user=made, scope=beside) == "USER-19"
    assert update_user(actor=chief, user=made, scope=above).scope == above
    assert update_user(actor=chief, user=made, unscoped=True).scope is None
    foreign = load_scope("Foreign", enterprises=(world.rival,), parent=above)
    assert refusal(update_user, actor=chief, user=made, scope=foreign) == "SCOPE-16"


def test_nobody_without_a_scope_gives_one(world):
    anywhere = load_scope("Anywhere", unlimited=True)
    assert refusal(create_user, **making(world, scope=anywhere)) == "USER-19"


def test_nobody_changes_who_sees_further_than_they(world):
    wide = load_scope("Wide", enterprises=(world.acme, world.rival))
    weak = role_with(world, "Weak", "ENTERPRISE_ENUMERATE")
    seer = create_user(actor=None, enterprise=world.acme, role=weak, nick="seer", password=STRONG, scope=wide)
    chief = colleague(world, "chief", MANAGE, "ENTERPRISE_ENUMERATE")
    assert refusal(update_user, actor=chief, user=seer, password=STRONG) == "GEN-4"
    assert refusal(delete_user, actor=chief, user=seer) == "GEN-4"


def test_users_of_another_enterprise_take_a_privilege_of_their_own(world):
    both = load_scope("Both", enterprises=(world.acme, world.rival))
    clerk = colleague(world, "clerk", MANAGE, "ENTERPRISE_ENUMERATE", scope=both)
    chief = colleague(world, "chief", MANAGE, "USERS_MANAGE_OTHER_ENTERPRISES", scope=both)
    weak = role_with(world, "Weak", enterprise=None)
    there = making(world, enterprise=world.rival, role=weak)

    assert refusal(create_user, **there | {"actor": world.admin}) == "EN-0"
    assert refusal(create_user, **there | {"actor": clerk}) == "GEN-4"
    assert create_user(**there | {"actor": chief}).enterprise == world.rival


@pytest.mark.parametrize("change", [{"is_active": False}, {"unscoped": True}, {"role": "USER"}])
def test_the_last_cloud_administrator_stays_one(world, change):
    change = {name: world.roles.get(value, value) for name, value in change.items()}
    root = world.cloud_admin
    assert refusal(update_user, actor=root, user=root, **change) == "USER-25"

    deputy = create_user(
        actor=None, enterprise=world.provider, role=root.role, nick="deputy", password=STRONG,
        scope=root.scope,
    )  # fmt: skip
    update_user(actor=root, user=root, **change)
    assert refusal(update_user, actor=acting(deputy), user=deputy, **change) == "USER-25"


def test_nobody_deletes_themselves_and_the_last_cloud_administrator_is_not_deleted(world):
    assert refusal(delete_user, actor=world.admin, user=world.admin) == "USER 9"
    root = world.cloud_admin
    deputy = create_user(
        actor=None, enterprise=world.provider, role=root.role, nick="deputy", password=STRONG
    )
    deputy.scope = root.scope
    assert refusal(delete_user, actor=deputy, user=root) == "USER-25"


def test_what_a_deleted_user_owned_stays(world):
    machine = world.machine
    delete_user(actor=world.admin, user=world.user)
    machine.refresh_from_db()
    assert machine.owner is None


def test_a_user_is_restricted_to_virtual_datacenters_of_their_enterprise(world):
    theirs = world.virtual_datacenter(world.rival_admin, "Theirs")
    root, user = world.cloud_admin, world.user
    restricted = {"actor": root, "user": user, "restricted": True}

    assert refusal(update_user, **restricted, virtual_datacenters=[theirs.id]) == "USER-24"
    assert refusal(update_user, **restricted, virtual_datacenters=[0]) == "VDC-0"
    foreign = {"actor": world.admin, "user": user, "restricted": True}
    assert refusal(update_user, **foreign, virtual_datacenters=[theirs.id]) == "VDC-0"

    update_user(**restricted, virtual_datacenters=[world.vdc.id])
    assert acting(user).open_datacenters == {world.vdc.id}
    update_user(actor=root, user=user, restricted=False)
    assert acting(user).open_datacenters == frozenset()
    assert not acting(user).restricted


def test_a_role_that_prohibits_restriction_and_a_restriction_exclude_each_other(world):
    assert PROHIBIT in world.admin.privileges
    bound = {"restricted": True, "virtual_datacenters": [world.vdc.id]}
    assert refusal(update_user, actor=world.cloud_admin, user=world.admin, **bound) == "USER-14"
    update_user(actor=world.cloud_admin, user=world.user, **bound)
    promoted = {"actor": world.cloud_admin, "user": world.user, "role": world.admin.role}
    assert refusal(update_user, **promoted) == "USER-14"
    assert update_user(**promoted, restricted=False).role == world.admin.role


def test_a_restricted_administrator_opens_nothing_that_is_closed_to_them(world):
    second = world.virtual_datacenter(world.admin, "Second")
    chief = colleague(world, "chief", MANAGE, restricted=True, virtual_datacenters=[world.vdc.id])
    weak = role_with(world, "Weak")
    new = making(world, actor=chief, role=weak)

    assert refusal(create_user, **new) == "USER-14"
    assert refusal(create_user, **new, restricted=True, virtual_datacenters=[second.id]) == "VDC-0"
    made = create_user(**new, restricted=True, virtual_datacenters=[world.vdc.id])
    assert refusal(update_user, actor=chief, user=made, restricted=False) == "USER-14"


def test_what_is_open_out_of_the_administrators_sight_stays_open(world):
    second = world.virtual_datacenter(world.admin, "Second")
    update_user(
        actor=world.cloud_admin, user=world.user, restricted=True,
        virtual_datacenters=[world.vdc.id, second.id],
    )  # fmt: skip
    clerk = colleague(
        world, "clerk", *acting(world.user).privileges, MANAGE, restricted=True,
        virtual_datacenters=[world.vdc.id],
    )  # fmt: skip
    assert refusal(update_user, actor=clerk, user=world.user, virtual_datacenters=[]) == "GEN-4"
    assert acting(world.user).open_datacenters == {world.vdc.id, second.id}


def test_networks_of_a_user_are_checked_and_take_a_privilege(world):
    set_by = {"user": world.user, "allowed_networks": ["2001:db8::/33", "192.0.2.1"]}
    assert refusal(update_user, actor=world.admin, **set_by) == "GEN-4"
    assert refusal(update_user, actor=world.cloud_admin, user=world.user, allowed_networks=["x"]) == "GEN-2"
    told = update_user(actor=world.cloud_admin, **set_by).allowed_networks
    assert told == ["2001:db8::/33", "192.0.2.1/32"]


def test_a_role_that_loses_a_privilege_counts_at_once(world):
    helpers = role_with(world, "Helpers", "VDC_MANAGE")
    update_user(actor=world.cloud_admin, user=world.user, role=helpers)
    assert "VDC_MANAGE" in acting(world.user).privileges
    update_role(actor=world.cloud_admin, role=helpers, privileges=[])
    assert acting(world.user).privileges == frozenset()
