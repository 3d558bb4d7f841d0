"""Datacenters, remote services, racks, hosts (the dialect's machines) and locations in the REST dialect."""
