"""Addresses of the mail tab."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from notifications.querysets import MANAGE_MAIL
from notifications.ui import views
from tenants.ui.tabs import EnterpriseTab, register

MAIL = "people/enterprises/<int:enterprise_id>/mail/"

app_name = "notifications"
urlpatterns = [
    path(MAIL, views.MailPage.as_view(), name="mail"),
    path(f"{MAIL}server/", views.ServerPage.as_view(), name="server"),
    path(f"{MAIL}server/test/", views.Test.as_view(), name="test"),
    path(f"{MAIL}server/remove/", views.Removal.as_view(), name="remove"),
    path(f"{MAIL}<int:mail_id>/retry/", views.Retry.as_view(), name="retry"),
    path("mails/", views.AllMails.as_view(), name="all"),
]

register(EnterpriseTab(_("Mail"), "notifications:mail", 70, privilege=MANAGE_MAIL))
