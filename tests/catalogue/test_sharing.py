"""Who sees a template, and who decides that."""

import pytest
from django.urls import reverse

from catalogue import services
from catalogue.models import Template
from core.errors import Conflict, PermissionRefused
from tenants.models import User
from tenants.services import create_user, load_scope
from tests.browsing import browser_of
from tests.world import PASSWORD


@pytest.fixture
def neighbour(world, offers):
    """An administrator of the sibling."""
    made = create_user(
        actor=None, enterprise=offers.sibling, role=world.roles["ENTERPRISE_ADMIN"], nick="nora",
        password=PASSWORD,
    )  # fmt: skip
    return User.objects.actor(made.pk)


def sees(user, template) -> bool:
    return Template.objects.visible_to(user).filter(pk=template.pk).exists()


def test_a_template_is_its_enterprises_alone_at_first(world, offers, neighbour):
    assert sees(world.user, offers.template)
    assert not sees(neighbour, offers.template)
    assert not sees(world.rival_admin, offers.template)


def test_shared_with_a_scope_it_is_seen_in_that_scope_and_nowhere_else(world, offers, neighbour):
    services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[offers.region])

    assert sees(neighbour, offers.template)
    assert not sees(world.rival_admin, offers.template)


def test_shared_with_a_scope_it_is_seen_in_the_scopes_beneath(world, offers, neighbour):
    services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[offers.wide])

    assert sees(neighbour, offers.template)
    assert not sees(world.rival_admin, offers.template)


def test_shared_with_a_scope_beneath_it_is_not_seen_above(world, offers, neighbour):
    inner = load_scope("inner", enterprises=(world.rival,), parent=offers.region)
    services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[inner])

    assert sees(world.rival_admin, offers.template)
    assert not sees(neighbour, offers.template)


def test_shared_with_everybody_it_is_seen_by_all_who_may_use_the_location(world, offers, neighbour):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)

    assert sees(neighbour, offers.template)
    assert sees(world.rival_admin, offers.template)


def test_nobody_sees_it_where_they_may_not_use_the_location(world, offers, neighbour):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    neighbour.enterprise.location_limits.all().delete()

    assert not sees(neighbour, offers.template)


def test_an_unlimited_scope_is_everybody(world, offers):
    everything = load_scope("everything", unlimited=True)

    changed = services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[everything])

    assert changed.shared
    assert list(changed.scopes.all()) == []


def test_who_administers_one_enterprise_shares_with_nobody(world, offers):
    for sharing in ({"shared": True}, {"scopes": [offers.region]}):
        with pytest.raises(PermissionRefused) as refused:
            services.update_template(actor=world.admin, template=offers.template, **sharing)
        assert refused.value.code == "VIMAGE-67"


def test_who_administers_a_scope_shares_within_it_but_not_with_everybody(world, offers, neighbour):
    regional = offers.administrator("regina", offers.region)

    services.update_template(actor=regional, template=offers.template, scopes=[offers.region])

    assert sees(neighbour, offers.template)
    with pytest.raises(PermissionRefused):
        services.update_template(actor=regional, template=offers.template, shared=True)


def test_scopes_somebody_does_not_know_stay_when_they_share(world, offers):
    services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[offers.wide])
    regional = offers.administrator("regina", offers.region)

    changed = services.update_template(actor=regional, template=offers.template, scopes=[offers.region])

    assert {scope.name for scope in changed.scopes.all()} == {"wide", "region"}


def test_sharing_does_not_end_while_another_enterprise_has_machines_of_it(world, offers):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    offers.machine_of(world.rival_admin, offers.template)

    for narrower in ({"shared": False}, {"shared": False, "scopes": [offers.region]}):
        with pytest.raises(Conflict) as refused:
            services.update_template(actor=world.cloud_admin, template=offers.template, **narrower)
        assert refused.value.code == "VIMAGE-70"
        assert "1 machine" in refused.value.message
    offers.template.refresh_from_db()
    assert offers.template.shared


def test_sharing_ends_while_only_the_owner_has_machines_of_it(world, offers):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    offers.machine_of(world.admin, offers.template)

    services.update_template(actor=world.cloud_admin, template=offers.template, shared=False)

    assert not sees(world.rival_admin, offers.template)


def test_whom_it_is_shared_with_can_not_change_it(world, offers):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)

    with pytest.raises(Conflict) as refused:
        services.update_template(actor=world.rival_admin, template=offers.template, name="Mine now")

    assert refused.value.code == "VIMAGE-9"


def test_a_persistent_template_is_not_shared(world, offers):
    Template.objects.filter(pk=offers.template.pk).update(persistent=True)

    with pytest.raises(Conflict) as refused:
        services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)

    assert refused.value.code == "VIMAGE-21"


def test_whom_it_is_shared_with_reads_neither_its_owner_s_name_nor_who_made_it(world, offers, neighbour):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    Template.objects.update(creator_name="Ada Secret")
    path = f"/api/admin/enterprises/{neighbour.enterprise_id}/datacenterrepositories/{world.datacenter.id}"
    pages = [reverse("catalogue:templates"), reverse("catalogue:template", args=[offers.template.id])]
    pages += [reverse("catalogue:template_tab", args=[offers.template.id, "sharing"])]
    pages += [f"{path}/virtualmachinetemplates"]

    for reader, named in ((neighbour, False), (world.admin, True)):
        browser = browser_of(reader)
        read = "".join(browser.get(each, {"view": "list"}).content.decode() for each in pages)
        assert offers.template.name in read
        assert ("Ada Secret" in read, world.acme.name in read) == (named, named)
