"""Says what names and texts in source code are for: vocabulary, not structure."""

from __future__ import annotations

from functools import lru_cache

from digestpin.patterns import lazy_pattern

_LAST = lazy_pattern(r"[^.:]+$")


def last_word(name: str) -> str:
    """Return the last word of a dotted name.

    >>> last_word("fmt.Sprintf"), last_word("env::var")
    ('Sprintf', 'var')
    """
    match = _LAST.search(name.rstrip("!?"))
    return match.group() if match else name


_DISPLAY_CALL = lazy_pattern(
    r"""(?ix)^(?:
      (?:f?print(?:ln|f)?|eprintln|puts|p|pp|echo|printerr|warn(?:f|ln|ing|ingf)?|errorf?
      |errorln|info(?:f|ln|S)?|debug(?:f|ln)?|trace[fl]?n?|fatal(?:f|ln)?|panic(?:f|ln)?|logf?|notice
      |critical|exception|skipf?|fail(?:f|now)?|abort|die|usage|message|die|note|step
      |write-(?:host|output|verbose|warning|error|debug|information)|writeline|todo
      |unimplemented|unreachable|bail|anyhow|ensure|context|describe|when|it|by|run|should
      |assert|newerror|errors?\.new|wrapf?|withmessage|withmessagef|exit|deprecat\w*
      |bytest|entry|testcase|stage)
      |\w*(?:error|exception)
    )$"""
)
_DISPLAY_OWNERS = lazy_pattern(
    r"(?i)^(?:log|logger|logging|console|fmt|t|b|tb|klog|glog|slog|zap|errors?|ginkgo|"
    r"click|typer|sys|warnings|pytest|\w*log(?:ger)?|system\.out|system\.err|setuplog|l)$"
)
_AMBIGUOUS = frozenset(
    {"it", "by", "run", "context", "describe", "when", "entry", "p", "pp", "step",
     "note", "should", "assert", "exit", "die", "log", "message", "fail", "skip",
     "ensure", "info",
     "error", "usage", "notice", "wrap", "wrapf", "testcase"}
)  # fmt: skip
_GINKGO = frozenset(
    {"By", "It", "Describe", "Context", "When", "Entry", "Fail", "Skip"}
)
_PATTERN_CALL = lazy_pattern(
    r"""(?ix)^(?:
      mustcompile|mustcompileposix|re\.\w+|regexp\.\w+|regex(?:p)?|regexp?\.new|regexp?\.(?:match|replace)
      |pattern\.compile|matchstring|regexreplace|\w*\.?(?:startswith|starts_with|start_with|endswith
      |ends_with|end_with|hasprefix|hassuffix|containsany|indexof|lastindexof|replaceall|replacefirst
      |matches|trimleft|trimright|contains|containsubstring|haveprefix|havesuffix|matchregexp
      |starts-with|replace|split|trimprefix|trimsuffix|removeprefix|removesuffix
      |lstrip|rstrip|strip|partition|rpartition|gsub|sub|cut|cutprefix|includes|glob|fnmatch)
    )$"""
)
_SHELL_CALL = lazy_pattern(
    r"""(?ix)^(?:
      (?:steps?\.)?(?:sh|bat|pwsh)|local|local_resource|os\.system|os\.popen
      |subprocess\.\w+|system|exec|execsync|spawnsync|shelljs\.exec|shell|cmd|popen
      |(?:c|ctx|context|conn|self\.run|invoke)\.(?:run|sudo|local)
      |check_output|check_call|getoutput|run_command|run_shell|execute|sh\.(?:run|output|script)
      |script\.(?:exec|newpipe)|invoke-expression|iex|run|run_cmd|runcommand|bash
    )$"""
)
SHELL_KEYS = frozenset(
    {"script", "cmd", "command", "inline", "shell", "serve_cmd", "user_data",
     "startup_script", "metadata_startup_script"}
)  # fmt: skip
_IMAGE_KEY = lazy_pattern(r"(?i)^-*(?:[\w.-]*[_.-])?\w*(?:image|node[_-]?img)$")
_DISPLAY_KEY = lazy_pattern(
    r"""(?ix)^(?:help|description|desc|usage|short|long|example|examples|message|msg|summary|title|doc|docs
    |__doc__|error|errormessage|error_message|label|placeholder|note|notes|reason|subject|helptext
    |help_text|epilog|prog|metavar|comment|\$?comment|\w*description|\w*message|argsusage|usagetext)$"""
)
_ENV_CALL = lazy_pattern(
    r"""(?ix)^(?:os\.getenv|os\.lookupenv|syscall\.getenv|os\.environ\.get|environ\.get|getenv|system\.getenv
    |env::var|std::env::var|env!|option_env!|env\.fetch|env\.get|deno\.env\.get|builtins\.getenv|env
    |environment\.getenvironmentvariable|platform\.environment|std::env::var_os|env\.str
    |(?:\w+\.)*(?:get|lookup|read|fetch|must)?_?env(?:ironment)?_?(?:var)?_?(?:or|with|str|string)?_?(?:default|else|value|fallback)?
    )$"""
)
_ENV_INDEX = lazy_pattern(
    r"(?i)^(?:os\.environ|environ|env|process\.env|platform\.environment|config\.env)$"
)
_ENV_MEMBER = lazy_pattern(r"^(?:process\.env|import\.meta\.env|env|params|\$env:)\.?")
_WRAPPER = lazy_pattern(
    r"""(?ix)^(?:str|string|byte|text|ptr\.to|pointer\.(?:string|to|stringptr|of)|aws\.string|lo\.toptr|to\.ptr
    |dedent|textwrap\.dedent|strings\.trimspace|dockerimagename\.parse|tostring|trimspace
    |os\.expandenv|string\.valueof|string::from|literal|tostring|trim|chomp|unicode|bytes|provider|path)$"""
)
_FORMAT_CALL = lazy_pattern(
    r"""(?ix)^(?:(?:\w+\.)*sprintf|(?:string\.|util\.|lib\.|printf\.)?format!?|sprintf|format!|string\.format
    |(?:\w+::)*format!|appendf|fmt\.append[f]|concat!)$"""
)
FORMAT_METHODS = {".format": "", ".formatted": "percent", ":format": "percent"}
SAME_METHODS = frozenset(
    {".strip", ".trim", ".toString", ".trimIndent", ".trimMargin", ".stripIndent",
     ".to_s", ".to_string", ".into", ".to_owned", ".lower", ".freeze", ".chomp",
     ".trimSpace", ".toLowerCase", ".encode", ".trimEnd", ".rstrip", ".stripMargin",
     ".as_str", ".clone", ".intern", ".String"}
)  # fmt: skip
CUT_METHODS = {
    ".removeprefix": "prefix", ".lstrip": "prefix", ".removesuffix": "suffix",
    ".delete_prefix": "prefix", ".removePrefix": "prefix",
    ".trim_start_matches": "prefix",
    ".TrimStart": "prefix", ".removeSuffix": "suffix", ".delete_suffix": "suffix",
}  # fmt: skip
CUT_CALLS = {
    "strings.TrimPrefix": "prefix", "strings.TrimLeft": "prefix",
    "strings.TrimSuffix": "suffix", "trimprefix": "prefix", "trimsuffix": "suffix",
    "lib.removePrefix": "prefix-first", "lib.strings.removePrefix": "prefix-first",
}  # fmt: skip
_FLAG_CALL = lazy_pattern(
    r"(?i)^(?:\w+\.)*\.?(?:string(?:var)?p?|stringslice(?:var)?p?|stringarray(?:var)?p?|var|strvar|"
    r"define_string|stringflag|textvar)$"
)
_USED = lazy_pattern(r"(?i)kind|image|version|node|k8s|tag(?![a-z])|kube")


@lru_cache(maxsize=4096)
def is_display_call(name: str) -> bool:
    """Whether the arguments of a function are text for people.

    >>> [is_display_call(name) for name in ("log.Printf", "fmt.Sprintf", "By")]
    [True, False, True]
    """
    word = last_word(name)
    if not _DISPLAY_CALL.match(word):
        return False
    owner = name.rstrip("!?")[: -len(word)].rstrip(".:")
    if word in _GINKGO:
        return True
    if word.lower() in {"run", "should", "assert", "by", "it", "context"}:
        return owner in {"t", "b"} or (word == "context" and owner == "errors")
    if word.lower() in _AMBIGUOUS and owner:
        return bool(_DISPLAY_OWNERS.match(owner.rpartition(".")[2] or owner))
    return True


@lru_cache(maxsize=4096)
def is_pattern_call(name: str) -> bool:
    """Whether the arguments of a function are patterns or texts to compare with."""
    return bool(_PATTERN_CALL.match(name) or _PATTERN_CALL.match(last_word(name)))


def puts_in(name: str) -> bool:
    """Whether a function puts an argument in the place of something.

    >>> puts_in("strings.ReplaceAll"), puts_in("strings.Split")
    (True, False)
    """
    return last_word(name).lower().startswith(("replace", "sub", "gsub"))


@lru_cache(maxsize=4096)
def is_shell_call(name: str) -> bool:
    """Whether a function runs a shell command."""
    return bool(_SHELL_CALL.match(name))


@lru_cache(maxsize=4096)
def is_format_call(name: str) -> bool:
    """Whether a function fills placeholders of its first argument."""
    return bool(_FORMAT_CALL.match(name))


@lru_cache(maxsize=4096)
def is_env_call(name: str) -> bool:
    """Whether a function reads an environment variable.

    >>> is_env_call("os.Getenv"), is_env_call("getEnvOrDefault"), is_env_call("send")
    (True, True, False)
    """
    return bool(_ENV_CALL.match(name))


@lru_cache(maxsize=4096)
def is_env_index(name: str) -> bool:
    """Whether a name is a mapping of the environment."""
    return bool(_ENV_INDEX.match(name))


@lru_cache(maxsize=4096)
def env_member(name: str) -> str | None:
    """Return the variable that `process.env.X` reads."""
    match = _ENV_MEMBER.match(name)
    rest = name[match.end() :] if match else ""
    return (
        rest if rest.isidentifier() and "." in name[: len(name) - len(rest)] else None
    )


@lru_cache(maxsize=4096)
def is_wrapper(name: str) -> bool:
    """Whether a function gives its argument back as it is."""
    return bool(_WRAPPER.match(name))


@lru_cache(maxsize=4096)
def is_flag_call(name: str) -> bool:
    """Whether a function defines a command-line flag: name, default, help."""
    return bool(_FLAG_CALL.match(name))


@lru_cache(maxsize=4096)
def is_image_key(key: str) -> bool:
    """Whether a key, field or parameter takes an image.

    >>> [is_image_key(key) for key in ("nodeImage", "node_image", "imageTag")]
    [True, True, False]
    """
    return bool(_IMAGE_KEY.match(key))


@lru_cache(maxsize=4096)
def is_display_key(key: str) -> bool:
    """Whether a key takes text for people."""
    return bool(_DISPLAY_KEY.match(key))


@lru_cache(maxsize=4096)
def is_telling_name(name: str) -> bool:
    """Whether a name sounds like a version or an image."""
    return bool(_USED.search(name))


_COMMAND = lazy_pattern(
    r"""(?x)^\s*(?:[A-Z_][A-Z0-9_]*=\S*\s+)*(?:[$%>]\s+)?(?:sudo\s+|exec\s+|time\s+|env\s+)?(?:\S*/)?(?:
      kind|docker|kubectl|helm|curl|wget|make|go|bash|sh|export|cd|brew|apt|apt-get|podman
      |minikube|k3d|ctr|crane|skopeo|tilt|ctlptl|nerdctl|eval|nix|cargo|npm|npx|pip|python3?
      |git|tar|chmod|mv|cp|mkdir|buildah|crictl|ko|mise|asdf|choco|set|source|tkn)\s+\S"""
)
_OPTION = lazy_pattern(r"(?:^|\s)--?[a-z][\w-]*[= ]\S")
_STOP = lazy_pattern(
    r"(?i)(?<![\w-])(?:the|to|a|an|is|are|for|of|with|use|uses|used|using|in|and|or|not|this|that|"
    r"must|should|can|cannot|could|will|be|it|its|if|from|by|when|which|e\.g|such|found|"
    r"failed|invalid|unable|please|default|defaults|optional|unsupported|on)(?![\w-])"
)
_PROSE_WORD = lazy_pattern(r"(?<!\S)[\"'(]*[A-Za-z][A-Za-z']+[\"').,:;!?]*(?!\S)")


def is_prose(text: str) -> bool:
    """Whether a line is a sentence for people, not a value or a command.

    >>> is_prose("Optional node image to use (e.g. kindest/node:v1.18.19).")
    True
    >>> is_prose("kind create cluster --image kindest/node:v1.31.4")
    False
    """
    if " " not in text or _COMMAND.match(text):
        return False
    words = len(_PROSE_WORD.findall(text))
    stops = len(_STOP.findall(text))
    if _OPTION.search(text):
        return words >= 4 and stops >= 2
    if words >= 2 and text.rstrip().endswith((".", "?", "!")):
        return True
    return (words >= 3 and stops >= 1) or stops >= 2
