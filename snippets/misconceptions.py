"""Sentences that one meets about backpropagation, each with a run that contradicts it.

Each function returns what would be found if the sentence in its docstring were true, and what is
found. Its one assert fails where the run does not contradict the sentence.

    ∂C/∂a⁽ᴸ⁾ = a⁽ᴸ⁾ - y      δ⁽ᴸ⁾ = (a⁽ᴸ⁾ - y) ⊙ σ'(z⁽ᴸ⁾)      g = Jᵀ (a⁽ᴸ⁾ - y)

Columns are (n, 1). The network is `mazur()`: two inputs, two hidden neurons and two outputs.

Source: the network is that of Mazur 2015; the choice of sentences is our own.
"""

import numpy as np

from snippets import agh_erratum, batch_gradient_averaging, order_of_update
from snippets.agh_erratum import flat, gradient
from snippets.backprop_is_not_training import Network
from snippets.error_signal_delta import deltas, slow_neuron, weight_derivatives
from snippets.forward_pass import forward, mazur, network, recorded
from snippets.neuron_weights_biases import sigmoid_prime
from snippets.reverse_mode_ad import reverse, step


# --8<-- [start:word]
def trains():
    """It trains the network."""
    x, y, weights, biases = mazur()
    net = Network(weights, biases)
    net.backward(x, y, n=1)
    step_length = 0.5 * length(net.gradients)
    moved = length(np.subtract(net.weights, weights))
    assert moved == 0
    return step_length, moved


def may_step_on_the_way():
    """Steps may be taken during the sweep."""
    error = order_of_update.hidden_error(eta=0.5)
    assert error > 0.1
    return 0.0, error


# --8<-- [end:word]


# --8<-- [start:travels]
def sends_the_loss_back():
    """The loss is sent back."""
    loss, adjoints = product_plus(0.0)
    raised_loss, same_adjoints = product_plus(1.0)
    assert (raised_loss, same_adjoints) == (loss + 1, adjoints)
    return loss, adjoints[-1]


def sends_back_output_minus_target():
    """Output minus target is sent back."""
    x, y, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    error = activations[-1] - y
    delta = error * sigmoid_prime(zs[-1])
    assert not np.isclose(delta, error).any()
    return error[0, 0], delta[0, 0]


def needs_no_slopes():
    """Errors go back by weights alone."""
    right, found = agh_erratum.both(*mazur())
    ratio = length(found[:1]) / length(right[:1])
    assert ratio > 5
    return 1.0, ratio


def moves_most_where_it_is_most_wrong():
    """The more wrong, the larger the step."""
    near, near_delta = slow_neuron(0.6, 0.9)
    far, far_delta = slow_neuron(2.0, 2.0)
    assert far / near > 1 > far_delta / near_delta
    return far / near, far_delta / near_delta


# --8<-- [end:travels]


# --8<-- [start:meaning]
def gives_each_weight_its_share():
    """A slope is a share of the loss."""
    x, y, weights, biases = mazur()
    net = Network(weights, biases)
    net.backward(x, y, n=1)
    together = sum(shares(net.weights, net.gradients))
    loss = net.loss(x, y)
    assert not np.isclose(together, loss)
    return loss, together


def gives_the_jacobian():
    """It returns the Jacobian."""
    x, y, *layers = mazur()
    error = forward(x, *layers)[1][-1] - y
    J = rows(x, *layers)
    g = sweep(error, x, *layers)
    assert np.allclose(g, error.T @ J)
    return J.size, g.size


# --8<-- [end:meaning]


# --8<-- [start:rule]
def lets_differentials_cancel():
    """Differentials cancel."""
    x, h = 2.0, 1e-30
    slope = ((x + h * 1j) * (x + 1 + h * 1j)).imag / h
    terms = [x + 1, x]  # of the slope of x (x + 1)
    assert np.isclose(sum(terms), slope)
    return len(terms) * slope, slope


def may_average_the_batch_first():
    """The batch may be averaged first."""
    batch = batch_gradient_averaging.samples()
    right = batch_gradient_averaging.gradient(*batch)
    slip = batch_gradient_averaging.gradient_of_averages(*batch)
    assert slip[0, 0] * right[0, 0] < 0
    return slip[0, 0], right[0, 0]


# --8<-- [end:rule]


def length(arrays):
    """The 2-norm of all entries of several arrays together."""
    return np.sqrt(sum(np.sum(array**2) for array in arrays))


def product_plus(c):
    """The value of u v + c at u = 2 and v = 3, and the adjoints of its tape, step by step."""
    tape = [(2.0, (), ()), (3.0, (), ()), (c, (), ())]
    step(tape, "add", step(tape, "mul", 0, 1), 2)
    return tape[-1][0], list(reverse(tape))


def shares(weights, gradients):
    """Slopes times weights, added up layer by layer."""
    return [np.sum(W * G) for W, G in zip(weights, gradients, strict=True)]


def sweep(u, x, weights, biases):
    """One sweep for u, (n_L, 1), weights on the outputs: slopes by all weights, in a row."""
    zs, activations = forward(x, weights, biases)
    slopes = [sigmoid_prime(z) for z in zs]
    target = activations[-1] - u  # u in the place of output minus target
    return flat(gradient(weights, slopes, activations, target))


def rows(x, weights, biases):
    """The Jacobian of the outputs by all weights, one sweep for each output."""
    units = np.eye(len(biases[-1]))
    return np.stack([sweep(u[:, None], x, weights, biases) for u in units])


SENTENCES = [
    trains,
    may_step_on_the_way,
    sends_the_loss_back,
    sends_back_output_minus_target,
    needs_no_slopes,
    moves_most_where_it_is_most_wrong,
    gives_each_weight_its_share,
    gives_the_jacobian,
    lets_differentials_cancel,
    may_average_the_batch_first,
]
"""Functions whose docstring is the sentence that they put to the test."""


def example():
    """For each sentence what it would give, and what the run gives."""
    return {refuted.__doc__: refuted() for refuted in SENTENCES}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    W: weights of layer l, (n_l, n_{l-1})
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    y: the target, (n_L, 1)
    C: half the squared error of the prediction, a number
    \sigma: the sigmoid, entry by entry
    \delta: error signal of layer l, (n_l, 1)
    s: slopes times weights, added up over all weights
    J: the Jacobian of the outputs by all weights in a row, one sweep for each output
    g: what one sweep for the loss returns, a column with an entry for each weight
    """
    x, y, weights, biases = network(rng)
    zs, activations = forward(x, weights, biases)
    signals = deltas(weights, zs, activations[-1], y)
    layers = zip(signals, activations, strict=False)  # the output is left over
    slopes = [weight_derivatives(*layer) for layer in layers]
    of_network = recorded(x, y, weights, biases)
    names = ["L", "W", "z", "a", "y", "C", r"\sigma"]
    return {name: of_network[name] for name in names} | {
        r"\delta": dict(enumerate(signals, 1)),
        "s": sum(shares(weights, slopes)),
        "J": rows(x, weights, biases),
        "g": sweep(activations[-1] - y, x, weights, biases),
    }


if __name__ == "__main__":
    print(f"{'':36}{'would be':>10}{'is':>10}")
    for sentence, (claimed, found) in example().items():
        print(f"{sentence:36}{claimed:>10.4f}{found:>10.4f}")
