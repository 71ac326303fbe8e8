"""What configuration files and flags come to, and how mistakes in them are named."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from importlib import resources
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from digestpin.config import Configuration, find_config_file, load_configuration
from digestpin.errors import ConfigError, UsageError
from digestpin.findings import RuleInfo, Severity
from digestpin.settings import Settings, config_schema, list_options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FULL = """\
images = ["docker.io/library/redis", "ghcr.io/org/*"]
include = ["docs/*.md"]
exclude = ["fixtures/"]
select = ["DP0", "DP101"]
ignore = ["unpinned-tag"]
kind-version = "v0.27.0"
digest-source = "registry"
insecure-registries = ["registry.internal:5000"]
ca-file = "certs/ca.pem"
timeout-seconds = 2.5
deadline-seconds = 30
concurrency = 4
cache-seconds = 0
offline = true
max-file-size = 1_000

[per-file-ignores]
"test/**" = ["DP001"]

[severity]
DP103 = "off"

[registry-mirrors]
"docker.io" = ["mirror.example.org/hub"]
"""
RULES = (
    RuleInfo(code="DP001", name="unpinned-tag", severity=Severity.ERROR, summary=""),
    RuleInfo(code="DP103", name="not-published", severity=Severity.INFO, summary=""),
)


def load(folder: Path, flags: Mapping[str, object] | None = None) -> Configuration:
    return load_configuration(folder, folder, flags=flags)


def mistake(folder: Path, text: str, name: str = "digestpin.toml") -> ConfigError:
    """Return the error that a file with `text` gives."""
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert caught.value.path == str(folder / name)
    return caught.value


class TestValues:
    def test_without_a_file_the_defaults_hold(self, tmp_path: Path) -> None:
        assert load(tmp_path) == Configuration(settings=Settings())

    def test_every_option_can_be_set_in_the_file(self, tmp_path: Path) -> None:
        (tmp_path / ".digestpin.toml").write_text(FULL)
        assert load(tmp_path).settings == Settings(
            images=("docker.io/library/redis", "ghcr.io/org/*"),
            include=("docs/*.md",),
            exclude=("fixtures/",),
            select=("DP0", "DP101"),
            ignore=("unpinned-tag",),
            per_file_ignores={"test/**": ("DP001",)},
            severity={"DP103": "off"},
            kind_version="v0.27.0",
            digest_source="registry",
            registry_mirrors={"docker.io": ("mirror.example.org/hub",)},
            insecure_registries=("registry.internal:5000",),
            ca_file=tmp_path / "certs" / "ca.pem",
            timeout_seconds=2.5,
            deadline_seconds=30,
            concurrency=4,
            cache_seconds=0,
            offline=True,
            max_file_size=1000,
        )

    def test_flags_win_over_the_file_and_the_file_over_defaults(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "digestpin.toml"
        path.write_text('ignore = ["DP001"]\nexclude = ["a/"]\n')
        flags = {"ignore": ("DP002",), "include": None}
        configuration = load(tmp_path, flags)
        settings = configuration.settings
        assert (settings.ignore, settings.exclude) == (("DP002",), ("a/",))
        origins = {it.key: configuration.origin(it) for it in list_options()}
        assert origins["ignore"] == "command line"
        assert origins["exclude"] == f"{path}:2"
        assert origins["include"] == "default"

    def test_a_file_with_byte_order_mark_and_crlf_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "digestpin.toml"
        path.write_bytes(b"\xef\xbb\xbf# x\r\noffline = true\r\n")
        configuration = load(tmp_path)
        assert configuration.settings.offline
        origins = {it.key: configuration.origin(it) for it in list_options()}
        assert origins["offline"] == f"{path}:2"


class TestWhichFile:
    def test_the_nearest_upward_until_the_root(self, tmp_path: Path) -> None:
        below = tmp_path / "root" / "a" / "b"
        below.mkdir(parents=True)
        (tmp_path / "digestpin.toml").write_text("")
        root = tmp_path / "root"
        assert find_config_file(below, root) is None
        (root / "digestpin.toml").write_text("")
        found = find_config_file(below, root)
        assert found is not None
        assert found.path == root / "digestpin.toml"
        (root / "a" / "pyproject.toml").write_text("[tool.digestpin]\n")
        found = find_config_file(below, root)
        assert found is not None
        assert found.path == root / "a" / "pyproject.toml"

    def test_a_folder_outside_the_root_is_looked_at_alone(self, tmp_path: Path) -> None:
        (tmp_path / "root").mkdir()
        (tmp_path / "a").mkdir()
        (tmp_path / "digestpin.toml").write_text("")
        assert find_config_file(tmp_path / "a", tmp_path / "root") is None

    def test_own_files_come_before_pyproject(self, tmp_path: Path) -> None:
        for name in ("pyproject.toml", "digestpin.toml", ".digestpin.toml"):
            text = "[tool.digestpin]\n" if name == "pyproject.toml" else ""
            (tmp_path / name).write_text(text)
            found = find_config_file(tmp_path, tmp_path)
            assert found is not None
            assert found.path.name == name

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("[tool.ruff]\n", id="of others"),
            pytest.param("this is = not TOML", id="broken, without our name"),
            pytest.param('[project]\nname = "digestpin"\n', id="only our name"),
            pytest.param("tool = 1 # digestpin\n", id="no tools"),
        ],
    )
    def test_a_pyproject_without_our_table_does_not_count(
        self, tmp_path: Path, text: str
    ) -> None:
        below = tmp_path / "a"
        below.mkdir()
        (below / "pyproject.toml").write_text(text)
        (tmp_path / "digestpin.toml").write_text("offline = true\n")
        assert load_configuration(below, tmp_path).settings.offline

    def test_a_named_file_is_the_one(self, tmp_path: Path) -> None:
        (tmp_path / "digestpin.toml").write_text("offline = false\n")
        other = tmp_path / "other.toml"
        other.write_text("offline = true\n")
        assert load_configuration(
            tmp_path, tmp_path, config_file=other
        ).settings.offline

    def test_a_named_file_has_to_exist(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--config: there is no file"):
            load_configuration(tmp_path, tmp_path, config_file=tmp_path / "x.toml")

    def test_a_named_pyproject_has_to_have_our_table(self, tmp_path: Path) -> None:
        path = tmp_path / "pyproject.toml"
        path.write_text("[tool.ruff]\n")
        with pytest.raises(ConfigError, match=r"no \[tool\.digestpin\] in it"):
            load_configuration(tmp_path, tmp_path, config_file=path)


class TestMistakes:
    def test_an_unknown_key_is_named_with_the_one_meant(self, tmp_path: Path) -> None:
        error = mistake(tmp_path, '# x\n  exlude = ["a"]\n')
        assert str(error) == f"{tmp_path}/digestpin.toml:2:3: unknown key 'exlude'"
        assert error.hint == "did you mean 'exclude'?"

    def test_underscores_are_understood_as_a_mistake(self, tmp_path: Path) -> None:
        assert mistake(tmp_path, "max_file_size = 1\n").hint == (
            "did you mean 'max-file-size'?"
        )

    def test_nothing_is_suggested_for_something_else(self, tmp_path: Path) -> None:
        assert mistake(tmp_path, "zzzzzz = 1\n").hint is None

    def test_a_place_in_pyproject_is_that_of_the_file(self, tmp_path: Path) -> None:
        text = '[project]\nname = "x"\n\n[tool.digestpin]\nofline = true\n'
        error = mistake(tmp_path, text, "pyproject.toml")
        assert (error.line, error.column) == (5, 1)

    @pytest.mark.parametrize(
        ("text", "place", "message"),
        [
            pytest.param(
                'exclude = "a/"\n',
                (1, 1),
                "exclude must be an array",
                id="string for array",
            ),
            pytest.param(
                'exclude = [\n  "a", # x, "y"\n  1,\n]\n',
                (3, 3),
                "exclude[1] must be a string that is not empty",
                id="item of an array",
            ),
            pytest.param(
                "images = [\"\", 'b']",
                (1, 11),
                "images[0] must be a string that is not empty",
                id="empty string",
            ),
            pytest.param(
                "kind-version = 0.27\n",
                (1, 1),
                "kind-version must be a kind version such as v0.27.0",
                id="number for version",
            ),
            pytest.param(
                'kind-version = "latest"\n',
                (1, 1),
                "kind-version must be a kind version such as v0.27.0",
                id="no version",
            ),
            pytest.param(
                'digest-source = "hub"\n',
                (1, 1),
                'digest-source must be "kind" or "registry"',
                id="choice",
            ),
            pytest.param(
                "timeout-seconds = 0\n",
                (1, 1),
                "timeout-seconds must be a number above 0",
                id="bound",
            ),
            pytest.param(
                "concurrency = 65\n",
                (1, 1),
                "concurrency must be a whole number of at least 1 and at most 64",
                id="both bounds",
            ),
            pytest.param(
                "max-file-size = 1.5\n",
                (1, 1),
                "max-file-size must be a whole number of at least 1",
                id="fraction",
            ),
            pytest.param(
                "max-file-size = true\n",
                (1, 1),
                "max-file-size must be a whole number of at least 1",
                id="true is no number",
            ),
            pytest.param(
                "offline = 1\n", (1, 1), "offline must be true or false", id="boolean"
            ),
            pytest.param(
                'offline = false\n[severity]\nDP001 = "error"\n"DP002" = "fatal"\n',
                (4, 1),
                'severity[\'DP002\'] must be "error", "warning", "info" or "off"',
                id="value in a table",
            ),
            pytest.param(
                'severity = { DP001 = "info", DP002 = 3 }\n',
                (1, 30),
                'severity[\'DP002\'] must be "error", "warning", "info" or "off"',
                id="value in an inline table",
            ),
            pytest.param(
                'per-file-ignores."a.b" = ["DP001", "dp2"]\n',
                (1, 36),
                "per-file-ignores['a.b'][1] must be a rule's code (DP001), its name, "
                "the start of codes (DP1) or ALL",
                id="item under a dotted key",
            ),
            pytest.param(
                "severity = 3\n", (1, 1), "severity must be a table", id="no table"
            ),
            pytest.param(
                "images = []\nx y\n",
                (2, 3),
                "not TOML: Expected '=' after a key in a key/value pair",
                id="not TOML",
            ),
            pytest.param(
                "offline = true\nimages = [\n",
                (3, 1),
                "not TOML: Invalid value",
                id="not TOML to the end",
            ),
            pytest.param(
                "# caf\u00e9\nimages = ['\u00e9', ",
                (2, 16),
                "not TOML: Invalid value",
                id="not TOML to the end of a line",
            ),
        ],
    )
    def test_a_wrong_value_is_named_with_its_place(
        self, tmp_path: Path, text: str, place: tuple[int, int | None], message: str
    ) -> None:
        error = mistake(tmp_path, text)
        assert (error.message, (error.line, error.column)) == (message, place)

    def test_our_table_has_to_be_a_table(self, tmp_path: Path) -> None:
        error = mistake(tmp_path, "[tool]\ndigestpin = 1\n", "pyproject.toml")
        assert error.message == "tool.digestpin must be a table"
        assert (error.line, error.column) == (2, 1)

    def test_a_file_that_is_not_utf_8_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "digestpin.toml").write_bytes(b"# ok\n# caf\xe9\n")
        with pytest.raises(ConfigError, match=r"digestpin\.toml:2: is not UTF-8"):
            load(tmp_path)

    def test_a_wrong_flag_is_named(self, tmp_path: Path) -> None:
        message = "--kind must be a kind version such as v0.27.0, not 'x'"
        with pytest.raises(UsageError, match=message):
            load(tmp_path, {"kind_version": "x"})


def find_fault(configuration: Configuration) -> str:
    """Return what is said of the rules that are named; nothing: all are known."""
    try:
        configuration.require_known_rules(RULES)
    except UsageError as error:
        return str(error)
    return ""


class TestRules:
    @pytest.mark.parametrize(
        "text",
        ['select = ["ALL"]', 'select = ["DP0"]', 'ignore = ["unpinned-tag", "DP103"]'],
    )
    def test_known_rules_are_accepted(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "digestpin.toml").write_text(text)
        configuration = load(tmp_path)
        assert find_fault(configuration) == ""

    @pytest.mark.parametrize(
        ("text", "place", "hint"),
        [
            ('select = ["DP001",\n "DP999"]', (2, 2), None),
            (
                'ignore = ["unpined-tag"]',
                (1, 11),
                "did you mean 'unpinned-tag'?",
            ),
            ('[severity]\nDP104 = "off"', (2, 1), "did you mean 'DP103'?"),
            ('per-file-ignores = { a = ["DP9"] }', (1, 27), None),
        ],
    )
    def test_an_unknown_rule_is_named_with_its_place(
        self, tmp_path: Path, text: str, place: tuple[int, int], hint: str | None
    ) -> None:
        (tmp_path / "digestpin.toml").write_text(text)
        with pytest.raises(ConfigError, match="no rule is called") as caught:
            load(tmp_path).require_known_rules(RULES)
        assert (caught.value.line, caught.value.column) == place
        assert hint is None or caught.value.hint == hint

    def test_an_unknown_rule_on_the_command_line_is_no_fault_of_the_file(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "digestpin.toml").write_text('ignore = ["DP001"]')
        configuration = load(tmp_path, {"ignore": ("DP777",)})
        with pytest.raises(UsageError, match="'DP777'") as caught:
            configuration.require_known_rules(RULES)
        assert not isinstance(caught.value, ConfigError)


class TestSchema:
    def test_the_shipped_copy_is_the_one_that_is_made(self) -> None:
        shipped = resources.files("digestpin") / "data" / "config.schema.json"
        assert json.loads(shipped.read_text(encoding="utf-8")) == config_schema()

    def test_it_is_a_schema_and_accepts_every_option(self) -> None:
        import tomllib  # noqa: PLC0415

        schema = config_schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        table = tomllib.loads(FULL)
        assert set(table) == set(schema["properties"])
        jsonschema.validate(table, schema)

    @pytest.mark.parametrize(
        "table",
        [
            {"unknown": 1},
            {"exclude": "a"},
            {"images": [""]},
            {"select": ["dp001"]},
            {"severity": {"DP001": "fatal"}},
            {"timeout-seconds": 0},
            {"concurrency": 65},
            {"max-file-size": True},
        ],
    )
    def test_it_refuses_what_we_refuse(
        self, tmp_path: Path, table: dict[str, Any]
    ) -> None:
        assert list(jsonschema.Draft202012Validator(config_schema()).iter_errors(table))
        (key, value), *_ = table.items()
        text = json.dumps(value).replace('": ', '" = ')
        mistake(tmp_path, f"{key} = {text}\n")

    def test_every_default_and_example_is_valid(self, tmp_path: Path) -> None:
        assert [it.name for it in list_options()] == [
            it.name for it in fields(Settings)
        ]
        for option in list_options():
            (tmp_path / "digestpin.toml").write_text(f"{option.key} = {option.example}")
            assert load(tmp_path).origin(option).endswith("digestpin.toml:1")
            assert option.description.endswith(".")


def test_without_a_file_nothing_is_imported_to_read_one(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from digestpin.config import load_configuration\n"
        f"load_configuration(Path({str(tmp_path)!r}), Path({str(tmp_path)!r}))\n"
        "print(sorted({'tomllib', 'difflib', 'pathspec', 'packaging'} & "
        "set(sys.modules)))\n"
    )
    output = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert output == "[]\n"
