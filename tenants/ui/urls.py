"""Addresses of the people pages."""

from tenants.ui.enterprise_urls import urlpatterns as enterprises
from tenants.ui.people_urls import urlpatterns as people

app_name = "tenants"
urlpatterns = [*people, *enterprises]
