"""Exporting a template as OVA. The file is then fetched with a ticket, like a disk's."""

from catalogue import services
from catalogue.addresses import template_path
from catalogue.api.resources import PACKAGE
from catalogue.api.views.templates import TemplateView
from catalogue.models import Package
from catalogue.services.upload_tickets import DOWNLOAD
from core.api.verbs import speaks


class Export(TemplateView):
    @speaks(
        "The package made of a template for the caller's enterprise, or else for its owner",
        answers=(PACKAGE,),
    )
    def get(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        packages = Package.objects.visible_to(self.actor).filter(template=found)
        own = packages.filter(enterprise_id=self.actor.enterprise_id)
        shown = own if own.exists() else packages.filter(enterprise_id=enterprise)
        return self.answer(PACKAGE, self.row(shown, PACKAGE, "VIMAGE-55"))

    @speaks(
        "Make a package (OVA) of a template: it stays for a day",
        answers=("acceptedrequest",),
        status=202,
        privilege=DOWNLOAD,
    )
    def post(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        operation = services.export_template(
            actor=self.actor, template=found, correlation_id=self.request.correlation_id
        )
        return self.accepted(f"{template_path(found)}/tasks/{operation.id}")
