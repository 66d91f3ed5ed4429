"""The functions that need no symbol, by their LaTeX names."""

from collections.abc import Callable

import numpy as np

from . import shapes

FUNCTIONS: dict[str, Callable[..., object]] = {
    r"\sin": np.sin,
    r"\cos": np.cos,
    r"\tan": np.tan,
    r"\sinh": np.sinh,
    r"\cosh": np.cosh,
    r"\tanh": np.tanh,
    r"\arctan": np.arctan,
    r"\exp": np.exp,
    r"\ln": np.log,
    r"\det": shapes.determinant,
    r"\operatorname{Im}": np.imag,
    r"\operatorname{Re}": np.real,
    r"\operatorname{diag}": shapes.diagonal,
    r"\operatorname{tr}": shapes.trace,
    r"\operatorname{sign}": np.sign,
    r"\operatorname{relu}": shapes.relu,
    r"\operatorname{softmax}": shapes.softmax,
}
"""Functions that need no symbol; a note may give one of these names its own meaning."""
