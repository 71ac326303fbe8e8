"""What ignore comments and the configuration take out, and what does nothing."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from digestpin.config import Configuration
from digestpin.edits import apply_edits
from digestpin.findings import Finding, RuleInfo, Severity
from digestpin.ignores import find_ignores
from digestpin.settings import Settings
from digestpin.source import SourceFile, Span
from digestpin.suppression import (
    Suppressed,
    UnusedIgnore,
    apply,
    find_severity,
    is_chosen,
    with_severity,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

PATH = PurePosixPath("a/kind.yaml")
NAMES = {"DP001": "unpinned-tag", "DP101": "node-image-unsupported"}
IMAGE = "kindest/node:v1"


def rule(code: str, name: str, severity: Severity = Severity.ERROR) -> RuleInfo:
    return RuleInfo(code=code, name=name, severity=severity, summary="")


def find_all(source: SourceFile, codes: Sequence[str] = ("DP001",)) -> list[Finding]:
    """Return a finding of each code at each image in the text."""
    findings = []
    at = source.text.find(IMAGE)
    while at != -1:
        location = source.locate(Span(at, at + len(IMAGE)))
        findings += [
            Finding(
                rule=code,
                name=NAMES[code],
                severity=Severity.ERROR,
                message="",
                location=location,
            )
            for code in codes
        ]
        at = source.text.find(IMAGE, at + 1)
    return findings


def suppress(
    text: str | bytes,
    codes: Sequence[str] = ("DP001",),
    *,
    path: PurePosixPath = PATH,
    per_file_ignores: Mapping[str, Sequence[str]] | None = None,
    not_run: Collection[RuleInfo] = (),
    report_bare: bool = True,
) -> Suppressed:
    source = SourceFile(path, text.encode() if isinstance(text, str) else text)
    return apply(
        find_all(source, codes),
        {path: source},
        per_file_ignores=per_file_ignores,
        not_run=not_run,
        report_bare=report_bare,
    )


def without_unused(text: str | bytes, codes: Sequence[str] = ()) -> bytes:
    """Return the text with every unused comment removed."""
    data = text.encode() if isinstance(text, str) else text
    source = SourceFile(PATH, data)
    unused = suppress(data, codes).unused
    return apply_edits(data, [it.removal_edit(source) for it in unused])


class TestComments:
    @pytest.mark.parametrize(
        "line",
        [
            pytest.param("image: {} # digestpin: ignore", id="YAML"),
            pytest.param("image: {}  #digestpin:ignore", id="no spaces"),
            pytest.param("image: {} ## digestpin: ignore", id="two signs"),
            pytest.param('x = "{}" // digestpin: ignore', id="Go"),
            pytest.param('f("{}");// digestpin: ignore', id="touching code"),
            pytest.param("x = '{}' -- digestpin: ignore", id="SQL"),
            pytest.param("x = {} ; digestpin: ignore", id="ini"),
            pytest.param("<i>{}</i> <!-- digestpin: ignore -->", id="XML"),
            pytest.param('x = "{}"; /* digestpin: ignore */', id="C"),
            pytest.param("/* digestpin: ignore */ x = {}", id="C, before"),
            pytest.param("image: {} {{{{/* digestpin: ignore */}}}}", id="Helm"),
            pytest.param(
                "image: {} {{{{- /* digestpin: ignore */ -}}}}", id="trimming"
            ),
            pytest.param("set X={} & rem digestpin: ignore", id="batch"),
            pytest.param("set X={} & REM digestpin: ignore", id="batch, capitals"),
            pytest.param("image: {} # digestpin: ignore[DP001]", id="code"),
            pytest.param("image: {} # digestpin: ignore[ unpinned-tag ]", id="name"),
            pytest.param("image: {} # digestpin: ignore[DP9, DP0]", id="start of code"),
            pytest.param("image: {} # digestpin: ignore[DP001] why", id="reason"),
            pytest.param("image: {} # caf\u00e9. digestpin: ignore", id="says more"),
        ],
    )
    def test_suppress_the_finding_on_their_line(self, line: str) -> None:
        text = f"{line.format(IMAGE)}\nimage: {IMAGE}\n"
        result = suppress(text)
        assert (result.count, [it.location.start.line for it in result.kept]) == (
            1,
            [2],
        )

    @pytest.mark.parametrize(
        "comment",
        [
            "# digestpin: ignore",
            "  # digestpin: ignore[DP001]",
            "// digestpin: ignore",
            "-- digestpin: ignore",
            "; digestpin: ignore",
            "<!-- digestpin: ignore -->",
            "/* digestpin: ignore */",
            "{{- /* digestpin: ignore */ -}}",
            "rem digestpin: ignore",
            ":: digestpin: ignore",
            "/*\n digestpin: ignore\n*/",
            "/**\n * Why.\n * digestpin: ignore[DP001] reason\n */",
            "/* digestpin: ignore\n   reason */",
            "<!--\n digestpin: ignore\n-->",
            "{{- /*\n digestpin: ignore\n*/ -}}",
            "<#\n digestpin: ignore\n#>",
            "// digestpin: ignore\n/*\n Why.\n*/",
            "\t@# digestpin: ignore",
            "# digestpin: ignore [DP001]",
            "{# digestpin: ignore #}",
            "  {#- digestpin: ignore -#}",
            "<# digestpin: ignore #>",
            "\ufeff# digestpin: ignore",
            "# digestpin: ignore\n# renovate: datasource=docker",
            "# renovate: datasource=docker\r\n# digestpin: ignore",
        ],
    )
    def test_suppress_the_finding_below_their_own_line(self, comment: str) -> None:
        result = suppress(f"{comment}\nimage: {IMAGE}\nimage: {IMAGE}\n")
        assert (result.count, len(result.kept), result.unused) == (1, 1, ())

    @pytest.mark.parametrize(
        ("text", "count"),
        [
            pytest.param("{c}kind \\\n --image {i} \\\n -q\nx {i}\n", 1, id="shell"),
            pytest.param("{c}kind \\\r\n -q \\\r\n {i}\r\n{i}", 1, id="CRLF"),
            pytest.param("a:\n\t{c}\t{i} \\\n\t{i}\n\t{i}\n", 2, id="a recipe"),
            pytest.param("{c}{i} \\\\\n{i}\n", 1, id="an escaped backslash"),
            pytest.param("RUN a \\\n{c} {i} \\\n {i}\n", 1, id="inside a command"),
            pytest.param("{c}{i} \\", 1, id="the last line"),
            pytest.param("{i}\nkind \\\n {i} \\\n -q {c}{i}", 1, id="behind a command"),
        ],
    )
    def test_count_for_all_lines_of_one_command(self, text: str, count: int) -> None:
        comment = "# digestpin: ignore[DP001] reason\n"
        assert suppress(text.format(c=comment, i=IMAGE)).count == count

    @pytest.mark.parametrize(
        ("brackets", "flaw"),
        [
            ("[]", "its brackets name no rule"),
            ("[ , ] why", "its brackets name no rule"),
            ("[DP001, DP002", "its bracket is not closed on the line"),
            ("[DP001 [why]", "its bracket is not closed on the line"),
            (" [DP001", "its bracket is not closed on the line"),
        ],
    )
    def test_with_a_wrong_bracket_they_suppress_nothing(
        self, brackets: str, flaw: str
    ) -> None:
        text = f"# digestpin: ignore{brackets}\nimage: {IMAGE}\n"
        result = suppress(text, report_bare=False)
        assert (result.count, [it.flaw for it in result.unused]) == (0, [flaw])

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param('{{"a": "digestpin: ignore", "image": "{}"}}', id="JSON"),
            pytest.param('{{"a": "#digestpin: ignore", "image": "{}"}}', id="a string"),
            pytest.param("digestpin: ignore\nimage: {}", id="no comment"),
            pytest.param("u: http://digestpin: ignore {}", id="URL"),
            pytest.param("# digestpin: ignored\nimage: {}", id="another word"),
            pytest.param("# digestpin: ignore-file\nimage: {}", id="longer word"),
            pytest.param("# digestpin: ignore\n\nimage: {}", id="blank line between"),
            pytest.param("x: 1 # digestpin: ignore\nimage: {}", id="behind code above"),
            pytest.param(
                "/* digestpin: ignore */ x\nimage: {}", id="before code above"
            ),
            pytest.param(
                "# digestpin: ignore\n/* x */ y\nimage: {}", id="above a line of code"
            ),
            pytest.param("/*\n digestpin: ignore\n*/ y\n{}", id="in a block, above"),
            pytest.param("y\n/*\n digestpin: ignore\n{}", id="a block without end"),
            pytest.param("/* x */\ndigestpin: ignore\n{}", id="behind a block"),
            pytest.param('x "a # digestpin: ignore" {}', id="in another string"),
            pytest.param("# digestpin: ignore\n---\nimage: {}", id="above a separator"),
            pytest.param("# digestpin: ignore\n--image x\n{}", id="above an option"),
            pytest.param("image: {} # digestpin: ignore[DP101]", id="another rule"),
            pytest.param("image: {} # digestpin: ignore [DP101]", id="with a blank"),
            pytest.param("image: {} # digestpin: ignore [why]", id="no rule at all"),
        ],
    )
    def test_elsewhere_they_suppress_nothing(self, text: str) -> None:
        assert suppress(text.format(IMAGE)).count == 0

    def test_a_finding_over_several_lines_is_covered_from_each(self) -> None:
        source = SourceFile(PATH, b"a: |\n  x\n  y # digestpin: ignore\nb: 1\n")
        location = source.locate(Span(0, 7))
        over = source.locate(Span(3, 20))
        for place, count in ((location, 0), (over, 1)):
            finding = Finding(
                rule="DP001",
                name="unpinned-tag",
                severity=Severity.ERROR,
                message="",
                location=place,
            )
            assert apply([finding], {PATH: source}).count == count

    def test_a_finding_in_a_file_without_source_is_kept(self) -> None:
        source = SourceFile(PATH, f"image: {IMAGE}\n".encode())
        assert len(apply(find_all(source), {}).kept) == 1

    def test_are_found_in_any_encoding(self) -> None:
        data = b"# caf\xe9\nimage: " + IMAGE.encode() + b" # \xe9 digestpin: ignore\n"
        assert suppress(data).count == 1

    @pytest.mark.parametrize(
        ("unit", "count"),
        [
            ("# digestpin:ignore ", 1),
            ("digestpin: ignore[", 0),
            ("#", 1),
            ("- ", 1),
            ("/*", 1),
        ],
    )
    def test_a_huge_line_is_got_over_with(self, unit: str, count: int) -> None:
        data = (unit * (1_000_000 // len(unit))).encode() + b" # digestpin: ignore"
        assert len(list(find_ignores(SourceFile(PATH, data)))) == count

    def test_in_a_string_they_count_for_it_alone(self) -> None:
        text = f'f("{IMAGE} # digestpin: ignore", "{IMAGE}")\n'
        result = suppress(text)
        assert (result.count, len(result.kept), result.unused) == (1, 1, ())

    def test_blocks_without_end_are_got_over_with(self) -> None:
        data = b"/*\n<!--\n{#\ndigestpin: ignore\n" * 20_000
        assert list(find_ignores(SourceFile(PATH, data))) == []

    def test_say_where_their_codes_stand(self) -> None:
        data = b"x # digestpin: ignore[ DP001 ,unpinned-tag,]\n"
        (comment,) = find_ignores(SourceFile(PATH, data))
        texts = [(it.text, data[it.span.start : it.span.end]) for it in comment.codes]
        assert texts == [("DP001", b"DP001"), ("unpinned-tag", b"unpinned-tag")]


class TestUnused:
    def test_one_that_matches_nothing_is_reported(self) -> None:
        text = "x: 1 # digestpin: ignore\n"
        expected = UnusedIgnore(path=PATH, span=Span(7, 24), removal=Span(4, 24))
        assert suppress(text).unused == (expected,)

    def test_a_used_one_is_not(self) -> None:
        assert suppress(f"image: {IMAGE} # digestpin: ignore[DP001]\n").unused == ()

    def test_only_the_codes_that_match_nothing_are_reported(self) -> None:
        text = f"image: {IMAGE} # digestpin: ignore[DP101, DP001, nothing]\n"
        assert [it.code for it in suppress(text).unused] == ["DP101", "nothing"]

    def test_a_rule_that_did_not_run_may_still_need_it(self) -> None:
        text = "x # digestpin: ignore[DP201]\ny # digestpin: ignore[tag-moved, DP001]\n"
        not_run = (rule("DP201", "digest-not-in-registry"), rule("DP202", "tag-moved"))
        unused = suppress(text, not_run=not_run).unused
        assert [it.code for it in unused] == ["DP001"]

    def test_one_without_codes_may_not_be_reported(self) -> None:
        text = "x # digestpin: ignore\ny # digestpin: ignore[DP001]\n"
        unused = suppress(text, report_bare=False).unused
        assert [it.span.start for it in unused] == [text.index("digestpin", 10)]

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            pytest.param("a\n# digestpin: ignore\nb\n", "a\nb\n", id="a whole line"),
            pytest.param("a\r\n  # digestpin: ignore\r\nb", "a\r\nb", id="CRLF"),
            pytest.param("a\n# digestpin: ignore", "a\n", id="the last line"),
            pytest.param("a:\n\t@# digestpin: ignore\n\tb", "a:\n\tb", id="a recipe"),
            pytest.param("\ufeff# digestpin: ignore\na", "\ufeffa", id="behind a BOM"),
            pytest.param("a: 1  # digestpin: ignore[X] why\nb", "a: 1\nb", id="reason"),
            pytest.param("a # digestpin: ignore\r\nb", "a\r\nb", id="keeps CRLF"),
            pytest.param("a # digestpin: ignore  \nb", "a\nb", id="trailing spaces"),
            pytest.param("a /* digestpin: ignore */ b", "a b", id="between code"),
            pytest.param("a /* digestpin: ignore x */\n", "a\n", id="C, at the end"),
            pytest.param("<!-- digestpin: ignore -->\nb", "b", id="XML"),
            pytest.param("a {{/* digestpin: ignore */}}\n", "a\n", id="Helm"),
            pytest.param("a {{- /* digestpin: ignore */ -}}\n", "a\n", id="trimming"),
            pytest.param("rem digestpin: ignore\r\nb", "b", id="batch"),
            pytest.param(":: digestpin: ignore\r\nb", "b", id="a batch label"),
            pytest.param("a {# digestpin: ignore[X] #}\n", "a\n", id="Jinja"),
            pytest.param("{#- digestpin: ignore why -#}\nb", "b", id="Jinja, a line"),
            pytest.param("a <# digestpin: ignore #> b", "a b", id="PowerShell"),
            pytest.param("<# digestpin: ignore[X] #>\nb", "b", id="its line"),
            pytest.param(
                "a # keep. digestpin: ignore[X] why\n", "a # keep.\n", id="more before"
            ),
            pytest.param(
                "a # digestpin: ignore why # keep\n", "a # keep\n", id="more behind"
            ),
            pytest.param(
                "a /* keep digestpin: ignore */ b", "a /* keep */ b", id="inside"
            ),
            pytest.param(
                "# keep digestpin: ignore\nb", "# keep\nb", id="a line that says more"
            ),
            pytest.param("/* digestpin: ignore */ b", "b", id="before code"),
            pytest.param("a\n/*\n * digestpin: ignore\n */\nb", "a\nb", id="a block"),
            pytest.param("/*\n digestpin: ignore\n*/ b", "b", id="a block before code"),
            pytest.param("a /* digestpin: ignore\n */\nb", "a\nb", id="a block behind"),
            pytest.param(
                "/*\n * x\n * digestpin: ignore y\n */\nb",
                "/*\n * x\n */\nb",
                id="a line of a block",
            ),
            pytest.param(
                "/* digestpin: ignore\n x */\nb", "/*\n x */\nb", id="its first line"
            ),
            pytest.param(
                "/* x\n * digestpin: ignore */\nb", "/* x\n */\nb", id="its last line"
            ),
            pytest.param(
                "/* digestpin: ignore // x */\nb", "/* // x */\nb", id="two at once"
            ),
            pytest.param(
                "# keep digestpin: ignore why -->\n", "# keep -->\n", id="odd end"
            ),
            pytest.param("a # digestpin: ignore[]\n", "a\n", id="no codes"),
            pytest.param("a # digestpin: ignore[X, Y]\n", "a\n", id="no code used"),
        ],
    )
    def test_its_removal_leaves_the_rest(self, text: str, left: str) -> None:
        assert without_unused(text).decode() == left
        assert without_unused(left).decode() == left

    @pytest.mark.parametrize(
        ("codes", "left"),
        [
            ("DP001, X", "DP001"),
            ("X, DP001", "DP001"),
            ("X,Y , DP001", "DP001"),
            ("X, DP001, Y, Z", "DP001"),
            ("X, DP001, Y, unpinned-tag, Z", "DP001, unpinned-tag"),
            (" DP001 ,X ", " DP001 "),
        ],
    )
    def test_codes_are_removed_from_among_used_ones(
        self, codes: str, left: str
    ) -> None:
        line = f"image: {IMAGE} # digestpin: ignore[{{}}] why\n"
        fixed = without_unused(line.format(codes), ("DP001",))
        assert fixed.decode() == line.format(left)


class TestConfiguration:
    def test_per_file_ignores_take_findings_out(self) -> None:
        text = f"image: {IMAGE}\n"
        for pattern, selectors, count in (
            ("a/", ["DP001"], 1),
            ("*.yaml", ["unpinned-tag"], 1),
            ("*.yaml", ["DP1"], 0),
            ("b/", ["ALL"], 0),
            ("kind.yaml", ["ALL"], 1),
        ):
            result = suppress(text, per_file_ignores={pattern: selectors})
            assert (result.count, len(result.kept)) == (count, 1 - count)

    def test_a_comment_is_used_though_the_configuration_ignores_as_well(self) -> None:
        text = f"image: {IMAGE} # digestpin: ignore\n"
        result = suppress(text, per_file_ignores={"*": ["ALL"]})
        assert (result.count, result.unused) == (1, ())

    @pytest.mark.parametrize(
        ("settings", "chosen"),
        [
            (Settings(), True),
            (Settings(select=("DP1",)), False),
            (Settings(select=("unpinned-tag",)), True),
            (Settings(select=("DP0",), ignore=("DP0",)), False),
            (Settings(ignore=("DP001",)), False),
            (Settings(ignore=("unpinned-tag",)), False),
            (Settings(select=("DP001",), ignore=("DP0",)), True),
            (Settings(select=("DP0",), ignore=("DP001",)), False),
            (Settings(select=("unpinned-tag",), ignore=("DP001",)), False),
            (Settings(select=("DP001",), ignore=("ALL",)), True),
            (Settings(severity={"DP001": "off"}), False),
            (Settings(severity={"unpinned-tag": "info"}), True),
        ],
    )
    def test_the_closer_choice_counts(self, settings: Settings, chosen: bool) -> None:
        configuration = Configuration(settings=settings)
        assert is_chosen(rule("DP001", "unpinned-tag"), configuration) is chosen

    @pytest.mark.parametrize(
        ("flags", "settings", "chosen"),
        [
            ("select", Settings(select=("DP001",), ignore=("DP001",)), True),
            ("select", Settings(select=("DP0",), ignore=("DP0",)), True),
            ("select", Settings(select=("unpinned-tag",), ignore=("DP001",)), True),
            ("select", Settings(select=("DP0",), ignore=("DP001",)), False),
            ("select", Settings(select=("ALL",), ignore=("unpinned-tag",)), False),
            ("select", Settings(select=("DP1",), ignore=("DP002",)), False),
            ("select", Settings(select=("DP001",), severity={"DP001": "off"}), True),
            ("select", Settings(select=("DP0",), severity={"DP001": "off"}), False),
            ("select", Settings(select=("DP1",), severity={"DP1": "off"}), False),
            ("ignore", Settings(select=("DP001",), ignore=("DP0",)), False),
            ("ignore", Settings(select=("DP001",), ignore=("DP1",)), True),
            ("ignore", Settings(ignore=("DP1",), severity={"DP0": "off"}), False),
            ("both", Settings(select=("DP001",), ignore=("DP001",)), False),
            ("both", Settings(select=("DP001",), ignore=("DP0",)), True),
            (
                "both",
                Settings(select=("DP0",), ignore=("DP1",), severity={"DP0": "off"}),
                True,
            ),
        ],
    )
    def test_flags_go_over_the_file(
        self, flags: str, settings: Settings, chosen: bool
    ) -> None:
        given = {"select", "ignore"} if flags == "both" else {flags}
        configuration = Configuration(settings=settings, flags=frozenset(given))
        assert is_chosen(rule("DP001", "unpinned-tag"), configuration) is chosen

    def test_a_severity_can_be_changed(self) -> None:
        settings = Settings(severity={"DP101": "off", "unpinned-tag": "info"})
        (finding,) = find_all(SourceFile(PATH, IMAGE.encode()))
        assert with_severity(finding, settings).severity is Severity.INFO
        assert with_severity(finding, Settings()) == finding
        assert find_severity(rule("DP001", "unpinned-tag"), settings) is Severity.INFO
        assert find_severity(rule("DP101", "x"), settings) is None
        assert find_severity(rule("DP102", "x"), settings) is Severity.ERROR
