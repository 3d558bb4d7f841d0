"""Addresses of sign-ins through OpenID Connect; the names are those allauth looks up."""

from django.urls import path

from identity.federation.oidc import views
from identity.federation.oidc.back_channel import back_channel

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="openid_connect_callback"),
    path("oidc/<slug:provider_id>/back-channel/", back_channel, name="openid_connect_back_channel"),
]
