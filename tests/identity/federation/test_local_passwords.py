"""Where a provider takes the place of local passwords, and who keeps theirs."""

import base64

import pytest
from django.test import Client

from identity.federation.local_passwords import local_password_refused
from tenants.models import User
from tests.identity.federation.federated import signed_in_as
from tests.world import PASSWORD

ISSUER = "http://127.0.0.1:1"


def sign_in(nick: str) -> str:
    browser = Client()
    browser.post("/accounts/login/", {"login": nick, "password": PASSWORD})
    return signed_in_as(browser)


def login_by_basic(nick: str) -> int:
    pair = base64.b64encode(f"{nick}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
    return Client(headers=headers).get("/api/login").status_code


def test_people_of_an_exclusive_providers_domain_can_t_use_local_passwords_and_others_can(federated):
    federated.openid(ISSUER, exclusive=True, mail_domains=["acme.example"])
    User.objects.filter(pk=federated.world.user.pk).update(email="ulf@ACME.example")
    viewer = federated.world.viewer

    assert (sign_in("ulf"), login_by_basic("ulf")) == ("", 401)
    assert (sign_in(viewer.nick), login_by_basic(viewer.nick)) == ("vera", 200)


def test_an_exclusive_provider_without_domains_is_for_everybody_but_who_can_repair_it(federated):
    federated.openid(ISSUER, exclusive=True)
    world = federated.world

    assert sign_in(world.user.nick) == ""
    assert (sign_in(world.cloud_admin.nick), login_by_basic(world.cloud_admin.nick)) == ("root", 200)


@pytest.mark.parametrize("change", [{"is_enabled": False}, {"exclusive": False}])
def test_a_provider_that_is_off_or_not_exclusive_changes_nothing(federated, change):
    federated.openid(ISSUER, **{"exclusive": True} | change)

    assert sign_in(federated.world.user.nick) == "ulf"


def test_a_password_that_may_not_be_tried_is_answered_like_a_wrong_one(federated):
    nick = federated.world.user.nick
    open_to_all = Client().post("/accounts/login/", {"login": nick, "password": "wrong"})
    federated.openid(ISSUER, exclusive=True)
    closed = Client().post("/accounts/login/", {"login": nick, "password": PASSWORD})

    said = "The username and/or password you specified are not correct."
    assert said in open_to_all.content.decode()
    assert said in closed.content.decode()


def test_the_reason_is_told_to_who_may_hear_it(federated):
    federated.openid(ISSUER, exclusive=True)
    user = federated.world.user

    assert local_password_refused(user).code == "LOCAL_PASSWORDS_OFF"
    user.auth_type = "SAML"
    assert local_password_refused(user).code == "PASSWORD_KEPT_ELSEWHERE"
    assert local_password_refused(federated.world.cloud_admin) is None
