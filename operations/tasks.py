"""Celery entry points. They decode, call one function, and nothing else."""

from celery import shared_task

from contracts.base import REPORT_TASK, Report
from operations import engine


@shared_task(name="operations.advance")
def advance(operation_id):
    engine.advance(operation_id)


@shared_task(name=REPORT_TASK)
def receive_report(body):
    engine.receive(Report.model_validate(body))
