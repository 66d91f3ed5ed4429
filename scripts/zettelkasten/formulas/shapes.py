"""Arithmetic with strict shapes: numbers, columns and matrices, nothing broadcast.

Most slips in a formula are slips of shape, so this strictness is what finds them. A number has
shape (), a column (n, 1), a matrix (m, n); a row is a transposed column. Only `I` and the column of
ones take the size of what they stand beside.
"""

from dataclasses import dataclass, replace
from math import comb, factorial
from typing import Any

import numpy as np

Value = np.ndarray[Any, Any]
_LARGEST_FACTORIAL = 170
"""Of the next one the factorial is no floating-point number."""


class RefusedError(ValueError):
    """A formula that cannot be evaluated as it stands. `at` is an offset in its LaTeX, or -1."""

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class Fitting:
    """A matrix that takes the size that fits: `core` repeated along free axes, plus a times `I`."""

    core: Value
    free: tuple[bool, bool]
    diagonal: Value | float = 0.0
    shape = (None, None)

    @property
    def is_square(self) -> bool:
        """Whether it is as high as it is wide, as any multiple of `I` makes it."""
        return bool(self.diagonal != 0)

    def fitted(self, shape: tuple[int, ...]) -> Value:
        """The matrix in this shape. Raises `RefusedError` when there is none."""
        sizes = zip(self.free, self.core.shape, shape, strict=False)
        fits = len(shape) == 2 and all(free or size == wanted for free, size, wanted in sizes)
        if not fits or (self.is_square and shape[0] != shape[1]):
            raise RefusedError("I or a column of ones does not fit here")
        return np.broadcast_to(self.core, shape) + self.diagonal * np.eye(*shape)

    def scaled(self, number: Value) -> "Fitting":
        """The same times a number."""
        return replace(self, core=number * self.core, diagonal=number * self.diagonal)

    def towards(self, axis: int, size: int | None) -> Value:
        """The core with one axis at its full size. Raises `RefusedError` when nothing gives it."""
        if not self.free[axis]:
            return self.core
        if size is None or size == 1:  # a single one is a number
            raise RefusedError("nothing says how long this column of ones is")
        return np.repeat(self.core, size, axis=axis)


IDENTITY = Fitting(np.zeros((1, 1)), (True, True), 1.0)
ONES = Fitting(np.ones((1, 1)), (True, False))


def as_value(thing: object) -> Value:
    """A number, column or matrix. Flat arrays become columns, and a 1 x 1 matrix a number."""
    if isinstance(thing, Fitting):
        return thing
    value = np.asarray(thing)
    if value.dtype == object or value.ndim > 2:
        raise RefusedError(f"{type(thing).__name__} is no number, column or matrix")
    if value.dtype.kind not in "fc":
        value = value.astype(float)
    if value.ndim == 1:
        value = value[:, np.newaxis]
    return value.reshape(()) if value.shape == (1, 1) else value


def agreeing(a: Value, b: Value) -> tuple[Value, Value]:
    """Both values, the one that takes any size in that of the other."""
    if isinstance(a, Fitting) and isinstance(b, Fitting):
        raise RefusedError("nothing says what size these have")
    if isinstance(a, Fitting):
        return a.fitted(b.shape), b
    return a, b.fitted(a.shape) if isinstance(b, Fitting) else b


def describe(value: Value) -> str:
    """A shape in words."""
    if isinstance(value, Fitting):
        return "a matrix of any size"
    if value.shape == ():
        return "a number"
    rows, columns = value.shape
    return f"a column of {rows}" if columns == 1 else f"a {rows} x {columns} matrix"


def add(a: Value, b: Value) -> Value:
    """The sum of two values of one shape."""
    if isinstance(a, Fitting) and isinstance(b, Fitting) and a.free == b.free:
        return replace(a, core=a.core + b.core, diagonal=a.diagonal + b.diagonal)
    a, b = agreeing(a, b)
    if a.shape != b.shape:
        raise RefusedError(f"{describe(a)} and {describe(b)} cannot be added")
    return a + b


def multiply(a: Value, b: Value) -> Value:
    """A number times anything, or a product of matrices whose inner sizes agree."""
    if a.shape == () or b.shape == ():
        return _scaled(a, b) if a.shape == () else _scaled(b, a)
    if isinstance(a, Fitting) or isinstance(b, Fitting):
        return _fitting_product(a, b)
    if a.shape[1] != b.shape[0]:
        raise RefusedError(f"{describe(a)} and {describe(b)} cannot be multiplied")
    return as_value(a @ b)


def _scaled(number: Value, a: Value) -> Value:
    return a.scaled(number) if isinstance(a, Fitting) else number * a


def _fitting_product(a: Value, b: Value) -> Value:
    """A product in which at least one matrix takes the size that fits."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Fitting) and one.is_square:
            if not np.any(one.core):
                return _scaled(one.diagonal, other)
            size = other.shape[0 if one is a else 1]
            if size is None:
                raise RefusedError("nothing says what size these matrices have")
            square = one.fitted((size, size))
            return multiply(square, b) if one is a else multiply(a, square)
    left = a if isinstance(a, Fitting) else Fitting(a, (False, False))
    right = b if isinstance(b, Fitting) else Fitting(b, (False, False))
    one = left.towards(1, None if right.free[0] else right.core.shape[0])
    two = right.towards(0, None if left.free[1] else one.shape[1])
    if one.shape[1] != two.shape[0]:
        raise RefusedError(f"{describe(a)} and {describe(b)} cannot be multiplied")
    free = left.free[0], right.free[1]
    product = one @ two
    return Fitting(product, free) if any(free) else as_value(product)


def hadamard(a: Value, b: Value) -> Value:
    """The entrywise product of two columns or matrices of one shape."""
    a, b = agreeing(a, b)
    if a.shape == () or a.shape != b.shape:
        raise RefusedError(f"⊙ needs two arrays of one shape, not {describe(a)} and {describe(b)}")
    return a * b


def divide(a: Value, b: Value) -> Value:
    """Anything by a number that is not zero."""
    if b.shape != ():
        raise RefusedError(f"{describe(b)} cannot divide")
    if b == 0:
        raise RefusedError("division by zero")
    return _scaled(1 / b, a) if isinstance(a, Fitting) else a / b


def transpose(a: Value) -> Value:
    """Rows for columns."""
    if a.shape == ():
        raise RefusedError("a number has no transpose")
    if isinstance(a, Fitting):
        return replace(a, core=a.core.T, free=a.free[::-1])
    return a.T


def power(a: Value, b: Value) -> Value:
    """A number to the power of a number; a square matrix to a whole one."""
    if b.shape != ():
        raise RefusedError(f"{describe(b)} cannot be an exponent")
    if a.shape == ():
        if a.imag == 0 and a.real < 0 and b != int(b.real):
            raise RefusedError("a negative number has no such power")
        return np.power(a, b)
    if isinstance(a, Fitting) or a.shape[0] != a.shape[1] or b != int(b.real):
        raise RefusedError(f"{describe(a)} has no such power: write ⊙ for entries")
    return np.linalg.matrix_power(a, int(b.real))


def inverse_transpose(a: Value) -> Value:
    """The transpose of a square matrix's inverse."""
    return transpose(power(a, as_value(-1)))


def determinant(a: Value) -> Value:
    """Determinant of a square matrix."""
    return np.linalg.det(_square(a))


def trace(a: Value) -> Value:
    """Sum of a square matrix's diagonal."""
    return np.trace(_square(a))


def _square(a: Value) -> Value:
    if a.shape == () or a.shape[0] != a.shape[1]:
        raise RefusedError(f"{describe(a)} is not square")
    return a


def diagonal(a: Value) -> Value:
    """The square matrix with a column on its diagonal."""
    if a.shape == () or a.shape[1] != 1:
        raise RefusedError(f"{describe(a)} has no diagonal matrix: it takes a column")
    return np.diag(a[:, 0])


def relu(a: Value) -> Value:
    """What is positive, entry by entry, and 0 elsewhere."""
    return np.where(np.real(a) > 0, a, 0.0)


def softmax(a: Value) -> Value:
    """Exponentials of a column's entries, divided by their sum."""
    if a.shape == () or a.shape[1] != 1:
        raise RefusedError(f"softmax takes a column, not {describe(a)}")
    powers = np.exp(a - np.max(np.real(a)))
    return powers / np.sum(powers)


def _one_norm(a: Value) -> Value:
    return np.max(np.sum(np.abs(a), axis=0)) if a.shape else np.abs(a)


NORMS = {
    "1": _one_norm,
    "2": lambda a: np.linalg.norm(a, 2),
    "F": np.linalg.norm,
    r"\infty": lambda a: np.linalg.norm(a, np.inf),
}
"""Norms by what stands below their bars; of columns and matrices, as is usual."""


def number(value: Value, what: str) -> int:
    """A whole number, for an index or a bound."""
    if value.shape != () or value != round(float(value.real)):
        raise RefusedError(f"{what} must be a whole number")
    return round(float(value.real))


def factorial_of(n: Value) -> Value:
    """The product of the numbers up to a whole number."""
    return as_value(factorial(_small(number(n, "what stands before !"))))


def binomial(n: Value, k: Value) -> Value:
    """The number of ways to choose k of n, for whole numbers."""
    return as_value(comb(_small(number(n, "n")), _small(number(k, "k"))))


def _small(n: int) -> int:
    if n > _LARGEST_FACTORIAL:
        raise RefusedError(f"{n} is too large here")
    return n


def two_norm(x: Value) -> Value:
    """Length of a column; smooth, so that it can be differentiated."""
    if x.shape != () and x.shape[1] != 1:
        raise RefusedError(r"say which norm of a matrix: \rVert_2 or \rVert_F")
    return np.sqrt(np.sum(x * x))
