"""Addresses of the sign-in page's field for mail addresses, and of showing again who one is."""

from django.urls import path

from identity.federation.ui import Confirm, ConfirmByMail, Confirmed, discover

urlpatterns = [
    path("discover/", discover, name="sign_in_discover"),
    path("confirm/", Confirm.as_view(), name="sign_in_confirm"),
    path("confirm/mail/", ConfirmByMail.as_view(), name="sign_in_confirm_by_mail"),
    path("confirmed/", Confirmed.as_view(), name="sign_in_confirmed"),
]
