"""Why something is not fetched. The words are for whoever gave the address: they tell no address inside."""

from contracts.vocabulary import ErrorCode
from remote_services.runtime.errors import RemoteError


class SourceForbidden(RemoteError):
    code = ErrorCode.SOURCE_FORBIDDEN


class SourceUnreachable(RemoteError):
    code = ErrorCode.SOURCE_UNREACHABLE
    retryable = True


class SourceUntrusted(RemoteError):
    code = ErrorCode.SOURCE_UNTRUSTED


class SourceRefused(RemoteError):
    code = ErrorCode.SOURCE_REFUSED


class SourceTooLarge(RemoteError):
    code = ErrorCode.SOURCE_TOO_LARGE


class SourceBroken(RemoteError):
    code = ErrorCode.SOURCE_BROKEN


class Interrupted(Exception):
    """The connection ended before the file did; what came is kept. ``wait_seconds``: the server's wish."""

    def __init__(self, why: str, wait_seconds: float = 0) -> None:
        super().__init__(why)
        self.wait_seconds = wait_seconds
