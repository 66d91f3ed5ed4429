"""The lowest point of a function, by Newton's method, or by ever smaller brackets.

Newton's method, with measured derivatives, is for smooth functions of any number of variables.
Where it finds nothing, a function of one variable may have its lowest point at a kink, which
brackets close in on.
"""

from collections.abc import Callable

import numpy as np

from .scene import OFFSETS, WEIGHTS
from .shapes import RefusedError, Value

_STEPS = 60
_FLAT = 1e-8
"""Size of a gradient that counts as none, relative to the function."""
_GOLDEN = (5**0.5 - 1) / 2


def minimum(f: Callable[[Value], float], start: Value) -> Value:
    """Where `f` is lowest near `start`, both of shape (n,). Raises `RefusedError` for none."""
    found = _newton(f, np.array(start, dtype=float))
    if found is None and len(start) == 1:
        found = _bracketed(f, float(start[0]))
    if found is None:
        raise RefusedError("no smallest value was found near the value of this symbol")
    return found


def _newton(f: Callable[[Value], float], x: Value) -> Value | None:
    """Where the gradient vanishes and the function curves upwards in every direction."""
    scale = abs(f(x))
    for _ in range(_STEPS):
        gradient, hessian = _gradient(f, x), _hessian(f, x)
        if not np.all(np.isfinite(gradient)) or not np.all(np.isfinite(hessian)):
            return None
        low = float(np.linalg.eigvalsh(hessian)[0])
        if np.max(np.abs(gradient)) <= _FLAT * max(scale, abs(f(x))) and low > 0:
            return x - np.linalg.solve(hessian, gradient)
        curve = float(np.max(np.abs(hessian))) or 1.0
        lift = max(0.0, 1e-6 * curve - 1.5 * low)
        step = np.linalg.solve(hessian + lift * np.eye(len(x)), gradient)
        length = 1.0
        while not f(x - length * step) < f(x):
            length /= 2
            if length < 1e-9:
                return None
        x = x - length * step
    return None


def _gradient(f: Callable[[Value], float], x: Value) -> Value:
    gradient = np.empty(len(x))
    for place, entry in enumerate(x):
        h = 1e-3 * max(1.0, abs(entry))
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


def _bracketed(f: Callable[[Value], float], x: float) -> Value | None:
    """The lowest point between two higher ones, by golden sections."""

    def at(place: float) -> float:
        return f(np.array([place]))

    width = max(1.0, abs(x)) / 4
    while not at(x - width) > at(x) < at(x + width):
        x, width = min((x - width, x, x + width), key=at), 1.5 * width
        if width > 1e6:
            return None
    low, high = x - width, x + width
    for _ in range(100):
        one, two = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, two) if at(one) < at(two) else (one, high)
    return np.array([(low + high) / 2])
