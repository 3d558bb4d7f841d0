"""The person (or program) who acts. Every queryset that shows anything is asked with one."""

import copy
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from core.models import Entity
from core.prepared import Prepared
from tenants.delegation import Delegable
from tenants.models.access import Privilege
from tenants.models.enterprise import Enterprise
from tenants.networks import network_refusal
from tenants.querysets import UserQuerySet
from tenants.reach import ADMINISTER_ALL, KNOW_OTHERS, LOCATE, Reach, ReachingActor
from tenants.rights import PlacedRights

BACK_OFFICE = "SYSCONFIG_ALLOW_MODIFY"


class AuthType(models.TextChoices):
    """Who knows the password. Names of the REST dialect."""

    LOCAL = "ABIQUO"
    LDAP = "LDAP"
    OPENID = "OPENID"
    SAML = "SAML"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Lets Django's authentication find users by nick."""

    def actor(self, pk: int) -> "User | None":
        """The active user as they act now, with what decides about rights at hand, or None."""
        user = _active_users.first(pk)
        return None if user is None else user.acting()


_active_users = Prepared(
    lambda pk: User.objects.select_related("enterprise", "switched_to", "role", "scope").filter(
        pk=pk, is_active=True
    )
)
_privileges = Prepared(lambda role: Privilege.objects.filter(roles=role).values_list("name"))


class User(ReachingActor, PlacedRights, Delegable, AbstractBaseUser, Entity):
    """``is_staff`` opens the Django admin, which knows neither scopes nor restrictions; it follows from role,
    scope and restriction.

    ``enterprise`` is home. Who works in another enterprise for a while has ``switched_to``;
    ``services.identity`` puts that one in the place of ``enterprise`` for whoever acts.
    ``token_generation``: with the next one all tokens handed out for the password end.
    ``restricted``: sees only the virtual datacenters opened by VirtualDatacenterRestriction rows.
    """

    nick = models.CharField(max_length=128, unique=True)
    name = models.CharField(max_length=128, default="", blank=True)
    surname = models.CharField(max_length=128, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.PROTECT, related_name="users")
    role = models.ForeignKey("tenants.Role", on_delete=models.PROTECT, related_name="users")
    scope = models.ForeignKey("tenants.Scope", null=True, blank=True, on_delete=models.PROTECT)
    switched_to = models.ForeignKey(
        "tenants.Enterprise", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    restricted = models.BooleanField(default=False)
    description = models.CharField(max_length=255, default="", blank=True)
    auth_type = models.CharField(max_length=8, choices=AuthType, default=AuthType.LOCAL)
    allowed_networks = models.JSONField(default=list, blank=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    locked_until = models.DateTimeField(null=True, blank=True)
    locale = models.CharField(max_length=10, default="en_US")
    token_generation = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "nick"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    objects = UserManager()
    _home: Enterprise | None = None

    class Meta:
        ordering = ("nick",)

    def __str__(self) -> str:
        return self.nick

    @cached_property
    def privileges(self) -> frozenset[str]:
        """The names of the role's privileges, read once per request."""
        return frozenset(name for (name,) in _privileges.all(self.role_id))

    @cached_property
    def reach(self) -> Reach:
        """Whose virtual resources they see. Without a scope nobody sees beyond their own enterprise."""
        return self._reach_of(ADMINISTER_ALL in self.privileges)

    @cached_property
    def tenant_reach(self) -> Reach:
        """Which enterprises, and whose users and roles, they know."""
        return self._reach_of(bool(KNOW_OTHERS & self.privileges))

    @cached_property
    def location_reach(self) -> Reach:
        """Which locations' infrastructure they know."""
        return self._reach_of(bool(LOCATE & self.privileges))

    def acting(self) -> "User":
        """Puts the enterprise they switched to in the place of their own, for this copy. Not to be saved.

        One that has left their reach meanwhile counts no more.
        """
        self._home = self.enterprise
        if self.switched_to_id and self.reaches(self.switched_to_id):
            self.enterprise = self.switched_to
        self.privileges, self.datacenter_roles  # noqa: B018  read now, so that copies of this user share them
        return self

    @property
    def home(self) -> Enterprise:
        """The enterprise they belong to, wherever they work now."""
        return self._home or self.enterprise

    @property
    def home_enterprise_id(self) -> int:
        return self._home.pk if self._home else self.enterprise_id

    def at_home(self) -> "User":
        """A copy that acts in the enterprise they belong to, wherever they work now. Not to be saved."""
        found = copy.copy(self)
        found.enterprise = self.home
        found.__dict__.pop("_reached_enterprises", None)
        return found

    def reached_enterprise_ids(self) -> list[int]:
        """The enterprises whose virtual resources they see."""
        enterprises = self._meta.get_field("enterprise").related_model._default_manager
        return list(enterprises.filter(self.reaching("pk")).values_list("pk", flat=True))

    def open_virtual_datacenter_ids(self) -> list[int]:
        """What is open to a restricted user."""
        return list(self.restrictions.values_list("virtual_datacenter_id", flat=True))

    def may_come_from(self, address: str | None) -> bool:
        """Whether the address lies in the networks of the user, the role and the scope."""
        return network_refusal(self, address) is None

    def _reach_of(self, beyond_own: bool) -> Reach:
        if not beyond_own or self.scope_id is None:
            return Reach.OWN
        return Reach.ALL if self.scope.unlimited else Reach.SCOPE

    @property
    def sees_all_enterprises(self) -> bool:
        return self.reach == Reach.ALL

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.surname}".strip() or self.nick

    @property
    def is_staff(self) -> bool:
        unbounded = self.sees_all_enterprises and not self.restricted
        return self.is_active and unbounded and BACK_OFFICE in self.privileges

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label) -> bool:
        return self.is_staff
