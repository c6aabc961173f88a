#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A name server for tests: dns_server.py ADDRESS OTHER LOG. What it does depends on the name's first
label; each query is a line "PROTOCOL NAME TYPE ID PORT" of the log. OTHER is an address of its own too,
from which it forges answers."""

import socket
import struct
import sys
import threading
import time

A, SOA, TXT = 1, 6, 16


def read_question(message):
    at, labels = 12, []
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]])
        at += message[at] + 1
    name = ".".join(label.decode("ascii", "backslashreplace") for label in labels)
    return name, struct.unpack(">H", message[at + 1 : at + 3])[0], message[12 : at + 5]


def record(kind, ttl, data):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def soa(ttl):
    return record(SOA, ttl, b"\1a\0\1b\0" + struct.pack(">IIIII", 1, 2, 3, 4, ttl))


def answer(message, records=(), authority=(), rcode=0, flags=0x8180, address=None):
    _, _, question = read_question(message)
    return (
        message[:2]
        + struct.pack(">HHHHH", flags | rcode, 1, len(records), len(authority), 0)
        + question
        + b"".join(records)
        + b"".join(authority)
    )


def address(text, ttl=60):
    return record(A, ttl, socket.inet_aton(text))


def reply(message, stream):
    """The answer, or None."""
    name, kind, _ = read_question(message)
    what = name.split(".")[0].lower()
    if what.startswith("silent"):
        return None
    if what == "nobody":
        return answer(message, authority=[soa(60)], rcode=3)
    if what == "broken":
        return answer(message, rcode=2)
    if what == "big" and not stream:
        return answer(message, flags=0x8380)
    if what == "big":
        return answer(message, [record(TXT, 60, b"\x64%03d" % i + b"x" * 97) for i in range(100)])
    if what == "middle":  # fits into 1232 bytes, and not into 512
        return answer(message, [address("198.51.100.%d" % i) for i in range(60)])
    if kind != A:
        return answer(message, authority=[soa(60)])
    return answer(message, [address("198.51.100.80")])


def forge(listener, other, message, peer):
    """All that a stranger could try, and after it the truth."""
    bad = answer(message, [address("6.6.6.6")])
    listener.sendto(struct.pack(">H", struct.unpack(">H", message[:2])[0] ^ 1) + bad[2:], peer)
    listener.sendto(bad[:12] + bad[12:].replace(b"forged", b"forgot", 1), peer)
    for source in ((other, 53), (listener.getsockname()[0], 5353)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(source)
            stranger.sendto(bad, peer)
    time.sleep(0.2)
    listener.sendto(answer(message, [address("198.51.100.80")]), peer)


def main():
    here, other, log = sys.argv[1:]
    log = open(log, "a", buffering=1)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((here, 53))
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.bind((here, 53))
    tcp.listen(16)

    def note(protocol, message, peer):
        name, kind, _ = read_question(message)
        number = struct.unpack(">H", message[:2])[0]
        log.write(f"{protocol} {name} {kind} {number} {peer[1]}\n")
        return name

    def serve(connection, peer):
        with connection, connection.makefile("rb") as stream:
            while head := stream.read(2):
                message = stream.read(struct.unpack(">H", head)[0])
                note("tcp", message, peer)
                out = reply(message, True)
                connection.sendall(struct.pack(">H", len(out)) + out)

    def listen():
        while True:
            connection, peer = tcp.accept()
            threading.Thread(target=serve, args=(connection, peer), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    while True:
        message, peer = udp.recvfrom(4096)
        what = note("udp", message, peer).split(".")[0]
        if what == "forged":
            forge(udp, other, message, peer)
            continue
        if what.startswith("slow"):
            threading.Timer(1.0, udp.sendto, (reply(message, False), peer)).start()
            continue
        out = reply(message, False)
        if out:
            udp.sendto(out, peer)


main()
