"""LaTeX to MathML, so that formulas need no script."""

import re
from functools import lru_cache

from math_core import LatexError, LatexToMathML

_converter = LatexToMathML(fancy_error=False)


class FormulaError(ValueError):
    """LaTeX that cannot be shown. `offset` counts characters from the start of the formula."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@lru_cache(maxsize=4096)  # the same few symbols stand on every page
def mathml(latex: str, *, display: bool) -> str:
    """A `<math>` element. Raises `FormulaError` for LaTeX that does not convert."""
    if not latex.strip():
        raise FormulaError("this formula is empty", 0)
    try:
        return _converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        place, message = re.fullmatch(r"(\d+): (.*)", str(error), re.DOTALL).groups()
        raise FormulaError(f"LaTeX does not convert: {message}", int(place)) from None


def inline(latex: str, before: str = "", after: str = "") -> str:
    """A formula in running text, on one line with the punctuation around it.

    Browsers would break between the two. Raises `FormulaError`.
    """
    formula = mathml(latex, display=False)
    if not before + after:
        return formula
    return f'<span class="nb">{before}{formula}{after}</span>'
