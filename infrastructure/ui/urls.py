"""Addresses of the infrastructure pages."""

from django.urls import path

from infrastructure.ui import views

app_name = "infrastructure"
urlpatterns = [
    path("", views.Overview.as_view(), name="overview"),
    path("datacenters/<int:datacenter_id>/", views.DatacenterPage.as_view(), name="datacenter"),
    path("hosts/<int:host_id>/", views.HostPage.as_view(), name="host"),
]
