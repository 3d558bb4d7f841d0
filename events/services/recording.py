"""Writing the event log. Called by other services inside their transactions."""

from typing import Any

from core.client_address import served_address
from events.models import Event, Severity
from events.restriction import virtual_appliance_id_of
from events.services.publishing import publish_change
from events.subject import Subject


def record_event(
    *,
    kind: str,
    subject: Any,
    actor: Any = None,
    severity: str = Severity.INFO,
    data: dict[str, Any] | None = None,
    **context: Any,
) -> Event:
    """Record an event in the caller's transaction and stream it after the commit.

    ``subject`` is a model instance or a :class:`events.subject.Subject`; its type is the model's name.
    ``context`` may hold ``changes`` (``[before, after]`` by field, never a secret), ``operation_id``,
    ``private_data`` and, for an event the platform itself caused on somebody's behalf, ``actor_id``
    and ``actor_name``. Where the request came from is recorded of itself.
    """
    event = Event.objects.create(
        kind=kind,
        severity=severity,
        subject_type=subject_type_of(subject),
        subject_id=subject.id,
        subject_name=str(subject)[:255],
        enterprise_id=enterprise_id_of(subject),
        virtual_datacenter_id=virtual_datacenter_id_of(subject),
        virtual_appliance_id=virtual_appliance_id_of(subject),
        actor_id=context.get("actor_id", getattr(actor, "id", None)),
        actor_name=context.get("actor_name", str(actor or ""))[:128],
        source_address=served_address.get(),
        operation_id=context.get("operation_id"),
        changes=context.get("changes", {}),
        data=data or {},
        private_data=context.get("private_data", {}),
    )
    publish_change(
        kind=kind,
        subject=Subject(
            event.subject_type,
            event.subject_id,
            event.subject_name,
            event.enterprise_id,
            event.virtual_datacenter_id,
            event.virtual_appliance_id,
            getattr(subject, "restricted", None) if isinstance(subject, Subject) else None,
        ),
        data=event.data,
        sequence=event.id,
    )
    return event


def subject_type_of(subject: Any) -> str:
    """``virtual_machine`` for a VirtualMachine; a Subject says it itself."""
    explicit = getattr(subject, "subject_type", None)
    return explicit or subject._meta.verbose_name.replace(" ", "_")


def enterprise_id_of(subject: Any) -> int | None:
    if getattr(subject, "subject_type", None) is None and subject._meta.model_name == "enterprise":
        return subject.id
    # Who acts may work elsewhere; what is done to their account belongs to their home.
    return getattr(subject, "home_enterprise_id", None) or getattr(subject, "enterprise_id", None)


def virtual_datacenter_id_of(subject: Any) -> int | None:
    """In which virtual datacenter the subject lies, or which it is; None for what lies in none."""
    if subject_type_of(subject) == "virtual_datacenter":
        return subject.id
    return getattr(subject, "virtual_datacenter_id", None)
