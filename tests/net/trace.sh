#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# packet-tracer tells what would happen, and nothing happens; then the real packet, and it agrees.
#
#   laptop (dhclient) --Tap1--+
#   phone  (udhcpc)   --Tap2--+-- BVI1 [viprouter] Tap0 -- isp0 203.0.113.1 internet (web server)
#   tv     (dhcpcd)   --Tap3--+              VIP HOME 203.0.113.10:8080 -> tv:80
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin trace 200

take_down()
{
	viphome down >/dev/null
}

# All that a packet could have changed. Ages run by themselves and are left out.
state()
{
	local show

	for show in 'ip nat statistics' 'ip nat translations' 'drops' 'interfaces' 'arp' 'vip' \
		'ip dhcp binding' 'ip dhcp server statistics'; do
		vipsh -c "show $show | json"
	done | grep -Ev '"(age|idle|left|expires|lease|peak)[a-z_]*_s"' |
		sed -E 's/"[a-z_]*_s": ?[0-9.]+,?//g; s/"state": ?"(reachable|stale)",?//g'
}

# A trace of every kind: through, refused, answered, waiting, switched, to the router itself.
traces()
{
	local laptop=$1 phone=$2 line

	while read -r line; do
		vipsh -c "packet-tracer input $line" >/dev/null || return 1
	done <<-END
		Tap1 tcp $laptop 45000 203.0.113.1 80
		BVI1 udp $laptop 45000 203.0.113.1 53 ttl 1
		Tap1 udp $laptop 45000 192.168.1.200 53
		Tap1 udp $laptop 45000 $phone 53 detailed
		Tap1 icmp $laptop 8 0 192.168.1.1
		Tap1 tcp $laptop 45000 203.0.113.10 8080
		Tap0 tcp 203.0.113.1 45000 203.0.113.10 8080
		Tap0 tcp 203.0.113.1 45000 203.0.113.10 9999
		Tap0 udp 203.0.113.77 45000 203.0.113.2 7
		Tap0 udp 10.0.0.1 45000 192.168.1.250 7 length 1400 df
		Tap1 udp 10.255.255.255 68 255.255.255.255 67
	END
}

# The devices now and then say something of their own, so there are three tries; if a trace counted
# a frame or a packet, all three would see it.
no_effect()
{
	for _ in 1 2 3; do
		state >"$work/before"
		traces "$laptop" "$phone"
		state >"$work/after"
		diff "$work/before" "$work/after" && return
	done
	return 1
}

# steps PACKET: the types of the steps, and the end.
steps()
{
	json "packet-tracer input $1" "*(s['type'] for s in j['steps'] if not s['routine']), j['action'], j['drop']"
}

check "the home comes up" viphome up
laptop=$(address_of laptop)
phone=$(address_of phone)
mac=$(ip -n "$home-laptop" link show eth0 | awk '/link\/ether/ { print $2 }')
same "the internet sees the VIP" 203.0.113.10 "$(seen_of laptop)"
mkdir -p "$work/tv" && echo "the tv" >"$work/tv/index.html"
start tv busybox httpd -f -p 0.0.0.0:80 -h "$work/tv"
check "the tv's port 80 is forwarded" vipsh -c 'configure terminal' \
	-c "ip nat inside source static tcp $(address_of tv) 80 vip HOME 8080" -c end

# ---- it has no effect

check "packets of every kind are traced" traces "$laptop" "$phone"
check "no counter, session, neighbour or lease has changed" no_effect
same "no child is left" 1 "$(pgrep -P "$(router_pid)" | wc -l)"

# ---- it agrees with what is true

trace="packet-tracer input Tap1 tcp $laptop 45001 203.0.113.1 80"
same "from inside: the steps" \
	"input bridge route_lookup session nat neighbour output sent None" \
	"$(steps "Tap1 tcp $laptop 45001 203.0.113.1 80")"
seen=$(json "$trace" "'%s:%d' % (j['output']['src'], j['output']['sport'])")
on laptop curl -s -m 3 --local-port 45001 http://203.0.113.1/ >/dev/null
contains "the real packet leaves as the trace said" "^tcp $seen +$laptop:45001 " \
	"$(vipsh -c 'show ip nat translations')"
contains "now the session is known" "known tcp session" "$(vipsh -c "$trace")"

contains "a forged reset is refused" "Drop reason: +nat_tcp_window" "$(vipsh -c \
	'packet-tracer input Tap0 tcp 203.0.113.1 80 203.0.113.10 45001 flags rst seq 1')"
contains "a true one is not" "Action: +sent" "$(vipsh -c \
	'packet-tracer input Tap0 tcp 203.0.113.1 80 203.0.113.10 45001 flags rst')"

same "from outside, an unmapped port" "input un_nat answer dropped nat_no_mapping" \
	"$(steps 'Tap0 tcp 203.0.113.1 45002 203.0.113.10 9999')"
drops=$(json 'show drops' "j['reasons']['nat_no_mapping']")
on internet curl -s -m 1 http://203.0.113.10:9999/ >/dev/null
json_true "the real packet is dropped for that reason" 'show drops' \
	"j['reasons']['nat_no_mapping'] > $drops"

same "from outside, the forward leads to the tv" "$(address_of tv) 80 BVI1 Tap3" \
	"$(json 'packet-tracer input Tap0 tcp 203.0.113.1 45003 203.0.113.10 8080' \
		"*(j['output'][k] for k in ('dst', 'dport', 'interface')), *j['output']['ports']")"
check "and so does the real packet" on internet curl -s -m 3 http://203.0.113.10:8080/

check "an access list refuses telnet" vipsh -c 'configure terminal' \
	-c 'access-list 101 deny tcp any any eq telnet' -c 'access-list 101 permit ip any any' \
	-c 'interface BVI1' -c 'ip access-group 101 in' -c end
contains "the trace names its line" "ACCESS-LIST +drop +in: denied by line 10 of access list 101" \
	"$(vipsh -c "packet-tracer input Tap1 tcp $laptop 45005 203.0.113.1 23")"
same "and counts nothing in the list" 0 \
	"$(vipsh -c 'show access-lists 101' | grep -c 'telnet.*match')"

contains "time to live 1 is answered" "Router sends: +icmp type 11 code 0" \
	"$(vipsh -c "packet-tracer input Tap1 udp $laptop 45004 203.0.113.1 53 ttl 1")"
contains "a new neighbour would be asked for" "Router sends: +arp request, .* to 203.0.113.99" \
	"$(vipsh -c "packet-tracer input Tap1 udp $laptop 45004 203.0.113.99 53")"
contains "the sender has its own MAC" "from station $(tr -d : <<<"$mac" | sed 's/..../&./; s/\(.*\)\(....\)/\1.\2/; s/\.\././')" \
	"$(vipsh -c "packet-tracer input Tap1 udp $laptop 45004 203.0.113.99 53")"

# ---- while traffic flows, it is never in the way

many=$(for _ in {1..20}; do echo "$trace"; done)
start laptop ping -q -i 0.01 -c 200 203.0.113.1
under "twenty traces, one behind the other" 10000 vipsh -f - <<<"$many"
wait_until 10 gone "$started_pid"
contains "no packet was lost meanwhile" "200 received" "$(cat "$started_out")"
check "who may only look may trace" vipsh -c 'disable' -c "$trace"

# ---- mistakes name what is wrong

contains "an interface that is not there" "Tap77 is not configured" \
	"$(vipsh -c "packet-tracer input Tap77 udp $laptop 1 203.0.113.1 53" 2>&1)"
check "an interface is shut down" vipsh -c 'configure terminal' -c 'interface Tap2' -c shutdown -c end
contains "no packet comes in there" "Tap2 is shut down" \
	"$(vipsh -c "packet-tracer input Tap2 udp $phone 1 203.0.113.1 53" 2>&1)"
