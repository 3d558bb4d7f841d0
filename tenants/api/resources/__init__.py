"""How tenants look in the REST dialect. Names before 4.0 stand beside the current ones."""

from tenants.api.resources.access import PRIVILEGE, ROLE
from tenants.api.resources.enterprise import ENTERPRISE, ENTERPRISE_NAME
from tenants.api.resources.limits import LIMIT_FIELDS
from tenants.api.resources.user import USER

__all__ = ["ENTERPRISE", "ENTERPRISE_NAME", "LIMIT_FIELDS", "PRIVILEGE", "ROLE", "USER"]
