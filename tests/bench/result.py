# SPDX-License-Identifier: BSD-2-Clause
"""What a benchmark found: figures, ratios with goals, curves, remarks; as JSON and as table.

{"machine": {...}, "benches": [{"name", "title", "settings": {...}, "figures": [...],
 "ratios": [...], "curves": [...], "remarks": [...]}]}

figure: {"subject", "what", "unit", "median", "low", "high"}
ratio:  {"of", "to", "what", "unit", "median", "low", "high", "goal", "verdict"}; `to` is null where
        a figure itself has a goal, and `unit` "" where it is a ratio
curve:  {"title", "x", "y", "lines": [{"name", "points": [[x, y], ...]}]}
"""
import os
import statistics
import time

import bed
import figures


class Result:
    def __init__(self, name, title):
        self.name, self.title = name, title
        self.settings, self.figures, self.ratios, self.curves, self.remarks = {}, [], [], [], []

    def remark(self, text):
        if text not in self.remarks:
            self.remarks.append(text)

    def figure(self, subject, what, unit, values):
        """One or several measurements of a subject; the table shows their median."""
        values = [v for v in (values if isinstance(values, list) else [values]) if v is not None]
        if values:
            row = {"subject": subject, "what": what, "unit": unit}
            self.figures.append(row | figures.spread(values))

    def ratio(self, rows, of, to, what, goal=None, key="value", limited=False):
        """A ratio of two subjects that were measured in turn."""
        if not rows.get(of) or not rows.get(to):
            return
        spread = figures.ratio(rows, of, to, key)
        if spread is None:
            self.remark(f"{what}: {to} did nothing that could be compared with")
            return
        self.judge({"of": of, "to": to, "what": what, "unit": ""} | spread, goal, limited)

    def goal(self, subject, what, unit, values, goal, limited=False):
        """A figure that has a goal of its own."""
        values = [v for v in values if v is not None]
        if values:
            row = {"of": subject, "to": None, "what": what, "unit": unit}
            self.judge(row | figures.spread(values), goal, limited)

    def judge(self, row, goal, limited):
        row["goal"] = f"{goal[0]} {goal[1]}" if goal else None
        row["verdict"] = figures.verdict(row["low"], row["high"], goal)
        if limited and goal and row["verdict"] != "met":
            row["verdict"] = "generator-limited"
        self.ratios.append(row)

    def curve(self, title, x, y, lines):
        """lines: by name, pairs of x and y."""
        made = [{"name": n, "points": [list(p) for p in points]} for n, points in lines.items()]
        self.curves.append({"title": title, "x": x, "y": y, "lines": made})

    def as_json(self):
        return dict(vars(self))


# ---- measuring in turn ---------------------------------------------------------------------------


def in_turn(subjects, blocks, measure, show):
    """Measures each subject once a block, forwards and backwards in turn.

    measure(subject) gives a dict with "value". Return: by subject, a list of them.
    """
    rows = {s: [] for s in subjects}
    for block in range(blocks):
        for subject in figures.order(subjects, block):
            with bed.Steal() as steal:
                sample = measure(subject)
            sample["steal"] = steal.percent
            rows[subject].append(sample)
            stolen = f"  ({steal.percent:.0f} % stolen)" if steal.percent > 1 else ""
            bed.say(f"  {block + 1}/{blocks}  {subject:<12} {show(sample)}{stolen}")
    return rows


def column(rows, subject, key="value"):
    """One key of the samples of a subject that count."""
    kept = figures.kept_blocks({subject: rows[subject]})
    return [rows[subject][b].get(key) for b in kept]


# ---- the machine ---------------------------------------------------------------------------------


def sync_us(folder):
    """Microseconds of an append of 64 bytes and its fdatasync: the median, and the 99th of 100."""
    path = os.path.join(folder, "sync")
    took = []
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(100):
            start = time.perf_counter()
            os.write(fd, b"x" * 64)
            os.fdatasync(fd)
            took.append((time.perf_counter() - start) * 1e6)
    finally:
        os.close(fd)
        os.unlink(path)
    return round(statistics.median(took)), round(sorted(took)[98])


def field(path, name):
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(name):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return ""


def filesystem(folder):
    """The kind of file system that a folder is on."""
    kind, longest = "", 0
    with open("/proc/mounts", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            at, name = line.split()[1:3]
            inside = os.path.realpath(folder).startswith(at.rstrip("/") + "/")
            if inside and len(at) >= longest:
                kind, longest = name, len(at)
    return kind


def machine(folder):
    """What of the machine bears on the figures."""
    load = os.getloadavg()[0]
    median, p99 = sync_us(folder)
    return {
        "kernel": os.uname().release,
        "cpu": field("/proc/cpuinfo", "model name"),
        "cpus": len(os.sched_getaffinity(0)),
        "memory": field("/proc/meminfo", "MemTotal"),
        "filesystem": filesystem(folder),
        "fdatasync_us": median,
        "fdatasync_p99_us": p99,
        "load_before": round(load, 2),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


# ---- for people ----------------------------------------------------------------------------------


def span(row):
    low, high = figures.number(row["low"]), figures.number(row["high"])
    return f"{low} to {high}" if low != high else ""


def ratio_rows(benches):
    """The one table: a row a ratio, of all benchmarks."""
    rows = [("benchmark", "what", "of / to", "median", "95 %", "goal", "verdict")]
    for bench in benches:
        for row in bench["ratios"]:
            unit = f" {row['unit']}" if row["unit"] else ""
            of = f"{row['of']} / {row['to']}" if row["to"] else row["of"]
            median = figures.number(row["median"]) + unit
            goal = row["goal"] or ""
            rows.append((bench["name"], row["what"], of, median, span(row), goal, row["verdict"]))
    return rows


def figure_rows(bench):
    rows = [("subject", "what", "median", "95 %", "unit")]
    for row in bench["figures"]:
        rows.append(
            (row["subject"], row["what"], figures.number(row["median"]), span(row), row["unit"])
        )
    return rows


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def is_busy(machine):
    return machine["load_before"] > 0.5 or machine.get("steal_percent", 0) > figures.STEAL_MAX


def table(report):
    """All of a report as text."""
    parts = []
    for bench in report["benches"]:
        parts.append(f"{bench['name']}: {bench['title']}\n")
        if bench["figures"]:
            parts.append(aligned(figure_rows(bench)) + "\n")
        parts += [f"  - {text}" for text in bench["remarks"]]
        parts.append("")
    rows = ratio_rows(report["benches"])
    if len(rows) > 1:
        parts.append(aligned(rows) + "\n")
    m = report["machine"]
    parts.append(
        f"{m['cpus']} CPUs ({m['cpu']}), Linux {m['kernel']}, fdatasync {m['fdatasync_us']} us"
        f" (p99 {m['fdatasync_p99_us']}),"
        f" load {m['load_before']} before."
    )
    if report.get("quick"):
        parts.append("--quick: one short measurement of each. The verdicts mean nothing.")
    if is_busy(m):
        parts.append("The machine was not idle: these figures only show that the bench works.")
    parts.append("Only ratios within one run mean anything on another machine.")
    return "\n".join(parts)
