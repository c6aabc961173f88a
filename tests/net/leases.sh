#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Leases outlive a router that is killed at any moment, and none is given while the disk is full.
#
#   lan: forty clients in one program --eth0-- Tap1, BVI1 192.168.1.1 [viprouter, DHCP server]
#
# The router's state lies on a file system of 256 KiB.
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin leases 120

take_down()
{
	end_router KILL >/dev/null 2>&1
	umount "$VIPHOME_STATE_DIR/$home" 2>/dev/null
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	ip netns del "$home-lan" 2>/dev/null
}

# client.py many FILE STOP: forty clients lease, renew and release until STOP exists; what they have
#   goes to FILE. Fails when an address is given to two.
# client.py one N: client N leases. Fails when it gets no ACK.
cat >"$work/client.py" <<'END'
import json, os, random, socket, struct, sys, time

sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
sock.bind(("eth0", 0))
random.seed(7)

def mac_of(n):
    return bytes((2, 0x5e, 0, 0, 0, n))

def send(n, kind, xid, ciaddr=0, requested=None):
    options = b"\x35\x01" + bytes((kind,))
    if requested is not None:
        options += b"\x32\x04" + struct.pack("!I", requested) + b"\x36\x04\xc0\xa8\x01\x01"
    if kind == 7:
        options += b"\x36\x04\xc0\xa8\x01\x01"
    bootp = struct.pack("!BBBBIHHIIII", 1, 1, 6, 0, xid, 0, 0x8000, ciaddr, 0, 0, 0)
    bootp += mac_of(n) + bytes(10 + 64 + 128) + b"\x63\x82\x53\x63" + options + b"\xff"
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

def answer(xid, limit_s):
    end = time.monotonic() + limit_s
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            frame = sock.recv(2000)
        except OSError:
            continue
        if frame[23:24] == b"\x11" and frame[34:38] == b"\0\x43\0\x44" and \
                frame[42:43] == b"\2" and struct.unpack("!I", frame[46:50])[0] == xid:
            at = frame.index(b"\x35\x01", 282)
            return frame[at + 2], struct.unpack("!I", frame[58:62])[0]
    return 0, 0

def lease(n, limit_s):
    xid = random.getrandbits(32)
    send(n, 1, xid)
    kind, address = answer(xid, limit_s)
    if kind != 2:
        return None
    send(n, 3, xid, requested=address)
    kind, address = answer(xid, limit_s)
    return address if kind == 5 else None

if sys.argv[1] == "one":
    sys.exit(0 if lease(int(sys.argv[2]), 0.5) else 1)

has, acks = {}, 0
while not os.path.exists(sys.argv[3]):
    n = random.randint(1, 40)
    if n in has and random.random() < 0.2:
        send(n, 7, random.getrandbits(32), ciaddr=has.pop(n))
        continue
    if n in has:
        xid = random.getrandbits(32)
        send(n, 3, xid, ciaddr=has[n])
        kind, address = answer(xid, 0.05)
        if kind == 6:
            sys.exit(f"client {n} was refused its {has[n]:x}")
        address = address if kind == 5 else None
    else:
        address = lease(n, 0.05)
    if address:
        acks += 1
        if [m for m in has if m != n and has[m] == address]:
            sys.exit(f"{address:x} was given twice")
        has[n] = address
with open(sys.argv[2], "w") as file:
    json.dump({"acks": acks, "has": {mac_of(n).hex(): socket.inet_ntoa(struct.pack("!I", a))
                                     for n, a in has.items()}}, file)
END

start_router()
{
	router -d -c "$work/leases.conf"
}

# A moment, not a condition: when the router dies is left to chance.
some_moment()
{
	sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
}

killed_fifty_times()
{
	local round pid agent

	for round in {1..50}; do
		some_moment
		pid=$(router_pid)
		agent=$(agent_pid)
		if [ $((round % 5)) = 0 ]; then kill -9 "$agent"; else kill -9 "$pid"; fi
		wait_until 5 gone "$pid" && wait_until 5 gone "$agent" || return 1
		start_router || return 1
		alive "$clients" || return 1
	done
}

one_client()
{
	on lan python3 "$work/client.py" one "$1"
}

no_more_fits()
{
	! one_client "$((RANDOM % 100 + 100))"
}

make_namespace lan
mkdir -p "$VIPHOME_STATE_DIR/$home"
mount -t tmpfs -o size=256k,mode=700 viprouter-test "$VIPHOME_STATE_DIR/$home"
cat >"$work/leases.conf" <<END
hostname leases
interface Tap1
 attach namespace $home-lan name eth0
 bridge-group 1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
ip dhcp excluded-address 192.168.1.1 192.168.1.9
ip dhcp ping packets 0
ip dhcp pool LAN
 network 192.168.1.0 255.255.255.0
END
check "the router starts" start_router
check "a client has a lease" wait_until 5 one_client 1
start lan python3 "$work/client.py" many "$work/has" "$work/stop"
clients=$started_pid
check "fifty times killed and started again" killed_fifty_times
touch "$work/stop"
wait_until 5 gone "$clients"
same "no lease was refused or given twice" "" "$(cat "$started_out")"
check "there were leases enough" python3 -c "import json; assert json.load(open('$work/has'))['acks'] > 100"
json_true "no lease was forgotten" 'show ip dhcp binding' "(lambda has: {m: has[m] for m in has}.items() <=
	{b['mac'].replace(':', '').replace('.', ''): b['address'] for b in j}.items())(
	json.load(open('$work/has'))['has'])"

dd if=/dev/zero of="$VIPHOME_STATE_DIR/$home/fill" bs=4096 2>/dev/null
check "on a full disk leases end to be given" wait_until 20 no_more_fits
check "none is given" no_more_fits
rm "$VIPHOME_STATE_DIR/$home/fill"
check "with room again they are" wait_until 5 one_client 250
check "the router starts again" eval 'end_router KILL; start_router'
json_true "and has the lease of after the full disk" 'show ip dhcp binding' \
	"'025e000000fa' in [b['mac'].replace(':', '').replace('.', '') for b in j]"
