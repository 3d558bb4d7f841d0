"""A moment as its age in HTML; the browser keeps it fresh and shows the exact local time on hover."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

MOMENT_SECONDS = 60


def age_html(moment: datetime | None) -> SafeString:
    """``<time>`` with the age in words; a dash for None."""
    if moment is None:
        return mark_safe("—")
    passed = (timezone.now() - moment).total_seconds()
    words = (
        _("just now") if passed < MOMENT_SECONDS else _("%(age)s ago") % {"age": timesince(moment, depth=1)}
    )
    exact = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}" data-since>{}</time>', exact, exact, words)
