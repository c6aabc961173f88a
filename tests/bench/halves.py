#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sends first halves of UDP datagrams whose other halves never come.

halves.py SOURCE DESTINATION COUNT SECONDS: COUNT of them, evenly over SECONDS. Needs CAP_NET_RAW.
"""
import socket
import struct
import sys
import time

PAYLOAD = bytes(1392)


def main():
    source, destination = sys.argv[1:3]
    count, seconds = int(sys.argv[3]), float(sys.argv[4])
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    udp = struct.pack("!HHHH", 5000, 5000, 4000, 0)
    begun = time.monotonic()
    for n in range(count):
        header = struct.pack(
            "!BBHHHBBH", 0x45, 0, 28 + len(PAYLOAD), n % 65536, 0x2000, 64, socket.IPPROTO_UDP, 0
        )
        out.sendto(header + ends + udp + PAYLOAD, (destination, 0))
        ahead = begun + seconds * n / count - time.monotonic()
        if ahead > 0.002:
            time.sleep(ahead)


if __name__ == "__main__":
    main()
