"""What `find_root` and `find_candidates` find in real repositories and folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from support.repositories import make_repository, run_git, write_files

from digestpin.discovery import RefusedLink, Root, find_candidates, find_root
from digestpin.errors import DigestpinError, UsageError
from digestpin.reading import Unreadable
from digestpin.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEEDLES = (b"kindest/node", b"sigs.k8s.io/kind")
HIT = "image: kindest/node:v1.32.1\n"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture(params=["git", "walk"])
def uses_git(request: pytest.FixtureRequest) -> bool:
    """Whether the files are in a git repository; each such test runs both ways."""
    return bool(request.param == "git")


def prepare(folder: Path, files: dict[str, bytes | str], *, uses_git: bool) -> Root:
    """Put files into a repository or a plain folder."""
    folder.mkdir(exist_ok=True)
    if uses_git:
        return Root(make_repository(folder, files), is_git=True)
    write_files(folder, files)
    return Root(folder, is_git=False)


def find(
    root: Root,
    selection: Selection | None = None,
    *,
    always: Sequence[str] = (),
    ignore_case: bool = False,
) -> list[str]:
    listing = find_candidates(
        root, NEEDLES, selection, always=always, ignore_case=ignore_case
    )
    return [str(path) for path in listing.files]


class TestFindRoot:
    def test_is_the_top_of_the_work_tree(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a/b/c.yaml": HIT})
        assert find_root(top / "a" / "b") == Root(top, is_git=True)

    def test_takes_a_file_to_start_from(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a/b.yaml": HIT})
        assert find_root(top / "a" / "b.yaml") == Root(top, is_git=True)

    def test_is_the_folder_itself_outside_git(self, tmp_path: Path) -> None:
        assert find_root(tmp_path) == Root(tmp_path, is_git=False)

    def test_is_the_work_tree_of_a_linked_worktree(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a.yaml": HIT})
        run_git(top, "worktree", "add", "--quiet", "-b", "other", "../linked")
        linked = tmp_path / "linked"
        assert find_root(linked) == Root(linked, is_git=True)
        assert find(find_root(linked)) == ["a.yaml"]

    def test_is_the_submodule_inside_a_submodule(self, tmp_path: Path) -> None:
        inner = make_repository(tmp_path / "inner", {"x/i.yaml": HIT})
        outer = make_repository(tmp_path / "outer", {"o.yaml": HIT})
        allow = ("-c", "protocol.file.allow=always")
        run_git(outer, *allow, "submodule", "--quiet", "add", str(inner), "sub")
        assert find_root(outer / "sub" / "x") == Root(outer / "sub", is_git=True)
        assert find(find_root(outer)) == ["o.yaml"]

    def test_does_not_recurse_because_the_user_configured_it(
        self, tmp_path: Path
    ) -> None:
        inner = make_repository(tmp_path / "inner", {"i.yaml": HIT})
        outer = make_repository(tmp_path / "outer", {"o.yaml": HIT})
        allow = ("-c", "protocol.file.allow=always")
        run_git(outer, *allow, "submodule", "--quiet", "add", str(inner), "sub")
        run_git(outer, "config", "submodule.recurse", "true")
        assert find(find_root(outer)) == ["o.yaml"]

    def test_ignores_what_a_hook_has_in_its_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        top = make_repository(tmp_path / "r", {"a.yaml": HIT})
        other = make_repository(tmp_path / "other", {"b.yaml": HIT})
        monkeypatch.setenv("GIT_DIR", str(other / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
        monkeypatch.setenv("GIT_WORK_TREE", str(other))
        monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
        assert find_root(top) == Root(top, is_git=True)
        assert find(find_root(top)) == ["a.yaml"]

    def test_says_what_to_do_when_git_distrusts_the_owner(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        top = make_repository(tmp_path / "r", {})
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        with pytest.raises(UsageError, match="belongs to another user") as caught:
            find_root(top)
        expected = f"git config --global --add safe.directory {top}"
        assert caught.value.hint == expected

    def test_says_why_git_cannot_read_a_repository(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {})
        (top / ".git" / "config").write_text("[core\n")
        with pytest.raises(UsageError, match=r"git cannot read .* bad config line 1"):
            find_root(top)

    def test_is_the_folder_of_dot_git_when_there_is_no_git(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        top = make_repository(tmp_path / "r", {"a/b.yaml": HIT})
        monkeypatch.setenv("PATH", str(tmp_path))
        assert find_root(top / "a") == Root(top, is_git=False)
        assert find(find_root(top / "a")) == ["a/b.yaml"]


class TestFindCandidates:
    def test_finds_the_files_that_hold_a_needle(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        files: dict[str, bytes | str] = {
            "z.yaml": HIT,
            "a/go.mod": "require sigs.k8s.io/kind v0.27.0\n",
            "none.yaml": "image: redis\n",
            "case.yaml": "KINDEST/NODE\n",
            "dots.yaml": "sigsxk8sxio/kind\n",
            "latin.sh": b"# caf\xe9\nkindest/node:v1\n",
            "empty": "",
        }
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        assert find(root) == ["a/go.mod", "latin.sh", "z.yaml"]

    def test_ignores_case_when_told(self, tmp_path: Path, uses_git: bool) -> None:
        files: dict[str, bytes | str] = {"a": "KINDEST/Node\n", "b": "x"}
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        assert find(root, ignore_case=True) == ["a"]

    def test_reads_untracked_files_but_not_ignored_ones(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {".gitignore": "out/\n*.gen\n"})
        write_files(
            top, {"new.yaml": HIT, "other.yaml": "x", "out/a": HIT, "b.gen": HIT}
        )
        assert find(Root(top, is_git=True)) == ["new.yaml"]

    def test_reads_tracked_files_though_they_are_ignored(self, tmp_path: Path) -> None:
        files: dict[str, bytes | str] = {".gitignore": "*.gen\n", "b.gen": HIT}
        top = make_repository(tmp_path / "r", files)
        assert find(Root(top, is_git=True)) == ["b.gen"]

    def test_reads_the_work_tree_not_the_index(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a": HIT, "b": HIT, "c": "x"})
        write_files(top, {"a": "x", "c": HIT})
        (top / "b").unlink()
        assert find(Root(top, is_git=True)) == ["c"]

    def test_lists_a_file_in_conflict_once(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a": HIT})
        run_git(top, "checkout", "--quiet", "-b", "side")
        write_files(top, {"a": HIT + "side\n"})
        run_git(top, "commit", "--quiet", "--all", "--message", "side")
        run_git(top, "checkout", "--quiet", "main")
        write_files(top, {"a": HIT + "main\n"})
        run_git(top, "commit", "--quiet", "--all", "--message", "main")
        with pytest.raises(subprocess.CalledProcessError):
            run_git(top, "merge", "side")
        listing = find_candidates(Root(top, is_git=True), NEEDLES)
        assert listing.files == (PurePosixPath("a"),)
        assert listing.all_paths() == {PurePosixPath("a")}

    @pytest.mark.parametrize(
        "name",
        [
            pytest.param(b"with space.yaml", id="space"),
            pytest.param(b"new\nline.yaml", id="line break"),
            pytest.param(b"latin-\xe9.yaml", id="not UTF-8"),
            pytest.param("snowman-\u2603.yaml".encode(), id="not ASCII"),
            pytest.param(b"-dash.yaml", id="dash"),
            pytest.param(b":(top)magic.yaml", id="pathspec magic"),
            pytest.param(b"[a]*?.yaml", id="wildcards"),
            pytest.param(b"100644 tab\there", id="like an entry of the index"),
        ],
    )
    def test_takes_any_file_name(
        self, tmp_path: Path, name: bytes, uses_git: bool
    ) -> None:
        path = PurePosixPath(os.fsdecode(name))
        root = prepare(tmp_path / "r", {str(path): HIT}, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        assert listing.files == (path,)
        assert listing.all_paths() == {path}
        if uses_git:
            run_git(root.path, "rm", "-r", "--cached", "--quiet", ".")
            untracked = find_candidates(root, NEEDLES)
            assert untracked.files == (path,)
            assert untracked.all_paths() == {path}

    def test_is_not_misled_by_the_configuration_of_git(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a/\u2603.yaml": HIT, "b.txt": HIT})
        for key, value in {
            "grep.patternType": "extended",
            "grep.lineNumber": "true",
            "grep.column": "true",
            "grep.fullName": "false",
            "color.ui": "always",
            "color.grep": "always",
            "core.quotePath": "true",
        }.items():
            run_git(top, "config", key, value)
        assert find(Root(top, is_git=True)) == ["a/\u2603.yaml"]

    def test_reads_what_an_attribute_calls_binary(self, tmp_path: Path) -> None:
        files: dict[str, bytes | str] = {
            ".gitattributes": "*.yaml -diff\n*.json binary\n",
            "a.yaml": HIT,
            "b.json": HIT,
        }
        top = make_repository(tmp_path / "r", files)
        assert find(Root(top, is_git=True)) == ["a.yaml", "b.json"]

    def test_passes_over_binary_files(self, tmp_path: Path, uses_git: bool) -> None:
        files: dict[str, bytes | str] = {"kind": b"\x7fELF\0\0" + HIT.encode()}
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        assert (listing.files, listing.unreadable) == ((), ())

    def test_leaves_out_vendored_trees_prose_and_lock_files(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        left_out = ["README.md", "docs/a.RST", "CHANGELOG", "go.sum", "p.min.js"]
        left_out += ["vendor/a.go", "x/node_modules/b/c.js", "third_party/d.sh"]
        kept = ["testdata/a.yaml", "vendor.yaml", "x/vendored/y.sh"]
        files: dict[str, bytes | str] = dict.fromkeys((*left_out, *kept), HIT)
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        assert find(root) == kept

    def test_include_brings_files_back(self, tmp_path: Path, uses_git: bool) -> None:
        names = ["README.md", "vendor/a.go", "vendor/b.md", "vendor/sub/c.go"]
        files: dict[str, bytes | str] = dict.fromkeys(names, HIT)
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        assert find(root, Selection(include=("*.md",))) == ["README.md"]
        assert find(root, Selection(include=("vendor/*.go",))) == ["vendor/a.go"]
        assert find(root, Selection(include=("/vendor/",))) == names[1:]

    def test_include_with_a_folder_brings_ignored_files_back(
        self, tmp_path: Path
    ) -> None:
        top = make_repository(tmp_path / "r", {".gitignore": "gen/\n"})
        write_files(top, {"gen/a.yaml": HIT, "gen/b.sh": HIT})
        selection = Selection(include=("gen/*.yaml",))
        assert find(Root(top, is_git=True), selection) == ["gen/a.yaml"]

    def test_exclude_takes_files_out(self, tmp_path: Path, uses_git: bool) -> None:
        files: dict[str, bytes | str] = dict.fromkeys(["a.md", "b.md", "c/d.sh"], HIT)
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        selection = Selection(include=("*.md",), exclude=("c/", "b.md"))
        assert find(root, selection) == ["a.md"]

    def test_a_bad_pattern_is_the_users_to_correct(self, tmp_path: Path) -> None:
        root = prepare(tmp_path / "r", {"a": HIT}, uses_git=False)
        with pytest.raises(UsageError, match="not a gitignore pattern"):
            find(root, Selection(exclude=("!",)))

    def test_looks_at_a_named_file_though_git_ignores_it(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        ignore = {".gitignore": "b.sh\nx/\na.sh\n"}
        root = prepare(tmp_path / "r", dict(ignore), uses_git=uses_git)
        write_files(root.path, dict.fromkeys(["a.sh", "b.sh", "x/c.sh"], HIT))
        named = frozenset({PurePosixPath("b.sh"), PurePosixPath("x/c.sh")})
        assert find(root, Selection(named=named)) == ["b.sh", "x/c.sh"]

    def test_naming_a_file_does_not_overrule_the_patterns(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        names = ["vendor/a.sh", "README.md", "b.sh"]
        root = prepare(tmp_path / "r", dict.fromkeys(names, HIT), uses_git=uses_git)
        named = frozenset(map(PurePosixPath, names))
        assert find(root, Selection(named=named, exclude=("b.sh",))) == []

    def test_always_asks_for_no_needle(self, tmp_path: Path, uses_git: bool) -> None:
        names = [".config/mise.toml", ".tool-versions", "a/.tool-versions"]
        names += ["a/b.bzl", "x.tool-versions", "c.bzl/d", "mise.toml"]
        files: dict[str, bytes | str] = dict.fromkeys(names, "kind 0.27.0\n")
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        always = (".tool-versions", ".config/mise.toml", "*.bzl", "absent")
        assert find(root, always=always) == names[:4]

    def test_always_finds_untracked_files(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a": "x"})
        write_files(top, {"b/.tool-versions": "kind 1\n", ".tool-versions": "kind 2\n"})
        found = find(Root(top, is_git=True), always=(".tool-versions",))
        assert found == [".tool-versions", "b/.tool-versions"]

    def test_an_empty_repository_has_no_candidates(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        root = prepare(tmp_path / "r", {}, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        assert (listing.files, listing.all_paths()) == ((), frozenset())

    def test_all_paths_are_what_git_tracks_or_would_track(self, tmp_path: Path) -> None:
        files: dict[str, bytes | str] = {".gitignore": "*.o\n", "vendor/a": "", "b": ""}
        top = make_repository(tmp_path / "r", files)
        write_files(top, {"new": "", "x.o": ""})
        listing = find_candidates(Root(top, is_git=True), NEEDLES)
        expected = {".gitignore", "vendor/a", "b", "new"}
        assert {str(path) for path in listing.all_paths()} == expected

    def test_does_not_look_into_a_repository_inside(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a": HIT})
        make_repository(top / "nested", {"b": HIT})
        assert find(Root(top, is_git=True)) == ["a"]

    def test_says_that_git_failed(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {"a": HIT})
        (top / ".git" / "index").write_bytes(b"DIRC broken")
        with pytest.raises(DigestpinError, match="git could not list the files: "):
            find(Root(top, is_git=True))


class TestWithoutPcre:
    def test_searches_with_fixed_strings(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wide = ("\ufeff" + HIT).encode("utf-16-le")
        files: dict[str, bytes | str] = {"a": HIT, "b": "sigsxk8s.io/kind", "w": wide}
        top = make_repository(tmp_path / "r", files)
        real = shutil.which("git")
        fake = tmp_path / "bin" / "git"
        fake.parent.mkdir()
        # A git built without PCRE answers like this.
        fake.write_text(
            f'#!/bin/sh\ncase "$*" in *--perl-regexp*)\n'
            f'echo "fatal: cannot use Perl-compatible regexes when not compiled '
            f'with USE_LIBPCRE" >&2; exit 128;; esac\nexec {real} "$@"\n'
        )
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        listing = find_candidates(Root(top, is_git=True), NEEDLES)
        assert listing.files == (PurePosixPath("a"),)
        assert [found.path.name for found in listing.unreadable] == ["w"]


class TestUnreadable:
    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
    def test_utf_16_with_a_needle_is_reported(
        self, tmp_path: Path, codec: str, uses_git: bool
    ) -> None:
        files: dict[str, bytes | str] = {
            "a.ps1": ("\ufeff# x\r\n" + HIT).encode(codec),
            "b.ps1": "\ufeffimage: redis\n".encode(codec),
            "c.bin": b"\xff\xfe\0\0" + HIT.encode(),
        }
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        assert listing.files == ()
        (found,) = listing.unreadable
        assert (found.path.name, found.type) == ("a.ps1", Unreadable.Type.ENCODING)
        assert found.reason.startswith("is UTF-16; only UTF-8")

    @pytest.mark.parametrize("codec", ["utf-32-le", "utf-32-be"])
    def test_utf_32_with_a_needle_is_reported(
        self, tmp_path: Path, codec: str, uses_git: bool
    ) -> None:
        files: dict[str, bytes | str] = {"a": ("\ufeff" + HIT).encode(codec)}
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        (found,) = find_candidates(root, NEEDLES).unreadable
        assert found.reason.startswith("is UTF-32; only")

    def test_wide_needles_ignore_case_when_told(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        wide = ("\ufeff" + HIT.upper()).encode("utf-16-le")
        root = prepare(tmp_path / "r", {"a": wide}, uses_git=uses_git)
        assert find_candidates(root, NEEDLES).unreadable == ()
        found = find_candidates(root, NEEDLES, ignore_case=True).unreadable
        assert [it.path.name for it in found] == ["a"]

    def test_a_file_over_the_limit_with_a_needle_is_reported(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        files: dict[str, bytes | str] = {
            "big.yaml": "#" * 5000 + HIT,
            "other.yaml": "#" * 6000,
            "small.yaml": HIT,
            "big.bin": b"\0" * 5000 + HIT.encode(),
        }
        root = prepare(tmp_path / "r", files, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES, Selection(max_size_bytes=4096))
        size = 5000 + len(HIT)
        reason = f"has {size:,} bytes, more than the limit of 4,096"
        expected = Unreadable(PurePosixPath("big.yaml"), Unreadable.Type.SIZE, reason)
        assert listing.unreadable == (expected,)
        assert listing.files == (PurePosixPath("small.yaml"),)

    def test_a_named_pipe_is_passed_over(self, tmp_path: Path, uses_git: bool) -> None:
        root = prepare(tmp_path / "r", {"a": HIT}, uses_git=uses_git)
        os.mkfifo(root.path / "pipe")
        named = frozenset({PurePosixPath("pipe")})
        assert find(root, Selection(named=named)) == ["a"]

    @pytest.mark.skipif(os.name != "posix", reason="needs POSIX file modes")
    def test_a_file_that_may_not_be_read_is_reported(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number, value in (("COUNT", "1"), ("KEY_0", "safe.directory")):
            monkeypatch.setenv(f"GIT_CONFIG_{number}", value)
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)
            files: dict[str, bytes | str] = {"tracked.yaml": HIT, "free.yaml": HIT}
            top = make_repository(Path(folder) / "r", files)
            write_files(top, {"new.yaml": HIT})
            for name in ("tracked.yaml", "new.yaml"):
                (top / name).chmod(0)
            with unprivileged():
                listing = find_candidates(Root(top, is_git=True), NEEDLES)
        assert listing.files == (PurePosixPath("free.yaml"),)
        reason = "cannot be read: Permission denied"
        assert listing.unreadable == tuple(
            Unreadable(PurePosixPath(name), Unreadable.Type.ACCESS, reason)
            for name in ("new.yaml", "tracked.yaml")
        )


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user whom file modes hold back; root is none."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


class TestLinks:
    def test_a_link_stands_for_its_target_once(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        top = tmp_path / "r"
        write_files(top, {"real/a.yaml": HIT})
        (top / "link.yaml").symlink_to("real/a.yaml")
        (top / "second").symlink_to("link.yaml")
        (top / "folder").symlink_to("real")
        (top / "broken").symlink_to("absent")
        (top / "loop").symlink_to("loop")
        root = prepare(top, {}, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        assert listing.files == (PurePosixPath("real/a.yaml"),)
        assert (listing.unreadable, listing.refused) == ((), ())

    def test_a_link_brings_in_a_target_that_git_ignores(self, tmp_path: Path) -> None:
        top = tmp_path / "r"
        write_files(top, {"a.yaml": "x", ".gitignore": "gen\n"})
        (top / "link.yaml").symlink_to("gen/b.yaml")
        make_repository(top, {})
        write_files(top, {"gen/b.yaml": HIT})
        assert find(Root(top, is_git=True)) == ["gen/b.yaml"]

    def test_an_untracked_link_counts_too(self, tmp_path: Path) -> None:
        top = make_repository(tmp_path / "r", {".gitignore": "gen\n", "gen/b": HIT})
        run_git(top, "rm", "--cached", "--quiet", "gen/b")
        (top / "link").symlink_to("gen/b")
        assert find(Root(top, is_git=True)) == ["gen/b"]

    def test_a_link_that_leaves_the_root_is_refused(
        self, tmp_path: Path, uses_git: bool
    ) -> None:
        write_files(tmp_path, {"outside.yaml": HIT, "harmless.yaml": "x"})
        top = tmp_path / "r"
        top.mkdir()
        (top / "link.yaml").symlink_to("../outside.yaml")
        (top / "other.yaml").symlink_to("../harmless.yaml")
        (top / "device").symlink_to("/dev/zero")
        root = prepare(top, {}, uses_git=uses_git)
        listing = find_candidates(root, NEEDLES)
        target = str(tmp_path / "outside.yaml")
        assert listing.refused == (RefusedLink(PurePosixPath("link.yaml"), target),)
        assert listing.files == ()


class TestWalk:
    def test_honours_gitignore_files(self, tmp_path: Path) -> None:
        names = ["a.yaml", "b.gen", "sub/c.gen", "sub/d.tmp", "out/e.yaml"]
        files: dict[str, bytes | str] = dict.fromkeys(names, HIT)
        files |= {
            ".gitignore": "*.gen\n/out/\n!\n",
            "sub/.gitignore": "!c.gen\n*.tmp\n",
        }
        root = prepare(tmp_path / "r", files, uses_git=False)
        assert find(root) == ["a.yaml", "sub/c.gen"]
        paths = {str(path) for path in find_candidates(root, NEEDLES).all_paths()}
        assert paths == {".gitignore", "sub/.gitignore", "a.yaml", "sub/c.gen"}

    def test_agrees_with_git(self, tmp_path: Path) -> None:
        names = ["a/b/c.x", "a/c.x", "c.x", "d/e.y", "d/f.y", "log", "a/log/z", "q w"]
        ignore = "/c.x\n**/b/\nd/*\n!d/f.y\nlog/\nq\\ w\n# c\n"
        top = make_repository(tmp_path / "r", {".gitignore": ignore})
        write_files(top, dict.fromkeys(names, HIT))
        assert find(Root(top, is_git=False)) == find(Root(top, is_git=True))

    def test_goes_down_a_very_deep_tree(self, tmp_path: Path) -> None:
        deep = "/".join(["d"] * 1100)  # deeper than Python recurses
        subprocess.run(["mkdir", "-p", str(tmp_path / "top" / deep)], check=True)
        (tmp_path / "top" / deep / "a").write_text(HIT)
        try:
            found = find(Root(tmp_path / "top", is_git=False))
        finally:  # pytest itself cannot remove a tree as deep as this
            subprocess.run(["rm", "-rf", str(tmp_path / "top")], check=True)
        assert found == [f"{deep}/a"]

    def test_passes_over_a_folder_that_goes_away(self, tmp_path: Path) -> None:
        root = Root(tmp_path / "absent", is_git=False)
        assert find(root) == []
