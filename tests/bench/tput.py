# SPDX-License-Identifier: BSD-2-Clause
"""tput, fragments, uso: streams through the NAT, in bits a second.

tput: TCP by one connection and by eight, from the internet and to it.
fragments: the same stream while another device sends halves of datagrams that never become whole.
uso: UDP that its sender leaves to be cut (UDP_SEGMENT), as QUIC does, and the same cut by it.
"""
import json

import subjects
from bed import BenchError, say
from result import Result, column, in_turn

GOALS = {"tapnull": (">=", 0.92), "nft": (">=", 0.5), "pasta": (">=", 1), "slirp4netns": (">=", 1)}
HALVES = 10000


def start_iperf(subject, pin):
    argv = [*subjects.on_other_cpu(pin), "iperf3", "-s"]
    server = subject.bed.start(argv, ns=subject.internet)
    listening = ["ss", "-Hltn", "sport = :5201"]
    subject.bed.wait_for(
        "iperf3", lambda: subject.bed.run(listening, ns=subject.internet).strip(), of=server
    )


def read_iperf(text):
    """Bits a second that arrived, and segments sent again."""
    try:
        found = json.loads(text)
    except ValueError:
        raise BenchError("iperf3 said nothing that can be read") from None
    if "error" in found:
        raise BenchError("iperf3: " + found["error"])
    end = found["end"]
    return end["sum_received"]["bits_per_second"], end["sum_sent"].get("retransmits", 0)


def stream(subject, options, connections, direction):
    """One measurement."""
    argv = [*subjects.on_other_cpu(options.pin), "iperf3", "-J", "-c", subject.server]
    argv += ["-t", str(max(1, round(options.seconds))), "-P", str(connections)]
    argv += ["-R"] if direction == "down" else []
    before = subject.cpu_s()
    text = subject.bed.run(argv, ns=subject.laptop, timeout=options.seconds + 30, good=(0, 1))
    bits, again = read_iperf(text)
    sample = {"value": bits / 1e9, "retransmits": again, "cpu_ns": None}
    if before is not None and bits > 0:
        sent = bits / 8 * max(1, round(options.seconds))
        sample["cpu_ns"] = (subject.cpu_s() - before) * 1e9 / sent * 1448
    return sample


def show(sample):
    return f"{sample['value']:6.2f} Gbit/s"


def cases_of(options):
    directions = [options.direction] if options.direction else ["down", "up"]
    return [(n, d) for n in ((1,) if options.quick else (1, 8)) for d in directions]


def run_tput(bed, options):
    result = Result("tput", "TCP through the NAT, MTU 1500")
    names = options.subjects or ["viprouter", "tapnull", "nft", "pasta", "slirp4netns"]
    made = subjects.make(bed, names, result, options.pin)
    for name in list(made):
        try:
            made[name].check()
        except BenchError as error:
            if name not in subjects.PEERS:
                raise
            result.remark(f"without {name}: {error}")
            del made[name]
            continue
        start_iperf(made[name], options.pin)
    for connections, direction in cases_of(options):
        compare(result, made, options, connections, direction, GOALS)
    return result


def compare(result, made, options, connections, direction, goals):
    """The first subject with each of the others."""
    what, first = f"x{connections} {direction}", next(iter(made))
    say(what)
    rows = in_turn(
        list(made),
        options.pairs,
        lambda name: stream(made[name], options, connections, direction),
        show,
    )
    for name in rows:
        result.figure(name, what, "Gbit/s", column(rows, name))
        result.figure(name, f"CPU a full segment, {what}", "ns", column(rows, name, "cpu_ns"))
    for name in rows:
        if name != first:
            goal = goals.get(name) if first == "viprouter" else None
            result.ratio(rows, first, name, what, goal)


def without_offloads(subject):
    """Every frame is one packet of at most 1500 bytes with a whole checksum."""
    features = ["tx", "off", "tso", "off", "gso", "off", "gro", "off"]
    for ns, link in ((subject.laptop, "eth0"), (subject.internet, "isp0")):
        subject.bed.run(["ethtool", "-K", link, *features], ns=ns, good=(0, 1, 92))


def run_tput_mtu(bed, options):
    result = Result("tput_mtu", "TCP through the NAT without offloads: a packet a frame")
    made = subjects.make(bed, options.subjects or ["viprouter", "tapnull", "nft"], result)
    for subject in made.values():
        without_offloads(subject)
        start_iperf(subject, options.pin)
    compare(result, made, options, 1, options.direction or "down", {"tapnull": (">=", 0.9)})
    return result


def run_fragments(bed, options):
    result = Result("fragments", f"TCP while another device sends {HALVES:,} half datagrams")
    router = subjects.Viprouter(bed, options.pin)
    router.check()
    start_iperf(router, options.pin)

    def measure(name):
        attack = None
        if name == "attacked":
            argv = ["python3", bed.script("halves.py"), "192.168.1.11", router.server]
            argv += [str(HALVES), str(max(1, round(options.seconds)))]
            attack = bed.start(argv, ns=router.phone)
        sample = stream(router, options, 1, options.direction or "down")
        if attack:
            attack.popen.wait(30)
            bed.stop(attack)
        return sample

    rows = in_turn(["attacked", "alone"], options.pairs, measure, show)
    for name in rows:
        result.figure(name, "x1", "Gbit/s", column(rows, name))
    result.ratio(rows, "attacked", "alone", "x1", (">=", 0.8))
    return result


# ---- UDP in bulk ---------------------------------------------------------------------------------

DATAGRAM, STREAM_PORT = 1400, 7002


def send_udp(subject, sink, options, how):
    """UDP to the internet for a while. "value": Gbit/s that arrive."""
    bed, heard = subject.bed, sink.output().count("\n")
    argv = [*subjects.on_other_cpu(options.pin), bed.program("udpstream"), subject.server]
    argv += [str(STREAM_PORT), str(options.seconds), str(DATAGRAM), how]
    cpu = subject.cpu_s()
    sent = json.loads(bed.run(argv, ns=subject.laptop, timeout=options.seconds + 30))
    bed.wait_for("report of the sink", lambda: sink.output().count("\n") > heard, 5, of=sink)
    found = json.loads(sink.output().splitlines()[-1])
    sample = {"value": found["bytes"] * 8 / sent["seconds"] / 1e9}
    sample["lost"] = 1 - found["datagrams"] / max(sent["datagrams"], 1)
    sample["cpu_ns"] = None if cpu is None else (subject.cpu_s() - cpu) * 1e9 / found["datagrams"]
    return sample


def run_uso(bed, options):
    result = Result("uso", f"UDP in bulk, {DATAGRAM} bytes a datagram, whole or cut by its sender")
    made = subjects.make(bed, options.subjects or ["viprouter", "tapnull", "nft"], result)
    sinks = {}
    for name, subject in made.items():
        argv = [bed.program("udpstream"), "--sink", subject.server, str(STREAM_PORT)]
        sinks[name] = bed.start(argv, ns=subject.internet)
        bed.wait_for("sink", lambda s=sinks[name]: "ready" in s.output(), of=sinks[name])
    cases = {f"{name} {how}": (name, how) for name in made for how in ("whole", "cut")}
    rows = in_turn(
        list(cases),
        options.pairs,
        lambda c: send_udp(made[cases[c][0]], sinks[cases[c][0]], options, cases[c][1]),
        lambda s: f"{s['value']:6.2f} Gbit/s, {100 * s['lost']:.0f} % lost",
    )
    for case in cases:
        result.figure(case, "arrived", "Gbit/s", column(rows, case))
        result.figure(case, "lost", "%", [100 * v for v in column(rows, case, "lost")])
        result.figure(case, "CPU a datagram", "ns", column(rows, case, "cpu_ns"))
    for name in made:
        goal = (">=", 3) if name == "viprouter" else None
        result.ratio(rows, f"{name} whole", f"{name} cut", "UDP_SEGMENT against none", goal)
    for other in ("tapnull", "nft"):
        if other in made and "viprouter" in made:
            result.ratio(rows, "viprouter whole", f"{other} whole", "UDP_SEGMENT")
    return result
