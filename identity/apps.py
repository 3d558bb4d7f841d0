from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out

RESET_SECONDS = 5
SWEEP_SECONDS = 600


class IdentityConfig(AppConfig):
    name = "identity"

    def ready(self) -> None:
        from core.resealing import sealed_in
        from identity.federation.models import SEALED_FOR, SignInProvider
        from identity.federation.services import refresh_due_metadata
        from identity.services.applications import SECRET_PURPOSE
        from identity.services.oauth_tokens import forget_expired
        from identity.services.passwords import answer_reset_requests
        from identity.services.sessions import sweep_sessions
        from identity.services.withdrawing import withdraw_credentials
        from identity.signing import signed_in, signed_out
        from identity.ui.mfa import PURPOSE, SEALED_KEYS
        from operations.periodic import every
        from tenants.finding import add_source
        from tenants.given_out import add_keeper

        user_logged_in.connect(signed_in, dispatch_uid="identity.begin_session")
        user_logged_out.connect(signed_out, dispatch_uid="identity.forget_session")
        add_keeper(withdraw_credentials)
        add_source(SignInProvider.objects.properties_asked_for)
        sealed_in("identity.SignInProvider", "sealed_secret", purpose=SEALED_FOR)
        sealed_in("identity.SignInProvider", "sealed_signing_key", purpose=SEALED_FOR)
        for model in ("Application", "RequestToken", "AccessToken"):
            sealed_in(f"identity.{model}", "sealed_secret", purpose=SECRET_PURPOSE)
        sealed_in("mfa.Authenticator", "data", purpose=PURPOSE, keys=SEALED_KEYS)
        every(RESET_SECONDS, answer_reset_requests)
        every(SWEEP_SECONDS, sweep_sessions)
        every(SWEEP_SECONDS, forget_expired)
        every(SWEEP_SECONDS, refresh_due_metadata)
