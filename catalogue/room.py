"""Room for conversions: the most a file may take is held while it is written, what it took afterwards."""

from typing import Any

from catalogue.formats import mib, most_bytes
from catalogue.models import Conversion, ConversionState
from core.errors import LimitExceeded
from events.models import Severity
from events.services import record_event
from infrastructure.services import admission_of, admit, locked_place
from infrastructure.services.admission import Place
from tenants.limits import Amounts, Force, check


def keep_room(conversion: Conversion, *, actor: Any, force: bool | Force) -> None:
    """Hold the most its file may take; the caller saves it. Raises LimitExceeded."""
    place, asked = _wanted(conversion)
    admit(actor=actor, place=place, requested=asked, force=force, subject=conversion.template_disk.template)
    conversion.reserved_bytes = most_bytes(conversion.template_disk.virtual_size_bytes)


def keep_room_or_fail(conversion: Conversion) -> bool:
    """As ``keep_room``, for what nobody asked for: soft limits don't count, and what a hard one refuses is
    saved as failed, with an event that tells why."""
    place, asked = _wanted(conversion)
    try:
        # As somebody who is not told the numbers of others: the words are kept for everybody.
        check(admission_of(place, asked).lines, force=True, sees_all=False)
    except LimitExceeded as refused:
        conversion.state, conversion.error_code = ConversionState.FAILED, refused.code
        conversion.save()
        record_event(
            kind="template.conversion_refused",
            subject=conversion.template_disk.template,
            severity=Severity.WARN,
            data={"format": conversion.words, "code": refused.code, "detail": refused.message},
            private_data={"limits": list(refused.hidden)},
        )
        return False
    conversion.reserved_bytes = most_bytes(conversion.template_disk.virtual_size_bytes)
    return True


def _wanted(conversion: Conversion) -> tuple[Place, Amounts]:
    disk = conversion.template_disk
    template = disk.template
    place = locked_place(
        enterprise_id=template.enterprise_id, datacenter_id=template.repository.datacenter_id
    )
    return place, Amounts(repository_mib=mib(most_bytes(disk.virtual_size_bytes)))
