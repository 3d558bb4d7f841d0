"""Addresses of sign-ins through OpenID Connect; the names are those allauth looks up."""

from django.urls import path

from identity.federation.oidc import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
]
