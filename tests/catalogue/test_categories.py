"""Categories: whose they are, what they become, and where their templates go."""

import pytest

from catalogue import services
from catalogue.models import Category
from core.errors import Conflict, Invalid, NotFound, PermissionRefused


def test_a_new_template_is_in_the_category_that_is_always_there(offers):
    assert offers.template.category.name == "Others"
    assert offers.template.category.is_default


def test_an_administrator_makes_a_category_that_other_enterprises_do_not_see(world, offers):
    made = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)

    assert made in Category.objects.visible_to(world.admin)
    assert made not in Category.objects.visible_to(world.rival_admin)


def test_a_user_makes_none(world, offers):
    with pytest.raises(PermissionRefused):
        services.create_category(actor=world.user, name="Ours", enterprise=world.acme)


def test_a_category_of_another_enterprise_can_not_be_made(world, offers):
    with pytest.raises(NotFound):
        services.create_category(actor=world.rival_admin, name="Theirs", enterprise=world.acme)


def test_a_global_category_takes_a_right_of_its_own(world, offers):
    with pytest.raises(Conflict) as refused:
        services.create_category(actor=world.admin, name="For all")

    assert refused.value.code == "CATEGORY-7"


@pytest.mark.parametrize("name", ("", " ", "x" * 31, "a\nb"))
def test_a_name_has_one_to_thirty_printable_characters(world, offers, name):
    with pytest.raises(Invalid):
        services.create_category(actor=world.cloud_admin, name=name)


def test_two_of_one_owner_have_different_names_in_any_spelling(world, offers):
    services.create_category(actor=world.cloud_admin, name="Web")
    services.create_category(actor=world.admin, name="Web", enterprise=world.acme)

    with pytest.raises(Conflict) as refused:
        services.create_category(actor=world.cloud_admin, name="WEB")

    assert refused.value.code == "CATEGORY-2"


def test_a_local_category_becomes_global_and_never_local_again(world, offers):
    made = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)

    services.update_category(actor=world.cloud_admin, category=made, enterprise=None)

    assert made in Category.objects.visible_to(world.rival_admin)
    with pytest.raises(Conflict) as refused:
        services.update_category(actor=world.cloud_admin, category=made, enterprise=world.acme)
    assert refused.value.code == "CATEGORY-8"


def test_a_local_category_does_not_go_to_another_enterprise(world, offers):
    made = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)

    with pytest.raises(Conflict) as refused:
        services.update_category(actor=world.cloud_admin, category=made, enterprise=world.rival)

    assert refused.value.code == "CATEGORY-6"


def test_templates_of_a_deleted_category_go_to_the_default_one(world, offers):
    made = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)
    services.update_template(actor=world.admin, template=offers.template, category=made)

    services.delete_category(actor=world.admin, category=made)

    offers.template.refresh_from_db()
    assert offers.template.category.is_default


def test_the_default_category_stays_as_it_is(world, offers):
    with pytest.raises(Conflict) as refused:
        services.delete_category(actor=world.cloud_admin, category=offers.template.category)

    assert refused.value.code == "CATEGORY-3"


def test_who_may_not_change_a_global_category_may_not_delete_it(world, offers):
    made = services.create_category(actor=world.cloud_admin, name="Web")

    with pytest.raises(Conflict) as refused:
        services.delete_category(actor=world.admin, category=made)

    assert refused.value.code == "CATEGORY-9"


def test_a_template_can_not_go_into_another_enterprises_category(world, offers):
    theirs = services.create_category(actor=world.rival_admin, name="Theirs", enterprise=world.rival)

    with pytest.raises(NotFound):
        services.update_template(actor=world.admin, template=offers.template, category=theirs)


def test_a_shared_template_needs_a_global_category(world, offers):
    local = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)
    services.update_template(actor=world.admin, template=offers.template, category=local)

    with pytest.raises(Conflict) as sharing:
        services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    assert sharing.value.code == "CATEGORY-10"

    shared = offers.own_template("shared", shared=True)
    with pytest.raises(Conflict) as moving:
        services.update_template(actor=world.admin, template=shared, category=local)
    assert moving.value.code == "CATEGORY-11"
