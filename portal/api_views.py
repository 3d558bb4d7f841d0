"""The API's own addresses: its version, its description, and a page to browse that."""

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api.verbs import speaks
from core.api.views import DialectView


class Version(DialectView):
    @speaks("The product's version", answers=("text/plain",), public=True)
    def get(self, request) -> HttpResponse:
        return self.plain(settings.ATRIUM_API_VERSION)


class Schema(SpectacularAPIView):
    """OpenAPI, generated from the declarations; readable without logging in, it holds no data."""

    authentication_classes = ()
    permission_classes = ()


class Docs(SpectacularSwaggerSplitView):
    """The description as a page to browse and try."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api-schema"
