"""Cheap gradient principle: all slopes of a number cost a small multiple of the number itself.

    operations for y and ∂y/∂x₀, …, ∂y/∂xₙ₋₁   ≤   5 · operations for y      if these are + - × ÷

A program is a list of steps (op, j, k): step i computes vᵢ = vⱼ op vₖ, all numbers. The first n
values are the inputs x. Operations are counted while they run.

Source: W. Baur, V. Strassen, Theoretical Computer Science 22, 1983, for 3 in the place of 5 where
only multiplications and divisions count; the count of 5 is made here.
"""

import numpy as np

from snippets.wengert_list import WengertList, record

# --8<-- [start:sweep]
OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def evaluate(program, x):
    """All values: the inputs, then one for each step."""
    v = list(x)
    for op, j, k in program:
        v.append(OPERATIONS[op](v[j], v[k]))
    return v


def hand_back(op, v, v_bar, i, j, k):
    """Add to the adjoints of j and k what step i returns to them."""
    y_bar = v_bar[i]
    if op == "*":
        v_bar[j] += y_bar * v[k]
        v_bar[k] += y_bar * v[j]
    elif op == "/":
        y_bar = y_bar / v[k]
        v_bar[j] += y_bar
        v_bar[k] -= y_bar * v[i]
    else:  # a sum or a difference
        v_bar[j] += y_bar
        v_bar[k] = OPERATIONS[op](v_bar[k], y_bar)


def value_and_grad(program, x):
    """The last value and its slope by every input: one run, one sweep."""
    v = evaluate(program, x)
    v_bar = [0.0] * (len(v) - 1) + [1.0]
    for i, (op, j, k) in reversed([*enumerate(program, len(x))]):
        hand_back(op, v, v_bar, i, j, k)
    return v[-1], v_bar[: len(x)]


# --8<-- [end:sweep]


def differences(program, x, h=1e-6):
    """The same slopes, measured: a run for each input."""
    y, slopes = evaluate(program, x)[-1], []
    for j in range(len(x)):
        nudged = [*x[:j], x[j] + h, *x[j + 1 :]]
        slopes.append((evaluate(program, nudged)[-1] - y) / h)
    return y, slopes


# --8<-- [start:counts]
def operations(way, program, x):
    """The arithmetic operations of way(program, x), as they are recorded."""
    tape = WengertList()
    way(program, [tape.input(entry) for entry in x])
    return [v.function for v in tape.steps if v.function]


def product(n):
    """The program of x₀ x₁ ⋯ xₙ₋₁: one multiplication for each further factor."""
    return [("*", 0, 1)] + [("*", n + i, i + 2) for i in range(n - 2)]


def counts(program, x):
    """Operations for the value, for value and gradient, and for differences."""
    ways = (evaluate, value_and_grad, differences)
    return [len(operations(way, program, x)) for way in ways]


# --8<-- [end:counts]


def multiplications(way, program, x):
    """How many operations of a way are multiplications or divisions."""
    done = operations(way, program, x)
    return sum(function in (np.multiply, np.divide) for function in done)


def random_program(rng, n, steps):
    """Steps on n inputs; each uses the value before it, and an input."""
    ops = rng.choice(list(OPERATIONS), size=steps)
    return [(str(op), n + i - 1, int(rng.integers(n))) for i, op in enumerate(ops)]


def example():
    """Gradient of a product of five, and counts for 2, 10 and 100 factors."""
    x = np.arange(1.0, 6.0)
    y, gradient = value_and_grad(product(5), x)
    many = {n: counts(product(n), np.ones(n)) for n in (2, 10, 100)}
    return {
        "x": x,
        "y": y,
        "gradient": gradient,
        "with a zero": value_and_grad(product(3), [1.0, 0.0, 3.0])[1],
        "counts": many,
        "ratios": {
            n: [gradient / run, by_runs / run] for n, (run, gradient, by_runs) in many.items()
        },
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    n: how many factors the product has
    x: the factors, a column of n numbers
    y: their product
    \bar x: its slope by each factor, as one sweep finds them, a column of n numbers
    N: the operations that are counted for the product
    G: the operations that are counted for the product and all its slopes
    D: the operations that are counted if differences measure the slopes
    S: the operations of some program
    T: the operations of that program and its sweep together
    P: the multiplications and divisions of that program
    M: the multiplications and divisions of that program and its sweep together
    """
    x = np.arange(1.0, 6.0) if rng is None else rng.uniform(0.5, 2, size=rng.integers(3, 9))
    n, of_product = x.size, product(x.size)
    program = of_product if rng is None else random_program(rng, n, steps=12)
    whole = dict(zip("NGD", counts(of_product, x), strict=True))
    whole |= dict(zip("ST", counts(program, x)[:2], strict=True))
    ways = {"P": evaluate, "M": value_and_grad}
    whole |= {name: multiplications(way, program, x) for name, way in ways.items()}
    x_bar = value_and_grad(of_product, x)[1]
    x, y = record(lambda x: (x, evaluate(of_product, x)[-1]), x)
    return whole | {"n": n, "x": x, "y": y, r"\bar x": np.array(x_bar)}


if __name__ == "__main__":
    numbers = example()
    print(
        "y = {y:.0f}, slopes".format(**numbers), *(f"{slope:.0f}" for slope in numbers["gradient"])
    )
    print("factors  product  and slopes  by differences")
    for n, row in numbers["counts"].items():
        print("{:7} {:8} {:11} {:15}".format(n, *row))
