"""The ASGI application: addresses, errors as JSON, and leave for browsers of any origin.

Any origin may ask, because nothing here believes cookies: who sends a ticket was given it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route

from remote_services.appliance_manager.http.admission import Admission
from remote_services.appliance_manager.http.companions import Caretaker
from remote_services.appliance_manager.http.downloads import Downloads
from remote_services.appliance_manager.http.multipart import Multipart
from remote_services.appliance_manager.http.refusal import Refused, answer_refused, answer_remote_error
from remote_services.appliance_manager.http.repositories import Repositories
from remote_services.appliance_manager.http.resumable import Resumable
from remote_services.appliance_manager.http.server_api import ServerApi
from remote_services.appliance_manager.intake import Intake
from remote_services.runtime.errors import RemoteError

PREFIX = "/am"
TUS_HEADERS = (
    "Upload-Offset", "Upload-Length", "Upload-Checksum", "Upload-Expires", "Upload-Metadata", "Tus-Resumable",
    "Tus-Version", "Tus-Extension", "Tus-Checksum-Algorithm",
)  # fmt: skip


def make_application(
    *, intake: Intake, key: str, datacenter_id: UUID, state_dir: Path, server_url: str | None
) -> Starlette:
    """``server_url`` is where the server's REST API is; without it only tickets are believed."""
    server = ServerApi(server_url) if server_url else None
    admission = Admission(key, datacenter_id, server)
    caretaker = Caretaker(intake, datacenter_id, state_dir)

    @asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        intake.announcer.start()
        caretaker.start()
        try:
            yield
        finally:
            caretaker.stop()
            intake.announcer.stop()
            if server is not None:
                await server.close()

    return Starlette(
        routes=[Mount(PREFIX, routes=_routes(admission, intake, datacenter_id))],
        middleware=[Middleware(CORSMiddleware, **_CROSS_ORIGIN)],
        exception_handlers={Refused: answer_refused, RemoteError: answer_remote_error},
        lifespan=lifespan,
    )


_CROSS_ORIGIN = {
    "allow_origins": ("*",),
    "allow_methods": ("GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"),
    "allow_headers": ("Authorization", "Content-Type", "Range", "If-Range", *TUS_HEADERS),
    "expose_headers": ("Location", "Content-Range", "ETag", *TUS_HEADERS),
    "max_age": 3600,
}


def _routes(admission: Admission, intake: Intake, datacenter_id: UUID) -> list[Route]:
    resumable = Resumable(admission, intake)
    repositories = Repositories(admission, intake, datacenter_id)
    return [
        Route("/uploads", resumable.create, methods=["POST"]),
        Route("/uploads", resumable.abilities, methods=["OPTIONS"]),
        Route("/uploads/{upload_id:uuid}", resumable.state, methods=["HEAD"]),
        Route("/uploads/{upload_id:uuid}", resumable.append, methods=["PATCH"]),
        Route("/uploads/{upload_id:uuid}", resumable.give_up, methods=["DELETE"]),
        Route("/erepos/{enterprise:int}/templates", Multipart(admission, intake).upload, methods=["POST"]),
        Route("/erepos/{enterprise:int}", repositories.of_enterprise, methods=["GET"]),
        Route("/erepos/{enterprise:int}", repositories.refresh, methods=["POST"]),
        Route("/files/{path:path}", Downloads(admission, intake.root).send, methods=["GET"]),
        Route("/check", repositories.check, methods=["GET"]),
    ]
