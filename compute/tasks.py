"""Celery entry points. They decode, call one service, and nothing else."""

from celery import shared_task

from compute.services import observe
from contracts.base import OBSERVATION_TASK
from contracts.monitoring import OBSERVATIONS
from operations.intake import at_once


@shared_task(name=OBSERVATION_TASK, Strategy=staticmethod(at_once))
def receive_observation(body):
    observe(OBSERVATIONS.validate_python(body))
