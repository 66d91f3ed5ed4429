"""One training step of a network with two inputs, two hidden and two output neurons.

    z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾   a⁽ˡ⁾ = σ(z⁽ˡ⁾)   C = ½ Σⱼ (aⱼ⁽²⁾ - yⱼ)²   W⁽ˡ⁾ ← W⁽ˡ⁾ - η ∂C/∂W⁽ˡ⁾

All columns are (2, 1) and all weights (2, 2). The biases stay as they are, and η = 0.5.

Source: network, rule and all that is called printed are from Mazur 2015, "A Step by Step
Backpropagation Example"; which order of updates gives which number is our own finding.
"""

import numpy as np

from snippets.backpropagation import backward
from snippets.forward_pass import forward, mazur, network, recorded
from snippets.loss_functions import squared_error
from snippets.order_of_update import step_inside_the_sweep, sweep_then_step
from snippets.scalar_tape import Tape, Value, trace

PRINTED = {
    "after 1 step": 0.291027924,
    "after 10,000 steps, older text": 0.000035085,
    "after 10,000 steps, newer text": 0.0000351085,
    "outputs in the end": np.array([0.015912196, 0.984065734]),
}


# --8<-- [start:step]
def training_step(x, y, weights, biases, eta):
    """New weights, and what each is moved by."""
    zs, activations = forward(x, weights, biases)
    slopes, _ = backward(weights, zs, activations, y)
    pairs = zip(weights, slopes, strict=True)
    return [W - eta * dC_dW for W, dC_dW in pairs], slopes


# --8<-- [end:step]


# --8<-- [start:long]
def train(order, steps, eta=0.5):
    """Loss and outputs (2,) at the start and after each step."""
    x, y, weights, biases = mazur()
    for _ in range(steps + 1):
        zs, activations = forward(x, weights, biases)
        a = activations[-1]
        yield squared_error(a, y), a.ravel()
        weights, _ = order(weights, zs, activations, y, eta)


# --8<-- [end:long]


def loss_in_single_precision():
    """The loss after one step, carried out with half the digits."""
    x, y, *params = mazur()
    x, y, *arrays = (array.astype(np.float32) for array in (x, y, *params[0], *params[1]))
    weights, biases = arrays[:2], arrays[2:]
    new, _ = training_step(x, y, weights, biases, np.float32(0.5))
    return squared_error(forward(x, new, biases)[1][-1], y)


def example():
    """The step with all its numbers; losses and outputs of both orders; what is printed."""
    x, y, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    new, slopes = training_step(x, y, weights, biases, 0.5)
    runs = {
        "sweep, then step": list(train(sweep_then_step, 10_000)),
        "step inside": list(train(step_inside_the_sweep, 10_000)),
    }
    return {
        "x": x,
        "y": y,
        "weights": weights,
        "biases": biases,
        "zs": zs,
        "activations": activations,
        "C": squared_error(activations[-1], y),
        "slopes": slopes,
        "new": new,
        "losses": {name: [run[n][0] for n in (1, 9_999, 10_000)] for name, run in runs.items()},
        "outputs": {name: run[-1][1] for name, run in runs.items()},
        "printed": PRINTED,
        "gap": PRINTED["after 1 step"] - runs["sweep, then step"][1][0],
        "gap_in_single": loss_in_single_precision() - runs["sweep, then step"][1][0],
    }


def picture():
    """From the first weight to the loss: what lies on its way, and no other weight."""
    with Tape() as tape:
        x, y, weights, biases = mazur()
        weights[0] = np.vectorize(Value, otypes=[object])(weights[0])
        zs, activations = forward(x, weights, biases)
        C = squared_error(activations[-1], y)
        C.backward()
    named = {"w_{00}^{(1)}": ("", weights[0][0, 0]), "z_0^{(1)}": ("Σ", zs[0][0, 0])}
    named["a_0^{(1)}"] = "σ", activations[1][0, 0]
    named |= {f"z_{j}^{{(2)}}": ("Σ", zs[1][j, 0]) for j in range(2)}
    named |= {f"a_{j}^{{(2)}}": ("σ", activations[2][j, 0]) for j in range(2)}
    return trace(tape, named | {"C": ("loss", C)})


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: weights of layer l, (n_l, n_{l-1})
    W: the same as a matrix
    W \leftarrow: the weights after one step, as `training_step` finds them
    x: the input, (n_0, 1)
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1)
    y: the target, (n_2, 1)
    C: half the squared error of the prediction, a number
    \sigma: the sigmoid, entry by entry
    \eta: the step size, a positive number
    """
    x, y, weights, biases = network(rng, (4, 2, 3))
    eta = 0.5 if rng is None else rng.uniform(0.1, 1)
    new, _ = training_step(x, y, weights, biases, eta)
    of_network = recorded(x, y, weights, biases)
    names = ["w", "W", "x", "z", "a", "y", "C", r"\sigma"]
    found = {r"W \leftarrow": dict(enumerate(new, 1)), r"\eta": eta}
    return {name: of_network[name] for name in names} | found


def row(array, digits=9):
    """All entries on one line."""
    return " ".join(f"{entry:12.{digits}f}" for entry in array.flat)


if __name__ == "__main__":
    numbers = example()
    for name in ("x", "y"):
        print(f"{name}                 ", row(numbers[name], 2))
    for n in range(2):
        print(f"layer {n + 1}   b       ", row(numbers["biases"][n], 2))
        print("          w       ", row(numbers["weights"][n], 2))
    for n, (z, a) in enumerate(zip(numbers["zs"], numbers["activations"][1:], strict=True)):
        print(f"layer {n + 1}   z       ", row(z))
        print("          a       ", row(a))
    print("loss      C       ", row(np.array(numbers["C"])))
    for n in (1, 0):
        print(f"layer {n + 1}   dC/dw   ", row(numbers["slopes"][n]))
        print("          new w   ", row(numbers["new"][n]))
