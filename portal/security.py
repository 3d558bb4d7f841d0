"""What single parts of the site need beyond the common content security policy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class BackOfficePolicy:
    """The back office's own scripts evaluate expressions in attributes; nowhere else is that allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = {"script-src": ["'self'", "'unsafe-eval'"]}
        return response
