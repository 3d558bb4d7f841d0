"""Choosing a host: pure functions over value objects, returning reasons."""

from compute.placement.model import DatastoreRoom, Demand, HostRoom, Placement, Rejection
from compute.placement.scheduler import place

__all__ = ["DatastoreRoom", "Demand", "HostRoom", "Placement", "Rejection", "place"]
