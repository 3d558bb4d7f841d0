"""What directories and identity providers call roles."""

from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from tenants import services
from tenants.api.resources import ROLE_LDAP
from tenants.models import ExternalRole, Role

ROLE_PATH = "/admin/roles/{role}"


class ExternalRoleView(DialectView):
    """What the list and the single name share."""

    def visible(self, pk: int):
        return ExternalRole.objects.visible_to(self.actor).filter(pk=pk)

    def linked_role(self, document) -> Role:
        """The role a body links to. Raises Invalid (ROLE-11) without a link, NotFound (ROLE-0)."""
        found = document.reference("role", ROLE_PATH)
        if found is None:
            raise Invalid("A link 'role' is needed.", code="ROLE-11")
        return self.one(Role.objects.visible_to(self.actor).filter(pk=found["role"]), "ROLE-0")


class ExternalRoles(ExternalRoleView):
    @speaks("What directories call the roles", answers=(ROLE_LDAP,), many=True, paged=True)
    def get(self, request):
        return self.page(ExternalRole.objects.visible_to(self.actor), ROLE_LDAP)

    @speaks("Give a role an external name", answers=(ROLE_LDAP,), accepts=(ROLE_LDAP,), status=201)
    def post(self, request):
        document = self.document()
        values = ROLE_LDAP.read(document, creating=True)
        made = services.add_external_name(actor=self.actor, role=self.linked_role(document), **values)
        return self.created(ROLE_LDAP, self.row(self.visible(made.pk), ROLE_LDAP, "ROLELDAP-0"))


class OneExternalRole(ExternalRoleView):
    @speaks("An external name of a role", answers=(ROLE_LDAP,))
    def get(self, request, externalrole):
        return self.answer(ROLE_LDAP, self.row(self.visible(externalrole), ROLE_LDAP, "ROLELDAP-0"))

    @speaks("Change an external name", answers=(ROLE_LDAP,), accepts=(ROLE_LDAP,))
    def put(self, request, externalrole):
        found = self.one(self.visible(externalrole), "ROLELDAP-0")
        values = ROLE_LDAP.read(self.document())
        made = services.rename_external_name(actor=self.actor, external_role=found, **values)
        return self.answer(ROLE_LDAP, self.row(self.visible(made.pk), ROLE_LDAP, "ROLELDAP-0"))

    @speaks("Take an external name away", status=204)
    def delete(self, request, externalrole):
        found = self.one(self.visible(externalrole), "ROLELDAP-0")
        services.remove_external_name(actor=self.actor, external_role=found)
        return self.nothing()
