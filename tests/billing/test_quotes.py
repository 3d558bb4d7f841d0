"""Prices are exact, additive, and proportional."""

from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from billing.quotes import HOURS_PER_MONTH, quote

PRICE = st.decimals(0, 10, places=8)
PRICES = st.builds(
    SimpleNamespace, currency=st.just("EUR"), vcpu_hour=PRICE, memory_gib_hour=PRICE, disk_gib_hour=PRICE
)
SIZE = st.fixed_dictionaries(
    {"vcpus": st.integers(0, 128), "memory_mib": st.integers(0, 1 << 20), "disk_mib": st.integers(0, 1 << 20)}
)


@given(PRICES, SIZE)
def test_the_price_is_the_sum_of_its_lines_and_a_month_has_730_hours(prices, size):
    quoted = quote(prices, **size)

    assert quoted.per_hour == sum((line.per_hour for line in quoted.lines), Decimal(0))
    assert quoted.per_month == quoted.per_hour * HOURS_PER_MONTH


@given(PRICES, SIZE)
def test_ten_machines_cost_ten_times_one(prices, size):
    ten = {name: 10 * amount for name, amount in size.items()}

    assert quote(prices, **ten).per_hour == 10 * quote(prices, **size).per_hour


def test_a_gib_is_1024_mib():
    prices = SimpleNamespace(currency="EUR", vcpu_hour=0, memory_gib_hour=Decimal("0.5"), disk_gib_hour=0)

    assert quote(prices, vcpus=1, memory_mib=2048, disk_mib=0).per_hour == 1
