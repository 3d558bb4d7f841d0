"""What browsers load of a theme: style sheets that anybody may have, logos that not everybody may."""

import pytest
from django.test import Client

from branding.services import look_of, save_theme, set_logo
from tests.branding.images import picture
from tests.browsing import browser_of

FOR_GOOD = "immutable"


@pytest.fixture
def dressed(sold):
    """Resell has a theme with a logo, a domain and all its words."""
    save_theme(
        actor=sold.boss, enterprise=sold.reseller, product_name="Resell Cloud", domain="cloud.resell.example",
        accent_light="#b00020", login_title="Welcome to Resell", login_text="Call us <b>any time</b>.",
        footer_text="Resell Ltd", footer_links=[["Imprint", "https://resell.example/imprint"]],
    )  # fmt: skip
    set_logo(actor=sold.boss, enterprise=sold.reseller, data=picture())
    sold.look = look_of(sold.reseller.pk)
    return sold


def test_the_style_sheet_of_a_theme_is_served_to_be_kept_for_good(dressed):
    answer = Client().get(dressed.look.css_url)

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert FOR_GOOD in answer["Cache-Control"] and "public" in answer["Cache-Control"]
    assert "--atrium-accent:#b00020" in answer.content.decode()


@pytest.mark.parametrize("address", ["1-zzzzzz-ffffff-000000-ffffff", "9-b00020-ffffff-000000-ffffff", "x"])
def test_what_is_no_style_sheet_is_not_found(dressed, address):
    assert Client().get(f"/theme/{address}.css").status_code == 404


def test_a_logo_is_a_png_that_can_do_nothing(dressed):
    answer = browser_of(dressed.user).get(dressed.look.logo_url)

    assert answer.content.startswith(b"\x89PNG")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert FOR_GOOD in answer["Cache-Control"] and "private" in answer["Cache-Control"]


@pytest.mark.parametrize("who", ["user", "boss", "cloud_admin"])
def test_who_sees_or_manages_a_theme_sees_its_logo(dressed, who):
    assert browser_of(getattr(dressed, who)).get(dressed.look.logo_url).status_code == 200


def test_a_foreign_logo_does_not_exist(dressed):
    assert browser_of(dressed.rival_admin).get(dressed.look.logo_url).status_code == 404
    assert Client().get(dressed.look.logo_url).status_code == 404


def test_before_the_sign_in_the_logo_is_seen_at_its_domain_only(dressed):
    answer = Client(headers={"host": "cloud.resell.example"}).get(dressed.look.logo_url)

    assert answer.status_code == 200


def test_a_logo_that_was_replaced_does_not_exist(dressed):
    set_logo(actor=dressed.boss, enterprise=dressed.reseller, data=picture(size=(20, 20)))

    assert browser_of(dressed.user).get(dressed.look.logo_url).status_code == 404


def test_the_sign_in_page_at_the_domain_wears_the_theme(dressed):
    page = Client(headers={"host": "cloud.resell.example"}).get("/accounts/login/").content.decode()

    assert "Welcome to Resell" in page and "Call us &lt;b&gt;any time&lt;/b&gt;." in page
    assert "Resell Cloud" in page and dressed.look.css_url in page and dressed.look.logo_url in page
    assert 'href="https://resell.example/imprint"' in page


def test_the_sign_in_page_elsewhere_does_not(dressed):
    page = Client().get("/accounts/login/").content.decode()

    assert "Resell" not in page and "/theme/" not in page


@pytest.mark.parametrize(("who", "seen"), [("user", True), ("rival_admin", False)])
def test_pages_wear_the_theme_of_those_it_is_for(dressed, who, seen):
    page = browser_of(getattr(dressed, who)).get("/machines/").content.decode()

    assert (dressed.look.css_url in page) == seen
    assert ("Resell Cloud" in page) == seen
    assert ("Resell Ltd" in page) == seen


def test_mails_wear_the_theme_of_those_they_go_to(dressed):
    from notifications.rendering import Body
    from notifications.services import send_mail
    from tests.notifications.letters import EXAMPLES

    def body(user) -> Body:
        mail = send_mail(template="password_reset", to=user, context=EXAMPLES["password_reset"])
        assert ("Resell Cloud" in mail.subject) == (user == dressed.user)
        return Body.opened(mail.sealed_body)

    theirs, others = body(dressed.user), body(dressed.rival_admin)
    assert "#b00020" in theirs.html and "cid:logo" in theirs.html and theirs.logo
    assert "Resell Ltd" in theirs.text and "https://resell.example/imprint" in theirs.text
    assert "Resell" not in others.html + others.text and not others.logo
