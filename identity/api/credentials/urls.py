"""Addresses below the API's root of what programs sign in with."""

from django.urls import path

from identity.api.credentials import dance, views

USER = "admin/enterprises/<int:enterprise>/users/<int:user>"

urlpatterns = [
    path("oauth/request_token", dance.RequestTokenStep.as_view()),
    path("oauth/authorize", dance.Authorize.as_view()),
    path("oauth/access_token", dance.AccessTokenStep.as_view()),
    path(f"{USER}/applications", views.Applications.as_view()),
    path(f"{USER}/applications/<int:application>", views.OneApplication.as_view()),
    path(f"{USER}/personaltokens", views.PersonalTokens.as_view()),
    path(f"{USER}/personaltokens/<int:personaltoken>", views.OnePersonalToken.as_view()),
]
