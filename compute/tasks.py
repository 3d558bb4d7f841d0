"""Celery entry points. They decode, call one service, and nothing else."""

from celery import shared_task

from catalogue.services.observing import observe as observe_files
from compute.services import observe
from contracts.base import OBSERVATION_TASK
from contracts.monitoring import OBSERVATIONS
from operations.intake import at_once


@shared_task(name=OBSERVATION_TASK, Strategy=staticmethod(at_once))
def receive_observation(body):
    observation = OBSERVATIONS.validate_python(body)
    observe(observation)
    observe_files(observation)
