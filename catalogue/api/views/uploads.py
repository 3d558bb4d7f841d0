"""Asking for leave to send a file to an appliance manager, or to fetch one.

The dialect asks by GET. An appliance manager asks by POST in the name of who sends a file: room is then
kept, and the ticket for the bytes comes in a header.
"""

from uuid import UUID

from django.http import HttpResponse

from catalogue.api.resources import REPOSITORY
from catalogue.api.views.repositories import RepositoryView
from catalogue.models import Package, TemplateDisk
from catalogue.services.packages import token_of_package
from catalogue.services.repository_state import MANAGE, refresh_repository
from catalogue.services.upload_tickets import DOWNLOAD, token_of_download, token_of_upload
from catalogue.services.uploads import UPLOAD, AnnouncedFile, admit_upload, request_upload
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from infrastructure.models import Datacenter
from tenants.models import Enterprise

TICKET_HEADER = "X-Atrium-Ticket"
BYTES_PER_MIB = 1024 * 1024
_WHERE = {
    "datacenterUuid": "The datacenter by its uuid, or",
    "datacenterId": "the location by its number.",
    "fileSize": "Bytes, or",
    "fileSizeInMb": "MiB.",
}


class FileView(DialectView):
    """A view of what goes to, or comes from, the repository of a location."""

    def location(self) -> Datacenter:
        """Raises NotFound."""
        known = Datacenter.objects.visible_to(self.actor)
        uuid, number = self.params.get("datacenterUuid", ""), self.number("datacenterId")
        try:
            found = known.filter(uuid=UUID(uuid)) if uuid else known.filter(pk=number or 0)
        except ValueError:
            found = known.none()
        return self.one(found, "DC-0")

    def sent(self, token: str) -> HttpResponse:
        """204 with the ticket."""
        response = self.nothing()
        response[TICKET_HEADER] = token
        return response


class RequestUpload(FileView):
    @speaks("Ask whether a file may be uploaded", status=204, privilege=UPLOAD, parameters=_WHERE)
    def get(self, request, enterprise):
        admit_upload(
            actor=self.actor,
            enterprise=self._enterprise(enterprise),
            datacenter=self.location(),
            size_bytes=self._size_bytes(),
        )
        return self.nothing()

    @speaks(
        "Keep room for a file and get a ticket to send it", status=204, privilege=UPLOAD, parameters=_WHERE
    )
    def post(self, request, enterprise):
        upload = request_upload(
            actor=self.actor,
            enterprise=self._enterprise(enterprise),
            datacenter=self.location(),
            file=AnnouncedFile(self._size_bytes(), name=self.params.get("fileName", "")),
        )
        return self.sent(token_of_upload(upload))

    def _enterprise(self, pk: int) -> Enterprise:
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=pk), "EN-0")

    def _size_bytes(self) -> int:
        size_bytes, size_mib = self.number("fileSize"), self.number("fileSizeInMb")
        if size_bytes is None and size_mib is None:
            raise Invalid("fileSize: must be the number of bytes.", code="GEN-2")
        return size_bytes if size_bytes is not None else size_mib * BYTES_PER_MIB


class RefreshRepository(RepositoryView):
    @speaks(
        "Have a repository looked through: its capacity, and files that went or came back",
        answers=("acceptedrequest",),
        status=202,
        privilege=MANAGE,
    )
    def put(self, request, enterprise, repository):
        self.row(self.repositories(enterprise).filter(pk=repository), REPOSITORY, "DC-0")
        known = Datacenter.objects.visible_to(self.actor)
        operation = refresh_repository(
            actor=self.actor,
            datacenter=self.one(known.filter(pk=repository), "DC-0"),
            enterprise_id=enterprise,
            correlation_id=self.request.correlation_id,
        )
        here = f"/admin/enterprises/{enterprise}/datacenterrepositories/{repository}"
        return self.accepted(f"{here}/tasks/{operation.id}", entity="The repository is being looked through.")


class RequestDownload(FileView):
    @speaks(
        "Ask whether a template's file may be downloaded, and get a ticket for it",
        status=204,
        privilege=DOWNLOAD,
        parameters={"templatePath": "The disk's path in the repository."} | _WHERE,
    )
    def get(self, request):
        path, location = self.params.get("templatePath", ""), self.location()
        packages = Package.objects.visible_to(self.actor).filter(path=path)
        package = packages.filter(template__repository__datacenter=location).first()
        if package is not None:
            return self.sent(token_of_package(actor=self.actor, package=package))
        disks = TemplateDisk.objects.visible_to(self.actor).filter(path=path)
        here = disks.filter(template__repository__datacenter=location)
        disk = self.one(here.select_related("template__repository__datacenter"), "VIMAGE-55")
        return self.sent(token_of_download(actor=self.actor, disk=disk))
