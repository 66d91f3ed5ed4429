"""Backpropagation through time: unroll the loop, sweep back, add what each copy of a weight got.

    zₜ = W hₜ₋₁ + U xₜ,  hₜ = relu(zₜ)           forwards, from h₀ = 0
    δₜ = (uₜ + Wᵀ δₜ₊₁) ⊙ relu'(zₜ)              backwards, for C = Σ uₜᵀ hₜ
    ∂C/∂W = Σ δₜ hₜ₋₁ᵀ,  ∂C/∂U = Σ δₜ xₜᵀ

z, h, δ and u are columns, (n_h, 1), and x is (n_x, 1), for t = 1 to T; W has shape (n_h, n_h),
U (n_h, n_x). The unrolled net has a matrix for every step, and a recurrent one uses one matrix T
times. u is the slope of the loss by each state: any other loss enters through its slopes alone.

Source: the scalar example is ours; the method is named and described in P. J. Werbos, Proceedings
of the IEEE 78(10), 1990.
"""

import numpy as np

from snippets.wengert_list import record


def relu(z):
    """The positive part, entry by entry."""
    return np.maximum(z, 0)


# --8<-- [start:unrolled]
def forward(Ws, Us, xs):
    """Lists zs, one per step, and hs, beginning with h₀ = 0."""
    zs, hs = [], [np.zeros((len(Ws[0]), 1))]
    for W, U, x in zip(Ws, Us, xs, strict=True):
        zs.append(W @ hs[-1] + U @ x)
        hs.append(relu(zs[-1]))
    return zs, hs


def backward(Ws, zs, us):
    """δ of each step, (n_h, 1), found from the last on back."""
    deltas, from_next = [], 0
    for W, z, u in reversed(list(zip(Ws, zs, us, strict=True))):
        h_bar = u + from_next
        deltas.insert(0, h_bar * (z > 0))
        from_next = W.T @ deltas[0]
    return deltas


def shares(deltas, inputs):
    """What each copy gets: δₜ times what it multiplied."""
    pairs = zip(deltas, inputs, strict=True)
    return [delta @ v.T for delta, v in pairs]


# --8<-- [end:unrolled]


# --8<-- [start:shared]
def gradients(W, U, xs, us):
    """∂C/∂W and ∂C/∂U of one W and one U for all steps."""
    Ws, Us = len(xs) * [W], len(xs) * [U]
    zs, hs = forward(Ws, Us, xs)
    deltas = backward(Ws, zs, us)
    return sum(shares(deltas, hs[:-1])), sum(shares(deltas, xs))


# --8<-- [end:shared]


def scalar():
    """W, U, xs and us of h ← w h + x with w = 0.5 and x = 1, 2, 3; the loss is the last state."""
    W, U = np.array([[0.5]]), np.array([[1.0]])
    return W, U, [np.array([[x]]) for x in (1.0, 2.0, 3.0)], [np.array([[u]]) for u in (0.0, 0, 1)]


def example():
    """The scalar example: states, deltas, the shares of w, and their sum."""
    W, U, xs, us = scalar()
    zs, hs = forward(3 * [W], 3 * [U], xs)
    deltas = backward(3 * [W], zs, us)
    return {
        "w": W.item(),
        "states": [h.item() for h in hs],
        "deltas": [delta.item() for delta in deltas],
        "shares": [share.item() for share in shares(deltas, hs[:-1])],
        "dC_dw": gradients(W, U, xs, us)[0].item(),
    }


def network(rng):
    """W, U, xs and us of a random net with four states, three inputs and five steps."""
    W, U = rng.normal(size=(4, 4)), rng.normal(size=(4, 3))
    return W, U, list(rng.normal(size=(5, 3, 1))), list(rng.normal(size=(5, 4, 1)))


def symbols(rng=None):
    r"""What the symbols of the note mean.

    T: how many steps there are
    x: the inputs by step, (n_x, 1) each
    h: the states by step, (n_h, 1) each; that of step 0 is zero
    z: the weighted sums by step, (n_h, 1) each
    W: the weights of the state, (n_h, n_h), the same for all steps
    W_t: the copy of these weights that step t uses
    U: the weights of the input, (n_h, n_x), the same for all steps
    \sigma: the activation function, which keeps what is positive and turns the rest into zero
    u: how much each state counts in the loss, by step, (n_h, 1) each
    C: the loss, a number
    \delta: the slopes of the loss by the weighted sums, by step, as `backward` finds them
    G: the gradient by the weights of the state, as `gradients` finds it, (n_h, n_h)
    """
    W, U, xs, us = network(rng or np.random.default_rng(0))
    T, G = len(xs), gradients(W, U, xs, us)[0]
    deltas = backward(T * [W], forward(T * [W], T * [U], xs)[0], us)
    W, U, Ws, zs, hs, C = record(run, W, U, xs, us)
    by_step = {"x": xs, "z": zs, "u": us, "W_t": Ws, r"\delta": deltas}
    steps = {name: dict(enumerate(family, 1)) for name, family in by_step.items()}
    return {"T": T, "W": W, "U": U, "C": C, "G": G, r"\sigma": relu, "h": hs, **steps}


def run(W, U, xs, us):
    """W, U, a copy of W for each step, sums, states and loss."""
    Ws = [1.0 * W for _ in xs]
    zs, hs = forward(Ws, len(xs) * [U], xs)
    terms = [np.sum(u * h) for u, h in zip(us, hs[1:], strict=True)]
    return W, U, Ws, zs, hs, sum(terms)


if __name__ == "__main__":
    numbers = example()
    print("t   state  delta  share of w")
    rows = zip(numbers["states"][1:], numbers["deltas"], numbers["shares"], strict=True)
    for t, (h, delta, share) in enumerate(rows, 1):
        print(f"{t}   {h:5.2f}  {delta:5.2f}  {share:5.2f}")
    print(f"dC/dw = {numbers['dC_dw']:.2f}")
