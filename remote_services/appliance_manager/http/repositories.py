"""What the repository tells published clients: capacity, an enterprise's part of it, whether it is there."""

import asyncio
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from remote_services.appliance_manager.http.admission import Admission
from remote_services.appliance_manager.intake import Intake
from remote_services.appliance_manager.looking import look
from remote_services.runtime import mount

MIB = 2**20


class Repositories:
    """The endpoints ``/check`` and ``/erepos/{enterprise}``."""

    def __init__(self, admission: Admission, intake: Intake, datacenter_id: UUID) -> None:
        self._admission = admission
        self._intake = intake
        self._datacenter_id = datacenter_id

    async def check(self, request: Request) -> Response:
        mount.require(self._intake.root)
        return Response(status_code=200)

    async def of_enterprise(self, request: Request) -> Response:
        enterprise_id = request.path_params["enterprise"]
        await self._admission.require_reader(request, enterprise_id)
        mount.require(self._intake.root)
        return JSONResponse(await asyncio.to_thread(self._described, enterprise_id))

    async def refresh(self, request: Request) -> Response:
        await self._admission.require_reader(request, request.path_params["enterprise"])
        await asyncio.to_thread(self._look)
        return Response(status_code=204)

    def _look(self) -> None:
        self._intake.announcer.tell(look(self._intake.root, self._datacenter_id))

    def _described(self, enterprise_id: int) -> dict[str, int | str]:
        capacity_bytes, free_bytes = mount.room(self._intake.root)
        folder = self._intake.root / str(enterprise_id)
        used_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        return {
            "id": enterprise_id,
            "location": "",
            "capacityMb": capacity_bytes // MIB,
            "remainingMb": free_bytes // MIB,
            "enterpriseUsedMb": used_bytes // MIB,
        }
