"""Tests of the DHCP service, on real bridges and the real dnsmasq in network namespaces of their own."""
