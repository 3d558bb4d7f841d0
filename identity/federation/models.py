"""Who may vouch for our users, whom they vouched for, and what may not be used again."""

from hashlib import sha256
from typing import Any

from django.db import models
from django.utils import timezone

from core.models import Entity
from core.sealing import seal, unseal
from identity.federation.querysets import SignInProviderQuerySet, SpentAssertionQuerySet
from tenants.models import AuthType

SEALED_FOR = "sign-in provider"


class EnterpriseRule(models.TextChoices):
    """How a newcomer's enterprise is found."""

    FIXED = "fixed", "always the same enterprise"
    NAME = "name", "the claim is the enterprise's name"
    PROPERTY = "property", "the claim is the value of a property of the enterprise"


class SignInProvider(Entity):
    """A directory or identity provider and the rules for those who come through it.

    ``mail_domains`` empty means people of any domain. ``exclusive``: whoever has an address in one of
    its domains (anybody, without domains) can't use a local password; see ``local_passwords``.
    ``signing_certificate`` (PEM) and its key are ours, for what we sign to a SAML provider.
    ``parameters`` are those of the kind, see ``parameters``; claim names left empty have the kind's
    usual names, see ``person``. ``trusted`` ones may give blocked roles, such as the cloud administrator's.
    """

    class Kind(models.TextChoices):
        LDAP = AuthType.LDAP.value, "LDAP"
        OPENID = AuthType.OPENID.value, "OpenID Connect"
        SAML = AuthType.SAML.value, "SAML 2.0"

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=64, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    is_enabled = models.BooleanField(default=False)
    exclusive = models.BooleanField(default=False)
    trusted = models.BooleanField(default=False)
    mail_domains = models.JSONField(default=list, blank=True)
    parameters = models.JSONField(default=dict)
    sealed_secret = models.TextField(default="", blank=True, editable=False)
    sealed_signing_key = models.TextField(default="", blank=True, editable=False)
    signing_certificate = models.TextField(default="", blank=True, editable=False)
    nick_claim = models.CharField(max_length=128, default="", blank=True)
    email_claim = models.CharField(max_length=128, default="", blank=True)
    name_claim = models.CharField(max_length=128, default="", blank=True)
    surname_claim = models.CharField(max_length=128, default="", blank=True)
    enterprise_claim = models.CharField(max_length=128, default="", blank=True)
    role_claim = models.CharField(max_length=128, default="", blank=True)
    creates_users = models.BooleanField(default=True)
    enterprise_rule = models.CharField(max_length=8, choices=EnterpriseRule, default=EnterpriseRule.NAME)
    enterprise = models.ForeignKey("tenants.Enterprise", null=True, blank=True, on_delete=models.PROTECT)
    enterprise_property = models.CharField(max_length=128, default="", blank=True)
    default_role = models.ForeignKey("tenants.Role", null=True, blank=True, on_delete=models.PROTECT)

    objects = SignInProviderQuerySet.as_manager()

    class Meta:
        app_label = "identity"
        ordering = ("name",)
        verbose_name = "sign-in provider"

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """The password or client secret in clear; empty when there is none."""
        return unseal(self.sealed_secret, purpose=SEALED_FOR) if self.sealed_secret else ""

    @secret.setter
    def secret(self, text: str) -> None:
        self.sealed_secret = seal(text, purpose=SEALED_FOR) if text else ""

    @property
    def signing_key(self) -> str:
        """Our private key (PEM) for this provider; empty when nothing is signed to it."""
        sealed = self.sealed_signing_key
        return unseal(sealed, purpose=SEALED_FOR) if sealed else ""

    def sign_by(self, key: str, certificate: str) -> None:
        """From now on sign by this key; empty ones end that."""
        self.sealed_signing_key = seal(key, purpose=SEALED_FOR) if key else ""
        self.signing_certificate = certificate

    def accepts_domain_of(self, email: str) -> bool:
        """Whether somebody with this address may come through this provider."""
        return not self.mail_domains or domain_of(email) in self.mail_domains


class PublishedMetadata(models.Model):
    """What a SAML provider said of itself when it was last asked with success; ``last_error`` says how the
    latest asking failed. Not used once ``valid_until`` is over, or when the provider is asked elsewhere."""

    provider = models.OneToOneField(
        SignInProvider, on_delete=models.CASCADE, primary_key=True, related_name="published"
    )
    source_url = models.TextField(default="")
    sso_url = models.TextField(default="")
    slo_url = models.TextField(default="")
    certificates = models.JSONField(default=list)
    valid_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    last_error = models.TextField(default="")

    class Meta:
        app_label = "identity"

    def __str__(self) -> str:
        return f"metadata of {self.provider}"

    def is_usable(self, source_url: str) -> bool:
        """Whether it came from this address and has not ended."""
        ended = self.valid_until is not None and self.valid_until <= timezone.now()
        return bool(self.certificates) and self.source_url == source_url and not ended


class ExternalIdentity(models.Model):
    """The name by which a provider knows one of our users; it never changes hands.

    Found by its digest, since some databases take small and capital letters for the same.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.ForeignKey(SignInProvider, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=190)
    subject_digest = models.CharField(max_length=64)
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="external_identities")

    class Meta:
        app_label = "identity"
        constraints = [
            models.UniqueConstraint(fields=("provider", "subject_digest"), name="external_identity_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.provider}"


class SpentAssertion(models.Model):
    """A SAML assertion that somebody has signed in with; kept, by its digest, for as long as it is valid."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = SpentAssertionQuerySet.as_manager()

    class Meta:
        app_label = "identity"

    def __str__(self) -> str:
        return self.digest


def digest_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def session_digest(provider: SignInProvider, name: Any) -> str:
    """What a session that the provider calls so is called here; empty when it told no name."""
    return digest_of(f"{provider.pk}\0{name}") if isinstance(name, str) and name else ""


def domain_of(email: str) -> str:
    """The domain of a mail address in small letters; empty when there is none."""
    return email.rpartition("@")[2].strip().lower() if "@" in email else ""
