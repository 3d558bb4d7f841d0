"""What enterprises sign in with at public cloud providers. The key is sealed, and told to nobody again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Conflict, Invalid, NotFound
from core.sealing import seal
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.hypervisor_types import PROVIDERS, TYPES
from infrastructure.models import CloudCredentials
from infrastructure.querysets import CREDENTIALS
from tenants.access import require
from tenants.models import Enterprise
from tenants.services.enterprises import require_known

PURPOSE = "public cloud key"
ACCESS_LENGTH, KEY_LENGTH = 255, 10_000


@retried_transaction
def add_credentials(
    *, actor: Any, enterprise: Enterprise, provider: str, access: str, key: str
) -> CloudCredentials:
    """Keep what the enterprise signs in with at a provider. Nobody asks the provider whether it is right.

    Raises PermissionRefused, NotFound (EN-0), Conflict for a provider nobody knows (PUBLIC-9), one that is
    no public cloud (PUBLIC-4), or a second set (PUBLIC-3); Invalid (PUBLIC-11) without access or key.
    """
    require(actor, CREDENTIALS)
    require_known(actor, enterprise)
    require_provider(provider)
    made = CloudCredentials(enterprise=enterprise, provider=provider, access=_access(access))
    made.sealed_key = seal(_key(key), purpose=PURPOSE)
    if CloudCredentials.objects.filter(enterprise=enterprise, provider=provider).exists():
        raise Conflict(
            _("%(enterprise)s has credentials for %(provider)s already.")
            % {"enterprise": enterprise, "provider": PROVIDERS[provider]},
            code="PUBLIC-3",
            remedy=_("Change those instead."),
        )
    made.save()
    record_event(
        kind="cloud_credentials.created", subject=made, actor=actor, data=_told(access=True, key=True)
    )
    return made


@retried_transaction
def change_credentials(
    *, actor: Any, credentials: CloudCredentials, provider: str = "", access: str = "", key: str = ""
) -> CloudCredentials:
    """Replace access and key, or the key alone; what is empty stays. Another access needs its own key.

    Raises PermissionRefused, NotFound (PUBLIC-1), Conflict (PUBLIC-7) for another provider, Invalid
    (PUBLIC-11).
    """
    found = _locked(actor, credentials)
    if provider and provider != found.provider:
        raise Conflict(
            _("Credentials for %(provider)s can't become those of another provider.")
            % {"provider": PROVIDERS.get(found.provider, found.provider)},
            code="PUBLIC-7",
            remedy=_("Add others for that one, and remove these."),
        )
    new_access = bool(access) and _access(access) != found.access
    if new_access and not key:
        raise Invalid(_("Another access needs the key that belongs to it."), code="PUBLIC-11")
    if new_access:
        found.access = _access(access)
    if key:
        found.sealed_key = seal(_key(key), purpose=PURPOSE)
    if new_access or key:
        found.save()
        told = _told(access=new_access, key=bool(key))
        record_event(kind="cloud_credentials.changed", subject=found, actor=actor, data=told)
    return found


@retried_transaction
def remove_credentials(*, actor: Any, credentials: CloudCredentials) -> None:
    """Forget them. Raises PermissionRefused, NotFound (PUBLIC-1); Conflict (PUBLIC-14) while the enterprise
    has virtual datacenters at this provider."""
    found = _locked(actor, credentials)
    count = found.enterprise.virtual_datacenters.filter(hypervisor_type=found.provider).count()
    if count:
        raise Conflict(
            ngettext(
                "%(count)s virtual datacenter of %(enterprise)s works with these credentials.",
                "%(count)s virtual datacenters of %(enterprise)s work with these credentials.",
                count,
            )
            % {"count": count, "enterprise": found.enterprise},
            code="PUBLIC-14",
            remedy=_("Delete them first."),
        )
    record_event(kind="cloud_credentials.deleted", subject=found, actor=actor)
    found.delete()


def require_provider(name: str) -> None:
    """Raise Conflict (PUBLIC-4, PUBLIC-9) for what is no public cloud provider."""
    if name in PROVIDERS:
        return
    if name in TYPES:
        raise Conflict(
            _("%(type)s is a hypervisor of one's own, which takes no credentials of enterprises.")
            % {"type": TYPES[name].title},
            code="PUBLIC-4",
        )
    raise Conflict(
        _("%(name)s is none of the public cloud providers known here.") % {"name": name[:40]},
        code="PUBLIC-9",
        remedy=_("Choose one of these: %(all)s.") % {"all": ", ".join(PROVIDERS)},
    )


def check_credentials(*, provider: str, access: str, key: str) -> None:
    """Ask the provider whether it knows them: always refused with Conflict (PUBLIC-13) for providers, since
    there are no public cloud regions yet, and only from one a provider is asked.

    Raises Conflict (PUBLIC-4, PUBLIC-9), Invalid (PUBLIC-11) before that.
    """
    require_provider(provider)
    _access(access)
    _key(key)
    raise Conflict(
        _("Nobody can ask %(provider)s: this installation has no region there.")
        % {"provider": PROVIDERS[provider]},
        code="PUBLIC-13",
        remedy=_("They can be kept all the same; whether they are right shows when they are used."),
    )


def _locked(actor: Any, credentials: CloudCredentials) -> CloudCredentials:
    require(actor, CREDENTIALS)
    known = CloudCredentials.objects.visible_to(actor).select_for_update().filter(pk=credentials.pk)
    found = known.first()
    if found is None:
        raise NotFound(_("There are no such credentials."), code="PUBLIC-1")
    return found


def _access(text: str) -> str:
    access = str(text or "").strip()
    if not access:
        raise Invalid(_("Credentials need an access: the name of the account's key."), code="PUBLIC-11")
    if len(access) > ACCESS_LENGTH or not access.isprintable():
        raise Invalid(
            _("An access is one line of at most %(most)s characters.") % {"most": ACCESS_LENGTH},
            code="PUBLIC-11",
        )
    return access


def _key(text: str) -> str:
    if not str(text or "").strip():
        raise Invalid(_("Credentials need a key: the secret of the account."), code="PUBLIC-11")
    if len(text) > KEY_LENGTH:
        raise Invalid(_("A key has at most %(most)s characters.") % {"most": KEY_LENGTH}, code="PUBLIC-11")
    return str(text)


def _told(**new: bool) -> dict[str, bool]:
    """Which parts are new, never what they are: the log is kept for good."""
    return {f"new_{part}": is_new for part, is_new in new.items() if is_new}
