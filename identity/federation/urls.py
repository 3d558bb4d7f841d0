"""The address behind the field for mail addresses on the sign-in page."""

from django.urls import path

from identity.federation.ui import discover

urlpatterns = [path("discover/", discover, name="sign_in_discover")]
