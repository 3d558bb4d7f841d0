"""Templates. Those shared with the actor are found below their owner's address."""

from typing import Any, NoReturn

from catalogue import services
from catalogue.api import narrowing
from catalogue.api.resources import REPOSITORY, TEMPLATE
from catalogue.api.resources.template import TEMPLATE_REFERENCE
from catalogue.api.rows import with_parts
from catalogue.api.template_sources import TemplateRequest, maker_for
from catalogue.api.views.repositories import RepositoryView
from catalogue.models import Category, Template
from catalogue.services.persistence import make_persistent
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Conflict
from infrastructure.models import Datacenter
from tenants.models import Enterprise, Scope

PERSISTENT = "virtualmachinetemplatepersistent"
BOUNDS = ("vcpus_min", "vcpus_max", "memory_mib_min", "memory_mib_max")


class TemplateView(RepositoryView):
    """A view of, or below, templates that may be changed."""

    def instance(self, enterprise: int, repository: int, template: int) -> Template:
        """The template for a service. Raises NotFound."""
        found = self.templates().filter(
            pk=template, enterprise_id=enterprise, repository__datacenter_id=repository
        )
        return self.one(found, "VIMAGE-0")

    def arguments(self, document: Document, row: Row) -> dict[str, Any]:
        """What the body says, for a service: only rows that the actor sees. Raises NotFound, Invalid."""
        values = TEMPLATE.read(document, current=row)
        values |= {name: values[name] or None for name in BOUNDS if name in values}
        link = document.reference("category", "/config/categories/{category}")
        if link is not None:
            categories = Category.objects.visible_to(self.actor)
            values["category"] = self.one(categories.filter(pk=link["category"]), "CATEGORY-1")
        return values | self._sharing(document, row, values.pop("shared", row["offered"]))

    def _sharing(self, document: Document, row: Row, shared: bool) -> dict[str, Any]:
        """Links to scopes share with these; without any, ``shared`` means with everybody.

        Clients send back what they fetched, and were told of such scopes only as they know.
        """
        ids = {each["scope"] for each in document.references("scope", "/admin/scopes/{scope}")}
        known = {each["id"] for each in row["scopes"]}
        if not shared:
            return {"shared": False, "scopes": []} if row["offered"] else {}
        if ids == known and row["offered"]:
            return {}
        if not ids:
            return {"shared": True} if not row["offered"] else {}
        scopes = list(Scope.objects.visible_to(self.actor).filter(pk__in=ids))
        if len(scopes) != len(ids):
            raise self.missing("SCOPE-1")
        return {"shared": False, "scopes": scopes}


class Templates(TemplateView):
    @speaks(
        "Templates an enterprise may use",
        answers=(TEMPLATE,),
        many=True,
        paged=True,
        parameters=narrowing.PARAMETERS,
    )
    def get(self, request, enterprise, repository):
        self.row(self.repositories(enterprise).filter(pk=repository), REPOSITORY, "DC-0")
        templates = self.templates().filter(repository__datacenter_id=repository)
        return self.send_templates(narrowing.listed(templates, self.params))

    @speaks(
        "Make a template of what the body links to; the task's result is the template",
        answers=("acceptedrequest",),
        accepts=("virtualmachinetemplaterequest", PERSISTENT),
        status=202,
    )
    def post(self, request, enterprise, repository):
        self.row(self.repositories(enterprise).filter(pk=repository), REPOSITORY, "DC-0")
        document = self.document()
        if self.brings(PERSISTENT):
            return self._persistent(document)
        wanted = TemplateRequest(
            actor=self.actor,
            enterprise=self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0"),
            datacenter=self.one(Datacenter.objects.visible_to(self.actor).filter(pk=repository), "DC-0"),
            document=document,
        )
        return self.accepted(maker_for(document)(wanted))

    def _persistent(self, document: Document) -> NoReturn:
        named = document.reference("virtualmachinetemplate", TEMPLATE_REFERENCE)
        if named is None:
            raise Conflict("A link 'virtualmachinetemplate' is needed.", code="PERSISTENT-8")
        template = self.instance(named["enterprise"], named["repository"], named["template"])
        name = str(document.get("persistentTemplateName") or "")
        make_persistent(actor=self.actor, template=template, name=name)


class OneTemplate(TemplateView):
    @speaks("A template", answers=(TEMPLATE,))
    def get(self, request, enterprise, repository, template):
        return self.answer(TEMPLATE, self.whole_template(enterprise, repository, template))

    @speaks(
        "Change a template; links 'category' and 'scope' say where it belongs and with whom it is shared",
        answers=(TEMPLATE,),
        accepts=(TEMPLATE,),
    )
    def put(self, request, enterprise, repository, template):
        row = self.whole_template(enterprise, repository, template)
        found = self.instance(enterprise, repository, template)
        services.update_template(actor=self.actor, template=found, **self.arguments(self.document(), row))
        return self.answer(TEMPLATE, self.whole_template(enterprise, repository, template))

    @speaks(
        "Delete a template with its files; refused while anything is made of it",
        status=204,
        parameters={
            "force": "true: while something is made of it, its files go alone, unless they are read."
        },
    )
    def delete(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.delete_template(actor=self.actor, template=found, force=self.flag("force"))
        return self.nothing()


class DeleteFile(TemplateView):
    @speaks("Delete only the files of a template: machines and instances of it stay", status=204)
    def post(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.delete_template_files(actor=self.actor, template=found)
        return self.nothing()


class Instances(TemplateView):
    @speaks("Instances of a template", answers=(TEMPLATE,), many=True, paged=True)
    def get(self, request, enterprise, repository, template):
        master = self.template(enterprise, repository, template)
        return self.send_templates(self.templates().filter(master_id=master["id"]))


class LocationTemplates(TemplateView):
    @speaks(
        "Templates usable in a location",
        answers=(TEMPLATE,),
        many=True,
        paged=True,
        parameters=narrowing.PARAMETERS,
    )
    def get(self, request, location):
        self.one(Datacenter.objects.visible_to(self.actor).filter(pk=location), "DC-0")
        templates = self.templates().filter(repository__datacenter_id=location)
        return self.send_templates(narrowing.listed(templates, self.params))


class OneLocationTemplate(TemplateView):
    @speaks("A template usable in a location", answers=(TEMPLATE,))
    def get(self, request, location, template):
        self.one(Datacenter.objects.visible_to(self.actor).filter(pk=location), "DC-0")
        found = self.templates().filter(pk=template, repository__datacenter_id=location)
        row = self.row(found, TEMPLATE, "VIMAGE-0")
        return self.answer(TEMPLATE, with_parts(self.actor, self.templates(), [row])[0])
