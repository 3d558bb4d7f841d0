"""Who may: the bearer of a ticket the server signed, or a user the server vouches for, who then gets one."""

from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from starlette.requests import Request

from contracts.signing import message_of
from contracts.uploads import DownloadTicket, UploadTicket
from remote_services.appliance_manager.http.refusal import Refused
from remote_services.appliance_manager.http.server_api import ServerApi

SCHEME = "ticket "
LOG_IN = {"WWW-Authenticate": 'Basic realm="Atrium", charset="UTF-8"'}
Ticket = TypeVar("Ticket", UploadTicket, DownloadTicket)


class Admission:
    """``server`` is None where published clients are not served: then tickets are the only way."""

    def __init__(self, key: str, datacenter_id: UUID, server: ServerApi | None) -> None:
        self._key = key
        self._datacenter_id = datacenter_id
        self._server = server

    def upload_of(self, request: Request) -> UploadTicket:
        """The ticket the request carries. Raises Refused."""
        return self._verified(request, UploadTicket)

    async def new_upload(self, request: Request, enterprise_id: int, size_bytes: int) -> UploadTicket:
        """The ticket the request carries, or one the server makes for its user. Raises Refused.

        ``size_bytes`` is the most the file may have; the server reserves that much.
        """
        if _token_in(request):
            ticket = self.upload_of(request)
        else:
            token = await self._ask(request).new_upload(
                _credentials_in(request), self._datacenter_id, enterprise_id, size_bytes
            )
            ticket = self._checked(token, UploadTicket)
        if ticket.enterprise_id != enterprise_id:
            raise Refused(403, "GEN-4", "The ticket is for another enterprise.")
        return ticket

    async def download_of(self, request: Request, path: str) -> DownloadTicket:
        """Raises Refused."""
        if _token_in(request):
            ticket = self._verified(request, DownloadTicket)
        else:
            token = await self._ask(request).download(_credentials_in(request), self._datacenter_id, path)
            ticket = self._checked(token, DownloadTicket)
        if ticket.path != path:
            raise Refused(403, "GEN-4", "The ticket is for another file.")
        return ticket

    async def require_reader(self, request: Request, enterprise_id: int) -> None:
        """Let in whom the server lets see this enterprise's repository. Raises Refused."""
        await self._ask(request).require_reader(_credentials_in(request), enterprise_id)

    def _ask(self, request: Request) -> ServerApi:
        if self._server is None:
            raise Refused(401, "401-UNAUTHORIZED", "Send a ticket of the portal or of the API.")
        return self._server

    def _verified(self, request: Request, kind: type[Ticket]) -> Ticket:
        token = _token_in(request)
        if not token:
            raise Refused(401, "401-UNAUTHORIZED", "Send a ticket of the portal or of the API.")
        return self._checked(token, kind)

    def _checked(self, token: str, kind: type[Ticket]) -> Ticket:
        ticket = message_of(token, self._key, kind)
        if ticket is None:
            raise Refused(401, "TICKET_INVALID", "This ticket was not signed for this datacenter.")
        if ticket.expires_at <= datetime.now(UTC):
            raise Refused(401, "TICKET_EXPIRED", "This ticket has expired: ask for a new one.")
        return ticket


def _token_in(request: Request) -> str:
    told = request.headers.get("authorization", "")
    if told[: len(SCHEME)].lower() == SCHEME:
        return told[len(SCHEME) :].strip()
    return request.query_params.get("ticket", "")


def _credentials_in(request: Request) -> str:
    """The header with which the server's API is asked in the user's name."""
    told = request.headers.get("authorization", "")
    if not told.lower().startswith(("basic ", "bearer ", "oauth ")):
        raise Refused(401, "401-UNAUTHORIZED", "Log in: send your name and password by HTTP Basic.", LOG_IN)
    return told
