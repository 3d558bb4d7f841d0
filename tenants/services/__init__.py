"""The only writers of enterprises, users and roles."""

from tenants.services.default_roles import load_privileges
from tenants.services.enterprises import create_enterprise, delete_enterprise, load_place, update_enterprise
from tenants.services.external_roles import add_external_name, remove_external_name, rename_external_name
from tenants.services.properties import set_properties
from tenants.services.restrictions import forget_virtual_datacenter, give_role_in
from tenants.services.roles import copy_role, create_role, delete_role, update_role
from tenants.services.scopes import create_scope, delete_scope, load_scope, update_scope
from tenants.services.ssh_keys import add_ssh_key, remove_ssh_key
from tenants.services.switching import switch_enterprise
from tenants.services.users import create_user, delete_user, end_login_tokens, set_password, update_user

__all__ = [
    "add_external_name",
    "add_ssh_key",
    "copy_role",
    "create_enterprise",
    "create_role",
    "create_scope",
    "create_user",
    "delete_enterprise",
    "delete_role",
    "delete_scope",
    "delete_user",
    "end_login_tokens",
    "forget_virtual_datacenter",
    "give_role_in",
    "load_place",
    "load_privileges",
    "load_scope",
    "remove_external_name",
    "remove_ssh_key",
    "rename_external_name",
    "set_password",
    "set_properties",
    "switch_enterprise",
    "update_enterprise",
    "update_role",
    "update_scope",
    "update_user",
]
