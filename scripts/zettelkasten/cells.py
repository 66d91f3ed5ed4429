"""Runs a cell of a lab, when the site is built and in the reader's browser."""

import ast
from typing import Any


def run_cell(code: str, file: str, names: dict[str, Any], line: int = 0) -> str:
    """Run a cell that begins below a line of a file; the figure of its last line, as SVG, or "".

    Another value of the last line is printed, as notebooks do.
    """
    tree = ast.parse("\n" * line + code, file)  # so that lines count from the top
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), names)
    value = last and eval(compile(ast.Expression(last.value), file, "eval"), names)
    if hasattr(value, "_repr_svg_"):
        return value._repr_svg_()
    if value is not None:
        print(repr(value))
    return ""
