"""The REST API: every app's resources under one prefix."""

from django.urls import path, re_path

from branding.api.urls import urlpatterns as branding
from catalogue.api.urls import urlpatterns as catalogue
from compute.api.urls import urlpatterns as compute
from core.api.routing import without_slash
from identity.api.credentials.urls import urlpatterns as credentials
from identity.api.sign_in.urls import urlpatterns as sign_in
from infrastructure.api.urls import urlpatterns as infrastructure
from portal import api_properties
from portal.api_views import Docs, Schema, Version
from tenants.api.urls import urlpatterns as tenants

urlpatterns = [
    path("version", Version.as_view()),
    path("schema", Schema.as_view(), name="api-schema"),
    path("docs", Docs.as_view(), name="api-docs"),
    path("config/properties", api_properties.Properties.as_view()),
    path("config/properties/<int:property>", api_properties.OneProperty.as_view()),
    *compute,
    *branding,
    *tenants,
    *credentials,
    *sign_in,
    *infrastructure,
    *catalogue,
    re_path(r"^(?P<rest>.*)$", without_slash),
]
