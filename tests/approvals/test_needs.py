"""What has to be approved first: the pure function, and the rules as they are written."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from approvals.models import ApprovalRule, Condition, Kind
from approvals.needs import Proposal, needed
from approvals.services import create_rule, delete_rule, update_rule
from core.errors import Invalid, NotFound, PermissionRefused
from events.models import Event
from tests.approvals.offices import rule

SOMEBODY = object()


@dataclass(frozen=True)
class Rule:
    """A rule as the function sees it."""

    condition: str = Condition.ANY
    threshold: Decimal | None = None
    kinds: tuple[str, ...] = tuple(Kind.values)
    id: int = 1
    name: str = "Rule"


calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
AMOUNTS = some.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)
PROPOSALS = some.builds(
    Proposal,
    kind=some.sampled_from(Kind.values),
    cost_per_month=AMOUNTS,
    currency=some.just("EUR"),
    vcpus=some.integers(0, 128),
    soft_limits=some.sampled_from([(), ("vcpus",)]),
    first_public_ip=some.booleans(),
)
RULES = some.builds(
    Rule,
    condition=some.sampled_from(Condition.values),
    threshold=AMOUNTS,
    kinds=some.sets(some.sampled_from(Kind.values)).map(tuple),
    id=some.integers(1, 9),
)


@calmly
@given(some.lists(RULES, min_size=1, max_size=4), PROPOSALS)
def test_a_rule_is_a_reason_exactly_when_its_kind_and_its_condition_are_met(rules, proposal):
    meets = {
        Condition.ANY: lambda each: True,
        Condition.COST: lambda each: proposal.cost_per_month > each.threshold,
        Condition.VCPUS: lambda each: proposal.vcpus > each.threshold,
        Condition.SOFT_LIMIT: lambda each: bool(proposal.soft_limits),
        Condition.PUBLIC_IP: lambda each: proposal.first_public_ip,
    }
    expected = [each.id for each in rules if proposal.kind in each.kinds and meets[each.condition](each)]

    reasons = needed(rules, proposal, SOMEBODY)

    assert [reason.numbers["rule"] for reason in reasons] == expected


@calmly
@given(PROPOSALS)
def test_without_rules_everything_waits_but_what_the_platform_does_itself(proposal):
    assert [reason.code for reason in needed((), proposal, SOMEBODY)] == ["APPROVAL_ALWAYS"]
    assert needed((), proposal, None) == ()


@calmly
@given(some.lists(RULES, min_size=1, max_size=3), PROPOSALS, AMOUNTS)
def test_what_costs_more_never_needs_less(rules, proposal, more):
    dearer = replace(proposal, cost_per_month=proposal.cost_per_month + more)
    before = {reason.numbers["rule"] for reason in needed(rules, proposal, SOMEBODY)}
    assert before <= {reason.numbers["rule"] for reason in needed(rules, dearer, SOMEBODY)}


WRONG = {
    "no name": {"name": " "},
    "no kinds": {"kinds": []},
    "unknown kind": {"kinds": ["reboot"]},
    "unknown condition": {"condition": "moon"},
    "no threshold": {"condition": "cost"},
    "negative threshold": {"condition": "vcpus", "threshold": -1},
    "threshold that is no number": {"condition": "cost", "threshold": "NaN"},
    "no time": {"expires_after_hours": 0},
    "more than a year": {"expires_after_hours": 9000},
    "plain http": {"external_url": "http://approve.example/"},
    "password in the address": {"external_url": "https://me:secret@approve.example/"},
    "another scheme": {"external_url": "file:///etc/passwd"},
    "line break": {"external_url": "https://approve.example/a\r\nb"},
}


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG.keys())
def test_a_rule_that_makes_no_sense_is_not_saved(world, fields):
    with pytest.raises(Invalid):
        rule(world, **({"name": "Rule"} | fields))
    assert not ApprovalRule.objects.exists()


def test_rules_are_written_by_who_manages_the_enterprise_and_knows_it(world):
    with pytest.raises(PermissionRefused):
        create_rule(actor=world.admin, enterprise=world.acme, name="Mine")
    written = rule(world, condition="vcpus", threshold=8)
    with pytest.raises(PermissionRefused):
        update_rule(actor=world.rival_admin, rule_id=written.id, enabled=False)
    with pytest.raises(PermissionRefused):
        delete_rule(actor=world.user, rule_id=written.id)


def test_a_change_tells_what_it_was_before(world):
    written = rule(world, condition="vcpus", threshold=8)

    update_rule(actor=world.cloud_admin, rule_id=written.id, threshold=16, approvers=[world.admin])

    changes = Event.objects.get(kind="approval_rule.changed").changes
    assert changes == {"threshold": ["8.00", "16"], "approvers": ["", "anna"]}


def test_a_rule_of_a_vanished_id_is_not_found(world):
    with pytest.raises(NotFound):
        delete_rule(actor=world.cloud_admin, rule_id=4711)
