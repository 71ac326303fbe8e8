"""What is written: step outputs, the environment of later steps, here-documents."""

from __future__ import annotations

import pytest
from support.facts import line, read

from digestpin.facts import Binding
from digestpin.formats.shell import FORMAT


def told(text: str) -> list[str]:
    return [line(fact) for fact in read(FORMAT, text, "x.sh")]


A = "GITHUB_OUTPUT:a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('echo "a=$V" >> "$GITHUB_OUTPUT"', [f"{A} = {{V}}"], id="echo"),
        pytest.param("echo a=v1 >>$GITHUB_OUTPUT", [f"{A} = v1"], id="nothing quoted"),
        pytest.param(
            'echo "a=b $V" >> ${GITHUB_OUTPUT}', [f"{A} = b {{V}}"], id="a blank in it"
        ),
        pytest.param("echo a=b c >> $GITHUB_OUTPUT", [f"{A} = b c"], id="two words"),
        pytest.param("echo a=b=c >> $GITHUB_OUTPUT", [f"{A} = b=c"], id="two signs"),
        pytest.param(
            "printf 'a=v%s\\n' $V >> $GITHUB_OUTPUT", [f"{A} = v{{V}}"], id="printf"
        ),
        pytest.param(
            'echo -e "a=1\\nb-c=2" >> $GITHUB_OUTPUT',
            [f"{A} = 1", "GITHUB_OUTPUT:b-c = 2"],
            id="two lines",
        ),
        pytest.param(
            '{ echo "a=1"; echo "b=$V"; } >> $GITHUB_OUTPUT',
            [f"{A} = 1", "GITHUB_OUTPUT:b = {V}"],
            id="group",
        ),
        pytest.param(
            "cat >> $GITHUB_OUTPUT <<EOF\na=$V\nb=2\nEOF",
            [f"{A} = {{V}}", "GITHUB_OUTPUT:b = 2"],
            id="here-document",
        ),
        pytest.param(
            "cat <<'EOF' >> $GITHUB_OUTPUT\na=$V\nEOF", [f"{A} = $V"], id="as written"
        ),
        pytest.param(
            'echo "a=$V" | tee -a "$GITHUB_OUTPUT"',
            [f"{A} = {{V}} [branch]"],
            id="tee",
        ),
        pytest.param(
            "if x; then echo a=1 >> $GITHUB_OUTPUT; fi",
            [f"{A} = 1 [branch]"],
            id="branch",
        ),
        pytest.param(
            "x && echo a=1 >> $GITHUB_OUTPUT", [f"{A} = 1 [branch]"], id="and"
        ),
        pytest.param(
            'echo "::set-output name=a::$V"', [f"{A} = {{V}}"], id="old command"
        ),
        pytest.param(
            "echo ::set-output name=a::v1", [f"{A} = v1"], id="old command, bare"
        ),
        pytest.param(
            "echo A=v1 >> $GITHUB_ENV", ["GITHUB_ENV:A = v1"], id="environment"
        ),
        pytest.param(
            'echo "A=$V" >> $env:GITHUB_ENV', ["GITHUB_ENV:A = {V}"], id="PowerShell"
        ),
        pytest.param(
            'echo "a<<E" >> $GITHUB_OUTPUT', [f"{A} = {{a!}}"], id="start of a block"
        ),
        pytest.param(
            "cat >> $GITHUB_OUTPUT <<EOF\na<<E\nx/y\nz\nE\nb=1\nEOF",
            [f"{A} = {{a!}}", "GITHUB_OUTPUT:b = 1"],
            id="block",
        ),
        pytest.param("jq . x >> $GITHUB_OUTPUT", [], id="another program"),
        pytest.param("echo a=1 > out.env", [], id="another file"),
        pytest.param("echo a=1", [], id="no file"),
        pytest.param("echo hello >> $GITHUB_OUTPUT", [], id="no assignment"),
        pytest.param("echo $V/bin >> $GITHUB_PATH", [], id="the path"),
    ],
)
def test_what_later_steps_get(text: str, expected: list[str]) -> None:
    found = [f for f in read(FORMAT, text, "x.sh") if isinstance(f, Binding)]
    assert [line(fact).replace(" [sequential]", "") for fact in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "cat > kind.yaml <<EOF\nnodes:\n  - image: kindest/node:v1.31.4 # x\nEOF",
            ["image text kindest/node:v1.31.4"],
            id="image in a cluster config",
        ),
        pytest.param(
            'kind create cluster --config - <<EOF\n- image: "kindest/node:$V"\nEOF',
            ["run with ", "image text kindest/node:{V}"],
            id="for kind",
        ),
        pytest.param(
            "cat <<EOF | kind create cluster --config=-\nimage: '$I'\nEOF",
            ["image text {I}", "run with -"],
            id="piped to kind",
        ),
        pytest.param("cat <<'EOF' > f\nimage: $I\nEOF", [], id="not expanded"),
        pytest.param(
            "cat <<\\EOF > f\nx: ${I}:v1\nEOF",
            ["text x: ${I}:v1"],
            id="escaped delimiter",
        ),
        pytest.param("cat <<-E > f\n\ta: b/c\n\tE\n", ["text a: b/c"], id="tabs"),
        pytest.param("cat <<E > f\n# a/b\nE", [], id="comment in it"),
        pytest.param("cat <<E > f\nplain\nE", [], id="nothing to find"),
        pytest.param("cat <<E > f\n\\$A $B\nE", ["text $A {B}"], id="escaped variable"),
        pytest.param(
            "cat <<E\nUsage: x a/b:c\nE", ["display text Usage: x a/b:c"], id="usage"
        ),
        pytest.param(
            "cat >&2 <<E\nuse $V\nE", ["display text use {V}"], id="usage to stderr"
        ),
        pytest.param(
            "f() { cat <<E\nkind: Cluster\nimage: $I\nE\n}",
            ["image text {I}"],
            id="config from a function",
        ),
        pytest.param(
            "bash <<E\nkind --image $I\nE", ["image text {I}"], id="script for bash"
        ),
        pytest.param(
            "cat <<'E' | bash\nkind --image $I\nE",
            ["image text {I}"],
            id="piped to bash",
        ),
        pytest.param(
            "ssh host <<'E'\nX=v1\nE", ["X = v1 [sequential]"], id="script for ssh"
        ),
        pytest.param(
            "while read -r x; do :; done <<E\na/b $V\nE",
            ["text a/b {V}", "x = {read!} [sequential]"],
            id="read by a loop",
        ),
        pytest.param('cat <<< "a/$V"', ["display text a/{V}"], id="here-string"),
        pytest.param("X=$(cat <<E\na/b\nE\n)", None, id="captured"),
        pytest.param("a && cat <<E > f || b\nc/d\nE", ["text c/d"], id="in a list"),
        pytest.param(
            "cmd <<A --image $I\nx\nA", ["image text {I}"], id="arguments behind it"
        ),
        pytest.param(
            "cat <<E > f\r\nimage: $I\r\nE\r\n", ["image text {I}"], id="CRLF"
        ),
    ],
)
def test_here_documents(text: str, expected: list[str] | None) -> None:
    found = told(text)
    if expected is None:
        assert "text a/b" in found
    else:
        assert found == expected
