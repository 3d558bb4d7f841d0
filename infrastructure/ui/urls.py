"""Addresses of the infrastructure pages."""

from django.urls import path

from infrastructure.ui import enterprise_credentials, enterprise_locations, reserved_hosts, views

app_name = "infrastructure"
LOCATIONS = "enterprises/<int:enterprise_id>/locations/"
CREDENTIALS = "enterprises/<int:enterprise_id>/credentials/"
RESERVED = "enterprises/<int:enterprise_id>/hosts/"
urlpatterns = [
    path(LOCATIONS, enterprise_locations.Locations.as_view(), name="enterprise_locations"),
    path(f"{LOCATIONS}<int:datacenter_id>/open/", enterprise_locations.Open.as_view(), name="open_location"),
    path(
        f"{LOCATIONS}<int:datacenter_id>/close/", enterprise_locations.Close.as_view(), name="close_location"
    ),
    path(CREDENTIALS, enterprise_credentials.Credentials.as_view(), name="enterprise_credentials"),
    path(f"{CREDENTIALS}new/", enterprise_credentials.Add.as_view(), name="add_credentials"),
    path(
        f"{CREDENTIALS}<int:credentials_id>/",
        enterprise_credentials.Change.as_view(),
        name="change_credentials",
    ),
    path(
        f"{CREDENTIALS}<int:credentials_id>/remove/",
        enterprise_credentials.Remove.as_view(),
        name="remove_credentials",
    ),
    path(RESERVED, reserved_hosts.ReservedHosts.as_view(), name="reserved_hosts"),
    path(f"{RESERVED}<int:host_id>/reserve/", reserved_hosts.Reserve.as_view(), name="reserve_host"),
    path(f"{RESERVED}<int:host_id>/release/", reserved_hosts.Release.as_view(), name="release_host"),
    path("", views.Overview.as_view(), name="overview"),
    path("datacenters/<int:datacenter_id>/", views.DatacenterPage.as_view(), name="datacenter"),
    path("hosts/<int:host_id>/", views.HostPage.as_view(), name="host"),
]
