#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The log of bindings says which device had which public port, and not where it went.
#
#   laptop eth0 192.168.1.10 --Tap1-- BVI1 [viprouter] Tap9 203.0.113.2 -- isp0 203.0.113.1 internet
#                                      VIP HOME 203.0.113.10
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin natlog 120

log=$VIPHOME_STATE_DIR/$home/nat.log

take_down()
{
	end_router TERM >/dev/null 2>&1
	umount "$VIPHOME_STATE_DIR/$home" 2>/dev/null
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop internet; do ip netns del "$home-$name" 2>/dev/null; done
}

# said FILE PYTHON: of its lines, each of which must be an object, as the list j.
said()
{
	python3 -c "import json, sys
j = [json.loads(line) for line in open(sys.argv[1])]
print($2)" "$1"
}

# lines FILE COUNT: it has so many.
lines()
{
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

page()
{
	on laptop curl -s -m 1 http://203.0.113.1/
}

serves()
{
	[ "$(page)" = "a page" ]
}

make_namespace laptop
make_namespace internet
cat >"$work/natlog.conf" <<END
interface Tap1
 attach namespace $home-laptop name eth0
 peer ip address 192.168.1.10 255.255.255.0
 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
 bridge-group 1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
 ip nat inside
interface Tap9
 attach namespace $home-internet name isp0
 peer ip address 203.0.113.1 255.255.255.0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
ip vip HOME 203.0.113.10 interface Tap9
ip nat inside source list 1 vip HOME overload
ip nat log translations json
access-list 1 permit 192.168.1.0 0.0.0.255
END
# a small disk of its own
mkdir -p "$VIPHOME_STATE_DIR/$home"
mount -t tmpfs -o size=256k,mode=700 natlog "$VIPHOME_STATE_DIR/$home"
# not by -d, whose log would be on that disk
timeout 100 "$BUILD/viprouterd" -n "$home" --state-dir "$VIPHOME_STATE_DIR" \
	--run-dir "$VIPHOME_RUN_DIR" -c "$work/natlog.conf" >"$work/router.log" 2>&1 &
started+=("$!")
check "the router starts" vipsh --wait 10 -c 'show version'
mkdir -p "$work/www"
echo "a page" >"$work/www/index.html"
start internet busybox httpd -f -p 203.0.113.1:80 -h "$work/www"
check "the internet serves" wait_until 10 serves
check "its page is logged" wait_until 5 lines "$log" 1
rm -f "$log"

for _ in 1 2 3 4 5; do serves; done
on laptop ping -c 1 -w 2 203.0.113.1 >/dev/null
check "a record is there for each" wait_until 5 lines "$log" 6
check "each line is JSON" said "$log" 1
same "they name the device, its port and the public one" True "$(said "$log" "all(r['event'] ==
	'create' and r['kind'] == 'mapping' and r['inside_local'] == '192.168.1.10'
	and r['inside_global'] == '203.0.113.10' and 0 <= r['inside_local_port'] < 65536
	and r['inside_global_port'] == r['inside_local_port'] for r in j)")"
same "of each protocol" "['icmp', 'tcp']" "$(said "$log" "sorted({r['proto'] for r in j})")"
same "C12: no destination is in the log" 0 "$(grep -c '203\.0\.113\.1"\|outside' "$log")"
same "others may not read it" "640" "$(stat -c %a "$log")"
contains "times are those of RFC 3339, with milliseconds" \
	"^\{\"time\":\"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z\"" "$(cat "$log")"

check "the log is moved away" mv "$log" "$log.1"
check "destinations are asked for" configure -c 'ip nat log translations json destinations'
serves
check "the log is made anew" wait_until 5 lines "$log" 2
same "and says where the device went" "['203.0.113.1', 80]" "$(said "$log" \
	"next([r['outside_global'], r['outside_global_port']] for r in j if r['kind'] == 'session')")"

check "blocks are asked for" configure -c 'ip nat port-block 256' -c 'ip nat log translations json' \
	-c 'do clear ip nat translation *'
rm -f "$log"
for _ in $(seq 30); do serves; done
check "a block is logged" wait_until 5 lines "$log" 1
same "C14: 30 connections are one record" "1 block" "$(said "$log" \
	"'%d %s' % (len(j), j[0]['kind'])")"
same "it says from which port to which" 255 "$(said "$log" \
	"j[0]['inside_global_port_last'] - j[0]['inside_global_port']")"

json_true "show ip nat port-blocks names it" 'show ip nat port-blocks' \
	"[b['inside_local'] for b in j] == ['192.168.1.10'] and j[0]['tcp'] >= 30"

check "blocks are given up" configure -c 'no ip nat port-block'
serves
head -c 1M /dev/zero >"$VIPHOME_STATE_DIR/$home/filler" 2>/dev/null
check "the disk is full" sh -c "! echo more >>'$VIPHOME_STATE_DIR/$home/filler'"
# more than there is room for in what the log has of the disk already
for _ in $(seq 40); do page; done >"$work/pages"
same "the router goes on" 40 "$(grep -c '^a page$' "$work/pages")"
check "it says that records are lost" wait_until 5 grep -q '%NAT-3-LOG: ' "$work/router.log"
rm "$VIPHOME_STATE_DIR/$home/filler"
page >/dev/null
check "it says that the log goes on" wait_until 5 grep -q '%NAT-5-LOG: ' "$work/router.log"
same "and how many are lost" True "$(said "$log" "any(r['lost'] > 0 for r in j)")"

check "the router ends" end_router
