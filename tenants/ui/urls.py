"""Addresses of the people pages."""

from django.urls import path

from tenants.ui import views

app_name = "tenants"
urlpatterns = [path("", views.Users.as_view(), name="users")]
