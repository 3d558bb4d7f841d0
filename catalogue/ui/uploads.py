"""Sending files into a repository: the page, what its script asks for, and the list of what is on its way."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Upload
from catalogue.services.upload_tickets import appliance_manager_of, token_of_upload
from catalogue.services.uploads import UPLOAD, AnnouncedFile, cancel_upload, renew_ticket, request_upload
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from infrastructure.models import Datacenter
from tenants.access import require

MOST = 50
SHOWN_DAYS = 7
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class UploadPage(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, UPLOAD)
        locations = places_to_send_to(request)
        context = {"locations": locations} | uploads_shown_to(request.user)
        response = render(request, "catalogue/upload.html", context)
        # The bytes go straight to the datacenters, nowhere else.
        response._csp_update = {"connect-src": sorted({place["origin"] for place in locations})}
        return response


class UploadList(Page):
    """The fragment that keeps itself fresh."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "catalogue/_uploads.html", uploads_shown_to(request.user))


class ForScript(Page):
    """Answers JSON; a refusal is the error panel's values."""

    def refused(self, error: DomainError) -> HttpResponse:
        fault = fault_of(error, self.request, what=str(_("This file is not taken")))
        return JsonResponse(fault, status=error.status)


class BeginUpload(ForScript):
    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        size, place = form.get("size", ""), form.get("location", "")
        if not (size.isascii() and size.isdigit() and len(size) < 20):  # noqa: PLR2004  digits of 2**63
            raise Invalid(_("The size of the file must be a number of bytes."))
        usable = Datacenter.objects.usable_by(request.user)
        datacenter = usable.filter(pk=place).first() if place.isdecimal() and len(place) < 19 else None  # noqa: PLR2004
        if datacenter is None:
            raise NotFound(_("There is no such location."), code="DC-0")
        upload = request_upload(
            actor=request.user,
            enterprise=request.user.enterprise,
            datacenter=datacenter,
            file=AnnouncedFile(int(size), name=form.get("name", ""), mark=form.get("mark", "")[:64]),
        )
        address = reachable(appliance_manager_of(datacenter), request)
        return JsonResponse(
            {
                "id": upload.pk,
                "address": f"{address}/uploads",
                "file": f"{address}/uploads/{upload.uuid}",
                "ticket": token_of_upload(upload),
            }
        )


class UploadTicketOf(ForScript):
    def post(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        upload = _seen(request, upload_id)
        return JsonResponse({"ticket": renew_ticket(actor=request.user, upload=upload)})


class CancelUpload(Page):
    failed_to = gettext_lazy("The upload was not given up")

    def post(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        upload = _seen(request, upload_id)
        cancel_upload(actor=request.user, upload=upload)
        text = _("The upload of %(name)s is given up.") % {"name": upload.name}
        return told(text, uploadsChanged={})


def _seen(request: HttpRequest, upload_id: int) -> Upload:
    uploads = Upload.objects.visible_to(request.user).select_related("repository__datacenter")
    return get_object_or_404(uploads, pk=upload_id)


def places_to_send_to(request: HttpRequest) -> list[dict[str, Any]]:
    """The locations of the user's enterprise that take files: id, name and the origin the bytes go to."""
    places = []
    for datacenter in Datacenter.objects.usable_by(request.user).order_by("name"):
        try:
            parts = urlsplit(reachable(appliance_manager_of(datacenter), request))
        except Conflict:
            continue
        places.append(
            {"id": datacenter.pk, "name": datacenter.name, "origin": f"{parts.scheme}://{parts.netloc}"}
        )
    return places


def reachable(uri: str, request: HttpRequest) -> str:
    """The address for this browser: an appliance manager on the server's own machine is found where the
    server was."""
    parts, here = urlsplit(uri), urlsplit(f"//{request.get_host()}").hostname
    if parts.hostname not in LOOPBACK or here in LOOPBACK or not here:
        return uri
    host = f"[{here}]" if ":" in here else here
    return parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()


def uploads_shown_to(actor: Any) -> dict[str, Any]:
    """What came lately or is on its way, the newest first."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    recent = Upload.objects.visible_to(actor).filter(created_at__gt=since)
    uploads = list(recent.select_related("repository__datacenter", "user", "template")[:MOST])
    return {"uploads": uploads, "any_under_way": any(upload.is_under_way for upload in uploads)}
