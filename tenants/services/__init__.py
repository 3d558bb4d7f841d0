"""The only writers of enterprises, users and roles."""

from tenants.services.enterprises import create_enterprise, delete_enterprise, update_enterprise
from tenants.services.properties import set_properties
from tenants.services.roles import load_privileges
from tenants.services.scopes import create_scope, delete_scope, load_scope, update_scope
from tenants.services.switching import switch_enterprise
from tenants.services.users import create_user, set_password, update_user

__all__ = [
    "create_enterprise",
    "create_scope",
    "create_user",
    "delete_enterprise",
    "delete_scope",
    "load_privileges",
    "load_scope",
    "set_password",
    "set_properties",
    "switch_enterprise",
    "update_enterprise",
    "update_scope",
    "update_user",
]
