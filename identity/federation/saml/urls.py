"""Addresses of sign-ins through SAML; the names are those allauth looks up."""

from django.urls import path

from identity.federation.saml import views

urlpatterns = [
    path("saml/<slug:organization_slug>/login/", views.login, name="saml_login"),
    path("saml/<slug:organization_slug>/acs/", views.acs, name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", views.finish_acs, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/metadata/", views.metadata, name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", views.single_logout, name="saml_sls"),
]
