"""Listing and ending sessions, asking for a new password, switching second factors on and off."""

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from django.contrib.auth import logout
from django.utils import timezone

from core.api.verbs import speaks
from core.api.views import DialectView
from core.client_address import client_address
from core.errors import Conflict
from identity.api.sign_in.resources import CREDENTIALS, PROVIDER, SESSION
from identity.models import BrowserSession
from identity.services import second_factor
from identity.services.passwords import request_reset, reset_password
from identity.services.sessions import end_sessions, sign_out_everywhere
from tenants.api.authentication import TokenUser
from tenants.models import User
from tenants.services import end_login_tokens

SEE_OTHERS = "USERS_ENUMERATE_CONNECTED"
SESSION_0, USER_0 = "USER-15", "USER-0"


class Sessions(DialectView):
    @speaks("Sessions in the portal: one's own, or of all one knows", answers=(SESSION,), many=True)
    def get(self, request):
        return self.whole(alive(self.actor).values(*SESSION.columns), SESSION)


class SessionsOfUser(DialectView):
    @speaks("End all sessions of a user, and their tokens of logins", status=204)
    def delete(self, request, user):
        known = User.objects.visible_to(self.actor).select_related("enterprise", "role", "scope")
        found = self.one(known.filter(pk=user), USER_0)
        sign_out_everywhere(actor=self.actor, user=found, sessions=alive(self.actor))
        return self.nothing()


class SessionsOfKey(DialectView):
    @speaks("The sessions with this key", answers=(SESSION,), many=True)
    def get(self, request, session):
        found = alive(self.actor).filter(pk=session)
        self.row(found, SESSION, SESSION_0)
        return self.whole(found.values(*SESSION.columns), SESSION)


class OneSession(DialectView):
    @speaks("A session", answers=(SESSION,))
    def get(self, request, session, user):
        found = alive(self.actor).filter(pk=session, user_id=user)
        return self.answer(SESSION, self.row(found, SESSION, SESSION_0))

    @speaks("End a session", status=204)
    def delete(self, request, session, user):
        found = alive(self.actor).filter(pk=session, user_id=user)
        self.one(found, SESSION_0)
        end_sessions(actor=self.actor, sessions=found)
        return self.nothing()


class AskForPassword(DialectView):
    authentication_classes = ()

    @speaks(
        "Have a link for a new password mailed; the same answer for every name",
        status=204,
        public=True,
        parameters={"user": "User name or e-mail address.", "challenge": "Not looked at."},
    )
    def post(self, request):
        request_reset(name=self.params.get("user", ""), address=client_address(request))
        return self.nothing()


class ResetPassword(DialectView):
    authentication_classes = ()

    @speaks(
        "Set a new password with the token from the mail",
        status=204,
        public=True,
        parameters={
            "resetPasswordToken": "From the mail.",
            "newPassword": "The new password.",
            "withdrawCredentials": "false lets personal tokens and applications go on; else they end.",
        },
    )
    def post(self, request):
        sent = self.params | request.POST.dict()
        reset_password(
            token=sent.get("resetPasswordToken", ""),
            password=sent.get("newPassword", ""),
            withdraw=sent.get("withdrawCredentials", "").lower() != "false",
        )
        return self.nothing()


class Logout(DialectView):
    @speaks("End the browser session this is asked from, or all tokens of one's logins", status=204)
    def post(self, request):
        if isinstance(request.successful_authenticator, TokenUser):
            end_login_tokens(user=self.actor)
        logout(request._request)
        return self.nothing()


class EnableSecondFactor(DialectView):
    @speaks(
        "Switch on one's second factor; what is answered is shown this once",
        answers=(CREDENTIALS,),
        accepts=(PROVIDER,),
        status=201,
    )
    def post(self, request, enterprise, user):
        kind = str(PROVIDER.read(self.document(), creating=True)["type"]).upper()
        found = self.one(visible_user(self.actor, enterprise, user), USER_0)
        key = request._request.session.session_key
        if kind == "EMAIL":
            enabled = second_factor.enable_mail(actor=self.actor, user=found, session_key=key)
        elif kind == "GOOGLE_AUTHENTICATOR":
            with context.request_context(request._request):
                enabled = second_factor.enable_app(
                    actor=self.actor,
                    user=found,
                    session_key=key,
                    url_of=lambda secret: get_adapter().build_totp_url(found, secret),
                )
        else:
            raise Conflict(
                f"There is no second factor of type {kind[:40]}; use GOOGLE_AUTHENTICATOR or EMAIL.",
                code="2FA-2",
            )
        row = {
            "provider": enabled.provider,
            "authenticator_url": enabled.authenticator_url,
            "scratch_codes": list(enabled.recovery_codes),
        }
        return self.answer(CREDENTIALS, row, 201)


class DisableSecondFactor(DialectView):
    @speaks("Switch off a second factor: one's own, or of a user one manages", status=204)
    def post(self, request, enterprise, user):
        found = self.one(visible_user(self.actor, enterprise, user), USER_0)
        second_factor.disable(actor=self.actor, user=found)
        return self.nothing()


def alive(actor):
    """The sessions the actor sees that still go on."""
    return BrowserSession.objects.visible_to(actor).alive(timezone.now()).order_by("id")


def visible_user(actor, enterprise: int, user: int):
    """The user of this enterprise, if the actor sees them."""
    return User.objects.visible_to(actor).filter(pk=user, enterprise_id=enterprise)
