"""How small and how large machines made of a template may be. Pure decisions, by value."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, Reason

SIZES = (
    ("vcpus", "VIMAGE-61", "VIMAGE-62", "VM-146"),
    ("memory_mib", "VIMAGE-63", "VIMAGE-64", "VM-147"),
)


def check_bounds(template: Any) -> None:
    """The size a template suggests lies within its own bounds. Raises Invalid (VIMAGE-61 to -64)."""
    for name, too_low, too_high, _of_machines in SIZES:
        low, value, high = _numbers(template, name)
        if low is not None and value < low:
            raise Invalid(_below(name, value, low), code=too_low)
        if high is not None and value > high:
            raise Invalid(_above(name, value, high), code=too_high)


def size_refusals(template: Any, *, vcpus: int, memory_mib: int) -> tuple[Reason, ...]:
    """Why machines of this size can't be made of the template; empty when they can."""
    found = []
    for (name, _low, _high, code), value in zip(SIZES, (vcpus, memory_mib), strict=True):
        low, _suggested, high = _numbers(template, name)
        message = ""
        if low is not None and value < low:
            message = _below(name, value, low)
        elif high is not None and value > high:
            message = _above(name, value, high)
        if message:
            remedy = _("The template %(name)s allows %(range)s.") % {
                "name": template.name,
                "range": shown_range(low, high),
            }
            found.append(Reason(code, message, remedy, {"asked": value, "least": low, "most": high}))
    return tuple(found)


def shown_range(low: int | None, high: int | None) -> str:
    """``2 to 8``, ``2 or more``, ``up to 8``; empty without bounds."""
    if low is not None and high is not None:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if low is not None:
        return _("%(low)s or more") % {"low": low}
    return _("up to %(high)s") % {"high": high} if high is not None else ""


def _numbers(template: Any, name: str) -> tuple[int | None, int, int | None]:
    return (
        getattr(template, f"{name}_min"),
        getattr(template, name),
        getattr(template, f"{name}_max"),
    )


def _below(name: str, value: int, low: int) -> str:
    numbers = {"value": value, "low": low}
    if name == "vcpus":
        return _("%(value)s virtual CPUs are fewer than the %(low)s the template needs.") % numbers
    return _("%(value)s MiB of memory are less than the %(low)s MiB the template needs.") % numbers


def _above(name: str, value: int, high: int) -> str:
    numbers = {"value": value, "high": high}
    if name == "vcpus":
        return _("%(value)s virtual CPUs are more than the %(high)s the template can use.") % numbers
    return _("%(value)s MiB of memory are more than the %(high)s MiB the template can use.") % numbers
