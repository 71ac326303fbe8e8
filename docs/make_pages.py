"""Writes the parts of the documentation that come from the program itself.

Run `python docs/make_pages.py`. Pages hold generated parts between comments:

    <!-- generated: NAME ARGUMENTS -->
    …
    <!-- end -->

and a page for each rule is made from the rule's docstring. `tests/docs` fails when
what stands in the files is not what this script would write.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from digestpin import commands
from digestpin.cli import app
from digestpin.formats import load_formats
from digestpin.reports import REPORT_FORMATS
from digestpin.rules import load_rules
from digestpin.settings import config_schema, describe_schema, list_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.findings import RuleInfo
    from digestpin.settings import Option

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "digestpin"
DATA = SOURCE / "data" / "kind-releases.json"
MARKER = re.compile(r"(<!-- generated: ([^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PAGE = re.compile(r"`docs/([a-z-]+)\.md`")
_RULE_CODE = re.compile(r"\bDP[0-9]{3}\b")


def main() -> None:
    """Write every page that is not as it should be."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(path.relative_to(ROOT))


def pages() -> dict[Path, str]:
    """Return what each page should hold."""
    found = {
        DOCS / "rules" / f"{rule.info.code}.md": rule_page(rule.info)
        for rule in load_rules()
    }
    found[DOCS / "configuration.schema.json"] = (
        json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"
    )
    for path in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        found[path] = MARKER.sub(_fill, path.read_text(encoding="utf-8"))
    return found


def _fill(match: re.Match[str]) -> str:
    name, _, arguments = match[2].partition(" ")
    return f"{match[1]}\n{PARTS[name](arguments).strip()}\n\n{match[3]}"


# Rules


def rule_page(info: RuleInfo) -> str:
    """Return a rule's page."""
    _, _, body = info.documentation.partition("\n\n")
    linked = _link_codes(body, info.code)
    return (
        f"# {info.code} {info.name}\n\n"
        f"**{info.summary}** Severity: {info.severity}.\n\n{linked.strip()}\n"
    )


def _link_codes(text: str, own: str) -> str:
    parts = re.split(r"(```.*?```|`[^`]*`)", text, flags=re.DOTALL)
    known = {rule.info.code for rule in load_rules()} - {own}

    def link(match: re.Match[str]) -> str:
        return f"[{match[0]}]({match[0]}.md)" if match[0] in known else match[0]

    return "".join(
        _PAGE.sub(_link_page, part) if index % 2 else _RULE_CODE.sub(link, part)
        for index, part in enumerate(parts)
    )


def _link_page(match: re.Match[str]) -> str:
    text = (DOCS / f"{match[1]}.md").read_text(encoding="utf-8")
    return f"[{text.splitlines()[0].removeprefix('# ')}](../{match[1]}.md)"


def rules_table(folder: str) -> str:
    """Return the table of all rules; pages are below `folder`."""
    lines = ["| rule | severity | what it reports |", "| --- | --- | --- |"]
    for info in (rule.info for rule in load_rules()):
        page = f"[{info.code}]({folder}{info.code}.md) {info.name}"
        lines.append(f"| {page} | {info.severity} | {_cell(info.summary)} |")
    return "\n".join(lines)


# What the program says


@cache
def output(arguments: str) -> str:
    """Return what a command prints on a copy of the example."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "operator"
        shutil.copytree(ROOT / "examples" / "operator", copy)
        subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
        result = subprocess.run(
            [sys.executable, "-m", "digestpin", *arguments.split()],
            cwd=copy,
            env=environment(),
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
    if result.returncode > 1:
        sys.exit(f"digestpin {arguments}\n{result.stderr}")
    return result.stdout


def environment() -> dict[str, str]:
    """Return an environment in which output is the same on every machine."""
    dropped = ("NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS", "TERM")
    kept = {name: text for name, text in os.environ.items() if name not in dropped}
    return {**kept, "COLUMNS": "80", "PYTHONUTF8": "1", "TERMINAL_WIDTH": "80"}


def output_block(arguments: str) -> str:
    """Return a command and its output as a block."""
    return _block("text", f"$ digestpin {arguments}\n{output(arguments)}")


def diff_block(arguments: str) -> str:
    """Return the difference that a command prints as a block."""
    return _block("diff", output(arguments))


def json_block(arguments: str) -> str:
    """Return the JSON that a command prints, cut to the first of each long list."""
    found = _shorten(json.loads(output(arguments)))
    return _block("json", json.dumps(found, indent=2, ensure_ascii=False))


def _shorten(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    if isinstance(value, dict):
        return {name: _shorten(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shorten(item) for item in value[:1]]
    return value


def commands_help(_: str) -> str:
    """Return the help of every command."""
    parts = [_help("")]
    for name in _command_names(typer.main.get_command(app)):
        parts += [f"### digestpin {name}", _help(name)]
    return "\n\n".join(parts)


def _command_names(command: Any, above: str = "") -> Iterator[str]:  # noqa: ANN401
    for name, inner in getattr(command, "commands", {}).items():
        yield f"{above}{name}"
        yield from _command_names(inner, f"{above}{name} ")


def _help(name: str) -> str:
    text = output(f"{name} --help".strip())
    return _block("text", text.replace("python -m digestpin", "digestpin"))


def exit_codes(_: str) -> str:
    """Return the table of exit codes, from the module that gives them."""
    rows = re.findall(r"^(\d)   (.*)$", commands.__doc__ or "", flags=re.MULTILINE)
    assert [int(code) for code, _ in rows] == list(commands.ExitCode)  # noqa: S101
    rows.append(("130", "interrupted"))
    rows.append(("143", "terminated"))
    lines = ["| code | meaning |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {code} | {_cell(what)} |" for code, what in rows)])


# Configuration


def options(_: str) -> str:
    """Return the reference of all options."""
    return "\n\n".join(_option(option) for option in list_options())


def _option(option: Option) -> str:
    lines = [f"## `{option.key}`", "", option.description, ""]
    lines.append(f"Type: {_describe_type(option)}. Default: {_default(option)}.")
    if option.example:
        lines += ["", _block("toml", f"{option.key} = {option.example}")]
    return "\n".join(lines)


def _describe_type(option: Option) -> str:
    schema = option.schema
    words = describe_schema(schema)
    if schema.get("type") == "array":
        return f"{words}, each {describe_schema(schema['items'])}"
    if schema.get("type") == "object":
        values = describe_schema(schema["additionalProperties"])
        return f"{words} whose values are {values}"
    return words


def _default(option: Option) -> str:
    if option.default is None or option.default == {}:
        return "none"
    if isinstance(option.default, str):
        return f'`"{option.default}"`'
    value = (
        list(option.default) if isinstance(option.default, tuple) else option.default
    )
    return f"`{json.dumps(value)}`"


# Data


@lru_cache(maxsize=1)
def data() -> dict[str, Any]:
    """Return the data on kind."""
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def kind_releases(_: str) -> str:
    """Return the table of kind releases and the node images published for each."""
    lines = [
        "| kind | published | containerd | node images |",
        "| --- | --- | --- | --- |",
    ]
    for release in data()["kind_releases"]:
        default = release["default_node_image"].partition("@")[0]
        tags = [
            f"**{image['tag']}**" if image["tag"] == default else image["tag"]
            for image in release["node_images"]
        ]
        lines.append(
            f"| {release['version']} | {release['date']} | {release['containerd']} "
            f"| {', '.join(tags)} |"
        )
    return "\n".join(lines)


def constraints(_: str) -> str:
    """Return the table of what a kind release must be for an image."""
    lines = [
        "| images with | need kind | what happens otherwise | evidence |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {_condition(row['image'])} | {_cell(row['kind'])} "
        f"| {_cell(row['symptom'])} | {_links(row['evidence'])} |"
        for row in data()["constraints"]
    ]
    return "\n".join(lines)


def config_constraints(_: str) -> str:
    """Return what an image does not take of a cluster config, as a list."""
    items = []
    previous = ""
    for row in data()["cluster_config_constraints"]:
        config = previous if row["config"] == "as above" else row["config"]
        previous = config
        items.append(
            f"- **{_cell(config)}**, on images with {_condition(row['image'])} "
            f"({row['severity']}):\n"
            f"  {_cell(row['symptom'])}.\n"
            f"  Instead, {_cell(row['instead'])}. Evidence: {_links(row['evidence'])}."
        )
    return "\n".join(items)


def actions(_: str) -> str:
    """Return the table of actions and the kind that each release installs."""
    lines = ["| action | installs kind |", "| --- | --- |"]
    for action in data()["action_defaults"]:
        lines += [
            f"| `{action['action']}@{release['release']}` | {release['kind']} |"
            for release in action["releases"]
        ]
    return "\n".join(lines)


def _condition(image: dict[str, str]) -> str:
    words = {
        "kubernetes": "Kubernetes",
        "containerd": "containerd",
        "containerd_config": "containerd config version",
        "built_for_kind": "a build for kind",
    }
    return _cell(" and ".join(f"{words[key]} {text}" for key, text in image.items()))


def _links(addresses: list[str]) -> str:
    return ", ".join(f"[{_short(address)}]({address})" for address in addresses)


def _short(address: str) -> str:
    parts = address.removeprefix("https://github.com/").split("/")
    if len(parts) > 2 and parts[2] in ("issues", "pull"):
        return f"{parts[1]}#{parts[3]}"
    if "releases" in parts:
        return f"{parts[1]} {parts[-1]}"
    if "commit" in parts:
        return f"{parts[1]} {parts[-1][:8]}"
    return "/".join(parts)


def as_of(_: str) -> str:
    """Return until when the data is known to be whole."""
    return f"The data is as of {data()['as_of']}."


# The program's own structure


def formats(_: str) -> str:
    """Return the table of file formats."""
    lines = ["| format | what it reads |", "| --- | --- |"]
    lines += [f"| `{it.id}` | {_cell(it.summary)} |" for it in load_formats()]
    return "\n".join(lines)


def report_formats(_: str) -> str:
    """Return the table of output formats."""
    lines = ["| format | what it is |", "| --- | --- |"]
    lines += [f"| `{it.id}` | {_cell(it.summary)} |" for it in REPORT_FORMATS]
    return "\n".join(lines)


def modules(_: str) -> str:
    """Return the table of modules by layer.

    Raises:
        ValueError: modules import each other in a circle.
    """
    graph = import_graph()
    ranks: dict[str, int] = {}

    def rank(name: str, above: tuple[str, ...] = ()) -> int:
        if name in above:
            raise ValueError(f"a circle of imports: {' → '.join((*above, name))}")
        if name not in ranks:
            below = [rank(other, (*above, name)) for other in graph[name]]
            ranks[name] = 1 + max(below, default=-1)
        return ranks[name]

    ordered = sorted(graph, key=lambda name: (rank(name), name))
    lines = ["| layer | module | what it does |", "| --- | --- | --- |"]
    for name in ordered:
        is_package = (SOURCE / name).is_dir()
        shown = f"{name}/" if is_package else f"{name}.py"
        module = "digestpin" if name == "__init__" else f"digestpin.{name}"
        lines.append(f"| {ranks[name]} | `{shown}` | {_first_sentence(module)} |")
    return "\n".join(lines)


def import_graph() -> dict[str, set[str]]:
    """Return which top-level modules and packages import which when they run."""
    graph: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).with_suffix("").parts[0]
        graph.setdefault(name, set())
        graph[name] |= set(_imports(ast.parse(path.read_text(encoding="utf-8"))))
    return {name: names & set(graph) - {name} for name, names in graph.items()}


def _imports(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ImportFrom) and child.module:
            package, *inner = child.module.split(".")
            if package == "digestpin" and inner:
                yield inner[0]
            elif package == "digestpin":
                for alias in child.names:
                    is_module = (SOURCE / f"{alias.name}.py").exists()
                    yield alias.name if is_module else "__init__"
        yield from _imports(child)


def _first_sentence(module: str) -> str:
    text = importlib.import_module(module).__doc__ or ""
    sentence = re.split(r"\n\n|\.\s", text, maxsplit=1)[0].replace("\n", " ")
    sentence = sentence.removeprefix("digestpin: ").rstrip(".") + "."
    return _cell(sentence[0].upper() + sentence[1:])


# Text


def contributing(_: str) -> str:
    """Return the guide for contributors, with its links as seen from here."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition("\n")[2].replace("](docs/", "](")


def snippet(name: str) -> str:
    """Return a file of `docs/snippets` as a block."""
    languages = {"json": "json", "sh": "sh", "Jenkinsfile": "groovy"}
    language = languages.get(name.rpartition(".")[2], "yaml")
    return _block(language, (DOCS / "snippets" / name).read_text(encoding="utf-8"))


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


PARTS: dict[str, Callable[[str], str]] = {
    "actions": actions,
    "as-of": as_of,
    "cluster-config-constraints": config_constraints,
    "commands": commands_help,
    "constraints": constraints,
    "contributing": contributing,
    "diff": diff_block,
    "exit-codes": exit_codes,
    "formats": formats,
    "json": json_block,
    "kind-releases": kind_releases,
    "modules": modules,
    "options": options,
    "output": output_block,
    "report-formats": report_formats,
    "rules": rules_table,
    "snippet": snippet,
}
"""What may stand behind `generated:`, and what makes it from the rest of the line."""


if __name__ == "__main__":
    main()
