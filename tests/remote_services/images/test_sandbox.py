"""What a program in the sandbox can't do, tried by real programs, and how it is stopped."""

import errno
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.vocabulary import ErrorCode
from remote_services.images import sandbox
from remote_services.images.sandbox import Bounds, Files, ProgramFailed, SandboxMissing
from remote_services.images.system_calls import denied_numbers
from remote_services.runtime.errors import Cancelled, TimedOut

ROOMY = Bounds(timeout_seconds=60, cpu_seconds=30, file_size_bytes=2**20)
NOBODY = 65534


def shell(script: str, files: Files | None = None, bounds: Bounds = ROOMY, **options) -> str:
    return sandbox.run(["bash", "-c", script], files or Files(), bounds, **options)


@pytest.fixture
def output(tmp_path):
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


def test_it_sees_the_files_it_was_given_under_their_names_there(tmp_path):
    (tmp_path / "secret name of a tenant").write_text("content")
    files = Files({"source": tmp_path / "secret name of a tenant"})
    assert shell("cat /in/source; ls /in", files) == "contentsource\n"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/root", "/home", "/var", "/work", "/proc/self/environ", "/sys"]
)
def test_it_sees_no_other_files(path):
    with pytest.raises(ProgramFailed):
        shell(f"ls {path}")


def test_it_does_not_see_the_neighbours_of_its_files(tmp_path):
    (tmp_path / "given").write_text("")
    (tmp_path / "neighbour").write_text("")
    assert shell("ls -A /in", Files({"given": tmp_path / "given"})) == "given\n"


def test_it_can_not_change_what_it_was_given(tmp_path):
    (tmp_path / "given").write_text("as it was")
    for attempt in ("echo x > /in/given", "rm /in/given", "chmod 777 /in/given", "mv /in/given /in/other"):
        with pytest.raises(ProgramFailed):
            shell(attempt, Files({"given": tmp_path / "given"}))
    assert (tmp_path / "given").read_text() == "as it was"


def test_it_writes_into_its_folder_and_nowhere_that_lasts(output):
    shell("echo x > /out/made; echo x > /tmp/gone", Files(writable=output))
    assert (output / "made").read_text() == "x\n"
    for attempt in ("echo x > /usr/made", "echo x > /usr/bin/ls", "mkdir /usr/share/made"):
        with pytest.raises(ProgramFailed):
            shell(attempt, Files(writable=output))


def test_it_has_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ProgramFailed):
        shell(f"exec 3<>/dev/tcp/127.0.0.1/{server.getsockname()[1]}")


def test_it_gets_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("ATRIUM_DATACENTER_KEY", "key of the tests")
    assert "ATRIUM" not in shell("export")


def test_it_sees_no_other_process():
    assert shell("kill -0 1 && echo $$").strip().isdigit()
    with pytest.raises(ProgramFailed):
        shell(f"kill -0 {os.getpid()}")


def test_it_has_no_rights_of_root():
    for attempt in ("mount -t tmpfs x /tmp", "chown 12345 /tmp", "mknod /tmp/x c 1 1"):
        with pytest.raises(ProgramFailed):
            shell(attempt)


@pytest.mark.parametrize("name", denied_numbers())
def test_it_may_not_make_calls_that_reading_images_does_not_need(name):
    """Without the filter these would fail for their arguments, or succeed."""
    script = f"$!=0; syscall({denied_numbers()[name]}, 2, 1, 0, 0, 0); print $!+0"
    assert sandbox.run(["perl", "-e", script], Files(), ROOMY) == str(errno.EPERM)


def test_it_may_not_make_a_namespace_by_clone():
    script = f"$!=0; syscall({platform_clone()}, 0x10000011, 0, 0, 0, 0); print $!+0"
    assert sandbox.run(["perl", "-e", script], Files(), ROOMY) == str(errno.EPERM)


def platform_clone() -> int:
    return {"x86_64": 56, "aarch64": 220}[platform.machine()]


def test_its_files_may_not_grow_beyond_their_bound(output):
    bounds = Bounds(file_size_bytes=4096)
    with pytest.raises(ProgramFailed):
        shell("head -c 8192 /dev/zero > /out/large", Files(writable=output), bounds)
    assert (output / "large").stat().st_size <= 4096


def test_it_may_not_take_more_memory_than_its_bound():
    with pytest.raises(ProgramFailed):
        shell("x=$(head -c 300000000 /dev/zero | tr '\\0' x); echo ${#x}", bounds=Bounds(memory_bytes=2**28))


def test_it_may_not_open_more_files_than_its_bound():
    opening = 'for n in {10..40}; do eval "exec $n</dev/null" || exit 1; done'
    shell(opening)
    with pytest.raises(ProgramFailed):
        shell(opening, bounds=Bounds(open_files=20))


def test_it_may_not_take_more_processor_time_than_its_bound():
    with pytest.raises(ProgramFailed) as failure:
        shell("while :; do :; done", bounds=Bounds(timeout_seconds=120, cpu_seconds=1))
    assert failure.value.status > 128


def running(mark: str) -> bool:
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "cmdline").read_text():
                return True
        except OSError:
            continue
    return False


def gone(mark: str) -> bool:
    """Processes end a moment after they were told to."""
    until = time.monotonic() + 30
    while running(mark) and time.monotonic() < until:
        time.sleep(0.05)
    return not running(mark)


def test_when_its_time_is_over_the_whole_tree_ends():
    mark = f"31{uuid4().int % 10**9}"
    with pytest.raises(TimedOut, match="within 1 s"):
        shell(f"(setsid sleep {mark} &) ; sleep {mark} & sleep {mark}", bounds=Bounds(timeout_seconds=1))
    assert gone(mark)


def test_what_it_leaves_in_the_background_ends_with_it():
    mark = f"31{uuid4().int % 10**9}"
    assert shell(f"(setsid sleep {mark} >/dev/null 2>&1 &); echo done") == "done\n"
    assert gone(mark)


def test_when_it_is_cancelled_the_whole_tree_ends():
    mark = f"31{uuid4().int % 10**9}"
    with pytest.raises(Cancelled):
        shell(f"sleep {mark} & sleep {mark}", cancelled=lambda: running(mark))
    assert gone(mark)


def test_cancelled_at_any_moment_of_its_beginning_it_leaves_nothing():
    mark = f"31{uuid4().int % 10**9}"
    for moment in range(60):
        with pytest.raises(Cancelled):
            shell(f"sleep {mark}", cancelled=lambda: time.sleep(moment / 5000) or True)  # noqa: B023
    assert gone(mark)


def test_when_the_worker_is_killed_the_whole_tree_ends():
    mark = f"31{uuid4().int % 10**9}"
    script = (
        f"from remote_services.images import sandbox as s; s.run(['sleep', '{mark}'], s.Files(), s.Bounds())"
    )
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[3])
    until = time.monotonic() + 30
    while not running(f"sleep\0{mark}") and time.monotonic() < until:
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    assert gone(f"sleep\0{mark}")


def test_its_words_are_heard_while_it_runs():
    heard = []
    shell("printf 'one\\rtwo\\nthr'; printf 'ee\\n'", on_line=heard.append)
    assert heard == ["one", "two", "three"]


def test_words_without_end_are_not_kept(tmp_path):
    assert len(shell("head -c 20000000 /dev/zero | tr '\\0' x")) == 4 * 2**20


def test_a_failure_tells_the_last_words_and_the_status():
    with pytest.raises(ProgramFailed, match="bash ended with status 3: no luck") as failure:
        shell("echo no luck >&2; exit 3")
    assert (failure.value.status, failure.value.code) == (3, ErrorCode.PROGRAM_FAILED)


def test_without_bubblewrap_nothing_runs_and_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing, match="bwrap is not installed. Install Debian's packages bubblewrap"):
        shell("echo never")


def test_where_namespaces_are_forbidden_it_is_said_what_to_allow(monkeypatch, tmp_path, output):
    """As an old kernel or a strict container does: bubblewrap then says so and ends."""
    (tmp_path / "bwrap").write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SandboxMissing, match="Allow user namespaces"):
        shell("echo never")


@pytest.mark.skipif(os.getuid() != 0, reason="is itself a user already")
def test_it_works_for_a_user_as_well():
    script = "import sys; from remote_services.images import sandbox as s; " + (
        "print(s.run(['id', '-u'], s.Files(), s.Bounds()))"
    )
    command = [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        sys.executable,
        "-c",
        script,
    ]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, str(NOBODY)), done.stderr
