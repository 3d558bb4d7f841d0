"""How the server asks a console relay for a machine's console.

The server opens a connection to the relay and sends one line of JSON, a signed
:class:`ConsoleRequest`; the relay answers ``OK\\n`` and from then on passes the
bytes of the console's own protocol both ways, or answers ``ERROR <code> <words>\\n``
and closes. The signature is HMAC-SHA256 (RFC 2104) with the datacenter's key.
"""

import hmac
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.base import Message
from contracts.signing import signature_of
from contracts.virtualization import HypervisorEndpoint


class ConsoleRequest(Message):
    type: Literal["console.open.v1"] = "console.open.v1"
    ticket_id: UUID
    endpoint: HypervisorEndpoint
    machine_id: UUID
    protocol: Literal["vnc"] = "vnc"
    expires_at: AwareDatetime


class SignedConsoleRequest(Message):
    """``body`` is the JSON text of a ConsoleRequest, signed as it stands."""

    body: str
    signature: str


def sign(request: ConsoleRequest, key: str) -> SignedConsoleRequest:
    body = request.model_dump_json()
    return SignedConsoleRequest(body=body, signature=signature_of(body, key))


def verify(signed: SignedConsoleRequest, key: str) -> ConsoleRequest | None:
    """The request, or None when it was not signed with ``key``. Expiry is the caller's to check."""
    if not hmac.compare_digest(signed.signature, signature_of(signed.body, key)):
        return None
    return ConsoleRequest.model_validate_json(signed.body)
