"""Why a request is refused: a status, a stable code, and words for whoever sent it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contracts.vocabulary import ErrorCode
from remote_services.runtime.errors import RemoteError

STATUS_OF = {
    ErrorCode.REPOSITORY_AWAY: 503,
    ErrorCode.REPOSITORY_FULL: 507,
    ErrorCode.UPLOAD_INCOMPLETE: 409,
    ErrorCode.UPLOAD_OVER: 410,
    ErrorCode.INTERNAL_ERROR: 500,
}
UNPROCESSABLE = 422


class Refused(Exception):
    """``headers`` go with the answer."""

    def __init__(self, status: int, code: str, words: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        self.words = words
        self.headers = headers or {}


async def answer_refused(request: Request, refusal: Refused) -> Response:
    return _answer(refusal.status, refusal.code, refusal.words, refusal.headers)


async def answer_remote_error(request: Request, error: RemoteError) -> Response:
    """What the repository or an inspection refused."""
    return _answer(STATUS_OF.get(error.code, UNPROCESSABLE), str(error.code), str(error))


def _answer(status: int, code: str, words: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"collection": [{"code": code, "message": words}]}, status, headers=headers)
