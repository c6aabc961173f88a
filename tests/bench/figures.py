#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Turns measurements into ratios.

figures.py iperf                 reads iperf3's JSON; prints "bits-per-second retransmits"
figures.py report FILE [--json] [--at-least R]
    FILE: a line a measurement: BLOCK STEAL-% SUBJECT BITS-PER-SECOND RETRANSMITS CPU-SECONDS SECONDS
    In a block each subject was measured once. The first subject is compared with each of the others
    by the ratio within each block; their median is given with a bootstrap 95 % interval. A block in
    which the machine was held back by its host (steal above 2 %) is left out while others remain.
    Exit status 1 when the whole interval of the first ratio lies below R.
"""
import argparse
import json
import os
import random
import statistics
import sys

STEAL_MAX = 2.0
RESAMPLES = 5000


def iperf():
    result = json.load(sys.stdin)
    if "error" in result:
        sys.exit("iperf3: " + result["error"])
    end = result["end"]
    print(int(end["sum_received"]["bits_per_second"]), end["sum_sent"].get("retransmits", 0))


def interval(values):
    """Bootstrap 95 % interval of the median; the seed is fixed, so a file gives one answer."""
    chance = random.Random(1)
    medians = sorted(
        statistics.median(chance.choices(values, k=len(values))) for _ in range(RESAMPLES)
    )
    return medians[int(0.025 * RESAMPLES)], medians[int(0.975 * RESAMPLES) - 1]


def read(path):
    """Blocks in order, each a dict of subject to measurement; and the steal of each."""
    blocks, steal = {}, {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            block, stolen, subject, bits, retransmits, cpu, seconds = line.split()
            blocks.setdefault(block, {})[subject] = {
                "bits_per_second": int(bits),
                "retransmits": int(retransmits),
                "cpu": float(cpu) / float(seconds),
            }
            steal[block] = max(steal.get(block, 0.0), float(stolen))
    return blocks, steal


def summarise(path):
    blocks, steal = read(path)
    kept = [b for b in blocks if steal[b] <= STEAL_MAX] or list(blocks)
    subjects = list(next(iter(blocks.values())))
    report = {
        "kernel": os.uname().release,
        "cpus": os.cpu_count(),
        "blocks": len(blocks),
        "blocks_left_out": len(blocks) - len(kept),
        "steal_percent_max": max(steal.values()),
        "subjects": [],
        "ratios": [],
    }
    for subject in subjects:
        rows = [blocks[b][subject] for b in kept]
        report["subjects"].append(
            {
                "name": subject,
                "bits_per_second": statistics.median(r["bits_per_second"] for r in rows),
                "retransmits": statistics.median(r["retransmits"] for r in rows),
                "cpu": round(statistics.median(r["cpu"] for r in rows), 3),
            }
        )
    for other in subjects[1:]:
        ratios = [
            blocks[b][subjects[0]]["bits_per_second"] / blocks[b][other]["bits_per_second"]
            for b in kept
        ]
        low, high = interval(ratios)
        report["ratios"].append(
            {
                "of": subjects[0],
                "to": other,
                "median": round(statistics.median(ratios), 3),
                "low": round(low, 3),
                "high": round(high, 3),
            }
        )
    return report


def print_table(report):
    print(f"{'subject':<12}{'Gbit/s':>8}{'retransmits':>13}{'CPU':>7}")
    for row in report["subjects"]:
        cpu = f"{100 * row['cpu']:.0f} %" if row["cpu"] > 0 else "-"
        print(
            f"{row['name']:<12}{row['bits_per_second'] / 1e9:>8.2f}"
            f"{row['retransmits']:>13.0f}{cpu:>7}"
        )
    print()
    for row in report["ratios"]:
        print(
            f"{row['of']} / {row['to']}: {row['median']:.2f}"
            f"  (95 %: {row['low']:.2f} to {row['high']:.2f})"
        )
    print(
        f"\nmedians of {report['blocks'] - report['blocks_left_out']} blocks,"
        f" {report['blocks_left_out']} left out; {report['cpus']} CPUs, Linux {report['kernel']}."
        "\nOnly the ratios mean anything on another machine."
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["iperf", "report"])
    parser.add_argument("file", nargs="?")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--at-least", type=float)
    options = parser.parse_args()
    if options.what == "iperf":
        iperf()
        return 0
    report = summarise(options.file)
    if options.json:
        print(json.dumps(report, indent=1))
    else:
        print_table(report)
    if options.at_least is None or not report["ratios"]:
        return 0
    return 1 if report["ratios"][0]["high"] < options.at_least else 0


if __name__ == "__main__":
    sys.exit(main())
