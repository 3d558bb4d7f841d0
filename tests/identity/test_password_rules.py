"""What the policy says about a new password: a pure decision, and the places that take one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, DomainError, Invalid
from identity.services.policy import change_policy, current_policy
from tenants.passwords import Facts, Rules, check_new_password, classes_of, weaknesses
from tenants.services import create_user, set_password, update_user
from tests.identity.browser import NEW_PASSWORD

RULES, NO_FACTS = Rules(), Facts()
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def codes_of(password: str, rules: Rules = RULES, facts: Facts = NO_FACTS, now=None) -> list[str]:
    return [reason.code for reason in weaknesses(password, rules, facts, now)]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Correct-horse-1", []),
        ("Short-1", ["PSW-2"]),
        ("", ["PSW-2", "PSW-1"]),
        ("x" * 200, ["PSW-2", "PSW-1"]),
        ("onlysmallletters", ["PSW-1"]),
        ("small letters äöü", []),
        ("SMALLandBIGonly", ["PSW-1"]),
    ],
)
def test_length_and_kinds_of_characters_decide(password, expected):
    assert codes_of(password) == expected


@pytest.mark.parametrize("password", ["My-Anna-secret-1", "my-ANNA-secret-1", "Ann a-fullwidth-\uff21nna-1"])
def test_names_are_found_in_any_spelling(password):
    assert codes_of(password, facts=Facts(names=("anna", "", "Li"))) == ["PSW-10"]


def test_short_names_and_absent_names_forbid_nothing():
    assert codes_of("Li-has-a-secret-1", facts=Facts(names=("Li", ""))) == []


@given(st.text(max_size=60))
def test_a_rule_that_is_off_never_refuses(password):
    off = Rules(min_length=0, min_classes=0, forbid_names=False, history=0, min_age_days=0)
    found = codes_of(password, off, Facts(names=(password,), used_before=lambda _password: True))
    assert found == ([] if password else ["PSW-2"])


@given(st.text(min_size=1, max_size=60), st.integers(0, 5))
def test_more_kinds_of_characters_never_make_a_password_worse(password, needed):
    before = "PSW-1" in codes_of(password, Rules(min_length=1, min_classes=needed))
    after = "PSW-1" in codes_of(password + "aA1-ä", Rules(min_length=1, min_classes=needed))
    assert before or not after
    assert len(classes_of(password + "aA1-ä")) == 5


def test_former_passwords_are_only_compared_when_nothing_else_speaks_against_it():
    asked = []
    facts = Facts(used_before=lambda password: bool(asked.append(password)) or True)
    assert codes_of("short", facts=facts) == ["PSW-2", "PSW-1"]
    assert asked == []
    assert codes_of("Correct-horse-1", facts=facts) == ["PSW-3"]


@pytest.mark.parametrize(("days", "expected"), [(0.5, ["PSW-48"]), (2, [])])
def test_a_password_has_a_least_age(days, expected):
    facts = Facts(changed_at=NOW - timedelta(days=days))
    assert codes_of("Correct-horse-1", Rules(min_age_days=1), facts, NOW) == expected


@pytest.mark.parametrize("weak", ["short", "onlysmallletters", "Anna-2-is-the-best"])
def test_administrators_cannot_give_weak_passwords(world, weak):
    with pytest.raises(DomainError) as refusal:
        update_user(actor=world.cloud_admin, user=world.admin, password=weak)
    assert refusal.value.code.startswith("PSW-")
    with pytest.raises(DomainError):
        create_user(
            actor=world.cloud_admin, enterprise=world.acme, role=world.roles["USER"], nick="anna-2",
            password=weak,
        )  # fmt: skip


def test_a_short_password_is_a_bad_value_and_a_weak_one_a_conflict_with_every_reason(world):
    with pytest.raises(Invalid):
        check_new_password(world.admin, "Ab-1")
    with pytest.raises(Conflict) as refusal:
        check_new_password(world.admin, "anna-is-the-best")
    assert [reason.code for reason in refusal.value.reasons] == ["PSW-1", "PSW-10"]


def test_the_last_passwords_are_refused_as_many_as_the_policy_says(world):
    change_policy(actor=None, history=2)
    former = [f"Former-secret-{number}" for number in range(3)]
    for password in former:
        set_password(user=world.admin, password=password)

    for password in former[1:]:
        with pytest.raises(Conflict) as refusal:
            check_new_password(world.admin, password)
        assert refusal.value.code == "PSW-3"
    check_new_password(world.admin, former[0])


def test_only_hashes_of_former_passwords_are_kept_and_no_more_than_needed(world):
    change_policy(actor=None, history=2)
    for number in range(5):
        set_password(user=world.admin, password=f"Former-secret-{number}")
    kept = list(world.admin.password_records.values_list("password", flat=True))
    assert len(kept) == 2
    assert not any("Former" in each for each in kept)


def test_the_platform_itself_may_give_any_password(world):
    set_password(user=world.admin, password="x")
    assert world.admin.check_password("x")


@pytest.mark.parametrize(
    "values",
    [{"min_length": 0}, {"min_classes": 6}, {"history": 101}, {"lock_minutes": 0}, {"idle_minutes": 0},
     {"min_age_days": 5, "max_age_days": 5}, {"too_many_sessions": "EXPLODE"}],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(world, values):
    with pytest.raises(Invalid):
        change_policy(actor=world.cloud_admin, **values)
    assert current_policy().min_length == 12


def test_only_administrators_of_the_installation_change_the_policy(world, client):
    with pytest.raises(DomainError):
        change_policy(actor=world.admin, min_length=1)
    policy = change_policy(actor=world.cloud_admin, min_length=20)
    assert policy.min_length == current_policy().min_length == 20
    with pytest.raises(Invalid):
        check_new_password(world.admin, NEW_PASSWORD[:19])


def test_the_policy_page_saves_and_refuses(world, client):
    client.force_login(world.cloud_admin)
    page = client.get("/account/policy/")
    values = {name: value for name, value in page.context["form"].initial.items() if name != "id"}
    assert client.post("/account/policy/", values | {"min_length": 14}).status_code == 302
    assert current_policy().min_length == 14
    refused = client.post("/account/policy/", values | {"min_age_days": 9, "max_age_days": 3})
    assert "must be below" in refused.content.decode()
    client.force_login(world.admin)
    assert client.get("/account/policy/").status_code == 403
