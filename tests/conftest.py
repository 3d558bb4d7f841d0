"""What every test may use. Free of Django: the tests of the remote services run without it."""

pytest_plugins = ["tests.peers.plugin"]
