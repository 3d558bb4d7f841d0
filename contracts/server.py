"""Commands that the server sends to itself: what waits for others' servers, outside of transactions."""

from typing import Literal

from contracts.base import Command


class ReadDefinitionList(Command):
    """Read the list of templates at ``url`` and keep what it offers.

    Output: ``{"definitions", "left_out"}``, how many. Fails with ``source_forbidden``,
    ``source_unreachable``, ``source_untrusted``, ``source_refused``, ``OVF-PACKAGE-3`` (what is there is no
    such list) or ``cancelled``.
    """

    type: Literal["server.read_definition_list.v1"] = "server.read_definition_list.v1"
    list_id: int
    url: str
