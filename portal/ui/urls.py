"""Addresses of the dashboard and the command palette."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from identity.ui.tabs import AccountTab, register
from portal.ui.dashboard import Dashboard
from portal.ui.palette import Palette

urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
    path("search/", Palette.as_view(), name="palette"),
]

register(AccountTab(_("Deputies"), "user-share", "approvals:deputies", 60))
