"""Every address of the back office x every actor x every estate x every method.

It knows neither scopes nor restrictions, so it is for those only who are bounded by neither; for everybody
else it is not there, whatever they ask it for.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from tenants.models import Privilege, Role, User
from tests.isolation.actors import ACTORS, Actor, privileges_of
from tests.isolation.addresses import METHODS, Address, of_the_back_office
from tests.isolation.asking import NOBODYS_ID, ask, signed_in
from tests.isolation.estates import RELATIONS, canary
from tests.isolation.parameters import OFFICE

pytestmark = pytest.mark.django_db(transaction=True)
ROOMS = of_the_back_office()
PLAIN_PARAMETERS = {"app_label": "tenants"}
# What is asked of a list besides itself: actions on rows, searches, and what a field may be filled with.
SEARCHED = (
    "admin/search/?s={}", "admin/tenants/enterprise/?q={}", "admin/tenants/user/?enterprise__id__exact={}",
    "admin/autocomplete/?app_label=tenants&model_name=user&field_name=enterprise&term={}",
)  # fmt: skip
BROKEN = 500
FOUND = (200, 301, 302)
REFUSALS = {302, 403, 404, 405}
OPEN_TO_ALL = {"admin/logout/"}
FEW_RIGHTS = "Office without tenants"
NEIGHBOURS = (
    Actor("restricted cloud administrator", "CLOUD_ADMIN", "all", restricted=True),
    Actor("in the office without tenants", FEW_RIGHTS, "all"),
)


def may_enter(actor: Actor, user: User) -> bool:
    """Told from the privileges of the role and the bounds alone."""
    needed = {"SYSCONFIG_ALLOW_MODIFY", "ENTERPRISE_ADMINISTER_ALL"}
    return needed <= privileges_of(user.role) and actor.bounds == "all" and not actor.restricted


def somebody(world, estates, actor: Actor) -> User:
    if actor.role == FEW_RIGHTS:
        world.roles[FEW_RIGHTS] = Role.objects.create(name=FEW_RIGHTS)
        world.roles[FEW_RIGHTS].privileges.set(Privilege.objects.filter(name="SYSCONFIG_ALLOW_MODIFY"))
    return actor.user(world, estates)


def asked_for(room: Address, ids: dict[str, Any]) -> Iterator[str]:
    """The room's addresses about each thing of an estate that it may be about."""
    if "content_type_id" in room.parameters:
        for model, thing in OFFICE.items():
            about = ContentType.objects.get_by_natural_key(*model.split("/"))
            yield room.filled({"content_type_id": about.pk, "object_id": ids[thing]})
    elif "object_id" in room.parameters:
        yield room.filled({"object_id": ids[OFFICE[model_of(room)]]})
    else:
        yield room.filled(PLAIN_PARAMETERS)


def model_of(room: Address) -> str:
    """``app/model`` of a room's class."""
    return "/".join(room.route.split("/")[1:3])


def forms(room: Address, ids: dict[str, Any]) -> list[dict[str, Any]]:
    """What is sent to a room: that it be done, and each action on a thing of the estate."""
    sent: list[dict[str, Any]] = [{"post": "yes"}]
    if not room.parameters and model_of(room) in OFFICE and room.route.count("/") == 3:
        kind = admin.site._registry[apps.get_model(model_of(room).replace("/", "."))]
        row = ids[OFFICE[model_of(room)]]
        actions = [name if isinstance(name, str) else name.__name__ for name in kind.actions or ()]
        sent += [{"action": each, "_selected_action": row} for each in ("delete_selected", *actions)]
    return sent


def test_every_class_and_every_parameter_of_the_back_office_has_its_place():
    assert {model._meta.label_lower.replace(".", "/") for model in admin.site._registry} == set(OFFICE)
    known = {"content_type_id", "object_id", *PLAIN_PARAMETERS}
    assert {name for room in ROOMS for name in room.parameters} <= known
    assert {model_of(room) for room in ROOMS if room.route.endswith("{object_id}/change/")} == set(OFFICE)


@pytest.mark.parametrize("actor", (*ACTORS[1:], *NEIGHBOURS), ids=lambda actor: actor.name)
def test_the_back_office_is_not_there_for_who_is_bounded(world, estates, actor):
    user = somebody(world, estates, actor)
    browser, told = signed_in(user), []
    assert not may_enter(actor, user)
    nothing = dict.fromkeys(estates["own"], NOBODYS_ID)
    for room in ROOMS:
        nowhere = {path: ask(browser, "get", path) for path in asked_for(room, nothing)}
        for relation in RELATIONS:
            for path, other in zip(asked_for(room, estates[relation]), nowhere.values(), strict=True):
                methods = METHODS if relation == "foreign" or not room.parameters else METHODS[:1]
                answers = [ask(browser, method, path) for method in methods]
                answers += [ask(browser, "post", path, form) for form in forms(room, estates[relation])]
                opened = [each for each in answers if each.status not in REFUSALS or each.writes]
                if opened and room.route not in OPEN_TO_ALL:
                    told.append((path, [(each.status, each.writes) for each in opened]))
                if answers[0] != other:
                    told.append((path, answers[0].unlike(other)))
            if not room.parameters:
                break
    for search in SEARCHED:
        answer = ask(browser, "get", "/" + search.format(canary("foreign")))
        told += [(search, answer.status)] if answer.status not in REFUSALS else []
    assert not told, "\n".join(map(str, told))


def test_who_is_not_bounded_finds_everything_there_and_breaks_nothing(world, estates):
    actor = ACTORS[0]
    user = somebody(world, estates, actor)
    browser, told = signed_in(user), []
    assert may_enter(actor, user)
    for room in ROOMS:
        for relation in RELATIONS if room.parameters else RELATIONS[:1]:
            for path in asked_for(room, estates[relation]):
                found = ask(browser, "get", path)
                if found.status not in FOUND and not is_refused_to_all(room):
                    told.append((path, found.status))
                for form in forms(room, estates[relation]):
                    answer = ask(browser, "post", path, form)
                    told += [(path, form, answer.status)] if answer.status >= BROKEN else []
    assert not told, "\n".join(map(str, told))


def is_refused_to_all(room: Address) -> bool:
    """Rooms that want a question or a form, and what is only looked up."""
    rooms = ("admin/autocomplete/", "admin/logout/", "admin/r/{content_type_id}/{object_id}/")
    return room.route in rooms or room.route.endswith(("/add/", "/delete/"))
