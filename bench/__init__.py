"""What the product costs on real MariaDB, RabbitMQ, Redis and libvirt: ``python -m bench [name ...]``."""
