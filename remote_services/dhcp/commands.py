"""Runs one networking tool, inside the configured network namespace if there is one."""

import subprocess
from pathlib import Path

from remote_services.runtime.errors import NetworkFailed

TIMEOUT_SECONDS = 20


class CommandRunner:
    """Arguments are always a list; no shell ever sees them."""

    def __init__(self, namespace: str | None = None) -> None:
        self._namespace_file = Path("/run/netns") / namespace if namespace else Path("/proc/self/ns/net")
        self._prefix = ["nsenter", f"--net={self._namespace_file}"] if namespace else []

    def run(self, *arguments: str, intent: str) -> str:
        """Standard output of the tool. Raises NetworkFailed with ``intent`` and the tool's own words."""
        result = self._result(arguments, intent)
        if result.returncode:
            words = (result.stderr or result.stdout).strip() or f"exit status {result.returncode}"
            raise NetworkFailed(f"Could not {intent}: {words}")
        return result.stdout

    def output_or_none(self, *arguments: str, intent: str) -> str | None:
        """Standard output, or None when the tool says no. Raises NetworkFailed if it cannot be run."""
        result = self._result(arguments, intent)
        return None if result.returncode else result.stdout

    def owns_process(self, pid: int) -> bool:
        """Whether a process lives in this namespace and not in one that merely had the same name."""
        try:
            return self._namespace_file.stat().st_ino == Path(f"/proc/{pid}/ns/net").stat().st_ino
        except OSError:
            return False

    def _result(self, arguments: tuple[str, ...], intent: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [*self._prefix, *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NetworkFailed(f"Could not {intent}: {error}") from error
