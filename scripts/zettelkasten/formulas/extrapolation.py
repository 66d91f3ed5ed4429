"""Limits by extrapolation: a function at steps that are halved, continued to step zero."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from .shapes import RefusedError, Value

_LEVELS = 8
_ACCURACY = 1e-6
"""Largest relative difference between the last two estimates."""


def limit(f: Callable[[float], Value], to: float | None) -> Value:
    """Limit of a function at a place, from both sides, or at infinity when `to` is nothing.

    Raises `RefusedError` when the estimates do not settle, or the sides differ.
    """
    if to is None:
        return _neville([f(float(2 ** (level + 4))) for level in range(_LEVELS + 4)])
    steps = [0.1 * max(1.0, abs(to)) / 2**level for level in range(_LEVELS)]
    above = _neville([f(to + step) for step in steps])
    below = _neville([f(to - step) for step in steps])
    if not np.allclose(above, below, rtol=_ACCURACY, atol=_ACCURACY):
        raise RefusedError("this limit is not the same from both sides")
    return (above + below) / 2


def _neville(values: list[Value]) -> Value:
    """Polynomial through the values at steps 1, 1/2, 1/4, …, taken at zero.

    The estimate is the one that changed least, since late ones suffer from cancellation.
    """
    row, best, change = values, values[0], np.inf
    for order in range(1, len(values)):
        row = [later + (later - earlier) / (2**order - 1) for earlier, later in pairwise(row)]
        moved = float(np.max(np.abs(row[-1] - row[-2]))) if len(row) > 1 else np.inf
        if moved < change:
            best, change = row[-1], moved
    if not change <= _ACCURACY * max(1.0, float(np.max(np.abs(best)))):
        raise RefusedError("this limit does not settle")
    return best
