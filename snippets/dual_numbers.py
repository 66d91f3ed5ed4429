"""Dual numbers: a value and its slopes in one number, under the rule ε² = 0.

    f(u + u̇ε) = f(u) + f'(u) u̇ε

u is a number, and u̇ its slope, or an array with one slope for each direction in which the inputs
may move. Plain NumPy code runs on duals as it stands, because NumPy turns exp(x) of an object x
into x.exp().

Source: the arithmetic, and the function x₀ (x₀ + x₁) + x₁², are in Wikipedia's article "Automatic
differentiation". The quotient example is the introductory one of A. Griewank, A. Walther,
Evaluating Derivatives, SIAM 2008.
"""

from functools import partialmethod, total_ordering, wraps
from numbers import Number

import numpy as np

from snippets.wengert_list import record

quiet = np.errstate(all="ignore")  # a dual that is not finite is refused, so no warning as well

# --8<-- [start:rules]
FUNCTIONS = {  # φ and φ'
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda u: 1 / u),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda u: -np.sin(u)),
    "tanh": (np.tanh, lambda u: 1 - np.tanh(u) ** 2),
    "sqrt": (np.sqrt, lambda u: 0.5 / np.sqrt(u)),
}


# --8<-- [end:rules]
def refuse_what_is_not_finite(dual, step="an input", *operands):
    """Raise ValueError for a value or slope that is nan or infinite; step has made it."""
    if not np.all(np.abs([dual.u, *np.ravel(dual.u_dot)]) < np.inf):
        made_by = f"{step} of {', '.join(map(str, operands))}" if operands else step
        raise ValueError(f"{made_by} is {dual}: move to where it has a finite value and slope")


def binary(rule):
    """The rule for two duals, also for a dual and a plain number, whose slopes are zero."""

    @quiet
    @wraps(rule)
    def operation(self, w):
        if isinstance(w, Number):
            w = Dual(w, 0 * self.u_dot)
        if not isinstance(w, Dual):
            return NotImplemented
        if np.shape(self.u_dot) != np.shape(w.u_dot):
            raise ValueError(f"{self} and {w} have unlike directions: seed all inputs at once")
        return Dual(*rule(self, w), rule.__name__.strip("_"), self, w)

    return operation


# --8<-- [start:class]
@total_ordering
class Dual:
    """The number u + u̇ε. u_dot: a slope, or an array with one per direction; origin: its step."""

    def __init__(self, u, u_dot, *origin):
        if not isinstance(u, Number):
            raise TypeError(f"a dual holds one number, not {u!r:.40}: make an array of duals")
        self.u = u
        self.u_dot = np.array(u_dot, float) if isinstance(u_dot, list | tuple) else u_dot
        refuse_what_is_not_finite(self, *origin)

    @binary
    def __add__(self, w):
        return self.u + w.u, self.u_dot + w.u_dot

    @binary
    def __mul__(self, w):
        return self.u * w.u, self.u_dot * w.u + self.u * w.u_dot

    @binary
    def __truediv__(self, w):
        if w.u == 0:
            raise ZeroDivisionError(f"({self}) / ({w}): a dual of value 0 has no inverse")
        q = self.u / w.u
        return q, (self.u_dot - q * w.u_dot) / w.u

    @quiet
    def apply(self, name):
        """A function of the table above."""
        phi, phi_prime = FUNCTIONS[name]
        return Dual(phi(self.u), phi_prime(self.u) * self.u_dot, name, self)

    @quiet
    def __pow__(self, k):
        if isinstance(k, Dual):
            return (k * self.log()).exp()
        slope = k * np.power(self.u, k - 1.0) if k else 0.0
        return Dual(np.power(self.u, float(k)), slope * self.u_dot, "power", self, k)

    # --8<-- [end:class]

    __radd__, __rmul__, __neg__ = __add__, __mul__, partialmethod(__mul__, -1)

    def __sub__(self, w):
        return self + -w

    def __rsub__(self, c):
        return -self + c

    def __rtruediv__(self, c):
        return Dual(c, 0 * self.u_dot) / self

    def __rpow__(self, c):
        return Dual(c, 0 * self.u_dot) ** self

    def __eq__(self, w):  # a branch asks for values only
        return self.u == getattr(w, "u", w)

    def __lt__(self, w):
        return self.u < getattr(w, "u", w)

    def __repr__(self):
        return f"{self.u} + {self.u_dot}ε"


for name in FUNCTIONS:
    setattr(Dual, name, partialmethod(Dual.apply, name))


def seeded(*x):
    """The inputs as duals, each moving in a direction of its own."""
    return [Dual(x_k, e_k) for x_k, e_k in zip(x, np.eye(len(x)), strict=True)]


def z(x_0, x_1):
    """Wikipedia's function of two inputs."""
    return x_0 * (x_0 + x_1) + x_1 * x_1


# --8<-- [start:quotient]
def quotient(x_0, x_1):
    """Plain NumPy: it does not know that it meets duals."""
    q = x_0 / x_1
    return (np.sin(q) + q - np.exp(x_1)) * (q - np.exp(x_1))


# --8<-- [end:quotient]


def f(x):
    """A function of one input that meets every rule."""
    q = np.sqrt(1 + x**3) / (2 - np.cos(3 * x))
    return np.exp(np.sin(2 * x)) * np.tanh(x / 2) - q + np.log(3 + x * x)


def one_unit_for_two(x):
    """The slip: d/dx of x · d/dy (x + y) with the same ε for x and y. The slope is 1, not this."""
    x = Dual(x, 1.0)
    inner = (x + Dual(1.0, 1.0)).u_dot
    return (x * inner).u_dot


def example():
    """Both functions of two inputs with their slopes, and the slip at x = 1."""
    wikipedia, griewank = z(*seeded(2.0, 3.0)), quotient(*seeded(1.5, 0.5))
    return {
        "z": wikipedia.u,
        "z_dot": wikipedia.u_dot,
        "quotient": griewank.u,
        "quotient_dot": griewank.u_dot,
        "one unit for two": one_unit_for_two(1.0),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    \varepsilon: the dual unit, whose square is zero
    u: the value of a dual number
    \dot u: its slope
    w: the value of another dual number
    \dot w: the slope of the other one
    q: the value of their quotient
    \dot q: the slope of their quotient
    f: a function of one input
    y: the value that f ends with, started on the first dual number
    \dot y: the slope that f ends with
    x: the two inputs
    z: a result that depends on both inputs
    \dot z: the slopes of z, one for each input, from a single run
    """
    if rng is None:
        one, other, x = Dual(1.5, 1.0), Dual(0.5, 2.0), [2.0, 3.0]
    else:
        one, other = (Dual(*rng.uniform(0.5, 2, size=2)) for _ in range(2))
        x = rng.uniform(-2, 2, size=2)
    q, y, z_dot = one / other, f(one), z(*seeded(*x)).u_dot
    x, result = record(lambda x: (x, z(*x)), np.array(x))
    numbers = {"u": one, "w": other, "q": q, "y": y}
    values = {name: dual.u for name, dual in numbers.items()}
    slopes = {rf"\dot {name}": dual.u_dot for name, dual in numbers.items()}
    both = {"x": x, "z": result, r"\dot z": z_dot}
    return values | slopes | both | {"f": f, r"\varepsilon": "dual unit"}


if __name__ == "__main__":
    numbers = example()
    print("value at (1.5, 0.5)  {quotient:9.4f}".format(**numbers))
    for k, slope in enumerate(numbers["quotient_dot"]):
        print(f"slope along x_{k}      {slope:9.4f}")
