"""The price list in force, and the ledger of who held what from when to when."""

from billing.services.ledger import close_usage, open_usage
from billing.services.prices import prices_in_force, set_standard_prices

__all__ = ["close_usage", "open_usage", "prices_in_force", "set_standard_prices"]
