"""Roles and privileges."""

from core.api.verbs import speaks
from core.api.views import DialectView
from tenants.api.resources import PRIVILEGE, ROLE
from tenants.models import Privilege, Role


class Roles(DialectView):
    @speaks("Roles", answers=(ROLE,), many=True, paged=True)
    def get(self, request):
        return self.page(Role.objects.visible_to(self.actor), ROLE)


class OneRole(DialectView):
    @speaks("A role", answers=(ROLE,))
    def get(self, request, role):
        return self.answer(
            ROLE, self.row(Role.objects.visible_to(self.actor).filter(pk=role), ROLE, "ROLE-0")
        )


class RolePrivileges(DialectView):
    @speaks("What a role may do", answers=(PRIVILEGE,), many=True)
    def get(self, request, role):
        self.row(Role.objects.visible_to(self.actor).filter(pk=role), ROLE, "ROLE-0")
        granted = Privilege.objects.visible_to(self.actor).filter(roles=role)
        return self.whole(granted.values(*PRIVILEGE.columns), PRIVILEGE)


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
