"""Addresses of the infrastructure pages."""

from django.urls import path

from infrastructure.ui import enterprise_locations, views

app_name = "infrastructure"
LOCATIONS = "enterprises/<int:enterprise_id>/locations/"
urlpatterns = [
    path(LOCATIONS, enterprise_locations.Locations.as_view(), name="enterprise_locations"),
    path(f"{LOCATIONS}<int:datacenter_id>/open/", enterprise_locations.Open.as_view(), name="open_location"),
    path(
        f"{LOCATIONS}<int:datacenter_id>/close/", enterprise_locations.Close.as_view(), name="close_location"
    ),
    path("", views.Overview.as_view(), name="overview"),
    path("datacenters/<int:datacenter_id>/", views.DatacenterPage.as_view(), name="datacenter"),
    path("hosts/<int:host_id>/", views.HostPage.as_view(), name="host"),
]
