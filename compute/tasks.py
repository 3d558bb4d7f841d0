"""Celery entry points. They decode, call one service, and nothing else."""

from celery import shared_task

from compute.services import observe
from contracts.base import OBSERVATION_TASK
from contracts.monitoring import OBSERVATIONS


@shared_task(name=OBSERVATION_TASK)
def receive_observation(body):
    observe(OBSERVATIONS.validate_python(body))
