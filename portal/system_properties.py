"""The dialect's system properties: what this installation is set to, under the names published clients ask
for. Each stands for a setting that counts; there is no store of texts that nothing would read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.api.errors import invalid
from core.api.listing import DEFAULT_LIMIT
from core.errors import Conflict, NotFound
from identity.models import PasswordPolicy
from identity.services.policy import change_policy, current_policy
from networking.services.networks import DEFAULT_NETWORK

Settings = dict[str, Any]
CLASSES_WHEN_COMPLEX = 3
MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class SystemProperty:
    """``read`` tells it of the password policy; ``write`` makes of a text the policy's fields that change,
    raising ValueError. Without ``write`` it is as the product is made."""

    id: int
    name: str
    read: Callable[[PasswordPolicy], Any]
    write: Callable[[str, PasswordPolicy], Settings] | None = None


def rows() -> list[dict[str, Any]]:
    """Every property as it is now, by its name."""
    policy = current_policy()
    found = ({"id": each.id, "name": each.name, "value": str(each.read(policy))} for each in _ALL)
    return sorted(found, key=lambda row: row["name"])


def change(*, actor: Any, values: Mapping[str, str]) -> None:
    """Set properties by their names, all or none; what is as it was is left alone.

    Raises NotFound (SYSPROP-0), Conflict for what can't be set, Invalid, PermissionRefused.
    """
    policy, settings = current_policy(), {}
    for name, text in values.items():
        known = _BY_NAME.get(name)
        if known is None:
            raise NotFound(_("There is no property %(name)s.") % {"name": name[:80]}, code="SYSPROP-0")
        if text != str(known.read(policy)):
            settings |= _written(known, text, policy)
    if settings:
        change_policy(actor=actor, **settings)


def _written(known: SystemProperty, text: str, policy: PasswordPolicy) -> Settings:
    if known.write is None:
        raise Conflict(
            _("%(name)s can't be set: it tells how the product is made.") % {"name": known.name},
            remedy=_("Leave it as it is."),
        )
    try:
        return known.write(text.strip(), policy)
    except ValueError:
        raise invalid(known.name, _("must be a whole number, and 0 or 1 for a switch.")) from None


def _number(pk: int, name: str, field: str) -> SystemProperty:
    return SystemProperty(
        pk, name, lambda policy: getattr(policy, field), lambda text, _policy: {field: _whole(text)}
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(text)
    return int(text)


def _switched(text: str) -> bool:
    known = {"0": False, "1": True, "false": False, "true": True}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _fixed(pk: int, name: str, value: Any) -> SystemProperty:
    return SystemProperty(pk, name, lambda _policy: value)


def _recovery(text: str, _policy: PasswordPolicy) -> Settings:
    return {"reset_by_mail": _switched(text)}


def _complexity(text: str, policy: PasswordPolicy) -> Settings:
    """Switched on, it leaves a policy that asks for more or fewer classes as it is."""
    if not _switched(text):
        return {"min_classes": 0}
    return {"min_classes": policy.min_classes or CLASSES_WHEN_COMPLEX}


# Each keeps its number for good: clients remember addresses.
_ALL = (
    _number(1, "client.main.passwordLength", "min_length"),
    _number(2, "client.main.passwordHistory", "history"),
    _number(3, "client.main.passwordMaxAge", "max_age_days"),
    _number(4, "client.main.passwordMinAge", "min_age_days"),
    _number(5, "client.main.passwordTries", "lock_after"),
    _number(6, "client.main.passwordLockTime", "lock_minutes"),
    SystemProperty(
        7, "client.main.passwordComplexity", lambda policy: int(bool(policy.min_classes)), _complexity
    ),
    SystemProperty(8, "client.main.passwordRecover", lambda policy: int(policy.reset_by_mail), _recovery),
    _fixed(9, "client.main.twoFactorAuthEnabled", 1),
    _fixed(10, "client.main.workflowEnabled", 1),
    _fixed(11, "client.user.numberElementsPerPage", DEFAULT_LIMIT),
    _fixed(12, "client.network.defaultName", DEFAULT_NETWORK["name"]),
    _fixed(13, "client.network.defaultAddress", DEFAULT_NETWORK["address"]),
    _fixed(14, "client.network.defaultNetmask", DEFAULT_NETWORK["prefix_length"]),
    _fixed(15, "client.network.defaultGateway", DEFAULT_NETWORK["gateway"]),
    _fixed(16, "client.network.defaultPrimaryDNS", ""),
    _fixed(17, "client.network.defaultSecondaryDNS", ""),
    _fixed(18, "client.network.defaultSufixDNS", ""),
)
_BY_NAME = {each.name: each for each in _ALL}
