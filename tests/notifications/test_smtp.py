"""How a server is spoken to: nothing before it proved who it is, no password in what is told, no waiting
for ever, and no way into the provider's own networks."""

import socket
import ssl
import threading
from contextlib import closing

import pytest

from contracts import addresses
from notifications.destinations import Unreachable, address_of
from notifications.smtp import Route, Undelivered, transmit
from tests.certificates import Authority
from tests.notifications.post_office import PostOffice

SECRET = "canary-password"
MAIL = b"Subject: hello\r\n\r\nhello\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def believed(authority, settings):
    """Our certificate authority, known to the mails' side."""
    settings.ATRIUM_MAIL_CA_FILE = str(authority.file)
    return authority


def route_to(port: int, **fields) -> Route:
    given = {
        "host": "localhost",
        "security": "none",
        "username": "",
        "password": "",
        "from_address": "a@b.example",
    }
    return Route(server_id=1, port=port, **given | fields)


def send(route: Route, **options) -> str:
    return transmit(route, to="c@d.example", data=MAIL, **options)


def test_what_the_server_said_is_told(post_office):
    post_office.answers["DATA"].append("250 Taken as 4711")

    assert send(route_to(post_office.port)) == "250 Taken as 4711"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_is_trusted_lets_mail_and_password_through(believed, security):
    context = believed.server_context("localhost")
    offered = {"starttls": context} if security == "starttls" else {"tls": context}
    login = ("cloud", SECRET)
    with PostOffice(**offered, login=login) as office:
        send(route_to(office.port, security=security, username="cloud", password=SECRET))

        assert office.logins == [login]
        assert len(office.received) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("known", [True, False], ids=["for another name", "of nobody we know"])
def test_a_certificate_that_is_not_trusted_gets_no_password(authority, settings, security, known):
    if known:
        settings.ATRIUM_MAIL_CA_FILE = str(authority.file)
    context = authority.server_context("elsewhere.example" if known else "localhost")
    offered = {"starttls": context} if security == "starttls" else {"tls": context}
    with PostOffice(**offered, login=("cloud", SECRET)) as office:
        with pytest.raises(Undelivered, match="not trusted"):
            send(route_to(office.port, security=security, username="cloud", password=SECRET))

        assert (office.logins, office.received) == ([], [])


def test_a_server_that_hides_starttls_gets_neither_password_nor_mail():
    with PostOffice(login=("cloud", SECRET)) as office:
        with pytest.raises(Undelivered):
            send(route_to(office.port, security="starttls", username="cloud", password=SECRET))

        assert (office.logins, office.received) == ([], [])


def test_a_wrong_password_is_worth_another_try_and_told_without_it():
    with PostOffice(login=("cloud", "right")) as office, pytest.raises(Undelivered) as refused:
        send(route_to(office.port, username="cloud", password=SECRET))

    assert "535" in str(refused.value)
    assert not refused.value.permanent
    assert SECRET not in str(refused.value)


def test_a_password_that_the_server_sends_back_is_not_told(post_office):
    post_office.answers["RCPT"].append(f"550 {SECRET} \x07\x1b[31m is what you said " + "x" * 900)

    with pytest.raises(Undelivered) as refused:
        send(route_to(post_office.port, password=SECRET))

    told = str(refused.value)
    assert SECRET not in told and "•••" in told
    assert told.isprintable() and len(told) < 400


def test_a_route_does_not_show_its_password():
    assert SECRET not in repr(route_to(25, password=SECRET))


@pytest.mark.parametrize("dripping", [b"", b"220-still\r\n"], ids=["silent", "dripping"])
def test_a_server_that_never_comes_to_the_point_is_left_when_time_is_up(dripping):
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        done = threading.Event()
        threading.Thread(target=keep_busy, args=(listening, dripping, done), daemon=True).start()
        try:
            with pytest.raises(Undelivered, match="took too long"):
                send(route_to(listening.getsockname()[1], host="127.0.0.1"), deadline_seconds=0.5)
        finally:
            done.set()


def keep_busy(listening: socket.socket, dripping: bytes, done: threading.Event) -> None:
    """Take a connection and say this again and again, which an SMTP client has to wait through."""
    connection, _address = listening.accept()
    with closing(connection):
        while not done.wait(0.05):
            try:
                connection.sendall(dripping)
            except OSError:
                return


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "ff02::1", "::",
    ],
)  # fmt: skip
def test_addresses_inside_are_no_place_for_a_resellers_server(address):
    assert not addresses.is_public(addresses.address_of(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909"])
def test_addresses_of_the_internet_are(address):
    assert addresses.is_public(addresses.address_of(address))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "no-such.invalid", "", "a" * 300]
)
def test_what_is_inside_and_what_does_not_exist_sound_the_same(settings, host):
    settings.ATRIUM_MAIL_PRIVATE_HOSTS = False

    with pytest.raises(Unreachable) as refused:
        address_of(host, 25, trusted=False)

    assert str(refused.value) == "it has no public address"


def test_a_reseller_reaches_only_ports_of_mail(settings):
    settings.ATRIUM_MAIL_PRIVATE_HOSTS = False

    with pytest.raises(Unreachable, match="port is none of"):
        address_of("9.9.9.9", 6379, trusted=False)

    assert address_of("9.9.9.9", 587, trusted=False) == "9.9.9.9"


def test_a_resellers_server_inside_is_not_even_connected_to(settings, post_office):
    settings.ATRIUM_MAIL_PRIVATE_HOSTS = False

    with pytest.raises(Undelivered):
        send(route_to(post_office.port))

    assert send(route_to(post_office.port, trusted=True)).startswith("250")
    assert len(post_office.received) == 1


def test_a_name_that_gives_one_address_inside_among_others_is_refused(settings, monkeypatch):
    """The system's resolver is told what a hostile name server would say."""
    settings.ATRIUM_MAIL_PRIVATE_HOSTS = False
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 25)) for each in ("9.9.9.9", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)

    with pytest.raises(Unreachable):
        address_of("mixed.example", 25, trusted=False)


def test_the_context_of_tls_checks_names(believed):
    from notifications.smtp import _tls

    assert _tls().check_hostname and _tls().verify_mode == ssl.CERT_REQUIRED
