# SPDX-License-Identifier: BSD-2-Clause
"""verify: is what comes out of the router right? A wrong checksum would look like speed.

Traffic of every sort goes through NAT, out of a TAP and out of a TUN, and tests/bench/verify looks
at each packet that arrives: TCP and UDP with whole and with unfinished sums, super-frames, UDP
without a sum, fragments, hairpins, ICMP and its errors. What was not seen counts as a failure too.
"""
import json
import signal

import subjects
from bed import BenchError, say
from result import Result

# what each receiver has to have seen of
WANTED = {
    "laptop": ["tcp_full", "tcp_partial", "tcp_super", "udp_full", "icmp", "icmp_error"],
    "internet": ["tcp_full", "tcp_partial", "tcp_super", "udp_full", "udp_partial", "udp_super"]
    + ["udp_zero", "icmp", "fragments"],
    "phone": ["udp_zero", "tcp_full", "tcp_partial", "tcp_super", "fragments"],
}
FORWARDED = """ip nat inside source static tcp 192.168.1.11 5201 vip HOME 5201
ip nat inside source static udp 192.168.1.11 7003 vip HOME 7003
"""

# UDP without a checksum, and datagrams that leave in pieces, to some port of the server
ODD_UDP = """
import socket, sys
server = (sys.argv[1], int(sys.argv[2]))
plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
plain.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
large = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(200):
    plain.sendto(bytes([i]) * (i + 1), server)
    large.sendto(bytes([i]) * (3000 + 7 * i), server)
"""


class OverTap(subjects.Viprouter):
    name = "tap"
    more_config = FORWARDED


class OverTun(OverTap):
    """Its way outside is a TUN, which has no Ethernet."""

    name = "tun"

    def config(self):
        return super().config().replace("interface Tap9", "interface Tun9")


def watch(bed, ns, link):
    process = bed.start([bed.program("verify"), link], ns=ns)
    bed.wait_for("verify", lambda: "ready" in process.output(), of=process)
    return process


def stream(bed, router, server, direction, whole_sums):
    """TCP for a second. Without offloads every sum is whole when it comes to the router."""
    argv = ["iperf3", "-J", "-c", server, "-n", "20M"] + (["-R"] if direction == "down" else [])
    state = "off" if whole_sums else "on"
    for ns, link in ((router.laptop, "eth0"), (router.internet, "isp0")):
        bed.run(["ethtool", "-K", link, "tx", state, "tso", state, "gso", state], ns=ns,
                good=(0, 1, 92))
    found = json.loads(bed.run(argv, ns=router.laptop, timeout=60, good=(0, 1)))
    if "error" in found:
        raise BenchError(f"iperf3: {found['error']}")


def listen(bed, router, program, how, port):
    process = bed.start([bed.program(program), how, router.server, port], ns=router.internet)
    bed.wait_for(program, lambda: "ready" in process.output(), of=process)


def traffic(bed, router):
    for ns in (router.internet, router.phone):
        bed.start(["iperf3", "-s"], ns=ns)
        bed.wait_for("iperf3", lambda n=ns: bed.run(["ss", "-Hltn", "sport = :5201"], ns=n).strip())
    for whole in (False, True):
        for direction in ("down", "up"):
            stream(bed, router, router.server, direction, whole)
        stream(bed, router, subjects.PUBLIC, "up", whole)  # a hairpin
    listen(bed, router, "udpstream", "--sink", "7002")
    for how in ("whole", "cut"):
        for state in ("on", "off"):
            bed.run(["ethtool", "-K", "eth0", "tx", state], ns=router.laptop, good=(0, 1, 92))
            argv = [bed.program("udpstream"), router.server, "7002", "0.3", "1400", how, "2e8"]
            if how == "cut" or state == "on":
                bed.run(argv, ns=router.laptop)
    for server, port in ((router.server, "7002"), (subjects.PUBLIC, "7003")):
        bed.run(["python3", "-c", ODD_UDP, server, port], ns=router.laptop)
    listen(bed, router, "pingpong", "--serve", "7004")
    for state in ("on", "off"):
        bed.run(["ethtool", "-K", "isp0", "tx", state], ns=router.internet, good=(0, 1, 92))
        bed.run([bed.program("pingpong"), router.server, "7004", "0.2"], ns=router.laptop)
    ping = ["ping", "-c", "20", "-i", "0.01", "-s"]
    for size in ("0", "56", "1472", "4000"):
        bed.run([*ping, size, router.server], ns=router.laptop, good=(0, 1))
    # nobody listens: the server's errors come back through NAT
    bed.run(["python3", "-c", ODD_UDP, router.server, "9"], ns=router.laptop)


def look(result, bed, kind):
    say(f"through a {kind.name.upper()}")
    router = kind(bed)
    router.check()
    places = {"laptop": (router.laptop, "eth0"), "internet": (router.internet, "isp0"),
              "phone": (router.phone, "eth0")}
    watchers = {n: watch(bed, *where) for n, where in places.items()}
    traffic(bed, router)
    for name, watcher in watchers.items():
        watcher.stop(signal.SIGINT)
        lines = watcher.output().splitlines()
        found = json.loads(lines[-1])
        at = f"{name}, {kind.name}"
        result.figure(at, "packets looked at", "", found["packets"])
        result.figure(at, "missed by the checker", "", found["missed"])
        result.goal(at, "wrong packets", "", [found["bad"]], ("<=", 0))
        if found["bad"]:
            result.remark(f"{at}: " + "; ".join(line for line in lines if "bad:" in line)[:400])
        unseen = [w for w in WANTED[name] if not found[w]]
        result.goal(at, "sorts that never came: " + (", ".join(unseen) or "none"), "",
                    [len(unseen)], ("<=", 0))
        say(f"  {name:<9} {found['packets']} packets, {found['bad']} wrong, unseen: {unseen}")


def run_verify(bed, _):
    result = Result("verify", "every checksum of what comes out, checked by hand")
    for kind in (OverTap, OverTun):
        look(result, bed, kind)
    if any(row["verdict"] == "missed" for row in result.ratios):
        say("verify: something is wrong; see its table")
    return result
