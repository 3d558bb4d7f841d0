"""Virtual datacenters, appliances and machines in the REST dialect."""
