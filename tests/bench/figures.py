# SPDX-License-Identifier: BSD-2-Clause
"""Statistics: ratios within one run, and what they say about a goal.

Only what was measured side by side is compared. A and B are measured in turn, forwards in one block
and backwards in the next (ABBA), so that a drift of the machine meets both alike. Each block gives
a ratio; the median counts, with a bootstrap interval of 95 %.
"""
import random
import statistics

STEAL_MAX = 2.0  # per cent: a block in which the host took more is left out while others remain
RESAMPLES = 4000


def interval(values):
    """Bootstrap 95 % interval of the median; the seed is fixed, so figures give one answer."""
    chance = random.Random(1)
    medians = sorted(
        statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES)
    )
    return medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]


def order(subjects, block):
    """Whose turn it is when, in a block counted from 0."""
    return list(subjects) if block % 2 == 0 else list(reversed(subjects))


def kept_blocks(rows):
    """Blocks that count: no subject lost much time to the host in them; all when none is such.

    rows: by subject, a list of samples (dicts with "steal"), one a block.
    """
    count = min(len(samples) for samples in rows.values())
    good = [b for b in range(count) if all(s[b]["steal"] <= STEAL_MAX for s in rows.values())]
    return good or list(range(count))


def spread(values):
    low, high = interval(values)
    return {"median": statistics.median(values), "low": low, "high": high}


def ratio(rows, of, to, key="value"):
    """Median and interval of the ratio of two subjects, block by block; None: nothing to divide."""
    kept = kept_blocks({of: rows[of], to: rows[to]})
    pairs = [(rows[of][b].get(key), rows[to][b].get(key)) for b in kept]
    ratios = [a / b for a, b in pairs if a is not None and b]
    return spread(ratios) if ratios else None


def verdict(low, high, goal):
    """What an interval says about a goal such as (">=", 0.9).

    met or missed only when the whole interval is on one side.
    """
    if goal is None:
        return ""
    sign, wanted = goal
    if sign == ">=":
        return "met" if low >= wanted else "missed" if high < wanted else "unclear"
    return "met" if high <= wanted else "missed" if low > wanted else "unclear"


def percentile(values, share):
    """The value that the share (0 to 1) of all values does not exceed; nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, int(share * len(ranked) + 0.9999999) - 1))]


def search(guess, passes, steps=3, factor=1.5, tries=12):
    """The highest rate that passes, by steps from a guess and then by halving (of ratios).

    passes(rate) measures. Return: the highest rate that passed; None: none did.
    """
    low = high = None
    rate = guess
    for _ in range(tries):
        if passes(rate):
            low, rate = rate, rate * factor
        else:
            high, rate = rate, rate / factor
        if low and high:
            break
    for _ in range(steps if low and high else 0):
        middle = (low * high) ** 0.5
        if passes(middle):
            low = middle
        else:
            high = middle
    return low


def number(value):
    """A figure for people: three digits that count."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"
