"""How allauth signs people in here: nobody registers, administrators create users."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from core.client_address import client_address
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
        return super().post_login(request, user, **kwargs)

    def set_password(self, user: Any, password: str) -> None:
        change_own_password(user=user, password=password)

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """allauth tells of changes of second factors here; they become events."""
        record_change(user=user, told=template_prefix, session_key=self.request.session.session_key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of ours is written by services; what allauth would send besides is not offered."""
