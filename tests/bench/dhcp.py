# SPDX-License-Identifier: BSD-2-Clause
"""dhcp: exchanges a second and their latency, against Kea and dnsmasq.

    namespace of the clients: dora, perfdhcp                     server
    192.0.2.2, and 10.1.0.1 … 10.4.0.1, relays  --veth or TAP--  192.0.2.1

Each server starts with an empty lease store for each measurement, on the same disk, and has four
networks of 65,536 addresses behind four relays. viprouter syncs its journal before each ACK,
dnsmasq writes its file, Kea's memfile is written but not synced.
"""
import json
import os
import shutil
import signal
import statistics
import time

import figures
from bed import BenchError, say
from result import Result, column, filesystem, in_turn

SERVER, CLIENT = "192.0.2.1", "192.0.2.2"
RELAYS = 4
CLIENTS = RELAYS * 65000
WINDOWS = (16, 64, 256, 1024)
LOST_MAX = 0.001  # of the exchanges, at a rate that counts as done
PERFDHCP_LOST_MAX = 0.01  # it forgets what is under way when its time is over
GENERATOR_MARGIN = 1.5


class Server:
    """A DHCP server in a namespace of its own, and one for its clients."""

    def __init__(self, bed):
        self.bed, self.process = bed, None
        self.clients = bed.add_namespace(f"{self.name}-c")
        self.folder = os.path.join(bed.work, self.name)
        self.lay_cable()

    def lay_cable(self):
        bed = self.bed
        self.ns = bed.add_namespace(f"{self.name}-s")
        bed.add_cable(self.clients, "eth0", self.ns, "lan0")
        bed.ip(self.clients, f"addr add {CLIENT}/24 dev eth0")
        bed.ip(self.ns, f"addr add {SERVER}/24 dev lan0")
        for i in range(1, RELAYS + 1):
            bed.ip(self.ns, f"route add 10.{i}.0.0/16 via {CLIENT}")

    def start(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o777)  # dnsmasq gives its privileges up
        self.launch()
        for i in range(1, RELAYS + 1):  # where perfdhcp looks for the interface to send by
            self.bed.ip(self.clients, f"addr replace 10.{i}.0.1/32 dev eth0")
        self.bed.wait_for(f"answer of {self.name}", self.answers, of=self.process)

    def launch(self):
        raise NotImplementedError

    def answers(self):
        """Whether one exchange is done. Of a client that comes only once."""
        argv = ["--clients", "1", "--first", str(CLIENTS), "--window", "1", "--seconds", "0.05"]
        return dora(self, *argv, "--drop-ms", "200")["done"] > 0

    def stop(self, how=signal.SIGTERM):
        self.bed.stop(self.process, how)

    def leases(self):
        """Addresses in the lease store; None: it is not looked at."""
        return None


class Nothing(Server):
    """Answers and keeps nothing: what the generator and the path can do."""

    name = "no server"

    def __init__(self, bed):
        self.name = "null"
        super().__init__(bed)
        self.name = "no server"

    def launch(self):
        self.process = self.bed.start([self.bed.program("dora"), "--serve", SERVER], ns=self.ns)


class Viprouter(Server):
    name = "viprouter"

    def lay_cable(self):
        pass  # the router's port is the cable

    def config(self):
        lines = f"""hostname bench
interface Tap1
 attach namespace {self.clients} name eth0
 ip address {SERVER} 255.255.255.0
 peer ip address {CLIENT} 255.255.255.0
 ip dhcp limit rate 100000
ip dhcp ping packets 0
"""
        for i in range(1, RELAYS + 1):
            lines += f"""ip dhcp pool P{i}
 network 10.{i}.0.0 255.255.0.0
 default-router 10.{i}.0.1
 dns-server 10.{i}.0.1
 lease 0 1
ip dhcp excluded-address 10.{i}.0.1
ip route 10.{i}.0.0 255.255.0.0 {CLIENT}
"""
        return lines

    def launch(self):
        self.process = self.bed.start_router(self.config(), "dhcp")

    def leases(self):
        path = os.path.join(self.process.state, self.process.router_name, "leases")
        with open(path, encoding="ascii") as lines:
            fields = (line.split() for line in lines)
            return {f[2] for f in fields if len(f) == 9 and f[3] == "bound"}


class Kea(Server):
    name = "kea"
    threads = False

    def config(self):
        nets = [
            {
                "subnet": f"10.{i}.0.0/16",
                "pools": [{"pool": f"10.{i}.0.2-10.{i}.255.254"}],
                "option-data": [
                    {"name": "routers", "data": f"10.{i}.0.1"},
                    {"name": "domain-name-servers", "data": f"10.{i}.0.1"},
                ],
            }
            for i in range(1, RELAYS + 1)
        ]
        store = {"type": "memfile", "persist": True, "name": f"{self.folder}/leases.csv"}
        log = {"output": f"{self.folder}/log"}
        threads = {"enable-multi-threading": self.threads}
        if self.threads:
            threads |= {"thread-pool-size": os.cpu_count(), "packet-queue-size": 64}
        return {
            "interfaces-config": {"interfaces": ["lan0"], "dhcp-socket-type": "udp"},
            "lease-database": store | {"lfc-interval": 0},
            "valid-lifetime": 3600,
            "multi-threading": threads,
            "subnet4": nets,
            "loggers": [{"name": "kea-dhcp4", "severity": "ERROR", "output_options": [log]}],
        }

    def launch(self):
        path = f"{self.folder}/kea.conf"
        with open(path, "w", encoding="ascii") as out:
            json.dump({"Dhcp4": self.config()}, out)
        environment = [f"KEA_PIDFILE_DIR={self.folder}", f"KEA_LOCKFILE_DIR={self.folder}"]
        program = self.bed.copy_of("kea-dhcp4")
        self.process = self.bed.start(["env", *environment, program, "-c", path], ns=self.ns)

    def leases(self):
        with open(f"{self.folder}/leases.csv", encoding="ascii") as lines:
            return {line.split(",", 1)[0] for line in lines} - {"address"}


class KeaThreads(Kea):
    name = "kea-mt"
    threads = True


class Dnsmasq(Server):
    name = "dnsmasq"

    def launch(self):
        argv = [self.bed.copy_of("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null"]
        argv += ["--port=0"]
        argv += ["--interface=lan0", "--bind-interfaces", "--no-ping", "--dhcp-authoritative"]
        argv += [f"--dhcp-leasefile={self.folder}/leases", "--quiet-dhcp", "--log-facility=-"]
        argv += [f"--dhcp-lease-max={CLIENTS + 1}", "--user=root"]
        argv += [f"--pid-file={self.folder}/pid"]
        for i in range(1, RELAYS + 1):
            argv.append(f"--dhcp-range=10.{i}.0.2,10.{i}.255.254,255.255.0.0,1h")
        self.process = self.bed.start(argv, ns=self.ns)

    def leases(self):
        with open(f"{self.folder}/leases", encoding="ascii") as lines:
            return {line.split()[2] for line in lines if len(line.split()) > 3}


PEERS = {c.name: c for c in (Viprouter, Kea, KeaThreads, Dnsmasq, Nothing)}


# ---- the two generators --------------------------------------------------------------------------


def dora(server, *options):
    argv = [server.bed.program("dora"), "--relays", str(RELAYS), *options, SERVER]
    found = json.loads(server.bed.run(argv, ns=server.clients))
    if server.name != Nothing.name and (found["shared"] or found["strange"]):
        raise BenchError(
            f"{server.name}: {found['shared']} addresses were given to two clients,"
            f" {found['strange']} answers were wrong"
        )
    return found


def run_dora(server, seconds, *options):
    """One measurement with an empty store. Adds CPU microseconds for each exchange."""
    server.start()
    try:
        before = server.process.cpu_s()
        found = dora(server, "--clients", str(CLIENTS), "--seconds", str(seconds), *options)
        used = server.process.cpu_s() - before
    finally:
        server.stop()
    found["cpu_us"] = used * 1e6 / found["done"] if found["done"] else None
    found["lost_share"] = (found["lost"] + found["naks"]) / max(found["begun"], 1)
    found["value"] = found["rate"]
    return found


def run_perfdhcp(server, rate, seconds):
    """How many exchanges perfdhcp begins at a rate, and how many are done."""
    argv = ["perfdhcp", "-4", "-r", str(int(rate)), "-R", "60000", "-p", str(seconds)]
    argv += ["-W", "500000", "-l", "10.1.0.1", SERVER]
    server.start()
    try:
        out = server.bed.run(argv, ns=server.clients, timeout=seconds + 30, good=(0, 3))
    finally:
        server.stop()
    return read_perfdhcp(out, seconds)


def read_perfdhcp(out, seconds):
    """The figures of perfdhcp's report: what it meant to send, and what was answered."""
    sent, received, part = {}, {}, None
    for line in out.splitlines():
        if line.startswith("***Statistics for: "):
            part = line.split(": ")[1].strip("*")
        elif part and line.startswith("sent packets:"):
            sent[part] = int(line.split(":")[1])
        elif part and line.startswith("received packets:"):
            received[part] = int(line.split(":")[1])
    begun, done = sent.get("DISCOVER-OFFER", 0), received.get("REQUEST-ACK", 0)
    return {"begun": begun, "done": done, "rate": done / seconds}


# ---- the benchmark -------------------------------------------------------------------------------


def best_window(server, windows, seconds):
    """Of some numbers of exchanges at a time the one with which most are done, none being lost."""
    best, most = windows[0], 0
    for window in windows:
        found = run_dora(server, seconds, "--window", str(window))
        say(f"  {server.name:<12} {window:>4} at a time: {found['rate']:>8.0f}/s")
        if found["lost_share"] <= LOST_MAX and found["rate"] > most:
            best, most = window, found["rate"]
    return best, most


def perfdhcp_limit(server, guess, seconds, steps):
    """The highest rate that perfdhcp finds done; and whether it is perfdhcp that does no more."""
    failed = {}  # rates that were not done, and whether they were not even begun

    def passes(rate):
        found = run_perfdhcp(server, rate, seconds)
        asked = rate * seconds
        good = found["done"] >= asked * (1 - PERFDHCP_LOST_MAX)
        if not good:
            failed[rate] = found["begun"] < 0.95 * asked
        done = found["done"] / seconds
        say(f"  {server.name:<12} perfdhcp at {rate:>8.0f}/s: {done:>8.0f}/s done")
        return good

    rate = figures.search(guess, passes, steps)
    return rate, bool(failed) and failed[min(failed)]


def durable(server, seconds):
    """Kills a server in full work: is every lease that it promised in its store?"""
    path = os.path.join(server.bed.work, "acked")
    server.start()
    argv = [server.bed.program("dora"), "--relays", str(RELAYS), "--clients", str(CLIENTS)]
    argv += ["--window", "64", "--seconds", str(seconds + 2), "--drop-ms", "300"]
    generator = server.bed.start(argv + ["--acked", path, SERVER], ns=server.clients)
    time.sleep(seconds)
    server.stop(signal.SIGKILL)
    kept = server.leases()
    generator.popen.wait(10)
    server.bed.stop(generator)
    with open(path, encoding="ascii") as lines:
        promised = {line.strip() for line in lines}
    return len(promised), len(promised - kept)


def latency(result, servers, rate, options):
    """How long clients wait at the rate at which Kea is at its best."""

    def measure(server):
        found = run_dora(server, options.seconds, "--rate", str(rate))
        found["p50_ms"] = found["exchange"]["p50_us"] / 1e3
        found["value"] = found["p99_ms"] = found["exchange"]["p99_us"] / 1e3
        return found

    say(f"latency at {rate:.0f} exchanges a second")
    rows = named_turns(
        servers,
        options.pairs,
        measure,
        lambda s: f"p50 {s['p50_ms']:.2f} ms, p99 {s['p99_ms']:.2f} ms, {s['lost']} lost",
    )
    result.settings["latency_rate"] = round(rate)
    for name in rows:
        what = f"at {rate:,.0f}/s"
        result.figure(name, f"exchange, p50, {what}", "ms", column(rows, name, "p50_ms"))
        result.figure(name, f"exchange, p99, {what}", "ms", column(rows, name, "p99_ms"))
        lost = [100 * v for v in column(rows, name, "lost_share")]
        result.figure(name, f"lost, {what}", "%", lost)
        result.figure(name, f"CPU an exchange, {what}", "us", column(rows, name, "cpu_us"))
    late = any(s["lag"]["p99_us"] > 2500 for s in rows["viprouter"])
    if late:
        result.remark("the generator was late by more than 2.5 ms at times; that is in its p99")
    result.goal(
        "viprouter", "p99 at Kea's best rate", "ms", column(rows, "viprouter"), ("<=", 5), late
    )


def latency_curve(result, servers, rate, options):
    """p99 by load, from half of Kea's best rate until it is four times as much or all is lost."""
    points = {}
    for name, server in servers.items():
        points[name] = []
        for step in (0.5, 0.75, 1, 1.5, 2, 3, 4):
            found = run_dora(server, options.seconds, "--rate", str(rate * step))
            p99_ms = found["exchange"]["p99_us"] / 1e3
            lost = 100 * found["lost_share"]
            say(f"  {name:<12} at {rate * step:>7.0f}/s: p99 {p99_ms:.2f} ms, {lost:.1f} % lost")
            if lost > 5:
                break
            points[name].append((round(rate * step), p99_ms))
    result.curve("p99 of an exchange by load", "exchanges a second", "ms", points)


def named_turns(servers, blocks, measure, show):
    return in_turn(list(servers), blocks, lambda name: measure(servers[name]), show)


def rates(result, servers, windows, options):
    """Exchanges a second, each server with as many at a time as suits it best."""
    say("exchanges a second, in turn")
    rows = named_turns(
        servers,
        options.pairs,
        lambda s: run_dora(s, options.seconds, "--window", str(windows[s.name])),
        lambda s: f"{s['rate']:>8.0f}/s, {s['lost']} lost",
    )
    for name in rows:
        result.figure(name, f"exchanges, {windows[name]} at a time", "1/s", column(rows, name))
        result.figure(name, "CPU an exchange", "us", column(rows, name, "cpu_us"))
    limited = False
    if Nothing.name in rows:
        mine = statistics.median(column(rows, "viprouter"))
        limited = statistics.median(column(rows, Nothing.name)) < GENERATOR_MARGIN * mine
    if limited:
        result.remark(
            f"without a server the generator does less than {GENERATOR_MARGIN} times as much:"
            " generator-limited"
        )
    for name in rows:
        if name != "viprouter":
            goal = None if name == Nothing.name else (">=", 2)
            result.ratio(rows, "viprouter", name, "exchanges a second", goal, limited=limited)
    return rows


def run(bed, options):
    """The benchmark. Return: a Result."""
    result = Result("dhcp", "four-way DHCP exchanges of new clients behind relays")
    wanted = options.subjects or list(PEERS)
    for name in wanted:
        if name not in PEERS:
            raise BenchError(f"--subjects {name}: of {', '.join(PEERS)}")
    if "viprouter" not in wanted:
        wanted = ["viprouter", *wanted]
    if filesystem(bed.work) in ("tmpfs", "ramfs"):
        raise BenchError(f"{bed.work} is memory, and what is to be measured is a disk")
    servers = {name: PEERS[name](bed) for name in wanted}
    result.settings = {"clients": CLIENTS, "relays": RELAYS, "seconds": options.seconds}
    result.remark("viprouter: every ACK after fdatasync; Kea: memfile, not synced")
    result.remark("no server looks whether an address is in use (ip dhcp ping packets 0)")
    result.remark("viprouter: a port may have 100,000 new clients a second (ip dhcp limit rate)")
    say("how many exchanges at a time suit each server")
    windows, most = {}, {}
    for name, server in servers.items():
        some = WINDOWS[:2] if name == "dnsmasq" else WINDOWS
        some = some[1:3] if options.quick else some
        windows[name], most[name] = best_window(server, some, options.seconds)
    rates(result, servers, windows, options)
    most.pop(Nothing.name, None)
    found = {}
    steps, seconds = (0, 1) if options.quick else (4, 3)
    for name, guess in most.items():
        if options.quick and name not in ("viprouter", "kea"):
            continue
        rate, limited = perfdhcp_limit(servers[name], max(guess, 50) * 0.8, seconds, steps)
        found[name] = rate
        result.figure(name, "perfdhcp's best rate", "1/s", rate)
        if limited:
            result.remark(f"{name}: perfdhcp could not send more (generator-limited)")
    at = max((found[k] for k in ("kea", "kea-mt") if found.get(k)), default=None)
    at = at or max((most[k] for k in ("kea", "kea-mt") if k in most), default=10000)
    others = {n: s for n, s in servers.items() if n not in ("dnsmasq", Nothing.name)}
    latency(result, others, at, options)
    if not options.quick:
        latency_curve(result, others, at, options)
    promised, missing = durable(servers["viprouter"], 1)
    result.remark(f"killed in full work: {promised:,} promised, {missing} not in the journal")
    if missing:
        raise BenchError(f"viprouter promised {missing} leases that its journal does not have")
    return result
