"""Reading sign-in providers and what is known of people who came through them."""

from django.db import models
from django.utils import timezone

from tenants.models.user import BACK_OFFICE


class SignInProviderQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "SignInProviderQuerySet":
        """All for those who run the installation, nothing for others."""
        runs_it = BACK_OFFICE in actor.privileges and actor.sees_all_enterprises
        return self if runs_it else self.none()

    def switched_on(self, *kinds: str) -> "SignInProviderQuerySet":
        """Those in use, of these kinds or of any."""
        found = self.filter(is_enabled=True)
        return found.filter(kind__in=kinds) if kinds else found

    def properties_asked_for(self) -> list[str]:
        """The properties by which any of them, in use or not, finds the enterprises of newcomers."""
        asking = self.filter(enterprise_rule="property").exclude(enterprise_property="")
        return list(asking.order_by().values_list("enterprise_property", flat=True).distinct())


class SpentAssertionQuerySet(models.QuerySet):
    def expired(self) -> "SpentAssertionQuerySet":
        """Those that are refused for their age already and need not be remembered."""
        return self.filter(expires_at__lt=timezone.now())
