"""Addresses of the tenant tree, of enterprises and of working in another one; part of the people pages."""

from django.urls import path

from tenants.ui import enterprise_editing, enterprise_pages, switching, tree_pages

ENTERPRISE = "enterprises/<int:enterprise_id>/"

urlpatterns = [
    path("tree/", tree_pages.TenantTree.as_view(), name="tree"),
    path("tree/<int:scope_id>/", tree_pages.TreeBranch.as_view(), name="tree_branch"),
    path("switch/", switching.Switch.as_view(), name="switch"),
    path("enterprises/new/", enterprise_editing.Create.as_view(), name="create_enterprise"),
    path(ENTERPRISE, enterprise_pages.Overview.as_view(), name="enterprise"),
    path(f"{ENTERPRISE}users/", enterprise_pages.Users.as_view(), name="enterprise_users"),
    path(f"{ENTERPRISE}properties/", enterprise_pages.Properties.as_view(), name="enterprise_properties"),
    path(f"{ENTERPRISE}history/", enterprise_pages.History.as_view(), name="enterprise_history"),
    path(f"{ENTERPRISE}edit/", enterprise_editing.Edit.as_view(), name="enterprise_edit"),
    path(f"{ENTERPRISE}delete/", enterprise_editing.Delete.as_view(), name="enterprise_delete"),
]
