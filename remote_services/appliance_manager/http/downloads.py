"""Sends files of the repository, whole or in ranges (RFC 9110), to bearers of a ticket for that file."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from remote_services.appliance_manager.http.admission import Admission
from remote_services.appliance_manager.http.refusal import Refused
from remote_services.runtime import mount

TYPE = "application/octet-stream"


class Downloads:
    """The endpoint ``GET /files/{path}``."""

    def __init__(self, admission: Admission, root: Path) -> None:
        self._admission = admission
        self._root = root

    async def send(self, request: Request) -> Response:
        path = request.path_params["path"]
        ticket = await self._admission.download_of(request, path)
        mount.require(self._root)
        file = _file_inside(self._root, path)
        return FileResponse(
            file, media_type=TYPE, filename=ticket.file_name, headers={"X-Content-Type-Options": "nosniff"}
        )


def _file_inside(root: Path, path: str) -> Path:
    """Links are followed first, so that nothing leads out of the repository. Raises Refused."""
    base = root.resolve()
    try:
        found = (base / path).resolve()
        known = found.is_relative_to(base) and found.is_file()
    except (OSError, ValueError):
        known = False
    if not known or any(part.startswith(".") for part in Path(path).parts):
        raise Refused(404, "404-NOT-FOUND", "There is no such file in the repository.")
    return found
