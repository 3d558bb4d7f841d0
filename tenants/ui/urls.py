"""Addresses of the people pages."""

from django.urls import path

from tenants.ui import views
from tenants.ui.enterprise_urls import urlpatterns as enterprises

app_name = "tenants"
urlpatterns = [path("", views.Users.as_view(), name="users"), *enterprises]
