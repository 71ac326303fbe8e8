"""The table of languages for what holds data: JSON, TOML, and those that compute it."""

from __future__ import annotations

from digestpin.formats.code_language import Language, Quote

_DOUBLE = Quote(open='"', close='"')
_SINGLE = Quote(open="'", close="'")
_TRIPLE_DOUBLE = Quote(open='"""', close='"""', multiline=True)
_HASH = ("#",)

DATA_LANGUAGES: tuple[Language, ...] = (
    Language(
        id="hcl",
        title="HCL (Terraform, Packer, Bake)",
        files=r".*\.(?:tf|hcl|tfvars|tofu)",
        quotes=(
            Quote(open='"', close='"', holes="hcl"),
            Quote(
                open=r"<<[-~]?(?P<tag>[A-Za-z_]\w*)[ \t]*\r?\n",
                close="",
                multiline=True,
                escape="",
                holes="hcl",
                heredoc=True,
            ),
        ),
        line_comments=("#", "//"),
        name=r"\.?[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*",
        style="hcl",
        shell_in_folder=True,
    ),
    Language(
        id="nix",
        title="Nix",
        files=r".*\.nix",
        quotes=(
            Quote(open='"', close='"', multiline=True, holes="dollar-brace"),
            Quote(
                open="''",
                close="''",
                multiline=True,
                escape="nix",
                holes="dollar-brace",
            ),
        ),
        line_comments=_HASH,
        name=r"\.?[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*",
    ),
    Language(
        id="jsonnet",
        title="Jsonnet",
        files=r".*\.(?:jsonnet|libsonnet)",
        quotes=(
            Quote(open=r"\|\|\|-?[ \t]*\r?\n", close="|||", multiline=True, escape=""),
            Quote(open='@"', close='"', multiline=True, escape="", doubled=True),
            Quote(open="@'", close="'", multiline=True, escape="", doubled=True),
            Quote(open='"', close='"', multiline=True),
            Quote(open="'", close="'", multiline=True),
        ),
        line_comments=("//", "#"),
        braces_are_maps=True,
        is_traced=False,
    ),
    Language(
        id="cue",
        title="CUE",
        files=r".*\.cue",
        quotes=(
            Quote(open='#"""', close='"""#', multiline=True, escape=""),
            Quote(open='"""', close='"""', multiline=True, escape="cue", holes="cue"),
            Quote(open="'''", close="'''", multiline=True, escape="cue", holes="cue"),
            Quote(open='#"', close='"#', escape=""),
            Quote(open='"', close='"', escape="cue", holes="cue"),
            Quote(open="'", close="'", escape="cue", holes="cue"),
        ),
        block_comments=(),
        braces_are_maps=True,
        is_traced=False,
    ),
    Language(
        id="json",
        title="JSON",
        files=r".*\.(?:json|json5|jsonc)|\.renovaterc|\.babelrc|\.eslintrc",
        quotes=(_DOUBLE, _SINGLE),
        style="data",
        concatenation=frozenset(),
    ),
    Language(
        id="toml",
        title="TOML",
        files=r".*\.toml",
        quotes=(
            _TRIPLE_DOUBLE,
            Quote(open="'''", close="'''", multiline=True, escape=""),
            _DOUBLE,
            Quote(open="'", close="'", escape=""),
        ),
        line_comments=_HASH,
        block_comments=(),
        name=r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*",
        style="data",
        concatenation=frozenset(),
    ),
)
