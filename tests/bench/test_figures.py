#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The bench's statistics, with numbers whose answers are known; and that its files can be read."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bench  # noqa: E402
import dhcp  # noqa: E402
import figures  # noqa: E402
import report as page  # noqa: E402
import result  # noqa: E402


def samples(values, steal=0):
    return [{"value": v, "steal": steal} for v in values]


def a_ratio_is_the_median_of_the_blocks():
    rows = {"a": samples([2, 4, 9]), "b": samples([1, 1, 1])}
    found = figures.ratio(rows, "a", "b")
    assert found == {"median": 4, "low": 2, "high": 9}, found


def one_drift_for_both_leaves_the_ratio():
    rows = {"a": samples([1, 2, 3, 4, 5]), "b": samples([2, 4, 6, 8, 10])}
    assert figures.ratio(rows, "a", "b") == {"median": 0.5, "low": 0.5, "high": 0.5}


def blocks_with_steal_are_left_out_while_others_remain():
    rows = {"a": samples([2, 2]) + samples([90], steal=5), "b": samples([1, 1, 1])}
    assert figures.ratio(rows, "a", "b")["high"] == 2
    rows = {"a": samples([90], steal=5), "b": samples([1])}
    assert figures.ratio(rows, "a", "b")["median"] == 90


def the_interval_of_many_is_narrow_and_the_same_every_time():
    values = list(range(101))
    low, high = figures.interval(values)
    assert 35 <= low < 50 < high <= 65, (low, high)
    assert figures.interval(values) == (low, high)


def the_order_turns_every_block():
    assert figures.order(["a", "b", "c"], 0) == ["a", "b", "c"]
    assert figures.order(["a", "b", "c"], 1) == ["c", "b", "a"]


def a_goal_is_missed_only_by_the_whole_interval():
    assert figures.verdict(0.91, 1.0, (">=", 0.9)) == "met"
    assert figures.verdict(0.8, 1.0, (">=", 0.9)) == "unclear"
    assert figures.verdict(0.8, 0.89, (">=", 0.9)) == "missed"
    assert figures.verdict(4, 5, ("<=", 5)) == "met"
    assert figures.verdict(4, 6, ("<=", 5)) == "unclear"
    assert figures.verdict(6, 7, ("<=", 5)) == "missed"
    assert figures.verdict(1, 2, None) == ""


def percentiles_are_of_the_nearest_rank():
    values = list(range(1, 101))
    assert figures.percentile(values, 0.5) == 50
    assert figures.percentile(values, 0.99) == 99
    assert figures.percentile(values, 1) == 100
    assert figures.percentile([7], 0.99) == 7


def a_search_finds_the_limit_from_both_sides():
    for guess in (100, 1000, 9000):
        tried = []
        best = figures.search(guess, lambda rate: tried.append(rate) or rate <= 3000, steps=6)
        assert 2900 < best <= 3000, best
        assert len(tried) <= 18, tried
    assert figures.search(100, lambda rate: False) is None


def perfdhcp_is_read():
    text = """***Statistics for: DISCOVER-OFFER***
sent packets: 200
received packets: 199
***Statistics for: REQUEST-ACK***
sent packets: 199
received packets: 198
"""
    assert dhcp.read_perfdhcp(text, 2) == {"begun": 200, "done": 198, "rate": 99}
    assert dhcp.read_perfdhcp("", 2)["done"] == 0


def a_report_is_a_table():
    made = result.Result("name", "title")
    rows = {"a": samples([2, 2]), "b": samples([1, 1]), "dead": samples([0, 0])}
    made.ratio(rows, "a", "b", "speed", (">=", 3))
    made.ratio(rows, "a", "b", "again", (">=", 3), limited=True)
    made.ratio(rows, "a", "dead", "nothing", (">=", 3))
    made.goal("a", "delay", "ms", [4, 4.5], ("<=", 5))
    made.figure("a", "speed", "1/s", [1000, 2000])
    machine = {"cpus": 2, "cpu": "x", "kernel": "6", "load_before": 0}
    machine |= {"fdatasync_us": 1, "fdatasync_p99_us": 2}
    text = result.table({"machine": machine, "benches": [made.as_json()]})
    verdicts = [r["verdict"] for r in made.ratios]
    assert verdicts == ["missed", "generator-limited", "met"], verdicts
    assert "a / b" in text and "1,500" in text and "not idle" not in text, text
    assert "could be compared" in text


def a_page_says_when_there_are_no_figures():
    text = page.page(None, bench.BENCHES, None)
    assert "None have been taken" in text and "| `dhcp` |" in text
    for line in text.splitlines():
        assert line == line.rstrip(), line


def tables_keep_their_bars():
    assert page.markdown([("a", "b"), ("x|y", "")]) == "| a | b |\n|---|---|\n| x\\|y | |"


def every_benchmark_can_be_run():
    for name, (module, what) in (bench.BENCHES | bench.SPECIAL).items():
        loaded = bench.importlib.import_module(module)
        assert callable(getattr(loaded, "run_" + name, getattr(loaded, "run", None))), name
        assert what


if __name__ == "__main__":
    own = [t for t in list(globals().values()) if getattr(t, "__module__", "") == "__main__"]
    tests = [t for t in own if t is not samples]
    for test in tests:
        test()
    print(f"{len(tests)} tests passed")
