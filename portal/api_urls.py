"""The REST API: every app's resources under one prefix."""

from django.urls import path, re_path

from core.api.routing import without_slash
from portal.api_views import Docs, Schema, Version
from tenants.api.urls import urlpatterns as tenants

urlpatterns = [
    path("version", Version.as_view()),
    path("schema", Schema.as_view(), name="api-schema"),
    path("docs", Docs.as_view(), name="api-docs"),
    *tenants,
    re_path(r"^(?P<rest>.*)$", without_slash),
]
