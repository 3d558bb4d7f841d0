"""Celery entry points. They decode, call one function, and nothing else."""

from uuid import UUID

from celery import shared_task

from contracts.base import REPORT_TASK, Report
from operations import engine
from operations.broker import ADVANCE_TASK
from operations.intake import at_once, at_once_in_bulk


@shared_task(name=ADVANCE_TASK, Strategy=staticmethod(at_once))
def advance(body):
    engine.advance(UUID(body["operation_id"]))


@shared_task(name=REPORT_TASK, Strategy=staticmethod(at_once_in_bulk))
def receive_report(body):
    engine.receive(Report.model_validate(body))
