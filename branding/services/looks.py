"""Which theme applies: the domain's on the sign-in page, else the enterprise's own, that of the nearest
reseller upwards, the provider's, and at last what is built in.

Looks are remembered under the access generation, which changes with every change of tenants and themes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse

from branding.css import Colours, colours_of
from branding.models import DEFAULT_ACCENT_DARK, DEFAULT_ACCENT_LIGHT, Logo, Theme
from core.access_generation import access_generation
from tenants.models import Enterprise, ScopeLink

PRODUCT = "Atrium"
_KEPT_SECONDS = 300


@dataclass(frozen=True)
class Look:
    """What pages and mails need of a theme. ``theme_id`` None: the built-in look, with no style sheet."""

    product: str = PRODUCT
    colours: Colours = colours_of(DEFAULT_ACCENT_LIGHT, "", DEFAULT_ACCENT_DARK, "")
    theme_id: int | None = None
    logo_digest: str = ""
    login_title: str = ""
    login_text: str = ""
    footer_text: str = ""
    footer_links: tuple[tuple[str, str], ...] = ()

    @property
    def css_url(self) -> str:
        return reverse("branding:css", args=[self.colours.address]) if self.theme_id else ""

    @property
    def logo_url(self) -> str:
        """The address of the logo; empty for the built-in one."""
        return reverse("branding:logo", args=[self.theme_id, self.logo_digest]) if self.logo_digest else ""


BUILT_IN = Look()


def look_of(enterprise_id: int | None) -> Look:
    """The look for people of an enterprise; None stands for nobody's, which is the provider's."""
    return _remembered(f"enterprise:{enterprise_id or 0}", lambda: _found_for(enterprise_id))


def look_for_domain(host: str) -> Look:
    """The look of the sign-in page at this host, which may carry a port."""
    name = host.partition(":")[0].lower().rstrip(".")
    return _remembered("domains", _by_domain).get(name) or look_of(None)


def logo_of(theme_id: int, digest: str) -> bytes | None:
    """The PNG of a logo, or None if the theme has another one by now."""
    png = Logo.objects.filter(theme_id=theme_id, digest=digest).values_list("png", flat=True).first()
    return None if png is None else bytes(png)


def nearest_first(enterprise_id: int) -> list[int]:
    """Whose theme or mail server serves an enterprise: itself, then the resellers above it, nearest first."""
    scope = Enterprise.objects.filter(pk=enterprise_id).values_list("default_scope_id", flat=True).first()
    above = ScopeLink.objects.filter(descendant_id=scope, ancestor__default_of__is_reseller=True)
    found = above.order_by("distance", "ancestor__default_of__id").values_list(
        "ancestor__default_of__id", flat=True
    )
    return list(dict.fromkeys((enterprise_id, *(found if scope else ()))))


def look_of_theme(theme: Theme) -> Look:
    """The look a theme gives, saved or not."""
    digest = (
        Logo.objects.filter(theme_id=theme.pk).values_list("digest", flat=True).first() if theme.pk else ""
    )
    return Look(
        product=theme.product_name or PRODUCT,
        colours=colours_of(theme.accent_light, theme.text_light, theme.accent_dark, theme.text_dark),
        theme_id=theme.pk,
        logo_digest=digest or "",
        login_title=theme.login_title,
        login_text=theme.login_text,
        footer_text=theme.footer_text,
        footer_links=tuple((name, address) for name, address in theme.footer_links),
    )


def _found_for(enterprise_id: int | None) -> Look:
    places = nearest_first(enterprise_id) if enterprise_id else []
    themes = {theme.enterprise_id: theme for theme in Theme.objects.filter(enterprise_id__in=places)}
    nearest = next((themes[place] for place in places if place in themes), None)
    return look_of_theme(nearest) if nearest else _providers()


def _by_domain() -> dict[str, Look]:
    sellers = Q(enterprise__is_reseller=True) | Q(enterprise__is_provider=True)
    return {
        theme.domain: look_of_theme(theme) for theme in Theme.objects.filter(sellers, domain__isnull=False)
    }


def _providers() -> Look:
    theme = Theme.objects.filter(enterprise__is_provider=True).order_by("enterprise_id").first()
    return look_of_theme(theme) if theme else BUILT_IN


def _remembered(name: str, find: Callable[[], Any]) -> Any:
    key = f"look:{access_generation()}:{name}"
    found = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, _KEPT_SECONDS)
    return found
