"""Making, changing and removing themes and their logos."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from branding.contrast import normalized, text_on
from branding.models import Logo, Theme
from branding.pictures import cleaned
from core.access_generation import access_changed
from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from events.services import record_event
from tenants.access import may
from tenants.models import Enterprise, User

MANAGE_THEMES = "USERS_MANAGE_ENTERPRISE_BRANDING"
TEXTS = ("name", "product_name", "login_title", "login_text", "footer_text")
COLOURS = ("accent_light", "accent_dark", "text_light", "text_dark")
FIELDS = (*TEXTS, *COLOURS, "domain", "footer_links")
MOST_LINKS = 5
MOST_LINK_CHARACTERS = 300
LINK_SCHEMES = ("https", "http", "mailto")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@transaction.atomic
def save_theme(*, actor: User, enterprise: Enterprise, **fields: Any) -> Theme:
    """Make or change the theme of an enterprise; what is not given stays. ``fields`` are those of Theme, and
    ``logo`` (the bytes of a picture) or ``without_logo``.

    Raises PermissionRefused ENTERPRISE-15, NotFound for an enterprise the actor does not know, Conflict
    THEME-0 (name) and THEME-1 (domain) for what is taken, Invalid for a wrong value or an unreadable colour.
    """
    require_themes(actor, enterprise)
    theme = Theme.objects.select_for_update().filter(enterprise=enterprise).first()
    theme = theme or Theme(enterprise=enterprise, name=_free_default(enterprise))
    before = {name: getattr(theme, name) for name in FIELDS} if theme.pk else {}
    fill_in(theme, fields)
    _require_free(theme)
    theme.save()
    access_changed()
    after = {name: getattr(theme, name) for name in FIELDS}
    record_event(
        kind="theme.changed" if before else "theme.created",
        subject=theme,
        actor=actor,
        changes={name: [before.get(name), now] for name, now in after.items() if before.get(name) != now},
    )
    if fields.get("logo"):
        set_logo(actor=actor, enterprise=enterprise, data=fields["logo"])
    elif fields.get("without_logo") and Logo.objects.filter(theme=theme).exists():
        remove_logo(actor=actor, enterprise=enterprise)
    return theme


@transaction.atomic
def remove_theme(*, actor: User, enterprise: Enterprise) -> None:
    """Let the enterprise look like the one above it again."""
    require_themes(actor, enterprise)
    theme = _theme_of(enterprise)
    record_event(kind="theme.deleted", subject=theme, actor=actor)
    theme.delete()
    access_changed()


@transaction.atomic
def set_logo(*, actor: User, enterprise: Enterprise, data: bytes) -> Logo:
    """Give the theme this picture. Raises Invalid when it is none, or too large."""
    require_themes(actor, enterprise)
    theme = _theme_of(enterprise)
    picture = cleaned(data)
    values = {
        "digest": picture.digest,
        "png": picture.png,
        "width": picture.width,
        "height": picture.height,
    }
    logo, _created = Logo.objects.update_or_create(theme=theme, defaults=values)
    access_changed()
    record_event(kind="theme.logo_changed", subject=theme, actor=actor, data={"digest": picture.digest})
    return logo


@transaction.atomic
def remove_logo(*, actor: User, enterprise: Enterprise) -> None:
    """Show the product's own logo again."""
    require_themes(actor, enterprise)
    theme = _theme_of(enterprise)
    Logo.objects.filter(theme=theme).delete()
    access_changed()
    record_event(kind="theme.logo_removed", subject=theme, actor=actor)


def fill_in(theme: Theme, fields: dict[str, Any]) -> None:
    """Write what was given into a theme that is not saved. Raises Invalid; asks no database."""
    for name in TEXTS:
        if fields.get(name) is not None:
            setattr(theme, name, _line(name, fields[name]))
    if not theme.name:
        raise Invalid(_("A theme needs a name."))
    for name in COLOURS:
        if fields.get(name) is not None:
            setattr(theme, name, _colour(str(fields[name]), may_be_empty=name.startswith("text")))
    if "domain" in fields:
        theme.domain = _domain(str(fields["domain"] or ""), theme.enterprise)
    if fields.get("footer_links") is not None:
        theme.footer_links = _links(fields["footer_links"])
    _check_contrast(theme)


def require_themes(actor: User, enterprise: Enterprise) -> None:
    """Raise NotFound or PermissionRefused unless the actor manages the theme of this enterprise."""
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    decision = may(actor, MANAGE_THEMES)
    if not decision:
        reason = decision.reason
        raise PermissionRefused(reason.message, code="ENTERPRISE-15", remedy=reason.remedy, reasons=(reason,))


def _theme_of(enterprise: Enterprise) -> Theme:
    theme = Theme.objects.select_for_update().filter(enterprise=enterprise).first()
    if theme is None:
        raise NotFound(_("%(name)s has no theme of its own.") % {"name": enterprise.name})
    return theme


def _free_default(enterprise: Enterprise) -> str:
    length = Theme._meta.get_field("name").max_length
    taken = Theme.objects.filter(name=enterprise.name[:length]).exists()
    return f"{enterprise.name[: length - 20]} {enterprise.pk}" if taken else enterprise.name[:length]


def _require_free(theme: Theme) -> None:
    others = Theme.objects.exclude(pk=theme.pk)
    if others.filter(name=theme.name).exists():
        raise Conflict(
            _("There is a theme called %(name)s already.") % {"name": theme.name},
            code="THEME-0",
            remedy=_("Choose another name."),
        )
    if theme.domain and others.filter(domain=theme.domain).exists():
        raise Conflict(
            _("The sign-in page at %(domain)s has a theme already.") % {"domain": theme.domain},
            code="THEME-1",
            remedy=_("Choose another domain."),
        )


def _line(name: str, value: Any) -> str:
    text = " ".join(str(value).split())
    most = Theme._meta.get_field(name).max_length
    if len(text) > most or not text.isprintable():
        raise Invalid(
            _("%(field)s has at most %(most)s printable characters.")
            % {"field": name.replace("_", " ").capitalize(), "most": most}
        )
    return text


def _colour(text: str, *, may_be_empty: bool) -> str:
    if may_be_empty and not text.strip():
        return ""
    colour = normalized(text)
    if colour is None:
        raise Invalid(_("%(text)s is no colour; one is written like #2f5bd7.") % {"text": text[:20]})
    return colour


def _domain(text: str, enterprise: Enterprise) -> str | None:
    domain = text.strip().lower().rstrip(".")
    if not domain:
        return None
    if not (enterprise.is_reseller or enterprise.is_provider):
        raise Invalid(_("Only resellers and the provider have a domain."), remedy=_("Leave it empty."))
    if not _DOMAIN.fullmatch(domain):
        raise Invalid(_("%(text)s is no domain.") % {"text": text[:80]})
    if domain == urlsplit(settings.ATRIUM_PUBLIC_URL).hostname and not enterprise.is_provider:
        # Its sign-in page is everybody's; a stranger's look there would be a trap.
        raise Conflict(_("%(domain)s is the provider's domain.") % {"domain": domain}, code="THEME-1")
    return domain


def _links(given: Any) -> list[list[str]]:
    pairs = [(" ".join(str(name).split()), str(address).strip()) for name, address in given]
    if len(pairs) > MOST_LINKS:
        raise Invalid(_("There are at most %(most)s links.") % {"most": MOST_LINKS})
    for name, address in pairs:
        if not name or urlsplit(address).scheme not in LINK_SCHEMES or not address.isprintable():
            raise Invalid(
                _("A link has a name and an address that begins with https://, http:// or mailto:.")
            )
        if len(name) + len(address) > MOST_LINK_CHARACTERS or " " in address:
            raise Invalid(_("The link %(name)s is too long.") % {"name": name[:40]})
    return [[name, address] for name, address in pairs]


def _check_contrast(theme: Theme) -> None:
    for accent, text in ((theme.accent_light, theme.text_light), (theme.accent_dark, theme.text_dark)):
        verdict = text_on(accent, text) if text else True
        if not verdict:
            reason = verdict.reason
            raise Invalid(reason.message, remedy=reason.remedy, reasons=(reason,))
