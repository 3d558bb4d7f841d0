"""What is wrong with a new password: a pure decision, and the check that every place which takes one calls.

The rules come from the installation's policy through Django's AUTH_PASSWORD_VALIDATORS, since the policy
lies above this package.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Conflict, Invalid, Reason

TOO_SHORT, NOT_STRONG, HAS_NAME, USED_BEFORE, TOO_EARLY = "PSW-2", "PSW-1", "PSW-10", "PSW-3", "PSW-48"
_LEAST_NAME = 3
_MOST_LENGTH = 128
_STATUS_400 = frozenset({TOO_SHORT})


@dataclass(frozen=True)
class Rules:
    """0 switches a rule off."""

    min_length: int = 12
    min_classes: int = 3
    forbid_names: bool = True
    history: int = 1
    min_age_days: int = 0


@dataclass(frozen=True)
class Facts:
    """``used_before`` tells whether the password is one of the last ones; it is slow and asked last.

    ``changed_at`` is given when users change their own password, for its least age.
    """

    names: Iterable[str] = ()
    used_before: Callable[[str], bool] = field(default=lambda _password: False)
    changed_at: datetime | None = None


def weaknesses(password: str, rules: Rules, facts: Facts, now: datetime | None = None) -> tuple[Reason, ...]:
    """Everything that speaks against the password; empty when it may be taken."""
    found = [
        reason
        for reason in (
            _length(password, rules),
            _classes(password, rules),
            _names(password, rules, facts),
            _age(rules, facts, now),
        )
        if reason is not None
    ]
    if not found and rules.history and facts.used_before(password):
        text = ngettext(
            "This is the password you have now, or your last one. Choose another.",
            "This is one of the last %(count)s passwords. Choose another.",
            rules.history,
        )
        found.append(Reason(USED_BEFORE, text % {"count": rules.history}, numbers={"history": rules.history}))
    return tuple(found)


def classes_of(password: str) -> frozenset[str]:
    """Which of the five classes occur: upper, lower, digit, symbol (all ASCII), other."""
    return frozenset(_class_of(character) for character in password)


def check_new_password(user: Any, password: str) -> None:
    """Raise Invalid (PSW-2) or Conflict (PSW-1, PSW-3, PSW-10) unless the user may have this password.

    The first reason is the headline; the others stand in ``reasons``.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        reasons = tuple(Reason(each.code or NOT_STRONG, each.messages[0]) for each in error.error_list)
        kind = Invalid if reasons[0].code in _STATUS_400 else Conflict
        raise kind(
            reasons[0].message,
            code=reasons[0].code,
            remedy=_("Choose another password."),
            reasons=reasons,
        ) from None


def _class_of(character: str) -> str:
    if not character.isascii():
        return "other"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "digit" if character.isdigit() else "symbol"


def _length(password: str, rules: Rules) -> Reason | None:
    length = len(password)
    numbers = {"length": length, "least": rules.min_length, "most": _MOST_LENGTH}
    if length < max(rules.min_length, 1):
        text = _("The password has %(length)s characters; at least %(least)s are needed.")
    elif length > _MOST_LENGTH:
        text = _("The password has %(length)s characters; at most %(most)s are possible.")
    else:
        return None
    return Reason(TOO_SHORT, text % numbers, numbers=numbers)


def _classes(password: str, rules: Rules) -> Reason | None:
    found = len(classes_of(password))
    if found >= rules.min_classes:
        return None
    numbers = {"found": found, "needed": rules.min_classes}
    text = _(
        "The password uses %(found)s of five kinds of characters; %(needed)s are needed "
        "(capital letters, small letters, digits, symbols, others)."
    )
    return Reason(NOT_STRONG, text % numbers, numbers=numbers)


def _names(password: str, rules: Rules, facts: Facts) -> Reason | None:
    plain = _folded(password)
    names = (_folded(name) for name in facts.names)
    if rules.forbid_names and any(len(name) >= _LEAST_NAME and name in plain for name in names):
        return Reason(HAS_NAME, _("The password contains the user name, the first name or the surname."))
    return None


def _age(rules: Rules, facts: Facts, now: datetime | None) -> Reason | None:
    if not rules.min_age_days or facts.changed_at is None or now is None:
        return None
    if now - facts.changed_at >= timedelta(days=rules.min_age_days):
        return None
    text = ngettext(
        "A password can be changed again only %(days)s day after the last change.",
        "A password can be changed again only %(days)s days after the last change.",
        rules.min_age_days,
    )
    return Reason(TOO_EARLY, text % {"days": rules.min_age_days}, numbers={"days": rules.min_age_days})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
