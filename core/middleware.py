"""What every request carries: a correlation id, shown in errors and logs, and where it comes from."""

import re
from uuid import uuid4

from core.client_address import client_address, served_address

_SAFE = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class CorrelationMiddleware:
    """Sets ``request.correlation_id`` and ``X-Correlation-Id``; a well-formed one sent in is kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sent = request.headers.get("X-Correlation-Id", "")
        request.correlation_id = sent if _SAFE.match(sent) else uuid4().hex
        token = served_address.set(client_address(request))
        try:
            response = self.get_response(request)
        finally:
            served_address.reset(token)
        response["X-Correlation-Id"] = request.correlation_id
        return response
