# SPDX-License-Identifier: BSD-2-Clause
"""Where measurements are made: namespaces and processes that end with the bench.

All that a Bed makes bears its prefix and goes when it is closed, however the bench ends: children
are killed by the kernel when their parent is.
"""
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG = 1
HZ = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None, use_errno=True)


class BenchError(Exception):
    """Something that a measurement needs is not there or does not work; the text is for people."""


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A program in the background. Its output is in the file `log`."""

    def __init__(self, argv, log):
        self.name, self.log = os.path.basename(argv[0]), log
        with open(log, "wb") as out:
            self.popen = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )
        self.pid = self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()

    def stop(self, how=signal.SIGTERM):
        """Ends it: asks, and after three seconds makes it."""
        if self.running():
            self.popen.send_signal(how)
        try:
            self.popen.wait(3)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def cpu_s(self):
        """Seconds of CPU that all its threads used, in user and kernel mode."""
        return cpu_s(self.pid)

    def status(self, field):
        """A number of /proc/PID/status, such as "VmRSS" (kB)."""
        return status_of(self.pid, field)


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as text:
        fields = text.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / HZ


def status_of(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise BenchError(f"/proc/{pid}/status has no {field}")


def ticks():
    """Ticks of all CPUs until now, and those of them that the machine's host took."""
    with open("/proc/stat", encoding="ascii") as lines:
        fields = [int(f) for f in lines.readline().split()[1:9]]
    return sum(fields), fields[7]


class Steal:
    """Share of CPU time that the host took while in the block, in per cent."""

    def __enter__(self):
        self.percent = 0.0
        self.before = ticks()
        return self

    def __exit__(self, *_):
        all_ticks, stolen = (b - a for a, b in zip(self.before, ticks()))
        self.percent = 100 * stolen / all_ticks if all_ticks > 0 else 0.0


class Bed:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.prefix = f"vb{os.getpid()}"
        # not /tmp, which may be memory: what is synced here has to go to a disk
        self.work = tempfile.mkdtemp(prefix=self.prefix + ".", dir="/var/tmp")
        self.namespaces, self.processes, self.logs = [], [], 0
        self.at_end = []  # called when it is closed: what puts a setting back

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        for put_back in self.at_end:
            put_back()
        for name in self.namespaces:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.work, ignore_errors=True)

    # ---- processes -------------------------------------------------------------------------

    def program(self, name):
        """A program of tests/bench, built where the router was."""
        path = os.path.join(self.build, "tests", "bench", name)
        if not os.access(path, os.X_OK):
            raise BenchError(f"{path} has not been built")
        return path

    def copy_of(self, name):
        """A copy of an installed program: some systems say by a program's path what it may open."""
        installed = shutil.which(name)
        if not installed:
            raise BenchError(f"{name} is not installed")
        path = os.path.join(self.work, "bin." + name)
        if not os.path.exists(path):
            shutil.copy(installed, path)
        return path

    def script(self, name):
        return os.path.join(self.source, "tests", "bench", name)

    @staticmethod
    def inside(ns, argv):
        return ["ip", "netns", "exec", ns, *argv] if ns else list(argv)

    def start(self, argv, ns=None):
        self.logs += 1
        log = os.path.join(self.work, f"log.{self.logs}")
        process = Process(self.inside(ns, argv), log)
        process.name = os.path.basename(argv[0])
        self.processes.append(process)
        return process

    def stop(self, process, how=signal.SIGTERM):
        process.stop(how)
        self.processes.remove(process)

    def run(self, argv, ns=None, timeout=60, text=None, good=(0,)):
        """Output of a program that has to end well, within `timeout` seconds."""
        try:
            done = subprocess.run(
                self.inside(ns, argv),
                input=text,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout,
                preexec_fn=die_with_parent,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BenchError(f"{' '.join(argv)}: not done after {timeout} seconds") from None
        except OSError as error:
            raise BenchError(f"{argv[0]}: {error.strerror}") from None
        if done.returncode not in good:
            said = (done.stderr or done.stdout).strip()
            raise BenchError(f"{' '.join(argv)}: status {done.returncode}: {said[-500:]}")
        return done.stdout

    def wait_for(self, what, ready, seconds=10, of=None):
        """Until ready() is true. `of`: the process that it depends on."""
        end = time.monotonic() + seconds
        while not ready():
            if of and not of.running():
                raise BenchError(f"{of.name} ended: {of.output().strip()[-500:]}")
            if time.monotonic() > end:
                said = f": {of.output().strip()[-500:]}" if of else ""
                raise BenchError(f"no {what} within {seconds} seconds{said}")
            time.sleep(0.05)

    # ---- networks --------------------------------------------------------------------------

    def add_namespace(self, name):
        ns = f"{self.prefix}-{name}"
        self.run(["ip", "netns", "add", ns])
        self.namespaces.append(ns)
        self.ip(ns, "link set lo up")
        return ns

    def ip(self, ns, command):
        self.run(["ip", "-n", ns, *command.split()])

    def add_cable(self, a, a_name, b, b_name):
        self.ip(a, f"link add {a_name} type veth peer name {b_name} netns {b}")
        self.ip(a, f"link set {a_name} up")
        self.ip(b, f"link set {b_name} up")

    def has_link(self, ns, name):
        return (
            subprocess.run(
                ["ip", "-n", ns, "link", "show", name], capture_output=True, check=False
            ).returncode
            == 0
        )

    def counter(self, ns, link, name):
        """One of the kernel's counters of a link, such as rx_packets."""
        return int(self.run(["cat", f"/sys/class/net/{link}/statistics/{name}"], ns=ns))

    def start_router(self, config, name, level=None):
        """viprouterd with a configuration and no leases; one of a name runs at a time."""
        name = f"{self.prefix}-{name}"
        path = os.path.join(self.work, f"{name}.conf")
        with open(path, "w", encoding="ascii") as out:
            out.write(config)
        state = os.path.join(self.work, f"{name}.state")
        shutil.rmtree(state, ignore_errors=True)
        argv = [os.path.join(self.build, "viprouterd"), "-n", name, "-c", path]
        argv += ["--state-dir", state, "--run-dir", os.path.join(self.work, "run")]
        router = self.start(argv + (["-l", level] if level else []))
        router.state, router.router_name = state, name
        self.wait_for("router that forwards", lambda: "RESTART" in router.output(), of=router)
        return router
