"""Asks the server's REST API in the name of whoever sent a request: it decides who may, and signs tickets.

What it said of a reader is remembered for seconds by a keyed hash; credentials are neither kept nor logged.
"""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import httpx

from remote_services.appliance_manager.http.refusal import Refused

TIMEOUT_SECONDS = 20
REMEMBERED_SECONDS = 10
MOST_REMEMBERED = 1_000
_OK, _CREATED, _NO_CONTENT, _SERVER_ERROR = 200, 201, 204, 500
TICKET_HEADER = "X-Atrium-Ticket"


class ServerApi:
    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api", timeout=TIMEOUT_SECONDS, trust_env=False
        )
        self._salt = secrets.token_bytes(32)
        self._readers: OrderedDict[bytes, float] = OrderedDict()

    async def close(self) -> None:
        await self._client.aclose()

    async def new_upload(
        self, credentials: str, datacenter_id: UUID, enterprise_id: int, size_bytes: int
    ) -> str:
        """A ticket's token. Raises Refused with what the server said."""
        answer = await self._asked(
            "POST",
            f"/admin/enterprises/{enterprise_id}/action/requestupload",
            credentials,
            {"datacenterUuid": str(datacenter_id), "fileSize": size_bytes},
        )
        return answer.headers.get(TICKET_HEADER, "")

    async def download(self, credentials: str, datacenter_id: UUID, path: str) -> str:
        """A ticket's token. Raises Refused."""
        wanted = {"datacenterUuid": str(datacenter_id), "templatePath": path}
        answer = await self._asked("GET", "/admin/enterprises/action/requestdownload", credentials, wanted)
        return answer.headers.get(TICKET_HEADER, "")

    async def require_reader(self, credentials: str, enterprise_id: int) -> None:
        """Raises Refused unless the user sees the enterprise's repositories."""
        who = hmac.digest(self._salt, f"{enterprise_id} {credentials}".encode(), hashlib.sha256)
        if self._readers.get(who, 0) > time.monotonic():
            return
        await self._asked(
            "GET", f"/admin/enterprises/{enterprise_id}/datacenterrepositories", credentials, {}
        )
        self._readers[who] = time.monotonic() + REMEMBERED_SECONDS
        if len(self._readers) > MOST_REMEMBERED:
            self._readers.popitem(last=False)

    async def _asked(
        self, method: str, path: str, credentials: str, wanted: dict[str, Any]
    ) -> httpx.Response:
        try:
            answer = await self._client.request(
                method, path, params=wanted, headers={"Authorization": credentials, "Accept": "*/*"}
            )
        except httpx.HTTPError as error:
            words = f"The server that decides who may did not answer ({type(error).__name__})."
            raise Refused(503, "503-UNAVAILABLE", words) from error
        if answer.status_code not in (_OK, _CREATED, _NO_CONTENT):
            raise _as_told(answer)
        return answer


def _as_told(answer: httpx.Response) -> Refused:
    """The server's own refusal, passed on."""
    try:
        told = answer.json()["collection"][0]
        code, words = str(told["code"]), str(told["message"])
    except (ValueError, LookupError, TypeError):
        code, words = "502-BAD-GATEWAY", f"The server answered {answer.status_code}."
    status = 502 if answer.status_code >= _SERVER_ERROR else answer.status_code
    login = answer.headers.get("WWW-Authenticate")
    return Refused(status, code, words, {"WWW-Authenticate": login} if login else None)
