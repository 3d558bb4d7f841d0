"""A libvirtd of our own: in its own network and mount namespace, with its own state, gone after stop().

The system's libvirtd, its networks and its machines are neither used nor seen.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded import namespaces, paths, processes

START_TIMEOUT_SECONDS = 90.0
STOP_TIMEOUT_SECONDS = 5.0
POLL_SECONDS = 0.05
QEMU_ACCOUNT = "libvirt-qemu"
CAPABILITY_DIR = Path("qemu") / "capabilities"

# libvirtd's state paths are compiled in, so they are moved by bind mounts. Run by sh with the private
# directories as arguments. `tini -s` collects a dead QEMU at once: libvirt waits for the process to vanish.
ENTER_SCRIPT = """
etc=$1 run=$2 lib=$3 cache=$4 log=$5
bind() { mkdir -p "$2"; mount --bind "$1" "$2"; }
bind "$etc" /etc/libvirt; bind "$run" /run/libvirt; bind "$lib" /var/lib/libvirt
bind "$cache" /var/cache/libvirt; bind "$log" /var/log/libvirt
exec tini -s -- libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirt/libvirtd.pid
"""

DAEMON_SETTINGS = """\
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "{host_uuid}"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
keepalive_interval = -1
max_clients = 200
max_workers = 20
"""

QEMU_SETTINGS = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
stdio_handler = "file"
vnc_listen = "127.0.0.1"
"""


class LibvirtdDidNotStart(Exception):
    """The daemon ended or did not answer in time; the message carries the end of its output."""


def ensure_qemu_account() -> None:
    """Create the system user that Debian's libvirt looks up even when told to run QEMU as root."""
    try:
        pwd.getpwnam(QEMU_ACCOUNT)
    except KeyError:
        create = ["useradd", "--system", "--user-group", "--home-dir", "/var/lib/libvirt"]
        subprocess.run(
            [*create, "--shell", "/usr/sbin/nologin", QEMU_ACCOUNT], check=True, capture_output=True
        )


@dataclass
class PrivateLibvirtd:
    """One hypervisor host. `directory` keeps what must survive a restart of the daemon.

    `namespace` is the name of the network namespace (derived from the directory when empty); commands such
    as ip and dnsmasq reach it by `nsenter --net=/run/netns/NAME`.
    """

    directory: Path
    namespace: str = ""
    capability_cache: Path = paths.SHARED_CACHE_DIR / "qemu-capabilities"
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.directory = self.directory.resolve()
        self.namespace = self.namespace or paths.namespace_name(self.directory)

    @property
    def host_uuid(self) -> uuid.UUID:
        """Differs from instance to instance: libvirt refuses to migrate between equal ones."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"atrium-host:{self.namespace}:{self.directory}")

    @property
    def run_dir(self) -> Path:
        """Holds the daemon's sockets; short whatever the length of `directory`."""
        return paths.socket_dir(self.directory)

    @property
    def uri(self) -> str:
        """Works from outside the namespaces."""
        return f"qemu+unix:///system?socket={self.run_dir / 'libvirt-sock'}"

    @property
    def test_driver_uri(self) -> str:
        """libvirt's own simulated host, shared by all clients while one connection stays open."""
        return f"test+unix:///default?socket={self.run_dir / 'libvirt-sock'}"

    @property
    def log_file(self) -> Path:
        return self.directory / "log" / "libvirtd.log"

    def start(self) -> None:
        """Create the namespace, start the daemon and wait until it answers. Leftovers are cleared first."""
        ensure_qemu_account()
        namespaces.create(self.namespace)
        shutil.rmtree(self.run_dir, ignore_errors=True)
        self._write_settings()
        self._seed_capabilities()
        try:
            self._launch()
        except LibvirtdDidNotStart:
            self.stop()
            raise

    def is_running(self) -> bool:
        """Whether the daemon lives (machines may live without it)."""
        pid = self.pid
        return pid is not None and processes.is_alive(pid)

    @property
    def pid(self) -> int | None:
        """Process id of libvirtd itself, not of its reaper."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.run_dir / "libvirtd.pid").read_text())
        return None

    def kill(self) -> None:
        """End the daemon as a crash would (kill -9). Machines and namespace stay."""
        if self.is_running():
            os.kill(self.pid, signal.SIGKILL)
        self._wait_for_exit()

    def terminate(self) -> None:
        """Stop the daemon in good order. Machines and namespace stay."""
        if self.is_running():
            processes.end_processes([self.pid], grace_seconds=STOP_TIMEOUT_SECONDS)
        self._wait_for_exit()

    def restart(self) -> None:
        """Stop if needed and start again in the same namespace; running machines are found again."""
        self.terminate()
        self._launch()

    def stop(self) -> None:
        """End machines, daemon and namespace. Files of `directory` stay, sockets don't."""
        daemons = (self.pid, processes.parent_of(self.pid))
        others = [pid for pid in namespaces.processes(self.namespace) if pid not in daemons]
        processes.end_processes(others)
        self._let_daemon_see_machines_end(others)
        self.terminate()
        namespaces.destroy(self.namespace)
        shutil.rmtree(self.run_dir, ignore_errors=True)

    def _let_daemon_see_machines_end(self, ended: list[int]) -> None:
        # The daemon removes the control groups of machines it saw end; killed before that it leaves them.
        status_dir = self.run_dir / "qemu"
        deadline = time.monotonic() + 2
        while ended and self.is_running() and time.monotonic() < deadline and any(status_dir.glob("*.xml")):
            time.sleep(POLL_SECONDS)

    def _launch(self) -> None:
        output = self.directory / "log" / "out.log"
        (self.run_dir / "libvirt-sock").unlink(missing_ok=True)
        command = [
            "nsenter", f"--net={namespaces.NAMESPACE_DIR / self.namespace}",
            "unshare", "--mount", "--propagation", "private",
            "sh", "-ec", ENTER_SCRIPT, "sh",
            *(str(self._part(part)) for part in ("etc", "run", "lib", "cache", "log")),
        ]  # fmt: skip
        with output.open("wb") as sink:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True
            )
        self._wait_until_it_answers(output)
        self._keep_capabilities()

    def _wait_until_it_answers(self, output: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if (self.run_dir / "libvirt-sock").exists() and self._answers():
                return
            time.sleep(POLL_SECONDS)
        log = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        said = (log + output.read_text(errors="replace"))[-1500:].strip()
        raise LibvirtdDidNotStart(f"libvirtd in {self.directory} did not start. {said or 'It said nothing.'}")

    def _answers(self) -> bool:
        import libvirt  # built from source: not importable before the set-up of dependencies ended

        try:
            # The first connection makes libvirt probe QEMU, which takes seconds without a cache.
            libvirt.open(self.uri).close()
        except libvirt.libvirtError:
            return False
        return True

    def _wait_for_exit(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT_SECONDS)
        self._process = None

    def _part(self, name: str) -> Path:
        return self.run_dir if name == "run" else self.directory / name

    def _write_settings(self) -> None:
        for part in ("etc", "run", "lib", "cache", "log"):
            self._part(part).mkdir(parents=True, exist_ok=True)
        settings_dir = self._part("etc")
        (settings_dir / "libvirtd.conf").write_text(DAEMON_SETTINGS.format(host_uuid=self.host_uuid))
        (settings_dir / "qemu.conf").write_text(QEMU_SETTINGS)

    def _seed_capabilities(self) -> None:
        if self.capability_cache.is_dir():
            shutil.copytree(self.capability_cache, self._part("cache") / CAPABILITY_DIR, dirs_exist_ok=True)

    def _keep_capabilities(self) -> None:
        probed = self._part("cache") / CAPABILITY_DIR
        if not probed.is_dir():
            return
        self.capability_cache.mkdir(parents=True, exist_ok=True)
        for source in probed.glob("*.xml"):
            partial = self.capability_cache / f"{source.name}.{os.getpid()}"
            shutil.copyfile(source, partial)
            partial.replace(self.capability_cache / source.name)
