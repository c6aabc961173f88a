#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Real DHCP clients in every state of theirs: what goes over the wire, and what the router then knows.
#
#   isc   (dhclient) --Tap1--+
#   busy  (udhcpc)   --Tap2--+
#   cpcd  (dhcpcd)   --Tap3--+-- BVI1 192.168.1.1/24 [viprouter, DHCP server]
#   rival (no lease) --Tap4--+                 | Tap5 10.0.0.1/24
#                                              mid (router, then dhcrelay)
#                                              | lan1 10.1.0.1/24
#                 far (udhcpc) -----------lan0 near (dhcrelay)
#                            192.168.7.0/24
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin states 240

take_down()
{
	[ -z "${cpcd_pid-}" ] || dhcpcd_ends 2>/dev/null
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in isc busy cpcd rival far near mid; do ip netns del "$home-$name" 2>/dev/null; done
}

bound()
{
	[ -n "$(binding "$1" address)" ]
}

has_some_address()
{
	[ -n "$(address_of "$1")" ]
}

no_address()
{
	[ -z "$(address_of "$1")" ]
}

conflict()
{
	json 'show ip dhcp conflict' "*[c['method'] for c in j if c['address'] == '$1']"
}

in_conflict()
{
	[ -n "$(conflict "$1")" ]
}

# on_wire TEXT DEVICE PATTERN…: such a message comes within ten seconds, or has come.
on_wire()
{
	local text=$1 device=$2

	shift 2
	if wait_until 10 was_heard "$device" "$@"; then
		ok "$text"
	else
		not_ok "$text" "wanted $(printf '/%s/ ' "$@"), saw $(heard_now "$device" | tail -n 4)"
	fi
}

# not_on_wire TEXT DEVICE PATTERN…: none has come.
not_on_wire()
{
	local text=$1 device=$2

	shift 2
	if was_heard "$device" "$@"; then
		not_ok "$text" "saw one with $(printf '/%s/ ' "$@"): $(heard_now "$device" | tail -n 4)"
	else
		ok "$text"
	fi
}

# The clients' script: sets the address, and does what the test asks for by a file.
make_hook()
{
	cat >"$work/hook" <<-'EOF'
		#!/bin/bash
		reason=${reason:-$1}
		interface=${interface:-eth0}
		ip=${new_ip_address:-$ip}
		case $reason in
		BOUND | RENEW | REBIND | REBOOT | bound | renew)
			[ -e "${0%/*}/refuse" ] && exit 1 # dhclient declines then
			[ -n "$new_ip_address" ] || env >"${0%/*}/busy.env"
			ip address replace "$ip/24" dev "$interface"
			router=${new_routers:-$router}
			[ -n "$router" ] && ip route replace default via "$router"
			;;
		EXPIRE | FAIL | RELEASE | STOP | deconfig)
			ip address flush dev "$interface"
			;;
		esac
		exit 0
	EOF
	chmod +x "$work/hook"
}

# ---- dhclient -----------------------------------------------------------------------------------

# dhclient_conf [LINE]
dhclient_conf()
{
	printf '%s\n' 'send host-name "isc";' 'timeout 20;' 'retry 1;' 'reboot 3;' 'select-timeout 0;' \
		'initial-interval 1;' 'backoff-cutoff 2;' "$@" >"$work/isc.conf"
}

# dhclient_starts [DEVICE]: isc, if not said.
dhclient_starts()
{
	start "${1:-isc}" dhclient -4 -d -cf "$work/isc.conf" -sf "$work/hook" -lf "$work/isc.leases" \
		-pf "$work/isc.pid" eth0
	isc_pid=$started_pid
}

dhclient_ends()
{
	stop "$isc_pid" KILL
	on isc ip address flush dev eth0
}

# dhclient_had ADDRESS: a lease that has not ended, in the file that it begins with.
dhclient_had()
{
	cat >"$work/isc.leases" <<-EOF
		lease {
		  interface "eth0";
		  fixed-address $1;
		  option subnet-mask 255.255.255.0;
		  option dhcp-lease-time 86400;
		  option dhcp-message-type 5;
		  option dhcp-server-identifier 192.168.1.1;
		  renew never;
		  rebind never;
		  expire never;
		}
	EOF
}

# What stands in a message, as tcpdump writes it.
discover='\(53\), length 1: Discover' offer='\(53\), length 1: Offer' request='\(53\), length 1: Request'
ack='\(53\), length 1: ACK' nak='\(53\), length 1: NACK' decline='\(53\), length 1: Decline'
release='\(53\), length 1: Release' inform='\(53\), length 1: Inform'
to_all=' > 255\.255\.255\.255\.67:' to_server=' > 192\.168\.1\.1\.67:'
to_client=' > 255\.255\.255\.255\.68:'
ciaddr='Client-IP ' requested='Requested-IP \(50\)' server_id='Server-ID \(54\), length 4: 192\.168\.1\.1 '

d3_dhclient_selects()
{
	dhclient_conf
	dhclient_starts
	on_wire "INIT: dhclient asks all, and for no address" isc "$discover" "$to_all" \
		"0\.0\.0\.0\.68" "!$requested" "!$ciaddr"
	check "it gets an address" wait_until 10 has_some_address isc
	isc=$(address_of isc)
	on_wire "d11: the offer comes by unicast, without ARP" isc "$offer" "> $isc\.68:" "$server_id" \
		"Your-IP $isc " "Flags \[none\]"
	on_wire "SELECTING: it names the server and the address" isc "$request" "$to_all" "$server_id" \
		"$requested, length 4: $isc " "!$ciaddr"
	on_wire "d6: the grant has its times, in order" isc "$ack" "$server_id" "Your-IP $isc " \
		'\(51\), length 4: 7200 ' '\(58\), length 4: 3600 ' '\(59\), length 4: 6300 '
	same "the router has its name" isc "$(binding "$isc" host)"
	contains "dhclient has written its lease" "fixed-address $isc;" "$(cat "$work/isc.leases")"
}

d4_dhclient_reboots()
{
	dhclient_ends
	from_now isc
	dhclient_starts
	on_wire "INIT-REBOOT: dhclient asks for what it had, and names no server" isc "$request" \
		"$to_all" "$requested, length 4: $isc " '!\(54\)' "!$ciaddr"
	on_wire "and is granted it" isc "$ack" "Your-IP $isc "
	check "it has its address again" wait_until 5 has_address isc "$isc"
	not_on_wire "without a DISCOVER" isc "$discover" "$(mac_of isc)"
}

d5_dhclient_renews_and_rebinds()
{
	local before

	dhclient_ends
	dhclient_conf 'supersede dhcp-renewal-time 1;' 'supersede dhcp-rebinding-time 2;'
	from_now isc
	before=$(binding "$isc" expires_at)
	dhclient_starts
	on_wire "RENEWING: dhclient asks the server alone, by ciaddr" isc "$request" "$to_server" \
		"$ciaddr$isc " "!$requested" '!\(54\)'
	on_wire "the grant goes to its address" isc "$ack" "$ciaddr$isc " "Your-IP $isc " "> $isc\.68:"
	check "the lease is longer" eval "[ $(binding "$isc" expires_at) -gt $before ]"
	# its unicasts reach nobody: it comes to T2
	on isc nft add table ip block
	on isc nft add chain ip block out '{ type filter hook output priority 0; }'
	on isc nft add rule ip block out ip daddr 192.168.1.1 udp dport 67 drop
	from_now isc
	on_wire "REBINDING: it asks all, by ciaddr" isc "$request" "$to_all" "$ciaddr$isc " \
		"!$requested" '!\(54\)'
	on_wire "and is granted it" isc "$ack" "$ciaddr$isc " "Your-IP $isc " "> $isc\.68:"
	on isc nft delete table ip block
	same "it has the same address still" "$isc" "$(address_of isc)"
}

# The rival knows all that a RELEASE has to say.
d9_a_forged_release_is_not_believed()
{
	on rival env PYTHONPATH="$net" python3 -B -c "
from dhcp_raw import send
send(bytes.fromhex('$(mac_of isc)'.replace(':', '')), 7, 1,
     ciaddr=int.from_bytes(bytes(map(int, '$isc'.split('.'))), 'big'))"
	check "a RELEASE from another port is counted" wait_until 5 eval \
		"vipsh -c 'show drops' | grep -Eq 'Tap4 +dhcp_wrong_port +1 '"
	same "and frees nothing" "$isc" "$(binding "$isc" address)"
}

d9_dhclient_releases()
{
	stop "$isc_pid" KILL
	from_now isc
	on isc dhclient -4 -r -cf "$work/isc.conf" -sf "$work/hook" -lf "$work/isc.leases" \
		-pf "$work/isc.pid" eth0 >/dev/null 2>&1
	on_wire "RELEASE: dhclient tells the server alone" isc "$release" "$to_server" "$ciaddr$isc " \
		"$server_id" "!$requested"
	check "the binding is gone" wait_until 5 no_binding "$isc"
	not_on_wire "and nobody answers" isc 'BOOTP/DHCP, Reply'
}

d7_a_lease_of_another_network_is_refused()
{
	dhclient_had 10.77.0.5
	dhclient_conf
	from_now isc
	dhclient_starts
	on_wire "INIT-REBOOT: dhclient asks for what it had elsewhere" isc "$request" "$to_all" \
		"$requested, length 4: 10\.77\.0\.5 " '!\(54\)'
	on_wire "it is refused, to all, with server and reason and nothing else" isc "$nak" \
		'192\.168\.1\.1\.67 > 255\.255\.255\.255\.68:' '> ff:ff:ff:ff:ff:ff' "$server_id" \
		'MSG \(56\)' '!Your-IP' "!$ciaddr" '!\((1|3|6|51|58|59)\), length'
	check "it gets the address that it gave back" wait_until 15 has_address isc "$isc"
	on_wire "by a DISCOVER" isc "$discover" "$(mac_of isc)"
}

# What came before the first DISCOVER.
answers_before_discover()
{
	heard_now isc | awk '/Discover/ { exit } /BOOTP\/DHCP, Reply/'
}

d4_a_stranger_is_not_answered()
{
	local stranger

	dhclient_ends
	dhclient_had 192.168.1.150
	dhclient_conf 'send dhcp-client-identifier "stranger";'
	stranger='Client-ID \(61\), length 8: '
	from_now isc
	dhclient_starts
	on_wire "INIT-REBOOT: a stranger asks for an address of this network" isc "$request" "$to_all" \
		"$requested, length 4: 192\.168\.1\.150 " '!\(54\)' "$stranger"
	on_wire "and comes to a DISCOVER" isc "$discover" "$stranger"
	same "for nobody answered it" "" "$(answers_before_discover)"
	check "the address is free, so it gets it" wait_until 10 has_address isc 192.168.1.150
	# who is known, and asks for somebody else's
	dhclient_ends
	dhclient_had 192.168.1.150
	dhclient_conf
	from_now isc
	dhclient_starts
	on_wire "one who is known is refused another's address" isc "$nak" "address is not yours"
	check "and keeps its own" wait_until 15 has_address isc "$isc"
}

d8_dhclient_declines()
{
	dhclient_ends
	touch "$work/refuse"
	from_now isc
	dhclient_starts
	on_wire "DECLINE: dhclient tells all, by option 50 and the server's name" isc "$decline" \
		"$to_all" "$requested, length 4: $isc " "$server_id" "!$ciaddr"
	check "the address is set aside" wait_until 5 in_conflict "$isc"
	same "by what the client found" gratuitous_arp "$(conflict "$isc")"
	check "nobody is bound to it" no_binding "$isc"
	rm "$work/refuse"
}

# Ten seconds later, which others use meanwhile.
dhclient_has_another()
{
	check "dhclient gets another address" wait_until 15 has_some_address isc
	check "another one" eval "! has_address isc $isc"
	dhclient_ends
}

# ---- udhcpc -------------------------------------------------------------------------------------

# udhcpc_starts DEVICE [OPTION…]
udhcpc_starts()
{
	start "$1" busybox udhcpc -f -i eth0 -s "$work/hook" -t 5 -T 1 -A 1 "${@:2}"
	busy_pid=$started_pid
}

udhcpc_ends()
{
	stop "$busy_pid" KILL
	on "$1" ip address flush dev eth0
}

d11_udhcpc_with_and_without_broadcasts()
{
	udhcpc_starts busy -B -x hostname:busy
	check "udhcpc -B gets an address" wait_until 10 has_some_address busy
	busy=$(address_of busy)
	on_wire "-B: the offer comes to all" busy "$offer" "Your-IP $busy " 'Flags \[Broadcast\]' \
		'> ff:ff:ff:ff:ff:ff' ' > 255\.255\.255\.255\.68:'
	on_wire "-B: and so does the grant" busy "$ack" "Your-IP $busy " 'Flags \[Broadcast\]' \
		'> ff:ff:ff:ff:ff:ff' ' > 255\.255\.255\.255\.68:'
	on_wire "d14: the client identifier comes back" busy "$ack" 'Client-ID \(61\)'
	udhcpc_ends busy
	from_now busy
	udhcpc_starts busy
	check "udhcpc gets its address again" wait_until 10 has_address busy "$busy"
	on_wire "without -B: the offer comes to it alone" busy "$offer" "> $(mac_of busy)," \
		"> $busy\.68:" 'Flags \[none\]'
	on_wire "without -B: and so does the grant" busy "$ack" "> $(mac_of busy)," "> $busy\.68:"
	same "the name that it said before is kept" busy "$(binding "$busy" host)"
}

d5_udhcpc_renews_and_releases()
{
	from_now busy
	kill -USR1 "$busy_pid"
	on_wire "RENEWING: SIGUSR1 has udhcpc ask the server alone" busy "$request" "$to_server" \
		"$ciaddr$busy " "!$requested" '!\(54\)'
	on_wire "and it is granted it" busy "$ack" "$ciaddr$busy " "Your-IP $busy " "> $busy\.68:"
	kill -USR2 "$busy_pid"
	on_wire "RELEASE: SIGUSR2 has it tell the server alone" busy "$release" "$to_server" \
		"$ciaddr$busy " "$server_id"
	check "the binding is gone" wait_until 5 no_binding "$busy"
	udhcpc_ends busy
}

d12_an_identifier_is_the_client()
{
	from_now busy
	udhcpc_starts busy -C -x 0x3d:ff01020304 -r 192.168.1.99
	check "udhcpc is given the address that it asks for" wait_until 10 has_address busy 192.168.1.99
	on_wire "d1: it asked by option 50" busy "$discover" "$requested, length 4: 192\.168\.1\.99 "
	on_wire "and by its identifier" busy "$ack" 'Client-ID \(61\), length 5'
	same "which is what the router knows it by" ff01.0203.04 "$(binding 192.168.1.99 client_id)"
	udhcpc_ends busy
	from_now busy
	udhcpc_starts busy -C -x 0x3d:ff01020305 -r 192.168.1.99
	check "one with another identifier is another client" wait_until 10 has_some_address busy
	check "with another address" eval '! has_address busy 192.168.1.99'
	check "and the first one's is kept" bound 192.168.1.99
	udhcpc_ends busy
}

# Four options of a hundred bytes, and what else there is, are more than the 548 that udhcpc takes:
# one goes into the field file, for one there is no place.
d13_d15_long_answers_and_routes_are_understood()
{
	local code long lines=(-c 'classless-route 0.0.0.0 0.0.0.0 192.168.1.1'
		-c 'classless-route 10.32.0.0 255.224.0.0 192.168.1.3')

	long=$(printf 'ab%.0s' {1..100})
	for code in 224 225 226 227; do lines+=(-c "option $code hex $long"); done
	check "the pool has routes and long options" configure -c 'ip dhcp pool LAN' "${lines[@]}"
	from_now busy
	udhcpc_starts busy -O 121 -O 0xe0 -O 0xe1 -O 0xe2 -O 0xe3
	check "udhcpc gets an address" wait_until 10 has_some_address busy
	on_wire "the answer takes the field file too, and 576 bytes at most" busy "$ack" \
		"> $(mac_of busy)," '\(52\), length 1: file' 'UDP \(17\), length (57[0-6]|5[0-6][0-9]|4[0-9]{2})\)'
	same "udhcpc has the routes" '0.0.0.0/0 192.168.1.1 10.32.0.0/11 192.168.1.3' \
		"$(sed -n 's/^staticroutes=//p' "$work/busy.env")"
	same "and three options whole" "3 $long" \
		"$(sed -n 's/^opt22[4-7]=//p' "$work/busy.env" | sort | uniq -c | awk '{ print $1, $2 }')"
	udhcpc_ends busy
	lines=("${lines[@]/#option/no option}")
	configure -c 'ip dhcp pool LAN' "${lines[@]/#classless/no classless}" >/dev/null
}

# The rival sits at an address, and the client finds it before the server does.
d8_udhcpc_declines()
{
	check "the router looks for nobody" configure -c 'ip dhcp ping packets 0'
	on rival ip address add 192.168.1.88/24 dev eth0
	from_now busy
	udhcpc_starts busy -C -x 0x3d:ff88 -a300 -r 192.168.1.88
	on_wire "DECLINE: udhcpc -a finds the rival" busy "$decline" "$to_all" \
		"$requested, length 4: 192\.168\.1\.88 " "$server_id"
	check "the address is set aside" wait_until 5 in_conflict 192.168.1.88
	same "by what the client found" gratuitous_arp "$(conflict 192.168.1.88)"
	udhcpc_ends busy
	check "the router looks again" configure -c 'ip dhcp ping packets 2'
}

# With probes, which find the rival first.
d2_the_router_finds_the_rival()
{
	on rival ip address add 192.168.1.89/24 dev eth0
	from_now busy
	udhcpc_starts busy -C -x 0x3d:ff89 -r 192.168.1.89
	check "udhcpc gets an address" wait_until 10 has_some_address busy
	not_on_wire "the rival's is never offered" busy "$offer" 'Your-IP 192\.168\.1\.89 '
	same "for the router asked there" ping "$(conflict 192.168.1.89)"
	json_true "and knows who it is" 'show ip dhcp conflict' \
		"'$(mac_of rival)'.replace(':', '') in [c['mac'].replace('.', '').replace(':', '') for c in j
		if c['address'] == '192.168.1.89']"
	udhcpc_ends busy
}

# ---- dhcpcd -------------------------------------------------------------------------------------

# dhcpcd_does ARGUMENT…: one more command to it, or its start in the foreground.
dhcpcd_does()
{
	# it keeps its files in /run and /var/lib: each namespace has its own
	on cpcd nsenter -t "$cpcd_pid" -m dhcpcd -4 "$@" eth0
}

dhcpcd_starts()
{
	mkdir -p "$work/cpcd.lib"
	printf '%s\n' 'ipv4only' 'noipv4ll' 'nodelay' 'timeout 20' 'reboot 3' 'noipv6rs' \
		'option domain_name, interface_mtu' 'option rapid_commit' 'script /bin/true' >"$work/cpcd.conf"
	# shellcheck disable=SC2016 # the inner shell's
	start cpcd unshare -m sh -c 'mount -t tmpfs none /run && mkdir /run/dhcpcd &&
		mount --bind "$1/cpcd.lib" /var/lib/dhcpcd && shift && exec dhcpcd -B -4 -f "$@"' \
		sh "$work" "$work/cpcd.conf" "$@" eth0
	cpcd_pid=$started_pid
}

dhcpcd_ends()
{
	local pid

	stop "$cpcd_pid" KILL
	for pid in $(ip netns pids "$home-cpcd"); do # its helpers, who would outlive it
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != dhcpcd ] || kill -9 "$pid" 2>/dev/null
	done
	on cpcd ip address flush dev eth0
}

d1_dhcpcd_selects()
{
	dhcpcd_starts
	check "dhcpcd gets an address" wait_until 15 has_some_address cpcd
	cpcd=$(address_of cpcd)
	on_wire "its wish for a rapid commit is passed over" cpcd "$discover" '\(80\), length 0'
	on_wire "it is offered one" cpcd "$offer" "Your-IP $cpcd " '!\(80\)'
	on_wire "asks for it" cpcd "$request" "$requested, length 4: $cpcd " "$server_id"
	on_wire "and is granted it" cpcd "$ack" "Your-IP $cpcd " '!\(80\)'
	check "it is bound to it" bound "$cpcd"
}

d5_dhcpcd_renews_rebinds_and_reboots()
{
	from_now cpcd
	dhcpcd_does -N >/dev/null 2>&1
	on_wire "RENEWING: dhcpcd -N asks the server alone" cpcd "$request" "$to_server" "$ciaddr$cpcd " \
		"!$requested" '!\(54\)'
	on_wire "and is granted it" cpcd "$ack" "$ciaddr$cpcd " "Your-IP $cpcd "
	from_now cpcd
	dhcpcd_does -n >/dev/null 2>&1
	on_wire "REBINDING: dhcpcd -n asks all" cpcd "$request" "$to_all" "$ciaddr$cpcd " \
		"!$requested" '!\(54\)'
	on_wire "and is granted it" cpcd "$ack" "$ciaddr$cpcd " "Your-IP $cpcd "
	dhcpcd_ends
	from_now cpcd
	dhcpcd_starts
	on_wire "INIT-REBOOT: dhcpcd asks for what its lease file says" cpcd "$request" "$to_all" \
		"$requested, length 4: $cpcd " '!\(54\)' "!$ciaddr"
	on_wire "and is granted it" cpcd "$ack" "Your-IP $cpcd "
	not_on_wire "without a DISCOVER" cpcd "$discover" "$(mac_of cpcd)"
	dhcpcd_ends
}

d8_dhcpcd_declines()
{
	configure -c 'ip dhcp ping packets 0' >/dev/null
	on rival ip address add 192.168.1.87/24 dev eth0
	from_now cpcd
	dhcpcd_starts -I ff87 -r 192.168.1.87
	on_wire "DECLINE: dhcpcd finds the rival by ARP" cpcd "$decline" "$to_all" \
		"$requested, length 4: 192\.168\.1\.87 " "$server_id" "!$ciaddr"
	check "the address is set aside" wait_until 5 in_conflict 192.168.1.87
	dhcpcd_ends
	configure -c 'ip dhcp ping packets 2' >/dev/null
}

d10_dhcpcd_informs()
{
	from_now cpcd
	dhcpcd_starts --inform=192.168.1.77/24
	on_wire "INFORM: dhcpcd says its address, and asks for none" cpcd "$inform" \
		"${ciaddr}192\.168\.1\.77 " "!$requested"
	on_wire "the answer has parameters, and no lease" cpcd "$ack" "${ciaddr}192\.168\.1\.77 " \
		'> 192\.168\.1\.77\.68:' '\(15\), length 14: "states\.example"' "$server_id" \
		'!Your-IP' '!\((51|58|59)\), length'
	check "nobody is bound to that address" no_binding 192.168.1.77
	dhcpcd_ends
}

# ---- relays -------------------------------------------------------------------------------------

# relay_starts DEVICE SERVER DOWN: from interface DOWN, and whatever option 82 is there stays.
relay_starts()
{
	start "$1" dhcrelay -4 -d -a -m forward -iu eth0 -id "$3" "$2"
	relay_pid=$started_pid
	wait_until 5 grep -q 'Sending on.*fallback' "$started_out"
}

# link_namespaces UPPER LOWER DOWN NETWORK: LOWER's eth0 on UPPER's DOWN.
link_namespaces()
{
	ip link add "$3" netns "$home-$1" type veth peer name eth0 netns "$home-$2"
	ip -n "$home-$1" address add "$4.1/24" dev "$3"
	ip -n "$home-$1" link set "$3" up
	ip -n "$home-$2" link set eth0 up
}

d16_a_relay_adds_option_82()
{
	relay_starts near 10.0.0.1 lan0
	capture near
	capture far
	udhcpc_starts far -C -x hostname:far
	check "a client behind dhcrelay -a gets an address of its network" wait_until 10 has_some_address far
	far=$(address_of far)
	contains "by giaddr" '^192\.168\.7\.' "$far"
	on_wire "the relay adds option 82" near "$request" 'Gateway-IP 192\.168\.7\.1 ' '\(82\)' \
		'Circuit-ID SubOption 1, length 4: lan0'
	on_wire "it comes back as it was, last" near "$ack" 'Gateway-IP 192\.168\.7\.1 ' \
		'> 192\.168\.7\.1\.67:' \
		'\(82\), length [0-9]+: *Circuit-ID SubOption 1, length 4: lan0( PAD.*)? END'
	on_wire "the client is spared it" far "$ack" '!\(82\)'
	from_now near
	kill -USR1 "$busy_pid"
	on_wire "RENEWING goes past the relay" near "$request" "$ciaddr$far " "$far\.68 > 10\.0\.0\.1\.67" \
		'!Gateway-IP'
	on_wire "and is granted" near "$ack" "$ciaddr$far " "> $far\.68:"
	from_now near
	kill -USR2 "$busy_pid"
	check "RELEASE is heard" wait_until 5 no_binding "$far"
	udhcpc_ends far
}

# far has a lease of another network: the refusal goes past the relay as a broadcast.
d7_a_refusal_reaches_a_client_behind_a_relay()
{
	dhclient_had 10.77.0.5
	dhclient_conf
	from_now near
	from_now far
	dhclient_starts far
	on_wire "INIT-REBOOT behind a relay: the refusal goes to giaddr" near "$nak" \
		'> 192\.168\.7\.1\.67:' 'Flags \[Broadcast\]' 'Gateway-IP 192\.168\.7\.1 ' '!Your-IP'
	on_wire "and by the relay to all" far "$nak" "$to_client"
	check "the client gets an address of its network" wait_until 15 has_some_address far
	contains "by giaddr still" '^192\.168\.7\.' "$(address_of far)"
	stop "$isc_pid" KILL
	on far ip address flush dev eth0
}

# mac_id MAC: as a client-identifier
mac_id()
{
	sed 's/://g; s/^/01/; s/..../&./g; s/\.$//' <<<"$1"
}

d16_a_reservation_holds_behind_a_relay()
{
	check "a reservation is made" configure -c 'ip dhcp pool FARHOST' \
		-c 'host 192.168.7.50 255.255.255.0' -c "client-identifier $(mac_id "$(mac_of far)")"
	from_now near
	udhcpc_starts far -r "$far"
	check "the client gets it" wait_until 10 has_address far 192.168.7.50
	same "its binding is a manual one" manual "$(binding 192.168.7.50 type)"
	on_wire "though it asked for another" near "$discover" "$requested, length 4: $far "
	udhcpc_ends far
	stop "$relay_pid"
}

# far -- near (relay) -- mid (relay) -- router: here near is told of mid alone.
d16_two_relays_in_a_row()
{
	local near_pid

	relay_starts near 10.1.0.1 lan0
	near_pid=$relay_pid
	relay_starts mid 10.0.0.1 lan1
	capture mid
	from_now far
	udhcpc_starts far -B
	check "a client behind two relays gets its address" wait_until 10 has_address far 192.168.7.50
	on_wire "giaddr is the first one's, and so is option 82" mid "$request" 'hops 2' \
		'Gateway-IP 192\.168\.7\.1 ' 'Circuit-ID SubOption 1, length 4: lan0'
	on_wire "the answer to a NAK or a broadcast reaches it" far "$ack" "$to_client"
	udhcpc_ends far
	stop "$relay_pid"
	stop "$near_pid"
}

# ---- counters -----------------------------------------------------------------------------------

# messages PATTERN: how many of the clients' own went over the wire, in either direction.
messages()
{
	local device

	for device in isc busy cpcd; do
		heard "$device" | grep "Client-Ethernet-Address $(mac_of "$device") " | grep -E -- "$1"
	done | wc -l
}

the_router_has_counted_all()
{
	json_true "all received is counted" 'show ip dhcp server statistics' \
		"j['received'] == {'bootrequest': 0, 'discover': $(messages "$discover"),
		'request': $(messages "$request"), 'decline': $(messages "$decline"),
		'release': $(messages "$release"), 'inform': $(messages "$inform")}"
	json_true "and all sent" 'show ip dhcp server statistics' "j['sent'] == {'bootreply': 0,
		'offer': $(messages "$offer"), 'ack': $(messages "$ack"), 'nak': $(messages "$nak")}"
	json_true "and nothing was malformed" 'show ip dhcp server statistics' "j['malformed'] == 0"
}


# ---- host names that mean harm --------------------------------------------------------------------

d17_hostile_names_do_no_harm()
{
	local journal="$VIPHOME_STATE_DIR/$home/leases" log="$VIPHOME_STATE_DIR/$home/log"

	cat >"$work/names.py" <<-'EOF'
		import sys
		from dhcp_raw import lease
		names = [b"a\0b", b"x\"y'z`id`$(id);|&", b"\x1b[2J\x1b]0;title\x07", b"n" * 255,
		         b"-.-..", b"", b"\xff\xfe\xc3\xa9t\xc3\xa9", b"%s%n%99999d", b"\r\nno service dhcp\r\n",
		         b"../../etc/passwd", (b"l" * 70 + b".") * 3, b"{\"json\": [1]}\\u0000"]
		for n, name in enumerate(names):
		    if not lease(n + 1, 3, more=bytes((12, len(name))) + name):
		        sys.exit(f"no lease for {name}")
	EOF
	check "clients with hostile names get leases" \
		on rival env PYTHONPATH="$net" python3 -B "$work/names.py"
	json_true "their names are labels, or none" 'show ip dhcp binding' "(lambda named:
		len(named) == 12 and all(re.fullmatch(
		r'[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*', b['host']) and
		len(b['host']) < 64 for b in named if b['host'] is not None))(
		[b for b in j if b['mac'].replace('.', '').replace(':', '').startswith('025e0000')])"
	json_true "what is harmless of them stays" 'show ip dhcp binding' \
		"{'a', 'n' * 63, 'no-service-dhcp', 'etc-passwd'} <= {b['host'] for b in j}"
	same "the text shows nothing but text" 0 \
		"$(vipsh -c 'show ip dhcp binding' | LC_ALL=C tr -d '\n -~' | wc -c)"
	same "nor do the journal and the log hold anything else" 0 \
		"$(cat "$journal" "$log" | LC_ALL=C tr -d '\n -~' | wc -c)"
	check "the router dies" end_router KILL
	check "and starts with them" router -d -c "$work/states.conf"
	json_true "the names are the same" 'show ip dhcp binding' \
		"{'a', 'n' * 63, 'no-service-dhcp', 'etc-passwd'} <= {b['host'] for b in j}"
}

for name in isc busy cpcd rival far near mid; do make_namespace "$name"; done
cat >"$work/states.conf" <<EOF
hostname states
interface Tap1
 attach namespace $home-isc name eth0
 bridge-group 1
interface Tap2
 attach namespace $home-busy name eth0
 bridge-group 1
interface Tap3
 attach namespace $home-cpcd name eth0
 bridge-group 1
interface Tap4
 attach namespace $home-rival name eth0
 bridge-group 1
 peer ip address 192.168.1.12 255.255.255.0
interface Tap5
 attach namespace $home-mid name eth0
 ip address 10.0.0.1 255.255.255.0
 peer ip address 10.0.0.2 255.255.255.0
 peer ip route 0.0.0.0 0.0.0.0 via 10.0.0.1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
ip route 192.168.7.0 255.255.255.0 10.0.0.2
ip route 10.1.0.0 255.255.255.0 10.0.0.2
ip dhcp excluded-address 192.168.1.1 192.168.1.9
ip dhcp excluded-address 192.168.7.1
ip dhcp pool LAN
 network 192.168.1.0 255.255.255.0
 default-router 192.168.1.1
 domain-name states.example
 lease 0 2
ip dhcp pool FAR
 network 192.168.7.0 255.255.255.0
 default-router 192.168.7.1
 lease 0 1
EOF
check "the router starts" router -d -c "$work/states.conf"
make_hook
link_namespaces mid near lan1 10.1.0
link_namespaces near far lan0 192.168.7
on near ip address add 10.1.0.2/24 dev eth0
on near ip route add default via 10.1.0.1
on mid ip route add 192.168.7.0/24 via 10.1.0.2
for name in near mid; do on "$name" sysctl -qw net.ipv4.ip_forward=1; done
for name in isc busy cpcd; do capture "$name"; done
d3_dhclient_selects
d4_dhclient_reboots
d5_dhclient_renews_and_rebinds
d9_a_forged_release_is_not_believed
d9_dhclient_releases
d7_a_lease_of_another_network_is_refused
d4_a_stranger_is_not_answered
d8_dhclient_declines
d11_udhcpc_with_and_without_broadcasts
d5_udhcpc_renews_and_releases
d12_an_identifier_is_the_client
d13_d15_long_answers_and_routes_are_understood
d8_udhcpc_declines
d2_the_router_finds_the_rival
d1_dhcpcd_selects
d5_dhcpcd_renews_rebinds_and_reboots
d8_dhcpcd_declines
d10_dhcpcd_informs
dhclient_has_another
the_router_has_counted_all
d16_a_relay_adds_option_82
d7_a_refusal_reaches_a_client_behind_a_relay
d16_a_reservation_holds_behind_a_relay
d16_two_relays_in_a_row
d17_hostile_names_do_no_harm
