"""The only writers of enterprises, users and roles."""

from tenants.services.enterprises import create_enterprise, delete_enterprise, update_enterprise
from tenants.services.roles import load_privileges
from tenants.services.scopes import load_scope
from tenants.services.users import create_user, set_password, update_user

__all__ = [
    "create_enterprise",
    "create_user",
    "delete_enterprise",
    "load_privileges",
    "load_scope",
    "set_password",
    "update_enterprise",
    "update_user",
]
