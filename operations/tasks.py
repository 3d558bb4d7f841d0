"""Celery entry points. They decode, call one function, and nothing else."""

from celery import shared_task

from contracts.base import REPORT_TASK, Report
from operations import engine
from operations.intake import at_once, at_once_in_bulk


@shared_task(name="operations.advance", Strategy=staticmethod(at_once))
def advance(operation_id):
    engine.advance(operation_id)


@shared_task(name=REPORT_TASK, Strategy=staticmethod(at_once_in_bulk))
def receive_report(body):
    engine.receive(Report.model_validate(body))
