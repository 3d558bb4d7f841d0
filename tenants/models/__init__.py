"""Enterprises, their users, and what those may do."""

from tenants.models.access import Privilege, Role, Scope
from tenants.models.enterprise import Enterprise
from tenants.models.user import User

__all__ = ["Enterprise", "Privilege", "Role", "Scope", "User"]
