"""What a body says of a blueprint: which version, and what was decided about it."""

from catalogue.api.resources import SPEC_REFERENCES, TEMPLATE_REFERENCE
from catalogue.models import Blueprint
from compute.blueprints.target import Choices
from core.api.document import Document
from core.api.links import reference
from core.errors import Conflict, Invalid


def require_spec(document: Document) -> int:
    """The version that a body which brings a whole one names. Raises Conflict (SPEC-2), Invalid (GEN-6)."""
    pk = named_spec(document, "edit", "self", "virtualappliancespec", "spec", "origin")
    if pk is None:
        raise Conflict("A link 'edit' to the version of the blueprint is needed.", code="SPEC-2")
    return pk


def named_spec(document: Document, *relations: str) -> int | None:
    """The version that a body's link names, None without such a link. Raises Invalid (GEN-6)."""
    for rel in relations:
        found = document.reference(rel, *SPEC_REFERENCES)
        if found is not None:
            return found["vappspec"]
    return None


def choices_in(document: Document, blueprint: Blueprint) -> Choices:
    """What a client that sends a verified blueprint back decided: the ``id`` of a template's entry is where
    the template is found; a name that is not the blueprint's is the appliance's. Raises Invalid (SPEC-44).
    """
    answers = {}
    for entry in document.get("virtualMachineTemplateSpecs") or ():
        if not isinstance(entry, dict):
            raise Invalid("virtualMachineTemplateSpecs: must be a list of objects.", code="SPEC-44")
        if entry.get("id"):
            found = reference([{"rel": "id", "href": str(entry["id"])}], "id", TEMPLATE_REFERENCE)
            answers[str(entry.get("specId"))] = found["template"]
    name = str(document.get("name") or "").strip()
    return Choices(
        answers=answers,
        name="" if name == blueprint.name else name,
        terms_accepted=str(document.get("termsAccepted")).lower() == "true",
    )
