"""Resumable uploads by the protocol tus 1.0.0: creation, checksum, expiration and termination included.

A ticket names the upload, so creating it again finds it as far as it is.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from contracts.uploads import UploadTicket
from remote_services.appliance_manager.http.admission import Admission
from remote_services.appliance_manager.http.receiving import Sink, Writers, batches
from remote_services.appliance_manager.http.refusal import Refused
from remote_services.appliance_manager.intake import Intake
from remote_services.appliance_manager.staging import StagedUpload

VERSION = "1.0.0"
HEADERS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
OFFSET_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460


class Resumable:
    """The endpoints ``/uploads`` and ``/uploads/{upload_id}``."""

    def __init__(self, admission: Admission, intake: Intake) -> None:
        self._admission = admission
        self._intake = intake
        self._writers = Writers()
        self._finishing: set[asyncio.Task] = set()

    async def abilities(self, request: Request) -> Response:
        told = {"Tus-Version": VERSION, "Tus-Extension": "creation,checksum,expiration,termination"}
        return Response(status_code=204, headers={**HEADERS, **told, "Tus-Checksum-Algorithm": "sha256"})

    async def create(self, request: Request) -> Response:
        _require_version(request)
        ticket = self._admission.upload_of(request)
        length = request.headers.get("upload-length", "")
        if not length.isdigit():
            raise Refused(400, "UPLOAD_LENGTH", "Upload-Length must say how many bytes the file has.")
        if int(length) != ticket.size_bytes:
            raise Refused(
                413, "UPLOAD_LENGTH", f"The file has {length} bytes; {ticket.size_bytes} were asked for."
            )
        upload = await asyncio.to_thread(self._intake.begin, ticket)
        location = f"{request.url.path.rstrip('/')}/{ticket.upload_id}"
        return Response(status_code=201, headers=_state_of(upload) | {"Location": location})

    async def state(self, request: Request) -> Response:
        _require_version(request)
        upload = self._upload(request)
        # Who asks is about to send: what a connection that only seems alive still holds is put down first.
        async with self._writers.writing(upload.ticket.upload_id):
            length = {"Upload-Length": str(upload.ticket.size_bytes)}
            return Response(status_code=200, headers=_state_of(upload) | length)

    async def append(self, request: Request) -> Response:
        _require_version(request)
        upload = self._upload(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != OFFSET_TYPE:
            raise Refused(415, "UPLOAD_TYPE", f"The type of the body must be {OFFSET_TYPE}.")
        checksum = _announced_checksum(request)
        async with self._writers.writing(upload.ticket.upload_id) as stop:
            _require_offset(request, upload)
            await self._receive(request, upload, stop, checksum)
        if upload.missing_bytes == 0:
            # Inspection may take long; how it ends is seen in the portal.
            task = asyncio.create_task(self._finish(upload))
            self._finishing.add(task)
            task.add_done_callback(self._finishing.discard)
        return Response(status_code=204, headers=_state_of(upload))

    async def give_up(self, request: Request) -> Response:
        _require_version(request)
        upload = self._upload(request)
        async with self._writers.writing(upload.ticket.upload_id):
            words = "The upload was given up by who sent it."
            await asyncio.to_thread(self._intake.give_up, upload, "cancelled", words)
        return Response(status_code=204, headers=HEADERS)

    async def _receive(
        self, request: Request, upload: StagedUpload, stop: asyncio.Event, checksum: bytes | None
    ) -> None:
        sink, begun_at = Sink(upload, self._intake.announcer), upload.offset
        digest = hashlib.sha256() if checksum is not None else None
        async for data in batches(request, stop):
            if digest is not None:
                digest.update(data)
            await sink.append(data)
        if digest is not None and not hmac.compare_digest(digest.digest(), checksum):
            await asyncio.to_thread(upload.cut, begun_at)
            raise Refused(
                CHECKSUM_MISMATCH, "checksum", "What was sent does not have its announced checksum."
            )

    async def _finish(self, upload: StagedUpload) -> None:
        try:
            async with self._writers.writing(upload.ticket.upload_id):
                await asyncio.to_thread(self._intake.finish_quietly, upload)
        except Refused:
            # Somebody who wants to write is told how far it is; tidying takes it up.
            return

    def _upload(self, request: Request) -> StagedUpload:
        ticket = self._admission.upload_of(request)
        if request.path_params["upload_id"] != ticket.upload_id:
            raise Refused(403, "GEN-4", "The ticket is for another upload.")
        upload = self._intake.staging.find(ticket.upload_id)
        if upload is None:
            raise Refused(404, "UPLOAD_UNKNOWN", "There is no such upload here any more.", HEADERS)
        if upload.has_run_out:
            raise Refused(410, "upload_expired", "The upload has run out: begin it again.", HEADERS)
        _keep_open(upload, ticket)
        return upload


def _keep_open(upload: StagedUpload, ticket: UploadTicket) -> None:
    """A renewed ticket may let the upload stay open for longer."""
    if ticket.open_until > upload.ticket.open_until:
        upload.prolong(ticket)


def _state_of(upload: StagedUpload) -> dict[str, str]:
    return HEADERS | {
        "Upload-Offset": str(upload.offset),
        "Upload-Expires": format_datetime(upload.ticket.open_until, usegmt=True),
    }


def _require_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        words = f"This speaks tus {VERSION}: send the header Tus-Resumable."
        raise Refused(412, "UPLOAD_VERSION", words, {"Tus-Version": VERSION})


def _require_offset(request: Request, upload: StagedUpload) -> None:
    told = request.headers.get("upload-offset", "")
    if told != str(upload.offset):
        words = f"The file continues at byte {upload.offset}, not at {told or 'nowhere'}."
        raise Refused(409, "UPLOAD_OFFSET", words, {"Upload-Offset": str(upload.offset), **HEADERS})


def _announced_checksum(request: Request) -> bytes | None:
    told = request.headers.get("upload-checksum")
    if told is None:
        return None
    algorithm, _space, value = told.partition(" ")
    try:
        if algorithm != "sha256":
            raise ValueError
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        raise Refused(400, "UPLOAD_CHECKSUM", "Upload-Checksum must be: sha256 <base64>.") from None
