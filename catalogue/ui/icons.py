"""The pictures of templates. Each address stands for one content, so browsers keep it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from catalogue.models import Icon
from core.ui.pages import Page


class Picture(Page):
    """For whoever sees a template with it, and its enterprise."""

    def get(self, request: HttpRequest, picture: UUID) -> HttpResponse:
        icon = get_object_or_404(Icon.objects.visible_to(request.user), uuid=picture)
        headers = {
            "Cache-Control": "private, max-age=86400",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return HttpResponse(bytes(icon.png), content_type="image/png", headers=headers)
