"""The person (or program) who acts. Every queryset that shows anything is asked with one."""

from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from core.models import Entity
from tenants.querysets import UserQuerySet

ADMINISTER_ALL = "ENTERPRISE_ADMINISTER_ALL"
BACK_OFFICE = "SYSCONFIG_ALLOW_MODIFY"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Lets Django's authentication find users by nick."""


class User(AbstractBaseUser, Entity):
    """``is_staff`` opens the Django admin, which knows no scopes; it follows from role and scope."""

    nick = models.CharField(max_length=128, unique=True)
    name = models.CharField(max_length=128, default="", blank=True)
    surname = models.CharField(max_length=128, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.PROTECT, related_name="users")
    role = models.ForeignKey("tenants.Role", on_delete=models.PROTECT, related_name="users")
    scope = models.ForeignKey("tenants.Scope", null=True, blank=True, on_delete=models.PROTECT)
    is_active = models.BooleanField(default=True)
    locale = models.CharField(max_length=10, default="en_US")

    USERNAME_FIELD = "nick"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    objects = UserManager()

    class Meta:
        ordering = ("nick",)

    def __str__(self) -> str:
        return self.nick

    @cached_property
    def privileges(self) -> frozenset[str]:
        """The names of the role's privileges, read once per request."""
        return frozenset(self.role.privileges.values_list("name", flat=True))

    @property
    def sees_all_enterprises(self) -> bool:
        """Needs the privilege and a scope that does not confine it."""
        return ADMINISTER_ALL in self.privileges and (self.scope is None or self.scope.unlimited)

    @property
    def full_name(self) -> str:
        return f"{self.name} {self.surname}".strip() or self.nick

    @property
    def is_staff(self) -> bool:
        return self.is_active and BACK_OFFICE in self.privileges and self.sees_all_enterprises

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label) -> bool:
        return self.is_staff
