"""Blueprints of an enterprise. One address is a version; asked for the list type it answers all versions."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue import services
from catalogue.api.resources import SPEC, VERSIONS
from catalogue.api.spec_rows import with_sharing
from catalogue.models import Blueprint, BlueprintVersion
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import NotFound
from infrastructure.models import Datacenter
from tenants.models import Enterprise, Scope


class Sharing:
    """Mixed into views: the links of a body that say with whom a blueprint is shared, and where."""

    actor: Any

    def sharing(self, document: Document) -> dict[str, Any]:
        """For services; a body without any links says nothing. Raises NotFound (SCOPE-1, DC-0)."""
        if not document.has_links:
            return {}
        if document.references("publiccloudregion", "/admin/publiccloudregions/{region}"):
            raise NotFound(_("There is no such public cloud region."), code="DC-0")
        scopes = Scope.objects.visible_to(self.actor)
        datacenters = Datacenter.objects.visible_to(self.actor)
        return {
            "scopes": self._linked(document, "scope", "/admin/scopes/{scope}", scopes, "SCOPE-1"),
            "datacenters": self._linked(
                document, "datacenter", "/admin/datacenters/{datacenter}", datacenters, "DC-0"
            ),
        }

    def _linked(self, document: Document, rel: str, template: str, known: Any, code: str) -> list[Any]:
        ids = {each[rel] for each in document.references(rel, template)}
        found = list(known.filter(pk__in=ids))
        if len(found) != len(ids):
            raise self.missing(code)
        return found


class SpecView(Sharing, DialectView):
    """A view of versions of blueprints that the actor sees."""

    def versions(self, **conditions: Any):
        return BlueprintVersion.objects.visible_to(self.actor).filter(**conditions)

    def defaults_of(self, blueprints) -> Any:
        """The default versions of these blueprints."""
        return self.versions(pk__in=blueprints.values("default_version_id"))

    def spec_row(self, vdc_id: int | None = None, **conditions: Any) -> Row:
        """Raises NotFound (SPEC-0)."""
        row = self.row(self.versions(**conditions), SPEC, "SPEC-0")
        return with_sharing(self.actor, [row], vdc_id)[0]

    def instance(self, **conditions: Any) -> BlueprintVersion:
        """Raises NotFound (SPEC-0)."""
        return self.one(self.versions(**conditions).select_related("blueprint"), "SPEC-0")

    def send_specs(self, versions, vdc_id: int | None = None):
        """A page of them."""
        page = self.read_page(versions, SPEC)
        with_sharing(self.actor, page.rows, vdc_id)
        return self.send_page(page, SPEC)


class Specs(SpecView):
    @speaks(
        "The blueprints an enterprise has or is offered, in their default versions",
        answers=(SPEC,),
        many=True,
        paged=True,
    )
    def get(self, request, enterprise):
        self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        blueprints = Blueprint.objects.visible_to(self.actor).offered_to(enterprise)
        return self.send_specs(self.defaults_of(blueprints))


class OneSpec(SpecView):
    @speaks("A version of a blueprint, or as a list all its versions", answers=(SPEC, VERSIONS))
    def get(self, request, enterprise, vappspec):
        found = self.instance(pk=vappspec, blueprint__enterprise_id=enterprise)
        if self.choice.name == VERSIONS:
            return self.send_specs(self.versions(blueprint_id=found.blueprint_id))
        return self.answer(SPEC, self.spec_row(pk=vappspec))

    @speaks(
        "Change name, description, icon, links 'scope' and 'datacenter', and make a version the default",
        answers=(SPEC,),
        accepts=(SPEC,),
    )
    def put(self, request, enterprise, vappspec):
        found = self.instance(pk=vappspec, blueprint__enterprise_id=enterprise)
        document = self.document()
        values = SPEC.read(document, current=self.spec_row(pk=vappspec))
        is_default = values.pop("is_default", False)
        services.update_blueprint(
            actor=self.actor, blueprint=found.blueprint, **values, **self.sharing(document)
        )
        if is_default:
            services.make_default_version(actor=self.actor, version=found)
        return self.answer(SPEC, self.spec_row(pk=vappspec))

    @speaks("Delete a version; with the last one goes the blueprint", status=204)
    def delete(self, request, enterprise, vappspec):
        found = self.instance(pk=vappspec, blueprint__enterprise_id=enterprise)
        services.delete_blueprint_version(actor=self.actor, version=found)
        return self.nothing()
