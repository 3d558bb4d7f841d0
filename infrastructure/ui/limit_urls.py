"""Addresses of the pages of an enterprise's limits."""

from django.urls import path

from infrastructure.ui import limits

app_name = "limits"
urlpatterns = [
    path("", limits.Limits.as_view(), name="enterprise"),
    path("panel/", limits.Panel.as_view(), name="panel"),
    path("edit/", limits.EnterpriseLimits.as_view(), name="edit_enterprise"),
    path("locations/<int:limit_id>/", limits.PlaceLimits.as_view(), name="edit_location"),
]
