"""The secret key is changed: everything that was sealed opens with the old one, and then without it."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from core.resealing import _places
from core.sealing import CannotUnseal, resealed, seal, unseal
from identity.federation.models import SignInProvider
from identity.federation.services import create_sign_in_provider
from identity.models import Application
from identity.services.applications import SECRET_PURPOSE, create_application
from notifications.models import MailServer
from notifications.services.servers import PASSWORD_PURPOSE
from tests.identity.browser import app_code

NEW_KEY = "another key that was set meanwhile, and is long enough"
SEALED_TO_A_DATACENTER = {"infrastructure.Host.sealed_credentials"}


@pytest.fixture
def estate(world, settings):
    """Something of every kind that is sealed, made with the key that is then the older one."""
    create_sign_in_provider(
        actor=world.cloud_admin,
        kind="OPENID",
        name="Corporate",
        parameters={"issuer": "https://login.acme.example", "client_id": "atrium"},
        secret="client secret",
    )
    _application, secret = create_application(actor=world.admin, name="Terraform")
    TOTP.activate(world.admin, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(world.admin).generate_codes()
    sealed = seal("mail password", purpose=PASSWORD_PURPOSE)
    MailServer.objects.create(
        enterprise=world.acme, host="mail.example", sealed_password=sealed, from_address="a@acme.example"
    )
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW_KEY
    return secret, codes


def told() -> str:
    out = StringIO()
    call_command("reseal", stdout=out)
    return out.getvalue()


def opens(world, estate) -> bool:
    """Whether everything can be read as it was."""
    secret, codes = estate
    app = Authenticator.objects.get(type="totp").wrap()
    recovery = Authenticator.objects.get(type="recovery_codes").wrap()
    return (
        SignInProvider.objects.get().secret == "client secret"
        and unseal(Application.objects.get().sealed_secret, purpose=SECRET_PURPOSE) == secret
        and unseal(MailServer.objects.get().sealed_password, purpose=PASSWORD_PURPOSE) == "mail password"
        and recovery.generate_codes() == codes
        and app.validate_code(app_code("JBSWY3DPEHPK3PXP"))
    )


def test_all_is_sealed_anew_and_the_older_key_can_be_given_up(world, estate, settings):
    assert "1 sealed anew, 0 can't" in told()

    settings.SECRET_KEY_FALLBACKS = []
    assert opens(world, estate)


def test_before_that_the_older_key_opens_everything_and_without_it_nothing_does(world, estate, settings):
    assert opens(world, estate)

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CannotUnseal):
        opens(world, estate)


def test_what_the_present_key_sealed_is_left_as_it_is(world, estate):
    told()
    before = SignInProvider.objects.values_list("sealed_secret", "updated_at").get()

    again = told()

    assert " 1 sealed anew" not in again
    assert SignInProvider.objects.values_list("sealed_secret", "updated_at").get() == before


def test_what_no_key_opens_is_counted_and_left_and_the_rest_is_done(world, estate, settings):
    MailServer.objects.update(sealed_password="s1:damaged")

    with pytest.raises(CommandError, match="1 secrets can't be opened"):
        told()

    settings.SECRET_KEY_FALLBACKS = []
    assert SignInProvider.objects.get().secret == "client secret"
    assert MailServer.objects.get().sealed_password == "s1:damaged"


def test_a_place_that_holds_sealed_texts_is_not_forgotten():
    """A column whose name says that it is sealed is known to the command."""
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("sealed_") and isinstance(field, models.TextField)
    }
    assert sealed - SEALED_TO_A_DATACENTER <= _places.keys()


def test_a_secret_is_sealed_anew_only_for_its_purpose(settings):
    sealed = seal("secret", purpose="mail server")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW_KEY

    with pytest.raises(CannotUnseal):
        resealed(sealed, purpose="mail body")
    assert unseal(resealed(sealed, purpose="mail server"), purpose="mail server") == "secret"
