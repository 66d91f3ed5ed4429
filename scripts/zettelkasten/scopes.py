"""What the names in a module mean: its statements, what each binds, and where it uses which name.

Python's compiler says which names are those of the module: the others have become local. Every use
of a name of the module is known by its place, so that it can be given another name in the text.
"""

import ast
import builtins
import dis
import inspect
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

MARK = re.compile(r"[ \t]*# --8<-- \[(start|end):")
NO_LINE = "\0"
"""Stands in the text where a mark of a section was."""
_OF_MODULE = re.compile("(LOAD|STORE|DELETE)_(NAME|GLOBAL|FROM_DICT_OR_GLOBALS)$")
"""Instructions that use a name of the module, or of the body of a class."""
_OF_CLASS = "of a class"
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_DYNAMIC = {"exec", "eval", "globals", "locals"}
"""With these, code that is made as text can use the names of a module."""
_PACKAGES = {*sys.stdlib_module_names, "numpy"} - {"__future__", "importlib"}


class TakeHomeError(ValueError):
    """What cannot be taken into one file: the path of the file, its line, and why."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}:1: {why}")
        self.path, self.line, self.why = path, line, why


@dataclass(frozen=True, eq=False)  # one object for each use
class Use:
    """A name of the module, or `module.name`, as it stands at a place of the text.

    `hidden` are the names that mean something local in its statement. Without a place (-1) the name
    may be used by code that is made as text, so it has to stay as it is.
    """

    name: str
    place: int
    hidden: Collection[str] = ()
    attribute: str = ""
    is_called: bool = False
    """Whether it decorates or is part of a call while the module is loaded."""

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
    def is_block(self) -> bool:
        """Whether it is a function or a class."""
        return isinstance(self.node, _BLOCKS)

    @property
    def is_main(self) -> bool:
        """Whether it is the part `if __name__ == "__main__"`."""
        node = self.node
        return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"

    @property
    def changes(self) -> bool:
        """Whether it may change what other statements have made, calls aside."""
        if self.is_block:
            return False
        return not isinstance(self.node, ast.Assign | ast.AnnAssign) or any(
            isinstance(one, ast.Attribute | ast.Subscript) and not isinstance(one.ctx, ast.Load)
            for one in ast.walk(self.node)
        )


class Source:
    """A module's text, taken apart. Raises `TakeHomeError` where it cannot be.

    `inlined` are the modules that can be taken along, by name.
    """

    def __init__(self, path: str, text: str, inlined: Collection[str]) -> None:
        self.path = path
        try:
            tree = ast.parse(text)
            code = compile(tree, path, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError) as error:  # ValueError: it is no text
            raise TakeHomeError(path, getattr(error, "lineno", None) or 1, str(error)) from error
        lines = text.split("\n")
        self._lines = [NO_LINE if MARK.match(line) else line for line in lines]
        self.text = "\n".join(self._lines)
        self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        self._inlined = inlined
        found = [*_names(code)]
        self.rebound = {key[0] for kind, key, _ in found if kind == "STORE_GLOBAL"}
        """Names that functions bind anew."""
        self._places = {key: at_load for kind, key, at_load in found if kind != _OF_CLASS}
        """Names of the module, each with line and column: whether it is used at load."""
        reads = (key for kind, key, _ in found if kind.startswith("LOAD"))
        self._unseen = {key for key in reads if not key[0].startswith("__")}  # the compiler's own
        """Those that are read and have not been found in the text yet."""
        self._stored = {key[:2] for kind, key, _ in found if kind.startswith(("STORE", "DELETE"))}
        """Those that are bound, with their lines only."""
        self._bound = {name for name, _ in self._stored}
        for kind, (name, line, _), _ in found:
            if kind == _OF_CLASS and name in self._bound:
                raise TakeHomeError(path, line, f"{name} means two things here: rename one")
        self.is_dynamic = any(name in _DYNAMIC for name, _, _ in self._places)
        """Whether code that is made as text can use its names."""
        body = tree.body
        self.docstring = self.text[: self._end(body.pop(0))] if body and _is_text(body[0]) else ""
        self.imports: dict[str, tuple[str, str]] = {}
        """By name in this module: a module, and the name in that, empty for the module itself."""
        self.cuts: list[tuple[int, int]] = []
        """Where imports of modules that are taken along begin and end."""
        for node in body:
            if isinstance(node, _IMPORTS):
                self._import(node)
        self.statements: list[Statement] = []
        """All statements but the docstring and the imports, in order."""
        shown = _shown_lines(lines)
        for node in body:
            if _is_text(node) and self.statements:  # it describes what stands above it
                self.statements[-1].end = self._end(node)
            elif not isinstance(node, _IMPORTS):
                self.statements.append(self._statement(node, node.lineno in shown))
        for name, line, _ in self._unseen:
            raise TakeHomeError(path, line, f"{name} cannot be followed: write it more plainly")

    def fail(self, at: ast.AST | int, why: str) -> TakeHomeError:
        """An error at a node, or at a place of the text."""
        line = self.text.count("\n", 0, at) + 1 if isinstance(at, int) else at.lineno
        return TakeHomeError(self.path, line, why)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Learn what an import at the top of the file means."""
        found = {one.asname or one.name: self._imported(node, one) for one in node.names}
        for name, what in found.items():
            if "." in name:
                raise self.fail(node, f"write: import {name} as a name without a dot")
            if self.imports.setdefault(name, what) != what:
                raise self.fail(node, f"{name} is imported twice: give one of them another name")
        is_ours = {module in self._inlined for module, _ in found.values()}
        if len(is_ours) > 1:
            raise self.fail(node, "import modules of this site in a line of their own")
        if True in is_ours:
            self.cuts.append((self._starts[node.lineno - 1], self._end(node)))

    def _imported(self, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> tuple[str, str]:
        """A module and a name in it, which is empty for the module itself."""
        module = getattr(node, "module", None)
        if alias.name == "*" or getattr(node, "level", 0):
            raise self.fail(node, "import single names, by the whole name of their module")
        whole = f"{module}.{alias.name}" if module else alias.name
        package = whole.partition(".")[0]
        if whole in self._inlined:
            return whole, ""
        if module not in self._inlined and package not in _PACKAGES:
            why = f"{package} is neither NumPy nor part of Python"
            raise self.fail(node, f"{whole} cannot be taken along: {why}")
        return (module, alias.name) if module else (alias.name, "")

    def _is_alias(self, name: str) -> bool:
        """Whether a name is that of a module which is taken along."""
        return self.imports.get(name) in ((module, "") for module in self._inlined)

    def _statement(self, node: ast.stmt, is_shown: bool) -> Statement:
        if node.col_offset:
            raise self.fail(node, "give each statement a line of its own")
        first = min([node, *getattr(node, "decorator_list", [])], key=lambda one: one.lineno).lineno
        stored = {name for name, line in self._stored if first <= line <= node.end_lineno}
        uses, binds = self._uses(node, stored)
        if both := binds & self.imports.keys():
            raise self.fail(node, f"{min(both)} is imported too: give it another name")
        if self.is_dynamic:
            known = self._bound | {*dir(builtins)}
            uses += [Use(word, -1) for word in sorted(_words(node) & known)]
        while first > 1 and self._lines[first - 2].startswith("#"):
            first -= 1
        apart = first == 1 or self._lines[first - 2].strip() in ("", NO_LINE)
        start = self._starts[first - 1]
        return Statement(node, start, self._end(node), uses, binds, apart, is_shown)

    def _end(self, node: ast.stmt) -> int:
        """Where the last line of a statement ends."""
        last = (node.end_lineno or 1) - 1
        return self._starts[last] + len(self._lines[last])

    def _place(self, node: ast.expr | ast.stmt, name: str = "") -> int:
        """Where a node begins, or a name after its first word."""
        place = self._offset(node.lineno, node.col_offset)
        found = re.compile(rf"\W{name}\b").search(self.text, place) if name else None
        return found.start() + 1 if found else place

    def _offset(self, line: int, column: int) -> int:
        """Where something is that `ast` counts in bytes."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def _uses(self, statement: ast.stmt, stored: Collection[str]) -> tuple[list[Use], set[str]]:
        """Uses of names of the module in a statement that stores some, and what it binds."""
        nodes = [*ast.walk(statement)]
        within = {one.value: one for one in nodes if isinstance(one, ast.Attribute)}
        called = {part for one in nodes for call in _calls(one) for part in ast.walk(call)}
        hidden: set[str] = set()
        binds = {getattr(statement, "name", "")} & stored
        uses = [Use(name, self._place(statement, name), hidden) for name in binds]
        for one in nodes:
            self._refuse(one)
            key = (one.id, one.lineno, one.col_offset) if isinstance(one, ast.Name) else None
            if key in self._places:
                self._unseen.discard(key)
                at_load, part = self._places[key], within.get(one)
                attribute = part.attr if part and self._is_alias(one.id) else ""
                use = Use(one.id, self._place(one), hidden, attribute, at_load and one in called)
                if not self.text.startswith(use.text, use.place):
                    raise self.fail(one, f"{use.text} cannot be found: write it in one line")
                if attribute and not isinstance(part.ctx, ast.Load):
                    raise self.fail(one, f"{use.text} belongs to another module: do not change it")
                if not isinstance(one.ctx, ast.Load):
                    binds.add(one.id)
                uses.append(use)
            elif isinstance(one, ast.Global):
                uses += [Use(name, self._place(one, name), hidden) for name in one.names]
            elif isinstance(one, ast.Name | ast.arg):
                hidden.add(getattr(one, "id", getattr(one, "arg", "")))
            elif one is not statement:  # a function, an import or `except … as` within it
                bound = {getattr(one, field, None) for field in ("name", "asname", "rest")}
                if both := bound & stored:
                    why = f"bind {min(both)} at the top of the file, or in a function"
                    raise self.fail(one, why)
                hidden |= bound
        return uses, binds

    def _refuse(self, node: ast.AST) -> None:
        """What would silently mean something else in one file."""
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                if any(self._imported(node, one)[0] in self._inlined for one in names):
                    raise self.fail(node, f"import {names[0].name} at the top of the file")
            case ast.FunctionDef(name="__init_subclass__") | ast.keyword(arg="metaclass"):
                raise self.fail(node, "a class that changes those made of it cannot be taken along")
            case (
                ast.Attribute(value=ast.Name(id="sys"), attr="modules")
                | ast.Attribute(attr="__globals__")
                | ast.Subscript(value=ast.Call(func=ast.Name(id="globals" | "locals" | "vars")))
                | ast.Attribute(value=ast.Call(func=ast.Name(id="globals" | "locals")))
            ):
                raise self.fail(node, "what a module holds changes in one file: use a table")
            case ast.MatchValue(value=ast.Attribute(value=ast.Name(id=name))) if self._is_alias(
                name
            ):
                raise self.fail(node, f"a case without {name} would match everything: compare")
            case ast.FormattedValue(value=value):
                end = self._offset(value.end_lineno, value.end_col_offset)
                if re.compile(r"[\s)]*=\s*[!:}]").match(self.text, end):
                    raise self.fail(node, "{x=} prints names, which may change: write it out")
            case (
                ast.arg(annotation=ast.Constant(value=str()))
                | ast.AnnAssign(annotation=ast.Constant(value=str()))
                | ast.FunctionDef(returns=ast.Constant(value=str()))
            ):
                raise self.fail(node, "names in quotes cannot change: annotate without quotes")


def _names(
    code: CodeType, at_load: bool = True, own: Collection[str] = ()
) -> Iterator[tuple[str, tuple[str, int, int], bool]]:
    """Names of the module in compiled code: what is done, name, line and column, whether at load.

    `own` are names of a class around it; one that is read there is no name of the module.
    """
    found = [one for one in dis.get_instructions(code) if _OF_MODULE.match(one.opname)]
    if not code.co_flags & inspect.CO_OPTIMIZED and code.co_name != "<module>":
        own = {one.argval for one in found if one.opname == "STORE_NAME"}
    for one in found:
        key = one.argval, one.positions.lineno or 1, one.positions.col_offset or 0
        if one.opname.endswith("GLOBAL") or one.argval not in own:
            yield one.opname, key, at_load
        elif one.opname != "STORE_NAME":
            yield _OF_CLASS, key, at_load
    for part in filter(inspect.iscode, code.co_consts):
        is_comprehension = part.co_name.startswith("<") and part.co_name != "<lambda>"
        is_run = is_comprehension or not part.co_flags & inspect.CO_OPTIMIZED
        yield from _names(part, at_load and is_run, own)


def _shown_lines(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines that stand in a section."""
    found, depth = set(), 0
    for number, line in enumerate(lines, start=1):
        if mark := MARK.match(line):
            depth += 1 if mark[1] == "start" else -1
        elif depth:
            found.add(number)
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _calls(node: ast.AST) -> list[ast.expr]:
    """What a node calls, computes with or is decorated with."""
    return [node] if isinstance(node, ast.Call | ast.BinOp) else getattr(node, "decorator_list", [])


def _words(node: ast.stmt) -> set[str]:
    """Words in the texts of a statement, its docstrings aside."""
    described = {
        one.body[0].value
        for one in ast.walk(node)
        if isinstance(one, _BLOCKS) and _is_text(one.body[0])
    }
    return {
        word
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one not in described
        for word in re.findall(r"\w+", one.value)
    }
