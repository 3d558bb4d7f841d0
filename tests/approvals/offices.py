"""People and rules for tests of approvals."""

from typing import Any

from approvals.models import ApprovalRequest, ApprovalRule
from approvals.services import create_rule
from tenants.models import Enterprise


def switch_on(enterprise: Enterprise) -> Enterprise:
    Enterprise.objects.filter(pk=enterprise.pk).update(requires_approval=True)
    enterprise.refresh_from_db()
    return enterprise


def rule(world, name: str = "Spending", **fields: Any) -> ApprovalRule:
    """A rule of Acme, made by the cloud administrator."""
    return create_rule(actor=world.cloud_admin, enterprise=world.acme, name=name, **fields)


def request_of(operation) -> ApprovalRequest:
    return ApprovalRequest.objects.get(operation_id=operation.id)


def another(world, nick: str, role: str = "USER", enterprise=None):
    """One more person, of Acme where nothing else is said."""
    return world._user(nick, enterprise or world.acme, role)


def nothing_held(machine) -> bool:
    """Whether the machine holds neither room on a host nor an address."""
    from infrastructure.models import Claim
    from networking.models import AddressLease

    claims = Claim.objects.filter(virtual_machine_id=machine.id)
    return not (claims.exists() or AddressLease.objects.filter(nic__virtual_machine_id=machine.id).exists())
