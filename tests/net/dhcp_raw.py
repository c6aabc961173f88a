# SPDX-License-Identifier: BSD-2-Clause
"""DHCP clients in numbers, frame by frame on eth0: client N is a MAC address, and the address that
holds says it has, for which it answers ARP while an answer is waited for."""
import random
import socket
import struct
import time

sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
sock.bind(("eth0", 0))
holds = {}  # client by address


def mac_of(n):
    """Of client n, which may be a MAC address itself."""
    return n if isinstance(n, bytes) else bytes((2, 0x5e, 0, 0)) + struct.pack("!H", n)


def send(n, kind, xid, ciaddr=0, requested=None, more=b""):
    """A broadcast of client n; with an address requested, or a release, of 192.168.1.1's."""
    options = b"\x35\x01" + bytes((kind,))
    if requested is not None:
        options += b"\x32\x04" + struct.pack("!I", requested) + b"\x36\x04\xc0\xa8\x01\x01"
    if kind == 7:
        options += b"\x36\x04\xc0\xa8\x01\x01"
    bootp = struct.pack("!BBBBIHHIIII", 1, 1, 6, 0, xid, 0, 0x8000, ciaddr, 0, 0, 0)
    bootp += mac_of(n) + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63" + options + more + b"\xff"
    bootp += bytes(max(0, 300 - len(bootp)))
    udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
    head = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, 0, 0xffffffff)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xffff) + (total >> 16)
    total = (total & 0xffff) + (total >> 16)
    head = head[:10] + struct.pack("!H", 0xffff - total) + head[12:]
    try:
        sock.send(b"\xff" * 6 + mac_of(n) + b"\x08\x00" + head + udp)
    except OSError:
        pass  # the router has just gone


def answer_arp(frame):
    n = holds.get(struct.unpack("!I", frame[38:42])[0])
    if frame[20:22] == b"\0\1" and n is not None:
        sock.send(frame[6:12] + mac_of(n) + frame[12:20] + b"\0\2" + mac_of(n) + frame[38:42] +
                  frame[22:32])


def receive(limit_s):
    """The next answer of a server: its xid, type and address; None: none came in time."""
    end = time.monotonic() + limit_s
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            frame, sender = sock.recvfrom(2000)
        except OSError:
            continue
        if sender[2] == socket.PACKET_OUTGOING:
            continue
        if frame[12:14] == b"\x08\x06":
            answer_arp(frame)
            continue
        if frame[23:24] == b"\x11" and frame[34:38] == b"\0\x43\0\x44" and frame[42:43] == b"\2":
            at = frame.index(b"\x35\x01", 282)
            return (struct.unpack("!I", frame[46:50])[0], frame[at + 2],
                    struct.unpack("!I", frame[58:62])[0])
    return None


def answer(xid, limit_s):
    """Type and address of the answer to xid; 0, 0: none came in time."""
    end = time.monotonic() + limit_s
    while (left := end - time.monotonic()) > 0:
        got = receive(left)
        if got and got[0] == xid:
            return got[1:]
    return 0, 0


def lease(n, limit_s, more=b""):
    """From DISCOVER to ACK. Returns the address, or None."""
    xid = random.getrandbits(32)
    send(n, 1, xid, more=more)
    kind, address = answer(xid, limit_s)
    if kind != 2:
        return None
    send(n, 3, xid, requested=address, more=more)
    kind, address = answer(xid, limit_s)
    return address if kind == 5 else None
