"""Pages of virtual datacenters, virtual appliances and machines."""
