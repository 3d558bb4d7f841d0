"""Issuing and redeeming tickets, watching over open consoles, closing them."""

from consoles.services.closing import close_sessions, close_sessions_of, record_end
from consoles.services.relay_target import RelayTarget, relay_target_of
from consoles.services.tickets import issue_ticket, redeem
from consoles.services.watching import renew

__all__ = [
    "RelayTarget",
    "close_sessions",
    "close_sessions_of",
    "issue_ticket",
    "record_end",
    "redeem",
    "relay_target_of",
    "renew",
]
