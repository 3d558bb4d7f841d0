"""Locations: datacenters as tenants see them, and the sizes offered there."""

from django.db.models import Value

from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.api.resources import HARDWARE_PROFILE, LOCATION, PUBLIC_CLOUD_REGION
from infrastructure.models import Datacenter, HardwareProfile


class LocationView(DialectView):
    """A view of, or below, the locations the actor's enterprise may use."""

    def locations(self):
        """Visible locations, with the viewer's enterprise for the link to its repository."""
        own = Value(self.actor.enterprise_id)
        return Datacenter.objects.visible_to(self.actor).annotate(viewer_enterprise_id=own)

    def location(self, pk: int):
        """The location's row. Raises NotFound."""
        return self.row(self.locations().filter(pk=pk), LOCATION, "DC-0")

    def profiles(self, location: int):
        """Visible hardware profiles, which are offered in every location."""
        self.location(location)
        return HardwareProfile.objects.visible_to(self.actor).annotate(location_id=Value(location))


class Locations(LocationView):
    @speaks("Locations", answers=(LOCATION, PUBLIC_CLOUD_REGION), many=True, paged=True)
    def get(self, request):
        chosen = self.verb.representation(self.choice.name)
        if chosen is PUBLIC_CLOUD_REGION:
            return self.page(Datacenter.objects.visible_to(self.actor).none(), PUBLIC_CLOUD_REGION)
        return self.page(self.locations(), LOCATION)


class OneLocation(LocationView):
    @speaks("A location", answers=(LOCATION,))
    def get(self, request, location):
        return self.answer(LOCATION, self.location(location))


class HardwareProfiles(LocationView):
    @speaks("Sizes to choose from", answers=(HARDWARE_PROFILE,), many=True)
    def get(self, request, location):
        return self.whole(self.profiles(location).values(*HARDWARE_PROFILE.columns), HARDWARE_PROFILE)


class OneHardwareProfile(LocationView):
    @speaks("A size", answers=(HARDWARE_PROFILE,))
    def get(self, request, location, profile):
        found = self.profiles(location).filter(pk=profile)
        return self.answer(HARDWARE_PROFILE, self.row(found, HARDWARE_PROFILE, "HP-0"))
