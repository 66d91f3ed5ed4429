"""Linnainmaa's tables: a 5 by 5 matrix is inverted, and every rounding error traced by Algorithm L.

    mean coefficient M = Σ rₖ,    variance coefficient V = Σ rₖ²    over the records k of one kind

The inverse of an m by m matrix A takes N = 2m³ + 2m² - m records, 295 here. Each entry of the
inverse has its own relative coefficients r, (N, 1), and so its own M and V for three kinds of
rounding errors: of the entries of A, of differences, and of products and quotients.

Source: S. Linnainmaa, thesis, University of Helsinki, 1970: chapter 10, and the table behind
equation 3.20. `PRINTED` is what it prints, `A_NEAR` is ours.
"""

import numpy as np

from snippets.linnainmaa_algorithm_l import part_1, part_2, relative

A = np.array(  # as printed, with four decimals
    [
        [+0.5758, -0.1035, -0.0824, +0.1051, -0.2077],
        [-0.1035, +0.2601, -0.0850, -0.1125, +0.2108],
        [-0.0824, -0.0850, +0.3935, +0.0737, -0.1073],
        [+0.1051, -0.1125, +0.0737, +0.3049, -0.1401],
        [-0.2077, +0.2108, -0.1073, -0.1401, +0.3595],
    ]
)
A_NEAR = np.array(  # one of many that print as A; chosen so that it gives what the thesis prints
    [
        [+0.575833, -0.103481, -0.082382, +0.105067, -0.207662],
        [-0.103481, +0.260071, -0.085019, -0.112515, +0.210815],
        [-0.082382, -0.085019, +0.393500, +0.073685, -0.107301],
        [+0.105067, -0.112515, +0.073685, +0.304904, -0.140106],
        [-0.207662, +0.210815, -0.107301, -0.140106, +0.359507],
    ]
)
PRINTED = {  # M and V: of entries of A, of differences, of products and quotients
    "inverse (1,1)": ["2.5555"],
    "inverse (2,2)": ["7.6127"],
    "largest r": ["10.7718"],
    "M of (1,1)": ["-1.00", "3.68", "2.32"],
    "M of (5,5)": ["-1.00", "-4.00", "2.93"],
    "V of (1,1)": ["2.71", "3.34", "1.29"],
    "V of (1,2)": ["366.14", "326.72", "179.08"],
}
SCANNED = "526.72"  # what the transcription has for 326.72; elsewhere too it has 5 for 3
PRINTED_ROUNDING = {2: "0.1803", 8: "1.262", 10: "1.791", 16: "3.832", 64: "41.02"}


# --8<-- [start:plan]
def gauss_jordan(m):
    """Plan of the inverse of an m by m matrix, and the record of each entry, (m, m).

    The plan's inputs are the matrix by rows, then the identity.
    """
    first = np.arange(2 * m * m).reshape(2, m, m)
    at = np.hstack([*first])  # the record that now stands at row i, column j of [A I]
    plan = []

    def step(operation, j, k):
        plan.append((operation, j, k))
        return first.size + len(plan) - 1

    for k in range(m):
        for i in [i for i in range(m) if i != k]:
            factor = step("/", at[i, k], at[k, k])
            for j in range(k + 1, k + m + 1):  # the columns beyond do not change in this step
                at[i, j] = step("-", at[i, j], step("*", factor, at[k, j]))
    for i, j in np.ndindex(m, m):
        at[i, m + j] = step("/", at[i, m + j], at[i, i])
    return plan, at[:, m:]


# --8<-- [end:plan]


def invert(A):
    """Records of the inversion of A, (m, m), and the record of each entry of the inverse, (m, m).

    Raises ValueError if A is not square, or if a pivot is zero: rows are not exchanged.
    """
    m = len(A)
    if np.shape(A) != (m, m):
        raise ValueError(f"A has shape {np.shape(A)}: give a square matrix")
    plan, found = gauss_jordan(m)
    inputs = np.concatenate([np.ravel(A), np.ravel(np.eye(m))])
    try:
        with np.errstate(divide="raise", invalid="raise"):
            return part_1(inputs, plan, np.zeros(inputs.size + len(plan))), found
    except FloatingPointError as error:
        raise ValueError(f"a pivot of the {m} x {m} matrix is zero: reorder its rows") from error


def inverse(A):
    """The inverse of A, from the records: (m, m)."""
    stack, found = invert(A)
    return np.array([[stack[i][0] for i in row] for row in found])


def coefficients(A):
    """COEFF of every record, for each entry of the inverse: (m, m, N), one sweep back each."""
    stack, found = invert(A)
    return np.array([[part_2(stack, i) for i in row] for row in found])


def relative_coefficients(A):
    """The r of every record, for each entry of the inverse: (m, m, N).

    Raises ValueError if an entry of the inverse is zero.
    """
    stack, found = invert(A)
    return np.array([[relative(stack, i) for i in row] for row in found])


def is_exact(operation, v, w):
    """Whether nothing is rounded: an operand is 0, or a factor or divisor is 1 or -1."""
    units = {"-": (), "*": (v, w), "/": (w,)}[operation]
    return v == 0 or w == 0 or any(abs(unit) == 1 for unit in units)


def kinds(A):
    """One where a record makes a rounding error of a kind, else zero: (3, N).

    Kinds are entries of A, differences, and products with quotients. The identity is exact.
    """
    stack, _ = invert(A)
    found = np.zeros((3, len(stack)))
    found[0, : np.size(A)] = 1
    for i, (_, operation, j, k) in enumerate(stack):
        if operation != "input" and not is_exact(operation, stack[j][0], stack[k][0]):
            found[1 if operation == "-" else 2, i] = 1
    return found


# --8<-- [start:tables]
def mean_table(A):
    """M of each entry of the inverse, for three kinds of errors: (m, m, 3)."""
    return relative_coefficients(A) @ kinds(A).T


def variance_table(A):
    """V of each entry of the inverse, for three kinds of errors: (m, m, 3)."""
    return relative_coefficients(A) ** 2 @ kinds(A).T


# --8<-- [end:tables]


def rerun(A):
    """What a matrix gives for each entry of `PRINTED`, under the same names."""
    X, M, V = inverse(A), mean_table(A), variance_table(A)
    return {
        "inverse (1,1)": X[:1, 0],
        "inverse (2,2)": X[1:2, 1],
        "largest r": np.array([np.abs(relative_coefficients(A)).max()]),
        "M of (1,1)": M[0, 0],
        "M of (5,5)": M[4, 4],
        "V of (1,1)": V[0, 0],
        "V of (1,2)": V[0, 1],
    }


def largest(A):
    """The largest r, the row and column of its entry of the inverse, and its record."""
    r = relative_coefficients(A)
    place = np.unravel_index(np.abs(r).argmax(), r.shape)
    return r[place], *map(int, place)


def reach(A, half_unit):
    """To first order, how far the inverse moves if entries of A move by half_unit: (m, m)."""
    return np.abs(coefficients(A)[:, :, : np.size(A)]).sum(axis=2) * half_unit


def one_rounding(b):
    """Variance of the relative error of one rounding in base b, in units of u².

    It is the mean of u²/(12 m²) over mantissas m. One is b⁻ᵗ with t even over [0, 1), and its
    neighbours are u away.
    """
    nodes, weights = np.polynomial.legendre.leggauss(40)
    return (weights / 2) @ b ** (nodes + 1.0) / 12  # t = (nodes + 1)/2


def example():
    """All tables, what the thesis prints of them, and the same from two matrices."""
    r = relative_coefficients(A)
    return {
        "inverse": inverse(A),
        "mean": mean_table(A),
        "variance": variance_table(A),
        "records": len(invert(A)[0]),
        "zero_share": np.mean(r == 0),
        "largest": largest(A)[0],
        "reach": reach(A, 0.00005),
        "printed": {name: [float(text) for text in row] for name, row in PRINTED.items()},
        "scanned": float(SCANNED),
        "from_A": rerun(A),
        "from_A_near": rerun(A_NEAR),
        "printed_rounding": {b: float(text) for b, text in PRINTED_ROUNDING.items()},
        "rounding": {b: one_rounding(b) for b in PRINTED_ROUNDING},
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    A: the matrix that is inverted, (m, m)
    X: its inverse, from the records, (m, m)
    m: how many rows the matrix has
    N: how many records the inversion takes
    i: the row of one entry of the inverse, counted from zero
    j: the column of that entry
    r: the relative coefficients of all records in that entry, a column (N, 1)
    R: those of the entries of A alone, (m, m)
    S: the numbers of the records that can make a rounding error
    K: the numbers of those of one kind
    M: the mean coefficient of that kind
    V: the variance coefficient of that kind
    b: the base of the number system
    q: the variance of a relative rounding error, divided by the squared gap of neighbour mantissas
    """
    if rng is None:
        return [bound(A, i=0, j=1, kind=kind, b=2) for kind in range(3)]
    m = int(rng.integers(2, 5))
    i, j = map(int, rng.integers(0, m, size=2))
    matrix = m * np.eye(m) + rng.uniform(-1, 1, size=(m, m))
    return bound(matrix, i, j, kind=int(rng.integers(0, 3)), b=int(rng.integers(2, 65)))


def bound(A, i, j, kind, b):
    """The symbols for a matrix, an entry of its inverse, a kind of errors, and a base."""
    r = relative_coefficients(A)[i, j]
    return {
        "A": A,
        "X": inverse(A),
        "m": len(A),
        "N": len(invert(A)[0]),
        "i": i,
        "j": j,
        "r": r,
        "R": r[: np.size(A)].reshape(np.shape(A)),
        "S": {int(k) for k in np.flatnonzero(kinds(A).any(axis=0))},
        "K": {int(k) for k in np.flatnonzero(kinds(A)[kind])},
        "M": mean_table(A)[i, j, kind],
        "V": variance_table(A)[i, j, kind],
        "b": b,
        "q": one_rounding(b),
    }


def line(name, texts, *found):
    """A row of the comparison: each number found is rounded to the places that are printed."""
    places = len(texts[0].partition(".")[2])
    rounded = [[f"{number:.{places}f}" for number in numbers[name]] for numbers in found]
    return f"{name:<15}" + "".join(f"{' '.join(column):>22}" for column in [texts, *rounded])


if __name__ == "__main__":
    numbers = example()
    print(f"{'printed':>37}{'from A':>22}{'from A_NEAR':>22}")
    for name, texts in PRINTED.items():
        print(line(name, texts, numbers["from_A"], numbers["from_A_near"]))
    print("\nbase             printed  computed")
    for b, text in PRINTED_ROUNDING.items():
        print(f"{b:4} {text:>19} {numbers['rounding'][b]:9.6g}")
