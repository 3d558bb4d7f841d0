"""Datacenters, remote services, racks, hosts (the dialect's machines), locations, hypervisor types and cloud
credentials in the REST dialect."""
