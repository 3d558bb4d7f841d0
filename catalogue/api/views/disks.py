"""Disks of a template, one at a time: with nothing on them, copied, changed, removed."""

from typing import Any

from catalogue import services
from catalogue.api.resources import TEMPLATE, TEMPLATE_DISK
from catalogue.api.views.templates import TemplateView
from catalogue.models import TemplateDisk
from core.api.document import Document
from core.api.negotiation import body_type
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Invalid

DISK_REFERENCE = (
    "/admin/enterprises/{enterprise}/datacenterrepositories/{repository}/virtualmachinetemplates/{template}"
    "/disks/{disk}"
)


class DiskView(TemplateView):
    """A view of, or below, the disks of a template."""

    def disk_row(self, enterprise: int, repository: int, template: int, templatedisk: int) -> Row:
        """Raises NotFound."""
        row = self.whole_template(enterprise, repository, template)
        return self.among(row["disks"], templatedisk, "DISK-3")

    def disk(self, enterprise: int, repository: int, template: int, templatedisk: int) -> TemplateDisk:
        """The disk for a service. Raises NotFound."""
        self.template(enterprise, repository, template)
        disks = TemplateDisk.objects.visible_to(self.actor).filter(pk=templatedisk, template_id=template)
        return self.one(disks.select_related("template__repository"), "DISK-3")


class TemplateDisks(DiskView):
    @speaks("Disks of a template", answers=(TEMPLATE_DISK,), many=True)
    def get(self, request, enterprise, repository, template):
        return self.whole(self.whole_template(enterprise, repository, template)["disks"], TEMPLATE_DISK)

    @speaks(
        "Add a disk with nothing on it, or begin to copy the one of the link 'edit' (202)",
        answers=(TEMPLATE_DISK, "acceptedrequest"),
        accepts=(TEMPLATE_DISK, "diskrequest"),
        status=201,
        parameters={"force": "true passes soft limits of the repository."},
    )
    def post(self, request, enterprise, repository, template):
        found, document = self.instance(enterprise, repository, template), self.document()
        sent = body_type(request.headers.get("Content-Type"), self.verb.accepted, frozenset())
        if sent == "diskrequest" or document.get("newSequence") is not None:
            return self._copied(found, document)
        values = TEMPLATE_DISK.read(document)
        if "size_mib" not in values:
            raise Invalid("hdRequired: must be the size in MiB.", code="DISK-5")
        disk = services.add_empty_disk(actor=self.actor, template=found, **values)
        self.choose(TEMPLATE_DISK)
        return self.created(TEMPLATE_DISK, self.disk_row(enterprise, repository, template, disk.pk))

    def _copied(self, template: Any, document: Document) -> Any:
        named = document.require_reference("edit", DISK_REFERENCE)
        sources = TemplateDisk.objects.visible_to(self.actor).select_related("template")
        source = self.one(sources.filter(pk=named["disk"], template_id=named["template"]), "DISK-3")
        place = document.get("newSequence")
        operation = services.copy_disk(
            actor=self.actor,
            template=template,
            source=source,
            position=TEMPLATE_DISK.read(Document({"sequence": place})).get("position"),
            force=self.flag("force"),
        )
        here = self.request.path.split("/api", 1)[-1].partition("/disks")[0]
        return self.accepted(f"{here}/tasks/{operation.id}")


class OneTemplateDisk(DiskView):
    @speaks("A disk of a template", answers=(TEMPLATE_DISK,))
    def get(self, request, **names):
        return self.answer(TEMPLATE_DISK, self.disk_row(**names))

    @speaks(
        "Change label, controller or sequence of a disk; the lowest sequence boots",
        answers=(TEMPLATE_DISK,),
        accepts=(TEMPLATE_DISK,),
    )
    def put(self, request, **names):
        values = TEMPLATE_DISK.read(self.document(), current=self.disk_row(**names))
        values.pop("size_mib", None)
        services.update_template_disk(actor=self.actor, disk=self.disk(**names), **values)
        return self.answer(TEMPLATE_DISK, self.disk_row(**names))

    @speaks("Delete a disk with its files; refused while anything is made of the template", status=204)
    def delete(self, request, **names):
        services.delete_disk(actor=self.actor, disk=self.disk(**names))
        return self.nothing()


class DeleteDiskFile(DiskView):
    @speaks("Delete only the file of a disk: machines and instances of its template stay", status=204)
    def post(self, request, **names):
        services.delete_disk_file(actor=self.actor, disk=self.disk(**names))
        return self.nothing()


class MoveTemplate(TemplateView):
    @speaks(
        "Bind a persistent template to another virtual datacenter; there are none of these",
        answers=(TEMPLATE,),
        accepts=("links",),
    )
    def put(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        self.document().require_reference("virtualdatacenter", "/cloud/virtualdatacenters/{vdc}")
        services.move_template(actor=self.actor, template=found)
        return self.answer(TEMPLATE, self.whole_template(enterprise, repository, template))
