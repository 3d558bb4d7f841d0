"""The only writers of categories."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Category, Template
from core.changes import assign
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import Decision, may, possible, require
from tenants.models import Enterprise

MANAGE, MANAGE_GLOBAL = "APPLIB_MANAGE_CATEGORIES", "APPLIB_MANAGE_GLOBAL_CATEGORIES"
DEFAULT_NAME = "Others"
NAME_LENGTH = 30
KEEP = object()


def default_category() -> Category:
    """The category of templates that nobody sorted, made when it is asked for first."""
    category = Category.objects.filter(is_default=True).first()
    if category is None:
        category, _made = Category.objects.get_or_create(
            owner_id=0, name=DEFAULT_NAME, defaults={"is_default": True}
        )
    return category


@retried_transaction
def create_category(*, actor: Any, name: str, enterprise: Enterprise | None = None) -> Category:
    """A category of one enterprise, or with None a global one.

    Raises PermissionRefused, NotFound, Invalid (name), Conflict (CATEGORY-2, CATEGORY-7).
    """
    _require_maker(actor, enterprise)
    owner_id = enterprise.pk if enterprise else 0
    category = Category.objects.create(
        name=_free_name(name, owner_id), enterprise=enterprise, owner_id=owner_id
    )
    record_event(kind="category.created", subject=category, actor=actor)
    return category


@retried_transaction
def update_category(*, actor: Any, category: Category, name: str = "", enterprise: Any = KEEP) -> Category:
    """Rename a category, or with ``enterprise`` None make a local one global, which it then stays.

    Raises PermissionRefused, Invalid, Conflict (CATEGORY-2, -3, -6, -7, -8, -12).
    """
    category = Category.objects.select_for_update().get(pk=category.pk)
    require_changeable(actor, category)
    changes = {}
    if enterprise is not KEEP and getattr(enterprise, "pk", 0) != category.owner_id:
        _require_made_global(actor, category, enterprise)
        changes |= assign(category, {"enterprise": None, "name": _free_name(category.name, 0, but=category)})
        category.owner_id = 0
    if name and name != category.name:
        changes |= assign(category, {"name": _free_name(name, category.owner_id, but=category)})
    if changes:
        category.save()
        record_event(kind="category.changed", subject=category, actor=actor, changes=changes)
    return category


@retried_transaction
def delete_category(*, actor: Any, category: Category) -> None:
    """Remove a category; its templates go to the default one. Raises Conflict (CATEGORY-3, CATEGORY-9)."""
    category = Category.objects.select_for_update().get(pk=category.pk)
    if not may_change(actor, category) and not category.is_default:
        raise Conflict(
            _("You may not delete the category %(name)s.") % {"name": category.name},
            code="CATEGORY-9",
            remedy=_("Ask an administrator who manages the categories."),
        )
    require_changeable(actor, category)
    Template.objects.filter(category=category).update(category=default_category())
    record_event(kind="category.deleted", subject=category, actor=actor)
    category.delete()


def may_change(actor: Any, category: Category) -> Decision:
    """Whether the actor could change or delete this category, with the reason when not."""
    return possible(require_changeable, actor, category)


def may_create(actor: Any) -> Decision:
    """Whether the actor may make categories at all."""
    local = may(actor, MANAGE)
    return local if local else may(actor, MANAGE_GLOBAL)


def require_changeable(actor: Any, category: Category) -> None:
    """Raise unless the actor may rename or delete it."""
    if category.is_default:
        raise Conflict(
            _("%(name)s is where templates without a category go: it stays.") % {"name": category.name},
            code="CATEGORY-3",
        )
    if category.enterprise is None:
        require(actor, MANAGE_GLOBAL)
        return
    if not may(actor, MANAGE):
        raise Conflict(
            _("The category %(name)s belongs to %(enterprise)s, and your role may not change it.")
            % {"name": category.name, "enterprise": category.enterprise},
            code="CATEGORY-12",
            remedy=_("Ask an administrator with the privilege %(privilege)s.") % {"privilege": MANAGE},
        )
    require(actor, MANAGE, category)


def _require_maker(actor: Any, enterprise: Enterprise | None) -> None:
    if enterprise is None:
        _require_global(actor)
    else:
        require(actor, MANAGE, enterprise)


def _require_made_global(actor: Any, category: Category, enterprise: Enterprise | None) -> None:
    """The only move there is: from one enterprise to all."""
    if category.enterprise is None:
        raise Conflict(
            _("%(name)s is a category for every enterprise and stays one.") % {"name": category.name},
            code="CATEGORY-8",
            remedy=_("Make another category for that enterprise."),
        )
    if enterprise is not None:
        raise Conflict(
            _("%(name)s is a category of %(enterprise)s; it can become global, but not another's.")
            % {"name": category.name, "enterprise": category.enterprise},
            code="CATEGORY-6",
        )
    _require_global(actor)


def _require_global(actor: Any) -> None:
    decision = may(actor, MANAGE_GLOBAL)
    if not decision:
        raise Conflict(
            _("Global categories are for every enterprise. %(why)s") % {"why": decision.reason.message},
            code="CATEGORY-7",
            remedy=_("Make a category of your enterprise instead."),
        )


def _free_name(name: Any, owner_id: int, but: Category | None = None) -> str:
    text = str(name or "").strip()
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable():
        raise Invalid(
            _("A category's name has 1 to %(most)s printable characters; this one has %(length)s.")
            % {"most": NAME_LENGTH, "length": len(text)}
        )
    taken = Category.objects.filter(owner_id=owner_id, name__iexact=text)
    if taken.exclude(pk=but.pk if but else None).exists():
        raise Conflict(_("There is a category called %(name)s already.") % {"name": text}, code="CATEGORY-2")
    return text
