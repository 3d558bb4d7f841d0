"""Why an image or a package is not taken, with a code for programs and words with numbers for people."""

from contracts.vocabulary import RefusalCode
from remote_services.runtime.errors import RemoteError

__all__ = ["ImageRefused", "RefusalCode"]


class ImageRefused(RemoteError):
    """``detail`` says what was found and what is allowed."""

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
