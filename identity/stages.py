"""The step of a sign-in that asks for a code by e-mail. allauth's own step asks for apps and keys."""

from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from identity.services.second_factor import MAIL, methods_of


class MailCodeStage(LoginStage):
    """Asked of those whose only second factor is their mailbox."""

    key = "identity_mail_code"
    urlname = "identity:mail_code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self.login.user is None or methods_of(self.login.user) != {MAIL}:
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True
