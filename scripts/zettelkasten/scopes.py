"""What the names in a module mean: its statements, what each binds, and where it uses which name.

Python's own rules decide whether a name is one of the module or hidden by a local one. Every use
of a name of the module is known by its place, so that it can be given another name in the text.
"""

import ast
import builtins
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MARK = re.compile(r"[ \t]*# --8<-- \[(start|end):")
NO_LINE = "\0"
"""Stands in the text where a mark of a section was."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NAMED = (*_FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)
_DYNAMIC = {"exec", "eval", "globals"}
"""With these, code that is made as text can use the names of a module."""


class TakeHomeError(ValueError):
    """What cannot be taken into one file: the path of the file, its line, and why."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}:1: {why}")
        self.path, self.line, self.why = path, line, why


@dataclass(frozen=True, eq=False)  # one object for each use
class Use:
    """A name of the module, or `module.name`, as it stands at a place of the text.

    `hidden` are the names that mean something local there. Without a place (-1) the name may be
    used by code that is made as text, so it has to stay as it is.
    """

    name: str
    place: int
    hidden: frozenset[str] = frozenset()
    attribute: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.name}.{self.attribute}" if self.attribute else self.name


@dataclass(eq=False)  # one object for each statement
class Statement:
    """A statement of a module with the comment above it, from `start` to `end` of the text."""

    node: ast.stmt
    start: int
    end: int
    uses: list[Use]
    binds: set[str]
    is_apart: bool
    """Whether an empty line stands before it."""
    is_shown: bool
    """Whether it is in a section, which notes show."""

    @property
    def acts(self) -> bool:
        """Whether it may change what other statements have made, apart from its decorators."""
        if isinstance(self.node, ast.Assign | ast.AnnAssign):
            targets = getattr(self.node, "targets", [])
            parts = {type(one) for target in targets for one in ast.walk(target)}
            calls = any(isinstance(one, ast.Call) for one in ast.walk(self.node))
            return calls or not parts.isdisjoint({ast.Attribute, ast.Subscript})
        return not is_block(self.node)

    @property
    def decorators(self) -> list[Use]:
        """The uses that decorate it; those in what a decorator is given aside."""
        found = {ast.unparse(one).split("(")[0] for one in getattr(self.node, "decorator_list", [])}
        return [use for use in self.uses if use.text in found]


class Source:
    """A module's text, taken apart. Raises `TakeHomeError` where it cannot be."""

    def __init__(self, path: str, text: str, inlined: Sequence[str]) -> None:
        self.path = path
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError) as error:  # ValueError: it is no text
            raise TakeHomeError(path, getattr(error, "lineno", None) or 1, str(error)) from error
        self.text = "\n".join(NO_LINE if MARK.match(line) else line for line in text.split("\n"))
        self._shown = _shown_lines(text)
        self._inlined = inlined
        self.imports: dict[str, tuple[str, str]] = {}
        """By name in this module: a module, and the name in that, empty for the module itself."""
        self.aliases: set[str] = set()
        """Those of the imports that are modules of ours."""

    def fail(self, node: ast.AST | int, why: str) -> TakeHomeError:
        """An error at a node, or at a place of the text."""
        at = self.text.count("\n", 0, node) + 1 if isinstance(node, int) else node.lineno
        return TakeHomeError(self.path, at, why)

    @cached_property
    def docstring(self) -> str:
        """The docstring as it is written, if there is one."""
        if ast.get_docstring(self.tree) is None:
            return ""
        return self.text[: self._ends(self.tree.body[0])]

    @cached_property
    def statements(self) -> list[Statement]:
        """All statements but the docstring and the imports, in order."""
        found: list[Statement] = []
        for node in self.tree.body[bool(self.docstring) :]:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif _is_text(node) and found:  # it describes what stands above it
                found[-1].end = self._ends(node)
            else:
                found.append(self._statement(node))
        for one in found:
            one.uses = [*self._in_scope([one.node], [])]
            one.binds = {*_bound([one.node])}
            if both := one.binds & self.imports.keys():
                raise self.fail(one.node, f"{min(both)} is imported too: give it another name")
        if self.is_dynamic:
            known = {name for one in found for name in one.binds}
            known |= self.imports.keys() | {*dir(builtins)}
            for one in found:
                one.uses += [Use(word, -1) for word in sorted(_words(one.node) & known)]
        return found

    @cached_property
    def rebound(self) -> set[str]:
        """Names that functions bind anew."""
        found = (one.names for one in ast.walk(self.tree) if isinstance(one, ast.Global))
        return {name for names in found for name in names}

    @cached_property
    def spelled(self) -> list[range]:
        """Places of the text that are printed as they are written, as in `{x=}`."""
        found = []
        for one in ast.walk(self.tree):
            if isinstance(one, ast.FormattedValue):
                value = one.value
                start = self._place(value.lineno, value.col_offset)
                end = self._place(value.end_lineno or 1, value.end_col_offset or 0)
                if re.compile(r"[\s)]*=\s*[!:}]").match(self.text, end):
                    found.append(range(start, end))
        return found

    @cached_property
    def is_dynamic(self) -> bool:
        """Whether code that is made as text can use its names."""
        names = (one.id for one in ast.walk(self.tree) if isinstance(one, ast.Name))
        return not _DYNAMIC.isdisjoint(names)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name
            module = getattr(node, "module", None) or ""
            whole = f"{module}.{alias.name}".lstrip(".")
            if alias.name == "*" or getattr(node, "level", 0):
                raise self.fail(node, "import single names, by the whole name of their module")
            self._allow(node, module or alias.name)
            if module in self._inlined or not self._is_ours(whole):
                found = (module, alias.name) if module else (alias.name, "")
            elif whole in self._inlined and (module or alias.asname):
                found = whole, ""
            else:
                raise self.fail(node, f"{whole} cannot be taken along: import its modules")
            if not module and "." in name:
                raise self.fail(node, f"write: import {name} as a name without a dot")
            if self.imports.setdefault(name, found) != found:
                raise self.fail(node, f"{name} is imported twice: give one of them another name")
            if found[0] in self._inlined and not found[1]:
                self.aliases.add(name)

    def _allow(self, node: ast.AST, module: str) -> None:
        package = module.partition(".")[0]
        if not self._is_ours(module) and package not in {*sys.stdlib_module_names, "numpy"}:
            raise self.fail(node, f"{package} is neither NumPy nor part of Python: do without it")

    def _is_ours(self, module: str) -> bool:
        ours = {name.partition(".")[0] for name in self._inlined}
        return module.partition(".")[0] in ours

    def import_of_ours(self, node: ast.stmt) -> tuple[int, int] | None:
        """Where the text of an import begins and ends, if it is of our modules."""
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return None
        modules = [getattr(node, "module", None) or alias.name for alias in node.names]
        ends = self._starts[node.lineno - 1], self._ends(node)
        return ends if any(map(self._is_ours, modules)) else None

    def _statement(self, node: ast.stmt) -> Statement:
        if node.col_offset:
            raise self.fail(node, "give each statement a line of its own")
        first = min([node, *getattr(node, "decorator_list", [])], key=lambda one: one.lineno).lineno
        while first > 1 and self._lines[first - 2].startswith("#"):
            first -= 1
        apart = first == 1 or self._lines[first - 2].strip() in ("", NO_LINE)
        ends, shown = self._ends(node), node.lineno in self._shown
        return Statement(node, self._starts[first - 1], ends, [], set(), apart, shown)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def _ends(self, node: ast.stmt) -> int:
        end = self.text.find("\n", self._starts[(node.end_lineno or 1) - 1])
        return len(self.text) if end < 0 else end

    def _place(self, line: int, column: int) -> int:
        """The offset of what `ast` counts in bytes."""
        start = self._starts[line - 1]
        line_text = self.text[start:].partition("\n")[0].encode()
        return start + len(line_text[:column].decode())

    def _in_scope(
        self, nodes: Sequence[ast.AST], around: list[tuple[bool, set[str]]]
    ) -> Iterator[Use]:
        """Uses of names of the module; around are scopes: whether a class, and what it binds."""
        own = [*_own(nodes)]
        within = {id(one.value): one for one in own if isinstance(one, ast.Attribute)}
        seen = [binds for is_class, binds in around[:-1] if not is_class]
        seen += [binds for _, binds in around[-1:]]
        hidden = frozenset().union(*seen)
        for node in own:
            self._refuse(node, bool(around))
            match node:
                case ast.Name(id=name) if name not in hidden:
                    yield self._use(node, within.get(id(node)), hidden)
                case ast.Name(id=name, ctx=ast.Load()) if around[-1][0] and name in self._globals:
                    if name in around[-1][1]:
                        raise self.fail(node, f"{name} means two things here: rename one")
                case ast.Global(names=names):
                    text = ast.get_source_segment(self.text, node) or ""
                    start = self._place(node.lineno, node.col_offset)
                    for name in names:
                        if name in hidden:
                            raise self.fail(node, f"{name} means two things here: rename one")
                        found = re.search(rf"\b{name}\b", text[6:])
                        yield Use(name, start + 6 + found.start() if found else -1, hidden)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    if node.name not in hidden:
                        yield Use(node.name, self._place_of_name(node), hidden)
            if isinstance(node, _SCOPES):
                inside = _inside(node)
                scope = isinstance(node, ast.ClassDef), {*_bound(inside, node)}
                yield from self._in_scope(inside, [*around, scope])

    @cached_property
    def _globals(self) -> set[str]:
        return {*_bound(self.tree.body)} | self.imports.keys()

    def _use(self, node: ast.Name, attribute: ast.Attribute | None, hidden: frozenset[str]) -> Use:
        place = self._place(node.lineno, node.col_offset)
        use = Use(node.id, place, hidden)
        if attribute and node.id in self.aliases:
            use = Use(node.id, place, hidden, attribute.attr)
            if not isinstance(attribute.ctx, ast.Load):
                raise self.fail(node, f"{use.text} belongs to another module: do not change it")
        if not self.text.startswith(use.text, place):
            raise self.fail(node, f"{use.text} cannot be found in this line: write it more plainly")
        return use

    def _place_of_name(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
        place = self._place(node.lineno, node.col_offset)
        found = re.compile(r"(?:async +)?(?:def|class) +").match(self.text, place)
        if not found or not self.text.startswith(node.name, found.end()):
            raise self.fail(node, f"write {node.name} on the line of its def or class")
        return found.end()

    def _refuse(self, node: ast.AST, is_local: bool) -> None:
        """What would silently mean something else in one file."""
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                module = getattr(node, "module", None) or names[0].name
                if self._is_ours(module) or not is_local:
                    raise self.fail(node, f"import {module} at the top of the file")
                self._allow(node, module)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) if not is_local:
                raise self.fail(node, f"{name} is bound outside a function: put this into one")
            case ast.FunctionDef(name="__init_subclass__"):
                raise self.fail(node, "a class that changes those made of it cannot be taken along")


def _shown_lines(text: str) -> set[int]:
    """Numbers of the lines that stand in a section."""
    found, depth = set(), 0
    for number, line in enumerate(text.split("\n"), start=1):
        if mark := MARK.match(line):
            depth += 1 if mark[1] == "start" else -1
        elif depth:
            found.add(number)
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_block(node: ast.stmt) -> bool:
    """Whether it is a function or a class."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def is_main(node: ast.stmt) -> bool:
    """Whether it is the part `if __name__ == "__main__"`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def _own(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a scope, without those that belong to scopes inside it."""
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        parts = _outside(node) if isinstance(node, _SCOPES) else ast.iter_child_nodes(node)
        waiting += [] if isinstance(node, ast.arg) else [*parts][::-1]


def _outside(node: ast.AST) -> list[ast.AST]:
    """The parts of a function, class or comprehension that the scope around it evaluates."""
    if isinstance(node, _COMPREHENSIONS):
        return [node.generators[0].iter]
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    arguments = node.args
    notes = [one.annotation for one in ast.walk(arguments) if isinstance(one, ast.arg)]
    given = [*arguments.defaults, *arguments.kw_defaults, *notes, getattr(node, "returns", None)]
    return [*getattr(node, "decorator_list", []), *filter(None, given)]


def _inside(node: ast.AST) -> list[ast.AST]:
    """The parts that are evaluated in the scope itself."""
    if isinstance(node, _COMPREHENSIONS):
        first, *others = node.generators
        results = [getattr(node, part, None) for part in ("elt", "key", "value")]
        return [first.target, *first.ifs, *others, *filter(None, results)]
    if isinstance(node, ast.ClassDef):
        return node.body
    arguments = [one for one in ast.walk(node.args) if isinstance(one, ast.arg)]
    return [*arguments, *(node.body if isinstance(node.body, list) else [node.body])]


def _bound(nodes: Sequence[ast.AST], scope: ast.AST | None = None) -> Iterator[str]:
    """Names that a scope binds itself."""
    found, elsewhere = set(), set()
    for node in _own(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.AST(name=str(name)) if isinstance(node, _NAMED):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {one.asname or one.name.partition(".")[0] for one in names}
            case ast.Global(names=names):
                elsewhere |= {*names}
        if isinstance(node, _COMPREHENSIONS):  # x := … binds around the comprehension
            found |= {*_named(node)}
    if isinstance(scope, _COMPREHENSIONS):
        elsewhere |= {*_named(scope)}
    yield from found - elsewhere


def _named(node: ast.AST) -> Iterator[str]:
    """Names that `:=` binds inside a comprehension, in any depth of comprehensions."""
    for one in _own(_inside(node)):
        if isinstance(one, ast.NamedExpr):
            yield one.target.id
        if isinstance(one, _COMPREHENSIONS):
            yield from _named(one)


def _words(node: ast.stmt) -> set[str]:
    """Words in the texts of a statement, its docstrings aside."""
    described = {
        id(one.body[0].value)
        for one in ast.walk(node)
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and _is_text(one.body[0])
    }
    return {
        word
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in described
        for word in re.findall(r"\w+", one.value)
    }
