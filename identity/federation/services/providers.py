"""Creating, changing and deleting sign-in providers."""

import re
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid
from events.services import record_event
from identity.federation.models import EnterpriseRule, SignInProvider
from identity.federation.parameters import parameters_of
from identity.federation.saml.published import MetadataRefused, read_metadata
from identity.federation.saml.signing import new_signing_pair
from identity.federation.services.metadata import refresh_metadata, require_unended
from tenants.access import require
from tenants.models import User
from tenants.models.user import BACK_OFFICE

DOMAIN = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$")
MOST_TYPED = 2
FIELDS = (
    "name", "slug", "is_enabled", "exclusive", "trusted", "mail_domains", "parameters", "nick_claim",
    "email_claim", "name_claim", "surname_claim", "enterprise_claim", "role_claim", "creates_users",
    "enterprise_rule", "enterprise", "enterprise_property", "default_role",
)  # fmt: skip


@transaction.atomic
def create_sign_in_provider(*, actor: User, kind: str, **fields: Any) -> SignInProvider:
    """A new provider. ``fields`` are those of the row; ``secret`` is kept sealed. ``metadata``, bytes, is a
    SAML provider's own description, out of which addresses and certificates are taken.

    Raises Invalid for parameters, domains or rules that can't work, Conflict for a name that is taken.
    """
    require(actor, BACK_OFFICE)
    if kind not in SignInProvider.Kind.values:
        raise Invalid(_("There is no kind of sign-in provider called %(kind)s.") % {"kind": kind})
    provider = SignInProvider(kind=kind)
    _write(provider, {"slug": slugify(fields.get("name", ""))[:40], **fields})
    record_event(kind="sign_in_provider.created", subject=provider, actor=actor)
    return provider


@transaction.atomic
def update_sign_in_provider(*, actor: User, provider: SignInProvider, **fields: Any) -> SignInProvider:
    """Change what is given; an empty ``secret`` keeps the present one. Raises as creating does."""
    require(actor, BACK_OFFICE)
    provider = SignInProvider.objects.select_for_update().get(pk=provider.pk)
    changes = _write(provider, fields)
    record_event(kind="sign_in_provider.changed", subject=provider, actor=actor, changes=changes)
    return provider


@transaction.atomic
def delete_sign_in_provider(*, actor: User, provider: SignInProvider) -> None:
    """Forget a provider and whom it vouched for. Its users stay, and can't sign in until they are adopted."""
    require(actor, BACK_OFFICE)
    if provider.is_enabled:
        raise Conflict(
            _("%(name)s is switched on, so people may be signing in through it.") % {"name": provider.name},
            remedy=_("Switch it off first."),
        )
    record_event(kind="sign_in_provider.deleted", subject=provider, actor=actor)
    provider.delete()
    access_changed()


def _write(provider: SignInProvider, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Check and save; texts before and after by field, never the secret."""
    changes = {}
    if fields.get("metadata"):
        fields = fields | {"parameters": _by_metadata(provider, fields)}
    for name in FIELDS:
        if name in fields and getattr(provider, name) != fields[name]:
            changes[name] = [_shown(getattr(provider, name)), _shown(fields[name])]
            setattr(provider, name, fields[name])
    if fields.get("secret"):
        provider.secret = fields["secret"]
    _normalize(provider)
    _check(provider)
    provider.save()
    access_changed()
    if provider.is_enabled and provider.parameters.get("metadata_url"):
        transaction.on_commit(partial(refresh_metadata, provider=provider), robust=True)
    return changes


def _by_metadata(provider: SignInProvider, fields: dict[str, Any]) -> dict[str, Any]:
    """The parameters with what the file says instead of what was typed."""
    told = dict(fields.get("parameters") or provider.parameters)
    if provider.kind != SignInProvider.Kind.SAML:
        raise Invalid(_("Only a SAML provider is described by metadata."))
    try:
        found = read_metadata(
            fields["metadata"], told.get("entity_id", ""), told.get("metadata_certificate", "")
        )
        require_unended(found)
    except MetadataRefused as error:
        raise Invalid(
            _("The file of metadata can't be used: %(why)s.") % {"why": error},
            remedy=_("The parameters have to hold entity_id as the file has it."),
        ) from None
    if len(found.certificates) > MOST_TYPED:
        raise Invalid(
            _("The file names %(count)s signing certificates; a file may name %(most)s.")
            % {"count": len(found.certificates), "most": MOST_TYPED},
            remedy=_("Give metadata_url instead, where all of them are read."),
        )
    first, second = (*found.certificates, "")[:2]
    read = {
        "sso_url": found.sso_url,
        "slo_url": found.slo_url,
        "certificate": first,
        "next_certificate": second,
    }
    return told | read | {"metadata_url": ""}


def _shown(value: Any) -> Any:
    return value if isinstance(value, bool | int | str | list | dict | None) else str(value)


def _normalize(provider: SignInProvider) -> None:
    domains = provider.mail_domains or []
    provider.mail_domains = sorted({str(domain).strip().lower().removeprefix("@") for domain in domains})
    told = parameters_of(provider.kind, provider.parameters)
    provider.parameters = told.model_dump()
    signs = getattr(told, "sign_requests", False)
    if signs and not provider.sealed_signing_key:
        provider.sign_by(*new_signing_pair(f"Atrium {provider.slug}"))
    elif not signs:
        provider.sign_by("", "")


def _check(provider: SignInProvider) -> None:
    if not provider.name or not provider.slug:
        raise Invalid(_("A sign-in provider needs a name of letters or digits."))
    wrong = [domain for domain in provider.mail_domains if not DOMAIN.match(domain)]
    if wrong:
        raise Invalid(_("%(domain)s is not a mail domain.") % {"domain": wrong[0]})
    if provider.enterprise_rule == EnterpriseRule.FIXED and provider.enterprise_id is None:
        raise Invalid(_("Say which enterprise people of this provider belong to."))
    if provider.enterprise_rule == EnterpriseRule.PROPERTY and not provider.enterprise_property:
        raise Invalid(_("Say which property of an enterprise the claim is compared with."))
    if provider.default_role_id and provider.default_role.blocked and not provider.trusted:
        raise Invalid(
            _("The role %(role)s is given by trusted providers only.") % {"role": provider.default_role.name},
            remedy=_("Choose another role, or mark the provider as trusted."),
        )
    others = SignInProvider.objects.exclude(pk=provider.pk)
    if others.filter(name=provider.name).exists() or others.filter(slug=provider.slug).exists():
        raise Conflict(_("There is a sign-in provider %(name)s already.") % {"name": provider.name})
    _check_domains_free(provider, others)


def _check_domains_free(provider: SignInProvider, others) -> None:
    """Of two enabled providers for one domain nobody could say which one is asked."""
    taken = {
        domain: other.name
        for other in others.switched_on()
        for domain in other.mail_domains
        if provider.is_enabled and domain in provider.mail_domains
    }
    for domain, name in taken.items():
        raise Conflict(
            _("The domain %(domain)s is served by %(name)s already.") % {"domain": domain, "name": name}
        )
