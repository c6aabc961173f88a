# SPDX-License-Identifier: BSD-2-Clause
"""What the forwarder keeps: ports, memory, growth, rest, and what a large configuration costs."""
import json
import time

import packets
import subjects
from bed import say
from result import Result, column, in_turn

PORTS_OF_ADDRESS = 64512  # 1024 to 65535
HALF = 40000  # ports of each of two hosts
HOSTS = ("192.168.1.10", "192.168.1.12")
LINES = (1, 100, 10000)


# ---- ports ---------------------------------------------------------------------------------------


def run_capacity_ports(bed, options):
    """Two hosts want 80,000 ports of one public address, to one destination."""
    result = Result("capacity_ports", "sessions of one public address with one destination")
    made = packets.prepare(bed, result, options, ["viprouter", "nft"])
    found = {}
    for name, subject in made.items():
        packets.forget(subject)
        before = packets.settle(subject)
        for host in HOSTS:
            subject.address = host
            packets.generate(subject, options, 30, "--sessions", HALF, "--ports", HALF, "--once",
                             "--rate", 40000)
        found[name] = packets.settle(subject) - before
        say(f"  {name:<12} {found[name]} of {PORTS_OF_ADDRESS}")
        result.figure(name, f"sessions, {2 * HALF:,} wanted", "", found[name])
    if "viprouter" in found:
        share = found["viprouter"] / PORTS_OF_ADDRESS
        result.goal("viprouter", "of all its ports", "", [round(share, 4)], (">=", 1))
    if len(found) == 2:
        rows = {n: [{"value": v, "steal": 0}] for n, v in found.items()}
        result.ratio(rows, "viprouter", "nft", "sessions", (">=", 1))
    return result


# ---- memory --------------------------------------------------------------------------------------


def kernel_memory_kb():
    """Memory in the kernel's own tables, of all namespaces."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("SUnreclaim"))


def memory_kb(subject):
    time.sleep(0.3)
    return subject.process.status("VmRSS") if subject.process else kernel_memory_kb()


def run_mem_session(bed, options):
    few, many = (10000, 200000) if options.quick else (10000, 1000000)
    result = Result("mem_session", f"memory a session, from {few:,} to {many:,}")
    result.remark("nft: growth of the kernel's unreclaimable slabs, whoever else uses them")
    made = packets.prepare(bed, result, options, ["viprouter", "nft"])
    found = {}
    for name, subject in made.items():
        packets.begin(subject, options, few)
        before = memory_kb(subject)
        packets.begin(subject, options, many)
        found[name] = (memory_kb(subject) - before) * 1024 / (many - few)
        say(f"  {name:<12} {found[name]:.0f} bytes a session")
        result.figure(name, "memory a session", "bytes", found[name])
    if "viprouter" in found:
        result.goal("viprouter", "bytes a session", "", [found["viprouter"]], ("<=", 96))
    if len(found) == 2 and found["nft"] > 0:
        rows = {n: [{"value": v, "steal": 0}] for n, v in found.items()}
        result.ratio(rows, "viprouter", "nft", "bytes a session", ("<=", 0.3))
    return result


def run_grow_stall(bed, options):
    """How long a packet takes while the table grows, against a table that does not."""
    few, many = (20000, 100000) if options.quick else (100000, 1000000)
    rate = 50000 if options.quick else 100000
    result = Result("grow_stall", f"a packet there and back while {few:,} sessions become {many:,}")
    made = packets.prepare(bed, result, options, ["viprouter"])
    subject = made["viprouter"]
    packets.start_echo(subject)

    def measure(label):
        packets.forget(subject)
        packets.begin(subject, options, few)
        sessions = ["--sessions", many, "--once"] if label == "growing" else ["--sessions", few]
        argv = [bed.program("tapgen"), "--mac", subject.mac, "--from", subject.address]
        argv += ["--ports", packets.PORTS, "--rate", rate, *sessions, "--seconds", many / rate]
        argv += [subject.laptop_link, subject.server, packets.SINK_PORT]
        load = bed.start([str(a) for a in argv], ns=subject.laptop)
        again = [bed.program("pingpong"), subject.server, str(packets.PING_PORT)]
        found = json.loads(
            bed.run([*again, str((many - few) / rate)], ns=subject.laptop, timeout=60)
        )
        bed.stop(load)
        found["value"] = found["p999_us"]
        return found

    rows = in_turn(["growing", "steady"], min(options.pairs, 5), measure, packets.show_ping)
    for name in rows:
        result.figure(name, "there and back, p99.9", "us", column(rows, name))
        result.figure(name, "there and back, longest", "us", column(rows, name, "max_us"))
    result.ratio(rows, "growing", "steady", "p99.9", ("<=", 2))
    return result


# ---- rest ----------------------------------------------------------------------------------------


def run_idle(bed, options):
    """A home without traffic."""
    result = Result("idle", "a router that has nothing to do")
    router = subjects.Viprouter(bed)
    seconds = max(options.seconds, 10) if not options.quick else 3
    for ns in (router.laptop, router.phone, router.internet):  # nothing of IPv6 either
        bed.run(["sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1"], ns=ns, good=(0, 1, 255))
    time.sleep(3)  # announcements, ARP
    packets.forget(router)  # live sessions are looked at once a second
    process = router.process
    before, cpu = process.status("voluntary_ctxt_switches"), process.cpu_s()
    time.sleep(seconds)
    wakes = (process.status("voluntary_ctxt_switches") - before) / seconds
    result.figure("viprouter", "wake-ups", "1/s", wakes)
    result.figure("viprouter", "CPU", "%", 100 * (process.cpu_s() - cpu) / seconds)
    result.figure("viprouter", "memory (RSS)", "MB", process.status("VmRSS") / 1024)
    result.goal("viprouter", "wake-ups a second", "", [wakes], ("<=", 1))
    return result


# ---- a large configuration -----------------------------------------------------------------------


def access_lines(count):
    hosts = [f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}" for i in range(count)]
    lines = [f" deny udp any host {host} eq 53" for host in hosts]
    body = "\n".join(lines)
    return (f"ip access-list extended BIG\n{body}\n permit ip any any\n"
            "interface BVI1\n ip access-group BIG in\n")


def route_lines(count):
    return "".join(
        f"ip route 10.{i >> 8}.{i & 255}.0 255.255.255.0 203.0.113.1\n" for i in range(count)
    )


def forward_lines(count):
    return "".join(
        f"ip nat inside source static tcp 192.168.1.11 {2000 + i} vip HOME {2000 + i}\n"
        for i in range(count)
    )


def pool_lines(count):
    return "ip route 10.0.0.0 255.0.0.0 203.0.113.1\n" + "".join(
        f"ip dhcp pool P{i}\n network 10.{i >> 8}.{i & 255}.0 255.255.255.0\n" for i in range(count)
    )


KINDS = {
    "access-list entries": access_lines,
    "routes": route_lines,
    "port forwards": forward_lines,
    "DHCP pools": pool_lines,
}


def run_config(bed, options):
    """CPU a packet, with ever more lines of a kind."""
    result = Result("config", "CPU a packet by lines of configuration")
    lines = LINES[::2] if options.quick else LINES
    points = {}
    for kind, write in KINDS.items():
        say(kind)
        made = {}
        for count in lines:
            made[count] = sized(bed, f"{kind[:3].strip()}{count}".lower(), write(count))
            packets.attach_sink(made[count])
            packets.begin(made[count], options, 1000)

        def measure(count):
            found = packets.flood(made[count], options, "--sessions", 1000)
            return found | {"value": found["cpu_ns"]}

        rows = in_turn(
            list(made), options.pairs, measure, lambda s: f"{s['cpu_ns']:6.0f} ns of CPU a packet"
        )
        points[kind] = []
        for count in made:
            value = column(rows, count)
            result.figure("viprouter", f"{count:,} {kind}", "ns", value)
            points[kind].append((count, sorted(value)[len(value) // 2]))
            bed.stop(made[count].process)
        named = {f"{c:,} {kind}": rows[c] for c in rows}
        first, last = list(named)[0], list(named)[-1]
        result.ratio(named, last, first, "CPU a packet", ("<=", 1.3))
    result.curve("CPU a packet by lines of configuration", "lines", "ns", points)
    return result


def sized(bed, name, config):
    kind = type("Sized", (subjects.Viprouter,), {"name": name, "more_config": config})
    return kind(bed)
