"""The table of languages: how each writes comments, strings, names and interpolation.

Data only. `code_lexer` turns a row into one regular expression, `code_strings` reads
the strings; nothing else knows one language from another but by these fields. What
holds data more than it computes is in `code_data_languages`.
"""

from __future__ import annotations

from dataclasses import replace

from digestpin.formats.code_data_languages import DATA_LANGUAGES
from digestpin.formats.code_language import Language, Quote

_DOUBLE = Quote(open='"', close='"')
_SINGLE = Quote(open="'", close="'")
_CHAR = Quote(open=r"'(?=(?:[^'\\\n]|\\[^\n]{1,9})')", close="'")
_TRIPLE_DOUBLE = Quote(open='"""', close='"""', multiline=True)
_TRIPLE_SINGLE = Quote(open="'''", close="'''", multiline=True)
_DOLLAR = Quote(open='"', close='"', holes="dollar")
_TRIPLE_DOLLAR = Quote(open='"""', close='"""', multiline=True, holes="dollar")
_HASH = ("#",)
_PY = r"(?i:[bu]?)"
_PY_RAW = r"(?i:r|br|rb)"
_PY_F = r"(?i:f)"
_PY_RAW_F = r"(?i:fr|rf)"


def _python_quotes(prefix: str, escape: str, holes: str) -> tuple[Quote, ...]:
    return tuple(
        Quote(
            open=prefix + mark,
            close=mark,
            multiline=len(mark) == 3,
            escape=escape,
            holes=holes,
        )
        for mark in ('"""', "'''", '"', "'")
    )


_PYTHON_QUOTES = (
    *_python_quotes(_PY_F, "backslash", "brace"),
    *_python_quotes(_PY_RAW_F, "", "brace"),
    *_python_quotes(_PY_RAW, "raw", ""),
    *_python_quotes(_PY, "backslash", ""),
)
_JS_NAME = r"(?:\?\.|\.)?[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$#][\w$]*)*"

_PYTHON = Language(
    id="python",
    title="Python",
    files=r".*\.pyi?|SConstruct|wscript",
    quotes=_PYTHON_QUOTES,
    line_comments=_HASH,
    block_comments=(),
    formats="python",
    adjacent=True,
    indented=True,
    braces_are_maps=True,
)

LANGUAGES: tuple[Language, ...] = (
    Language(
        id="go",
        title="Go",
        files=r".*\.go",
        quotes=(
            _DOUBLE,
            Quote(open="`", close="`", multiline=True, escape=""),
            _CHAR,
        ),
        name_first=True,
        package="*.go",
    ),
    _PYTHON,
    replace(
        _PYTHON,
        id="starlark",
        title="Starlark (Bazel, Tiltfile)",
        files=r".*\.(?:bzl|bazel|star)|BUILD|WORKSPACE|Tiltfile(?:\..*)?",
        shell_in_folder=True,
    ),
    Language(
        id="javascript",
        title="JavaScript and TypeScript",
        files=r".*\.[cm]?[jt]sx?",
        quotes=(
            _DOUBLE,
            _SINGLE,
            Quote(open="`", close="`", multiline=True, holes="dollar-brace"),
        ),
        name=_JS_NAME,
    ),
    Language(
        id="groovy",
        title="Groovy (Jenkinsfile, Gradle)",
        files=r"Jenkinsfile.*|.*\.(?:groovy|gradle|jenkinsfile|Jenkinsfile)",
        quotes=(_TRIPLE_DOLLAR, _TRIPLE_SINGLE, _DOLLAR, _SINGLE),
        name=r"\??\.?[A-Za-z_]\w*(?:\??\.[A-Za-z_]\w*)*",
    ),
    Language(
        id="powershell",
        title="PowerShell",
        files=r".*\.psm?1",
        quotes=(
            Quote(
                open=r'@"[ \t]*\r?\n',
                close='\n"@',
                multiline=True,
                escape="backtick",
                holes="powershell",
            ),
            Quote(open=r"@'[ \t]*\r?\n", close="\n'@", multiline=True, escape=""),
            Quote(
                open='"',
                close='"',
                multiline=True,
                escape="backtick",
                doubled=True,
                holes="powershell",
            ),
            Quote(open="'", close="'", multiline=True, escape="", doubled=True),
            Quote(
                open="",
                close="",
                escape="",
                holes="powershell",
                bare=r"(?<=[\s=])(?![-&|(){}\[\]<#@=.\\/]|\$[\w:]*[\s,)])"
                r"(?:[^\s\"'`(){}\[\];,|&<>#/$]|\$\{\w+\}|\$){0,200}+"
                r"/(?:[^\s\"'`(){}\[\];,|&<>#$]|\$\{\w+\}|\$)++"
                r"|(?<=\s)--?[\w-]+=(?:[^\s\"'`(){}\[\];,|&<>#$]|\$\{\w+\}|\$)++",
            ),
        ),
        line_comments=_HASH,
        block_comments=(("<#", "#>"),),
        name=r"\$(?:\w+:)?\w+|\$\{[^}\n]{0,200}+\}|-?-?[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)*|\.[A-Za-z]\w*",
        formats="brace",
    ),
    Language(
        id="java",
        title="Java",
        files=r".*\.java",
        quotes=(_TRIPLE_DOUBLE, _DOUBLE, _CHAR),
    ),
    Language(
        id="kotlin",
        title="Kotlin",
        files=r".*\.kts?",
        quotes=(
            Quote(
                open='"""', close='"""', multiline=True, escape="", holes="dollar-name"
            ),
            Quote(open='"', close='"', holes="dollar-name"),
            _CHAR,
        ),
        name=r"\??\.?[A-Za-z_]\w*(?:\??\.[A-Za-z_]\w*)*",
    ),
    Language(
        id="rust",
        title="Rust",
        files=r".*\.rs",
        quotes=(
            Quote(open='b?r#"', close='"#', multiline=True, escape=""),
            Quote(open='b?r"', close='"', multiline=True, escape=""),
            Quote(open='b?"', close='"', multiline=True),
            _CHAR,
        ),
        name=r"\.?[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)*!?",
        formats="brace",
    ),
    Language(
        id="ruby",
        title="Ruby",
        files=r".*\.(?:rb|rake|gemspec)|Vagrantfile|Rakefile|Gemfile|Brewfile",
        quotes=(
            Quote(open='"', close='"', multiline=True, holes="hash"),
            Quote(open="'", close="'", multiline=True),
            Quote(open="`", close="`", holes="hash"),
            Quote(
                open=r"<<[-~]?(?P<mark>['\"]?)(?P<tag>[A-Z_]\w*)(?P=mark)[^\n]*\n",
                close="",
                multiline=True,
                escape="",
                holes="hash",
                heredoc=True,
            ),
        ),
        line_comments=_HASH,
        block_comments=(("\n=begin", "\n=end"),),
        name=r"&?\.?[@$]{0,2}[A-Za-z_]\w*[?!]?(?:(?:\.|::)[A-Za-z_]\w*[?!]?)*",
    ),
    Language(
        id="csharp",
        title="C#",
        files=r".*\.(?:cs|csx)",
        quotes=(
            Quote(open=r'\$"""', close='"""', multiline=True, escape="", holes="brace"),
            Quote(open='"""', close='"""', multiline=True, escape=""),
            Quote(
                open=r'(?:\$@|@\$)"',
                close='"',
                multiline=True,
                escape="",
                doubled=True,
                holes="brace",
            ),
            Quote(open='@"', close='"', multiline=True, escape="", doubled=True),
            Quote(open=r'\$"', close='"', holes="brace"),
            _DOUBLE,
            _CHAR,
        ),
        formats="brace",
    ),
    Language(
        id="lua",
        title="Lua",
        files=r".*\.lua",
        quotes=(
            Quote(open=r"\[\[", close="]]", multiline=True, escape=""),
            _DOUBLE,
            _SINGLE,
        ),
        line_comments=("--",),
        block_comments=(("--[[", "]]"),),
        concatenation=frozenset({".."}),
        braces_are_maps=True,
    ),
    Language(
        id="dart",
        title="Dart",
        files=r".*\.dart",
        quotes=(
            Quote(open="'''", close="'''", multiline=True, holes="dollar-name"),
            Quote(open='"""', close='"""', multiline=True, holes="dollar-name"),
            Quote(open='"', close='"', holes="dollar-name"),
            Quote(open="'", close="'", holes="dollar-name"),
        ),
        adjacent=True,
    ),
    *DATA_LANGUAGES,
)
