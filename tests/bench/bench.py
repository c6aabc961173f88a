# SPDX-License-Identifier: BSD-2-Clause
"""scripts/bench: runs benchmarks and prints what they found."""
import argparse
import importlib
import json
import os
import signal
import sys
import time
import traceback

import report as page
import result
from bed import Bed, BenchError, Steal, say

# name: module, what it is. In the order of `all`.
BENCHES = {
    "verify": ("gate", "is what comes out right? every checksum, checked by a program of its own"),
    "tput": ("tput", "TCP through the NAT, against a bare TAP loop, nft, pasta and slirp4netns"),
    "tput_mtu": ("tput", "TCP without offloads: a packet a frame"),
    "fragments": ("tput", "TCP while another device sends 10,000 half datagrams"),
    "uso": ("tput", "UDP that its sender leaves to be cut (UDP_SEGMENT), against the same cut"),
    "pps_small": ("packets", "the smallest packets a second, against all of these"),
    "pps_sessions": ("packets", "the same by number of live sessions: 1000 to a million"),
    "cps_udp": ("packets", "new UDP sessions a second, against nft"),
    "cps_tcp": ("packets", "TCP connections a second, against nft"),
    "lat_idle": ("packets", "a packet there and back, nothing else going on"),
    "lat_half": ("packets", "a packet there and back at half load"),
    "capacity_ports": ("state", "sessions of one public address with one destination"),
    "mem_session": ("state", "memory a session"),
    "grow_stall": ("state", "how long a packet takes while the table grows"),
    "idle": ("state", "wake-ups and memory of a router that has nothing to do"),
    "config": ("state", "CPU a packet with up to 10,000 lines of configuration"),
    "ub": ("micro", "the table and the core alone: look-up, insertion, expiry, ports, checksums"),
    "dhcp": ("dhcp", "DHCP exchanges a second and their latency, against Kea and dnsmasq"),
}
# Not part of `all`: they answer a question of their own.
SPECIAL = {}

PAIRS, SECONDS = 11, 3.0
QUICK_PAIRS, QUICK_SECONDS = 1, 0.7


def names_of(words):
    if words == ["all"]:
        return list(BENCHES)
    for word in words:
        if word not in BENCHES and word not in SPECIAL:
            raise BenchError(f'no benchmark "{word}"; scripts/bench list names them')
    return words


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Speed, as ratios within one run. As root: it makes network namespaces.",
        epilog="Names: list, all, report [FILE], or of: " + ", ".join([*BENCHES, *SPECIAL]),
    )
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--pairs", type=int, metavar="N", help=f"blocks ({PAIRS})")
    parser.add_argument("--seconds", type=float, metavar="S", help=f"of a measurement ({SECONDS})")
    parser.add_argument("--quick", action="store_true", help="does it work? Few and short")
    parser.add_argument("--subjects", type=lambda t: t.split(","), metavar="LIST")
    parser.add_argument("--direction", choices=["down", "up"], help="of tput; both by default")
    parser.add_argument("--pin", action="store_true", help="forwarder on CPU 0, all else on CPU 1")
    parser.add_argument("--build", default="build", metavar="DIR", help="of viprouterd (build)")
    parser.add_argument("--at-least", type=float, metavar="R", help="least of the first ratio")
    parser.add_argument("--gate", action="store_true", help="status 1 when a goal is missed")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    parser.add_argument("--output", metavar="FILE", help="result as JSON, or the report")
    options = parser.parse_args(arguments)
    options.pairs = options.pairs or (QUICK_PAIRS if options.quick else PAIRS)
    options.seconds = options.seconds or (QUICK_SECONDS if options.quick else SECONDS)
    if options.pairs < 1 or not 0.1 <= options.seconds <= 600:
        parser.error("--pairs from 1, --seconds from 0.1 to 600")
    return options


def list_benches():
    for title, some in (("in all:", BENCHES), ("by name only:", SPECIAL)):
        if some:
            print(title)
        for name, (_, what) in some.items():
            print(f"  {name:<16} {what}")


def measure(options):
    """Runs what is asked for. Return: the report, and whether something failed."""
    names = names_of(options.names)
    if os.geteuid() != 0:
        raise BenchError("it makes network namespaces: run as root")
    report = {"machine": result.machine("/var/tmp"), "quick": options.quick, "benches": []}
    failed = False
    with Steal() as steal:
        for name in names:
            module = importlib.import_module((BENCHES | SPECIAL)[name][0])
            say(f"{name}: {(BENCHES | SPECIAL)[name][1]}")
            start = time.monotonic()
            try:
                with Bed(options.build) as bed:
                    run = getattr(module, "run_" + name, None) or module.run
                    report["benches"].append(run(bed, options).as_json())
                say(f"{name} took {time.monotonic() - start:.0f} s")
            except BenchError as error:
                say(f"{name} FAILED: {error}")
                failed = True
            except Exception:  # the others can be measured all the same
                traceback.print_exc()
                failed = True
            keep(report, options)
    report["machine"]["steal_percent"] = round(steal.percent, 1)
    return report, failed


def keep(report, options):
    """What there is so far, so that an hour's work is not lost with the next benchmark."""
    if options.output:
        with open(options.output, "w", encoding="utf-8") as out:
            json.dump(report, out, indent=1)


def status(report, options, failed):
    ratios = [row for bench in report["benches"] for row in bench["ratios"]]
    if failed:
        return 1
    if options.at_least is not None and ratios and ratios[0]["high"] < options.at_least:
        return 1
    return int(options.gate and any(row["verdict"] == "missed" for row in ratios))


def main():
    options = parse(sys.argv[1:])
    if options.names == ["list"]:
        list_benches()
        return 0
    if options.names[0] == "report":
        page.write(options.names[1:], options.output, BENCHES | SPECIAL)
        return 0
    report, failed = measure(options)
    keep(report, options)
    print(json.dumps(report, indent=1) if options.json else result.table(report))
    return status(report, options, failed)


def ended(number, _):
    raise SystemExit(128 + number)


if __name__ == "__main__":
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, ended)
    try:
        sys.exit(main())
    except BenchError as problem:
        print(f"bench: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
