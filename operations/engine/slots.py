"""Bounds how many commands are out for one target. The bound is a unique column, not a counter."""

from django.db import IntegrityError, transaction

from operations.models import Step, StepStatus

SLOTS_PER_TARGET = 2


def save_with_slot(step: Step) -> bool:
    """Save the step with a free slot of its target; False, with nothing saved, when all are taken."""
    if not step.target:
        step.save()
        return True
    taken = set(
        Step.objects.filter(target=step.target, slot__isnull=False).order_by().values_list("slot", flat=True)
    )
    for number in range(SLOTS_PER_TARGET):
        slot = f"{step.target}/{number}"
        if slot not in taken and _saved_with(step, slot):
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


def _saved_with(step: Step, slot: str) -> bool:
    step.slot = slot
    try:
        step.save()
    except IntegrityError:
        # Both databases undo the failed statement alone, so the transaction can go on without a savepoint.
        transaction.set_rollback(False)
        step.slot = None
        return False
    return True
