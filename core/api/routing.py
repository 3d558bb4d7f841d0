"""The ends of the API's URL configuration: trailing slashes and addresses that don't exist."""

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from core.api.views import DialectView
from core.errors import NotFound


class NowhereView(DialectView):
    """Answers every address that no other pattern matches."""

    def initial(self, request, *args, **kwargs) -> None:
        raise NotFound("There is nothing at this address.", code="404-NOT-FOUND")


_nowhere = NowhereView.as_view()


def without_slash(request, rest: str) -> HttpResponse:
    """Serve ``…/x/`` as ``…/x``; what doesn't exist either way is answered in the dialect."""
    stripped = request.path_info.rstrip("/")
    if stripped == request.path_info:
        return _nowhere(request)
    request.path_info = stripped
    try:
        match = resolve(stripped)
    except Resolver404:
        return _nowhere(request)
    return match.func(request, *match.args, **match.kwargs)


without_slash.csrf_exempt = True
