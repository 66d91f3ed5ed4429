"""What a module says of its symbols: lines `NAME: meaning` in the docstring of a function."""

import ast
import contextlib
import re
from collections.abc import Iterator

from .formulas.verdict import is_symbol, symbol_name
from .modules import Modules
from .problem import Problem

_LINE = re.compile(r"(?P<name>\S[^:]*): (?P<meaning>.+)")


def meanings(modules: Modules, module: str, function: str = "symbols") -> dict[str, str]:
    """What a function says of its symbols, by name. Empty for a module that cannot be read."""
    found: dict[str, str] = {}
    last = ""
    for line in _docstring(modules, module, function).splitlines():
        if match := _LINE.fullmatch(line):
            last = symbol_name(match["name"])
            found[last] = match["meaning"]
        elif last and line.strip():
            found[last] += f" {line.strip()}"
        else:
            last = ""
    return found


def _docstring(modules: Modules, module: str, function: str) -> str:
    node = _function(modules, module, function)
    return (node and ast.get_docstring(node)) or ""


def _function(modules: Modules, module: str, function: str) -> ast.FunctionDef | None:
    """A function of a module, as it is written."""
    try:
        tree = ast.parse(modules.path(module).read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):  # reported where the module is run
        return None
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return next((node for node in functions if node.name == function), None)


def defaults(modules: Modules, module: str, function: str) -> dict[str, float]:
    """The parameters of a function that have a number as default, with that number."""
    node = _function(modules, module, function)
    arguments = node.args if node else ast.arguments([], [], None, [], [], None, [])
    pairs = zip(arguments.args[::-1], arguments.defaults[::-1], strict=False)
    found = {}
    for parameter, default in pairs:
        with contextlib.suppress(ValueError):
            value = ast.literal_eval(default)
            if isinstance(value, int | float) and not isinstance(value, bool):
                found[parameter.arg] = float(value)
    return dict(reversed(found.items()))


def symbol_problems(modules: Modules, module: str) -> Iterator[Problem]:
    """Symbols of a module that a formula may use and whose meaning it does not say."""
    draws = modules.symbols(module).draws
    known = meanings(modules, module) if draws else {}
    unsaid = [name for name in (draws or [{}])[0] if is_letter(name)]
    if names := ", ".join(name for name in unsaid if symbol_name(name) not in known):
        message = f"the docstring of symbols() does not say what {names} means: add a line"
        line = modules.line_of_symbols(module)
        yield Problem(f"snippets/{module}.py", line, 1, f"{message} NAME: meaning for each")


def is_letter(name: str) -> bool:
    """Whether a name is a letter that a reader asks about, and no instruction to the checker."""
    return is_symbol(name) and name != r"\nabla"
