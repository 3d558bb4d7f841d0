"""Enterprises."""

from core.api.verbs import speaks
from core.api.views import DialectView
from tenants import services
from tenants.api.resources import ENTERPRISE, ENTERPRISE_NAME
from tenants.models import Enterprise


class Enterprises(DialectView):
    @speaks("Enterprises", answers=(ENTERPRISE, ENTERPRISE_NAME), many=True, paged=True)
    def get(self, request):
        chosen = self.verb.representation(self.choice.name)
        return self.page(Enterprise.objects.visible_to(self.actor), chosen)

    @speaks("Create an enterprise", answers=(ENTERPRISE,), accepts=(ENTERPRISE,), status=201)
    def post(self, request):
        values = ENTERPRISE.read(self.document(), creating=True)
        made = services.create_enterprise(actor=self.actor, **values)
        found = Enterprise.objects.visible_to(self.actor).filter(pk=made.pk)
        return self.created(ENTERPRISE, self.row(found, ENTERPRISE, "EN-0"))


class OneEnterprise(DialectView):
    @speaks("An enterprise", answers=(ENTERPRISE,))
    def get(self, request, enterprise):
        found = Enterprise.objects.visible_to(self.actor).filter(pk=enterprise)
        return self.answer(ENTERPRISE, self.row(found, ENTERPRISE, "EN-0"))

    @speaks("Change name and limits", answers=(ENTERPRISE,), accepts=(ENTERPRISE,))
    def put(self, request, enterprise):
        visible = Enterprise.objects.visible_to(self.actor).filter(pk=enterprise)
        found = self.one(visible, "EN-0")
        current = self.row(visible, ENTERPRISE, "EN-0")
        values = ENTERPRISE.read(self.document(), current=current)
        services.update_enterprise(actor=self.actor, enterprise=found, **values)
        return self.answer(ENTERPRISE, self.row(visible, ENTERPRISE, "EN-0"))

    @speaks("Delete an enterprise that owns nothing any more", status=204)
    def delete(self, request, enterprise):
        found = self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        services.delete_enterprise(actor=self.actor, enterprise=found)
        return self.nothing()
