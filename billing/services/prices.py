"""Which prices hold."""

from billing.models import PriceList


def prices_in_force() -> PriceList:
    """The default price list; everything is free while there is none."""
    return PriceList.objects.filter(is_default=True).first() or PriceList(name="free")
