"""The code with which something is refused."""

from collections.abc import Callable
from typing import Any

from core.errors import DomainError


def refusal(function: Callable[..., Any], **arguments: Any) -> str:
    """The code of the refusal, empty when it was done."""
    try:
        function(**arguments)
    except DomainError as error:
        return error.code
    return ""
