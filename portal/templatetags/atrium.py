"""Tags and filters for states, amounts, times and limits. They format; they decide nothing."""

import json
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.ui import amounts
from core.ui.ages import age_html
from operations.failures import remedy_of, words_of
from portal import wording

register = template.Library()
BYTES_PER_MIB = 1048576

register.simple_tag(age_html, name="since")
register.filter("event_title", wording.event_title)
register.filter("failure_remedy", remedy_of)
register.filter("failure_words", words_of)
register.filter("format_name", wording.format_name)
register.filter("plain", wording.plain)
register.filter("shown_value", wording.shown_value)


@register.simple_tag
def state_badge(state: str, percent: int | None = None) -> SafeString:
    """A state as icon and word; colour never stands alone."""
    look = wording.look_of(state)
    share = format_html("<span data-state-percent>{} %</span>", percent) if percent is not None else ""
    return format_html(
        '<span class="state state-{}" data-state="{}"><i class="ti ti-{}" aria-hidden="true"></i>'
        "<span>{}</span>{}</span>",
        look.tone,
        state,
        look.icon,
        look.word,
        share,
    )


@register.simple_tag
def state_dot(state: str) -> SafeString:
    """The icon alone, with the word for screen readers and on hover."""
    look = wording.look_of(state)
    return format_html(
        '<span class="dot dot-{}" title="{}"><i class="ti ti-{}" aria-hidden="true"></i>'
        '<span class="visually-hidden">{}</span></span>',
        look.tone,
        look.word,
        look.icon,
        look.word,
    )


@register.simple_tag
def state_templates() -> SafeString:
    """A badge of every state for the browser, which swaps them in as states change."""
    return _state_templates(get_language())


@lru_cache
def _state_templates(_language: str) -> SafeString:
    return format_html_join(
        "",
        '<template data-state-template="{}">{}</template>',
        ((name, state_badge(name)) for name in wording.STATES),
    )


@register.filter
def gib(size_mib: float | None) -> str:
    """Mebibytes as GiB or MiB."""
    return "—" if size_mib is None else amounts.size_text(size_mib)


@register.filter
def size(size_bytes: float | None) -> str:
    """Bytes as GiB or MiB."""
    return "—" if size_bytes is None else amounts.size_text(size_bytes / BYTES_PER_MIB)


@register.filter
def hourly(amount: Decimal | None) -> str:
    return "—" if amount is None else amounts.hour_price_text(amount)


@register.filter
def monthly(amount: Decimal | None) -> str:
    return "—" if amount is None else amounts.month_price_text(amount)


@register.filter
def os_icon(os_type: str) -> str:
    """The icon of an operating system's family."""
    name = os_type.upper()
    families = (("WINDOWS", "brand-windows"), ("DEBIAN", "brand-debian"), ("UBUNTU", "brand-ubuntu"))
    return next((icon for part, icon in families if part in name), "terminal-2")


@register.filter
def resource_word(resource: str) -> str:
    """The name of what is priced or limited."""
    return str(wording.RESOURCES.get(resource, wording.plain(resource)))


@register.filter(name="json")
def as_json(value: Any) -> str:
    """JSON for a data attribute; the template escapes it."""
    return json.dumps(value)


@register.inclusion_tag("components/limit_bar.html")
def limit_bar(limit: dict[str, Any]) -> dict[str, Any]:
    """A limit as a bar. ``limit`` has resource, level_name, used, requested, soft and hard (0: none)."""
    resource = limit.get("resource", "")
    used, asked = limit.get("used") or 0, limit.get("requested") or 0
    soft, hard = limit.get("soft") or 0, limit.get("hard") or 0
    ceiling = max(hard or soft, used + asked, 1)
    after = used + asked
    tone = "over" if hard and after > hard else "soft" if soft and after > soft else "fine"
    show = gib if resource.endswith("_mib") else number_format
    return {
        "label": wording.RESOURCES.get(resource, wording.plain(resource)),
        "level": limit.get("level_name", ""),
        "tone": tone,
        "after_text": show(after),
        "used_text": show(used),
        "asked_text": show(asked) if asked else "",
        "ceiling_text": show(hard or soft) if hard or soft else "",
        "soft_text": show(soft) if soft and soft != hard else "",
        "used_width": round(100 * used / ceiling, 2),
        "asked_width": round(100 * asked / ceiling, 2),
        "soft_at": round(100 * soft / ceiling, 2) if soft and soft < ceiling else None,
        "unlimited": not (hard or soft),
    }


@register.simple_tag
def control(field) -> SafeString:
    """A form field's control in the kit's look, tied to its hint and its errors."""
    kind = getattr(field.field.widget, "input_type", "")
    css = {"select": "form-select", "checkbox": "form-check-input"}.get(kind, "form-control")
    attributes = {"class": f"{css} is-invalid" if field.errors else css}
    described = [
        f"{field.id_for_label}-{part}"
        for part, there in (("hint", field.help_text), ("error", field.errors))
        if there
    ]
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def state_word(state: str) -> str:
    return str(wording.look_of(state).word)


@register.simple_tag
def subject_link(subject_type: str, subject_id: int | None, name: str) -> SafeString:
    """A thing by its name, as a link when it has a page."""
    view = wording.PAGES.get(subject_type)
    if view is None or subject_id is None:
        return format_html("<span>{}</span>", name)
    return format_html('<a href="{}">{}</a>', reverse(view, args=[subject_id]), name)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some parameters changed; empty ones go."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters[name] = value
        if value in ("", None):
            del parameters[name]
    return parameters.urlencode()
