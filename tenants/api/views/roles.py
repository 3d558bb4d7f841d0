"""Roles and privileges."""

from typing import Any

from core.api.document import Document
from core.api.verbs import speaks
from core.api.views import DialectView
from tenants import services
from tenants.api.resources import PRIVILEGE, ROLE, ROLE_LDAP, ROLE_WITH_LDAP
from tenants.api.rows import with_external_names
from tenants.models import Enterprise, ExternalRole, Privilege, Role

BOTH = (ROLE, ROLE_WITH_LDAP)
PRIVILEGE_PATH, ENTERPRISE_PATH = "/config/privileges/{privilege}", "/admin/enterprises/{enterprise}"


class RoleView(DialectView):
    """What all addresses of roles share."""

    def visible(self, pk: int):
        return Role.objects.visible_to(self.actor).filter(pk=pk)

    def shown(self, pk: int) -> dict[str, Any]:
        """The role as a row of the negotiated representation."""
        row = self.row(self.visible(pk), self.chosen, "ROLE-0")
        return with_external_names([row], self.actor)[0]

    @property
    def chosen(self):
        return self.verb.representation(self.choice.name)

    def sent(self) -> dict[str, Any]:
        """The arguments for the service; the body is either of the two."""
        document = self.document()
        values = ROLE.read(document) | ROLE_WITH_LDAP.read(document)
        name = values.pop("external_name", None)
        if name is not None and "external_names" not in values:
            values["external_names"] = [name]
        if document.references("privilege", PRIVILEGE_PATH):
            values["privileges"] = self.named_privileges(document)
        found = document.reference("enterprise", ENTERPRISE_PATH)
        if found:
            known = Enterprise.objects.visible_to(self.actor).filter(pk=found["enterprise"])
            values["enterprise"] = self.one(known, "EN-0")
        return values

    def named_privileges(self, document: Document) -> list[str]:
        """The names behind the privilege links of a body."""
        wanted = {link["privilege"] for link in document.references("privilege", PRIVILEGE_PATH)}
        found = dict(Privilege.objects.visible_to(self.actor).filter(pk__in=wanted).values_list("pk", "name"))
        if wanted - set(found):
            raise self.missing("PRIVILEGE-0")
        return list(found.values())


class Roles(RoleView):
    @speaks("Roles, or what directories call them", answers=(ROLE, ROLE_LDAP), many=True, paged=True)
    def get(self, request):
        if self.chosen is ROLE_LDAP:
            return self.page(ExternalRole.objects.visible_to(self.actor), ROLE_LDAP)
        page = self.read_page(Role.objects.visible_to(self.actor), ROLE)
        with_external_names(page.rows, self.actor)
        return self.send_page(page, ROLE)

    @speaks("Create a role", answers=BOTH, accepts=BOTH, status=201)
    def post(self, request):
        made = services.create_role(actor=self.actor, **{"name": ""} | self.sent())
        return self.created(self.chosen, self.shown(made.pk))


class OneRole(RoleView):
    @speaks("A role", answers=BOTH)
    def get(self, request, role):
        return self.answer(self.chosen, self.shown(role))

    @speaks("Change a role; without privilege links those stay", answers=BOTH, accepts=BOTH)
    def put(self, request, role):
        found = self.one(self.visible(role), "ROLE-0")
        services.update_role(actor=self.actor, role=found, **self.sent())
        return self.answer(self.chosen, self.shown(role))

    @speaks("Delete a role that nobody has", status=204)
    def delete(self, request, role):
        services.delete_role(actor=self.actor, role=self.one(self.visible(role), "ROLE-0"))
        return self.nothing()


class RolePrivileges(RoleView):
    @speaks("What a role may do", answers=(PRIVILEGE,), many=True)
    def get(self, request, role):
        self.row(self.visible(role), PRIVILEGE, "ROLE-0")
        granted = Privilege.objects.visible_to(self.actor).filter(roles=role)
        return self.whole(granted.values(*PRIVILEGE.columns), PRIVILEGE)

    @speaks("Say what a role may do, by links", accepts=("links",), status=204)
    def put(self, request, role):
        found = self.one(self.visible(role), "ROLE-0")
        names = self.named_privileges(self.document())
        services.update_role(actor=self.actor, role=found, privileges=names)
        return self.nothing()


class Privileges(DialectView):
    @speaks("Every privilege there is", answers=(PRIVILEGE,), many=True)
    def get(self, request):
        privileges = Privilege.objects.visible_to(self.actor)
        return self.whole(privileges.values(*PRIVILEGE.columns), PRIVILEGE)


class OnePrivilege(DialectView):
    @speaks("A privilege", answers=(PRIVILEGE,))
    def get(self, request, privilege):
        found = Privilege.objects.visible_to(self.actor).filter(pk=privilege)
        return self.answer(PRIVILEGE, self.row(found, PRIVILEGE, "PRIVILEGE-0"))
