"""What is open to whom before any row is looked at: without a login, in the back office, on websockets."""

import re
from collections import Counter

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from portal.asgi import application
from tests.isolation.addresses import of_the_back_office, ours, websockets
from tests.isolation.asking import ask, by_parameter
from tests.isolation.parameters import PLAIN

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = {
    "healthz",
    "theme/{address}.css",
    "theme/{theme_id}/logo-{digest}.png",
    "accounts/inactive/",
    "accounts/login/",
    "accounts/oidc/{provider_id}/back-channel/",
    "accounts/oidc/{provider_id}/login/",
    "accounts/saml/{organization_slug}/login/",
    "accounts/saml/{organization_slug}/metadata/",
    "accounts/signup/",
    "account/recover/",
    "account/recover/{token}/",
    "api/version",
    "api/schema",
    "api/docs",
    "api/logout",
    "api/login/action/newpassword",
    "api/login/action/reset",
    "api/oauth/request_token",
    "api/oauth/access_token",
}
OFFICE = {"app_label": "tenants", "content_type_id": 1, "object_id": 1}
SOON = 5
REFUSALS = {302, 401, 403, 404, 405}


def test_every_address_leads_to_one_view():
    """A second one would never be asked. What the sign-in kit has is partly closed by ours, on purpose."""
    routes = Counter(re.sub(r"{\w+}", "{}", each.route) for each in ours())
    twice = [route for route, views in routes.items() if views > 1 and not route.startswith("accounts/")]
    assert twice == []


def test_without_a_login_nothing_is_open_but_what_is_listed(world, estates):
    nobody = Client(raise_request_exception=False)
    told = []
    for address in [*ours(), *of_the_back_office()]:
        path = address.filled(OFFICE | PLAIN | by_parameter(address, estates["own"]))
        for method in address.methods:
            answer = ask(nobody, method, path)
            opened = answer.status not in REFUSALS and address.route not in OPEN
            if opened or answer.writes:
                told.append((method, address.route, answer.status, answer.writes))
    assert not told, "\n".join(map(str, told))


@pytest.mark.parametrize("address", websockets(), ids=lambda address: address.route)
async def test_no_websocket_speaks_to_who_is_not_signed_in(address):
    path = address.filled(dict.fromkeys(address.parameters, 1))
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
    socket = ApplicationCommunicator(application, scope)

    await socket.send_input({"type": "websocket.connect"})

    said = [(await socket.receive_output(SOON))["type"]]
    if said == ["websocket.accept"]:
        said = [(await socket.receive_output(SOON))["type"]]
    assert said == ["websocket.close"]
