"""One gradient by three roads: forwards along a list, back through stages, back through records.

    ∂y/∂z of y = √(a + bz + cz²), the composite of Leibniz's memoir
    x̄⁽ˡ⁻¹⁾ = (J⁽ˡ⁾)ᵀ x̄⁽ˡ⁾                  back through stages, a whole Jacobian for each
    v̄ⱼ = Σ v̄ᵢ ∂φᵢ/∂vⱼ                      back through records, a product for each slope

There are m = 4 inputs a, b, c, z and L = 5 operations, together n = 9 quantities. A record is
(value, operands, slopes). In stage l operation l is done: x⁽ˡ⁾ holds all quantities, (n, 1).

Source: the roads are named by G. W. Leibniz 1676, S. Dreyfus 1962, R. E. Wengert 1964 and
S. Linnainmaa 1970; programs, numbers and counts are ours, and are printed in none of them.
"""

import numpy as np

from snippets.reverse_mode_ad import reverse
from snippets.wengert_list import record

RULES = {  # φ, and its slopes by its operands
    "mul": (np.multiply, lambda v, w: (w, v)),
    "add": (np.add, lambda v, w: (1.0, 1.0)),
    "sqrt": (np.sqrt, lambda v: (0.5 / np.sqrt(v),)),
}
M = 4  # inputs: a, b, c, z are quantities 0 to 3
PLAN = [("mul", 2, 3), ("add", 1, 4), ("mul", 5, 3), ("add", 0, 6), ("sqrt", 7)]


def run(inputs):
    """A record for each quantity, inputs first."""
    tape = [(x, (), ()) for x in inputs]
    for rule, *operands in PLAN:
        phi, slopes = RULES[rule]
        v = [tape[j][0] for j in operands]
        tape.append((phi(*v), operands, slopes(*v)))
    return tape


def by_hand(a, b, c, z):
    """∂y/∂z as a composite: the slope of the root times the slope of what is below it."""
    return 0.5 / np.sqrt(a + b * z + c * z**2) * (b + 2 * c * z)


# --8<-- [start:roads]
def forwards(tape):
    """A sweep for each input: slopes of y, and products."""
    rates = np.eye(M, len(tape))  # row k: only input k moves
    for i, (_, operands, slopes) in enumerate(tape):
        for j, slope in zip(operands, slopes, strict=True):
            rates[:, i] += slope * rates[:, j]
    return rates[:, -1], M * count(tape)


def by_stages(tape):
    """x̄ before stage 1 and after each; last, 1 for y."""
    x_bar = [np.eye(len(tape))[-1]]
    for stage in reversed(range(1, len(PLAN) + 1)):
        x_bar.insert(0, jacobian(tape, stage).T @ x_bar[0])
    return x_bar


def back_by_stages(tape):
    """A sweep over stages: slopes of y, and products."""
    return by_stages(tape)[0][:M], len(PLAN) * len(tape) ** 2


def back_by_records(tape):
    """A sweep over records: slopes of y, and products."""
    return reverse(tape)[:M], count(tape)


# --8<-- [end:roads]


def count(tape):
    """Local slopes on the tape: a sweep multiplies by each of them once."""
    return sum(len(slopes) for _, _, slopes in tape)


def jacobian(tape, stage):
    """J⁽ˡ⁾, (n, n): a stage replaces one quantity and hands on all others."""
    J = np.eye(len(tape))
    _, operands, slopes = tape[M + stage - 1]
    J[M + stage - 1] = 0
    J[M + stage - 1, operands] = slopes
    return J


ROADS = {  # with the year of the work that names the direction
    "back, whole Jacobians": (1962, back_by_stages),
    "forwards, once per input": (1964, forwards),
    "back, record by record": (1970, back_by_records),
}


def example():
    """At a = 3, b = 5, c = 3, z = 2, where y = 5: all roads."""
    inputs = (3.0, 5.0, 3.0, 2.0)
    tape = run(inputs)
    found = {name: road(tape) for name, (_, road) in ROADS.items()}
    return {
        "y": tape[-1][0],
        "by hand": by_hand(*inputs),
        "gradients": {name: slopes for name, (slopes, _) in found.items()},
        "products": {name: products for name, (_, products) in found.items()},
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    a: the first coefficient below the root
    b: the second coefficient below the root
    c: the third coefficient below the root
    z: the variable
    y: the root, the result
    m: the number of inputs, a, b, c and z
    L: the number of stages, one for each operation
    n: the number of quantities, inputs included
    s: the number of local slopes, one for each operand of each operation
    J: the Jacobian of stage l, (n, n)
    \bar x: the adjoints of all quantities after stage l, as the sweep over stages finds them, (n,)
    g: the slopes of y by the inputs that the runs forwards find, (m,)
    v: v_j is the value of quantity j, inputs first
    \bar v: the adjoints of the quantities, as the sweep over records finds them, (n,)
    """
    inputs = np.array([3.0, 5.0, 3.0, 2.0]) if rng is None else rng.uniform(0.5, 3, size=M)
    tape = run(inputs)
    stages = {k: jacobian(tape, k) for k in range(1, len(PLAN) + 1)}
    recorded = record(run, list(inputs))
    v = [value for value, _, _ in recorded]
    sizes = {"m": M, "L": len(PLAN), "n": len(tape), "s": count(tape)}
    letters = dict(zip("abczy", [*v[:M], v[-1]], strict=True))
    back = {r"\bar x": dict(enumerate(by_stages(tape))), r"\bar v": reverse(tape)}
    return letters | sizes | back | {"J": stages, "v": v, "g": forwards(tape)[0]}


if __name__ == "__main__":
    numbers = example()
    print("road                       year   products   slope by a, b, c, z")
    print(f"by hand                    1676   {numbers['by hand']:34.1f}")
    for name, slopes in numbers["gradients"].items():
        row = " ".join(f"{slope:.1f}" for slope in slopes)
        print(f"{name:<26} {ROADS[name][0]} {numbers['products'][name]:10}   {row}")
