# ---
# id: 2026-11-22t08-00-00z
# title: The tables of 1970 put to the test
# claim: Linnainmaa's variance coefficients predict how far rounding moves the inverse of his
#   matrix, and ten thousand inversions with four decimal digits agree with them.
# aliases: [rounding experiment, Linnainmaa rerun, decimal rounding]
# needs: [linnainmaa-1970-tables]
# sources: [linnainmaa-1970]
# date: 2026-11-22
# ---

# %% [markdown]
# The note on [Linnainmaa's tables](../notes/linnainmaa-1970-tables.md) compares a few numbers
# that the [thesis](../sources/linnainmaa-1970.md) prints with a run of today. Here are the tables
# of that run in full. A mean coefficient adds the relative coefficients of all rounding errors of
# one kind, a variance coefficient adds their squares:
#
# $$
# M := \sum_{k \in K} r_k, \quad V := \sum_{k \in K} r_k^2
# $$

# %%
import numpy as np
from zettelkasten.plot import Curve, plot

from snippets.linnainmaa_1970_tables import (
    A,
    gauss_jordan,
    kinds,
    mean_table,
    one_rounding,
    relative_coefficients,
    variance_table,
)
from snippets.linnainmaa_algorithm_l import OPERATIONS

KINDS = ["entries of A", "differences", "products and quotients"]
for name, table in (("M", mean_table(A)), ("V", variance_table(A))):
    for kind, what in enumerate(KINDS):
        print(f"{name}, {what}")
        for row in table[:, :, kind]:
            print("  ", *(f"{entry:8.2f}" for entry in row))

# %% [markdown]
# All entries of the first table are minus one, because doubling a matrix halves its inverse.
#
# ## Do they predict anything?
#
# The theory has two parts. One rounding to a mantissa of $b$-adic digits has a relative error
# whose variance, in units of the distance of neighbouring mantissas, is on average
#
# $$
# q = \frac{b^2 - 1}{24 \ln b}
# $$
#
# if mantissas are spread as they usually are. And errors of different operations are taken for
# independent, so that the variance of the result is $q$ times the sum of the three coefficients
# $V$. Neither is exactly true: rounding is no game of chance. So let us do what is predicted, and
# compute with four decimal digits.
#
# One matrix has one set of mantissas and says little. But the coefficients do not change when
# rows and columns are multiplied by any factors, and mantissas do. So ten thousand matrices are
# made from his by random factors, and by a change of each entry of about one in a hundred.

# %%
DIGITS, BASE, TRIALS = 4, 10, 10_000


def rounded(values):
    """Each number with a mantissa of some decimal digits."""
    with np.errstate(divide="ignore"):
        size = np.where(values == 0, 1.0, np.floor(np.log10(np.abs(values))) + 1)
    unit = BASE ** (size - DIGITS)
    return np.rint(values / unit) * unit


def exact(values):
    """The same numbers."""
    return values


def elimination(matrices, after_each):
    """Gauss-Jordan on all matrices, (5, 5, trials), by the plan of the note.

    Returns what each last division divided, and the inverses; both (5, 5, trials).
    """
    plan, found = gauss_jordan(5)
    identity = np.eye(5)[:, :, None] + np.zeros_like(matrices)
    values = [after_each(row) for row in np.concatenate([matrices, identity]).reshape(50, -1)]
    for operation, j, k in plan:
        values.append(after_each(OPERATIONS[operation](values[j], values[k])))
    divided = [plan[at - 50][1] for at in found.flat]  # the inputs stand before the plan
    return np.array([[values[at] for at in row] for row in (divided, found.flat)]).reshape(
        2, *matrices.shape
    )


def inverses(matrices, after_each):
    """The inverses alone."""
    return elimination(matrices, after_each)[1]


rng = np.random.default_rng(0)
rows, columns = 10.0 ** rng.uniform(0, 1, size=(2, 5, TRIALS))
matrices = A[:, :, None] * rows[:, None] * columns * (1 + 0.01 * rng.normal(size=(5, 5, TRIALS)))
off = inverses(matrices, rounded) / inverses(matrices, exact) - 1
measured = np.sqrt((off**2).mean(axis=2)) * BASE**DIGITS
predicted = np.sqrt(one_rounding(BASE) * variance_table(A).sum(axis=2))
ratio = measured / predicted
print("relative error of each entry, in units of the last digit: measured by predicted")
for row in ratio:
    print("  ", *(f"{entry:5.2f}" for entry in row))

# %%
diagonal = np.eye(5, dtype=bool)
ends = [2, 50]
plot(
    [
        Curve("equal", ends, ends, style="plain"),
        Curve("diagonal", predicted[diagonal], measured[diagonal], "backward", True, False),
        Curve("others", predicted[~diagonal], measured[~diagonal], "forward", True, False),
    ],
    x="predicted error, in units of the last digit",
    y="measured error",
    log="xy",
    title="25 entries of the inverse, by theory and in fact",
    text="Points along the line on which theory and measurement are equal. The twenty entries "
    "beside the diagonal lie on it, four of the five of the diagonal lie above it.",
)

# %% [markdown]
# Beside the diagonal the prediction is right to a few hundredths, for errors that range from five
# to forty units. The tables of 1970 mean what they say.
#
# ## Where the theory is off, and why
#
# On the diagonal most errors are larger than predicted, by up to a third. There the elimination
# starts from the ones of the identity and changes them a little, so the mantissas are not spread:
# they lie just above one tenth, where the distance of neighbours is largest beside the number.
# Only the last of the ones is never changed, and its entry is as predicted.


# %%
def mantissas(values):
    """Numbers from one tenth to one."""
    return np.abs(values) / 10.0 ** (np.floor(np.log10(np.abs(values))) + 1)


low = (mantissas(elimination(matrices, exact)[0]) < 0.2).mean(axis=2)
print("mantissas below 0.2 before the last division")
print(f"   usual            {100 * np.log10(2):3.0f} %")
print(f"   on the diagonal  {100 * low[diagonal].mean():3.0f} %")
print(f"   elsewhere        {100 * low[~diagonal].mean():3.0f} %")

# %% [markdown]
# !!! mistake "Common mistake"
#     Adding up the worst cases. If every rounding had its largest size and the least favourable
#     sign, the errors would add, and not their squares. That bound is never wrong, and it is far
#     from what happens:

# %%
able = kinds(A).any(axis=0)
worst = 5 * np.abs(relative_coefficients(A)[:, :, able]).sum(axis=2)  # half a unit beside 0.1
furthest = np.abs(off).max(axis=2) * BASE**DIGITS
print(f"bound by usual error: {(worst / measured).min():.0f} to {(worst / measured).max():.0f}")
print(f"largest error of all by bound: {(furthest / worst).max():.2f}")
