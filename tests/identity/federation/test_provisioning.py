"""The pure decision who gets in as whom: every rule with its reason, over facts alone."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.federation.person import Person, person_from
from identity.federation.provisioning import Known, RoleFacts, Terms, UserFacts, Verdict, decide

VIEWER = RoleFacts(1, "Viewer", frozenset({"SEE"}))
ADMIN = RoleFacts(2, "Admin", frozenset({"SEE", "MANAGE"}))
AUDITOR = RoleFacts(3, "Auditor", frozenset({"AUDIT"}))
CLOUD = RoleFacts(4, "Cloud", frozenset({"SEE", "MANAGE", "RUN"}), blocked=True)
OTHERS = RoleFacts(5, "Theirs", frozenset({"SEE", "MANAGE", "RUN"}), enterprise_id=99)
LENA = Person(subject="s-1", nick="lena", email="lena@acme.example", enterprise="Acme")
TERMS = Terms(name="Directory", auth_type="LDAP")
KNOWN_LENA = UserFacts(7, "LDAP", enterprise_id=10, linked=True)


def outcome(person=LENA, terms=TERMS, **known):
    facts = Known(**{"enterprise_id": 10, "roles": (VIEWER,)} | known)
    return decide(person, terms, facts)


def test_somebody_new_becomes_a_user_with_the_role_of_their_group():
    decision = outcome()

    assert (decision.verdict, decision.role) == (Verdict.CREATE, VIEWER)
    assert [reason.code for reason in decision.reasons] == ["USER_NEW", "ROLE_NAMED"]


def test_somebody_known_gets_the_role_their_groups_stand_for_now():
    decision = outcome(user=KNOWN_LENA, roles=(ADMIN,))

    assert (decision.verdict, decision.role) == (Verdict.UPDATE, ADMIN)


def test_a_user_prepared_by_an_administrator_is_adopted():
    prepared = UserFacts(7, "LDAP", enterprise_id=10)

    assert outcome(namesake=prepared).verdict == Verdict.ADOPT


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"person": replace(LENA, subject="")}, "NO_SUBJECT"),
        ({"person": replace(LENA, subject="x" * 191)}, "NO_SUBJECT"),
        ({"person": replace(LENA, nick="")}, "NO_NICK"),
        ({"person": replace(LENA, nick="le\nna")}, "NO_NICK"),
        ({"person": replace(LENA, nick="x" * 129)}, "NO_NICK"),
        ({"terms": replace(TERMS, domain_accepted=False)}, "DOMAIN_REFUSED"),
        ({"terms": replace(TERMS, creates_users=False)}, "USER_UNKNOWN"),
        ({"enterprise_id": None}, "NO_ENTERPRISE"),
        ({"user": replace(KNOWN_LENA, is_active=False)}, "USER_INACTIVE"),
        ({"user": replace(KNOWN_LENA, auth_type="ABIQUO")}, "USER_OF_ANOTHER_KIND"),
        ({"user": replace(KNOWN_LENA, enterprise_id=11)}, "ENTERPRISE_CHANGED"),
        ({"namesake": UserFacts(8, "ABIQUO", 10)}, "NICK_TAKEN"),
        ({"namesake": UserFacts(8, "SAML", 10)}, "NICK_TAKEN"),
        ({"namesake": UserFacts(8, "LDAP", 10, linked=True)}, "NICK_TAKEN"),
        ({"namesake": UserFacts(8, "LDAP", 11)}, "NICK_TAKEN"),
        ({"namesake": UserFacts(8, "LDAP", 10, is_active=False)}, "USER_INACTIVE"),
        ({"roles": ()}, "NO_ROLE"),
        ({"roles": (CLOUD,)}, "NO_ROLE"),
        ({"roles": (OTHERS,)}, "NO_ROLE"),
        ({"roles": (VIEWER, AUDITOR)}, "ROLES_AMBIGUOUS"),
        ({"roles": (), "terms": replace(TERMS, default_role=CLOUD)}, "NO_ROLE"),
    ],
)
def test_whoever_does_not_fit_is_refused_with_the_reason(change, reason):
    decision = outcome(**change)

    assert (decision.verdict, decision.role) == (Verdict.REFUSE, None)
    assert decision.reasons[0].code == reason
    assert decision.reasons[0].message and decision.reasons[0].remedy


@pytest.mark.parametrize(
    ("roles", "terms", "chosen"),
    [
        ((VIEWER, ADMIN), TERMS, ADMIN),
        ((ADMIN, CLOUD), TERMS, ADMIN),
        ((ADMIN, CLOUD), replace(TERMS, trusted=True), CLOUD),
        ((VIEWER, OTHERS), TERMS, VIEWER),
        ((), replace(TERMS, default_role=VIEWER), VIEWER),
        ((CLOUD,), replace(TERMS, default_role=VIEWER), VIEWER),
    ],
)
def test_of_several_roles_the_one_that_includes_the_others_is_given(roles, terms, chosen):
    assert outcome(roles=roles, terms=terms).role == chosen


roles_of_any_kind = st.builds(
    RoleFacts,
    id=st.integers(1, 9),
    name=st.just("role"),
    privileges=st.frozensets(st.sampled_from("ABC")),
    blocked=st.booleans(),
    enterprise_id=st.sampled_from([None, 10, 11]),
)
users_of_any_kind = st.none() | st.builds(
    UserFacts,
    id=st.integers(1, 3),
    auth_type=st.sampled_from(["ABIQUO", "LDAP", "SAML"]),
    enterprise_id=st.sampled_from([10, 11]),
    is_active=st.booleans(),
    linked=st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    user=users_of_any_kind,
    namesake=users_of_any_kind,
    enterprise_id=st.sampled_from([None, 10, 11]),
    roles=st.lists(roles_of_any_kind, max_size=3).map(tuple),
    default=st.none() | roles_of_any_kind.map(lambda role: replace(role, enterprise_id=None)),
    trusted=st.booleans(),
)
def test_no_facts_lead_to_a_stolen_name_or_a_role_of_another_enterprise(
    user, namesake, enterprise_id, roles, default, trusted
):
    decision = outcome(
        terms=replace(TERMS, default_role=default, trusted=trusted),
        user=user, namesake=namesake, enterprise_id=enterprise_id, roles=roles,
    )  # fmt: skip

    if decision.verdict == Verdict.REFUSE:
        return
    gets_in_as = user or namesake
    assert gets_in_as is None or (gets_in_as.auth_type == "LDAP" and gets_in_as.is_active)
    assert user or namesake is None or not namesake.linked
    assert trusted or not decision.role.blocked
    home = gets_in_as.enterprise_id if gets_in_as else enterprise_id
    assert decision.role.enterprise_id in (None, home)


class Row:
    """As much of a provider's row as reading claims needs."""

    kind = "OPENID"
    nick_claim = email_claim = name_claim = surname_claim = enterprise_claim = ""
    role_claim = "realm_access.roles"


def test_claims_are_read_by_the_providers_names_also_inside_others():
    claims = {
        "preferred_username": " lena ", "email": "l@acme.example", "enterprise": ["Acme", "Other"],
        "realm_access": {"roles": ["a", "a", "", {"x": 1}, "b"]},
    }  # fmt: skip

    person = person_from(Row, "s-1", claims)

    assert person == Person("s-1", "lena", "l@acme.example", "", "", "Acme", ("a", "b"))


def test_an_address_the_provider_calls_unverified_counts_as_none():
    assert person_from(Row, "s", {"email": "l@acme.example", "email_verified": False}).email == ""
