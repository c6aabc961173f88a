#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that a path carries bytes unchanged, before its speed is worth measuring.

echo.py serve ADDRESS PORT       sends back what one client sends, after a line with the address it
                                 sees that client at
echo.py check ADDRESS PORT SEEN [MB]  sends random bytes, compares what returns, and checks that the
                                 server sees it as SEEN ("-": whatever)
"""
import hashlib
import os
import socket
import sys
import threading

SIZE_MB = 32
PIECE = 1 << 16
LIMIT_S = 20


def serve(address, port):
    listener = socket.create_server((address, port))
    listener.settimeout(LIMIT_S)
    client, seen = listener.accept()
    with client:
        client.settimeout(LIMIT_S)
        client.sendall((seen[0] + "\n").encode())
        while piece := client.recv(PIECE):
            client.sendall(piece)


def connect(address, port):
    for _ in range(100):
        try:
            return socket.create_connection((address, port), timeout=LIMIT_S)
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
    sys.exit("echo.py: nobody listens")


def check(address, port, expected, size):
    block = os.urandom(PIECE)
    sent, received = hashlib.sha256(), hashlib.sha256()
    connection = connect(address, port)

    def send():
        for i in range(size // PIECE):
            piece = i.to_bytes(8, "big") + block[8:]
            sent.update(piece)
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    with connection.makefile("rb") as stream:
        seen = stream.readline().decode().strip()
        while piece := stream.read1(PIECE):
            received.update(piece)
    sender.join(LIMIT_S)
    if sent.digest() != received.digest():
        sys.exit("echo.py: the bytes came back changed")
    if expected not in ("-", seen):
        sys.exit(f"echo.py: the server sees {seen}, not {expected}")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        megabytes = int(sys.argv[5]) if len(sys.argv) > 5 else SIZE_MB
        check(sys.argv[2], int(sys.argv[3]), sys.argv[4], megabytes << 20)
