"""What a module says of its symbols: the lines `NAME: meaning` in the docstring of `symbols`."""

import ast
import re
from collections.abc import Iterator

from .formulas.verdict import is_symbol, symbol_name
from .modules import Modules
from .problem import Problem

_LINE = re.compile(r"(?P<name>\S[^:]*): (?P<meaning>.+)")


def meanings(modules: Modules, module: str) -> dict[str, str]:
    """What a module says of its symbols, by name. Empty for a module that cannot be read."""
    try:
        tree = ast.parse(modules.path(module).read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):  # reported where the module is run
        return {}
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "symbols":
            last = ""
            for line in (ast.get_docstring(node) or "").splitlines():
                if match := _LINE.fullmatch(line):
                    last = symbol_name(match["name"])
                    found[last] = match["meaning"]
                elif last and line.strip():
                    found[last] += f" {line.strip()}"
                else:
                    last = ""
    return found


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
