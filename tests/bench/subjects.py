# SPDX-License-Identifier: BSD-2-Clause
"""What packets are sent through, each with a laptop on one side and a server in the internet.

  viprouter    laptop --TAP--[ viprouterd: switch, NAT, VIP ]--TAP-- internet
  tapnull      laptop --TAP--[ a loop that looks at nothing ]--TAP-- internet: the ceiling
  nft          laptop --veth--[ kernel: forward, masquerade ]--veth-- internet
  pasta        laptop --TAP--[ pasta ]-- sockets of the internet's namespace
  slirp4netns  the same
  drain        laptop --TAP--[ a loop that reads and throws away ]: what a generator can do

All stand side by side and are measured in turn. MTU 1500 everywhere.
"""
import os
import shutil

from bed import BenchError

LAPTOP, GATEWAY = "192.168.1.10", "192.168.1.1"
SERVER, PUBLIC = "203.0.113.1", "203.0.113.10"
ECHO_PORT = 5202

MASQUERADE = """table ip nat {
	chain postrouting {
		type nat hook postrouting priority srcnat;
		oifname "wan0" masquerade
	}
}
"""


class Subject:
    """laptop, internet: the namespaces; server: its address; seen: as whom the server knows us."""

    server, seen = SERVER, PUBLIC
    laptop_link, internet_link = "eth0", "isp0"
    check_mb = 32
    sockets = False  # ends connections itself: what arrives is not what was sent

    def __init__(self, bed, pin=False):
        self.bed, self.process = bed, None
        self.laptop = bed.add_namespace(f"{self.name}-l")
        self.internet = bed.add_namespace(f"{self.name}-i")
        self.set_up()
        bed.wait_for(f"path through {self.name}", self.answers, of=self.process)
        if pin and self.process:
            bed.run(["taskset", "-a", "-p", "1", str(self.process.pid)])

    def set_up(self):
        raise NotImplementedError

    def answers(self):
        ping = ["ping", "-c", "1", "-W", "1", self.server]
        return self.bed.run(ping, ns=self.laptop, good=(0, 1, 2)).find(" 0% packet loss") > 0

    def cpu_s(self):
        return self.process.cpu_s() if self.process else None

    def check(self):
        """Some MB there and back, unchanged, and seen as expected."""
        bed, echo = self.bed, self.bed.script("echo.py")
        if self.check_mb == 0:
            return
        at = [self.server, str(ECHO_PORT)]
        server = bed.start(["python3", echo, "serve", *at], ns=self.internet)
        bed.run(["python3", echo, "check", *at, self.seen, str(self.check_mb)], ns=self.laptop)
        bed.stop(server)


class Viprouter(Subject):
    name = "viprouter"
    more_config = ""

    def config(self):
        self.phone = self.bed.add_namespace(f"{self.name}-p")
        return f"""hostname bench
interface Tap1
 attach namespace {self.laptop} name eth0
 peer ip address {LAPTOP} 255.255.0.0
 peer ip route 0.0.0.0 0.0.0.0 via {GATEWAY}
 bridge-group 1
interface Tap2
 attach namespace {self.phone} name eth0
 peer ip address 192.168.1.11 255.255.0.0
 peer ip route 0.0.0.0 0.0.0.0 via {GATEWAY}
 bridge-group 1
interface BVI1
 ip address {GATEWAY} 255.255.0.0
 ip nat inside
interface Tap9
 attach namespace {self.internet} name isp0
 peer ip address {SERVER} 255.255.255.0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
ip vip HOME {PUBLIC} interface Tap9
access-list 1 permit 192.168.0.0 0.0.255.255
ip nat inside source list 1 vip HOME overload
ip route 0.0.0.0 0.0.0.0 {SERVER}
{self.more_config}"""

    def set_up(self):
        self.process = self.bed.start_router(self.config(), self.name)

    def shell(self, *lines):
        """What the router's shell says to some lines."""
        argv = [os.path.join(self.bed.build, "vipsh"), "-n", self.process.router_name]
        argv += ["--run-dir", os.path.join(self.bed.work, "run")]
        for line in lines:
            argv += ["-c", line]
        return self.bed.run(argv)


class Tapnull(Subject):
    name = "tapnull"
    server, seen = GATEWAY, LAPTOP

    def set_up(self):
        bed = self.bed
        argv = [bed.program("tapnull"), self.laptop, "eth0", self.internet, "isp0"]
        self.process = bed.start(argv)
        bed.wait_for("tapnull", lambda: "ready" in self.process.output(), of=self.process)
        bed.ip(self.laptop, f"addr add {LAPTOP}/16 dev eth0")
        bed.ip(self.internet, f"addr add {GATEWAY}/16 dev isp0")
        bed.ip(self.laptop, "link set eth0 up")
        bed.ip(self.internet, "link set isp0 up")


class Nft(Subject):
    name = "nft"

    def set_up(self):
        bed = self.bed
        self.router = bed.add_namespace("nft-r")
        bed.add_cable(self.laptop, "eth0", self.router, "lan0")
        bed.add_cable(self.internet, "isp0", self.router, "wan0")
        bed.ip(self.laptop, f"addr add {LAPTOP}/16 dev eth0")
        bed.ip(self.router, f"addr add {GATEWAY}/16 dev lan0")
        bed.ip(self.router, f"addr add {PUBLIC}/24 dev wan0")
        bed.ip(self.internet, f"addr add {SERVER}/24 dev isp0")
        bed.ip(self.laptop, f"route add default via {GATEWAY}")
        bed.run(["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"], ns=self.router)
        bed.run(["nft", "-f", "-"], ns=self.router, text=MASQUERADE)


class Sockets(Subject):
    """A program that speaks for the laptop with sockets of the internet's namespace."""

    seen = "-"  # the server knows us as itself
    laptop_link = "tap0"
    check_mb = 1  # some stall with more of it in both directions at once
    sockets = True

    def set_up(self):
        bed = self.bed
        if not shutil.which(self.name):
            raise BenchError(f"{self.name} is not installed")
        # a network with nobody else on it: not all kernels have dummy links
        bed.add_cable(self.internet, "isp0", self.internet, "isp1")
        bed.ip(self.internet, f"addr add {SERVER}/24 dev isp0")
        bed.ip(self.internet, "route add default via 203.0.113.254 dev isp0")
        self.process = bed.start(self.command(), ns=self.internet)
        bed.wait_for(
            f"link of {self.name}", lambda: bed.has_link(self.laptop, "tap0"), of=self.process
        )
        self.wait_for_route()

    def wait_for_route(self):
        show = ["ip", "route", "get", SERVER]
        self.bed.wait_for(
            f"route through {self.name}",
            lambda: "tap0" in self.bed.run(show, ns=self.laptop, good=(0, 1, 2)),
            of=self.process,
        )

    def answers(self):
        """Ping is not for all of them; the check of bytes comes later anyway."""
        return True


class Slirp4netns(Sockets):
    name = "slirp4netns"

    def command(self):
        path = f"/run/netns/{self.laptop}"
        return ["slirp4netns", "--configure", "--mtu=1500", "--netns-type=path", path, "tap0"]


class Pasta(Sockets):
    name = "pasta"
    check_mb = 0  # its version of 2023 stalls when both directions are full

    def command(self):
        argv = ["pasta", "--foreground", "--config-net", "--ns-ifname", "tap0", "--mtu", "1500"]
        argv += ["--ipv4-only", "--address", LAPTOP, "--netmask", "255.255.0.0"]
        argv += ["--gateway", GATEWAY, "--interface", "isp0", "--no-map-gw"]
        argv += ["--tcp-ports", "none", "--udp-ports", "none", "--tcp-ns", "none"]
        argv += ["--udp-ns", "none", "--runas", "0", "--netns-only"]
        return [*argv, "--netns", f"/run/netns/{self.laptop}"]


class Drain(Subject):
    name = "drain"
    server, seen = GATEWAY, LAPTOP

    def set_up(self):
        bed = self.bed
        self.process = bed.start([bed.program("tapnull"), "--drain", self.laptop, "eth0"])
        bed.wait_for("drain", lambda: "ready" in self.process.output(), of=self.process)
        bed.ip(self.laptop, f"addr add {LAPTOP}/16 dev eth0")
        bed.ip(self.laptop, "link set eth0 up")
        bed.ip(self.laptop, f"neigh add {GATEWAY} lladdr 02:00:00:00:00:01 dev eth0")

    def answers(self):
        return True


SUBJECTS = {c.name: c for c in (Viprouter, Tapnull, Nft, Pasta, Slirp4netns, Drain)}
PEERS = ("pasta", "slirp4netns")


def gateway_mac(subject):
    """The laptop's next hop, for frames that a generator makes itself."""
    bed = subject.bed
    route = bed.run(["ip", "route", "get", subject.server], ns=subject.laptop).split()
    hop = route[route.index("via") + 1] if "via" in route else subject.server
    bed.run(["ping", "-c", "1", "-W", "1", hop], ns=subject.laptop, good=(0, 1, 2))
    words = bed.run(["ip", "neigh", "show", hop], ns=subject.laptop).split()
    if "lladdr" not in words:
        raise BenchError(f"{subject.name}: the laptop does not know {hop}'s MAC address")
    return words[words.index("lladdr") + 1]


def make(bed, names, result, pin=False):
    """Those of the named subjects that can be had here; userspace peers may be missing."""
    made = {}
    for name in names:
        if name not in SUBJECTS:
            raise BenchError(f"--subjects {name}: of {', '.join(SUBJECTS)}")
        try:
            made[name] = SUBJECTS[name](bed, pin)
        except BenchError as error:
            if name not in PEERS:
                raise
            result.remark(f"without {name}: {error}")
    return made


def on_other_cpu(pin):
    """Prefix of a generator's command line."""
    return ["taskset", "2"] if pin and os.cpu_count() > 1 else []
