"""Letting in whom a provider vouches for: the facts are read, the decision made, its outcome written."""

from django.db import transaction
from django.db.models.fields.json import KeyTransform

from core.errors import Conflict, PermissionRefused, Reason
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from identity.federation.models import EnterpriseRule, ExternalIdentity, SignInProvider, digest_of
from identity.federation.person import Person
from identity.federation.provisioning import (
    MOST_LETTERS,
    Decision,
    Known,
    RoleFacts,
    Terms,
    UserFacts,
    Verdict,
    decide,
)
from tenants.models import Enterprise, ExternalRole, Role, User
from tenants.services.external_users import create_external_user, refresh_external_user


class SignInRefused(PermissionRefused):
    """The provider vouched for somebody who does not get in; ``reasons`` say why."""

    code = "LOGIN-0"


def admit(*, provider: SignInProvider, person: Person) -> User:
    """The user this person is here, made or brought up to date as the provider's rules say.

    Raises SignInRefused, after recording it with the person's name; then nothing else was written.
    """
    try:
        outcome = _admitted(provider=provider, person=person)
    except Conflict as conflict:
        raise _refusal(provider, person, conflict.reasons) from None
    if isinstance(outcome, Decision):
        raise _refusal(provider, person, outcome.reasons)
    return outcome


def _refusal(provider: SignInProvider, person: Person, reasons: tuple[Reason, ...]) -> SignInRefused:
    """What to raise, once it is recorded."""
    reason = reasons[0]
    with transaction.atomic():
        record_event(
            kind="sign_in.refused",
            subject=provider,
            severity=Severity.WARN,
            data={"nick": person.nick[:MOST_LETTERS], "reason": reason.code},
        )
    return SignInRefused(reason.message, remedy=reason.remedy, reasons=reasons)


@retried_transaction
def _admitted(*, provider: SignInProvider, person: Person) -> User | Decision:
    # In this order: whoever waited here for the same person to be let in then finds them known.
    namesake = User.objects.select_for_update().filter(nick__iexact=person.nick).first()
    identity = _identity_of(provider, person)
    enterprise = enterprise_named(provider, person.enterprise)
    decision = decide(
        person,
        terms_of(provider, person),
        Known(
            user=_user_facts(identity.user, linked=True) if identity else None,
            namesake=_user_facts(namesake) if namesake else None,
            enterprise_id=enterprise.pk if enterprise else None,
            roles=tuple(_role_facts(role) for role in roles_named(person.roles)),
        ),
    )
    if decision.verdict == Verdict.REFUSE:
        return decision
    role = Role.objects.get(pk=decision.role.id)
    told = {"name": person.name, "surname": person.surname, "email": person.email}
    if decision.verdict == Verdict.CREATE:
        user = create_external_user(
            enterprise=enterprise, role=role, nick=person.nick, auth_type=provider.kind, **told
        )
    else:
        user = refresh_external_user(user=identity.user if identity else namesake, role=role, **told)
    if identity is None:
        ExternalIdentity.objects.create(
            provider=provider, subject=person.subject, subject_digest=digest_of(person.subject), user=user
        )
    return user


def terms_of(provider: SignInProvider, person: Person) -> Terms:
    """The provider's rules as they apply to this person."""
    return Terms(
        name=provider.name,
        auth_type=provider.kind,
        domain_accepted=provider.accepts_domain_of(person.email),
        creates_users=provider.creates_users,
        trusted=provider.trusted,
        default_role=_role_facts(provider.default_role) if provider.default_role else None,
    )


def enterprise_named(provider: SignInProvider, claimed: str) -> Enterprise | None:
    """The enterprise meant by the provider's rule and the claim; None when it is none, or not one."""
    if provider.enterprise_rule == EnterpriseRule.FIXED:
        return provider.enterprise
    if not claimed:
        return None
    if provider.enterprise_rule == EnterpriseRule.NAME:
        found = Enterprise.objects.filter(name=claimed)
        return next((each for each in found if each.name == claimed), None)
    value = KeyTransform(provider.enterprise_property, "properties")
    found = list(Enterprise.objects.annotate(value=value).filter(value=claimed)[:2])
    exact = [each for each in found if each.properties.get(provider.enterprise_property) == claimed]
    return exact[0] if len(found) == 1 and exact else None


def roles_named(names: tuple[str, ...]) -> list[Role]:
    """The roles these names stand for, letter by letter."""
    found = ExternalRole.objects.filter(name__in=names).select_related("role")
    return list({each.role_id: each.role for each in found if each.name in names}.values())


def _identity_of(provider: SignInProvider, person: Person) -> ExternalIdentity | None:
    known = ExternalIdentity.objects.select_related("user")
    return known.filter(provider=provider, subject_digest=digest_of(person.subject)).first()


def _user_facts(user: User, *, linked: bool | None = None) -> UserFacts:
    return UserFacts(
        id=user.pk,
        auth_type=user.auth_type,
        enterprise_id=user.enterprise_id,
        is_active=user.is_active,
        linked=user.external_identities.exists() if linked is None else linked,
    )


def _role_facts(role: Role) -> RoleFacts:
    return RoleFacts(
        id=role.pk,
        name=role.name,
        privileges=frozenset(role.privileges.values_list("name", flat=True)),
        blocked=role.blocked,
        enterprise_id=role.enterprise_id,
    )
