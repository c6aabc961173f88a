#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Queries that dig does not send: dns_client.py SERVER WHAT. Prints what came of it."""

import select
import socket
import struct
import sys
import time


def query(number, labels, kind=1):
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + name + struct.pack(">HH", kind, 1)


def framed(message):
    return struct.pack(">H", len(message)) + message


def connect(server):
    stream = socket.create_connection((server, 53), timeout=15)
    return stream, stream.makefile("rb")


def receive(file):
    return file.read(struct.unpack(">H", file.read(2))[0])


def pipeline(server):
    """Three queries in one segment; the first one's answer takes a second, and comes last."""
    stream, file = connect(server)
    stream.sendall(
        framed(query(1, [b"slowest", b"example", b"com"]))
        + framed(query(2, [b"tv"]))
        + framed(query(3, [b"www", b"example", b"com"]))
    )
    print(*(struct.unpack(">H", receive(file)[:2])[0] for _ in range(3)))


def idle(server):
    """Seconds until a connection without queries ends."""
    stream, _ = connect(server)
    begun = time.monotonic()
    stream.recv(1)
    print(round(time.monotonic() - begun))


def connections(server):
    """How many of twenty connections stay."""
    streams = [connect(server)[0] for _ in range(20)]
    time.sleep(0.3)
    ended, _, _ = select.select(streams, [], [], 0)
    print(len(streams) - len(ended))


def greedy(server):
    """Asks for much, and takes nothing of it, while questions wait; ended: 1."""
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stream.settimeout(20)
    stream.connect((server, 53))
    for number in range(8):
        stream.sendall(framed(query(number, [b"slowest", b"example", b"com"], 1 + number)))
    big = framed(query(9, [b"big", b"example", b"com"], 16))
    try:
        for _ in range(3000):
            stream.sendall(big)
        print(0)
    except (ConnectionError, TimeoutError) as error:
        print(int(isinstance(error, ConnectionError)))


def flood(server):
    """A hundred questions that nobody answers; how many were refused at once."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((server, 53))
    for i in range(100):
        udp.send(query(i, [b"silent%d" % i, b"example", b"com"]))
    udp.settimeout(1)
    refused = 0
    try:
        while udp.recv(4096)[3] & 15 == 2:
            refused += 1
    except TimeoutError:
        pass
    print(refused)


def hostile(server):
    """Labels of control bytes; the answer's code."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((server, 53))
    udp.settimeout(5)
    udp.send(query(9, [b"\x1b[31m\0\"'`$(id)", b"x" * 63, b"example", b"com"]))
    print(udp.recv(4096)[3] & 15)


globals()[sys.argv[2]](sys.argv[1])
