"""Who may make themes, and what a theme may hold."""

import pytest

from branding.models import Logo, Theme
from branding.services import remove_logo, remove_theme, save_theme, set_logo
from core.errors import DomainError
from events.models import Event
from tests.branding.images import SVG, picture
from tests.resellers import reseller_admin


def refused(**arguments) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        save_theme(**arguments)
    return refusal.value


def test_a_reseller_makes_themes_for_itself_and_those_beneath_it(sold):
    for enterprise in (sold.reseller, sold.acme):
        save_theme(actor=sold.boss, enterprise=enterprise, accent_light="#0a0")

    assert set(Theme.objects.values_list("enterprise__name", "accent_light")) == {
        ("Resell", "#00aa00"), ("Acme", "#00aa00"),
    }  # fmt: skip


@pytest.mark.parametrize("role", ["admin", "user", "viewer"])
def test_the_privilege_is_needed(sold, role):
    refusal = refused(actor=getattr(sold, role), enterprise=sold.acme, accent_light="#00aa00")

    assert (refusal.code, refusal.status) == ("ENTERPRISE-15", 403)


def test_a_foreign_enterprise_does_not_exist(sold):
    stranger = reseller_admin(sold, sold.rival, nick="stranger")
    save_theme(actor=sold.boss, enterprise=sold.acme)

    for act, more in (
        (save_theme, {}),
        (remove_theme, {}),
        (set_logo, {"data": picture()}),
        (remove_logo, {}),
    ):
        with pytest.raises(DomainError) as refusal:
            act(actor=stranger, enterprise=sold.acme, **more)
        assert (refusal.value.code, refusal.value.status) == ("EN-0", 404)
    assert not Theme.objects.visible_to(stranger).exists()


def test_a_name_and_a_domain_are_taken_once(sold):
    save_theme(actor=sold.cloud_admin, enterprise=sold.provider, name="Blue", domain="cloud.example")

    assert refused(actor=sold.boss, enterprise=sold.reseller, name="Blue").code == "THEME-0"
    assert refused(actor=sold.boss, enterprise=sold.reseller, domain="Cloud.example.").code == "THEME-1"


def test_nobody_takes_the_sign_in_page_of_all(sold, settings):
    settings.ATRIUM_PUBLIC_URL = "https://cloud.example:8443"

    assert refused(actor=sold.boss, enterprise=sold.reseller, domain="cloud.example").code == "THEME-1"


def test_ordinary_enterprises_have_no_domain(sold):
    assert refused(actor=sold.boss, enterprise=sold.acme, domain="acme.example").status == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x" * 65}, {"accent_light": "red"}, {"accent_dark": ""}, {"text_light": "#12"},
        {"product_name": "x" * 41}, {"login_text": "a\u202eb"}, {"domain": "no spaces.example"},
        {"domain": "1.2.3.4"}, {"domain": "localhost"}, {"footer_links": [["Bad", "javascript:alert(1)"]]},
        {"footer_links": [["Bad", "https://a b"]]}, {"footer_links": [["", "https://a.example"]]},
        {"footer_links": [["Many", "https://a.example"]] * 6},
        {"footer_links": [["Long", "https://" + "a" * 300]]},
    ],
    ids=str,
)  # fmt: skip
def test_wrong_values_are_refused(sold, wrong):
    assert refused(actor=sold.boss, enterprise=sold.reseller, **wrong).status == 400
    assert not Theme.objects.exists()


def test_text_that_can_not_be_read_is_refused_with_numbers_and_a_way_out(sold):
    refusal = refused(actor=sold.boss, enterprise=sold.acme, accent_light="#ffff00", text_light="#ffffff")

    assert "1.07 : 1" in refusal.message and "4.5 : 1" in refusal.message
    assert "#000000" in refusal.remedy
    assert refusal.reasons[0].numbers == {"ratio": "1.07", "needed": 4.5}


def test_a_change_is_recorded_with_what_was_before(sold):
    save_theme(actor=sold.boss, enterprise=sold.acme, product_name="Old")
    save_theme(actor=sold.boss, enterprise=sold.acme, product_name="New")

    changed = Event.objects.get(kind="theme.changed")
    assert changed.changes == {"product_name": ["Old", "New"]}
    assert (changed.enterprise_id, changed.actor_name) == (sold.acme.pk, "resell")


def test_what_is_not_given_stays(sold):
    links = [["Imprint", "https://acme.example/imprint"]]
    save_theme(actor=sold.boss, enterprise=sold.acme, accent_dark="#123456", footer_links=links)

    theme = save_theme(actor=sold.boss, enterprise=sold.acme, footer_text="Hello")

    assert (theme.accent_dark, theme.footer_links, theme.footer_text) == ("#123456", links, "Hello")


def test_a_logo_is_set_changed_and_removed(sold):
    save_theme(actor=sold.boss, enterprise=sold.acme)

    first = set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())
    second = set_logo(actor=sold.boss, enterprise=sold.acme, data=picture(size=(20, 20)))

    assert first.digest != second.digest
    assert Logo.objects.count() == 1
    remove_logo(actor=sold.boss, enterprise=sold.acme)
    assert Logo.objects.count() == 0


def test_a_logo_that_is_refused_leaves_the_old_one(sold):
    save_theme(actor=sold.boss, enterprise=sold.acme)
    logo = set_logo(actor=sold.boss, enterprise=sold.acme, data=picture())

    with pytest.raises(DomainError):
        set_logo(actor=sold.boss, enterprise=sold.acme, data=SVG)

    assert Logo.objects.get().digest == logo.digest
