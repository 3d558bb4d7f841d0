"""Whether somebody showed of late who they are, and how each kind of user can; asked before what lasts.

A sign-in does not count, however young it is: who finds an open browser shall not keep the account. allauth
asks those who have no password here nothing at all; here everybody is asked, by whoever keeps their password.
"""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.models import AuthType, User

BY_PASSWORD, BY_PROVIDER, BY_MAIL = "reauthenticate", "provider", "mail_code"
PASSWORDS = (AuthType.LOCAL, AuthType.LDAP)


def unconfirmed(request: HttpRequest) -> bool:
    """Whether the session's user did not show again within the last minutes who they are."""
    records = get_authentication_records(request, request.user)
    shown = [each for each in records if each.get("reauthenticated")]
    return not shown or time.time() - shown[-1]["at"] >= app_settings.REAUTHENTICATION_TIMEOUT


def first_way(user: User) -> dict[str, Any]:
    """How the user shows it without a second factor, in allauth's form: a password, or the provider."""
    if user.auth_type in PASSWORDS:
        url, words = reverse("account_reauthenticate"), _("Use your password")
        return {"id": BY_PASSWORD, "description": words, "url": url}
    url, words = reverse("sign_in_confirm"), _("Use the service you sign in with")
    return {"id": BY_PROVIDER, "description": words, "url": url}


def by_mail() -> dict[str, Any]:
    """The way by a mailed code, in allauth's form."""
    words = _("Get a code by e-mail")
    return {"id": BY_MAIL, "description": words, "url": reverse("sign_in_confirm_by_mail")}
