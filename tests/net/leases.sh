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
export PYTHONPATH=$net

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
import json, os, random, socket, struct, sys
from dhcp_raw import answer, holds, lease, mac_of, send

random.seed(7)
if sys.argv[1] == "one":
    sys.exit(0 if lease(int(sys.argv[2]), 0.5) else 1)

has, acks, renewals = {}, 0, 0
while not os.path.exists(sys.argv[3]):
    n = random.randint(1, 40)
    if n in has and random.random() < 0.2:
        del holds[has[n]]
        send(n, 7, random.getrandbits(32), ciaddr=has.pop(n))
        continue
    if n in has:
        xid = random.getrandbits(32)
        send(n, 3, xid, ciaddr=has[n])
        kind, address = answer(xid, 0.05)
        if kind == 6:
            sys.exit(f"client {n} was refused its {has[n]:x}")
        address = address if kind == 5 else None
        renewals += kind == 5
    else:
        address = lease(n, 0.05)
    if address:
        acks += 1
        if [m for m in has if m != n and has[m] == address]:
            sys.exit(f"{address:x} was given twice")
        has[n] = address
        holds[address] = n
with open(sys.argv[2], "w") as file:
    json.dump({"acks": acks, "renewals": renewals,
               "has": {mac_of(n).hex(): socket.inet_ntoa(struct.pack("!I", a))
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

# The router dies fifty times, and in between its agent does ten times, which ends the router too.
killed_fifty_times()
{
	local round pid agent

	for round in {1..60}; do
		some_moment
		pid=$(router_pid)
		agent=$(agent_pid)
		if [ $((round % 6)) = 0 ]; then kill -9 "$agent"; else kill -9 "$pid"; fi
		wait_until 5 gone "$pid" && wait_until 5 gone "$agent" || return 1
		start_router || return 1
		alive "$clients" || return 1
	done
}

one_client()
{
	on lan python3 -B "$work/client.py" one "$1"
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
start lan python3 -B "$work/client.py" many "$work/has" "$work/stop"
clients=$started_pid
check "fifty times killed by kill -9, and its agent ten times, and started again" killed_fifty_times
touch "$work/stop"
wait_until 5 gone "$clients"
same "no lease was refused or given twice" "" "$(cat "$started_out")"
check "there were leases enough" python3 -c "import json; h = json.load(open('$work/has'))
assert h['acks'] > 100 and h['renewals'] > 50, h"
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
