"""What lists of templates are narrowed by besides the fields of their rows."""

from catalogue.api.format_words import formats_named
from catalogue.querysets import TemplateQuerySet

PARAMETERS = {
    "diskformattypes": "Only those with a disk in one of these formats: QCOW2_SPARSE, RAW …",
    "versions": "all: versions too in whose place machines get a newer one. Those that are named are listed.",
}
NAMING = {"id", "idTemplate", "path"}


def listed(templates: TemplateQuerySet, params: dict[str, str]) -> TemplateQuerySet:
    """Those that the query parameters ask for: of versions the current ones, unless one is named."""
    if params.get("versions", "").lower() != "all" and not NAMING & params.keys():
        templates = templates.current()
    formats = params.get("diskformattypes")
    return templates.in_formats(formats_named(formats)) if formats else templates
