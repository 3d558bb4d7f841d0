"""Sign-in in the back office. Second factors are nobody's to see or write there."""

from allauth.mfa.models import Authenticator
from django.contrib import admin

from identity.federation import admin as sign_in_providers

__all__ = ["sign_in_providers"]

admin.site.unregister(Authenticator)
