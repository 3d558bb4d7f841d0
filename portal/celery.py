"""The server's Celery application: receives reports and observations, advances operations."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")

from django.conf import settings  # noqa: E402

from operations.broker import SERVER_QUEUE, server_queues, transport_options  # noqa: E402

app = Celery("server")
app.config_from_object(
    {
        "broker_url": settings.ATRIUM_BROKER_URL or "memory://",
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": transport_options(settings.ATRIUM_BROKER_URL),
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_queues": server_queues(settings.ATRIUM_BROKER_URL),
        "task_default_queue": SERVER_QUEUE,
        "worker_prefetch_multiplier": 16,
        "worker_detect_quorum_queues": True,
        "worker_hijack_root_logger": False,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
    }
)
app.autodiscover_tasks(["operations", "compute"])
