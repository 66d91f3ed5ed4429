"""What recording refuses and what it keeps, so that no step of a run is lost or changed later."""

import operator

import numpy as np
import pytest

from snippets.backprop_is_not_training import Network
from snippets.forward_pass import forward_in_one_buffer, mazur
from snippets.wengert_list import Recorded, WengertList, derivative, mapped, record

X = np.array([0.3, -1.2, 2.0])
IN_PLACE = {
    "item": lambda v: operator.setitem(v, 0, 1.0),
    "+=": lambda v: operator.iadd(v, 1.0),
    "+= on a buffer": lambda v: operator.iadd(np.zeros(3), v),
    "+= on records": lambda v: operator.iadd(np.array([v[0], v[1]]), v[:2]),
    "out": lambda v: np.exp(v, out=np.zeros(3)),
    "out of a function": lambda v: np.cumsum(v, 0, None, np.zeros(3)),
    "out is recorded": lambda v: np.exp(v, out=v),
    "at": lambda v: np.add.at(v, 0, 1.0),
    "at a buffer": lambda v: np.add.at(np.zeros(3), 0, v[0]),
    "copyto": lambda v: np.copyto(np.zeros(3), v),
    "put": lambda v: np.put(v, 0, 1.0),
    "one buffer": lambda v: forward_in_one_buffer(v[:, None], [np.eye(3)], [v[:, None]]),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_nothing_recorded_is_overwritten(name: str) -> None:
    """The slip that the note on Wengert lists names."""
    v = WengertList().input(X)
    with pytest.raises(TypeError, match=r"would overwrite values: write a = a \+ b"):
        IN_PLACE[name](v)
    assert list(v.value) == list(X)
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 1.0


def test_a_number_may_be_rebound() -> None:
    x, total, y = record(lambda x: (x, x * 2, operator.iadd(x * 2, x)), 3.0)
    assert (total.value, y.value, derivative(y, x)) == (6, 9, 3)


def test_later_changes_to_constants_and_inputs_are_not_seen() -> None:
    """The other half of the slip: buffers of the caller are copied."""
    x, buffer = np.ones(3), np.full(3, 2.0)
    v = WengertList().input(x)
    y = v * buffer
    x[:] = buffer[:] = 7.0
    assert list(v.list.replay({v: np.full(3, 5.0)})[y.number]) == [10, 10, 10]
    mask = np.array([True, False, True])
    total = np.sum(v, where=mask)
    mask[:] = True
    assert v.list.replay({v: np.full(3, 5.0)})[total.number] == 10
    with pytest.raises(ValueError, match="read-only"):
        y.value[0] = 1.0
    assert list(v.value) == [1, 1, 1]


LEAVING = {
    "float": float,
    "int": int,
    "dtype": lambda v: np.asarray(v, dtype=float),
    "dtype of a list": lambda v: np.array([v, 1.0], dtype=float),
    "buffer": lambda v: operator.setitem(np.zeros(2), slice(None), v * np.ones(2)),
}


@pytest.mark.parametrize("name", LEAVING)
def test_nothing_leaves_the_record(name: str) -> None:
    with pytest.raises(TypeError, match="would leave its record"):
        LEAVING[name](WengertList().input(1.0))


def test_an_entry_of_a_buffer_is_refused_by_numpy() -> None:
    with pytest.raises(ValueError, match="array element") as refusal:
        operator.setitem(np.zeros(2), 0, WengertList().input(1.0))
    assert "would leave its record" in str(refusal.value.__cause__)


def test_unsupported_kinds_are_named() -> None:
    v = WengertList().input(X)
    with pytest.raises(TypeError, match=r"array\(\[None, v1\]\).*: gives .* cannot be recorded"):
        _ = np.array([None, v[0]]) + v[:2]
    with pytest.raises(AttributeError, match="v0 has no 'sort': use a function of NumPy"):
        v.sort()
    with pytest.raises(TypeError):
        WengertList().input("text")
    with pytest.raises(TypeError, match="unsized"):
        list(v[0])
    with pytest.raises(TypeError, match="must be real"):
        derivative(1j * v, v)


def test_two_lists_do_not_mix() -> None:
    u, v = WengertList().input(1.0), WengertList().input(2.0)
    with pytest.raises(ValueError, match="two Wengert lists"):
        _ = u + v
    with pytest.raises(ValueError, match="two Wengert lists"):
        np.stack([u, v])
    with pytest.raises(ValueError, match="of this list"):
        derivative(u, v)
    with pytest.raises(ValueError, match=r"shape \(\)"):
        u.list.replay({u: np.ones(2)})


def test_an_array_and_its_entries() -> None:
    """np.array of records: one record; its entries must not go around it when it is changed."""
    array, y = record(lambda x: ((a := np.array([x[0] * 2, x[1]])), np.sum(a * x[:2])), X)
    assert derivative(y, array) == pytest.approx(X[:2], rel=1e-15)
    array, y = record(lambda x: ((a := np.array([x[0] * 2, x[1]])), np.mean(a)), X)
    with pytest.raises(ValueError, match=r"write np\.stack for np\.array"):
        derivative(y, array)
    array, y = record(lambda x: ((a := np.stack([x[0] * 2, x[1]])), np.mean(a)), X)
    assert derivative(y, array) == pytest.approx([0.5, 0.5], rel=1e-15)


def test_what_is_no_float_stays_plain() -> None:
    v = WengertList().input(np.ones((2, 3)))
    assert (np.shape(v), v.shape, np.ndim(v), v.ndim, v.size, len(v)) == (
        (2, 3),
        (2, 3),
        2,
        2,
        6,
        2,
    )
    assert isinstance(v > 0, np.ndarray)
    assert np.argmax(v) == 0
    assert len(v.list.steps) == 1
    assert record(lambda n, x: [x] * n, 2, 1.0)[1].value == 1


def test_several_results_are_several_records() -> None:
    x, svd, halves = record(lambda x: (x, np.linalg.svd(np.outer(x, x)), np.split(x, [1])), X)
    product = svd.U @ np.diag(svd.S) @ svd.Vh
    assert product.value == pytest.approx(np.outer(X, X))
    assert [half.shape for half in halves] == [(1,), (2,)]
    assert derivative(halves[1], x) == pytest.approx(np.eye(3)[1:], abs=0)


def test_methods_are_the_functions() -> None:
    v = WengertList().input(np.arange(6.0).reshape(2, 3))
    for plain in (
        lambda v: v.reshape(3, 2),
        lambda v: v.reshape((3, 2)),
        lambda v: v.reshape(-1),
        lambda v: v.T,
        lambda v: v.mean(axis=1),
        lambda v: v.flatten(),
        lambda v: v[:1, 1].item(),
        lambda v: v.std(),
        lambda v: np.add.reduce(v),
        lambda v: np.multiply.outer(v, v),
        lambda v: np.multiply.accumulate(v, axis=1),
        lambda v: v.clip(1, 2),
        lambda v: v.astype(float),
        lambda v: [row[0] for row in v][1],
    ):
        assert isinstance(plain(v), Recorded)
        assert np.array_equal(plain(v).value, plain(v.value))


def test_what_training_in_place_cannot_do() -> None:
    """Gradients that are summed in place are refused rather than lost."""
    x, y, weights, biases = mazur()

    def gradients(weights: list) -> list:
        network = Network(weights, biases)
        network.backward(x, y, n=1)
        return network.gradients

    with pytest.raises(TypeError, match="would overwrite values"):
        record(gradients, weights)


def test_nesting_is_kept() -> None:
    result = record(lambda a: {"a": [a["x"], (a["x"] * 2, 1, None)], "b": 2.0}, {"x": X})
    plain = mapped(lambda v: v.shape if isinstance(v, Recorded) else v, result)
    assert plain == {"a": [(3,), ((3,), 1, None)], "b": ()}
