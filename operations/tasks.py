"""Celery entry points. They decode, call one function, and nothing else."""

from uuid import UUID

from celery import shared_task

from contracts.base import COMMAND_TASK, REPORT_TASK, Report
from operations import engine, errands
from operations.broker import ADVANCE_TASK
from operations.intake import at_once, at_once_in_bulk


@shared_task(name=ADVANCE_TASK, Strategy=staticmethod(at_once))
def advance(body):
    engine.advance(UUID(body["operation_id"]))


@shared_task(name=REPORT_TASK, Strategy=staticmethod(at_once_in_bulk))
def receive_report(body):
    engine.receive(Report.model_validate(body))


@shared_task(name=COMMAND_TASK, Strategy=staticmethod(at_once))
def carry_out(body):
    errands.take(body)
