# SPDX-License-Identifier: BSD-2-Clause
"""Small packets: how many a second, of how many sessions, new ones, and how long they take.

tests/bench/tapgen makes the frames; at the server's end the kernel counts and drops them, so that
nothing but the forwarder is worth measuring. The generator is first measured against a TAP
that is only drained: when that is less than 1.5 times what a subject does, and the subject lost
nothing of what was sent, the result is called generator-limited.
"""
import json
import statistics
import time

import subjects
from bed import BenchError, say
from result import Result, column, in_turn

SINK_PORT, PING_PORT, CONNECT_PORT = 20000, 7000, 7001
PORTS = 50000  # source ports of the one laptop
GENERATOR_MARGIN = 1.5
MAX_ENTRIES = 4000000
PAIR_GOALS = {"tapnull": (">=", 0.9), "pasta": (">=", 1), "slirp4netns": (">=", 1)}

SINK = f"""table ip sink {{
	counter seen {{ }}
	chain in {{
		type filter hook prerouting priority raw;
		udp dport {SINK_PORT}-{SINK_PORT + 1000} counter name seen drop
	}}
}}
"""
NETLINK_NETFILTER, CT_DELETE, NLM_F_REQUEST, NLM_F_ACK = 12, 1 << 8 | 2, 1, 4
MORE_ENTRIES = f"ip nat translation max-entries {MAX_ENTRIES}\n"


class Big(subjects.Viprouter):
    more_config = MORE_ENTRIES


def prepare(bed, result, options, default):
    """The subjects, with a sink each."""
    subjects.SUBJECTS["viprouter"] = Big
    made = subjects.make(bed, options.subjects or default, result, options.pin)
    allow_conntrack(bed, result)
    for subject in made.values():
        attach_sink(subject)
    return made


def attach_sink(subject):
    """What arrives is counted and dropped; and the generator learns what its frames must say."""
    bed = subject.bed
    route = bed.run(["ip", "route", "get", subject.server], ns=subject.laptop).split()
    subject.address = route[route.index("src") + 1]
    if subject.name == "drain":
        subject.mac = "02:00:00:00:00:01"
        return
    bed.run(["nft", "-f", "-"], ns=subject.internet, text=SINK)
    subject.mac = subjects.gateway_mac(subject)


def allow_conntrack(bed, result):
    """nft needs room for as many sessions; the setting is the machine's, and is put back."""
    path = "/proc/sys/net/netfilter/nf_conntrack_max"
    try:
        with open(path, encoding="ascii") as text:
            before = int(text.read())
        if before >= MAX_ENTRIES:
            return
        with open(path, "w", encoding="ascii") as out:
            out.write(str(MAX_ENTRIES))
        bed.at_end.append(lambda: open(path, "w", encoding="ascii").write(str(before)))
    except OSError as error:
        result.remark(f"nft: nf_conntrack_max could not be raised ({error.strerror})")


def seen(subject):
    """Packets that have arrived."""
    if subject.name == "drain":
        return subject.bed.counter(subject.laptop, "eth0", "tx_packets")
    out = subject.bed.run(
        ["nft", "-j", "list", "counter", "ip", "sink", "seen"], ns=subject.internet
    )
    return next(e["counter"]["packets"] for e in json.loads(out)["nftables"] if "counter" in e)


def generate(subject, options, seconds, *more):
    argv = [*subjects.on_other_cpu(options.pin), subject.bed.program("tapgen")]
    argv += ["--mac", subject.mac, "--from", subject.address, "--ports", str(PORTS)]
    argv += ["--seconds", str(seconds), *map(str, more)]
    argv += [subject.laptop_link, subject.server, str(SINK_PORT)]
    return json.loads(subject.bed.run(argv, ns=subject.laptop, timeout=seconds + 60))


def settle(subject):
    """Until nothing arrives any more. Return: how many have."""
    last, now = -1, seen(subject)
    while now != last:
        time.sleep(0.05)
        last, now = now, seen(subject)
    return now


def flood(subject, options, *more):
    """As many packets as the generator makes. "value": millions a second that arrive."""
    before, cpu = settle(subject), subject.cpu_s()
    found = generate(subject, options, options.seconds, *more)
    arrived = settle(subject) - before
    sample = {"value": arrived / found["seconds"] / 1e6, "arrived": arrived}
    sample["sent"] = found["sent"] / found["seconds"] / 1e6
    if cpu is not None:
        sample["cpu_ns"] = (subject.cpu_s() - cpu) * 1e9 / max(arrived, 1)
    return sample


def show(sample):
    return f"{sample['value']:7.3f} Mpps of {sample['sent']:.3f} sent"


def live(subject):
    """Sessions that a subject has; None: it cannot say."""
    if subject.name == "nft":
        count = "/proc/sys/net/netfilter/nf_conntrack_count"
        return int(subject.bed.run(["cat", count], ns=subject.router))
    if hasattr(subject, "shell"):
        return json.loads(subject.shell("show ip nat statistics | json"))["active"]
    return None


def begin(subject, options, sessions):
    """One packet of each session, not too fast, and again until all of them are there."""
    for rate in (200000, 100000, 100000, 50000, 50000):
        generate(subject, options, sessions / 20000 + 5, "--sessions", sessions, "--once",
                 "--rate", rate)
        settle(subject)
        there = live(subject)
        if there is None or there >= 0.999 * sessions:
            return
    raise BenchError(f"{subject.name} has {there:,} sessions of {sessions:,}")


def generator(made, options, result):
    """What the generator does, in Mpps, when frames are only thrown away."""
    if "drain" not in made:
        return None
    rows = [flood(made["drain"], options, "--sessions", 1000) for _ in range(3)]
    value = statistics.median(r["value"] for r in rows)
    result.figure("drain", "the generator alone", "Mpps", [r["value"] for r in rows])
    say(f"the generator alone: {value:.3f} Mpps")
    return value


def is_limited(limit, rows, subject):
    """Whether the generator may be why a subject did no more: it lost nothing of what was sent."""
    arrived = statistics.median(column(rows, subject))
    sent = statistics.median(column(rows, subject, "sent"))
    return limit is not None and limit < GENERATOR_MARGIN * arrived and sent < 1.2 * arrived


def run_pps_small(bed, options):
    result = Result("pps_small", "UDP in the smallest frames, 1000 sessions")
    made = prepare(
        bed, result, options, ["viprouter", "tapnull", "nft", "pasta", "slirp4netns", "drain"]
    )
    limit = generator(made, options, result)
    names = [n for n in made if n != "drain"]
    for name in names:
        begin(made[name], options, 1000)
    rows = in_turn(
        names, options.pairs, lambda n: flood(made[n], options, "--sessions", 1000), show
    )
    for name in names:
        result.figure(name, "delivered", "Mpps", column(rows, name))
        result.figure(name, "CPU a packet", "ns", column(rows, name, "cpu_ns"))
    for name in names[1:]:
        goal = PAIR_GOALS.get(name) if names[0] == "viprouter" else None
        limited = is_limited(limit, rows, names[0])
        result.ratio(rows, names[0], name, "packets a second", goal, limited=limited)
    return result


# ---- many sessions -------------------------------------------------------------------------------


def run_pps_sessions(bed, options):
    """The same with many sessions; each count in turn with 1000, so that a drift does not count."""
    result = Result("pps_sessions", "UDP in the smallest frames, by number of live sessions")
    counts = {1000: None, 100000: (">=", 0.97)}
    if not options.quick:
        counts[1000000] = (">=", 0.92)
    made = prepare(bed, result, options, ["viprouter", "nft"])
    points = {name: [] for name in made}
    for count, goal in counts.items():
        say(f"{count} sessions")
        for subject in made.values():
            begin(subject, options, count)
        labels = {(name, n): f"{name} {n}" for name in made for n in {1000, count}}
        back = {label: key for key, label in labels.items()}

        def measure(label):
            name, sessions = back[label]
            return flood(made[name], options, "--sessions", sessions)

        rows = in_turn(list(back), options.pairs, measure, show)
        for name in made:
            at = labels[(name, count)]
            value = column(rows, at)
            result.figure(name, f"{count:,} sessions", "Mpps", value)
            points[name].append((count, statistics.median(value)))
            if count > 1000:
                result.ratio(
                    rows, at, labels[(name, 1000)], f"{count:,} sessions against 1,000",
                    goal if name == "viprouter" else None,
                )
        if "nft" in made and "viprouter" in made:
            result.ratio(rows, labels[("viprouter", count)], labels[("nft", count)],
                         f"{count:,} sessions")
    result.curve("Packets a second by live sessions", "sessions", "Mpps", points)
    return result


# ---- new ones ------------------------------------------------------------------------------------


def forget(subject):
    """Ends all sessions of a subject."""
    if subject.name == "viprouter":
        subject.shell("clear ip nat translation *")
    elif subject.name == "nft":
        flush_conntrack(subject.bed, subject.router)


def flush_conntrack(bed, ns):
    """What `conntrack -F` does, in a namespace."""
    code = (
        "import socket,struct\n"
        f"s=socket.socket(socket.AF_NETLINK,socket.SOCK_RAW,{NETLINK_NETFILTER})\n"
        f"s.send(struct.pack('IHHIIBBH',20,{CT_DELETE},{NLM_F_REQUEST | NLM_F_ACK},1,0,2,0,0))\n"
        "e=struct.unpack('i',s.recv(4096)[16:20])[0]\n"
        "raise SystemExit(1 if e else 0)"
    )
    bed.run(["python3", "-c", code], ns=ns)


def run_cps_udp(bed, options):
    result = Result("cps_udp", "new UDP sessions: each packet begins one")
    made = prepare(bed, result, options, ["viprouter", "tapnull", "nft"])
    result.remark("tapnull begins no sessions: it shows what is left for them")
    if options.seconds > 3:
        result.remark("at most a million sessions are begun in a measurement")

    def measure(name):
        forget(made[name])
        return flood(made[name], options, "--sessions", 1000000, "--once")

    rows = in_turn(list(made), options.pairs, measure, show)
    for name in made:
        result.figure(name, "sessions begun", "M/s", column(rows, name))
        result.figure(name, "CPU a session", "ns", column(rows, name, "cpu_ns"))
    for name, goal in (("nft", (">=", 2)), ("tapnull", None)):
        if name in made and "viprouter" in made:
            result.ratio(rows, "viprouter", name, "new sessions a second", goal)
    return result


def run_cps_tcp(bed, options):
    result = Result("cps_tcp", "TCP connections opened and closed, 64 at a time")
    made = subjects.make(bed, options.subjects or ["viprouter", "tapnull", "nft"], result)
    for subject in made.values():
        ports = ["sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=1024 65535"]
        bed.run(ports, ns=subject.laptop)
        argv = [bed.program("connects"), "--serve", subject.server, str(CONNECT_PORT)]
        server = bed.start(argv, ns=subject.internet)
        bed.wait_for("server", lambda s=server: "ready" in s.output(), of=server)

    def measure(name):
        subject = made[name]
        cpu = subject.cpu_s()
        argv = [bed.program("connects"), subject.server, str(CONNECT_PORT)]
        found = json.loads(
            bed.run([*argv, str(options.seconds), "64"], ns=subject.laptop,
                    timeout=options.seconds + 20)
        )
        found["value"] = found["rate"] / 1000
        if cpu is not None:
            found["cpu_us"] = (subject.cpu_s() - cpu) * 1e6 / max(found["done"], 1)
        return found

    rows = in_turn(list(made), options.pairs, measure,
                   lambda s: f"{s['value']:7.2f} k/s, {s['failed']} failed")
    for name in made:
        result.figure(name, "connections", "k/s", column(rows, name))
        result.figure(name, "failed", "", column(rows, name, "failed"))
        result.figure(name, "CPU a connection", "us", column(rows, name, "cpu_us"))
    for name, goal in (("nft", (">=", 1.2)), ("tapnull", None)):
        if name in made and "viprouter" in made:
            result.ratio(rows, "viprouter", name, "connections a second", goal)
    return result


# ---- latency -------------------------------------------------------------------------------------


def start_echo(subject):
    argv = [subject.bed.program("pingpong"), "--serve", subject.server, str(PING_PORT)]
    server = subject.bed.start(argv, ns=subject.internet)
    subject.bed.wait_for("echo", lambda: "ready" in server.output(), of=server)


def ping(subject, options):
    argv = [subject.bed.program("pingpong"), subject.server, str(PING_PORT), str(options.seconds)]
    found = json.loads(
        subject.bed.run(argv, ns=subject.laptop, timeout=options.seconds + 20)
    )
    found["value"] = found["p50_us"]
    return found


def show_ping(sample):
    return (f"p50 {sample['p50_us']:.0f} us, p99 {sample['p99_us']:.0f},"
            f" p99.9 {sample['p999_us']:.0f}, {sample['lost']} lost")


def report_latency(result, rows, load):
    for name in rows:
        for key, what in (("p50_us", "p50"), ("p99_us", "p99"), ("p999_us", "p99.9")):
            result.figure(name, f"there and back, {what}", "us", column(rows, name, key))
        result.figure(name, "lost", "", column(rows, name, "lost"))
    for other, goal in (("tapnull", ("<=", 1.1)), ("nft", None)):
        if other in rows and "viprouter" in rows:
            result.ratio(rows, "viprouter", other, f"p50, {load}", goal, key="p50_us")
            result.ratio(rows, "viprouter", other, f"p99, {load}", goal, key="p99_us")


def run_lat_idle(bed, options):
    result = Result("lat_idle", "a small UDP packet there and back, one at a time")
    made = prepare(bed, result, options, ["viprouter", "tapnull", "nft"])
    for subject in made.values():
        start_echo(subject)
    rows = in_turn(list(made), options.pairs, lambda n: ping(made[n], options), show_ping)
    report_latency(result, rows, "idle")
    return result


def run_lat_half(bed, options):
    result = Result("lat_half", "a small UDP packet there and back at half of each one's most")
    made = prepare(bed, result, options, ["viprouter", "tapnull", "nft"])
    rates = {}
    for name, subject in made.items():
        start_echo(subject)
        begin(subject, options, 1000)
        rates[name] = flood(subject, options, "--sessions", 1000)["value"] * 1e6 / 2
        result.figure(name, "load", "Mpps", rates[name] / 1e6)

    def measure(name):
        subject = made[name]
        argv = [bed.program("tapgen"), "--mac", subject.mac, "--from", subject.address]
        argv += ["--ports", str(PORTS), "--sessions", "1000", "--rate", str(rates[name])]
        argv += ["--seconds", str(options.seconds + 1), subject.laptop_link, subject.server]
        load = bed.start([*argv, str(SINK_PORT)], ns=subject.laptop)
        time.sleep(0.3)
        found = ping(subject, options)
        bed.stop(load)
        return found

    rows = in_turn(list(made), options.pairs, measure, show_ping)
    report_latency(result, rows, "half load")
    return result
