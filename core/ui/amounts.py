"""Sizes, prices and the like as people read them, in the language of the request."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MIB_PER_GIB = 1024
HOUR_DECIMALS = Decimal("0.0001")
MONTH_DECIMALS = Decimal("0.01")


def size_text(size_mib: float) -> str:
    """Mebibytes as GiB (or MiB below one GiB) with at most one decimal."""
    if 0 < size_mib < 1:
        return _("under 1 MiB")
    if 0 < size_mib < MIB_PER_GIB:
        return f"{number_format(round(size_mib))} MiB"
    amount = (Decimal(size_mib) / MIB_PER_GIB).quantize(Decimal("0.1"), ROUND_HALF_UP)
    decimals = 0 if amount == amount.to_integral_value() else 1
    return f"{number_format(amount, decimals, force_grouping=True)} GiB"


def hour_price_text(amount: Decimal) -> str:
    """An hour's price with the four decimals that small machines need."""
    exact = Decimal(amount)
    if 0 < exact < HOUR_DECIMALS / 2:
        return f"< {number_format(HOUR_DECIMALS, 4)}"
    return number_format(exact.quantize(HOUR_DECIMALS, ROUND_HALF_UP), 4)


def month_price_text(amount: Decimal) -> str:
    return number_format(Decimal(amount).quantize(MONTH_DECIMALS, ROUND_HALF_UP), 2, force_grouping=True)
