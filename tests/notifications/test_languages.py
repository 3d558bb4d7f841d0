"""Mails are written in the language of who gets them; pages before the sign-in in the browser's."""

import re
from ast import literal_eval
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from compute.services import deploy
from notifications.languages import language_of
from notifications.models import MailMessage
from notifications.rendering import Body
from notifications.services import send_mail
from tenants.models import User
from tests.approvals.offices import switch_on
from tests.notifications.letters import EXAMPLES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PUBLIC = (
    "account/login.html", "account/lockout.html", "identity/recover.html", "identity/recover_sent.html",
    "identity/reset.html", "identity/reset_done.html", "identity/mail_code.html", "429.html",
)  # fmt: skip
SOURCES = sorted((TEMPLATES / "mail").iterdir()) + [TEMPLATES / name for name in PUBLIC]
TEXTS = re.compile(r"gettext\(u?((?P<quote>'''|\"\"\"|'|\").*?(?<!\\)(?P=quote))\)", re.DOTALL)


def speaking(user: User, locale: str) -> User:
    User.objects.filter(pk=user.pk).update(locale=locale)
    user.locale = locale
    return user


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_word_of_a_mail_and_of_the_way_in_is_there_in_german(source):
    texts = [literal_eval(found[1]) for found in TEXTS.finditer(templatize(source.read_text()))]
    with translation.override("de"):
        missing = [text for text in texts if translation.gettext(text) == text and text != "Code"]
    assert missing == []


@pytest.mark.parametrize("template", sorted(EXAMPLES))
def test_a_mail_is_written_in_the_language_of_its_reader(world, template):
    mails = {
        locale: send_mail(template=template, to=speaking(world.user, locale), context=EXAMPLES[template])
        for locale in ("en_US", "de_DE")
    }

    english, german = (Body.opened(mails[locale].sealed_body) for locale in ("en_US", "de_DE"))
    assert "Hello ulf," in english.text and 'lang="en"' in english.html
    assert "Guten Tag ulf," in german.text and "Guten Tag ulf," in german.html and 'lang="de"' in german.html
    assert mails["en_US"].subject != mails["de_DE"].subject
    assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de_DE", "de"), ("de-AT", "de"), ("en_GB", "en"), ("es_ES", "en"), ("", "en"), ("../x", "en")],
)
def test_of_a_language_without_words_it_is_the_installations(locale, language):
    assert language_of(User(locale=locale)) == language


def test_of_a_bare_address_nothing_is_known():
    assert language_of("anna@example.invalid") == "en"


def test_each_approver_reads_the_same_request_in_their_own_language(world, datacenter):
    switch_on(world.acme)
    speaking(world.admin, "de_DE")
    world._user("amy", world.acme, "ENTERPRISE_ADMIN")

    deploy(actor=world.user, machine_id=world.machine.id)

    written = {mail.recipient: mail for mail in MailMessage.objects.filter(template="approval_requested")}
    german, english = written["anna@example.invalid"], written["amy@example.invalid"]
    assert german.subject == "ulf bittet um Zustimmung: Bereitstellen: web"
    assert english.subject == "ulf asks for approval: Deploy: web"
    assert "im Monat" in Body.opened(german.sealed_body).text
    assert "per month" in Body.opened(english.sealed_body).text


def test_the_way_in_speaks_as_the_browser_does_and_other_pages_stay_whole(world):
    browser = Client(headers={"accept-language": "de-DE,de;q=0.9,en;q=0.5"})

    way_in = browser.get("/accounts/login/").content.decode()
    recover = browser.get("/account/recover/").content.decode()
    browser.force_login(world.admin)
    inside = browser.get("/machines/").content.decode()

    assert 'lang="de"' in way_in and "Anmelden" in way_in and "Passwort vergessen?" in way_in
    assert "Link schicken" in recover
    assert 'lang="en"' in inside and "Anmelden" not in inside
    assert "Sign in" in Client().get("/accounts/login/").content.decode()
