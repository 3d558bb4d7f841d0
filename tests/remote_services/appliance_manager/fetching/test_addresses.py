"""Nothing inside is ever connected to, however its address is written, and whoever leads there."""

import socket

import pytest

from contracts.vocabulary import ErrorCode
from remote_services.appliance_manager.fetching.addresses import AddressPolicy
from remote_services.appliance_manager.fetching.connecting import CheckedBackend
from remote_services.appliance_manager.fetching.refusals import SourceForbidden, SourceUnreachable
from remote_services.appliance_manager.fetching.source import Source
from remote_services.runtime.settings import SettingsError, settings
from tests.remote_services.appliance_manager.fetching.mirror import ELSEWHERE, Mirror

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
    "::127.0.0.1", "::10.0.0.1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "fc00::1", "fd12::1",
    "ff02::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "100::1", "not an address", "",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
WRITTEN_ODDLY = ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_permitted(address, count):
    assert not AddressPolicy().permits(address)
    count("addresses refused")


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_permitted(address):
    assert AddressPolicy().permits(address)


def test_the_operator_may_allow_a_network_and_allows_no_other_by_it():
    policy = AddressPolicy("10.20.0.0/16, fd00:5::/64")
    allowed = {each for each in ("10.20.1.1", "::ffff:10.20.1.1", "fd00:5::1") if policy.permits(each)}
    refused = {each for each in ("10.21.0.1", "fd00:6::1", "127.0.0.1") if not policy.permits(each)}
    assert (len(allowed), len(refused)) == (3, 3)


def test_a_network_that_is_none_is_told_at_the_start(monkeypatch):
    monkeypatch.setenv("ATRIUM_FETCH_ALLOWED_NETWORKS", "10.20.0.0/99")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="ATRIUM_FETCH_ALLOWED_NETWORKS"):
        settings()


@pytest.mark.parametrize("host", WRITTEN_ODDLY)
def test_an_address_of_this_machine_written_in_another_way_is_refused(depot, host, count):
    with Listening() as port, pytest.raises(SourceForbidden):
        depot.fetch(f"http://{host}:{port}/disk.qcow2")
    count("spellings refused")


class Listening:
    """Somebody of this machine whom nobody may reach. ``__exit__`` fails when somebody did."""

    def __enter__(self) -> int:
        self.mirror = Mirror(ELSEWHERE).start()
        return self.mirror.port

    def __exit__(self, *error) -> None:
        self.mirror.stop()
        assert self.mirror.asked == []


def test_a_name_with_one_address_inside_is_refused_whichever_comes_first():
    for found in (["1.1.1.1", "10.0.0.1"], ["10.0.0.1", "1.1.1.1"]):
        with pytest.raises(SourceForbidden):
            AddressPolicy(resolve=lambda host, port, found=found: found).checked("mirror.example", 80)


def test_what_is_inside_and_what_does_not_exist_sound_alike():
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    said = set()
    for resolve in (unknown, lambda host, port: ["10.0.0.1"], lambda host, port: []):
        with pytest.raises(SourceForbidden) as refused:
            AddressPolicy(resolve=resolve).checked("mirror.example", 80)
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_name_server_in_trouble_is_asked_again_later():
    def busy(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    with pytest.raises(SourceUnreachable) as trouble:
        AddressPolicy(resolve=busy).checked("mirror.example", 80)
    assert trouble.value.retryable


def test_a_name_that_leads_inside_the_second_time_is_not_followed_there():
    """The address that was checked is the one that is connected to; each connection is checked anew."""
    answers = iter([["127.0.0.2"], ["127.0.0.1"]])
    backend = CheckedBackend(
        AddressPolicy("127.0.0.2/32", resolve=lambda host, port: next(answers)), lambda: False
    )
    mirror = Mirror().start()
    try:
        with Listening() as port:
            stream = backend.connect_tcp("rebinding.example", mirror.port, 5)
            assert stream.get_extra_info("server_addr")[0] == "127.0.0.2"
            stream.close()
            with pytest.raises(SourceForbidden):
                backend.connect_tcp("rebinding.example", port, 5)
    finally:
        mirror.stop()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://mirror.example/a", "gopher://127.0.0.1:6379/_INFO",
        "javascript:alert(1)", "//mirror.example/a", "mirror.example/a", "http://", "http:///a", "", "http://user@mirror.example/a",
        "http://user:secret@mirror.example/a", "http://mirror.example:99999/a", "http://[::1/a",
        "http://mirror.example/" + "a" * 2001, "unix:///run/redis.sock", "data:text/plain,a",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(address, count):
    with pytest.raises(SourceForbidden) as refused:
        Source.of(address)
    assert "secret" not in str(refused.value)
    count("addresses refused")


def test_what_follows_the_question_mark_is_not_told():
    source = Source.of("https://mirror.example/a/disk.qcow2?X-Signature=secret#part")
    assert source.shown == "https://mirror.example/a/disk.qcow2"
    assert source.target.target == b"/a/disk.qcow2?X-Signature=secret"


def test_files_beside_another_stay_in_its_folder():
    source = Source.of("https://mirror.example/a/b/web.ovf?token=1")
    assert str(source.beside("disk 1.vmdk").url) == "https://mirror.example/a/b/disk%201.vmdk"
    assert source.beside("a?b").url.query == b""
    assert ErrorCode.SOURCE_FORBIDDEN
