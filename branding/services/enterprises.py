"""Enterprises together with their themes, as the REST dialect writes them: both change, or neither."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from branding.models import Theme
from branding.services.themes import remove_logo, remove_theme, save_theme
from core.errors import Invalid
from tenants.models import Enterprise, User
from tenants.services import create_enterprise, update_enterprise


@transaction.atomic
def create_themed_enterprise(
    *, actor: User, theme_name: str | None = None, logo_path: str | None = None, **fields: Any
) -> Enterprise:
    """A new enterprise, with a theme of this name unless it is empty. Raises as both services do."""
    enterprise = create_enterprise(actor=actor, **fields)
    _name_theme(actor, enterprise, theme_name)
    _keep_logo(actor, enterprise, current="", wanted=logo_path)
    return enterprise


@transaction.atomic
def update_themed_enterprise(
    *,
    actor: User,
    enterprise: Enterprise,
    theme_name: str | None = None,
    logo_path: str | None = None,
    current_logo_path: str = "",
    **fields: Any,
) -> Enterprise:
    """Change an enterprise and its theme's name; an empty name removes the theme, an empty path the logo.
    What is None or as it was takes no privilege for themes."""
    changed = update_enterprise(actor=actor, enterprise=enterprise, **fields)
    _keep_logo(actor, enterprise, current=current_logo_path, wanted=logo_path)
    _name_theme(actor, enterprise, theme_name)
    return changed


def _name_theme(actor: User, enterprise: Enterprise, wanted: str | None) -> None:
    current = Theme.objects.filter(enterprise=enterprise).values_list("name", flat=True).first() or ""
    if wanted is None or wanted == current:
        return
    if wanted:
        save_theme(actor=actor, enterprise=enterprise, name=wanted)
    else:
        remove_theme(actor=actor, enterprise=enterprise)


def _keep_logo(actor: User, enterprise: Enterprise, *, current: str, wanted: str | None) -> None:
    if wanted is None or wanted == current:
        return
    if wanted:
        raise Invalid(
            _("A logo can't be given by its path."),
            remedy=_("Upload it on the page of the enterprise's theme."),
        )
    remove_logo(actor=actor, enterprise=enterprise)
