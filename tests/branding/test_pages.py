"""The tab where a theme is made."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from branding.models import Logo, Theme
from branding.pictures import MOST_BYTES
from branding.services import save_theme, set_logo
from tests.branding.images import HTML, SVG, picture
from tests.browsing import browser_of
from tests.resellers import reseller_admin

FILLED = {
    "name": "Red", "product_name": "Acme Cloud", "accent_light": "#b00020", "accent_dark": "#d04060",
    "login_title": "Welcome",
    "footer_links": "Imprint | https://acme.example/imprint\n\nHelp | mailto:help@acme.example",
}  # fmt: skip


def page_of(enterprise, part: str = "theme") -> str:
    return reverse(f"branding:{part}", args=[enterprise.pk])


def test_a_theme_is_made_in_its_tab(sold):
    boss = browser_of(sold.boss)
    logo = SimpleUploadedFile("logo.png", picture(), "image/png")

    answer = boss.post(page_of(sold.acme), FILLED | {"logo": logo}, follow=True)

    theme = Theme.objects.get()
    assert answer.redirect_chain == [(page_of(sold.acme), 302)]
    assert (theme.enterprise, theme.product_name, theme.domain) == (sold.acme, "Acme Cloud", None)
    assert theme.footer_links == [
        ["Imprint", "https://acme.example/imprint"],
        ["Help", "mailto:help@acme.example"],
    ]
    assert Logo.objects.filter(theme=theme).exists()
    shown = answer.content.decode()
    assert "Imprint | https://acme.example/imprint" in shown and "Remove this theme" in shown


def test_the_tab_says_what_is_seen_as_long_as_there_is_no_theme(sold):
    save_theme(actor=sold.boss, enterprise=sold.reseller, product_name="Resell Cloud")

    page = browser_of(sold.boss).get(page_of(sold.acme)).content.decode()

    assert "no theme of its own" in page and "Resell Cloud" in page


def test_a_first_theme_begins_with_what_is_seen_until_now(sold):
    save_theme(actor=sold.boss, enterprise=sold.reseller, product_name="Resell Cloud", accent_light="#b00020")

    form = browser_of(sold.boss).get(page_of(sold.acme)).context["form"]

    assert (form["product_name"].value(), form["accent_light"].value()) == ("Resell Cloud", "#b00020")
    assert not Theme.objects.filter(enterprise=sold.acme).exists()


@pytest.mark.parametrize("part", ["theme", "preview", "remove"])
def test_a_stranger_finds_no_theme_and_who_may_not_is_told_so(sold, part):
    save_theme(actor=sold.boss, enterprise=sold.acme)
    stranger = reseller_admin(sold, sold.rival, nick="stranger")

    assert browser_of(stranger).post(page_of(sold.acme, part), FILLED).status_code == 404
    assert browser_of(sold.admin).post(page_of(sold.acme, part), FILLED).status_code == 403
    assert Theme.objects.get().product_name == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [("accent_light", "red"), ("footer_links", "no bar"), ("text_light", "#b10021"), ("name", "")],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(sold, field, value):
    answer = browser_of(sold.boss).post(page_of(sold.acme), FILLED | {field: value})

    assert answer.status_code in (200, 400)
    assert "field-error" in answer.content.decode() or 'class="fault"' in answer.content.decode()
    assert not Theme.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("logo.svg", SVG, "image/svg+xml"),
        ("logo.png", SVG, "image/png"),
        ("logo.png", HTML, "image/png"),
        ("logo.png", picture() + b"\0" * MOST_BYTES, "image/png"),
    ],
    ids=["svg", "svg called png", "html called png", "too large"],
)
def test_a_hostile_logo_is_refused_with_the_theme_around_it(sold, name, data, kind):
    logo = SimpleUploadedFile(name, data, kind)

    answer = browser_of(sold.boss).post(page_of(sold.acme), FILLED | {"logo": logo})

    assert answer.status_code == 400
    assert 'class="fault"' in answer.content.decode()
    assert not Logo.objects.exists() and not Theme.objects.exists()


def test_the_preview_follows_what_is_typed_and_saves_nothing(sold):
    boss = browser_of(sold.boss)

    shown = boss.post(page_of(sold.acme, "preview"), FILLED | {"accent_light": "#ffff00"}).content.decode()

    assert "--atrium-accent:#ffff00;--atrium-accent-ink:#000000" in shown
    assert "Acme Cloud" in shown and "19.5 : 1" in shown
    assert not Theme.objects.exists()


def test_the_preview_says_what_can_not_be_read(sold):
    given = FILLED | {"accent_light": "#ffff00", "text_light": "#ffffff"}

    shown = browser_of(sold.boss).post(page_of(sold.acme, "preview"), given).content.decode()

    assert "4.5 : 1 is needed" in shown and "notice-error" in shown


def test_what_is_typed_into_a_preview_is_escaped(sold):
    given = FILLED | {"login_title": "<script>alert(1)</script>", "product_name": '"><img src=x>'}

    shown = browser_of(sold.boss).post(page_of(sold.acme, "preview"), given).content.decode()

    assert "<script>alert" not in shown and "<img src=x>" not in shown


def test_logo_and_theme_are_removed(sold):
    save_theme(actor=sold.boss, enterprise=sold.acme)
    set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())
    boss = browser_of(sold.boss)

    boss.post(page_of(sold.acme), FILLED | {"remove_logo": "on"})
    assert not Logo.objects.exists() and Theme.objects.exists()

    boss.post(page_of(sold.acme, "remove"))
    assert not Theme.objects.exists()


def test_only_who_has_a_sign_in_page_is_asked_for_its_domain(sold):
    boss = browser_of(sold.boss)

    assert 'name="domain"' in boss.get(page_of(sold.reseller)).content.decode()
    assert 'name="domain"' not in boss.get(page_of(sold.acme)).content.decode()


def test_removing_a_theme_says_first_what_is_lost_and_leads_back_from_the_dialog(sold):
    boss = browser_of(sold.boss)
    boss.post(page_of(sold.acme), FILLED)

    asked = boss.get(page_of(sold.acme, "remove")).content.decode()
    done = boss.post(page_of(sold.acme, "remove"), headers={"HX-Request": "true"})

    assert "the logo of this theme" in asked
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, page_of(sold.acme))
    assert not Theme.objects.filter(enterprise=sold.acme).exists()
