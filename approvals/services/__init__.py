"""The only writers of approval rules, requests and delegations."""

from approvals.services.asking import foreseen, start
from approvals.services.deciding import Verdict, decide, decide_many, stop
from approvals.services.delegation import delegate, end_delegation
from approvals.services.expiry import expire_overdue
from approvals.services.outside import deliver_notices
from approvals.services.rules import create_rule, delete_rule, update_rule

__all__ = [
    "Verdict",
    "create_rule",
    "decide",
    "decide_many",
    "delegate",
    "delete_rule",
    "deliver_notices",
    "end_delegation",
    "expire_overdue",
    "foreseen",
    "start",
    "stop",
    "update_rule",
]
