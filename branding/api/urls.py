"""Addresses that take the place of the same ones in ``tenants``."""

from django.urls import path

from branding.api import views

urlpatterns = [
    path("admin/enterprises", views.Enterprises.as_view()),
    path("admin/enterprises/<int:enterprise>", views.OneEnterprise.as_view()),
]
