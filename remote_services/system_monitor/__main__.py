"""Starts the system monitor. Its environment is that of any remote service plus ATRIUM_REDIS_URL.

python -m remote_services.system_monitor
"""

from remote_services.system_monitor.service import make_service

if __name__ == "__main__":
    # Celery ends the process itself; SIGTERM stops it cleanly.
    make_service().worker_main(["worker", "--pool", "threads", "--concurrency", "1", "--loglevel", "INFO"])
