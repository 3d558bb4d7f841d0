"""Addresses of users and roles; part of the people pages."""

from django.urls import path

from tenants.ui import role_editing, role_pages, user_editing, user_pages

urlpatterns = [
    path("", user_pages.Users.as_view(), name="users"),
    path("users/new/", user_editing.Create.as_view(), name="create_user"),
    path("users/<int:user_id>/", user_pages.UserPage.as_view(), name="user"),
    path("users/<int:user_id>/edit/", user_editing.Edit.as_view(), name="edit_user"),
    path("users/<int:user_id>/delete/", user_editing.Delete.as_view(), name="delete_user"),
    path("users/<int:user_id>/roles/", user_editing.RoleThere.as_view(), name="user_role_there"),
    path("roles/", role_pages.Roles.as_view(), name="roles"),
    path("roles/new/", role_editing.Create.as_view(), name="create_role"),
    path("roles/<int:role_id>/", role_pages.RolePage.as_view(), name="role"),
    path("roles/<int:role_id>/edit/", role_editing.Edit.as_view(), name="edit_role"),
    path("roles/<int:role_id>/delete/", role_editing.Delete.as_view(), name="delete_role"),
]
