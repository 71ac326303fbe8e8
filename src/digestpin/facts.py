"""Holds what scanning one file can learn, before anything is traced or judged.

A format turns a file into these facts and knows nothing beyond the file.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from digestpin.templates import EMPTY, Scope, Template
from digestpin.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digestpin.branches import Branch
    from digestpin.source import Region


class Role(StrEnum):
    """What a text is for, as far as the format can tell."""

    VALUE = "value"
    """A value of its own: a scalar, a string constant, a shell word."""
    IMAGE = "image"
    """A value at a place that takes an image: `image:`, `node_image:`, `--image`."""
    BUILT = "built"
    """The name of an image that the repository builds, tags or pushes itself."""
    DISPLAY = "display"
    """Text for people: a job's name, `echo`, a help or error message."""
    PATTERN = "pattern"
    """A regular expression, glob or substitution pattern."""
    IGNORED = "ignored"
    """A text in which nothing is looked for; its variables still count as read."""


@frozen(kw_only=True, slots=False)
class Text:
    """A stretch of a file in which references and kind pins are looked for.

    `label` says what reads it, in words for a message: `the job's name`,
    `an argument of kubectl`. `only`: of the values that it could read, it is tied to
    this one (what a matrix's `exclude` names, a choice that a parameter allows).
    """

    template: Template
    scope: Scope
    role: Role = Role.VALUE
    label: str = ""
    only: str | None = None


@frozen(kw_only=True, slots=False)
class Binding:
    """A variable given a value, at the place where that is written.

    `value` is also a text in which references and kind pins are looked for. `what`
    says it in words for a message: `matrix`, `env`, `input default`, `with of the
    caller`, `assignment`. `conditional`: another assignment may hold instead, for
    another reason than its branches (an array, a call). `fallback`: it holds only where
    nothing else sets the name (`?=`, an input's default). `sequential`: among bindings
    of one scope, the last one before a use holds (shell). `rows`: the numbers of the
    matrix rows of `scope` in which it holds, None when in all. `branches`: the branches
    of `case`, `if` and the like in which it is written, when its scope does not say so.
    `replaces`: earlier values of the name instead of which it always holds, as its
    branch is taken for them: `if [ "$X" = latest ]; then X=…`.
    """

    name: str
    scope: Scope
    value: Template
    what: str = "assignment"
    role: Role = Role.VALUE
    conditional: bool = False
    fallback: bool = False
    sequential: bool = False
    rows: frozenset[int] | None = None
    branches: tuple[Branch, ...] = ()
    replaces: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Link:
    """The names of another file reach a scope, or those of a scope another file.

    `target` is the path as written, variables as holes, relative to `base` (a folder
    of the repository, `""` for its root). For `RUN`, `names` are the only names that
    are handed over; None when all are but the `hidden` ones, which the file sets for
    itself. `handed` are surely handed over: exported, or set for the command. `goals`:
    what a makefile is to make, none for its default goal; None when not known.
    """

    class Type(StrEnum):
        """How the two files are tied."""

        INCLUDE = "include"
        """The other file is read in place: `source`, make `include`; names of both
        are known in both."""
        RUN = "run"
        """The other file runs in the environment of `scope`."""
        READ = "read"
        """What `scope` reads is the content of the other file: `$(cat .kind-version)`.
        """

    type: Type
    scope: Scope
    target: str
    base: str
    region: Region
    names: frozenset[str] | None = None
    handed: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    goals: frozenset[str] | None = None


@frozen(kw_only=True)
class Rule:
    """A rule of a makefile; its recipe is in `scope`.

    `targets` and `needs` (prerequisites) as written, variables as `$(NAME)`.
    """

    scope: Scope
    region: Region
    targets: tuple[str, ...]
    needs: tuple[str, ...] = ()


@frozen(kw_only=True, slots=False)
class ActionUse:
    """A step that runs an action, or a job that calls a reusable workflow.

    `uses` as written (`helm/kind-action@v1.12.0`, `./.github/actions/kind`);
    `comment` what stands behind it on the line; `inputs` the step's `with`.
    """

    uses: str
    comment: str
    region: Region
    scope: Scope
    inputs: Mapping[str, Template] = field(default_factory=dict)


@frozen(kw_only=True, slots=False)
class DeclaredPin:
    """A place whose structure says that it fixes kind's version.

    `version` may hold variables, or be empty: kind is used with no version named there
    (`brew install kind`, `latest`).
    """

    mechanism: str
    region: Region
    scope: Scope
    version: Template = EMPTY


@frozen(kw_only=True, slots=False)
class ClusterConfig:
    """A kind cluster config (`kind: Cluster`, `apiVersion: kind.x-k8s.io/v1alpha4`).

    `node_images` are the nodes' images as written, nodes without one left out;
    `nodes` is how many nodes there are; with `is_open`, what is put in elsewhere can be
    nodes or their images. Patches are texts: TOML for containerd, YAML for kubeadm;
    JSON for containerd in the field that ends in `JSON6902`, and of the objects in that
    for kubeadm the version and the kind. `file`: where a script writes the config, in
    the words of the script. `variable`: the name that holds it.
    """

    region: Region
    scope: Scope
    nodes: int
    node_images: tuple[Template, ...] = ()
    containerd_patches: tuple[Template, ...] = ()
    kubeadm_patches: tuple[Template, ...] = ()
    containerd_json_patches: tuple[Template, ...] = ()
    kubeadm_json_patches: tuple[tuple[Template, str], ...] = ()
    file: str = ""
    variable: str = ""
    is_open: bool = False

    @property
    def patches(self) -> tuple[Template, ...]:
        """Every patch: in TOML and in JSON for containerd, then those for kubeadm."""
        return (
            *self.containerd_patches,
            *self.containerd_json_patches,
            *self.kubeadm_patches,
            *(version for version, _ in self.kubeadm_json_patches),
        )


@frozen(kw_only=True, slots=False)
class ClusterRun:
    """A command or a step that creates a kind cluster.

    `config` and `image` are what it is given, None when it is not; `file` is the
    config's path in the words of the script, `path` the same from the root where that
    is worked out already. Paths are relative to `base`. `feed` is all of the statement,
    which may hold what is read from standard input. With `is_open` there are arguments
    that cannot be read, and may be an image.
    """

    scope: Scope
    region: Region
    config: Template | None = None
    image: Template | None = None
    file: str = ""
    path: str | None = None
    base: str = ""
    feed: Region | None = None
    is_open: bool = False


@frozen(kw_only=True)
class Quoted:
    """A string of a program in which an ignore comment stands, so that it is data.

    `is_document`: it is a here-document or another text of its own, such as a config
    inside a manifest, in which the comment can be one to whoever reads the document.
    """

    region: Region
    is_document: bool

    @property
    def scope(self) -> Scope:
        """The whole file: no name is read in it."""
        return (self.region.path.as_posix(),)


ENVIRONMENT = "env"
"""What the binding of a variable in the environment of a program is."""

APPENDED = "appended value"
"""What the binding is of words that are put behind those of another one."""

HANDED_OVER = "with of the caller"
"""What the binding of an input of another file is."""

CALL = "call:"
"""The name that each call of a file binds in its scope, in a row of its own."""

MATRIX = "matrix"
"""What the binding of a value of a matrix is."""

CONTENT = "content of the file"
"""What the binding of a file's only line is."""

RULE = "rule"
"""The key before the offset of a rule in the scope of its recipe."""


LATE = "late"
"""The last key of a scope in which names have the values of the end of the file."""


def rule_of(scope: Scope) -> Scope | None:
    """Return the scope of the makefile rule in whose recipe a scope lies.

    >>> rule_of(("Makefile", "|20:1:0", "rule", "40", "recipe", "48"))
    ('Makefile', 'rule', '40')
    """
    if RULE not in scope[1:-1]:
        return None
    at = scope.index(RULE, 1)
    return (scope[0], RULE, scope[at + 1])


Fact = (
    Text
    | Binding
    | Link
    | Rule
    | ActionUse
    | DeclaredPin
    | ClusterConfig
    | ClusterRun
    | Quoted
)
