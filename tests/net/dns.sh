#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Names, asked by programs that exist: of devices, of the world through a name server outside, by UDP
# and TCP; and not from outside.
#
#   laptop (dhclient) --+                                                   203.0.113.1 dns_server.py
#   phone  (udhcpc)   --+-- BVI1 192.168.1.1 [viprouter] Tap0 203.0.113.2 -- internet
#   tv     (dhcpcd)   --+   DNS forwarder                                   203.0.113.77 forges
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin dns 180

queries=$work/queries

take_down()
{
	viphome down >/dev/null
}

configure()
{
	vipsh -c 'configure terminal' "$@"
}

# ask DEVICE ARGUMENT…: dig by the name server that DHCP told, one try.
ask()
{
	on "$1" dig +time=5 +tries=1 "${@:2}"
}

# short DEVICE ARGUMENT…: only the data, in one line.
short()
{
	ask "$1" +short "${@:2}" 2>&1 | tr '\n' ' ' | sed 's/ $//'
}

status_of()
{
	ask "$@" | sed -n 's/.*status: \([A-Z]*\).*/\1/p'
}

# asked_for NAME: how often the name server was asked for it.
asked_for()
{
	grep -c " $1 " "$queries"
}

client()
{
	on "$1" timeout 30 python3 "$net/dns_client.py" 192.168.1.1 "$2" 2>&1 | tail -1
}

statistic()
{
	json 'show ip dns statistics' "j['$1']"
}

udhcpc_pid()
{
	local pid

	for pid in $(ip netns pids "$home-phone"); do
		case $(tr '\0' ' ' <"/proc/$pid/cmdline") in *udhcpc*) echo "$pid" ;; esac
	done
}

is_status()
{
	[ "$(status_of "${@:2}")" = "$1" ]
}

# names_of_devices: n12_devices_have_their_names_both_ways
names_of_devices()
{
	local tv phone

	tv=$(address_of tv)
	phone=$(address_of phone)
	same "a device is found by its name" "$tv" "$(short laptop "tv.$home.lan")"
	same "and without its domain" "$tv" "$(short laptop tv)"
	same "by TCP too" "$tv" "$(short laptop +tcp tv)"
	same "and its name by its address" "tv.$home.lan." "$(short laptop -x "$tv")"
	same "the router's too" "$home.$home.lan." "$(short laptop -x 192.168.1.1)"
	contains "the C library finds it" "^$tv " "$(on laptop getent ahostsv4 tv)"
	check "ping takes the name" on laptop ping -c 1 -W 3 tv
	kill -USR2 "$(udhcpc_pid)"
	check "a lease that is given back takes its name along" wait_until 5 \
		is_status NXDOMAIN laptop phone
	same "and its address has none" NXDOMAIN "$(status_of laptop -x "$phone")"
	kill -USR1 "$(udhcpc_pid)"
	check "and brings it back" wait_until 8 is_status NOERROR laptop phone
	configure -c 'ip host nas 192.168.1.5 192.168.1.6' >/dev/null
	same "a typed name is known at once" "192.168.1.5 192.168.1.6" "$(short laptop nas)"
}

# without_name_servers: n2_what_is_ours_is_never_asked_elsewhere, in its first half
without_name_servers()
{
	same "without a name server others are refused" REFUSED "$(status_of laptop www.example.com)"
	configure -c 'ip name-server 203.0.113.1' >/dev/null
	same "with one they are answered" 198.51.100.80 "$(short laptop www.example.com)"
}

ours_stays_here()
{
	local name

	for name in nobody "nobody.$home.lan" printer.local x.home.arpa _dns.resolver.arpa; do
		same "n2_ $name is not there" NXDOMAIN "$(status_of laptop "$name")"
	done
	same "nor a private address" NXDOMAIN "$(status_of laptop -x 10.1.2.3)"
	same "a device has no IPv6 address" NOERROR "$(status_of laptop tv AAAA)"
	same "n2_what_is_ours_is_never_asked_elsewhere" "" \
		"$(grep -vE ' [^ ]+\.(com|arpa) ' "$queries"; grep -E "$home|10.in-addr|168.192" "$queries")"
}

# n6_kept_answers_grow_old n5_negative_answers_are_kept
answers_are_kept()
{
	local before asking=()

	short laptop cached.example.com >/dev/null
	sleep 1.1
	contains "n6_a_kept_answer_grows_old" "cached.example.com.[[:space:]]+5[0-9][[:space:]]" \
		"$(ask phone cached.example.com)"
	same "and is asked for once" 1 "$(asked_for cached.example.com)"
	check "clear host forgets it" vipsh -c 'clear host cached.example.com'
	short laptop cached.example.com >/dev/null
	same "and it is asked for again" 2 "$(asked_for cached.example.com)"
	same "n5_a_name_that_is_not_there" NXDOMAIN "$(status_of laptop nobody.example.com)"
	same "is not there again" NXDOMAIN "$(status_of laptop nobody.example.com)"
	same "and was asked for once" 1 "$(asked_for nobody.example.com)"
	before=$(asked_for slow.example.com)
	for _ in 1 2 3; do
		short laptop slow.example.com >/dev/null &
		asking+=($!)
	done
	short phone slow.example.com >/dev/null
	wait "${asking[@]}"
	same "n4_one_question_is_asked_once_for_all" $((before + 1)) "$(asked_for slow.example.com)"
}

sizes()
{
	local seen

	contains "n8_what_does_not_fit_says_so" "flags: qr tc" \
		"$(ask laptop +notcp +ignore big.example.com TXT)"
	seen=$(ask laptop big.example.com TXT)
	contains "n8_and_by_tcp_it_is_whole" "ANSWER: 100," "$seen"
	contains "by TCP it came" "SERVER: .*TCP" "$seen"
	contains "n7_what_fits_into_1232_bytes_comes_by_udp" "flags: qr rd ra;.* ANSWER: 60," \
		"$(ask laptop +bufsize=4096 +notcp +ignore middle.example.com)"
	contains "n7_and_not_into_512" "flags: qr tc" \
		"$(ask laptop +noedns +notcp +ignore middle.example.com)"
	same "n10_any_gets_the_small_answer" '"RFC8482" ""' "$(short laptop +notcp tv ANY)"
}

refusals()
{
	contains "n14_no_zone_is_transferred" "Transfer failed" "$(ask laptop "$home.lan" AXFR)"
	same "n14_no_version_is_told" REFUSED "$(status_of laptop version.bind CH TXT)"
	same "n14_other_opcodes_are_not_known" NOTIMP "$(status_of laptop +opcode=status tv)"
}

# n3_forged_answers_count_for_nothing n4_ports_and_ids_differ
forgery()
{
	local before ports ids total

	before=$(statistic strange)
	same "n3_forged_answers_count_for_nothing" 198.51.100.80 "$(short laptop forged.example.com)"
	check "but are counted" [ "$(statistic strange)" -ge $((before + 2)) ]
	for i in $(seq 20); do short laptop "n$i.example.com" >/dev/null; done
	total=$(grep -c '^udp n[0-9]' "$queries")
	ports=$(awk '/^udp n[0-9]/ { print $5 }' "$queries" | sort -u | wc -l)
	ids=$(awk '/^udp n[0-9]/ { print $4 }' "$queries" | sort -u | wc -l)
	check "n4_ports_differ: $ports of $total" [ "$ports" -ge $((total - 1)) ]
	check "n4_ids_differ: $ids of $total" [ "$ids" -ge $((total - 1)) ]
}

# n11_the_outside_is_not_answered
outside()
{
	local address

	for address in 203.0.113.2 203.0.113.10; do
		contains "n11_$address does not answer the internet" "no servers could be reached" \
			"$(on internet dig +time=1 +tries=1 "@$address" tv 2>&1)"
		contains "n11_nor by TCP" "no servers could be reached" \
			"$(on internet dig +tcp +time=1 +tries=1 "@$address" tv 2>&1)"
	done
	contains "the VIP answers nobody inside either" "no servers could be reached" \
		"$(ask laptop +time=1 @203.0.113.10 tv 2>&1)"
}

connections()
{
	same "n9_answers_go_as_they_come" "2 3 1" "$(client laptop pipeline)"
	same "n9_a_client_has_eight_connections" 8 "$(client laptop connections)"
	same "n9_an_idle_connection_ends" 10 "$(client laptop idle)"
	same "n9_who_takes_nothing_loses_the_connection" 1 "$(client laptop greedy)"
	check "and nothing waits for it" wait_until 5 nothing_waits
}

# n13_queries_that_wait_are_bounded
limits()
{
	same "n13_a_client_has_32_queries_waiting" 68 "$(client laptop flood)"
	same "others go on" 198.51.100.80 "$(short phone another.example.com)"
	same "so does what needs nobody" "$(address_of tv)" "$(short laptop tv)"
	check "all that waited is done with" wait_until 12 nothing_waits
}

nothing_waits()
{
	[ "$(statistic waiting)" = 0 ]
}

hostile_names()
{
	same "a hostile name is asked for" 0 "$(client laptop hostile)"
	vipsh -c 'show hosts' >"$work/hosts"
	contains "and shown harmlessly" '^\?\?31m' "$(cat "$work/hosts")"
	check "without a control byte" eval "! grep -q '[[:cntrl:]]' '$work/hosts'"
	json_true "JSON has it too" 'show hosts' "any(h['name'].startswith('??31m') for h in j)"
}

# A first name server that nobody has: it costs two questions some seconds, and then none.
dead_servers()
{
	configure -c 'no ip name-server' -c 'ip name-server 203.0.113.99 203.0.113.1' >/dev/null
	same "a dead server is passed over" 198.51.100.80 "$(short laptop d1.example.com)"
	short laptop d2.example.com >/dev/null
	short laptop d3.example.com >/dev/null
	under "and then not waited for" 1000 is_status NOERROR laptop d4.example.com
	json_true "the view says so" 'show ip dns view' \
		"[s['responding'] for s in j['name_servers']] == [False, True]"
	same "a server that cannot is told as SERVFAIL" SERVFAIL "$(status_of laptop broken.example.com)"
}

on_and_off()
{
	configure -c 'interface BVI1' -c 'ip address 192.168.7.1 255.255.255.0 secondary' >/dev/null
	same "an address that is added is served" "$(address_of tv)" "$(short laptop @192.168.7.1 tv)"
	configure -c 'no ip dns server' >/dev/null
	contains "turned off, nobody answers" "refused|no servers" "$(ask laptop tv 2>&1)"
	same "and typed names are still shown" "['192.168.1.5', '192.168.1.6']" \
		"$(json 'show hosts nas' "j[0]['addresses']")"
	configure -c 'ip dns server' >/dev/null
	same "turned on again, it answers" "$(address_of tv)" "$(short laptop tv)"
	vipsh -c 'write memory' >/dev/null
	end_router KILL
	check "the router starts again" viphome up
	check "and knows the names" wait_until 10 is_status NOERROR laptop "tv.$home.lan"
	same "of the world too" 198.51.100.80 "$(short laptop again.example.com)"
}

check "a home comes up" viphome up
ip -n "$home-internet" address add 203.0.113.77/24 dev isp0
start internet python3 "$net/dns_server.py" 203.0.113.1 203.0.113.77 "$queries"
server=$started_pid
check "the name server listens" wait_until 5 test -e "$queries"
names_of_devices
without_name_servers
ours_stays_here
answers_are_kept
sizes
refusals
forgery
outside
connections
limits
hostile_names
dead_servers
on_and_off
stop "$server"
check "the home goes down" viphome down
