"""The reconciler process: every few seconds it moves on what a lost message left behind."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from operations import engine, periodic

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Publish overdue commands, expire silent steps and advance stalled operations, again and again."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS")

    def handle(self, *args, every, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(every):
            try:
                close_old_connections()
                engine.reconcile()
                periodic.run_due()
            except Exception:
                logger.exception("this round failed, the next one follows")
