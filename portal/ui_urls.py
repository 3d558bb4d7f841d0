"""The pages of the portal."""

from django.urls import include, path

from portal.ui import urls as shell_urls

urlpatterns = [
    path("", include((shell_urls.urlpatterns, "portal"))),
    path("", include("branding.ui.urls")),
    path("", include("notifications.ui.urls")),
    path("", include("operations.ui.urls")),
    path("", include("consoles.ui.urls")),
    path("", include("identity.ui.urls")),
    path("", include("compute.ui.urls")),
    path("approvals/", include("approvals.ui.urls")),
    path("catalogue/", include("catalogue.ui.urls")),
    path("account/", include("identity.ui.credentials.urls")),
    path("people/scopes/", include("infrastructure.ui.scope_urls")),
    path("people/enterprises/<int:enterprise_id>/limits/", include("infrastructure.ui.limit_urls")),
    path("people/", include("tenants.ui.urls")),
    path("infrastructure/", include("infrastructure.ui.urls")),
]
