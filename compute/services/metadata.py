"""Metadata of machines: free JSON of clients, in which the user data is called ``startup-script``."""

import json
from typing import Any

from django.utils.translation import gettext as _

from compute.models import VirtualMachine
from compute.services.access import locked_machine
from compute.services.guests import MANAGE, change_guest, user_data_of
from core.errors import Invalid
from core.transactions import retried_transaction
from events.services import record_event
from operations.models import Operation
from tenants.access import may, require

MOST_BYTES = 128 * 1024
STARTUP_SCRIPT = "startup-script"


@retried_transaction
def set_metadata(*, actor: Any, machine_id: int, metadata: Any, correlation_id: str = "") -> Operation | None:
    """Replace the machine's metadata. A ``startup-script`` in it, or in a ``metadata`` in it, is its user
    data and kept sealed; without one the user data stays, an empty one removes it. Raises Invalid, else as
    ``change_guest``."""
    if not isinstance(metadata, dict):
        raise Invalid(_("Metadata is an object of names and values."), code="METADATA-1")
    if len(json.dumps(metadata)) > MOST_BYTES:
        raise Invalid(_("Metadata has at most %(most)s bytes.") % {"most": MOST_BYTES}, code="METADATA-1")
    machine = locked_machine(actor, machine_id)
    require(actor, MANAGE, machine)
    kept, scripts = _without_script(metadata)
    if kept != machine.metadata:
        machine.metadata = kept
        machine.save(update_fields=["metadata", "updated_at"])
        record_event(kind="virtual_machine.metadata_changed", subject=machine, actor=actor)
    if not scripts:
        return None
    return change_guest(
        actor=actor, machine_id=machine_id, user_data=scripts[0] or "", correlation_id=correlation_id
    )


def metadata_of(actor: Any, machine: VirtualMachine) -> dict[str, Any]:
    """The machine's metadata; with its user data for those who may change it."""
    text = user_data_of(machine) if may(actor, MANAGE, machine) else ""
    return _with_script(machine.metadata, text)


def _without_script(metadata: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """The metadata with null in the place of the script, and the script where there is one."""
    kept, found = dict(metadata), []
    inner = kept.get("metadata")
    if isinstance(inner, dict):
        kept["metadata"], found = _without_script(inner)
    if STARTUP_SCRIPT in kept:
        script = kept[STARTUP_SCRIPT]
        if script is not None and not isinstance(script, str):
            raise Invalid(_("startup-script is a text."), code="METADATA-1")
        kept[STARTUP_SCRIPT] = None
        found.append(script)
    return kept, found


def _with_script(metadata: dict[str, Any], text: str) -> dict[str, Any]:
    """The other way round. One that was never sent as metadata stands at the top."""
    shown = {key: value for key, value in metadata.items() if key != STARTUP_SCRIPT}
    inner = metadata.get("metadata")
    if isinstance(inner, dict) and STARTUP_SCRIPT in inner:
        shown["metadata"] = _with_script(inner, text)
    elif text:
        shown[STARTUP_SCRIPT] = text
    return shown
