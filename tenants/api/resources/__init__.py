"""How tenants look in the REST dialect. Names before 4.0 stand beside the current ones."""

from tenants.api.resources.access import PRIVILEGE, ROLE, ROLE_LDAP, ROLE_WITH_LDAP
from tenants.api.resources.enterprise import ENTERPRISE, ENTERPRISE_NAME, ENTERPRISE_PROPERTIES
from tenants.api.resources.limits import LIMIT_FIELDS, REPOSITORY_FIELDS
from tenants.api.resources.scope import SCOPE
from tenants.api.resources.user import USER, USER_WITH_ROLE

__all__ = [
    "ENTERPRISE",
    "ENTERPRISE_NAME",
    "ENTERPRISE_PROPERTIES",
    "LIMIT_FIELDS",
    "REPOSITORY_FIELDS",
    "PRIVILEGE",
    "ROLE",
    "ROLE_LDAP",
    "ROLE_WITH_LDAP",
    "SCOPE",
    "USER",
    "USER_WITH_ROLE",
]
