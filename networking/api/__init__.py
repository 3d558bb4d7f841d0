"""Networks, addresses and NICs in the REST dialect; the views stand in compute, with virtual datacenters."""
