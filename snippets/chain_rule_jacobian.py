"""Chain rule for Jacobians: stages in a row multiply theirs, the last one on the left.

    J = J⁽ᴸ⁾ J⁽ᴸ⁻¹⁾ ⋯ J⁽¹⁾      J⁽ˡ⁾ is (n_l, n_{l-1}), and so J is (n_L, n_0)

Brackets decide how many multiplications it takes: an (m, k) matrix times a (k, n) one takes m k n.
Stage l is a⁽ˡ⁾ = tanh(W⁽ˡ⁾ a⁽ˡ⁻¹⁾), all columns, a⁽⁰⁾ = x.

Source: finding brackets by trying every last product is the textbook method for chains of matrices;
the stages are ours.
"""

from functools import cache
from operator import itemgetter

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:stages]
def stage(W, a):
    """What one stage gives, (n_l, 1)."""
    return np.tanh(W @ a)


def stage_jacobian(W, a):
    """Its Jacobian at a, (n_l, n_{l-1}): each row of W times the slope of its output."""
    return (1 - stage(W, a) ** 2) * W


# --8<-- [end:stages]


# --8<-- [start:brackets]
def product(J, brackets):
    """The product and its multiplications; (3, (2, 1)) is J[3] (J[2] J[1])."""
    if isinstance(brackets, int):
        return J[brackets], 0
    (A, before), (B, beside) = (product(J, part) for part in brackets)
    return A @ B, before + beside + A.size * B.shape[1]


def forward(L):
    """From the inputs on: (3, (2, 1))."""
    brackets = 1
    for next_stage in range(2, L + 1):
        brackets = next_stage, brackets
    return brackets


def reverse(L):
    """From the outputs back: ((3, 2), 1)."""
    brackets = L
    for next_stage in reversed(range(1, L)):
        brackets = brackets, next_stage
    return brackets


# --8<-- [end:brackets]


# --8<-- [start:cheapest]
def cheapest(n):
    """The least multiplications for widths n, and the brackets."""

    @cache
    def best(first, last):
        if first == last:
            return 0, first
        return min((split(first, k, last) for k in range(first, last)), key=itemgetter(0))

    def split(first, k, last):
        """Cost where stages above k meet those up to k at last."""
        above, left = best(k + 1, last)
        below, right = best(first, k)
        return above + below + n[last] * n[k] * n[first - 1], (left, right)

    return best(1, len(n) - 1)


# --8<-- [end:cheapest]


def activations(weights, x):
    """Columns a⁽⁰⁾ to a⁽ᴸ⁾."""
    found = [x]
    for W in weights:
        found.append(stage(W, found[-1]))
    return found


def stage_jacobians(weights, x):
    """J⁽ˡ⁾ by l, counted from 1."""
    inputs = activations(weights, x)
    return {i: stage_jacobian(W, inputs[i - 1]) for i, W in enumerate(weights, 1)}


def random_weights(n, rng):
    """One matrix for each stage, for the widths n."""
    return [rng.normal(size=shape) for shape in zip(n[1:], n, strict=False)]


def costs(n):
    """Multiplications for widths n: forward, reverse, and the least."""
    J = {i: np.ones(shape) for i, shape in enumerate(zip(n[1:], n, strict=False), 1)}
    count = len(J)
    return product(J, forward(count))[1], product(J, reverse(count))[1], cheapest(n)[0]


def wrong_order_error():
    """Relative error of the product with the first stage on the left, where all are 3 wide."""
    rng = np.random.default_rng(0)
    J = stage_jacobians(random_weights([3, 3, 3], rng), rng.normal(size=(3, 1)))
    return np.linalg.norm(J[1] @ J[2] - J[2] @ J[1]) / np.linalg.norm(J[2] @ J[1])


def example():
    """Multiplications for three rows of widths, and how far off the wrong order is."""
    rows = {
        "many in, one out": (100, 100, 100, 100, 100, 100, 1),
        "one in, many out": (1, 100, 100, 100, 100, 100, 100),
        "narrow in the middle": (50, 40, 1, 40, 50),
    }
    return {
        "widths": rows,
        "costs": {name: costs(n) for name, n in rows.items()},
        "forward_over_reverse": np.divide(*costs(rows["many in, one out"])[:2]),
        "brackets": cheapest(rows["narrow in the middle"])[1],
        "wrong_order": wrong_order_error(),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: the number of stages
    n_l: how many numbers stage l gives; n_0 is the number of inputs
    a: what each stage gives, a column; that of stage 0 are the inputs
    x: the inputs, a column
    y: the outputs, a column
    J: the Jacobian of each stage, as `stage_jacobian` finds it, (n_l, n_{l-1})
    F: the multiplications that `product` counts from the inputs on
    R: the multiplications that `product` counts from the outputs back
    """
    widths, rng = ([2, 4, 3, 5], np.random.default_rng(1)) if rng is None else ([3, 5, 2, 4], rng)
    weights, x = random_weights(widths, rng), rng.normal(size=(widths[0], 1))
    L, by_stage = len(weights), stage_jacobians(weights, x)
    counts = {
        name: product(by_stage, way(L))[1] for name, way in {"F": forward, "R": reverse}.items()
    }
    a = record(lambda x: activations(weights, x), x)
    run = {"L": L, "n_l": dict(enumerate(widths)), "a": dict(enumerate(a)), "x": a[0], "y": a[-1]}
    return run | {"J": by_stage} | counts


if __name__ == "__main__":
    numbers = example()
    print("                       forward   reverse     least")
    for name, (forwards, reverses, least) in numbers["costs"].items():
        print(f"{name:<20} {forwards:9,} {reverses:9,} {least:9,}")
    print("the least for the last row:", numbers["brackets"])
