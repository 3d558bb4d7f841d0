"""Addresses of tenants below the API's root; those of the enterprises themselves stand in ``branding``."""

from django.urls import path

from tenants.api.views import chef, enterprises, external_roles, login, roles, users

ENTERPRISE = "admin/enterprises/<int:enterprise>"

urlpatterns = [
    path("login", login.Login.as_view()),
    path(f"{ENTERPRISE}/properties", enterprises.Properties.as_view()),
    path(f"{ENTERPRISE}/action/chefelements", chef.ChefElements.as_view()),
    path(f"{ENTERPRISE}/users", users.Users.as_view()),
    path(f"{ENTERPRISE}/users/<int:user>", users.OneUser.as_view()),
    path("admin/enterprises/_/users", users.AllUsers.as_view()),
    path("admin/rolesldap", external_roles.ExternalRoles.as_view()),
    path("admin/rolesldap/<int:externalrole>", external_roles.OneExternalRole.as_view()),
    path("admin/roles", roles.Roles.as_view()),
    path("admin/roles/<int:role>", roles.OneRole.as_view()),
    path("admin/roles/<int:role>/action/privileges", roles.RolePrivileges.as_view()),
    path("config/privileges", roles.Privileges.as_view()),
    path("config/privileges/<int:privilege>", roles.OnePrivilege.as_view()),
]
