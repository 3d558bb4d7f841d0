"""Addresses of the dashboard and the command palette."""

from django.urls import path

from portal.ui.dashboard import Dashboard
from portal.ui.palette import Palette

urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
    path("search/", Palette.as_view(), name="palette"),
]
