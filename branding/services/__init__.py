"""The only writers of themes, and the one place that finds the look for somebody."""

from branding.services.enterprises import create_themed_enterprise, update_themed_enterprise
from branding.services.looks import (
    BUILT_IN,
    Look,
    logo_of,
    look_for_domain,
    look_of,
    look_of_theme,
    nearest_first,
)
from branding.services.themes import fill_in, remove_logo, remove_theme, require_themes, save_theme, set_logo

__all__ = [
    "BUILT_IN",
    "Look",
    "create_themed_enterprise",
    "fill_in",
    "logo_of",
    "look_for_domain",
    "look_of",
    "look_of_theme",
    "nearest_first",
    "remove_logo",
    "remove_theme",
    "require_themes",
    "save_theme",
    "set_logo",
    "update_themed_enterprise",
]
