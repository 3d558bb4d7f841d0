"""How allauth signs people in here: nobody registers, administrators create users."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from core.client_address import client_address
from identity.confirmed import BY_PASSWORD, by_mail, first_way, unconfirmed
from identity.federation.confirming import confirms_by_mail
from identity.federation.vouching import farewell_address, keep_voucher
from identity.middleware import refused
from identity.services.failures import note_failure
from identity.services.passwords import change_own_password
from identity.services.second_factor import record_change
from tenants.networks import network_refusal

STAGE = "identity.stages.MailCodeStage"


class AccountAdapter(DefaultAccountAdapter):
    """Settings name it as ACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"

    def get_login_stages(self) -> list[str]:
        return [*super().get_login_stages(), STAGE]

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Nobody comes in from a network that is not theirs, whatever they know."""
        reason = network_refusal(user, client_address(request))
        if reason is not None:
            note_failure(user=user, why="NETWORK")
            return refused(request, reason)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        ended = getattr(getattr(request, "began", None), "ended", 0)
        if ended:
            text = ngettext(
                "You were signed in elsewhere as well: the oldest session was ended.",
                "You were signed in elsewhere as well: the %(count)s oldest sessions were ended.",
                ended,
            )
            messages.warning(request, text % {"count": ended})
        keep_voucher(request, (kwargs.get("signal_kwargs") or {}).get("sociallogin"))
        return super().post_login(request, user, **kwargs)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Asked for while somebody is signed in still: who came through a provider signs out there too."""
        return farewell_address(request) or super().get_logout_redirect_url(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Our answer for allauth's own pages; it would not ask who has neither password nor key here."""
        if unconfirmed(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A second factor is one way for everybody; the first one is that of the user's kind."""
        if not user.is_authenticated:
            return []
        found = super().get_reauthentication_methods(user)
        others = [each for each in found if each["id"] != BY_PASSWORD]
        return [first_way(user), *others, *([by_mail()] if confirms_by_mail(user) else [])]

    def set_password(self, user: Any, password: str) -> None:
        change_own_password(user=user, password=password)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """allauth tells of changes of second factors here; they become events."""
        record_change(user=user, told=template_prefix, session_key=self.request.session.session_key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of ours is written by services; what allauth would send besides is not offered."""
