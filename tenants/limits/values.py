"""Which values limits may have: in themselves, and against what is in use."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, LimitExceeded, Reason
from tenants.limits.amounts import RESOURCES, Amounts, field_names, resources_of
from tenants.limits.wording import details_shown, name_of

COUNTS = frozenset({"vcpus", "machines", "networks", "public_ips"})
MOST_COUNT, MOST_MIB = 2**31 - 1, 2**40
FREELY_LOWERED = frozenset({"disk_mib"})


def well_formed(values: Mapping[str, Any], resources: Iterable[str] = RESOURCES) -> dict[str, int]:
    """The limit fields of these resources among ``values`` as whole numbers, absent ones as 0.

    There is no hard limit without a soft one, and no soft one above its hard one; 0 is no limit.
    Raises Invalid for what breaks this, for negative values and for ones no column holds.
    """
    resources = tuple(resources)
    known = {field: int(values.get(field) or 0) for field in field_names(resources)}
    for resource in resources:
        _check_pair(resource, known[f"{resource}_soft"], known[f"{resource}_hard"])
    return known


def check_against_use(row: Any, values: Mapping[str, int], used: Amounts, *, codes: tuple[str, str]) -> None:
    """Raise LimitExceeded when a hard limit among ``values`` would become lower than what is in use.

    ``row`` has the limits as they are, locked; one that stays is not asked about. Disks are let be,
    since they never shrink: a lower limit for them only keeps further ones out. ``codes`` are
    those of the sentence with numbers and of the one without, for installations that hide them.
    """
    for resource in resources_of(row):
        field = f"{resource}_hard"
        hard, in_use = values.get(field, 0), getattr(used, resource)
        if resource in FREELY_LOWERED or not 0 < hard < in_use or hard == getattr(row, field):
            continue
        numbers = {"resource": resource, "used": in_use, "requested": 0, "hard": hard, "soft": hard}
        raise _surpassed(numbers, codes)


def _check_pair(resource: str, soft: int, hard: int) -> None:
    words = {"resource": name_of(resource), "soft": soft, "hard": hard}
    most = MOST_COUNT if resource in COUNTS else MOST_MIB
    if max(soft, hard) > most:
        raise Invalid(
            _("A limit of %(resource)s is at most %(most)s; 0 is no limit.") % (words | {"most": most})
        )
    if min(soft, hard) < 0:
        raise Invalid(_("A limit of %(resource)s is not negative; 0 is no limit.") % words)
    if hard and not soft:
        raise Invalid(
            _("The hard limit of %(resource)s (%(hard)s) needs a soft limit as well.") % words,
            remedy=_("Give a soft limit too, at most as high as the hard one."),
        )
    if hard and soft > hard:
        raise Invalid(
            _("The soft limit of %(resource)s (%(soft)s) must be at most the hard one (%(hard)s).") % words
        )


def _surpassed(numbers: dict[str, Any], codes: tuple[str, str]) -> LimitExceeded:
    words = {"resource": name_of(numbers["resource"]), "used": numbers["used"], "hard": numbers["hard"]}
    with_numbers, without = codes
    sentence = _("%(used)s %(resource)s are in use, more than the new hard limit of %(hard)s.") % words
    if not details_shown("hard"):
        sentence = _("More %(resource)s are in use than the new hard limit allows.") % words
    code = with_numbers if details_shown("hard") else without
    remedy = _("Undeploy or delete something first, or choose a higher limit.")
    told = numbers if details_shown("hard") else {}
    return LimitExceeded(
        sentence,
        code=code,
        remedy=remedy,
        reasons=(Reason(code, sentence, remedy, numbers=told),),
        hidden=(numbers,),
    )
