"""Loss and gradient of a network 784-128-64-10, by hand, by our engines and by others.

Relu between the layers, mean cross-entropy of a softmax at the end. Each library is used as its
own examples do, with samples in rows or columns and with what it offers for the loss.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from benchmarks.goals import Goal, Times, ratio

SIZES = (784, 128, 64, 10)


class Case(NamedTuple):
    """Widths, samples and precision."""

    sizes: tuple[int, ...]
    batch: int
    dtype: str


CASES = {
    f"{dtype}, batch {batch}": Case(SIZES, batch, dtype)
    for dtype in ("float64", "float32")
    for batch in (32, 128, 512)
}
Run = Callable[[], Any]


def setting(case: Case) -> tuple[list, np.ndarray, np.ndarray]:
    """Parameters, a pair for each layer; samples in columns; labels."""
    rng = np.random.default_rng(0)
    params = []
    for above, below in zip(case.sizes[1:], case.sizes, strict=False):
        W = rng.normal(scale=(2 / below) ** 0.5, size=(above, below))
        params.append((W.astype(case.dtype), rng.normal(size=(above, 1)).astype(case.dtype)))
    X = rng.normal(size=(case.sizes[0], case.batch)).astype(case.dtype)
    return params, X, rng.integers(case.sizes[-1], size=case.batch)


def hand(case: Case) -> Run:
    """The readable backpropagation that all others are compared to."""
    from snippets.backprop_matrix_form import loss_and_gradients

    arguments = setting(case)
    return lambda: loss_and_gradients(*arguments)


def products(case: Case) -> Run:
    """The matrix products alone, into arrays that are there: what the linear algebra takes."""
    params, X, _ = setting(case)
    A = [X, *(np.ones((len(W), case.batch), case.dtype) for W, _ in params)]
    bars = [np.empty_like(W) for W, _ in params]

    def run() -> None:
        for (W, _), below, above in zip(params, A[:-1], A[1:], strict=True):
            np.matmul(W, below, out=above)
        for i in reversed(range(len(params))):
            np.matmul(A[i + 1], A[i].T, out=bars[i])
            if i:
                np.matmul(params[i][0].T, A[i + 1], out=A[i])

    return run


def our_loss() -> Callable[..., Any]:
    """That of the same network, with the cross-entropy that our tape offers."""
    from snippets.backprop_matrix_form import forward
    from snippets.vjp import cross_entropy

    return lambda params, X, labels: cross_entropy(forward(params, X)[-1], labels)


def array_tape(case: Case) -> Run:
    """Our tape."""
    from snippets.array_tape import value_and_grad

    arguments, run = setting(case), value_and_grad(our_loss())
    return lambda: run(*arguments)


def array_tape_without(case: Case) -> Run:
    """Our tape on the hand-written module's own loss, whose cross-entropy is plain NumPy."""
    from snippets.array_tape import value_and_grad
    from snippets.backprop_matrix_form import loss

    arguments, run = setting(case), value_and_grad(loss)
    return lambda: run(*arguments)


def emission(case: Case) -> Run:
    """Our emitted program."""
    from snippets.emission import emit

    arguments = setting(case)
    program = emit(our_loss(), *arguments)
    return lambda: program(*arguments)


def autograd(case: Case) -> Run:
    """HIPS autograd, which is faster with a product with one-hot targets than with an index."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    params, X, labels = setting(case)
    Y = np.eye(case.sizes[-1], dtype=case.dtype)[:, labels]

    def loss(params: list) -> Any:
        A = X
        for W, b in params[:-1]:
            A = anp.maximum(anp.dot(W, A) + b, 0)
        W, b = params[-1]
        Z = anp.dot(W, A) + b
        c = anp.max(Z, axis=0)
        return anp.mean(c + anp.log(anp.sum(anp.exp(Z - c), axis=0)) - anp.sum(Y * Z, axis=0))

    run = value_and_grad(loss)
    return lambda: run(params)


def torch(case: Case) -> Run:
    """PyTorch, eager; samples in rows."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    params, X, labels = setting(case)
    flat = [torch.tensor(array).requires_grad_() for W, b in params for array in (W, b[:, 0])]
    rows, labels = torch.tensor(np.ascontiguousarray(X.T)), torch.tensor(labels)

    def run() -> tuple:
        A = rows
        for i in range(0, len(flat) - 2, 2):
            A = functional.relu(functional.linear(A, flat[i], flat[i + 1]))
        Z = functional.linear(A, flat[-2], flat[-1])
        C = functional.cross_entropy(Z, labels)
        return C.detach(), torch.autograd.grad(C, flat)

    return run


def jax(case: Case) -> Run:
    """JAX, compiled; samples in rows."""
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", case.dtype == "float64")
    params, X, labels = setting(case)
    params = [(jnp.array(W), jnp.array(b[:, 0])) for W, b in params]
    rows, labels = jnp.array(X.T), jnp.array(labels)

    def loss(params: list) -> Any:
        A = rows
        for W, b in params[:-1]:
            A = jax.nn.relu(A @ W.T + b)
        W, b = params[-1]
        log_p = jax.nn.log_softmax(A @ W.T + b)
        return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))

    program = jax.jit(jax.value_and_grad(loss))
    return lambda: jax.block_until_ready(program(params))


CONTESTANTS = {
    "products alone": products,
    "hand": hand,
    "array tape": array_tape,
    "array tape, plain loss": array_tape_without,
    "emission": emission,
    "autograd": autograd,
    "torch": torch,
    "jax": jax,
}
FIGURES: dict[str, Callable[[str], Any]] = {}


def check(case: Case, found: Any) -> None:
    """ValueError unless loss and gradient are those of the hand-written module in float64."""
    if found is None:
        return
    from snippets.backprop_matrix_form import loss_and_gradients

    precise = [[array.astype(float) for array in part] for part in setting(case)[0]]
    C, gradients = loss_and_gradients(precise, *setting(case)[1:])
    compare(C, gradients, found, 1e-11 if case.dtype == "float64" else 2e-4)


def compare(C: float, gradients: list, found: Any, tolerance: float) -> None:
    """ValueError unless a loss and its gradient agree; biases may be columns or plain rows."""
    found_C, arrays = found
    if not abs(float(found_C) - C) <= tolerance * abs(C):
        raise ValueError(f"the loss is {float(found_C)}, by hand {C}")
    pairs = zip(flat(gradients), flat(arrays), strict=True)
    for number, (wanted, array) in enumerate(pairs):
        off = np.abs(np.reshape(array, wanted.shape) - wanted).max()
        if not off <= tolerance * np.abs(wanted).max():
            raise ValueError(f"array {number} of the gradient is off by {off:.1g}")


def flat(nested: Any) -> list[np.ndarray]:
    """The arrays of a list of arrays or of pairs."""
    pairs = (part if isinstance(part, list | tuple) else [part] for part in nested)
    return [np.asarray(array) for pair in pairs for array in pair]


def goals(times: Times, _figures: Any) -> list[Goal]:
    """What is wanted of the engines here."""
    return [
        Goal(f"{case}: {upper} / {lower}", ratio(times, case, upper, lower), bound, at_most)
        for case, (_, batch, dtype) in CASES.items()
        for upper, lower, bound, at_most in wanted(batch, dtype == "float32")
    ]


def wanted(batch: int, is_float32: bool) -> Iterator[tuple[str, str, float, bool]]:
    """Pairs of contestants with the bound of the ratio of their times."""
    is_small = batch == 32
    yield "array tape", "hand", 1.25 if is_small else 1.12, True
    yield "emission", "hand", 0.9 if is_small and is_float32 else 1.0, True
    if is_small:
        yield "autograd", "array tape", 3.5, False
    several = 4 if is_small else 3 if is_float32 and batch == 128 else 1.15
    yield "autograd", "emission", several, False
    for peer in ("torch", "jax"):
        if batch == 512:
            yield "emission", peer, 1.3, True
        elif is_float32:
            yield peer, "emission", 1.0, False
