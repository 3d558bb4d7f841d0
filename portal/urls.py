"""The address book: the API under /api, the Django admin, sign-in, and the pages of each app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from portal.health import healthz
from portal.ui_urls import urlpatterns as ui_urlpatterns

# New passwords by mail are our own affair (identity): administrators make users, addresses need no proof.
BY_MAIL = r"^accounts/(?:password/reset|password/set|email|confirm-email|login/code)/"


# The back office's own page would write a password past our services, and with it a user who acts elsewhere.
OWN_PASSWORD = path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password"))


def closed(request: HttpRequest) -> HttpResponse:
    """What the sign-in kit offers and this installation does not."""
    raise Http404


admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("portal.api_urls")),
    OWN_PASSWORD,
    path("admin/", admin.site.urls),
    path("accounts/password/reset/", RedirectView.as_view(pattern_name="identity:recover")),
    re_path(BY_MAIL, closed),
    re_path(r"^accounts/(?:3rdparty|social)/", closed),
    path("accounts/", include("identity.federation.urls")),
    path("accounts/2fa/", RedirectView.as_view(pattern_name="identity:security")),
    path("accounts/", include("allauth.urls")),
    *ui_urlpatterns,
]
