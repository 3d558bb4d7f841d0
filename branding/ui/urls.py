"""Addresses of themes: what every page loads, and the tab of the enterprise."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from branding.services.themes import MANAGE_THEMES
from branding.ui import assets, views
from tenants.ui.tabs import EnterpriseTab, register

app_name = "branding"
urlpatterns = [
    path("theme/<slug:address>.css", assets.css, name="css"),
    path("theme/<int:theme_id>/logo-<slug:digest>.png", assets.logo, name="logo"),
    path("people/enterprises/<int:enterprise_id>/theme/", views.ThemePage.as_view(), name="theme"),
    path("people/enterprises/<int:enterprise_id>/theme/preview/", views.Preview.as_view(), name="preview"),
    path("people/enterprises/<int:enterprise_id>/theme/remove/", views.Removal.as_view(), name="remove"),
]

register(EnterpriseTab(_("Theme"), "branding:theme", 60, privilege=MANAGE_THEMES))
