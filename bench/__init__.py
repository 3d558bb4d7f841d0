"""Measures what the product costs against real MariaDB, RabbitMQ, Redis and libvirt: ``python -m bench [name ...]``."""
