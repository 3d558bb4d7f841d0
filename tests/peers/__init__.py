"""Real software for tests: private MariaDB, RabbitMQ, Redis and libvirtd, started when first asked for."""
