"""Versions of a template. The dialect knows none: each is a template to it, and these addresses are ours."""

from catalogue import services
from catalogue.api.resources import TEMPLATE
from catalogue.api.resources.template import TEMPLATE_REFERENCE
from catalogue.api.views.templates import TemplateView
from catalogue.services.versions import WantedVersion, versions_of
from core.api.verbs import speaks
from core.errors import Invalid


class Versions(TemplateView):
    @speaks(
        "The versions of a template; itself alone when it has none",
        answers=(TEMPLATE,),
        many=True,
        paged=True,
    )
    def get(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        pks = versions_of(found, self.templates()).values("pk")
        return self.send_templates(self.templates().filter(pk__in=pks.order_by()))

    @speaks(
        "Make the template of the link 'virtualmachinetemplate' the next version; 'versionNote' says what is "
        "new, 'currentVersion': false leaves new machines with the one they get now",
        answers=(TEMPLATE,),
        accepts=(TEMPLATE, "virtualmachinetemplaterequest"),
        status=201,
    )
    def post(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        document = self.document()
        named = document.require_reference("virtualmachinetemplate", TEMPLATE_REFERENCE)
        new = self.instance(named["enterprise"], named["repository"], named["template"])
        current = document.get("currentVersion")
        if current not in (None, True, False):
            raise Invalid("currentVersion: true or false.", code="GEN-2")
        wanted = WantedVersion(str(document.get("versionNote") or ""), becomes_current=current is not False)
        services.add_version(actor=self.actor, template=found, new=new, wanted=wanted)
        return self.created(TEMPLATE, self.whole_template(**named))

    @speaks("Make a template on its own of a version again", status=204)
    def delete(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.leave_versions(actor=self.actor, template=found)
        return self.nothing()


class MakeCurrent(TemplateView):
    @speaks("Let new machines get this version", status=204)
    def post(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.make_current_version(actor=self.actor, template=found)
        return self.nothing()


class Retire(TemplateView):
    @speaks("Let nothing new be made of this version", status=204)
    def post(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.retire_version(actor=self.actor, template=found)
        return self.nothing()

    @speaks("Take a retired version back", status=204)
    def delete(self, request, enterprise, repository, template):
        found = self.instance(enterprise, repository, template)
        services.take_back_version(actor=self.actor, template=found)
        return self.nothing()
