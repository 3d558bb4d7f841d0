"""Roles that administrators make: names, networks, names elsewhere, use, and never more than one holds."""

import pytest

from core.errors import DomainError
from events.models import Event
from tenants.models import Privilege, Role
from tenants.services import (
    copy_role,
    create_role,
    delete_role,
    give_role_in,
    load_privileges,
    load_scope,
    update_role,
    update_user,
)
from tests.tenants.people import colleague, role_with

OWN = "USERS_MANAGE_ROLES"
OTHERS = "USERS_MANAGE_ROLES_OTHER_ENTERPRISES"
GLOBAL = "USERS_MANAGE_SYSTEM_ROLES"


def refusal(service, **arguments) -> str:
    with pytest.raises(DomainError) as refused:
        service(**arguments)
    return refused.value.code


def test_a_role_is_made_changed_copied_and_deleted_and_the_log_tells_the_differences(world):
    root = world.cloud_admin
    made = create_role(actor=root, name="Operators", enterprise=world.acme, privileges=["VDC_ENUMERATE"])
    update_role(
        actor=root, role=made, name="Night shift", privileges=["VAPP_PERFORM_ACTIONS"],
        external_names=["cn=night"], allowed_networks=["192.0.2.7"],
    )  # fmt: skip
    copied = copy_role(actor=root, role=made, name="Day shift", enterprise=world.acme)
    update_role(actor=root, role=made, external_names=[])
    delete_role(actor=root, role=made)

    assert [each.name for each in copied.privileges.all()] == ["VAPP_PERFORM_ACTIONS"]
    assert copied.allowed_networks == ["192.0.2.7/32"]
    changed = Event.objects.filter(kind="role.changed").earliest("id").changes
    assert changed["privileges"] == [["VDC_ENUMERATE"], ["VAPP_PERFORM_ACTIONS"]]
    assert changed["name"] == ["Operators", "Night shift"]
    assert changed["external_names"] == [[], ["cn=night"]]
    assert not Role.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("name", "code"), [("", "ROLE-9"), ("   ", "ROLE-9"), ("x" * 41, "ROLE-15"), ("a\nb", "ROLE-15")]
)
def test_a_role_needs_a_name_that_can_be_shown(world, name, code):
    assert refusal(create_role, actor=world.cloud_admin, name=name, enterprise=world.acme) == code


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("acme", "acme", "ROLE-6"),
        (None, "acme", "ROLE-7"),
        (None, None, "ROLE-7"),
        ("acme", None, "ROLE-7"),
        ("acme", "rival", None),
    ],
)
def test_a_name_is_unique_in_its_enterprise_and_against_global_roles(world, first, second, code):
    places = {"acme": world.acme, "rival": world.rival, None: None}
    create_role(actor=world.cloud_admin, name="Helpers", enterprise=places[first])

    again = {"actor": world.cloud_admin, "name": "helpers", "enterprise": places[second]}

    if code is None:
        assert create_role(**again).name == "helpers"
    else:
        assert refusal(create_role, **again) == code


def test_a_blocked_role_is_neither_changed_nor_deleted(world):
    blocked = world.cloud_admin.role
    assert refusal(update_role, actor=world.cloud_admin, role=blocked, name="Mine") == "ROLE-1"
    assert refusal(delete_role, actor=world.cloud_admin, role=blocked) == "ROLE-3"


def test_nobody_makes_changes_or_copies_a_role_beyond_their_own(world):
    chief = colleague(world, "chief", OWN, "VDC_ENUMERATE")
    mighty = role_with(world, "Mighty", "VDC_ENUMERATE", "VDC_MANAGE")
    weak = role_with(world, "Weak", "VDC_ENUMERATE")
    new = {"actor": chief, "enterprise": world.acme}

    assert refusal(create_role, name="New", privileges=["VDC_MANAGE"], **new) == "ROLE-8"
    assert refusal(copy_role, role=mighty, name="Copy", **new) == "ROLE-8"
    assert refusal(update_role, actor=chief, role=weak, privileges=["VDC_MANAGE"]) == "ROLE-8"
    assert refusal(update_role, actor=chief, role=mighty, privileges=[]) == "ROLE-8"
    assert refusal(delete_role, actor=chief, role=mighty) == "ROLE-8"
    assert create_role(name="New", privileges=["VDC_ENUMERATE"], **new).enterprise == world.acme


def test_nobody_changes_the_role_they_have(world):
    chief = colleague(world, "chief", OWN)
    assert refusal(update_role, actor=chief, role=chief.role, name="Other") == "ROLE-12"


def test_roles_of_others_and_global_ones_take_privileges_of_their_own(world):
    chief = colleague(world, "chief", OWN)
    assert refusal(create_role, actor=chief, name="New", enterprise=world.rival) == "EN-0"
    assert refusal(create_role, actor=chief, name="New", enterprise=None) == "GEN-4"
    confined = colleague(
        world, "confined", OWN, OTHERS, GLOBAL, "USERS_MANAGE_OTHER_ENTERPRISES",
        scope=load_scope("Both", enterprises=(world.acme, world.rival)),
    )  # fmt: skip
    assert create_role(actor=confined, name="New", enterprise=world.rival).enterprise == world.rival
    assert refusal(create_role, actor=confined, name="Global", enterprise=None) == "GEN-4"


def test_a_role_in_use_is_not_deleted_and_keeps_its_enterprise(world):
    role = role_with(world, "Helpers", "VDC_ENUMERATE")
    root = world.cloud_admin
    update_user(actor=root, user=world.user, role=role)
    assert refusal(delete_role, actor=root, role=role) == "ROLE-4"
    assert refusal(update_role, actor=root, role=role, enterprise=None) == "ROLE-10"

    update_user(actor=root, user=world.user, role=world.roles["USER"])
    give_role_in(actor=root, user=world.user, virtual_datacenter_id=world.vdc.id, role=role)
    assert refusal(delete_role, actor=root, role=role) == "ROLE-13"
    assert refusal(update_role, actor=root, role=role, enterprise=world.rival) == "ROLE-10"

    give_role_in(actor=root, user=world.user, virtual_datacenter_id=world.vdc.id, role=None)
    assert update_role(actor=root, role=role, enterprise=None).enterprise is None
    delete_role(actor=root, role=role)


def test_an_external_name_leads_to_one_role(world):
    first = role_with(world, "First")
    update_role(actor=world.cloud_admin, role=first, external_names=["cn=staff", "cn=staff", " "])
    assert [each.name for each in first.external_roles.all()] == ["cn=staff"]
    second = role_with(world, "Second")
    taken = {"actor": world.cloud_admin, "role": second, "external_names": ["cn=staff"]}
    assert refusal(update_role, **taken) == "ROLELDAP-1"


def test_a_role_that_a_directory_gives_is_not_deleted(world):
    role = role_with(world, "Helpers")
    update_role(actor=world.cloud_admin, role=role, external_names=["cn=helpers"])
    assert refusal(delete_role, actor=world.cloud_admin, role=role) == "ROLE-5"
    update_role(actor=world.cloud_admin, role=role, external_names=[])
    delete_role(actor=world.cloud_admin, role=role)


def test_networks_of_a_role_are_checked_and_take_a_privilege(world):
    role = role_with(world, "Helpers")
    wrong = {"actor": world.cloud_admin, "role": role, "allowed_networks": ["everywhere"]}
    assert refusal(update_role, **wrong) == "GEN-2"
    chief = colleague(world, "chief", OWN)
    assert refusal(update_role, actor=chief, role=role, allowed_networks=["192.0.2.0/24"]) == "GEN-4"
    update_role(actor=chief, role=role, allowed_networks=[])


def test_a_privilege_that_does_not_exist_is_refused(world):
    unknown = {"actor": world.cloud_admin, "name": "New", "privileges": ["FLY"]}
    assert refusal(create_role, **unknown) == "PRIVILEGE-0"


def test_loading_the_privileges_again_keeps_what_administrators_changed(world):
    user = world.roles["USER"]
    update_role(actor=world.cloud_admin, role=user, privileges=["VDC_ENUMERATE"])
    Privilege.objects.get(name="VAPP_PERFORM_ACTIONS").delete()

    load_privileges()

    held = set(user.privileges.values_list("name", flat=True))
    assert held == {"VDC_ENUMERATE", "VAPP_PERFORM_ACTIONS"}
    assert world.roles["CLOUD_ADMIN"].privileges.filter(name="VAPP_PERFORM_ACTIONS").exists()
