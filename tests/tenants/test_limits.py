"""Allocation limits as laws over usage, request and the two values."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LimitExceeded
from tenants.limits import RESOURCES, Amounts, Level, check, field_names, lines

AMOUNT = st.integers(0, 20)


def of(resource: str, used: int, requested: int, soft: int, hard: int, visible: bool = True):
    none = dict.fromkeys(field_names(), 0)
    limits = SimpleNamespace(**none | {f"{resource}_soft": soft, f"{resource}_hard": hard})
    level = Level("virtual_datacenter", "Production", Amounts(**{resource: used}), limits, visible)
    return lines((level,), Amounts(**{resource: requested}))


@given(st.sampled_from(RESOURCES), AMOUNT, AMOUNT, AMOUNT, AMOUNT, st.booleans())
def test_a_limit_is_passed_exactly_when_the_total_is_greater(resource, used, requested, soft, hard, force):
    total = used + requested
    over_hard = bool(hard) and requested > 0 and total > hard
    over_soft = bool(soft) and requested > 0 and total > soft
    found = of(resource, used, requested, soft, hard)

    if over_hard or (over_soft and not force):
        with pytest.raises(LimitExceeded) as refusal:
            check(found, force=force)
        assert refusal.value.soft == (not over_hard)
    else:
        assert bool(check(found, force=force)) == over_soft


@given(AMOUNT, AMOUNT)
def test_zero_is_no_limit(used, requested):
    assert check(of("vcpus", used, requested, 0, 0)) == ()


def test_giving_back_is_never_refused():
    assert check(of("vcpus", 10, -3, 2, 2)) == ()


def test_numbers_are_told_at_a_visible_level_only():
    for visible in (True, False):
        with pytest.raises(LimitExceeded) as refusal:
            check(of("vcpus", 5, 5, 8, 8, visible))
        assert bool(refusal.value.reasons[0].numbers) == visible
        assert ("10" in refusal.value.message) == visible
