"""The address book: the API under /api, the Django admin, sign-in, and the pages of each app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from portal.health import healthz
from portal.ui_urls import urlpatterns as ui_urlpatterns

admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("portal.api_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    *ui_urlpatterns,
]
