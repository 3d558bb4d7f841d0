"""Addresses below the API's root of sessions, new passwords and second factors."""

from django.urls import path

from identity.api.sign_in import views

USER = "admin/enterprises/<int:enterprise>/users/<int:user>"

urlpatterns = [
    path("logout", views.Logout.as_view()),
    path("login/action/newpassword", views.AskForPassword.as_view()),
    path("login/action/reset", views.ResetPassword.as_view()),
    path("login/sessions", views.Sessions.as_view()),
    path("login/sessions/users/<int:user>", views.SessionsOfUser.as_view()),
    path("login/sessions/<int:session>", views.SessionsOfKey.as_view()),
    path("login/sessions/<int:session>/<int:user>", views.OneSession.as_view()),
    path(f"{USER}/action/enable2fa", views.EnableSecondFactor.as_view()),
    path(f"{USER}/action/disable2fa", views.DisableSecondFactor.as_view()),
]
