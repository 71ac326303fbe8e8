"""What `replace_file` does to real files when all goes well and when it does not."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from digestpin.errors import EditError, StaleEdit
from digestpin.selection import load_exclusions
from digestpin.writing import (
    TEMPORARY_SUFFIX,
    check_replaceable,
    replace_file,
    store_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD = b"image: kindest/node:v1.32.1\r\n"
NEW = b"image: kindest/node:v1.32.1@sha256:0\r\n"
NAME = PurePosixPath("kind.yaml")
NOBODY = 65534

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file called NAME that holds OLD."""
    path = tmp_path / NAME
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_replaces_the_bytes_and_leaves_nothing_else(file: Path) -> None:
    replace_file(file.parent, NAME, OLD, NEW)
    assert file.read_bytes() == NEW
    assert names(file.parent) == [file.name]


def test_writes_large_and_empty_files(file: Path) -> None:
    large = os.urandom(5_000_000)
    replace_file(file.parent, NAME, OLD, large)
    assert file.read_bytes() == large
    replace_file(file.parent, NAME, large, b"")
    assert file.read_bytes() == b""


@posix
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664, 0o4755, 0o2775])
def test_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    umask = os.umask(0o077)
    try:
        replace_file(file.parent, NAME, OLD, NEW)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@needs_root
def test_keeps_the_owner(file: Path) -> None:
    os.chown(file, NOBODY, 12345)
    replace_file(file.parent, NAME, OLD, NEW)
    assert (file.stat().st_uid, file.stat().st_gid) == (NOBODY, 12345)


@needs_root
def test_a_file_whose_owner_cannot_be_kept_runs_as_nobody_else() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        file = Path(folder) / NAME
        file.write_bytes(OLD)
        file.chmod(0o4777)
        with unprivileged():
            replace_file(file.parent, NAME, OLD, NEW)
        assert file.read_bytes() == NEW
        assert file.stat().st_uid == NOBODY
        assert stat.S_IMODE(file.stat().st_mode) == 0o777


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user whom file modes hold back; root is none."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


class TestRefusals:
    def test_a_file_that_somebody_changed_is_left_alone(self, file: Path) -> None:
        changed = OLD + b"# theirs\n"
        file.write_bytes(changed)
        with pytest.raises(StaleEdit, match=r"kind\.yaml was changed by somebody"):
            replace_file(file.parent, NAME, OLD, NEW)
        assert file.read_bytes() == changed
        assert names(file.parent) == [file.name]

    def test_a_file_that_grew_shorter_is_left_alone(self, file: Path) -> None:
        file.write_bytes(OLD[:-1])
        with pytest.raises(StaleEdit):
            replace_file(file.parent, NAME, OLD, NEW)
        assert file.read_bytes() == OLD[:-1]

    def test_a_file_that_went_away_is_not_made_again(self, tmp_path: Path) -> None:
        with pytest.raises(StaleEdit, match=r"kind\.yaml was removed by somebody"):
            replace_file(tmp_path, NAME, OLD, NEW)
        assert names(tmp_path) == []

    def test_a_read_only_file_is_left_alone_even_by_root(self, file: Path) -> None:
        file.chmod(0o444)
        with pytest.raises(EditError, match=r"kind\.yaml is read-only") as caught:
            replace_file(file.parent, NAME, OLD, NEW)
        assert caught.value.path == NAME
        assert caught.value.hint == "make it writable and run again"
        assert file.read_bytes() == OLD

    @needs_root
    def test_a_file_of_another_user_is_left_alone(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.chown(folder, NOBODY, NOBODY)
            file = Path(folder) / NAME
            file.write_bytes(OLD)
            file.chmod(0o644)
            with unprivileged(), pytest.raises(EditError, match="is read-only"):
                replace_file(file.parent, NAME, OLD, NEW)
            assert file.read_bytes() == OLD

    @posix
    def test_a_folder_that_takes_no_file_is_said(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / NAME
            file.write_bytes(OLD)
            file.chmod(0o666)
            Path(folder).chmod(0o555)
            message = r"cannot write kind\.yaml: Permission denied"
            with unprivileged(), pytest.raises(EditError, match=message):
                replace_file(file.parent, NAME, OLD, NEW)
            assert file.read_bytes() == OLD
            with unprivileged(), pytest.raises(EditError, match=message):
                check_replaceable(file.parent, NAME, OLD)
            Path(folder).chmod(0o755)

    @posix
    def test_a_pipe_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / NAME)
        with pytest.raises(EditError, match="no regular file"):
            replace_file(tmp_path, NAME, OLD, NEW)


@posix
class TestLinks:
    def test_a_link_stays_and_its_target_is_replaced(self, tmp_path: Path) -> None:
        target = tmp_path / "real" / "a.yaml"
        target.parent.mkdir()
        target.write_bytes(OLD)
        link = tmp_path / NAME
        link.symlink_to("real/a.yaml")
        replace_file(tmp_path, NAME, OLD, NEW)
        assert str(link.readlink()) == "real/a.yaml"
        assert target.read_bytes() == NEW
        assert (names(tmp_path), names(target.parent)) == (
            ["kind.yaml", "real"],
            ["a.yaml"],
        )

    @pytest.mark.parametrize("through", ["file", "folder"])
    def test_a_link_that_leaves_the_root_is_refused(
        self, tmp_path: Path, through: str
    ) -> None:
        root, outside = tmp_path / "root", tmp_path / "root-outside"
        root.mkdir()
        outside.mkdir()
        (outside / "a.yaml").write_bytes(OLD)
        (root / "file").symlink_to("../root-outside/a.yaml")
        (root / "folder").symlink_to("../root-outside")
        path = PurePosixPath("file" if through == "file" else "folder/a.yaml")
        with pytest.raises(EditError, match="leads out of the repository"):
            replace_file(root, path, OLD, NEW)
        assert (outside / "a.yaml").read_bytes() == OLD
        assert names(outside) == ["a.yaml"]

    def test_a_path_that_climbs_out_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "root").mkdir()
        (tmp_path / NAME).write_bytes(OLD)
        with pytest.raises(EditError, match="leads out of the repository"):
            replace_file(tmp_path / "root", PurePosixPath("..") / NAME, OLD, NEW)
        assert (tmp_path / NAME).read_bytes() == OLD

    def test_the_root_itself_may_be_reached_by_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "root").mkdir()
        (tmp_path / "root" / NAME).write_bytes(OLD)
        (tmp_path / "link").symlink_to("root")
        replace_file(tmp_path / "link", NAME, OLD, NEW)
        assert (tmp_path / "root" / NAME).read_bytes() == NEW

    def test_another_hard_link_keeps_the_old_bytes(self, file: Path) -> None:
        other = file.with_name("other")
        other.hardlink_to(file)
        replace_file(file.parent, NAME, OLD, NEW)
        assert (file.read_bytes(), other.read_bytes()) == (NEW, OLD)


# Stops before the step named by an audit event and waits to be killed.
STOPPING = """
import signal
import sys
from pathlib import Path, PurePosixPath
from digestpin.writing import replace_file

# Whoever runs the tests in the background may have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

root, event, old, new = Path(sys.argv[1]), sys.argv[2], *map(str.encode, sys.argv[3:])

def stop(name, arguments):
    if name == event:
        print("stopped", flush=True)
        sys.stdin.read()

sys.addaudithook(stop)
replace_file(root, PurePosixPath("kind.yaml"), old, new)
"""
# Replaces a file as often as it can until it is killed.
TOGGLING = """
import sys
from pathlib import Path, PurePosixPath
from digestpin.writing import replace_file

root, old, new = Path(sys.argv[1]), b"o" * 3_000_000, b"n" * 3_000_000
while True:
    replace_file(root, PurePosixPath("kind.yaml"), old, new)
    old, new = new, old
    print("replaced", flush=True)
"""


@posix
class TestInterruption:
    def start(self, script: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @pytest.mark.parametrize("event", ["os.chown", "os.chmod", "os.rename"])
    def test_killed_before_the_last_step_the_old_file_is_whole(
        self, file: Path, event: str
    ) -> None:
        arguments = (str(file.parent), event, "before", "after")
        file.write_bytes(b"before")
        with self.start(STOPPING, *arguments) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"stopped\n"
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert file.read_bytes() == b"before"
        (left,) = set(names(file.parent)) - {file.name}
        assert left.endswith(TEMPORARY_SUFFIX)
        replace_file(file.parent, NAME, b"before", NEW)
        assert file.read_bytes() == NEW

    def test_what_a_killed_run_leaves_behind_is_not_looked_at(self) -> None:
        assert TEMPORARY_SUFFIX in load_exclusions().suffixes

    @pytest.mark.parametrize("replacements", range(1, 7))
    def test_killed_at_any_time_the_file_is_the_old_or_the_new_one(
        self, file: Path, replacements: int
    ) -> None:
        file.write_bytes(b"o" * 3_000_000)
        with self.start(TOGGLING, str(file.parent)) as process:
            assert process.stdout is not None
            for _ in range(replacements):
                assert process.stdout.readline() == b"replaced\n"
            process.kill()
        assert file.read_bytes() in (b"o" * 3_000_000, b"n" * 3_000_000)

    def test_interrupted_from_the_keyboard_nothing_is_left_behind(
        self, file: Path
    ) -> None:
        file.write_bytes(b"before")
        arguments = (str(file.parent), "os.rename", "before", "after")
        with self.start(STOPPING, *arguments) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"stopped\n"
            process.send_signal(signal.SIGINT)
        assert process.returncode == -signal.SIGINT
        assert (file.read_bytes(), names(file.parent)) == (b"before", [file.name])

    def test_changed_during_the_write_the_file_stays_as_somebody_left_it(
        self, file: Path
    ) -> None:
        file.write_bytes(b"before")
        arguments = (str(file.parent), "os.chmod", "before", "after")
        with self.start(STOPPING, *arguments) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == b"stopped\n"
            file.write_bytes(b"theirs")
            process.stdin.close()
        assert process.returncode == 1
        assert (file.read_bytes(), names(file.parent)) == (b"theirs", [file.name])


@posix
class TestFullDisk:
    def test_a_file_too_large_for_its_limit_leaves_the_old_one(
        self, file: Path
    ) -> None:
        import resource  # noqa: PLC0415 - POSIX only

        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        try:
            with pytest.raises(EditError, match=r"cannot write .*: File too large"):
                replace_file(file.parent, NAME, OLD, b"x" * 200_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert (file.read_bytes(), names(file.parent)) == (OLD, [file.name])

    def test_a_full_disk_leaves_the_old_file(self, tmp_path: Path) -> None:
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            pytest.skip("no disk can be mounted here")
        try:
            file = tmp_path / NAME
            file.write_bytes(OLD)
            with pytest.raises(EditError, match="No space left on device"):
                replace_file(tmp_path, NAME, OLD, b"x" * 200_000)
            assert (file.read_bytes(), names(tmp_path)) == (OLD, [file.name])
            replace_file(tmp_path, NAME, OLD, NEW)
            assert file.read_bytes() == NEW
        finally:
            subprocess.run(["umount", str(tmp_path)], check=True)


class TestOwnFiles:
    def test_a_file_comes_with_its_folder_and_nothing_else(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "a" / "b" / "table.json"
        store_file(path, b"old")
        store_file(path, b"new")
        assert path.read_bytes() == b"new"
        assert [*path.parent.iterdir()] == [path]

    def test_what_cannot_be_replaced_stays_and_no_file_is_left(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "table.json" / "inside").mkdir(parents=True)
        with pytest.raises(OSError, match=r"table\.json"):
            store_file(tmp_path / "table.json", b"new")
        assert [path.name for path in tmp_path.iterdir()] == ["table.json"]
