"""Numerical differentiation: the slope of a function from its values at nearby places.

    forward   (f(x + h) - f(x)) / h          = f'(x) + h/2 f''(x) + O(h²)
    central   (f(x + h) - f(x - h)) / 2h     = f'(x) + h²/6 f'''(x) + O(h⁴)

A long step cuts off the bend of f, a short one divides the rounding of f by a small h. With ε for
the relative rounding of a value, |f| ≤ F and M for a bound of f'' (forward) or f''' (central):

    forward   h/2 M + 2εF/h    least at  h = 2 (εF/M)^(1/2)
    central   h²/6 M + εF/h    least at  h = (3εF/M)^(1/3)

x is a number, or an array of n entries whose partial derivatives are wanted.
"""

from functools import partial

import numpy as np

EPS = float(np.finfo(float).eps)  # from 1 to the next number: no rounding is larger, beside 1


# --8<-- [start:differences]
def forward_difference(f, x, h):
    """f'(x) from one side; the error shrinks like h."""
    right = x + h
    return (f(right) - f(x)) / (right - x)


def central_difference(f, x, h):
    """f'(x) from both sides; the error shrinks like h²."""
    left, right = x - h, x + h
    return (f(right) - f(left)) / (right - left)


# --8<-- [end:differences]


def divided_by_the_wish(f, x, h):
    """The common slip: h was asked for, but x + h has been rounded, so another step was taken."""
    return (f(x + h) - f(x)) / h


# --8<-- [start:bounds]
def forward_bound(h, F, M, eps=EPS):
    """How far off a forward difference may be; M bounds |f''|."""
    return h / 2 * M + 2 * eps * F / h


def central_bound(h, F, M, eps=EPS):
    """How far off a central difference may be; M bounds |f'''|."""
    return h**2 / 6 * M + eps * F / h


def best_forward_step(F, M, eps=EPS):
    """Where `forward_bound` is least."""
    return 2 * (eps * F / M) ** (1 / 2)


def best_central_step(F, M, eps=EPS):
    """Where `central_bound` is least."""
    return (3 * eps * F / M) ** (1 / 3)


# --8<-- [end:bounds]


# --8<-- [start:gradients]
def nudged(x, k, h):
    """A copy of x with h added to entry k."""
    there = np.array(x)
    there[k] += h
    return there


def forward_gradient(f, x, h):
    """All slopes at x, in its shape: n + 1 calls of f."""
    g, here = np.empty(x.shape), f(x)
    for k in np.ndindex(x.shape):
        right = nudged(x, k, h)
        g[k] = (f(right) - here) / (right[k] - x[k])
    return g


def central_gradient(f, x, h):
    """The same from both sides: 2 n calls of f."""
    g = np.empty(x.shape)
    for k in np.ndindex(x.shape):
        left, right = nudged(x, k, -h), nudged(x, k, h)
        g[k] = (f(right) - f(left)) / (right[k] - left[k])
    return g


# --8<-- [end:gradients]


def calls(gradient, f, x, h):
    """How often a gradient by differences calls f."""
    places = []

    def counted(x):
        places.append(x)
        return f(x)

    gradient(counted, x, h)
    return len(places)


# Five values a step apart: weights for the slope at the middle one, and at the first one.
MIDDLE, FIRST = np.array([1, -8, 0, 8, -1]), np.array([-25, 48, -36, 16, -3])


def largest(values):
    """The largest size of a finite entry."""
    return np.max(np.abs(values), initial=0.0, where=np.isfinite(values))


def five_points(f, h):
    """f'(0) and how far off it is, both (m,); then noise and rise of the largest entry."""
    ys = np.array([f(k * h) for k in range(-4, 5)]) / (12 * h)
    middle, right, left = MIDDLE @ ys[2:7], FIRST @ ys[4:], -(FIRST @ ys[4::-1])
    gap = np.maximum(np.abs(right - middle), np.abs(left - middle))
    noise = 5e-14 * np.abs(ys).max(axis=0)
    return middle, 2 * gap + noise, 2 * largest(noise), largest(ys - ys[4])


def steps(size):
    """Ever shorter ones, first beside 1 if `size` is less. As powers of two, k h is exact."""
    scales = [2.0 ** np.ceil(np.log2(scale)) for scale in (max(size, 1.0), size or 1.0)]
    return [scale * 2.0**-power for scale in scales for power in range(12, 28, 3)]


def difference(f, size):
    """f'(0) and a bound of its error, in the shape of f(0), (m,), where no good step is known.

    h shrinks until the slopes of both sides agree. At a kink they never do, and the slope is nan.
    size: how large the quantity is that moves; h is small beside it.
    """
    found, bound = np.full((2, f(0.0).size), [[np.nan], [np.inf]])
    for h in steps(size):
        slope, off, noise, rise = five_points(f, h)
        found, bound = np.where(off < bound, [slope, off], [found, bound])
        if (bound <= noise + 1e-9 * rise).all():
            break
    return np.where(bound <= noise + 1e-4 * rise, found, np.nan), bound


def f(x):
    """The sine: it and all its derivatives are at most 1."""
    return np.sin(x)


def worst_error(difference, h):
    """The largest error at 1001 places from 0 to 2; at a single one, errors may cancel."""
    x = np.linspace(0, 2, 1001)
    return np.max(np.abs(difference(f, x, h) - np.cos(x)))


def example():
    """Errors and bounds by step, the best steps, calls for 1000 entries, the slip at x = 1000."""
    h, x, many = 10.0 ** -np.arange(2, 15, 2), 1000.0, np.linspace(0, 1, 1000)
    h_1, h_2 = best_forward_step(1, 1), best_central_step(1, 1)
    return {
        "eps": EPS,
        "h": h,
        "forward": [worst_error(forward_difference, step) for step in h],
        "forward_bound": forward_bound(h, 1, 1),
        "central": [worst_error(central_difference, step) for step in h],
        "central_bound": central_bound(h, 1, 1),
        "best_steps": [h_1, h_2],
        "best_bounds": [forward_bound(h_1, 1, 1), central_bound(h_2, 1, 1)],
        "forward_calls": calls(forward_gradient, total, many, h_1),
        "central_calls": calls(central_gradient, total, many, h_2),
        "step_taken": (x + 1e-8) - x,
        "error_by_the_step_taken": abs(forward_difference(f, x, 1e-8) - np.cos(x)),
        "error_by_the_wish": abs(divided_by_the_wish(f, x, 1e-8) - np.cos(x)),
    }


def total(x):
    """A number that depends on all entries of x."""
    return np.sum(f(x))


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: the function, the sine
    x: where its slope is wanted
    h: the step
    D: what a difference gives with a step, D_1 forward and D_2 central
    \varepsilon: the relative rounding error of a value of f, at most
    F: a bound of the size of f
    M: a bound of its second derivative, M_2, and of its third, M_3
    E: how far off a difference may be with a step, E_1 forward and E_2 central
    h^\ast: the step with which that is least, forward and central
    n: how many entries a gradient has
    c: how often f is called for it, c_1 with forward and c_2 with central differences
    """
    x, eps, F, M_2, M_3, n = 1.0, EPS, 1.0, 1.0, 1.0, 1000
    if rng is not None:
        x, eps, F, M_2, M_3, n = *rng.uniform([-1, 0.01, 1, 1, 3], [1, 0.1, 3, 3, 5]), 7
    ways = {1: forward_difference, 2: central_difference}
    bounds = {1: partial(forward_bound, F=F, M=M_2, eps=eps)}
    bounds[2] = partial(central_bound, F=F, M=M_3, eps=eps)
    gradients = {1: forward_gradient, 2: central_gradient}
    return {
        "f": f,
        "x": x,
        "h": 0.1,
        "D": {i: partial(way, f, x) for i, way in ways.items()},
        r"\varepsilon": eps,
        "F": F,
        "M": {2: M_2, 3: M_3},
        "E": bounds,
        r"h^\ast": {1: best_forward_step(F, M_2, eps), 2: best_central_step(F, M_3, eps)},
        "n": n,
        "c": {i: calls(gradient, total, np.ones(n), 1e-6) for i, gradient in gradients.items()},
    }


if __name__ == "__main__":
    numbers = example()
    names = ["h", "forward", "forward_bound", "central", "central_bound"]
    print("         forward            central")
    print("step     error    bound     error    bound")
    for row in zip(*(numbers[name] for name in names), strict=True):
        print("{:.0e}    {:.0e}    {:.0e}     {:.0e}    {:.0e}".format(*row))
