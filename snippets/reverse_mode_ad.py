"""Reverse mode: run a procedure forwards onto a tape, then pull adjoints back along the tape.

    v̄ⱼ = ∂y/∂vⱼ = Σ v̄ᵢ ∂φᵢ/∂vⱼ    over the steps i that use vⱼ,  starting from ȳ = 1

All vᵢ = φᵢ(operands) are scalars. One record of the tape is (value, operands, partials): vᵢ, the
numbers of the steps that it uses, and ∂φᵢ/∂vⱼ for each of them.

Source: the trace is Tables 2 and 3 of A. G. Baydin and others, JMLR 18(153), 2018, where the inputs
are called x₁, x₂ and the steps v₋₁ to v₅; here the inputs are x₀, x₁ and the steps v₀ to v₆.
"""

import numpy as np

from snippets.wengert_list import record

# --8<-- [start:tape]
RULES = {  # φ, and its partials by its operands
    "ln": (np.log, lambda v: (1 / v,)),
    "sin": (np.sin, lambda v: (np.cos(v),)),
    "mul": (np.multiply, lambda v, w: (w, v)),
    "add": (np.add, lambda v, w: (1.0, 1.0)),
    "sub": (np.subtract, lambda v, w: (1.0, -1.0)),
}


def step(tape, rule, *operands):
    """Record vᵢ = φᵢ(operands); give back its number i."""
    phi, partials = RULES[rule]
    v = [tape[j][0] for j in operands]
    tape.append((phi(*v), operands, partials(*v)))
    return len(tape) - 1


def forward(x):
    """The tape of y = ln x₀ + x₀ x₁ - sin x₁."""
    tape = [(x[0], (), ()), (x[1], (), ())]  # v₀ and v₁
    v2 = step(tape, "ln", 0)
    v3 = step(tape, "mul", 0, 1)
    v4 = step(tape, "sin", 1)
    v5 = step(tape, "add", v2, v3)
    step(tape, "sub", v5, v4)
    return tape


# --8<-- [end:tape]


# --8<-- [start:sweep]
def reverse(tape):
    """The adjoint of every step, in one sweep back."""
    v_bar = np.zeros(len(tape))
    v_bar[-1] = 1.0
    for i in reversed(range(len(tape))):
        _, operands, partials = tape[i]
        for j, partial in zip(operands, partials, strict=True):
            v_bar[j] += v_bar[i] * partial
    return v_bar


# --8<-- [end:sweep]


def trace(tape, steps):
    """What a drawing shows: letter → (operation, slope by each operand, value, adjoint).

    steps: the letter and the operation of each record; one without a letter is not drawn.
    """
    found, letters = {}, [letter for letter, _ in steps]
    records = zip(steps, tape, reverse(tape), strict=True)
    for (letter, operation), (value, operands, partials), adjoint in records:
        slopes = {letters[j]: d for j, d in zip(operands, partials, strict=True) if letters[j]}
        found[letter] = operation, slopes, value, adjoint
    return {letter: node for letter, node in found.items() if letter}


def reverse_overwriting(tape):
    """The common slip: an adjoint is replaced where a term should be added."""
    v_bar = np.zeros(len(tape))
    v_bar[-1] = 1.0
    for i in reversed(range(len(tape))):
        _, operands, partials = tape[i]
        for j, partial in zip(operands, partials, strict=True):
            v_bar[j] = v_bar[i] * partial
    return v_bar


def example():
    """At x = (2, 5): values, adjoints, the two terms of each input's adjoint, and the slip."""
    x = np.array([2.0, 5.0])
    tape = forward(x)
    v_bar = reverse(tape)
    return {
        "x": x,
        "values": np.array([value for value, _, _ in tape]),
        "adjoints": v_bar,
        "terms_of_v0": np.array([tape[3][2][0] * v_bar[3], tape[2][2][0] * v_bar[2]]),
        "terms_of_v1": np.array([tape[4][2][0] * v_bar[4], tape[3][2][1] * v_bar[3]]),
        "overwritten": reverse_overwriting(tape)[:2],
    }


def picture():
    """The tape at x = (2, 5), by the signs of its operations."""
    signs = ["", "", "ln", "×", "sin", "+", "−"]
    steps = [(f"v_{i}", sign) for i, sign in enumerate(signs)]
    return trace(forward(np.array([2.0, 5.0])), steps)


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the inputs, a column (2, 1)
    n: the number of steps, inputs included
    v: v_i is the value of step i
    \varphi: the function that step i applies to its operands
    y: the result, the value of the last step
    \bar v: the adjoints that the sweep finds, a column (n, 1)
    U: U_j is the set of the steps that use the value of step j
    """
    x = np.array([2.0, 5.0]) if rng is None else rng.uniform(0.5, 6, size=2)
    v_bar = reverse(forward(x))
    x, tape = record(lambda x: (x, forward(x)), x)
    v = [value for value, _, _ in tape]
    users = {j: {i for i, (_, js, _) in enumerate(tape) if j in js} for j in range(len(tape))}
    phi = {i: (v[i].function, v[i].operands) for i in range(2, len(v))}
    run = {"x": x, "n": len(v), "v": v, r"\varphi": phi, "y": v[-1]}
    return run | {r"\bar v": v_bar, "U": users}


if __name__ == "__main__":
    numbers = example()
    steps = ["x0", "x1", "ln v0", "v0 v1", "sin v1", "v2 + v3", "v5 - v4"]
    print("step               value   adjoint")
    for i, formula in enumerate(steps):
        value, adjoint = numbers["values"][i], numbers["adjoints"][i]
        print(f"v{i} = {formula:<10} {value:8.4f}  {adjoint:8.4f}")
    for j in range(2):
        early, late = numbers[f"terms_of_v{j}"]
        print(f"adjoint of v{j}: {early:.4f} + {late:.4f} = {numbers['adjoints'][j]:.4f}")
