# SPDX-License-Identifier: BSD-2-Clause
"""scripts/bench report FILE: a page of Markdown with plots, from a result kept by --output.

Without a file the page has the method and no figures.
"""
import json
import os
import re
import shutil
import subprocess

import figures
import result
from bed import BenchError

PAGE = """# Performance

Made by `scripts/bench report`; do not edit it by hand.

## How it is measured

Every figure that matters is a **ratio within one run**. What is compared stands side by side on one
machine, in network namespaces, and is measured in turn: A B, then B A, and so on (ABBA), so that a
drift of the machine meets both. A block gives one ratio; the median of all blocks is given, with a
bootstrap interval of 95 %. A goal is met or missed only when the whole interval lies on one side of
it. Blocks in which the machine's own host took more than {steal:g} % of the time do not count.
Absolute figures belong to their machine.

Generators are measured first. Where one did less than 1.5 times as much without the router, and
the router lost nothing of what was sent, the result says `generator-limited`. CPU times are user
and system time of the forwarding process; a kernel that forwards has none of its own.

A wrong checksum looks like speed, so `verify` looks at every packet that comes out, by a program
that shares no code with the router: TCP and UDP, whole sums and unfinished ones, super-frames, UDP
without a sum, fragments, hairpins, ICMP errors, from TAP to TAP and from TAP to TUN.

| Subject | What it is |
|---|---|
| viprouter | viprouterd between TAPs: switch, NAT, a virtual IP |
| tapnull | a loop that reads a TAP and writes another, blindly: the ceiling for a program |
| nft | the kernel: veth, forwarding, nft masquerade |
| pasta, slirp4netns | other userspace networks, at MTU 1500; they end connections themselves |
| drain | a TAP that is only read: what the generator can do |

DHCP servers stand before the same clients: four relays with 65,536 addresses each, all clients new,
the store empty at the start of each measurement, on the same disk. viprouter has its journal on
disk (`fdatasync`) before each ACK; Kea writes its memfile and does not sync it. None looks whether
an address is in use before it offers it (`ip dhcp ping packets 0`), and viprouter's limit of new
clients a port is raised (`ip dhcp limit rate 100000`).

| Program in tests/bench | What it does |
|---|---|
| dora | DHCP clients behind relays, so many at a time or so many a second; the time each took |
| tapgen | frames of UDP, of up to ten million sessions, past the sender's own stack |
| udpstream | UDP in bulk, whole (`UDP_SEGMENT`) or cut by its sender |
| connects | TCP connections, opened and closed |
| pingpong | a small packet there and back, and the time it took |
| table, packets | NAT's table alone, the router's core alone |
| verify | looks at every checksum of what arrives |

## To repeat it

    sudo scripts/bench all --output results.json     # an hour or so, on a machine that is idle
    sudo scripts/bench all --quick                    # three minutes: does it work?
    scripts/bench report results.json --output docs/performance.md
    sudo scripts/bench tput --pairs 11 --seconds 3    # one of them
    scripts/bench list

`--pin` puts the forwarder on one CPU and the rest on another. `--gate` gives exit status 1 when a
goal is missed.

| Benchmark | What |
|---|---|
{benches}
"""
NOTHING = "\n## Figures\n\nNone have been taken yet on a machine that was idle.\n"


def markdown(rows):
    head, *body = [[str(c).replace("|", "\\|") for c in row] for row in rows]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in body]
    return re.sub(" {2,}", " ", "\n".join(lines))


# ---- plots ---------------------------------------------------------------------------------------


def gnuplot(path, script):
    """The picture that the script draws, without gnuplot's blanks at the ends of lines."""
    if not shutil.which("gnuplot"):
        raise BenchError("gnuplot is not installed")
    done = subprocess.run(
        ["gnuplot"], input=script, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise BenchError("gnuplot: " + done.stderr.strip()[-300:])
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line.rstrip() + "\n" for line in done.stdout.splitlines())


def quoted(text):
    return '"' + text.replace("\\", "").replace('"', "'") + '"'


def plot_curve(path, curve):
    """Lines of y by x; x is a logarithm when it spans decades."""
    xs = [x for line in curve["lines"] for x, _ in line["points"]]
    parts, plots = [], []
    for i, line in enumerate(curve["lines"]):
        parts.append(f"$d{i} << EOD\n" + "".join(f"{x} {y}\n" for x, y in line["points"]) + "EOD")
        plots.append(f"$d{i} using 1:2 with linespoints lw 2 pt 7 title {quoted(line['name'])}")
    logarithm = "set logscale x" if xs and min(xs) > 0 and max(xs) / min(xs) > 20 else ""
    gnuplot(
        path,
        "\n".join(parts)
        + f"\nset terminal svg size 720,400 background 'white' noenhanced\n"
        f"set title {quoted(curve['title'])}\nset xlabel {quoted(curve['x'])}\n"
        f"set ylabel {quoted(curve['y'])}\nset yrange [0:*]\nset grid\n"
        f"set key outside\n{logarithm}\n"
        f"plot {', '.join(plots)}\n"
    )


def plot_ratios(path, rows):
    """The ratios that have a goal, with their intervals, on a logarithmic scale; 1 is a line."""
    rows = [r for r in rows if r["to"] and r["goal"] and r["low"] > 0]
    if not rows:
        return False
    labels, data, goals, all_x = [], [], [], [1.0]
    for i, row in enumerate(reversed(rows)):
        goal = float(row["goal"].split()[1])
        labels.append(f"{quoted(row['label'])} {i}")
        data.append(f"{row['median']} {i} {row['low']} {row['high']}")
        goals.append(f"{goal} {i}")
        all_x += [row["low"], row["high"], goal]
    margin = max(len(row["label"]) for row in rows)
    gnuplot(
        path,
        "$d << EOD\n" + "\n".join(data) + "\nEOD\n$g << EOD\n" + "\n".join(goals) + "\nEOD\n"
        f"set terminal svg size {420 + 8 * margin},{130 + 22 * len(rows)} background 'white'"
        f" noenhanced\nset logscale x\nset grid x\nset key below\n"
        f"set xrange [{min(all_x) / 1.5}:{max(all_x) * 1.5}]\nset yrange [-0.7:{len(rows) - 0.3}]\n"
        f"set lmargin {round(0.85 * margin)}\nset ytics ({', '.join(labels)})\n"
        "set arrow from 1, graph 0 to 1, graph 1 nohead dt 2\n"
        "plot $d using 1:2:3:4 with xerrorbars lw 2 pt 7 title 'median and 95 %', "
        "$g using 1:2 with points pt 2 lw 2 title 'goal'\n"
    )
    return True


# ---- the page ------------------------------------------------------------------------------------


def figures_part(report, folder, stem):
    m = report["machine"]
    rows = [("Machine", "")] + [
        (k.replace("_", " "), str(v)) for k, v in m.items() if v not in ("", None)
    ]
    parts = ["## Figures\n", markdown(rows), ""]
    if report.get("quick"):
        parts.append("**Taken with --quick: they show that the bench works, and nothing else.**\n")
    if result.is_busy(m):
        parts.append("The load before was above 0.5, so other work may have cost some of this.\n")
    parts += ["### Ratios and goals\n", markdown(result.ratio_rows(report["benches"])), ""]
    ratios = [
        row | {"label": f"{b['name']}: {row['what']}, {row['of']} / {row['to']}"}
        for b in report["benches"]
        for row in b["ratios"]
    ]
    if plot_ratios(os.path.join(folder, f"{stem}-ratios.svg"), ratios):
        parts.append(f"![Ratios]({stem}-ratios.svg)\n")
    for bench in report["benches"]:
        parts += [f"### {bench['name']}\n", bench["title"][:1].upper() + bench["title"][1:] + ".\n"]
        if bench["figures"]:
            parts += [markdown(result.figure_rows(bench)), ""]
        for i, curve in enumerate(bench["curves"]):
            name = f"{stem}-{bench['name']}-{i + 1}.svg"
            plot_curve(os.path.join(folder, name), curve)
            parts.append(f"![{curve['title']}]({name})\n")
        parts += [f"- {text}" for text in bench["remarks"]] + [""]
    return "\n" + "\n".join(parts).rstrip() + "\n"


def page(report, benches, output):
    """The text; plots are written beside the output."""
    rows = "\n".join(f"| `{name}` | {what} |" for name, (_, what) in benches.items())
    text = PAGE.format(benches=rows, steal=figures.STEAL_MAX)
    if report is None:
        return text + NOTHING
    folder = os.path.dirname(output) if output else "."
    stem = os.path.splitext(os.path.basename(output))[0] if output else "performance"
    return text + figures_part(report, folder or ".", stem)


def write(names, output, benches):
    """names: files with results, none or one."""
    if len(names) > 1:
        raise BenchError("report takes one file")
    report = None
    if names:
        try:
            with open(names[0], encoding="utf-8") as text:
                report = json.load(text)
        except (OSError, ValueError) as error:
            raise BenchError(f"{names[0]}: {error}") from None
    text = page(report, benches, output)
    if output:
        with open(output, "w", encoding="utf-8") as out:
            out.write(text)
    else:
        print(text, end="")
