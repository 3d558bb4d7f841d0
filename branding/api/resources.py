"""An enterprise with its theme, in the REST dialect."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.urls import reverse

from core.api.fields import text
from tenants.api.resources import ENTERPRISE


def logo_path(row: Mapping[str, Any]) -> str:
    """Where the logo of the enterprise's own theme is, or nothing."""
    digest = row["theme__logo__digest"]
    return reverse("branding:logo", args=[row["theme__id"], digest]) if digest else ""


ENTERPRISE_THEME = replace(
    ENTERPRISE,
    name="enterprisetheme",
    collection="",
    fields=(
        *ENTERPRISE.fields,
        text(
            "theme",
            source="theme__name",
            show=lambda name: name or "",
            writes="theme_name",
            most=64,
            help="The name of the enterprise's own theme; writing nothing removes it.",
        ),
        text(
            "companyLogoPath",
            needs=("theme__id", "theme__logo__digest"),
            show=logo_path,
            writes="logo_path",
            help="Where the logo is. Only what was read, or nothing, can be written.",
        ),
    ),
    _variants={},
    _writers={},
)
