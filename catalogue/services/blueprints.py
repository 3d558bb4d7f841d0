"""The only writers of blueprints and their versions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from catalogue.blueprints.content import SCHEMA, Content
from catalogue.models import Blueprint, BlueprintVersion
from core.changes import assign
from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import Decision, possible, require
from tenants.models import Enterprise, Scope
from tenants.reach import Reach

MANAGE, CONSUME = "MANAGE_VAPP_SPEC", "CONSUME_VAPP_SPEC"
NAME_LENGTH = 128
MOST_VERSIONS = 200
CHANGEABLE = ("name", "description", "icon")


@retried_transaction
def create_blueprint(
    *, actor: Any, enterprise: Enterprise, name: str, content: Content, **options: Any
) -> BlueprintVersion:
    """A blueprint with its first version, which is answered.

    ``options``: ``description``, ``icon``, ``note`` of the version, ``scopes`` and ``datacenters``.
    Raises PermissionRefused (SPEC-1), Invalid, Conflict (NAME-TAKEN, SPEC-3).
    """
    require(actor, MANAGE, enterprise)
    blueprint = Blueprint(enterprise=enterprise, name=_free_name(enterprise.pk, name))
    _describe(blueprint, {field: options.get(field) for field in ("description", "icon")})
    blueprint.save()
    _share(actor, blueprint, options)
    version = _add(blueprint, actor, content, str(options.get("note") or ""))
    _make_default(blueprint, version)
    record_event(kind="blueprint.created", subject=blueprint, actor=actor)
    return version


@retried_transaction
def add_blueprint_version(
    *, actor: Any, blueprint: Blueprint, content: Content, note: str = "", is_default: bool = True
) -> BlueprintVersion:
    """A further version of a blueprint. Raises PermissionRefused, NotFound, Conflict (SPEC-9)."""
    blueprint = _locked(blueprint)
    require_own(actor, blueprint, "SPEC-9")
    if blueprint.versions.count() >= MOST_VERSIONS:
        raise Conflict(
            _("%(name)s has %(count)s versions, and more can't be kept.")
            % {"name": blueprint.name, "count": MOST_VERSIONS},
            remedy=_("Delete old versions first."),
        )
    version = _add(blueprint, actor, content, note)
    record_event(
        kind="blueprint.version_created", subject=blueprint, actor=actor, data={"version": version.number}
    )
    if is_default:
        _make_default(blueprint, version)
    return version


@retried_transaction
def update_blueprint(*, actor: Any, blueprint: Blueprint, **fields: Any) -> Blueprint:
    """Change ``name``, ``description``, ``icon``, ``scopes`` and ``datacenters``; what is None stays.

    Raises PermissionRefused (SPEC-1), NotFound, Invalid, Conflict (NAME-TAKEN, SPEC-11, SPEC-27).
    """
    blueprint = _locked(blueprint)
    require_own(actor, blueprint, "SPEC-11")
    given = {name: fields[name] for name in CHANGEABLE if fields.get(name) is not None}
    if given.get("name", blueprint.name) != blueprint.name:
        given["name"] = _free_name(blueprint.enterprise_id, given["name"], but=blueprint)
    changes = _describe(blueprint, given) | _share(actor, blueprint, fields)
    blueprint.save()
    if changes:
        record_event(kind="blueprint.changed", subject=blueprint, actor=actor, changes=changes)
    return blueprint


@retried_transaction
def make_default_version(*, actor: Any, version: BlueprintVersion) -> None:
    """Have this version used where none is named. Raises PermissionRefused, NotFound, Conflict (SPEC-11)."""
    blueprint = _locked(version.blueprint)
    require_own(actor, blueprint, "SPEC-11")
    version = _version_of(blueprint, version)
    if blueprint.default_version_id == version.pk:
        return
    before = blueprint.default_version
    _make_default(blueprint, version)
    record_event(
        kind="blueprint.default_changed",
        subject=blueprint,
        actor=actor,
        changes={"version": [before.number if before else None, version.number]},
    )


@retried_transaction
def delete_blueprint_version(*, actor: Any, version: BlueprintVersion) -> None:
    """Remove a version; with the last one goes the blueprint. What was made of it stays.

    Raises PermissionRefused, NotFound, Conflict (SPEC-4: the default one of several, SPEC-10).
    """
    blueprint = _locked(version.blueprint)
    require_own(actor, blueprint, "SPEC-10")
    version = _version_of(blueprint, version)
    if blueprint.versions.count() == 1:
        _delete(actor, blueprint)
        return
    if blueprint.default_version_id == version.pk:
        raise Conflict(
            _("Version %(number)s is the default of %(name)s.")
            % {"number": version.number, "name": blueprint.name},
            code="SPEC-4",
            remedy=_("Make another version the default first, or delete the whole blueprint."),
        )
    record_event(
        kind="blueprint.version_deleted", subject=blueprint, actor=actor, data={"version": version.number}
    )
    version.delete()


@retried_transaction
def delete_blueprint(*, actor: Any, blueprint: Blueprint) -> None:
    """Remove a blueprint with all its versions. What was made of it stays. Raises Conflict (SPEC-10)."""
    blueprint = _locked(blueprint)
    require_own(actor, blueprint, "SPEC-10")
    _delete(actor, blueprint)


def require_own(actor: Any, blueprint: Blueprint, code: str = "SPEC-11") -> None:
    """Raise unless the actor may change the blueprint: PermissionRefused, Conflict with the code."""
    if not actor.reaches(blueprint.enterprise_id):
        raise Conflict(
            _("The blueprint %(name)s is shared with you; only its owner changes it.")
            % {"name": blueprint.name},
            code=code,
            remedy=_("Make one of your own: download its file, and upload that."),
        )
    require(actor, MANAGE, blueprint)


def may_change_blueprint(actor: Any, blueprint: Blueprint) -> Decision:
    """Whether the actor could change it, with the reason when not."""
    return possible(require_own, actor, blueprint)


def _locked(blueprint: Blueprint) -> Blueprint:
    found = Blueprint.objects.select_for_update().filter(pk=blueprint.pk).first()
    if found is None:
        raise NotFound(_("The blueprint was deleted meanwhile."), code="SPEC-0")
    return found


def _version_of(blueprint: Blueprint, version: BlueprintVersion) -> BlueprintVersion:
    found = blueprint.versions.filter(pk=version.pk).first()
    if found is None:
        raise NotFound(_("This version was deleted meanwhile."), code="SPEC-0")
    return found


def _add(blueprint: Blueprint, actor: Any, content: Content, note: str) -> BlueprintVersion:
    last = blueprint.versions.aggregate(last=Max("number"))["last"] or 0
    return BlueprintVersion.objects.create(
        blueprint=blueprint,
        number=last + 1,
        note=_text("note", note),
        creator_name=str(actor or "")[:128],
        schema_number=SCHEMA,
        content=content.as_data(),
    )


def _make_default(blueprint: Blueprint, version: BlueprintVersion) -> None:
    blueprint.default_version = version
    blueprint.save(update_fields=["default_version", "updated_at"])


def _delete(actor: Any, blueprint: Blueprint) -> None:
    record_event(kind="blueprint.deleted", subject=blueprint, actor=actor)
    blueprint.delete()


def _describe(blueprint: Blueprint, given: dict[str, Any]) -> dict[str, list[Any]]:
    texts = {field: value for field, value in given.items() if value is not None}
    return assign(blueprint, {field: _text(field, value) for field, value in texts.items()})


def _text(field: str, value: Any) -> str:
    text, most = str(value), 255
    if len(text) > most:
        raise Invalid(
            _("%(field)s: at most %(most)s characters, not %(length)s.")
            % {"field": field, "most": most, "length": len(text)}
        )
    return text


def _free_name(enterprise_id: int, name: Any, but: Blueprint | None = None) -> str:
    text = str(name or "").strip()
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable():
        raise Invalid(
            _("A name has 1 to %(most)s printable characters; this one has %(length)s.")
            % {"most": NAME_LENGTH, "length": len(text)}
        )
    others = Blueprint.objects.filter(enterprise_id=enterprise_id, name=text)
    if others.exclude(pk=but.pk if but else None).exists():
        raise Conflict(
            _("There is a blueprint called %(name)s already.") % {"name": text},
            code="NAME-TAKEN",
            remedy=_("Choose another name, or make a new version of that one."),
        )
    return text


def _share(actor: Any, blueprint: Blueprint, given: dict[str, Any]) -> dict[str, list[Any]]:
    changes = {}
    if given.get("scopes") is not None:
        changes |= _share_with(actor, blueprint, given["scopes"])
    if given.get("datacenters") is not None:
        before = _names(blueprint.datacenters)
        blueprint.datacenters.set(given["datacenters"])
        changes |= _changed("locations", before, _names(blueprint.datacenters))
    return changes


def _share_with(actor: Any, blueprint: Blueprint, scopes: Sequence[Scope]) -> dict[str, list[Any]]:
    """Scopes that the actor does not see stay as they are."""
    before, kept = _names(blueprint.scopes), list(blueprint.scopes.all())
    seen = set(Scope.objects.visible_to(actor).values_list("pk", flat=True))
    wanted = {scope.pk: scope for scope in [*scopes, *(each for each in kept if each.pk not in seen)]}
    more = [scope for scope in wanted.values() if scope not in kept]
    if more and actor.reach == Reach.OWN:
        raise PermissionRefused(
            _("You administer no enterprise but your own, so you can't share blueprints with others."),
            code="SPEC-1",
            remedy=_("Ask the administrator of your scope."),
        )
    if any(scope.unlimited for scope in more) and actor.reach != Reach.ALL:
        raise Conflict(
            _("Only administrators whose scope is unlimited share blueprints with everybody."),
            code="SPEC-27" if blueprint.default_version_id else "SPEC-3",
            remedy=_("Share it with scopes you administer."),
        )
    blueprint.scopes.set(wanted.values())
    return _changed("shared_with", before, _names(blueprint.scopes))


def _names(rows: Any) -> str:
    return ", ".join(rows.order_by("name").values_list("name", flat=True))


def _changed(field: str, before: str, after: str) -> dict[str, list[Any]]:
    return {field: [before, after]} if before != after else {}
