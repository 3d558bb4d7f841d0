"""Themes in the REST dialect: ``enterprisetheme``, the second representation of an enterprise."""

import pytest

from branding.models import Theme
from branding.services import look_of, save_theme, set_logo
from tests.api_user import ApiUser, codes
from tests.branding.images import picture

TYPE = "application/vnd.abiquo.enterprisetheme+json"


@pytest.fixture
def root(sold):
    sold.cloud_admin  # noqa: B018  exists
    return ApiUser("root")


def path_of(enterprise) -> str:
    return f"/api/admin/enterprises/{enterprise.pk}"


def read(user: ApiUser, enterprise) -> dict:
    answer = user.get(path_of(enterprise), Accept=TYPE)
    assert answer.status_code == 200 and answer["Content-Type"].startswith(TYPE)
    return answer.json()


def write(user: ApiUser, enterprise, document: dict):
    return user.put(path_of(enterprise), document, content_type=TYPE, Accept=TYPE)


def test_an_enterprise_is_told_with_its_theme_and_its_logo(sold, root):
    save_theme(actor=sold.boss, enterprise=sold.acme, name="Red")
    set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())

    document = read(root, sold.acme)

    assert (document["name"], document["theme"]) == ("Acme", "Red")
    assert document["companyLogoPath"] == look_of(sold.acme.pk).logo_url


def test_without_a_theme_both_are_empty_and_the_first_representation_knows_neither(sold, root):
    document = read(root, sold.acme)

    assert (document["theme"], document["companyLogoPath"]) == ("", "")
    assert "theme" not in root.get(path_of(sold.acme)).json()


def test_what_was_read_and_is_written_back_changes_nothing(sold, root):
    save_theme(actor=sold.boss, enterprise=sold.acme, name="Red")
    set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())
    document = read(root, sold.acme)

    assert write(root, sold.acme, document).status_code == 200
    assert read(root, sold.acme) == document


def test_a_theme_is_made_renamed_and_removed_by_its_name(sold, root):
    document = read(root, sold.acme)

    assert write(root, sold.acme, document | {"theme": "Red"}).json()["theme"] == "Red"
    assert write(root, sold.acme, document | {"theme": "Blue"}).json()["theme"] == "Blue"
    assert Theme.objects.count() == 1
    assert write(root, sold.acme, document | {"theme": ""}).json()["theme"] == ""
    assert Theme.objects.count() == 0


def test_an_enterprise_is_created_with_a_theme_or_not_at_all(sold, root):
    save_theme(actor=sold.boss, enterprise=sold.acme, name="Red")

    made = root.post(
        "/api/admin/enterprises", {"name": "New", "theme": "Green"}, content_type=TYPE, Accept=TYPE
    )
    taken = root.post("/api/admin/enterprises", {"name": "Newer", "theme": "Red"}, content_type=TYPE)

    assert (made.status_code, made.json()["theme"]) == (201, "Green")
    assert (taken.status_code, codes(taken)) == (409, ["THEME-0"])
    names = [each["name"] for each in root.get("/api/admin/enterprises").json()["collection"]]
    assert "New" in names and "Newer" not in names


def test_a_logo_is_removed_by_an_empty_path_and_set_by_none(sold, root):
    save_theme(actor=sold.boss, enterprise=sold.acme)
    set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())
    document = read(root, sold.acme)

    foreign = write(root, sold.acme, document | {"companyLogoPath": "/etc/passwd"})
    assert foreign.status_code == 400
    assert write(root, sold.acme, document | {"companyLogoPath": ""}).json()["companyLogoPath"] == ""


def test_who_manages_enterprises_but_not_themes_changes_the_one_and_not_the_other(sold, root):
    privilege = sold.cloud_admin.role.privileges.get(name="USERS_MANAGE_ENTERPRISE_BRANDING")
    sold.cloud_admin.role.privileges.remove(privilege)
    document = read(root, sold.acme)

    refused = write(root, sold.acme, document | {"name": "Acme 2", "theme": "Red"})
    assert (refused.status_code, codes(refused)) == (403, ["ENTERPRISE-15"])
    assert read(root, sold.acme)["name"] == "Acme"

    assert write(root, sold.acme, document | {"name": "Acme 2"}).json()["name"] == "Acme 2"


def test_a_foreign_enterprise_has_no_theme_to_read_or_write(sold):
    sold.rival_admin  # noqa: B018  exists
    rita = ApiUser("rita")

    assert rita.get(path_of(sold.acme), Accept=TYPE).status_code == 404
    assert write(rita, sold.acme, {"theme": "Red"}).status_code == 404
