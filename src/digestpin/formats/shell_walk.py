"""Walks the tree of a shell script and tells its statements in file order.

The walk keeps its own stack: how deep a script nests costs no Python recursion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digestpin.facts import Role
from digestpin.formats.environment_reads import reads_in_code
from digestpin.formats.quoted import quoted_in_script
from digestpin.formats.shell_functions import function_scope
from digestpin.formats.shell_leftovers import leftovers
from digestpin.formats.shell_model import Place, Sink, names
from digestpin.formats.shell_redirects import REDIRECTS, Redirects, pipe_sink
from digestpin.formats.shell_statements import Statements
from digestpin.formats.shell_tests import conditions_of, equalities, operands
from digestpin.patterns import lazy_pattern
from digestpin.shelltext import parse_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digestpin.facts import Fact
    from digestpin.shelltext import Node
    from digestpin.templates import Template

    _Steps = Iterator[tuple[Node, Place]]

_MAX_SCRIPTS = 4
_LINE_BREAK = lazy_pattern(r"(?<!\\)\r?\n")
_COMMENT = lazy_pattern(r"[ \t]*#")
_OTHER_BRANCHES = frozenset(("elif_clause", "else_clause"))
_JOINED = frozenset(("list", "pipeline", "negated_command"))


def walk_script(
    script: Template, place: Place, *, base: str = "", path: str = "", depth: int = 0
) -> list[Fact]:
    """Return the facts of a script that stands at `place`.

    `base` is the folder that its relative paths start from, `path` its own when it
    is a file; `depth` counts the scripts around it.
    """
    if depth > _MAX_SCRIPTS:
        return list(leftovers(script, (), place))
    root = parse_shell(script.text)

    def walk_inner(inner: Template, at: Place) -> list[Fact]:
        return walk_script(inner, at, base=base, depth=depth + 1)

    statements = Statements(script, root, base=base, path=path, walk_inner=walk_inner)
    _Walk(statements, script.text, is_broken=root.has_error).run(root, place)
    facts = [*statements.finish(), *quoted_in_script(script, root)]
    if not depth:
        facts += reads_in_code(script, place.scope)
    if root.has_error:
        facts += leftovers(script, facts, place)
    return facts


class _Walk:
    def __init__(self, statements: Statements, text: str, *, is_broken: bool) -> None:
        self._statements = statements
        self._is_broken = is_broken
        self._text = text
        self._pending: dict[int, Redirects] = {}

    def run(self, root: Node, place: Place) -> None:
        todo = [(root, place)]
        while todo:
            node, at = todo.pop()
            handler = _HANDLERS.get(node.type)
            if handler is None:
                todo.extend((child, at) for child in reversed(node.named_children))
                continue
            steps = list(handler(self, node, at))
            steps += [(nested, at) for nested in self._statements.take_nested()]
            todo.extend(reversed(steps))

    def list_(self, node: Node, place: Place) -> _Steps:
        later = self._inside(node, place)
        for index, child in enumerate(node.named_children):
            yield child, later if index else place

    def _inside(
        self, node: Node, place: Place, number: int = 0, count: int = 0
    ) -> Place:
        return place.branch(self._statements.offset(node), number, count)

    def branches(self, node: Node, place: Place) -> _Steps:
        others = [c for c in node.named_children if c.type in _OTHER_BRANCHES]
        is_complete = any(other.type == "else_clause" for other in others)
        count = len(others) + 1 if is_complete else 0
        conditions = {child.id for child in conditions_of(node)}
        for number, clause in enumerate((node, *others)):
            inside = self._inside(node, place, number, count)
            if not number and node.type == "if_statement":
                # What stands after `elif` also depends on the tests before it.
                met = equalities(conditions_of(node), self._statements.source)
                inside = replace(inside, equal=frozenset(met))
            for child in clause.named_children:
                if child.type not in _OTHER_BRANCHES:
                    yield child, place if child.id in conditions else inside

    def subshell(self, node: Node, place: Place) -> _Steps:
        inside = self._inside(node, place)
        for child in node.named_children:
            yield child, inside

    def substitution(self, node: Node, place: Place) -> _Steps:
        inside = self._inside(node, place).into(Sink.CAPTURE)
        for child in node.named_children:
            yield child, inside

    def pipeline(self, node: Node, place: Place) -> _Steps:
        children = node.named_children
        for index, child in enumerate(children):
            sink = None
            if index + 1 < len(children):
                sink = pipe_sink(children[index + 1 : index + 6], self._text)
            yield child, self._inside(node, place).into(sink)

    def for_loop(self, node: Node, place: Place) -> _Steps:
        inside = self._statements.loop(node, place)
        body = node.child_by_field_name("body")
        if body is not None:
            yield body, inside

    def case(self, node: Node, place: Place) -> _Steps:
        items = [child for child in node.named_children if child.type == "case_item"]
        count = len(items) if any(map(self._takes_all, items)) else 0
        self._case_values(node, place)
        for number, item in enumerate(items):
            inside = self._inside(node, place, number, count)
            values = self._case_values(item, place)
            for child in item.named_children:
                if child.id not in values:
                    yield child, inside

    def _case_values(self, node: Node, place: Place) -> set[int]:
        values = node.children_by_field_name("value")
        for value in values:
            self._statements.say(value, place, Role.PATTERN, "a case")
        return {value.id for value in values}

    def _takes_all(self, item: Node) -> bool:
        values = item.children_by_field_name("value")
        return any(self._statements.source(value) == "*" for value in values)

    def function(self, node: Node, place: Place) -> _Steps:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        if name is None or body is None:
            return
        scope = function_scope(place.home, self._statements.source(name))
        inside = Place(scope=scope, home=place.home, function=scope)
        yield body, self._inside(node, inside)

    def test(self, node: Node, place: Place) -> _Steps:
        for operand, is_compared in operands(node, self._statements.source):
            if is_compared:
                self._statements.say(operand, place, Role.PATTERN, "a test")
            else:
                self._statements.skip(operand, place)
        yield from ()

    def _is_comment(self, node: Node) -> bool:
        """Whether a word stands in a comment that the grammar did not see as one."""
        if not self._is_broken:
            return False
        line = self._text.rfind("\n", 0, node.start_byte) + 1
        return _COMMENT.match(self._text, line, node.start_byte) is not None

    def word(self, node: Node, place: Place) -> _Steps:
        if not self._is_comment(node):
            self._statements.say(node, place, Role.VALUE, "a word")
        yield from ()

    def nothing(self, _node: Node, _place: Place) -> _Steps:
        yield from ()

    def assignment(self, node: Node, place: Place) -> _Steps:
        self._statements.assign(node, place)
        yield from ()

    def declaration(self, node: Node, place: Place) -> _Steps:
        self._statements.declare(node, place)
        yield from ()

    def redirected(self, node: Node, place: Place) -> _Steps:
        redirects = Redirects()
        for child in node.children_by_field_name("redirect"):
            redirects.add(child, self._text)
        body = target = node.child_by_field_name("body")
        while target is not None and target.type in _JOINED and target.named_children:
            target = target.named_children[-1]
        if redirects.piped and redirects.sink is None:
            redirects.sink = pipe_sink(redirects.piped, self._text)
        if body is not None and target is not None and target.type == "command":
            self._pending[target.id] = redirects
            yield body, place
        else:
            if body is not None:
                yield body, place.into(redirects.sink)
            self._loose(redirects, place)
        for after in (*redirects.piped, *redirects.after):
            yield after, self._inside(node, place)

    def _loose(self, redirects: Redirects, place: Place) -> None:
        place = place.into(redirects.sink)
        for document in redirects.documents:
            self._statements.document(document, place, "a group")
        for word in redirects.words:
            self._statements.say(word, place, Role.VALUE, "a word")
        self._files(redirects, place)

    def _files(self, redirects: Redirects, place: Place) -> None:
        for file in redirects.files:
            self._statements.say(file, place, Role.VALUE, "a file's name")

    def command(self, node: Node, place: Place) -> _Steps:
        redirects = self._pending.pop(node.id, None) or Redirects()
        words: list[Node] = []
        prefixes: list[Node] = []
        for child in node.named_children:
            if child.type == "variable_assignment":
                prefixes.append(child)
            elif child.type in REDIRECTS:
                redirects.add(child, self._text)
            elif child.type != "comment" and not self._is_comment(child):
                words.append(child)
        words += redirects.words
        place = place.into(redirects.sink)
        prefixes = self._prefixes(prefixes, words, place)
        if words:
            self._statements.command(words, prefixes, place, redirects)
        self._files(redirects, place)
        yield from ()

    def _prefixes(
        self, assignments: list[Node], words: list[Node], place: Place
    ) -> list[Node]:
        """Return the assignments that hold for the command alone; tell the others."""
        if assignments and words:
            # NOTE: the grammar joins `A=1 B=2` to the command on the next line.
            start, end = assignments[-1].end_byte, words[0].start_byte
            if _LINE_BREAK.search(self._text, start, end) is None:
                return assignments
        for assignment in assignments:
            self._statements.assign(assignment, place)
        return []


_HANDLERS: dict[str, Callable[[_Walk, Node, Place], _Steps]] = {
    "list": _Walk.list_,
    "if_statement": _Walk.branches,
    "while_statement": _Walk.branches,
    "c_style_for_statement": _Walk.branches,
    "for_statement": _Walk.for_loop,
    "case_statement": _Walk.case,
    "function_definition": _Walk.function,
    "subshell": _Walk.subshell,
    "command_substitution": _Walk.substitution,
    "process_substitution": _Walk.substitution,
    "pipeline": _Walk.pipeline,
    "redirected_statement": _Walk.redirected,
    "command": _Walk.command,
    "declaration_command": _Walk.declaration,
    "variable_assignment": _Walk.assignment,
    "test_command": _Walk.test,
    "comment": _Walk.nothing,
    "unset_command": _Walk.nothing,
    **dict.fromkeys(
        names(
            "word string raw_string ansi_c_string concatenation simple_expansion "
            "expansion number string_content extglob_pattern regex heredoc_content"
        ),
        _Walk.word,
    ),
}
