"""Gives the product a secret in every way it takes or makes one, rightly and wrongly; answers what they were.

Names say what the secret is; each has letters enough that finding it anywhere is no accident.
"""

import contextlib
import re
from typing import Any

from django.test import Client

from catalogue.models import Template
from compute.services import deploy, perform
from core.errors import DomainError
from identity.federation.services import create_sign_in_provider, update_sign_in_provider
from identity.models import Application
from identity.services.oauth_tokens import exchange, give_consent, keep_request_token
from identity.services.passwords import answer_reset_requests, request_reset, reset_token_for
from notifications.services import set_mail_server, try_mail_server
from tenants.models import User
from tests.api_user import ApiUser, machine_path
from tests.browsing import browser_of
from tests.identity.browser import confirmed, sign_in
from tests.identity.test_second_factor import with_app
from tests.loopback import LoopbackDatacenter
from tests.peers.server import free_port
from tests.world import PASSWORD

MAIL = {
    "host": "127.0.0.1", "security": "none", "username": "cloud", "from_address": "cloud@example.org",
    "from_name": "Cloud",
}  # fmt: skip
Secrets = dict[str, str]


def canary(name: str) -> str:
    """A text that passes for a good password."""
    return f"Zq9-{name.replace(' ', '-')}-canary"


def passwords(world: Any) -> Secrets:
    """Set by REST and by a page, refused, changed by their user, and guessed."""
    given = {
        name: canary(name)
        for name in ("new user", "changed user", "wrong old", "own new", "guess by page", "guess by basic")
    }
    given["too weak"] = "weakcanarypasswordzq"
    rest, users = ApiUser(world.cloud_admin.nick), f"/api/admin/enterprises/{world.acme.id}/users"
    role = {"rel": "role", "href": f"/api/admin/roles/{world.roles['USER'].id}"}
    person = {"nick": "earl", "name": "Earl", "active": True, "links": [role]}
    assert rest.post(users, person | {"password": given["too weak"]}).status_code == 409
    made = rest.post(users, person | {"password": given["new user"]})
    assert made.status_code == 201
    assert rest.put(made["Location"], {"password": given["changed user"]}).status_code == 200
    browser = confirmed(world.viewer)
    for old, new in (("wrong old", "own new"), (None, "too weak"), (None, "own new")):
        fields = {"oldpassword": given[old] if old else PASSWORD, "password1": given[new]}
        changed = browser.post("/accounts/password/change/", fields | {"password2": given[new]})
    assert changed.status_code == 302
    sign_in(Client(), "earl", given["guess by page"])
    assert ApiUser("earl", given["guess by basic"]).get("/api/login").status_code == 401
    return given


def programs(world: Any) -> Secrets:
    """Applications, their dance to an access token, and personal access tokens, by REST and by pages."""
    rest, of_user = (
        ApiUser(world.admin.nick),
        f"/api/admin/enterprises/{world.acme.id}/users/{world.admin.id}",
    )
    browser = confirmed(world.admin)
    application = rest.post(f"{of_user}/applications", {"name": "Reporter"}).json()
    token = rest.post(f"{of_user}/personaltokens", {"name": "nightly"}).json()["token"]
    page = browser.post("/account/tokens/new/", {"name": "page", "days": 30, "extent": "everything"})
    other = browser.post("/account/applications/new/", {"name": "Other", "extent": "everything"})
    given = {name: canary(name) for name in ("request secret", "access secret")}
    keep_request_token(
        api_key=application["apiKey"], key="asked", secret=given["request secret"], callback="oob"
    )
    keep_request_token(
        api_key=application["apiKey"], key="waits", secret=given["request secret"], callback="oob"
    )
    verifier = give_consent(actor=User.objects.actor(world.admin.pk), key="asked").verifier
    assert exchange(
        api_key=application["apiKey"], request_key="asked", verifier=verifier, key="access",
        secret=given["access secret"],
    )  # fmt: skip
    ApiUser(None).get("/api/login", Authorization=f"Bearer {token}")
    ApiUser(None).get("/api/login", Authorization="Bearer atr_canary-of-a-wrong-token-zq")
    return given | {
        "application by rest": application["apiSecret"],
        "token by rest": token,
        "token by page": _shown_once(page)[0],
        "application by page": _shown_once(other)[-1],
        "verifier": verifier,
        "wrong token": "atr_canary-of-a-wrong-token-zq",
    }


def mail_servers(world: Any) -> Secrets:
    """Set up, changed, refused, and tried in vain."""
    given = {name: canary(name) for name in ("mail server", "refused mail server")}
    whose = {"actor": world.cloud_admin, "enterprise": world.provider}
    set_mail_server(**whose, **MAIL, port=free_port(), password=given["mail server"])
    with contextlib.suppress(DomainError):
        set_mail_server(
            **whose, **MAIL | {"from_address": "no"}, port=1, password=given["refused mail server"]
        )
    assert not try_mail_server(**whose).worked
    return given


def cloud_credentials(world: Any) -> Secrets:
    """Kept, replaced and refused by REST and by the page, and shown to a provider nobody can ask."""
    names = ("cloud key", "next cloud key", "refused cloud key", "checked cloud key", "cloud key by page")
    given, rest = {name: canary(name) for name in names}, ApiUser(world.cloud_admin.nick)
    address = f"/api/admin/enterprises/{world.acme.id}/credentials"
    provider = {"rel": "hypervisortype", "href": "/api/config/hypervisortypes/AMAZON"}
    body = {"access": "AKIA", "links": [provider]}
    made = rest.post(address, body | {"key": given["cloud key"]})
    assert made.status_code == 201
    assert rest.post(address, body | {"key": given["refused cloud key"]}).status_code == 409
    assert rest.put(made["Location"], {"key": given["next cloud key"]}).status_code == 200
    check = f"{provider['href']}/action/checkcredentials"
    assert rest.post(check, body | {"key": given["checked cloud key"]}).status_code == 409
    form = {"provider": "digitalocean2", "access": "page", "key": given["cloud key by page"]}
    page = f"/infrastructure/enterprises/{world.acme.id}/credentials/new/"
    assert browser_of(world.cloud_admin).post(page, form).status_code == 302
    refused = browser_of(world.cloud_admin).post(page, form | {"key": given["refused cloud key"]})
    assert refused.status_code == 409
    return given


def sign_in_providers(world: Any) -> Secrets:
    """A directory that is away and an OpenID provider; and what somebody typed at their doors."""
    names = ("bind password", "client secret", "next client secret", "typed for the directory")
    given = {name: canary(name) for name in names}
    directory = {"url": f"ldaps://127.0.0.1:{free_port()}", "bind_dn": "cn=reader", "base_dn": "dc=example"}
    actor = world.cloud_admin
    create_sign_in_provider(
        actor=actor, kind="LDAP", name="Directory", parameters=directory, secret=given["bind password"],
        is_enabled=True,
    )  # fmt: skip
    openid = create_sign_in_provider(
        actor=actor, kind="OPENID", name="Corporate", secret=given["client secret"],
        parameters={"issuer": "https://login.acme.example", "client_id": "atrium"},
    )  # fmt: skip
    update_sign_in_provider(actor=actor, provider=openid, secret=given["next client secret"])
    sign_in(Client(), "lena", given["typed for the directory"])
    return given


def second_factors(world: Any) -> Secrets:
    """What an authenticator app knows, and the recovery codes."""
    _browser, secret, recovery = with_app(world.user)
    return {"app": secret} | {f"recovery code {number}": code for number, code in enumerate(recovery)}


def resets(world: Any) -> Secrets:
    """A way to a new password, mailed, opened, and used wrongly; another one was made up."""
    request_reset(name=world.rival_admin.nick, address="192.0.2.1")
    assert answer_reset_requests() == 1
    token = reset_token_for(User.objects.get(pk=world.rival_admin.pk))
    browser, weak = Client(), "weakcanaryresetzq"
    hidden = browser.get(f"/account/recover/{token}/")["Location"]
    browser.post(hidden, {"password": weak, "password1": weak, "password2": weak})
    ApiUser(None).post("/api/login/action/reset", {"token": token, "password": weak})
    return {"reset token": token, "password of a reset": weak}


def guests(world: Any) -> Secrets:
    """User data by the form, by metadata and refused; a first password made and looked at."""
    Template.objects.filter(pk=world.template.pk).update(guest_setup="CLOUD_INIT", generates_password=True)
    world.template.refresh_from_db()
    names = ("user data", "user data by metadata", "refused user data")
    given = {name: canary(name) for name in names}
    datacenter = LoopbackDatacenter(world.datacenter)
    machine = world.new_machine("told", user_data=f"#!/bin/sh\necho {given['user data']}\n")
    deploy(actor=world.user, machine_id=machine.pk)
    datacenter.work()
    rest = ApiUser(world.cloud_admin.nick)
    shown = rest.post(f"{machine_path(machine)}/action/retrieveguestpassword")
    assert shown.status_code == 200
    browser_of(world.cloud_admin).post(f"/machines/{machine.pk}/guest/password/")
    perform(actor=world.user, machine_id=machine.pk, action_name="power_off")
    datacenter.work()
    for name, beginning in (("user data by metadata", "#!/bin/sh\n"), ("refused user data", "")):
        body = {"metadata": {"startup-script": beginning + given[name]}}
        rest.put(f"{machine_path(machine)}/metadata", body)
        browser_of(world.user).post("/machines/deploy/user-data/", {"user_data": beginning + given[name]})
    datacenter.work()
    given["first password"] = shown.json()["password"]
    sent = "".join(command.model_dump_json() for command in datacenter.received)
    assert "write_guest_drive" in sent
    assert [name for name, secret in given.items() if secret in sent] == []
    return given


EVERY_WAY = (
    passwords,
    programs,
    mail_servers,
    cloud_credentials,
    sign_in_providers,
    second_factors,
    resets,
    guests,
)


def own_ids(world: Any) -> dict[str, Any]:
    """What was made here, in the words of the isolation matrix."""
    application = Application.objects.filter(user=world.admin).first()
    return {
        "enterprise": world.acme.pk,
        "user": world.admin.pk,
        "application": application.pk,
        "own_application": application.pk,
        "personal_token": world.admin.personal_tokens.first().pk,
        "own_token": world.admin.personal_tokens.first().pk,
    }


def _shown_once(answer: Any) -> list[str]:
    return re.findall(r'id="secret-\d" value="([^"]+)"', answer.content.decode())
