"""Answers whether everything this installation needs is there."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from infrastructure.services.health import silent_services


def healthz(request: HttpRequest) -> JsonResponse:
    """200 once the database answers and every registered remote service was heard of lately, else 503."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        problems += [f"{name} was not heard of yet" for name in silent_services()]
    except Exception as error:  # noqa: BLE001  whatever is wrong is the answer
        problems.append(f"database: {type(error).__name__}")
    status = 503 if problems else 200
    return JsonResponse(
        {"healthy": not problems, "problems": problems, "simulated": settings.ATRIUM_SIMULATED}, status=status
    )
