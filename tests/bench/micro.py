# SPDX-License-Identifier: BSD-2-Clause
"""ub: the table alone, and the core alone, without devices; nanoseconds an operation.

tests/bench/table has a plain reference for each in the same run, tests/bench/packets passes packets
through all of the core, one by one and in batches.
"""
import json

from bed import say
from result import Result

# nanoseconds an operation at most, by sessions
GOALS = {
    "translate": {1000: 25, 100000: 55.6, 1000000: 143},
    "insert": {1000: 200, 100000: 250, 1000000: 333},
}
COUNTS = (1000, 100000, 1000000)
SORTS = ("udp-out", "udp-in", "tcp-out", "tcp-in")


def read_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def run_ub(bed, options):
    result = Result("ub", "the table and the core alone")
    counts = COUNTS[:2] if options.quick else COUNTS
    commands = [["sessions", str(n)] for n in counts]
    commands += [["port", str(n)] for n in (50, 90, 99)] + [["checksum"]]
    found = {}
    for turn in range(options.pairs):
        say(f"{turn + 1}/{options.pairs}")
        for command in commands:
            text = bed.run([bed.program("table"), *command], timeout=120)
            for row in read_lines(text):
                found.setdefault((row["what"], row["n"], row["of"]), []).append(row["ns"])
        for sort in SORTS[:1] if options.quick else SORTS:
            for n in counts:
                for batch in (1, 64):
                    rounds = str(max(1, 500000 // n))
                    argv = [bed.program("packets"), sort, str(n), rounds, str(batch)]
                    spent = float(bed.run(argv, timeout=120).split()[3])
                    key = (f"all of the core, {sort}, batches of {batch}", n, "viprouter")
                    found.setdefault(key, []).append(spent)
    for (what, n, of), values in found.items():
        unit = "" if "not found" in what else "ns"
        result.figure(of, f"{what}, {n:,}", unit, values)
        goal = GOALS.get(what, {}).get(n)
        if goal and of == "viprouter":
            result.goal(of, f"{what}, {n:,} sessions", "ns", values, ("<=", goal))
    add_ratios(result, found)
    return result


def add_ratios(result, found):
    for (what, n, of) in list(found):
        if of != "viprouter" or (what, n, "reference") not in found:
            continue
        rows = {
            o: [{"value": v, "steal": 0} for v in found[(what, n, o)]]
            for o in ("viprouter", "reference")
        }
        result.ratio(rows, "viprouter", "reference", f"{what}, {n:,}")
