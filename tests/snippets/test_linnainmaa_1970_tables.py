"""The tables of Linnainmaa's thesis: printed numbers, numbers kept from a first run, other methods.

The examples `linnainmaa_1970_matrix_inverse` and `linnainmaa_rounding_variance_table`.
"""

import numpy as np
import pytest

from snippets.linnainmaa_1970_tables import (
    A_NEAR,
    PRINTED,
    PRINTED_ROUNDING,
    A,
    coefficients,
    example,
    gauss_jordan,
    inverse,
    invert,
    kinds,
    largest,
    mean_table,
    one_rounding,
    reach,
    relative_coefficients,
    rerun,
    variance_table,
)
from snippets.linnainmaa_algorithm_l import by_reruns
from tests.independent import complex_step_jacobian

# linnainmaa_1970_matrix_inverse, upper triangles by rows: entries 11, 12, ..., 15, 22, ..., 55.
UPPER = np.triu_indices(5)
INVERSE = """
     2.556234 -0.265577 1.041174 -0.411543 1.782961 7.609966 0.278284 0.912906 -4.176866
     3.241662 -0.47968 1.218962 4.20669 0.723142 6.906568"""
MEAN_DIFFERENCES = "3.6794 2 1 0 -1 1.5441 0 -1 -2 -.0939 -2 -3 -2.018 -4 -4"
MEAN_PRODUCTS = """
    2.3174 12.6816 3.813 3.184 3.6481 2.9542 -3.3214 2.7924 3.6743
    1.6771 2.4847 3.3627 1.234 -2.2292 2.9333"""
VARIANCE_ENTRIES = """
    2.7078 366.049 5.7644 22.3775 14.3755 6.1847 207.1809 32.7137 18.3063
    1.7606 12.716 16.4661 1.7018 56.1903 8.5939"""
VARIANCE_DIFFERENCES = """
    3.3409 326.6121 6.5104 16.6935 11.3092 7.5258 263.4582 29.6119 18.0609
    4.7383 18.9184 20.739 4.6222 41.5029 8.6521"""
VARIANCE_PRODUCTS = """
    1.2922 178.9957 2.3428 7.939 4.4031 196.0727 1.954 94.9639 8.0098 4.1407
    2.444 154.7636 1.0755 5.9163 7.2847 13.801 16.6728 6.785 1.0509 20.6901
    7.2042 7.1714 7.3738 16.5712 2.7812"""  # all 25 entries by rows: these are not symmetric
ROUNDING = {  # linnainmaa_rounding_variance_table
    2: 0.18033688011112045,
    8: 1.2623581607778431,
    10: 1.7914647378509136,
    16: 3.8321587023613093,
    64: 41.026640225279905,
}
# linnainmaa_1970_matrix_inverse, `published`: typed again here, so that the module cannot vouch.
PUBLISHED = {
    "inverse (1,1)": "2.5555",
    "inverse (2,2)": "7.6127",
    "largest r": "10.7718",
    "M of (1,1)": "-1.00 3.68 2.32",
    "M of (5,5)": "-1.00 -4.00 2.93",
    "V of (1,1)": "2.71 3.34 1.29",
    "V of (1,2)": "366.14 326.72 179.08",
}
AGREE = {"M of (1,1)", "M of (5,5)", "V of (1,1)"}
PUBLISHED_ROUNDING = {2: "0.1803", 8: "1.262", 10: "1.791", 16: "3.832", 64: "41.02"}


def table(text: str) -> np.ndarray:
    """Entries of an upper triangle, completed to a symmetric matrix, or of a whole one."""
    numbers = [float(word) for word in text.split()]
    if len(numbers) == 25:
        return np.reshape(numbers, (5, 5))
    found = np.zeros((5, 5))
    found[UPPER] = found.T[UPPER] = numbers
    return found


def places(text: str) -> int:
    return len(text.partition(".")[2])


def printed_alike(A: np.ndarray) -> set[str]:
    """The names of the printed numbers that a matrix gives at every printed place."""
    found = {
        name: " ".join(f"{x:.{places(PRINTED[name][0])}f}" for x in row)
        for name, row in rerun(A).items()
    }
    return {name for name, text in PUBLISHED.items() if found[name] == text}


def matrix(seed: int, m: int = 4) -> np.ndarray:
    """A random one, not symmetric, on which no pivot vanishes."""
    return m * np.eye(m) + np.random.default_rng(seed).uniform(-1, 1, size=(m, m))


class ByHand:
    """The same elimination on rows of an array, sharing neither code nor numbering with the module.

    Each operation that can round does so by the next factor 1 + ε; `kinds` says what it was.
    """

    def __init__(self, A: np.ndarray) -> None:
        self.A, self.kinds = A, []
        self.inverse(np.zeros(len(A) ** 3 * 3))

    def rounded(self, value: complex, kind: int) -> complex:
        self.kinds.append(kind)
        return value * (1 + self.epsilon[len(self.kinds) - 1])

    def inverse(self, epsilon: np.ndarray) -> np.ndarray:
        self.kinds, self.epsilon, m = [], epsilon, len(self.A)
        B = np.zeros((m, 2 * m), dtype=complex)
        for i, j in np.ndindex(m, m):
            B[i, j] = self.rounded(self.A[i, j], 0)
        for k in range(m):
            B[k, m + k] = 1
            for i in [i for i in range(m) if i != k]:
                factor = self.rounded(B[i, k] / B[k, k], 2)
                for j in range(k + 1, m + k):
                    product = self.rounded(factor * B[k, j], 2)
                    B[i, j] = self.rounded(B[i, j] - product, 1)
                B[i, m + k] = -factor  # zero minus the factor times one: nothing to round
        X = [self.rounded(B[i, m + j] / B[i, i], 2) for i, j in np.ndindex(m, m)]
        return np.array(X)

    def tables(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance coefficients by complex steps, one per operation."""
        none, m = np.zeros(len(self.kinds)), len(self.A)
        effect = complex_step_jacobian(self.inverse, none) / self.inverse(none).real[:, None]
        of_kind = np.eye(3)[self.kinds]
        return tuple((r @ of_kind).reshape(m, m, 3) for r in (effect, effect**2))


def test_the_printed_numbers() -> None:
    """Entry linnainmaa_1970_matrix_inverse, `published`: three rows agree at the printed places.

    The others differ by less than one part in 2000: A is printed with four decimals.
    """
    assert {name: " ".join(row) for name, row in PRINTED.items()} == PUBLISHED
    assert printed_alike(A) == AGREE
    for name, row in rerun(A).items():
        assert row == pytest.approx([float(x) for x in PUBLISHED[name].split()], rel=5e-4) or (
            name in AGREE
        )


def test_a_matrix_that_rounds_to_the_printed_one_gives_every_printed_digit() -> None:
    assert np.max(np.abs(A_NEAR - A)) < 0.00005
    assert np.array_equal(A_NEAR, A_NEAR.T)
    assert printed_alike(A_NEAR) == set(PUBLISHED)


def test_the_tables_of_the_first_run() -> None:
    """Entry linnainmaa_1970_matrix_inverse, `expected`: all 25 entries, at its four decimals."""
    assert inverse(A) == pytest.approx(table(INVERSE), abs=1e-6)
    mean, variance = mean_table(A), variance_table(A)
    assert mean[:, :, 0] == pytest.approx(-np.ones((5, 5)), rel=1e-12)
    assert mean[:, :, 1] == pytest.approx(table(MEAN_DIFFERENCES), abs=5e-5)
    assert mean[:, :, 2] == pytest.approx(table(MEAN_PRODUCTS), abs=5e-5)
    assert variance[:, :, 0] == pytest.approx(table(VARIANCE_ENTRIES), abs=5e-5)
    assert variance[:, :, 1] == pytest.approx(table(VARIANCE_DIFFERENCES), abs=5e-5)
    assert variance[:, :, 2] == pytest.approx(table(VARIANCE_PRODUCTS), abs=5e-5)


def test_records_zeros_and_the_largest() -> None:
    """Entry linnainmaa_1970_matrix_inverse: 295 records; the largest r; a share of zeros."""
    r = relative_coefficients(A)
    assert r.shape == (5, 5, 295)
    assert np.mean(r == 0) == pytest.approx(0.6128813559322034, rel=1e-15)  # "about two thirds"
    assert r[0, 1, 5 * 4 + 1] == pytest.approx(10.769716477903527, rel=1e-10)  # of a_52
    assert r[1, 0, 5 * 1 + 4] == pytest.approx(10.769716477903527, rel=1e-10)  # of a_25
    assert np.max(np.abs(r)) == pytest.approx(10.769716477903527, rel=1e-10)
    value, *place = largest(A)
    assert value == pytest.approx(10.769716477903527, rel=1e-10)
    assert place in ([0, 1, 21], [1, 0, 9])


def test_variances_of_roundings() -> None:
    """Entry linnainmaa_rounding_variance_table. The printed digits are cut off, not rounded."""
    assert PRINTED_ROUNDING == PUBLISHED_ROUNDING
    for b, text in PUBLISHED_ROUNDING.items():
        unit = 10.0 ** places(text)
        assert np.floor(one_rounding(b) * unit) / unit == float(text)
        assert one_rounding(b) == pytest.approx(ROUNDING[b], rel=1e-12)
        assert one_rounding(b) == pytest.approx((b**2 - 1) / (24 * np.log(b)), rel=1e-12)
    assert f"{one_rounding(64):.2f}" == "41.03"


@pytest.mark.parametrize("b", ROUNDING)
def test_variance_of_numbers_that_are_really_rounded(b: int) -> None:
    """Mantissas spread evenly on a logarithmic scale, rounded to multiples of u."""
    x, u = b ** -((np.arange(200_000) + 0.5) / 200_000), 1e-4 / np.pi
    error = (np.round(x / u) * u - x) / x
    assert np.mean(error**2) / u**2 == pytest.approx(one_rounding(b), rel=0.02)


@pytest.mark.parametrize("matrix", [A, matrix(1), matrix(2, m=3)], ids=["A", "4 x 4", "3 x 3"])
def test_tables_by_complex_steps_through_another_program(matrix: np.ndarray) -> None:
    mean, variance = ByHand(matrix).tables()
    assert mean_table(matrix) == pytest.approx(mean, rel=1e-9, abs=1e-9)
    assert variance_table(matrix) == pytest.approx(variance, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_entries_of_the_matrix_in_closed_form(seed: int) -> None:
    """The derivative of X by A_kl is minus column k of X times row l."""
    matrix_, m = matrix(seed), 4
    X = np.linalg.inv(matrix_)
    assert inverse(matrix_) == pytest.approx(X, rel=1e-10)
    closed = -np.einsum("ik,lj->ijkl", X, X).reshape(m, m, m * m)
    assert coefficients(matrix_)[:, :, : m * m] == pytest.approx(closed, rel=1e-9, abs=1e-12)
    assert reach(matrix_, 0.01) == pytest.approx(0.01 * np.abs(closed).sum(axis=2), rel=1e-9)
    assert mean_table(matrix_)[:, :, 0] == pytest.approx(-np.ones((m, m)), rel=1e-9)


def test_coefficients_by_reruns() -> None:
    """Tienari's method, one rerun per record, for the last entry."""
    inputs = np.concatenate([A.ravel(), np.eye(5).ravel()])
    reruns = by_reruns(inputs, gauss_jordan(5)[0], 1e-7)
    assert relative_coefficients(A)[4, 4] == pytest.approx(reruns, abs=1e-5)


def test_coefficients_do_not_depend_on_the_unit_of_the_matrix() -> None:
    assert relative_coefficients(1000 * A) == pytest.approx(relative_coefficients(A), abs=1e-9)


@pytest.mark.parametrize("m", range(1, 7))
def test_how_many_records(m: int) -> None:
    stack, found = invert(matrix(m, m))
    assert len(stack) == 2 * m**3 + 2 * m**2 - m
    assert found.shape == (m, m)
    products = (m - 1) ** 2 * m
    quotients = m * (m - 1) + m * m
    assert list(kinds(matrix(m, m)).sum(axis=1)) == [m * m, products, products + quotients]


def test_what_cannot_be_inverted() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 3\): give a square matrix"):
        invert(np.ones((2, 3)))
    with pytest.raises(ValueError, match="pivot of the 2 x 2 matrix is zero"):
        invert(np.array([[0.0, 1.0], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="is zero and has no relative error"):
        mean_table(np.diag([2.0, 3.0]))


def test_the_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["reach"][0, 0] == pytest.approx(0.0018, abs=5e-5)
    assert numbers["reach"][1, 1] == pytest.approx(0.0088, abs=5e-5)
    for place, name in ((0, "inverse (1,1)"), (1, "inverse (2,2)")):
        gap = abs(numbers["from_A"][name][0] - numbers["printed"][name][0])
        assert gap < numbers["reach"][place, place]
