"""Right results with wrong slopes, and a lock that tells before it comes to that."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.array_tape import grad
from snippets.gradient_checking import check_grad
from snippets.in_place_operations import Lock, backward, example, forward, forward_in_place
from tests.independent import complex_step

LINE = "a line of the run would overwrite values: write a = a \\+ b"


def slopes(run: Callable, x: np.ndarray, T: int) -> np.ndarray:
    return backward(run(x, T)[0], np.ones(x.shape))[-1]


def test_the_numbers_of_the_note() -> None:
    """The fourth power of x has the slope 4 x³; with x⁴ in both places it is (2 x⁴)²."""
    numbers = example()
    x = numbers["x"]
    assert list(numbers["y"]) == list(numbers["y_in_place"]) == list(x**4)
    assert list(numbers["slopes"]) == list(4 * x**3) == [0.5, 4, 32]
    assert list(numbers["slopes_in_place"]) == list(4 * x**8) == [0.015625, 4, 1024]


@pytest.mark.parametrize("T", [1, 2, 3])
def test_slopes_by_the_complex_step(T: int) -> None:
    rng = np.random.default_rng(T)
    x = rng.uniform(0.5, 1.5, size=4)
    expected = complex_step(lambda x: np.sum(forward(x, T)[1]), x)
    assert slopes(forward, x, T) == pytest.approx(expected, rel=1e-13)
    assert grad(lambda x: np.sum(forward(x, T)[1]))(x) == pytest.approx(expected, rel=1e-13)
    assert np.abs(slopes(forward_in_place, x, T) / expected - 1).max() > 0.1


def test_slopes_by_every_array_on_the_list() -> None:
    steps, _ = forward(np.random.default_rng(4).uniform(0.5, 1.5, size=4), 3)
    bars = backward(steps, np.ones(4))
    for left, v in enumerate(reversed(steps), 1):
        by_v = complex_step(lambda v, T=left: np.sum(forward(v, T)[1]), v)
        assert bars[left] == pytest.approx(by_v, rel=1e-13)


def test_results_agree_and_the_input_is_left_alone() -> None:
    x = np.array([0.3, -1.2])
    (steps, y), (overwritten, same) = forward(x, 3), forward_in_place(x, 3)
    assert list(y) == list(same)
    assert list(x) == [0.3, -1.2]
    assert len({id(v) for v in steps}) == 3
    assert {id(v) for v in overwritten} == {id(same)}


def test_a_gradient_check_finds_it_but_not_at_one() -> None:
    def f(x: np.ndarray) -> float:
        return float(np.sum(forward_in_place(x, 2)[1]))

    def slip(x: np.ndarray) -> np.ndarray:
        return slopes(forward_in_place, x, 2)

    rng = np.random.default_rng(0)
    check_grad(f, slip, np.ones(3), rng)
    check_grad(f, lambda x: slopes(forward, x, 2), rng.uniform(0.5, 2, size=3), rng)
    with pytest.raises(AssertionError):
        check_grad(f, slip, rng.uniform(0.5, 2, size=3), rng)


def test_the_tape_refuses_the_slip() -> None:
    with pytest.raises(TypeError, match="would overwrite values"):
        grad(lambda x: np.sum(forward_in_place(x, 2)[1]))(np.ones(3))


def test_a_lock_hands_out_the_array_itself() -> None:
    array = np.ones(3)
    with Lock() as lock:
        assert lock.keep(array) is array
        assert lock.keep(array) is array
        assert not array.flags.writeable
        part = array[:2]
        assert lock.keep(part) is part
    assert array.flags.writeable
    array[0] = 2.0


def keep_and_write(kept: np.ndarray, written: np.ndarray) -> None:
    with Lock() as lock:
        assert lock.keep(kept) is kept
        written[...] = 1.0


def test_a_view_made_before_is_locked_with_its_owner() -> None:
    owner = np.zeros((2, 3))
    middle = owner[1:]
    view = middle[0]
    for array in (owner, view):
        with pytest.raises(TypeError, match=LINE) as refused:
            keep_and_write(view, array)
        assert isinstance(refused.value.__cause__, ValueError)
    assert all(array.flags.writeable for array in (owner, middle, view))
    assert not owner.any()


def test_the_gap() -> None:
    """Another view that was made before: NumPy leaves it open, and so says the note."""
    owner = np.zeros(3)
    other = owner[:]
    with Lock() as lock:
        lock.keep(owner)
        other[0] = 1.0
    assert owner[0] == 1


def test_what_another_has_locked_is_copied_or_stays() -> None:
    owner = np.ones(3)
    view = owner[:2]
    with Lock() as outer:
        outer.keep(owner)
        with Lock() as inner:
            assert inner.keep(owner) is owner
            copy = inner.keep(view)
            assert copy is not view
            assert copy.base is None
            assert (list(copy), copy.flags.writeable) == ([1, 1], False)
        assert not owner.flags.writeable
        assert view.flags.writeable
    assert owner.flags.writeable
    borrowed = np.frombuffer(bytearray(16), float)
    with Lock() as lock:
        assert lock.keep(borrowed) is not borrowed
    assert borrowed.flags.writeable


@pytest.mark.parametrize("error", [ValueError("of its own"), TypeError("read-only"), KeyError("x")])
def test_other_errors_pass_and_arrays_are_unlocked(error: Exception) -> None:
    array = np.ones(3)

    def fail() -> None:
        with Lock() as lock:
            lock.keep(array)
            raise error

    with pytest.raises(type(error)) as passed:
        fail()
    assert passed.value is error
    assert array.flags.writeable
