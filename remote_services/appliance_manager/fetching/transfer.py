"""Brings one file over, and goes on where a lost connection left it: by Range, while the file is the same.

Time does not end it while bytes arrive. What arrived lies on the disk, so another process can go on as well.
"""

import contextlib
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

import httpcore
from pydantic import BaseModel

from remote_services.appliance_manager.fetching.refusals import (
    Interrupted,
    SourceBroken,
    SourceForbidden,
    SourceRefused,
    SourceTooLarge,
    SourceUnreachable,
    SourceUntrusted,
)
from remote_services.appliance_manager.fetching.source import Source, announced_name
from remote_services.runtime.errors import Cancelled, TimedOut

BATCH_BYTES = 2**20
MOST_REDIRECTS = 8
MOST_TROUBLES = 4
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
LEAST_BYTES_PER_SECOND = 1024
AGENT = b"Atrium"
_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_NETWORK_TROUBLE = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
)


class Sink(Protocol):
    """Where the bytes go. ``offset`` is how many are there."""

    @property
    def offset(self) -> int: ...

    def append(self, data: bytes) -> None: ...

    def cut(self, size_bytes: int) -> None: ...


class Progress(BaseModel):
    """What is known of a file; kept beside it, so that another process can go on. ``mark`` is the server's
    name of this very content, which a continuation has to name; ``found_at`` where redirects ended."""

    mark: str = ""
    size_bytes: int | None = None
    name: str = ""
    whole: bool = False
    found_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds for a connection, and without bytes. ``deadline``: of time.monotonic, 0 for none."""

    connect_seconds: float = 30
    idle_seconds: float = 120
    deadline: float = 0

    @property
    def least_bytes(self) -> float:
        """What has to arrive while it would be idle else."""
        return self.idle_seconds * LEAST_BYTES_PER_SECOND


@dataclass(kw_only=True)
class Transfer:
    """``noted`` is called when something of ``progress`` changed, ``arrived`` after each batch.

    ``may_downgrade``: redirects from https to http are followed, because a checksum vouches for the file.
    """

    source: Source
    sink: Sink
    pool: httpcore.ConnectionPool
    progress: Progress
    most_bytes: int
    patience: Patience = field(default_factory=Patience)
    may_downgrade: bool = False
    cancelled: Callable[[], bool] = lambda: False
    noted: Callable[[], None] = lambda: None
    arrived: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Blocking. Raises RemoteError with a code: what is retryable may be gone on with later."""
        furthest, troubles = self.sink.offset, 0
        while not self.progress.whole:
            try:
                self._once()
            except Interrupted as trouble:
                # Only what was never reached before counts, for a server may begin anew each time; and only
                # more than what trickles.
                gained_bytes = self.sink.offset - furthest
                troubles = 0 if gained_bytes > self.patience.least_bytes else troubles + 1
                furthest = max(furthest, self.sink.offset)
                if troubles >= MOST_TROUBLES:
                    raise SourceUnreachable(
                        f"{self.source.host} was tried {troubles} times after {furthest} bytes: {trouble}."
                    ) from trouble
                self._wait(trouble.wait_seconds or FIRST_WAIT_SECONDS * 2**troubles)

    def _once(self) -> None:
        offset = self.sink.offset
        if offset and not self.progress.mark:
            # Nothing tells whether the file is still the same.
            self.sink.cut(0)
            offset = 0
        with self._answer(offset) as answer:
            if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
                self._start_again("its file is shorter than what came of it")
            self._require_plain(answer)
            self._note(answer, offset)
            self._receive(answer)
        size_bytes = self.progress.size_bytes
        if size_bytes is not None and self.sink.offset < size_bytes:
            raise Interrupted(f"the connection ended after {self.sink.offset} of {size_bytes} bytes")
        self.progress.whole = True
        self.noted()

    @contextlib.contextmanager
    def _answer(self, offset: int) -> Iterator["_Answer"]:
        """The answer at the end of all redirects."""
        headers = [(b"User-Agent", AGENT), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]
        if offset:
            headers.append((b"Range", b"bytes=%d-" % offset))
            headers.append((b"If-Range", self.progress.mark.encode("latin-1")))
        source = self.source
        for _redirect in range(MOST_REDIRECTS + 1):
            with self._asked(source, headers) as response:
                answer = _Answer(response, source)
                if answer.status not in _REDIRECTS:
                    yield answer
                    return
                source = source.redirected(answer.header("location"), may_downgrade=self.may_downgrade)
        raise SourceForbidden(f"{self.source.host} redirects more than {MOST_REDIRECTS} times.")

    @contextlib.contextmanager
    def _asked(self, source: Source, headers: list[tuple[bytes, bytes]]) -> Iterator[httpcore.Response]:
        timeouts = {
            "connect": self.patience.connect_seconds,
            "read": self.patience.idle_seconds,
            "write": self.patience.idle_seconds,
        }
        try:
            with self.pool.stream(
                "GET", source.target, headers=headers, extensions={"timeout": timeouts}
            ) as response:
                yield response
        except _NETWORK_TROUBLE as error:
            certificate = _certificate_trouble(error)
            if certificate:
                raise SourceUntrusted(f"{source.host} can't prove who it is: {certificate}.") from error
            raise Interrupted(_worded(error)) from error

    def _require_plain(self, answer: "_Answer") -> None:
        """Raises unless the body is the file's own bytes."""
        if answer.status in _PASSING:
            raise Interrupted(f"it answered {answer.status}", answer.retry_after)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise SourceRefused(f"{answer.source.host} answered {answer.status} instead of the file.")
        encoding = answer.header("content-encoding").lower()
        if encoding not in ("", "identity"):
            raise SourceBroken(
                f"{answer.source.host} sends the file packed as {encoding[:40]!r}, unasked. "
                "It is not unpacked here: use an address that gives the file as it is."
            )

    def _note(self, answer: "_Answer", offset: int) -> None:
        """Learn what file it is, and where in it the answer begins."""
        progress, begins_at, size_bytes = self.progress, 0, answer.length
        if answer.status == HTTPStatus.PARTIAL_CONTENT:
            begins_at, size_bytes = answer.content_range
            same = not answer.mark or answer.mark == progress.mark
            if begins_at != offset or not offset or not same:
                self._start_again("it continued another file, or elsewhere in it")
            if None not in (size_bytes, progress.size_bytes) and size_bytes != progress.size_bytes:
                self._start_again("its file has another size now")
        elif offset:
            self.sink.cut(0)
        progress.mark = answer.mark or (progress.mark if begins_at else "")
        progress.size_bytes = size_bytes if size_bytes is not None else progress.size_bytes
        progress.found_at = str(answer.source.url)
        progress.name = announced_name(answer.header("content-disposition")) or (
            self.source.file_name or answer.source.file_name
        )
        if (progress.size_bytes or 0) > self.most_bytes:
            raise self._too_large(f"The file has {progress.size_bytes} bytes")
        self.noted()

    def _receive(self, answer: "_Answer") -> None:
        kept, pace = bytearray(), _Pace(self.patience)
        try:
            for chunk in answer.response.iter_stream():
                kept += chunk
                pace.count(len(chunk))
                self._require_time()
                if self.cancelled():
                    raise Cancelled("It was cancelled.")
                if len(kept) >= BATCH_BYTES:
                    self._keep(kept)
        finally:
            self._keep(kept)

    def _keep(self, kept: bytearray) -> None:
        if not kept:
            return
        data = bytes(kept)
        kept.clear()
        if self.sink.offset + len(data) > self.most_bytes:
            raise self._too_large("More bytes came than that")
        self.sink.append(data)
        self.arrived()

    def _start_again(self, why: str) -> None:
        self.sink.cut(0)
        self.progress.mark, self.progress.size_bytes = "", None
        raise Interrupted(why)

    def _too_large(self, found: str) -> SourceTooLarge:
        return SourceTooLarge(
            f"{found}; room was kept for {self.most_bytes} bytes. Begin it again with room for a larger file."
        )

    def _require_time(self) -> None:
        if self.patience.deadline and time.monotonic() > self.patience.deadline:
            raise TimedOut(f"The file did not arrive in time: {self.sink.offset} bytes had come.")

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + min(seconds, LONGEST_WAIT_SECONDS)
        while time.monotonic() < until:
            self._require_time()
            if self.cancelled():
                raise Cancelled("It was cancelled.")
            time.sleep(0.05)


class _Answer:
    def __init__(self, response: httpcore.Response, source: Source) -> None:
        self.response = response
        self.source = source
        self.status = response.status
        self._headers = {name.lower(): value.decode("latin-1").strip() for name, value in response.headers}

    def header(self, name: str) -> str:
        return self._headers.get(name.encode(), "")

    @property
    def mark(self) -> str:
        """Its strong ETag, else when the file was changed; empty where nothing tells it from another."""
        etag = self.header("etag")
        return etag if etag.startswith('"') else self.header("last-modified")

    @property
    def length(self) -> int | None:
        told = self.header("content-length")
        return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None  # noqa: PLR2004

    @property
    def content_range(self) -> tuple[int, int | None]:
        """Where the piece begins, and the file's size where it is told. Raises Interrupted."""
        unit, _space, told = self.header("content-range").partition(" ")
        span, _slash, whole = told.partition("/")
        first = span.partition("-")[0]
        if unit.lower() != "bytes" or not first.isdigit():
            raise Interrupted("it does not say which piece of the file it sends")
        return int(first), int(whole) if whole.isdigit() else None

    @property
    def retry_after(self) -> float:
        told = self.header("retry-after")
        if told.isdigit():
            return float(told)
        try:
            return max(parsedate_to_datetime(told).timestamp() - time.time(), 0)
        except (ValueError, TypeError):
            return 0


class _Pace:
    """Tells a connection that trickles from one that is slow: as bad as one that is silent."""

    def __init__(self, patience: Patience) -> None:
        self._window_seconds, self._least_bytes = patience.idle_seconds, patience.least_bytes
        self._began, self._bytes = time.monotonic(), 0

    def count(self, size_bytes: int) -> None:
        """Raises Interrupted."""
        self._bytes += size_bytes
        now = time.monotonic()
        if now - self._began < self._window_seconds:
            return
        if self._bytes < self._least_bytes:
            raise Interrupted(f"only {self._bytes} bytes came in {self._window_seconds:g} seconds")
        self._began, self._bytes = now, 0


def _certificate_trouble(error: BaseException) -> str:
    """What is wrong with the certificate, where that is the trouble."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message.rstrip(".")
        error = error.__cause__ or error.__context__
    return ""


def _worded(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "it stayed silent for too long"
    return f"the connection was lost ({type(error).__name__})"
