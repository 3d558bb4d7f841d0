"""Pages in a real browser, on the whole product with a simulated hypervisor."""
