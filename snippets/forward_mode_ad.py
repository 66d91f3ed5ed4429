"""Forward mode: push a tangent along with every value, from the inputs to the result.

    v̇ᵢ = Σ ∂φᵢ/∂vⱼ v̇ⱼ    over the operands j of step i,  starting from the seed ẋ

All vᵢ = φᵢ(operands) are scalars, and v̇ᵢ is how fast vᵢ moves as the inputs move along ẋ. The
records are those of reverse mode, (value, operands, partials), so that the two sweeps can be
compared; this one uses each record once, in order, and keeps none.

Source: the trace is Tables 2 and 3 of A. G. Baydin and others, JMLR 18(153), 2018, where the inputs
are called x₁, x₂ and the steps v₋₁ to v₅; here the inputs are x₀, x₁ and the steps v₀ to v₆.
"""

import numpy as np

from snippets import reverse_mode_ad
from snippets.dual_numbers import seeded
from snippets.wengert_list import f, record


# --8<-- [start:sweep]
def forward(records, x_dot):
    """The tangent of every step. A seed is a number, or one number for each direction."""
    inputs = sum(not operands for _, operands, _ in records)
    if len(x_dot) != inputs:
        raise ValueError(f"{len(x_dot)} seeds for {inputs} inputs: give one for each")
    seeds, v_dot = iter(x_dot), []
    for _, operands, partials in records:
        terms = zip(operands, partials, strict=True)
        pushed = sum(partial * v_dot[j] for j, partial in terms)
        v_dot.append(pushed if operands else next(seeds))
    return v_dot


# --8<-- [end:sweep]


# --8<-- [start:gradient]
def gradient(x):
    """The slope along each input, one sweep for each: n inputs, n sweeps."""
    records = reverse_mode_ad.forward(x)
    return np.array([forward(records, e)[-1] for e in np.eye(len(x))])


# --8<-- [end:gradient]


def example():
    """At x = (2, 5): values, the tangents of two sweeps, adjoints, the run on duals, the slip."""
    x = np.array([2.0, 5.0])
    records = reverse_mode_ad.forward(x)
    dual = f(*seeded(*x))
    return {
        "x": x,
        "values": np.array([value for value, _, _ in records]),
        "along x_0": np.array(forward(records, [1.0, 0.0])),
        "along x_1": np.array(forward(records, [0.0, 1.0])),
        "adjoints": reverse_mode_ad.reverse(records),
        "gradient": gradient(x),
        "dual": np.array([dual.u, *dual.u_dot]),
        "seed of ones": forward(records, [1.0, 1.0])[-1],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    n: the number of inputs, 2
    x: the inputs, a column (n, 1)
    \dot x: the seed, the direction in which the inputs move, a column (n, 1)
    v: v_i is the value of step i
    \dot v: the tangents that the sweep finds, one for each step
    \varphi: the function that step i applies to its operands
    S: S_i is the set of the operands of step i
    y: the result, the value of the last step
    \dot y: the tangent of the result
    g: the slope along each input, from n sweeps, a column (n, 1)
    \bar x: the adjoints of the inputs, from one reverse sweep, a column (n, 1)
    """
    if rng is None:
        x, x_dot = np.array([2.0, 5.0]), np.array([1.0, 0.0])
    else:
        x, x_dot = rng.uniform(0.5, 6, size=2), rng.normal(size=2)
    records = reverse_mode_ad.forward(x)
    v_dot, x_bar = forward(records, x_dot), reverse_mode_ad.reverse(records)[:2]
    g = gradient(x)
    S = {i: set(operands) for i, (_, operands, _) in enumerate(records)}
    x, recorded = record(lambda x: (x, reverse_mode_ad.forward(x)), x)
    v = [value for value, _, _ in recorded]
    phi = {i: (v[i].function, v[i].operands) for i in range(2, len(v))}
    run = {"g": g, "n": x.size, "x": x, "v": v, r"\varphi": phi, "y": v[-1], "S": S}
    return run | {r"\dot x": x_dot, r"\dot v": v_dot, r"\dot y": v_dot[-1], r"\bar x": x_bar}


if __name__ == "__main__":
    numbers = example()
    columns = ["values", "along x_0", "along x_1", "adjoints"]
    steps = ["x_0", "x_1", "ln v_0", "v_0 v_1", "sin v_1", "v_2 + v_3", "v_5 - v_4"]
    print("step         ", *(f"{column:>10}" for column in columns))
    for i, step in enumerate(steps):
        print(f"{step:<13}", *(f"{numbers[column][i]:10.4f}" for column in columns))
    print("on duals:     {:.4f} + ({:.4f}, {:.4f})ε".format(*numbers["dual"]))
