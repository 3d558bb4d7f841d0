"""What may be put into a scope, found by name as somebody types. Services decide what may be done with it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.ui.choosing import choices_page
from core.ui.pages import Page
from infrastructure.models import Datacenter
from tenants.access import require
from tenants.models import Enterprise
from tenants.reach import Reach
from tenants.services.scopes import MANAGE


def enterprises_for(actor: Any) -> QuerySet[Enterprise]:
    """The enterprises the actor may put into scopes."""
    return Enterprise.objects.visible_to(actor)


def locations_for(actor: Any) -> QuerySet[Datacenter]:
    """The locations the actor may put into scopes: to be allowed to use one is not enough."""
    locations = Datacenter.objects.visible_to(actor)
    if actor.location_reach == Reach.SCOPE:
        return locations.filter(scopes__ancestors__ancestor=actor.scope_id).distinct()
    return locations if actor.location_reach == Reach.ALL else locations.none()


class EnterpriseChoices(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        return choices_page(request, enterprises_for(request.user))


class LocationChoices(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        return choices_page(request, locations_for(request.user))
