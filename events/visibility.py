"""Which events an actor may read, beyond those of the enterprises they reach.

What happened to people, roles and the tenant itself is for those who manage them, as the privileges of
the published event table say; what a person did, or what was done to their own account, they may always read.
"""

from typing import Any

READ = "EVENTLOG_VIEW_ENTERPRISE"
_PEOPLE = frozenset({"USERS_VIEW", "USERS_MANAGE_USERS"})
_TENANT = frozenset({"USERS_MANAGE_ENTERPRISE", "USERS_VIEW"})
PRIVILEGES_BY_SUBJECT: dict[str, frozenset[str]] = {
    "user": _PEOPLE,
    "role": frozenset({"USERS_MANAGE_ROLES", "USERS_VIEW_PRIVILEGES"}),
    "external_role": frozenset({"USERS_MANAGE_ROLES"}),
    "scope": frozenset({"USERS_MANAGE_SCOPES"}),
    "enterprise": _TENANT,
    "location_limit": _TENANT,
    "cloud_credentials": frozenset({"USERS_MANAGE_CREDENTIALS"}),
    "theme": _TENANT | {"USERS_MANAGE_ENTERPRISE_BRANDING"},
    "mail_server": frozenset({"ENTERPRISE_MANAGE_SERVER_MAIL"}),
    "sign_in_provider": frozenset({"SYSCONFIG_VIEW"}),
    "password_policy": frozenset({"SYSCONFIG_VIEW"}),
}


def hidden_subjects(actor: Any) -> frozenset[str]:
    """The kinds of subjects whose events are not for the actor."""
    return frozenset(
        subject for subject, privileges in PRIVILEGES_BY_SUBJECT.items() if not privileges & actor.privileges
    )
