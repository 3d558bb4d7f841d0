"""What is written out early is the same file, and nothing a program puts in its place holds us up."""

import os
import subprocess
import sys

import pytest

from remote_services.runtime import writing_out

PIECES = 40
WRITER = """
import sys, time
with open(sys.argv[1], "wb", buffering=0) as file:
    for number in range(int(sys.argv[2])):
        file.write(bytes([number]) * 65536)
        time.sleep(0.005)
"""


def test_a_file_that_is_written_out_while_it_grows_is_the_same(tmp_path):
    path = tmp_path / "late" / "file"
    with writing_out.meanwhile(path):
        path.parent.mkdir()
        subprocess.run([sys.executable, "-c", WRITER, str(path), str(PIECES)], check=True, timeout=60)
    assert path.read_bytes() == b"".join(bytes([number]) * 65536 for number in range(PIECES))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_does_not_hold_it_up(put, tmp_path, monkeypatch):
    monkeypatch.setattr(writing_out, "PAUSE_SECONDS", 0.001)
    path = tmp_path / "image"
    put(path)
    with writing_out.meanwhile(path):
        subprocess.run(["sleep", "0.1"], check=True, timeout=60)
    assert path.is_symlink() or not path.is_file()


def test_a_part_of_an_open_file_is_written_out_and_a_closed_one_is_no_trouble(tmp_path):
    with (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(b"x" * 100_000)
        writing_out.begin(file.fileno(), 4096, 8192)
        descriptor = file.fileno()
    writing_out.begin(descriptor)
    assert (tmp_path / "file").read_bytes() == b"x" * 100_000
