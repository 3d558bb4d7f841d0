"""Uploads in one request, as published clients send them: the parts ``diskInfo`` and ``diskFile``, any order.

The file is written as it comes; the answer waits until it was taken in.
"""

import asyncio
import logging
from contextlib import suppress
from urllib.parse import quote

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request
from starlette.responses import Response

from contracts.uploads import UploadTicket
from remote_services.appliance_manager.http.admission import Admission
from remote_services.appliance_manager.http.disk_info import proposal_in
from remote_services.appliance_manager.http.receiving import Sink, batches
from remote_services.appliance_manager.http.refusal import Refused
from remote_services.appliance_manager.intake import Intake
from remote_services.appliance_manager.staging import StagedUpload
from remote_services.runtime.errors import RemoteError

logger = logging.getLogger(__name__)
LONGEST_INFO_BYTES = 1024 * 1024
FILE, INFO = "diskFile", "diskInfo"


class Parts:
    """Fed with the body; tells what of it belongs to the file."""

    def __init__(self, boundary: bytes) -> None:
        self.file_name = ""
        self.info = bytearray()
        self.has_file = self.is_whole = False
        self._file_data: list[bytes] = []
        self._part = ""
        self._header = self._value = b""
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    def feed(self, data: bytes) -> bytes:
        """The file's bytes in this piece. Raises Refused."""
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise Refused(400, "UPLOAD_MULTIPART", f"The body is no multipart/form-data: {error}.") from error
        found, self._file_data = b"".join(self._file_data), []
        return found

    def _begin(self) -> None:
        self._part = ""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _kind, options = parse_options_header(self._value)
            self._name_part(options)
        self._header = self._value = b""

    def _name_part(self, options: dict[bytes, bytes]) -> None:
        self._part = options.get(b"name", b"").decode(errors="replace")
        if self._part == FILE:
            if self.has_file:
                raise Refused(
                    400, "UPLOAD_MULTIPART", f"There are two parts {FILE}; send one file at a time."
                )
            self.has_file = True
            self.file_name = options.get(b"filename", b"").decode(errors="replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part == FILE:
            self._file_data.append(data[start:end])
        elif self._part == INFO:
            self.info += data[start:end]
            if len(self.info) > LONGEST_INFO_BYTES:
                raise Refused(413, "UPLOAD_MULTIPART", f"The part {INFO} is longer than a mebibyte.")

    def _end(self) -> None:
        self.is_whole = True


class Multipart:
    """The endpoint ``POST /erepos/{enterprise}/templates``."""

    def __init__(self, admission: Admission, intake: Intake) -> None:
        self._admission = admission
        self._intake = intake

    async def upload(self, request: Request) -> Response:
        """201 with the address of the template, whose end is what the catalogue calls its path."""
        parts, size_bytes = _parts_of(request), _size_of(request)
        enterprise_id = request.path_params["enterprise"]
        ticket = await self._admission.new_upload(request, enterprise_id, size_bytes)
        upload = await asyncio.to_thread(
            self._intake.begin, ticket.model_copy(update={"size_is_exact": False})
        )
        try:
            await self._receive(request, upload, parts)
        except (Refused, RemoteError) as error:
            await self._throw_away(upload, str(error.code), str(error))
            raise
        finished = await asyncio.to_thread(self._intake.finish, upload)
        address = str(request.url.replace(query="", fragment="")).rstrip("/")
        return Response(status_code=201, headers={"Location": f"{address}/{quote(finished.disks[0].path)}"})

    async def _receive(self, request: Request, upload: StagedUpload, parts: Parts) -> None:
        sink = Sink(upload, self._intake.announcer)
        async for data in batches(request, asyncio.Event()):
            file_data = parts.feed(bytes(data))
            if file_data:
                await sink.append(file_data)
        if not parts.is_whole:
            raise Refused(400, "upload_incomplete", "The connection ended before the file was whole.")
        if not parts.has_file or not upload.offset:
            raise Refused(400, "UPLOAD_MULTIPART", f"The part {FILE} with the file is missing or empty.")
        upload.told = proposal_in(bytes(parts.info))
        upload.prolong(_named(upload.ticket, parts.file_name))

    async def _throw_away(self, upload: StagedUpload, code: str, words: str) -> None:
        with suppress(OSError):
            await asyncio.to_thread(self._intake.give_up, upload, code, words)


def _named(ticket: UploadTicket, file_name: str) -> UploadTicket:
    return ticket.model_copy(update={"file_name": file_name.replace("\\", "/").rpartition("/")[2][:255]})


def _parts_of(request: Request) -> Parts:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refused(415, "UPLOAD_TYPE", "Send the file as multipart/form-data with a boundary.")
    return Parts(options[b"boundary"])


def _size_of(request: Request) -> int:
    told = request.headers.get("content-length", "")
    if not told.isdigit() or not int(told):
        raise Refused(411, "UPLOAD_LENGTH", "Content-Length must say how large the request is.")
    return int(told)
