"""A step inside the sweep: error signals that come through weights which are already new.

    V⁽ˡ⁾ = W⁽ˡ⁾ - η δ̃⁽ˡ⁾ (a⁽ˡ⁻¹⁾)ᵀ                              written over W⁽ˡ⁾ too early
    δ̃⁽ˡ⁾ = (V⁽ˡ⁺¹⁾)ᵀ δ̃⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾)                          for l < L, where W⁽ˡ⁺¹⁾ belongs
         = ((W⁽ˡ⁺¹⁾)ᵀ δ̃⁽ˡ⁺¹⁾ - η ‖δ̃⁽ˡ⁺¹⁾‖² a⁽ˡ⁾) ⊙ σ'(z⁽ˡ⁾)

z⁽ˡ⁾, a⁽ˡ⁾ and both error signals are columns, (n_l, 1); W⁽ˡ⁾ and V⁽ˡ⁾ are (n_l, n_{l-1}).

Source: the network is that of Mazur 2015, biases fixed; the formula is our own.
"""

import numpy as np

from snippets.error_signal_delta import (
    delta_before,
    deltas,
    output_delta,
    weight_derivatives,
)
from snippets.forward_pass import forward, mazur, network, recorded


# --8<-- [start:orders]
def sweep_then_step(weights, zs, activations, y, eta):
    """New weights, and the error signals of all layers."""
    signals = deltas(weights, zs, activations[-1], y)
    layers = zip(weights, signals, activations, strict=False)
    new = [W - eta * weight_derivatives(*rest) for W, *rest in layers]
    return new, signals


def step_inside_the_sweep(weights, zs, activations, y, eta):
    """The same, but each layer is overwritten at once."""
    weights = list(weights)
    signals = [output_delta(zs[-1], activations[-1], y)]
    for n in reversed(range(len(weights))):
        slopes = weight_derivatives(signals[0], activations[n])
        weights[n] = weights[n] - eta * slopes  # too early
        if n > 0:
            z = zs[n - 1]
            signals.insert(0, delta_before(weights[n], signals[0], z))
    return weights, signals


# --8<-- [end:orders]


def hidden_signals(eta):
    """Error signals of Mazur's hidden layer, right and through the new weights."""
    x, y, weights, biases = mazur()
    rest = *forward(x, weights, biases), y, eta
    return [order(weights, *rest)[1][0] for order in (sweep_then_step, step_inside_the_sweep)]


def hidden_error(eta):
    """Their relative error; that of the weight derivatives is the same, as the input is shared."""
    right, wrong = hidden_signals(eta)
    return np.linalg.norm(wrong - right) / np.linalg.norm(right)


def turning_point():
    """The step size from which on the first hidden error signal has the wrong sign."""
    right, wrong = (signal[0, 0] for signal in hidden_signals(1.0))
    return right / (right - wrong)


def example():
    """Hidden error signals and their relative error for several step sizes."""
    sizes = [0.05, 0.5, 5.0]
    right, wrong = hidden_signals(0.5)
    return {
        "eta": sizes,
        "right": right,
        "wrong": wrong,
        "errors": [hidden_error(eta) for eta in sizes],
        "turning_point": turning_point(),
        "signals": {eta: hidden_signals(eta)[1] for eta in sizes},
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    W: weights of layer l, (n_l, n_{l-1})
    V: weights of layer l after the step, (n_l, n_{l-1}), as `step_inside_the_sweep` leaves them
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    C: half the squared error of the prediction, a number
    \sigma: the sigmoid, entry by entry
    \eta: the step size, a positive number
    \tilde \delta: what `step_inside_the_sweep` takes for the error signal of layer l, (n_l, 1)
    """
    x, y, weights, biases = network(rng)
    eta = 0.5 if rng is None else rng.uniform(0.1, 1)
    new, signals = step_inside_the_sweep(weights, *forward(x, weights, biases), y, eta)
    of_network = recorded(x, y, weights, biases)
    found = {"V": dict(enumerate(new, 1)), r"\tilde \delta": dict(enumerate(signals, 1))}
    names = ["L", "W", "z", "a", "C", r"\sigma"]
    return {name: of_network[name] for name in names} | found | {r"\eta": eta}


if __name__ == "__main__":
    numbers = example()
    print("hidden error signal", *(f"{entry:12.9f}" for entry in numbers["right"].flat))
    for eta, error in zip(numbers["eta"], numbers["errors"], strict=True):
        entries = " ".join(f"{entry:12.9f}" for entry in numbers["signals"][eta].flat)
        print(f"  with eta = {eta:<4}    {entries}   relative error {error:.4f}")
