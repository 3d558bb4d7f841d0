"""Servers that lie, lead astray, dawdle or break: each is refused with its reason, and nothing is left."""

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from contracts.vocabulary import ErrorCode, RefusalCode
from remote_services.appliance_manager.fetching import transfer
from remote_services.runtime.errors import RemoteError
from remote_services.runtime.settings import settings
from tests.certificates import Authority
from tests.remote_services.appliance_manager.fetching.conftest import MIB
from tests.remote_services.appliance_manager.fetching.mirror import ELSEWHERE, HERE, Mirror, cut

LOOP = "/loop"


@dataclass(frozen=True)
class Hostile:
    """How it is served, and with which code and words it is refused. ``make`` gives the address."""

    what: str
    make: Callable[[Mirror, bytes], str]
    code: str
    words: str
    most_bytes: int = 64 * MIB

    def __str__(self) -> str:
        return self.what


def redirecting(to: str) -> Callable[[Mirror, bytes], str]:
    return lambda mirror, image: mirror.redirect("/disk.qcow2", to)


def serving(path: str, content: bytes | None = None, **how) -> Callable[[Mirror, bytes], str]:
    """The image, or this content, served in this way. What changes as it is served is copied."""

    def make(mirror: Mirror, image: bytes) -> str:
        own = {name: list(value) if isinstance(value, list) else value for name, value in how.items()}
        return mirror.serve(path, image if content is None else content, **own)

    return make


def endless(mirror: Mirror, image: bytes) -> str:
    """More and more bytes, of a length that is never told."""

    def send(handler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(MIB))

    mirror.behaves["/endless"] = send
    return f"{mirror.url}/endless"


def raw(answer: bytes) -> Callable[[Mirror, bytes], str]:
    """These very bytes as the answer."""

    def make(mirror: Mirror, image: bytes) -> str:
        def send(handler) -> None:
            handler.wfile.write(answer)
            cut(handler)

        mirror.behaves["/raw"] = send
        return f"{mirror.url}/raw"

    return make


def trickling(mirror: Mirror, image: bytes) -> str:
    return mirror.serve("/slow.qcow2", image, pause_seconds=0.2, piece_bytes=10)


def silent(mirror: Mirror, image: bytes) -> str:
    ended = threading.Event()
    mirror.behaves["/silent"] = lambda handler: ended.wait(20)
    return f"{mirror.url}/silent"


def never_the_same(mirror: Mirror, image: bytes) -> str:
    """Another file each time, and never whole."""

    def send(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(image)))
        handler.send_header("ETag", f'"{uuid4()}"')
        handler.end_headers()
        handler.wfile.write(image[:1000])
        cut(handler)

    mirror.behaves["/changing"] = send
    return f"{mirror.url}/changing"


FORBIDDEN, REFUSED = ErrorCode.SOURCE_FORBIDDEN, ErrorCode.SOURCE_REFUSED
UNREACHABLE, TOO_LARGE = ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_TOO_LARGE
HOSTILE = [
    Hostile("a redirect to this machine", redirecting(f"http://{ELSEWHERE}:1/"), FORBIDDEN, "no public"),
    Hostile(
        "a redirect to the cloud's metadata",
        redirecting("http://169.254.169.254/latest/"),
        FORBIDDEN,
        "no public",
    ),
    Hostile("a redirect to a private network", redirecting("http://10.0.0.1/"), FORBIDDEN, "no public"),
    Hostile(
        "a redirect to version 6 of this machine", redirecting("http://[::1]:6379/"), FORBIDDEN, "no public"
    ),
    Hostile(
        "a redirect to a mapped address", redirecting("http://[::ffff:127.0.0.1]/"), FORBIDDEN, "no public"
    ),
    Hostile("a redirect to localhost", redirecting("http://localhost:6379/"), FORBIDDEN, "no public"),
    Hostile("a redirect to a file", redirecting("file:///etc/passwd"), FORBIDDEN, "http"),
    Hostile("a redirect to a socket", redirecting("unix:///run/redis.sock"), FORBIDDEN, "http"),
    Hostile("a redirect with a password", redirecting(f"http://a:b@{HERE}/"), FORBIDDEN, "password"),
    Hostile("a redirect to nonsense", redirecting("http://[::1"), FORBIDDEN, "no address"),
    Hostile("a redirect to itself", redirecting("/disk.qcow2"), FORBIDDEN, "redirects more than 8 times"),
    Hostile("nothing there", lambda mirror, image: f"{mirror.url}/absent", REFUSED, "answered 404"),
    Hostile("a login wanted", serving("/a", statuses=[401]), REFUSED, "answered 401"),
    Hostile("an answer without content", serving("/a", statuses=[204]), REFUSED, "answered 204"),
    Hostile(
        "a bomb packed by gzip",
        serving("/a", gzip.compress(bytes(10 * MIB)), headers={"Content-Encoding": "gzip"}),
        ErrorCode.SOURCE_BROKEN,
        "packed as 'gzip'",
    ),
    Hostile(
        "larger than there is room for", serving("/a"), TOO_LARGE, "room was kept for 1048576 bytes", MIB
    ),
    Hostile("larger, without saying so", serving("/a", announces=False), TOO_LARGE, "More bytes came", MIB),
    Hostile("without an end", endless, TOO_LARGE, "More bytes came", 8 * MIB),
    Hostile(
        "shorter than it says",
        serving("/a", length=64 * MIB, headers={"Connection": "close"}),
        UNREACHABLE,
        "tried 4 times",
    ),
    Hostile("longer than it says", serving("/a.qcow2", length=1000), RefusalCode.DAMAGED_HEADER, ""),
    Hostile("cut off for ever", serving("/a", cut_at=[1000] * 50), UNREACHABLE, "after 1000 bytes"),
    Hostile("another file each time", never_the_same, UNREACHABLE, "tried 4 times"),
    Hostile("a trickle", trickling, UNREACHABLE, "bytes came in 2 seconds"),
    Hostile("silence", silent, UNREACHABLE, "silent"),
    Hostile("in trouble for ever", serving("/a", statuses=[503] * 50), UNREACHABLE, "answered 503"),
    Hostile("an answer that is none", raw(b"SSH-2.0-OpenSSH\r\n\r\n"), UNREACHABLE, "lost"),
    Hostile(
        "headers without an end", raw(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000), UNREACHABLE, "lost"
    ),
    Hostile(
        "a length that is none", raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"), UNREACHABLE, "lost"
    ),
    Hostile(
        "two lengths",
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        UNREACHABLE,
        "lost",
    ),
    Hostile(
        "chunks that are none",
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"),
        UNREACHABLE,
        "lost",
    ),
    Hostile(
        "a piece that nobody wanted",
        raw(b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-7/9\r\nContent-Length: 3\r\n\r\nabc"),
        UNREACHABLE,
        "tried 4 times",
    ),
    Hostile(
        "a web page", serving("/disk.qcow2", b"<html>Log in</html>" * 100), RefusalCode.FORMAT_MISMATCH, ""
    ),
    Hostile(
        "an archive",
        lambda mirror, image: mirror.serve("/disk.gz", gzip.compress(image)),
        RefusalCode.UNKNOWN_FORMAT,
        "compressed",
    ),
    Hostile("nothing at all", serving("/disk.qcow2", b""), RefusalCode.DAMAGED_HEADER, "empty"),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_a_hostile_server_is_refused_with_its_reason(hostile, depot, mirror, image, count):
    command = depot.command(hostile.make(mirror, image), most_bytes=hostile.most_bytes)

    with pytest.raises(RemoteError) as refused:
        depot.run(command)

    assert (refused.value.code, hostile.words in str(refused.value)) == (hostile.code, True), refused.value
    assert depot.files() == []
    depot.cancel(command.upload_id)
    assert depot.staged() == []
    count("hostile servers refused")


def test_of_two_hundred_megabytes_no_more_than_a_little_is_in_memory_at_once(depot, mirror):
    """The largest piece that is held is a batch, whatever the server sends at once."""
    size = 200 * MIB
    sent: list[int] = []

    def send(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(size))
        handler.end_headers()
        for _piece in range(size // (8 * MIB)):
            handler.wfile.write(bytes(8 * MIB))
            sent.append(resident_bytes())

    mirror.behaves["/large.raw"] = send
    before = resident_bytes()

    assert depot.fetch(f"{mirror.url}/large.raw", most_bytes=size)["disks"][0]["file_size_bytes"] == size
    assert max(sent) - before < 48 * MIB


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_time_ends_a_fetch_only_where_the_operator_says_so(depot, mirror, image, monkeypatch):
    monkeypatch.setenv("ATRIUM_FETCH_TOTAL_SECONDS", "1")
    settings.cache_clear()
    url = mirror.serve("/disk.qcow2", image, pause_seconds=0.1)

    with pytest.raises(RemoteError) as refused:
        depot.fetch(url)

    assert refused.value.code == ErrorCode.TIMED_OUT


def test_a_full_repository_is_told_with_numbers_and_keeps_nothing_half(depot, mirror, image, monkeypatch):
    monkeypatch.setattr("remote_services.runtime.mount.room", lambda root: (2**40, 65 * MIB))
    with pytest.raises(RemoteError, match="has room for 1 MiB more") as refused:
        depot.fetch(mirror.serve("/disk.qcow2", image))
    assert refused.value.code == ErrorCode.REPOSITORY_FULL


def test_a_repository_that_is_away_is_waited_for(depot, mirror, image):
    (depot.root / ".abiquo_repository").unlink()
    with pytest.raises(RemoteError) as refused:
        depot.fetch(mirror.serve("/disk.qcow2", image))
    assert (refused.value.code, refused.value.retryable) == (ErrorCode.REPOSITORY_AWAY, True)
    assert mirror.asked == []


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


def secured(authority: Authority, host: str) -> Mirror:
    return Mirror(tls=authority.server_context(host)).start()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_proves_that_it_is_who_was_asked(depot, image, authority, monkeypatch, trusted):
    mirror = secured(authority, "another.example")
    if trusted:
        monkeypatch.setenv("ATRIUM_FETCH_CA_FILE", str(authority.file))
        settings.cache_clear()
    try:
        with pytest.raises(RemoteError, match="can't prove who it is") as refused:
            depot.fetch(mirror.serve("/disk.qcow2", image))
    finally:
        mirror.stop()
    assert (refused.value.code, refused.value.retryable) == (ErrorCode.SOURCE_UNTRUSTED, False)
    assert ("mismatch" in str(refused.value)) is trusted
    assert mirror.asked == []


def test_the_operators_authorities_are_believed_for_the_name_that_was_asked(
    depot, image, authority, monkeypatch
):
    monkeypatch.setenv("ATRIUM_FETCH_CA_FILE", str(authority.file))
    monkeypatch.setenv("ATRIUM_FETCH_ALLOWED_NETWORKS", "127.0.0.0/8,::1/128")
    settings.cache_clear()
    mirror = Mirror(ELSEWHERE, tls=authority.server_context("localhost")).start()
    mirror.serve("/disk.qcow2", image, cut_at=[MIB])
    plain = Mirror(ELSEWHERE).start()
    try:
        url = f"https://localhost:{mirror.port}/disk.qcow2"
        assert depot.fetch(url)["disks"]
        plain.serve("/disk.qcow2", image)
        mirror.redirect("/down", f"{plain.url}/disk.qcow2")
        down = f"https://localhost:{mirror.port}/down"
        with pytest.raises(RemoteError, match="from https to http") as refused:
            depot.fetch(down)
        assert refused.value.code == FORBIDDEN
        with pytest.raises(RemoteError) as refused:
            depot.fetch(down, sha256="0" * 64)
        assert refused.value.code == RefusalCode.CHECKSUM
    finally:
        mirror.stop()
        plain.stop()


def test_a_proxy_of_the_environment_is_not_asked(depot, mirror, image, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{ELSEWHERE}:9")
    assert depot.fetch(mirror.serve("/disk.qcow2", image))["disks"]


def test_a_server_that_asks_for_a_long_pause_is_not_waited_for_longer_than_half_a_minute(monkeypatch):
    waited: list[float] = []
    now = [0.0]
    monkeypatch.setattr(transfer.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(transfer.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    asked = object.__new__(transfer.Transfer)
    asked.patience, asked.cancelled = transfer.Patience(), lambda: waited.append(now[0]) or False

    asked._wait(10**9)

    assert transfer.LONGEST_WAIT_SECONDS - 1 < waited[-1] < transfer.LONGEST_WAIT_SECONDS + 1
    assert time.time() > 0
