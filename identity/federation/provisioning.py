"""Whether somebody a provider vouches for gets in, as whom and with which role: a pure decision.

Rules: the provider's mail domains bind it; who is known by the provider's lasting name is that user;
a user name of somebody else is never taken over, least of all one with a local password; nobody moves to
another enterprise by signing in; the role follows from what the provider says now, every time.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from core.errors import Reason
from identity.federation.person import MOST_SUBJECT_LETTERS, Person

MOST_LETTERS = 128


class Verdict(StrEnum):
    """CREATE a user, ADOPT one an administrator prepared, UPDATE a known one, or REFUSE."""

    CREATE = "create"
    ADOPT = "adopt"
    UPDATE = "update"
    REFUSE = "refuse"


@dataclass(frozen=True)
class RoleFacts:
    """A role that one of the person's names stands for; of one enterprise or (None) of all."""

    id: int
    name: str
    privileges: frozenset[str] = frozenset()
    blocked: bool = False
    enterprise_id: int | None = None


@dataclass(frozen=True)
class UserFacts:
    """A user of ours; ``linked`` when some provider vouched for them before."""

    id: int
    auth_type: str
    enterprise_id: int
    is_active: bool = True
    linked: bool = False


@dataclass(frozen=True)
class Terms:
    """The rules of the provider; see SignInProvider."""

    name: str
    auth_type: str
    domain_accepted: bool = True
    creates_users: bool = True
    trusted: bool = False
    default_role: RoleFacts | None = None


@dataclass(frozen=True)
class Known:
    """What the database holds: the user by subject and by nick, the enterprise and the roles meant."""

    user: UserFacts | None = None
    namesake: UserFacts | None = None
    enterprise_id: int | None = None
    roles: tuple[RoleFacts, ...] = ()


@dataclass(frozen=True)
class Decision:
    """``reasons``: why this verdict and this role, the headline first."""

    verdict: Verdict
    role: RoleFacts | None = None
    reasons: tuple[Reason, ...] = field(default=())


class _Refused(Exception):
    def __init__(self, code: str, message: str, remedy: str = ""):
        self.reason = Reason(code, message, remedy or _("Ask an administrator of your enterprise."))


def decide(person: Person, terms: Terms, known: Known) -> Decision:
    """The verdict about a person, the same for the same facts."""
    try:
        _check_person(person, terms)
        verdict, user_reason = _verdict(person, terms, known)
        role, role_reason = _role(terms, known)
    except _Refused as refused:
        return Decision(Verdict.REFUSE, reasons=(refused.reason,))
    return Decision(verdict, role, (user_reason, role_reason))


def _check_person(person: Person, terms: Terms) -> None:
    if not person.subject or len(person.subject) > MOST_SUBJECT_LETTERS:
        raise _Refused("NO_SUBJECT", _("%(provider)s did not say who you are.") % {"provider": terms.name})
    if not person.nick or len(person.nick) > MOST_LETTERS or not person.nick.isprintable():
        raise _Refused(
            "NO_NICK", _("%(provider)s gave no user name that can be used here.") % {"provider": terms.name}
        )
    if not terms.domain_accepted:
        raise _Refused(
            "DOMAIN_REFUSED",
            _("Your mail address is not one of those that may sign in through %(provider)s.")
            % {"provider": terms.name},
        )


def _verdict(person: Person, terms: Terms, known: Known) -> tuple[Verdict, Reason]:
    if known.user is not None:
        _check_user(known.user, terms, known)
        return Verdict.UPDATE, Reason("USER_KNOWN", _("%(provider)s vouched for this user before.") % {
            "provider": terms.name
        })  # fmt: skip
    if known.namesake is not None:
        _check_namesake(known.namesake, terms, known)
        return Verdict.ADOPT, Reason("USER_PREPARED", _("An administrator prepared this user."))
    if not terms.creates_users:
        raise _Refused("USER_UNKNOWN", _("There is no user %(nick)s here.") % {"nick": person.nick})
    if known.enterprise_id is None:
        raise _no_enterprise(terms)
    return Verdict.CREATE, Reason(
        "USER_NEW", _("%(provider)s may bring new users.") % {"provider": terms.name}
    )


def _check_user(user: UserFacts, terms: Terms, known: Known) -> None:
    if not user.is_active:
        raise _Refused("USER_INACTIVE", _("This account is switched off."))
    if user.auth_type != terms.auth_type:
        raise _Refused(
            "USER_OF_ANOTHER_KIND",
            _("This account does not sign in through %(provider)s any more.") % {"provider": terms.name},
        )
    if known.enterprise_id not in (None, user.enterprise_id):
        raise _Refused(
            "ENTERPRISE_CHANGED",
            _("%(provider)s says that you belong to another enterprise than your account.")
            % {"provider": terms.name},
        )


def _check_namesake(namesake: UserFacts, terms: Terms, known: Known) -> None:
    stranger = namesake.auth_type != terms.auth_type or namesake.linked
    if stranger or known.enterprise_id != namesake.enterprise_id:
        raise _Refused("NICK_TAKEN", _("Your user name belongs to another account here."))
    _check_user(namesake, terms, known)


def _role(terms: Terms, known: Known) -> tuple[RoleFacts, Reason]:
    """The matching role that holds all privileges of the other matching ones; the default without any."""
    enterprise = known.user.enterprise_id if known.user else known.enterprise_id
    usable = [role for role in known.roles if role.enterprise_id in (None, enterprise)]
    usable = [role for role in usable if terms.trusted or not role.blocked]
    if not usable:
        return _default_role(terms)
    widest = max(usable, key=lambda role: (len(role.privileges), -role.id))
    if any(not role.privileges <= widest.privileges for role in usable):
        raise _Refused(
            "ROLES_AMBIGUOUS",
            _("Your groups stand for several roles and none of these includes the others: %(roles)s.")
            % {"roles": ", ".join(sorted(role.name for role in usable))},
        )
    return widest, Reason("ROLE_NAMED", _("Your groups stand for the role %(role)s.") % {"role": widest.name})


def _default_role(terms: Terms) -> tuple[RoleFacts, Reason]:
    if terms.default_role is None or (terms.default_role.blocked and not terms.trusted):
        raise _Refused("NO_ROLE", _("None of your groups at %(provider)s stands for a role here.") % {
            "provider": terms.name
        })  # fmt: skip
    return terms.default_role, Reason(
        "ROLE_DEFAULT", _("No group stands for a role, so the usual one is given.")
    )


def _no_enterprise(terms: Terms) -> _Refused:
    return _Refused(
        "NO_ENTERPRISE",
        _("%(provider)s named no enterprise that exists here.") % {"provider": terms.name},
    )
