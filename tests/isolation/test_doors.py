"""What is open to whom before any row is looked at: without a login, in the back office, on websockets."""

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from portal.asgi import application
from portal.routing import websocket_urlpatterns
from tests.isolation.actors import ACTORS
from tests.isolation.addresses import of_kits, ours
from tests.isolation.asking import ask, by_parameter, signed_in
from tests.isolation.parameters import PLAIN

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = {
    "healthz",
    "theme/{address}.css",
    "theme/{theme_id}/logo-{digest}.png",
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
SOON = 5
REFUSALS = {302, 401, 403, 404, 405}


def test_without_a_login_nothing_is_open_but_what_is_listed(world, estates):
    nobody = Client(raise_request_exception=False)
    told = []
    for address in ours():
        path = address.filled(PLAIN | by_parameter(address, estates["own"]))
        for method in address.methods:
            answer = ask(nobody, method, path)
            if answer.status not in REFUSALS and address.route not in OPEN:
                told.append((method, address.route, answer.status))
    assert not told, told


@pytest.mark.parametrize("actor", ACTORS[1:], ids=lambda actor: actor.name)
def test_the_back_office_is_closed_to_everybody_who_is_bounded(world, estates, actor):
    browser = signed_in(actor.user(world, estates))
    rooms = [address for address in of_kits() if address.route.startswith("admin/")]
    told = [
        (address.route, answer.status)
        for address in rooms
        if not address.parameters
        for answer in [ask(browser, "get", f"/{address.route}")]
        if answer.status not in REFUSALS
    ]
    assert rooms
    assert not told, told


@pytest.mark.parametrize("pattern", websocket_urlpatterns, ids=lambda pattern: str(pattern.pattern))
async def test_no_websocket_speaks_to_who_is_not_signed_in(pattern):
    path = "/" + str(pattern.pattern).replace("<int:machine_id>", "1")
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
    socket = ApplicationCommunicator(application, scope)

    await socket.send_input({"type": "websocket.connect"})

    said = [(await socket.receive_output(SOON))["type"]]
    if said == ["websocket.accept"]:
        said = [(await socket.receive_output(SOON))["type"]]
    assert said == ["websocket.close"]
