"""Bounds how many commands are out for one target. The bound is a unique column, not a counter."""

from django.db import IntegrityError, transaction

from operations.models import Step, StepStatus

SLOTS_PER_TARGET = 2


def take_slot(step: Step) -> bool:
    """Give the step (not yet saved as running) a free slot of its target; False when all are taken."""
    if not step.target:
        return True
    taken = set(Step.objects.filter(target=step.target, slot__isnull=False).values_list("slot", flat=True))
    for number in range(SLOTS_PER_TARGET):
        slot = f"{step.target}/{number}"
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                Step.objects.filter(pk=step.pk).update(slot=slot)
        except IntegrityError:
            continue
        step.slot = slot
        return True
    return False


def next_in_line(target: str):
    """The id of the operation whose step has waited longest for the target, or None."""
    if not target:
        return None
    return (
        Step.objects.filter(target=target, status=StepStatus.QUEUED)
        .order_by("id")
        .values_list("operation_id", flat=True)
        .first()
    )
