"""A person as a provider describes them: claims of different shapes become one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DIRECTORY_NAMES = {
    "nick": "uid", "email": "mail", "name": "givenName", "surname": "sn", "enterprise": "o", "role": "groups",
}  # fmt: skip
MOST_SUBJECT_LETTERS = 190
USUAL_CLAIMS = {
    "LDAP": DIRECTORY_NAMES,
    "OPENID": {
        "nick": "preferred_username", "email": "email", "name": "given_name", "surname": "family_name",
        "enterprise": "enterprise", "role": "roles",
    },
    "SAML": DIRECTORY_NAMES,
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """``subject`` is the provider's own lasting name of the person; ``roles`` names it uses for roles."""

    subject: str
    nick: str
    email: str = ""
    name: str = ""
    surname: str = ""
    enterprise: str = ""
    roles: tuple[str, ...] = ()


def usable_subject(told: Any) -> str:
    """The subject a provider told, if it can be one here; ValueError else."""
    if not isinstance(told, str | int) or not 0 < len(str(told)) <= MOST_SUBJECT_LETTERS:
        raise ValueError("the subject is missing, too long or no text")
    return str(told)


def person_from(provider, subject: str, claims: Mapping[str, Any]) -> Person:
    """What these claims say by the provider's names of claims.

    An address the provider itself calls unverified counts as none.
    """

    def named(part: str) -> list[str]:
        return _values(claims, getattr(provider, f"{part}_claim") or USUAL_CLAIMS[provider.kind][part])

    def first(part: str) -> str:
        return next(iter(named(part)), "")

    email = "" if claims.get("email_verified") is False else first("email")
    return Person(
        subject=subject,
        nick=first("nick"),
        email=email,
        name=first("name"),
        surname=first("surname"),
        enterprise=first("enterprise"),
        roles=tuple(dict.fromkeys(named("role"))),
    )


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """All texts of a claim; ``a.b`` is looked for inside ``a`` when there is no claim of that whole name."""
    found = claims.get(name)
    head, dot, rest = name.partition(".")
    if found is None and dot and isinstance(claims.get(head), Mapping):
        return _values(claims[head], rest)
    many = found if isinstance(found, list | tuple) else [found]
    return [text for each in many if isinstance(each, str | int) and (text := str(each).strip())]
