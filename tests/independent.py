"""Derivatives that owe nothing to the code under test.

The complex step has no cancellation, so it is exact to rounding wherever the function accepts
complex input. W. Squire, G. Trapp, SIAM Review 40(1), 1998.
"""

from collections.abc import Callable

import numpy as np

STEP = 1e-30


def complex_step(f: Callable[[np.ndarray], complex], x: np.ndarray) -> np.ndarray:
    """Gradient of a scalar function `f` at the array `x`, in the shape of `x`."""
    x = np.asarray(x, dtype=complex)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[index] += 1j * STEP
        gradient[index] = np.imag(f(nudged)) / STEP
    return gradient


def complex_step_jacobian(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Jacobian of a vector function `f` at the vector `x`: shape (outputs, inputs)."""
    x = np.asarray(x, dtype=complex)
    columns = []
    for k in range(x.size):
        nudged = x.copy()
        nudged.flat[k] += 1j * STEP
        columns.append(np.imag(np.ravel(f(nudged))) / STEP)
    return np.stack(columns, axis=1)
