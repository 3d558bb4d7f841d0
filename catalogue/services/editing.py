"""Changing what a template says of itself, who sees it, and its disks' descriptions."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Category, GuestSetup, Template, TemplateDisk, TemplateState
from catalogue.services.bounds import check_bounds
from catalogue.services.checking import checked
from catalogue.services.disks import LAST_POSITION, empty_first
from catalogue.services.icons import require_known, take_icon
from catalogue.services.rights import require_own
from catalogue.services.sharing import share
from core.changes import assign
from core.errors import Conflict, Invalid, NotFound
from core.sealing import seal
from core.transactions import retried_transaction
from events.services import record_event

PASSWORD_PURPOSE = "template login password"
CHANGEABLE = frozenset(
    {
        "name", "description", "icon", "os_type", "os_version", "login_user", "terms", "cost_code", "vcpus",
        "vcpus_min", "vcpus_max", "memory_mib", "memory_mib_min", "memory_mib_max", "cores_per_socket",
        "ethernet_driver", "vcpus_hot_add", "memory_hot_add", "nics_hot_reconfigure",
        "disks_hot_reconfigure", "remote_access_hot_reconfigure", "guest_setup", "generates_password",
        "variables", "category", "version_note",
    }
)  # fmt: skip


@retried_transaction
def update_template(*, actor: Any, template: Template, **fields: Any) -> Template:
    """Change what is given: fields of CHANGEABLE, ``login_password`` (empty removes it), ``picture`` (the
    bytes of one, for ``icon``), ``shared`` and ``scopes`` (all with which it is shared).

    Raises PermissionRefused, NotFound, Invalid, Conflict (VIMAGE-9, -14, -15, -21, -70, CATEGORY-10, -11,
    ICONS-FULL).
    """
    template = Template.objects.select_for_update().get(pk=template.pk)
    require_own(actor, template)
    _require_editable(template)
    if fields.get("picture"):
        fields["icon"] = take_icon(template, fields["picture"])
    require_known(template, fields.get("icon"))
    changes = assign(template, checked(_differing(template, fields)))
    check_bounds(template)
    if fields.get("login_password") is not None:
        changes |= _set_password(template, fields["login_password"])
    _require_guest_setup(template)
    template.save()
    if "shared" in fields or "scopes" in fields:
        scopes = fields.get("scopes")
        changes |= share(
            actor,
            template,
            fields.get("shared", template.shared),
            list(template.scopes.all() if scopes is None else scopes),
        )
    _require_fitting_category(template, moved="category" in changes)
    if changes:
        record_event(kind="template.changed", subject=template, actor=actor, changes=changes)
    return template


@retried_transaction
def update_template_disk(*, actor: Any, disk: TemplateDisk, **fields: Any) -> TemplateDisk:
    """Change ``label``, ``controller``, ``adapter`` or ``position`` (the lowest boots; taken ones make room).

    Raises PermissionRefused, Invalid (DISK-4, VIMAGE-48), Conflict (VIMAGE-9).
    """
    template = Template.objects.select_for_update().get(pk=disk.template_id)
    require_own(actor, template)
    disk = TemplateDisk.objects.select_for_update().get(pk=disk.pk)
    changes = {}
    if fields.get("position") is not None and fields["position"] != disk.position:
        changes["position"] = [disk.position, fields["position"]]
        _move(disk, fields["position"])
    given = {name: fields[name] for name in ("label", "controller", "adapter") if name in fields}
    changes |= assign(disk, checked(given))
    disk.save()
    if changes:
        record_event(kind="template.changed", subject=template, actor=actor, changes=changes)
    return disk


def move_template(*, actor: Any, template: Template) -> None:
    """Refuse to bind a template to another virtual datacenter: only persistent ones are bound to one, and
    nothing makes these. Raises PermissionRefused, Conflict (VIMAGE-9, -52)."""
    require_own(actor, template)
    raise Conflict(
        _("%(name)s is bound to no virtual datacenter: every one of its location can use it.")
        % {"name": template.name},
        code="VIMAGE-52",
    )


def _move(disk: TemplateDisk, position: int) -> None:
    others = list(TemplateDisk.objects.filter(template_id=disk.template_id).exclude(pk=disk.pk))
    if not 0 <= position <= len(others):
        raise Invalid(
            _("A template with %(count)s disks has the positions 0 to %(last)s; %(position)s is none.")
            % {"count": len(others) + 1, "last": len(others), "position": position},
            code="DISK-4",
        )
    order = sorted(others, key=lambda other: other.position)
    order.insert(position, disk)
    if order[0].is_empty:
        raise empty_first()
    beyond = LAST_POSITION + 1
    for offset in (beyond, 0):  # first out of the way of each other: positions are unique
        for place, each in enumerate(order):
            each.position = place + offset
            each.save(update_fields=["position", "updated_at"])


def _require_editable(template: Template) -> None:
    if template.state == TemplateState.IN_PROGRESS:
        raise Conflict(
            _("The template %(name)s is still being made.") % {"name": template.name},
            code="VIMAGE-15",
            remedy=_("Change it when it is ready."),
        )


def _differing(template: Template, fields: dict[str, Any]) -> dict[str, Any]:
    """What would change: what somebody else wrote once is not theirs to be told about."""
    given = {name: fields[name] for name in CHANGEABLE & fields.keys()}
    return {name: value for name, value in given.items() if value != getattr(template, name)}


def _set_password(template: Template, password: str) -> dict[str, list[Any]]:
    """What the event may tell: that there is one now, or none."""
    before = bool(template.sealed_login_password)
    template.sealed_login_password = seal(password, purpose=PASSWORD_PURPOSE) if password else ""
    return {"login_password": [_set_or_not(before), _set_or_not(bool(password))]}


def _set_or_not(there: bool) -> str:
    return _("set") if there else _("none")


def _require_guest_setup(template: Template) -> None:
    if template.generates_password and template.guest_setup == GuestSetup.NONE:
        raise Conflict(
            _("A first password can be made only for guests that are set up by cloud-init or tools."),
            code="VIMAGE-71",
            remedy=_("Choose a guest set-up."),
        )


def _require_fitting_category(template: Template, *, moved: bool) -> None:
    category: Category | None = template.category
    if category is None or category.enterprise_id is None:
        return
    if category.enterprise_id != template.enterprise_id:
        raise NotFound(_("There is no such category here, or you may not see it."), code="CATEGORY-1")
    if template.shared or template.scopes.exists():
        raise Conflict(
            _("%(name)s is shared, and %(category)s is a category of one enterprise.")
            % {"name": template.name, "category": category.name},
            code="CATEGORY-11" if moved else "CATEGORY-10",
            remedy=_("Choose a global category, or stop sharing it."),
        )
