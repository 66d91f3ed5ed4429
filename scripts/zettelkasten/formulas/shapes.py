"""Arithmetic with strict shapes: numbers, columns and matrices, nothing broadcast.

Most slips in a formula are slips of shape, so this strictness is what finds them. A number has
shape (), a column (n, 1), a matrix (m, n); a row is a transposed column.
"""

from typing import Any

import numpy as np

Value = np.ndarray[Any, Any]


class RefusedError(ValueError):
    """A formula that cannot be evaluated as it stands. `at` is an offset in its LaTeX, or -1."""

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.at = at


def as_value(thing: object) -> Value:
    """A number, column or matrix. Flat arrays become columns, and a 1 x 1 matrix a number."""
    value = np.asarray(thing)
    if value.dtype == object or value.ndim > 2:
        raise RefusedError(f"{type(thing).__name__} is no number, column or matrix")
    if value.dtype.kind not in "fc":
        value = value.astype(float)
    if value.ndim == 1:
        value = value[:, np.newaxis]
    return value.reshape(()) if value.shape == (1, 1) else value


def describe(value: Value) -> str:
    """A shape in words."""
    if value.shape == ():
        return "a number"
    rows, columns = value.shape
    return f"a column of {rows}" if columns == 1 else f"a {rows} x {columns} matrix"


def add(a: Value, b: Value) -> Value:
    """The sum of two values of one shape."""
    if a.shape != b.shape:
        raise RefusedError(f"{describe(a)} and {describe(b)} cannot be added")
    return a + b


def multiply(a: Value, b: Value) -> Value:
    """A number times anything, or a product of matrices whose inner sizes agree."""
    if a.shape == () or b.shape == ():
        return a * b
    if a.shape[1] != b.shape[0]:
        raise RefusedError(f"{describe(a)} and {describe(b)} cannot be multiplied")
    return as_value(a @ b)


def hadamard(a: Value, b: Value) -> Value:
    """The entrywise product of two columns or matrices of one shape."""
    if a.shape == () or a.shape != b.shape:
        raise RefusedError(f"⊙ needs two arrays of one shape, not {describe(a)} and {describe(b)}")
    return a * b


def divide(a: Value, b: Value) -> Value:
    """Anything by a number that is not zero."""
    if b.shape != ():
        raise RefusedError(f"{describe(b)} cannot divide")
    if b == 0:
        raise RefusedError("division by zero")
    return a / b


def transpose(a: Value) -> Value:
    """Rows for columns."""
    if a.shape == ():
        raise RefusedError("a number has no transpose")
    return a.T


def power(a: Value, b: Value) -> Value:
    """A number to the power of a number; a square matrix to a whole one."""
    if b.shape != ():
        raise RefusedError(f"{describe(b)} cannot be an exponent")
    if a.shape == ():
        if a.imag == 0 and a.real < 0 and b != int(b.real):
            raise RefusedError("a negative number has no such power")
        return np.power(a, b)
    if a.shape[0] != a.shape[1] or b != int(b.real):
        raise RefusedError(f"{describe(a)} has no such power: write ⊙ for entries")
    return np.linalg.matrix_power(a, int(b.real))
