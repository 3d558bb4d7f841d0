"""Enterprises, their users, and what those may do."""

from tenants.models.access import (
    ExternalRole,
    Privilege,
    Role,
    VirtualDatacenterRestriction,
    VirtualDatacenterRole,
)
from tenants.models.enterprise import Enterprise
from tenants.models.limit_lease import LimitLease
from tenants.models.scope import Scope, ScopeLink
from tenants.models.ssh_key import SshKey
from tenants.models.user import AuthType, User

__all__ = [
    "AuthType",
    "Enterprise",
    "ExternalRole",
    "LimitLease",
    "Privilege",
    "Role",
    "Scope",
    "ScopeLink",
    "SshKey",
    "User",
    "VirtualDatacenterRestriction",
    "VirtualDatacenterRole",
]
