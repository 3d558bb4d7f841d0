"""Runs a command beside private servers: python -m tests.peers mariadb rabbitmq redis -- COMMAND…

The command finds their addresses in ATRIUM_DATABASE_URL, ATRIUM_BROKER_URL and ATRIUM_REDIS_URL.
"""

import os
import subprocess
import sys

from tests.peers import session
from tests.peers.mariadb import MariaDbServer
from tests.peers.rabbitmq import RabbitMqServer
from tests.peers.redis_server import RedisServer

PEERS = {
    "mariadb": (MariaDbServer, "ATRIUM_DATABASE_URL"),
    "rabbitmq": (RabbitMqServer, "ATRIUM_BROKER_URL"),
    "redis": (RedisServer, "ATRIUM_REDIS_URL"),
}


def main(arguments: list[str]) -> int:
    wanted, _, command = " ".join(arguments).partition(" -- ")
    if not command or not set(wanted.split()) <= set(PEERS):
        sys.exit(f"usage: python -m tests.peers [{'|'.join(PEERS)}]… -- COMMAND…")
    guardian = session.Guardian()
    try:
        addresses = dict(_start(name) for name in wanted.split())
        command = arguments[arguments.index("--") + 1 :]
        return subprocess.run(command, env=os.environ | addresses, check=False).returncode
    finally:
        guardian.release()


def _start(name: str) -> tuple[str, str]:
    kind, variable = PEERS[name]
    server = kind(session.run_dir() / name)
    server.start()
    return variable, server.url


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
