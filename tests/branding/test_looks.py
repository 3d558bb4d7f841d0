"""Who sees which theme: the nearest upwards in the tenant tree, and the domain's before the sign-in."""

import pytest

from branding.models import Theme
from branding.services import BUILT_IN, look_for_domain, look_of, remove_theme, save_theme, set_logo
from tenants.models import Enterprise
from tenants.services import create_enterprise, load_scope, update_enterprise
from tests.branding.images import picture


@pytest.fixture
def named(sold):
    """``named(enterprise)``: it has a theme of its own, called after it."""

    def name(enterprise, **fields) -> Theme:
        return save_theme(
            actor=sold.cloud_admin, enterprise=enterprise, product_name=f"{enterprise.name} Cloud", **fields
        )

    return name


def products(*enterprises) -> list[str]:
    return [look_of(each.pk).product for each in enterprises]


def test_without_any_theme_everything_looks_as_built(sold):
    assert look_of(sold.acme.pk) == look_of(None) == look_for_domain("anywhere.example") == BUILT_IN
    assert BUILT_IN.css_url == BUILT_IN.logo_url == ""


def test_the_provider_s_theme_is_everybody_s_until_a_nearer_one_exists(sold, named):
    named(sold.provider)
    assert products(sold.provider, sold.rival, sold.reseller, sold.acme) == ["Provider Cloud"] * 4

    named(sold.reseller)
    assert products(sold.rival, sold.reseller, sold.acme) == [
        "Provider Cloud",
        "Resell Cloud",
        "Resell Cloud",
    ]

    named(sold.acme)
    assert products(sold.rival, sold.reseller, sold.acme) == ["Provider Cloud", "Resell Cloud", "Acme Cloud"]


def test_a_removed_theme_uncovers_the_one_above(sold, named):
    named(sold.reseller)
    named(sold.acme)

    remove_theme(actor=sold.boss, enterprise=sold.acme)

    assert products(sold.acme) == ["Resell Cloud"]


def test_a_reseller_between_without_a_theme_is_passed_over(sold, named):
    inner = create_enterprise(actor=None, name="Inner")
    between = load_scope("Inner and theirs", enterprises=(inner,), parent=sold.reseller.default_scope)
    innermost = load_scope("Innermost", enterprises=(sold.acme,), parent=between)
    Enterprise.objects.filter(pk=inner.pk).update(is_reseller=True, default_scope=between)
    Enterprise.objects.filter(pk=sold.acme.pk).update(default_scope=innermost)
    named(sold.reseller)
    assert products(sold.acme, inner) == ["Resell Cloud"] * 2

    inner.refresh_from_db()
    named(inner)
    assert products(sold.acme, sold.reseller) == ["Inner Cloud", "Resell Cloud"]


def test_themes_of_ordinary_enterprises_reach_nobody_else(sold, named):
    named(sold.acme)

    assert products(sold.reseller, sold.rival, sold.provider) == ["Atrium"] * 3


@pytest.mark.parametrize(
    "host", ["cloud.resell.example", "CLOUD.resell.example:8443", "cloud.resell.example."]
)
def test_the_sign_in_page_at_a_domain_shows_its_theme(sold, named, host):
    named(sold.provider)
    named(sold.reseller, domain="Cloud.Resell.example")

    assert look_for_domain(host).product == "Resell Cloud"
    assert look_for_domain("elsewhere.example").product == "Provider Cloud"


def test_a_look_changes_its_addresses_with_its_content(sold, named):
    named(sold.acme)
    set_logo(actor=sold.cloud_admin, enterprise=sold.acme, data=picture())
    before = look_of(sold.acme.pk)

    named(sold.acme, accent_light="#aa0000")
    set_logo(actor=sold.cloud_admin, enterprise=sold.acme, data=picture(size=(40, 40)))

    after = look_of(sold.acme.pk)
    assert before.css_url != after.css_url and "aa0000" in after.css_url
    assert before.logo_url != after.logo_url


def test_finding_a_look_again_asks_the_database_nothing(sold, named, django_assert_num_queries):
    named(sold.reseller, domain="cloud.resell.example")

    def found() -> list[str]:
        hosts = ("cloud.resell.example", "other.example")
        return [look_of(sold.acme.pk).product, *(look_for_domain(host).product for host in hosts)]

    first = found()
    with django_assert_num_queries(0):
        assert found() == first == ["Resell Cloud", "Resell Cloud", "Atrium"]


def test_finding_a_look_first_takes_three_queries_and_its_logo(sold, named, django_assert_max_num_queries):
    named(sold.reseller)

    with django_assert_max_num_queries(4):
        look_of(sold.acme.pk)


def test_who_sells_no_more_has_no_domain(sold, named):
    named(sold.reseller, domain="cloud.resell.example")
    assert look_for_domain("cloud.resell.example").product == "Resell Cloud"

    update_enterprise(actor=sold.cloud_admin, enterprise=sold.reseller, is_reseller=False)

    assert look_for_domain("cloud.resell.example") == BUILT_IN
