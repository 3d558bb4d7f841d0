"""Where a page stands in the event stream, read before the page's rows are.

Read afterwards, a change between the two would neither be in the rows nor be told again.
"""

from typing import Any

from django.http import HttpRequest

from core.prepared import Prepared
from events.consumers import OVERLAP
from events.models import Event

_newest = Prepared(lambda: Event.objects.order_by("-id").values_list("id")[:1])
WITHOUT_PAGES = ("/api/", "/static/", "/admin/", "/healthz")


def stream_position(user: Any) -> dict[str, Any]:
    """``last_seq``, and the numbers before it that a replay would tell again though the page shows them."""
    (last,) = _newest.first() or (0,)
    replayed = Event.objects.visible_to(user).filter(id__gt=last - OVERLAP, id__lte=last)
    return {"last_seq": last, "seen": " ".join(str(each) for each in replayed.values_list("id", flat=True))}


class StreamPositionMiddleware:
    """Sets ``request.stream_position`` for whole pages of people who signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        if _asks_for_page(request) and request.user.is_authenticated:
            request.stream_position = stream_position(request.user)
        return self.get_response(request)


def _asks_for_page(request: HttpRequest) -> bool:
    whole = request.method == "GET" and "HX-Request" not in request.headers
    return whole and not request.path.startswith(WITHOUT_PAGES)
