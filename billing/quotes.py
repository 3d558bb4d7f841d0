"""What resources cost, as a pure function of a price list."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HOURS_PER_MONTH = Decimal(730)
MIB_PER_GIB = Decimal(1024)


@dataclass(frozen=True)
class QuoteLine:
    resource: str
    quantity: Decimal
    unit_price: Decimal
    per_hour: Decimal


@dataclass(frozen=True)
class Quote:
    """Prices per hour and per month of 730 hours, exact decimals; round for display only."""

    currency: str
    per_hour: Decimal
    per_month: Decimal
    lines: tuple[QuoteLine, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "per_hour": str(self.per_hour.normalize()),
            "per_month": str(self.per_month.quantize(Decimal("0.01"))),
            "lines": [
                {"resource": line.resource, "quantity": str(line.quantity), "per_hour": str(line.per_hour)}
                for line in self.lines
            ],
        }


def quote(prices: Any, *, vcpus: int, memory_mib: int, disk_mib: int) -> Quote:
    """Price of holding these resources. ``prices`` has the fields of billing.models.PriceList."""
    quantities = (
        ("vcpu", Decimal(vcpus), Decimal(prices.vcpu_hour)),
        ("memory_gib", Decimal(memory_mib) / MIB_PER_GIB, Decimal(prices.memory_gib_hour)),
        ("disk_gib", Decimal(disk_mib) / MIB_PER_GIB, Decimal(prices.disk_gib_hour)),
    )
    lines = tuple(QuoteLine(name, amount, price, amount * price) for name, amount, price in quantities)
    per_hour = sum((line.per_hour for line in lines), Decimal(0))
    return Quote(prices.currency, per_hour, per_hour * HOURS_PER_MONTH, lines)
