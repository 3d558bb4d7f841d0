"""Addresses of enterprises, which are told with their themes."""

from django.urls import path

from branding.api import views

urlpatterns = [
    path("admin/enterprises", views.Enterprises.as_view()),
    path("admin/enterprises/<int:enterprise>", views.OneEnterprise.as_view()),
]
