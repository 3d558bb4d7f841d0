"""Looks at the template repository and tells the server what it holds, or that it is away."""

from contracts.appliance import RefreshRepository
from remote_services.appliance_manager.looking import look
from remote_services.runtime.broker import Publisher
from remote_services.runtime.mount import RepositoryAway
from remote_services.runtime.registry import handles
from remote_services.runtime.reporting import observe
from remote_services.runtime.settings import settings


@handles(RefreshRepository)
def refresh_repository(command: RefreshRepository, context) -> dict:
    environment = settings()
    observation = look(environment.required("repository_dir"), environment.datacenter_id)
    publisher = Publisher(environment.broker_url)
    try:
        observe(publisher, observation)
    finally:
        publisher.forget_connection()
    if not observation.reachable:
        raise RepositoryAway(observation.reason)
    return {"reachable": True, "files": len(observation.files)}
