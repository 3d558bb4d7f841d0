"""Addresses of tenants below the API's root."""

from django.urls import path

from tenants.api import views

urlpatterns = [
    path("login", views.Login.as_view()),
    path("admin/enterprises", views.Enterprises.as_view()),
    path("admin/enterprises/<int:enterprise>", views.OneEnterprise.as_view()),
    path("admin/enterprises/<int:enterprise>/users", views.Users.as_view()),
    path("admin/enterprises/<int:enterprise>/users/<int:user>", views.OneUser.as_view()),
    path("admin/roles", views.Roles.as_view()),
    path("admin/roles/<int:role>", views.OneRole.as_view()),
    path("admin/roles/<int:role>/action/privileges", views.RolePrivileges.as_view()),
    path("config/privileges", views.Privileges.as_view()),
    path("config/privileges/<int:privilege>", views.OnePrivilege.as_view()),
]
