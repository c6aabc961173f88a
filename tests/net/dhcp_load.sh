#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Many clients at once: at a rate, more than there are addresses, and a flood that answers nothing.
#
#   perf (perfdhcp)     --Tap1-- 10.9.0.1/16 --+
#   many (300 clients)  --Tap2--+              [viprouter, DHCP server]
#   one  (udhcpc)       --Tap3--+-- BVI1 192.168.1.1/24: a pool of 200, and four reservations
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin dhcpload 180
export PYTHONPATH=$net

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in perf many one; do ip netns del "$home-$name" 2>/dev/null; done
}

# clients.py flood: three hundred clients ask, and answer no offer.
# clients.py all FILE: three hundred clients ask, again after half a second when nobody answers, and
#   give up after six times; FILE: their addresses. Fails when an address is given to two.
# clients.py one N [WAIT_S]: client N leases, and says its address.
# clients.py renew FILE: all of them renew. Fails when one is not granted its address.
# clients.py release FILE: the first of them gives its lease back.
cat >"$work/clients.py" <<'END'
import json, random, socket, struct, sys, time
from dhcp_raw import answer, holds, lease, mac_of, receive, send

CLIENTS = range(1, 301)

def text(address):
    return socket.inet_ntoa(struct.pack("!I", address))

def number(address):
    return struct.unpack("!I", socket.inet_aton(address))[0]

def all_of_them():
    has, wants = {}, {n: None for n in CLIENTS}   # what each was offered
    for round in range(6):
        for n in wants:
            if n not in has:
                send(n, 1, n)
                time.sleep(0.001)
        end = time.monotonic() + (0.5 if round < 5 else 2)
        while (left := end - time.monotonic()) > 0:
            got = receive(left)
            if not got or got[0] not in wants:
                continue
            n, kind, address = got
            if kind == 2 and n not in has:
                wants[n] = address
                send(n, 3, n, requested=address)
            elif kind == 5:
                has[n] = address
    if len(set(has.values())) != len(has):
        sys.exit("an address was given to two")
    return has

command, rest = sys.argv[1], sys.argv[2:]
if command == "flood":
    for n in CLIENTS:
        send(n, 1, n)
        time.sleep(0.001)
elif command == "all":
    with open(rest[0], "w") as file:
        json.dump({mac_of(n).hex(): text(a) for n, a in all_of_them().items()}, file)
elif command == "one":
    address = lease(int(rest[0]), float(rest[1]) if rest[1:] else 2)
    print(text(address) if address else "none")
else:
    has = {int(mac[-4:], 16): number(a) for mac, a in json.load(open(rest[0])).items()}
    if command == "release":
        n = min(has)
        send(n, 7, n, ciaddr=has[n])
        print(text(has[n]))
    holds.update({address: n for n, address in has.items()})
    for n in has if command == "renew" else ():
        xid = random.getrandbits(32)
        send(n, 3, xid, ciaddr=has[n])
        if answer(xid, 3) != (5, has[n]):
            sys.exit(f"client {n} may not keep {text(has[n])}")
END

clients()
{
	on many python3 -B "$work/clients.py" "$@"
}

# Of the pool of 200: leases that are bound, without those of the reservations' clients.
bound_of_the_pool()
{
	json 'show ip dhcp binding' "len([b for b in j if b['type'] == 'automatic' and
		b['address'].startswith('192.168.1.') and b['remaining_s']])"
}

# counter SECTION NAME: of perfdhcp's report.
counter()
{
	awk -v section="$1" -v name="$2: " '/^\*\*\*/ { here = index($0, section) }
		here && index($0, name) == 1 { print $NF }' "$work/perf"
}

# What is under way when the time is over is waited for: -W.
d18_fifty_clients_a_second()
{
	on perf perfdhcp -4 -l eth0 -r 50 -R 5000 -p 10 -W 1000000 -u -xi 10.9.0.1 >"$work/perf" 2>&1
	contains "perfdhcp asks fifty times a second" '^[345][0-9][0-9]$' \
		"$(counter DISCOVER-OFFER 'sent packets')"
	same "no DISCOVER is dropped" 0 "$(counter DISCOVER-OFFER drops)"
	same "no REQUEST is dropped" 0 "$(counter REQUEST-ACK drops)"
	same "no offer comes twice" 0 "$(counter DISCOVER-OFFER 'non unique addresses')"
	same "no grant comes twice" 0 "$(counter REQUEST-ACK 'non unique addresses')"
	json_true "the router knows each of its clients" 'show ip dhcp binding' \
		"(lambda p: len(p) > 290 and len({b['mac'] for b in p}) == len(p))(
		[b for b in j if b['address'].startswith('10.9.')])"
}

d18_a_flood_leaves_room()
{
	clients flood
	under "after a flood of DISCOVERs another port has a lease at once" 3000 \
		on one busybox udhcpc -n -q -i eth0 -s "$work/hook" -t 3 -T 1 -x hostname:one
	one=$(address_of one)
	contains "the flood is in the log" 'DHCP-4-LIMIT: Tap2: too many clients' \
		"$(cat "$VIPHOME_STATE_DIR/$home/log")"
}

d18_a_pool_of_200_asked_by_300()
{
	check "three hundred clients ask" clients all "$work/has"
	same "one of two hundred has a lease already, and 199 get one" 199 \
		"$(python3 -c "import json; print(len(json.load(open('$work/has'))))")"
	same "the router has two hundred" 200 "$(bound_of_the_pool)"
	json_true "and knows each by its address" 'show ip dhcp binding' "(lambda has: has.items() <=
		{b['mac'].replace('.', '').replace(':', ''): b['address'] for b in j}.items())(
		json.load(open('$work/has')))"
	json_true "no reservation has gone to anybody" 'show ip dhcp binding' \
		"len([b for b in j if b['type'] == 'manual' and not b['remaining_s']]) == 4"
	contains "that the pool is full is in the log" 'pool LAN has no free address' \
		"$(cat "$VIPHOME_STATE_DIR/$home/log")"
}

d18_a_full_pool_goes_on()
{
	local number

	same "one more gets nothing" none "$(clients one 999 0.5)"
	check "all who have a lease renew it" clients renew "$work/has"
	under "so does a real client" 3000 \
		on one busybox udhcpc -n -q -i eth0 -s "$work/hook" -t 3 -T 1 -r "$one"
	same "which keeps its address" "$one" "$(address_of one)"
	for number in 1 2 3 4; do
		same "reservation $number is served" "192.168.1.$((number * 40))" \
			"$(clients one $((5000 + number)))"
	done
	same "the router has two hundred still" 200 "$(bound_of_the_pool)"
	number=$(clients release "$work/has")
	wait_until 5 no_binding "$number"
	same "what is given back goes to the next" "$number" "$(clients one 999)"
}

# Leases from .128 on have no place any more, but those of reservations. That of .127, which is the
# broadcast address now, only runs out; the log names it with them.
a_smaller_pool_keeps_what_fits()
{
	local lost

	lost=$(json 'show ip dhcp binding' "len([b for b in j if b['type'] == 'automatic' and
		b['address'].startswith('192.168.1.') and int(b['address'].split('.')[3]) > 126])")
	check "the pool is made smaller" configure -c 'ip dhcp pool LAN' \
		-c 'network 192.168.1.0 255.255.255.128'
	json_true "leases that fit are kept" 'show ip dhcp binding' "(lambda has, now:
		all(now.get(m) == a for m, a in has.items() if 10 < int(a.split('.')[3]) < 128))(
		json.load(open('$work/has')),
		{b['mac'].replace('.', '').replace(':', ''): b['address'] for b in j})"
	json_true "the others end" 'show ip dhcp binding' "not [b for b in j if b['type'] == 'automatic'
		and b['address'].startswith('192.168.1.') and int(b['address'].split('.')[3]) > 127]"
	same "the log names sixteen of them" 16 \
		"$(grep -c 'LEASE_LOST: lease of 192\.168\.1\..* \(ends\|is not extended\)' "$VIPHOME_STATE_DIR/$home/log")"
	contains "and says how many more there were" "LEASE_LOST: and $((lost - 16)) more leases" \
		"$(cat "$VIPHOME_STATE_DIR/$home/log")"
}

for name in perf many one; do make_namespace "$name"; done
cat >"$work/load.conf" <<EOF
hostname load
interface Tap1
 attach namespace $home-perf name eth0
 ip address 10.9.0.1 255.255.0.0
 peer ip address 10.9.0.2 255.255.0.0
interface Tap2
 attach namespace $home-many name eth0
 bridge-group 1
interface Tap3
 attach namespace $home-one name eth0
 bridge-group 1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
ip dhcp excluded-address 192.168.1.1 192.168.1.9
ip dhcp excluded-address 192.168.1.214 192.168.1.254
ip dhcp pool PERF
 network 10.9.0.0 255.255.0.0
ip dhcp pool LAN
 network 192.168.1.0 255.255.255.0
 lease 0 2
EOF
# 10 to 213 without four of them: two hundred
for number in 1 2 3 4; do
	printf 'ip dhcp pool HOST%d\n host 192.168.1.%d 255.255.255.0\n hardware-address 025e.0000.%04x\n' \
		"$number" $((number * 40)) $((5000 + number)) >>"$work/load.conf"
done
cat >"$work/hook" <<'EOF'
#!/bin/sh
[ "$1" = bound ] && ip address replace "$ip/24" dev "$interface"
exit 0
EOF
chmod +x "$work/hook"
check "the router starts" router -d -c "$work/load.conf"
d18_fifty_clients_a_second
d18_a_flood_leaves_room
d18_a_pool_of_200_asked_by_300
d18_a_full_pool_goes_on
a_smaller_pool_keeps_what_fits
