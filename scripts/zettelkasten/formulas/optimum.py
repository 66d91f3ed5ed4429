"""The lowest point of a smooth function, by Newton's method with measured derivatives."""

from collections.abc import Callable

import numpy as np

from .scene import OFFSETS, WEIGHTS
from .shapes import RefusedError, Value

_STEPS = 100
_FLAT = 1e-8
"""Relative size of a gradient that counts as none."""


def minimum(f: Callable[[Value], float], start: Value) -> Value:
    """Where `f` is lowest near `start`, both of shape (n,).

    Raises `RefusedError` when no point with a vanishing gradient is found below which the function
    curves upwards in every direction.
    """
    x = np.array(start, dtype=float)
    for _ in range(_STEPS):
        gradient, hessian = _gradient(f, x), _hessian(f, x)
        if not np.all(np.isfinite(gradient)) or not np.all(np.isfinite(hessian)):
            break
        low = float(np.linalg.eigvalsh(hessian)[0])
        if np.max(np.abs(gradient)) <= _FLAT * max(1.0, abs(f(x))) and low > 0:
            return x - np.linalg.solve(hessian, gradient)
        lift = max(0.0, 1e-6 - 1.5 * low)
        step = np.linalg.solve(hessian + lift * np.eye(len(x)), gradient)
        length = 1.0
        while not f(x - length * step) < f(x) and length > 1e-9:
            length /= 2
        x = x - length * step
    raise RefusedError("no smallest value was found near the value of this symbol")


def _gradient(f: Callable[[Value], float], x: Value, step: float = 1e-3) -> Value:
    gradient = np.empty(len(x))
    for place, entry in enumerate(x):
        h = step * max(1.0, abs(entry))
        unit = np.eye(len(x))[place] * h
        pairs = zip(OFFSETS, WEIGHTS, strict=True)
        gradient[place] = sum(weight * f(x + offset * unit) for offset, weight in pairs) / h
    return gradient


def _hessian(f: Callable[[Value], float], x: Value) -> Value:
    hessian = np.empty((len(x), len(x)))
    for place, entry in enumerate(x):
        h = 1e-3 * max(1.0, abs(entry))
        unit = np.eye(len(x))[place] * h
        hessian[place] = (_gradient(f, x + unit) - _gradient(f, x - unit)) / (2 * h)
    return (hessian + hessian.T) / 2
