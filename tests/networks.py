"""Networks for the tests of gradient checking."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from snippets.forward_pass import network

Nested = Any


def net(*widths: int, seed: int = 0) -> tuple[Nested, np.ndarray, np.ndarray]:
    """Parameters of a network, an input and a target."""
    x, y, weights, biases = network(np.random.default_rng(seed), widths)
    return {"W": weights, "b": biases}, x, y


def of_params(x: np.ndarray, y: np.ndarray, *functions: Callable) -> list[Callable]:
    """The functions of the parameters alone, for one input and target."""
    return [partial(function, x=x, y=y) for function in functions]
