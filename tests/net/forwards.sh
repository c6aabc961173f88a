#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Fixed translations with real clients: a forward that follows a device by its name from lease to
# lease, ranges of ports, public addresses of a device's own, hosts outside under inside addresses.
#
#   laptop (dhclient) --Tap1--+
#   phone  (udhcpc)   --Tap2--+-- BVI1 [viprouter] Tap0 -- isp0 203.0.113.1, .3 internet
#   tv     (dhcpcd)   --Tap3--+              VIP HOME 203.0.113.10
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin fwd 200

take_down()
{
	viphome down >/dev/null
}

configure()
{
	local lines=() line

	for line in "$@"; do lines+=(-c "$line"); done
	vipsh -c 'configure terminal' "${lines[@]}"
}

# A web server on a device that says whose it is.
serve()
{
	mkdir -p "$work/$1"
	echo "this is the $1" >"$work/$1/index.html"
	start "$1" busybox httpd -f -p "0.0.0.0:$2" -h "$work/$1"
	wait_until 5 on "$1" curl -s "http://127.0.0.1:$2/"
}

# get DEVICE URL
get()
{
	on "$1" curl -s -m 3 "http://$2/" 2>&1
}

gets()
{
	[ "$(get "$2" "$3")" = "this is the $1" ]
}

udhcpc_pid()
{
	local pid

	for pid in $(ip netns pids "$home-phone"); do
		if tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q udhcpc; then echo "$pid"; fi
	done
}

by_name()
{
	local before after

	check "a forward to a name" configure \
		"ip nat inside source static tcp host phone 80 vip HOME 8080"
	same "reaches the phone" "this is the phone" "$(get internet 203.0.113.10:8080)"
	same "by hairpin, too" "this is the phone" "$(get laptop 203.0.113.10:8080)"
	before=$(address_of phone)
	check "the phone's address is given to nobody any more" configure \
		"ip dhcp excluded-address $before"
	kill -USR2 "$(udhcpc_pid)" # gives its lease back
	check "the forward waits while the phone has no lease" wait_until 5 pending
	kill -USR1 "$(udhcpc_pid)" # asks for one
	check "the phone has another address" wait_until 20 moved "$before"
	after=$(address_of phone)
	check "and the forward has followed it" wait_until 5 gets phone internet 203.0.113.10:8080
	contains "as show ip nat translations says" "^tcp 203\.0\.113\.10:8080 +$after:80 " \
		"$(vipsh -c 'show ip nat translations')"
	contains "and the configuration still has the name" \
		"^ip nat inside source static tcp host phone 80 vip HOME 8080" \
		"$(vipsh -c 'show running-config')"
}

pending()
{
	vipsh -c 'show ip nat translations' | grep -q '^tcp 203.0.113.10:8080 *(phone)'
}

moved()
{
	local now

	now=$(address_of phone)
	[ -n "$now" ] && [ "$now" != "$1" ]
}

ranges()
{
	serve phone 5003
	check "a range of ports" configure \
		"ip nat inside source static tcp $(address_of phone) range 5000 5010 vip HOME 6000"
	same "its fourth port is the phone's fourth" "this is the phone" \
		"$(get internet 203.0.113.10:6003)"
	contains "a second forward of a port in it is refused, and both are named" \
		"port 6004 of 203.0.113.10 already goes to $(address_of phone) 5004" "$(configure \
			"ip nat inside source static tcp $(address_of laptop) 80 vip HOME 6004" 2>&1)"
}

own_addresses()
{
	local laptop

	laptop=$(address_of laptop)
	serve laptop 80
	check "a public address for the laptop" configure \
		"ip nat inside source static $laptop 203.0.113.30"
	same "the internet sees the laptop by it" 203.0.113.30 "$(seen_of laptop)"
	same "and reaches it" "this is the laptop" "$(get internet 203.0.113.30)"
	contains "and pings it" " 0% packet loss" \
		"$(on internet ping -c 2 -i 0.05 -w 3 203.0.113.30)"
	same "by hairpin, too" "this is the laptop" "$(get phone 203.0.113.30)"
	same "the phone still has the VIP" 203.0.113.10 "$(seen_of phone)"
	check "a pool in which each device has an address" configure \
		"no ip nat inside source list 1 vip HOME overload" \
		"ip nat pool OWN 203.0.113.40 203.0.113.41 netmask 255.255.255.0" \
		"ip nat inside source list 1 pool OWN"
	contains "the phone takes one" "^203\.0\.113\.4[01]$" "$(seen_of phone)"
	contains "and the tv the other" "^203\.0\.113\.4[01]$" "$(seen_of tv)"
	check "and back to the VIP for all" configure "no ip nat inside source list 1 pool OWN" \
		"ip nat inside source list 1 vip HOME overload"
	same "which the phone has again" 203.0.113.10 "$(seen_of phone)"
}

hosts_outside()
{
	ip -n "$home-internet" address add 203.0.113.3/24 dev isp0
	check "a host outside under an inside address" configure \
		"ip nat outside source static 203.0.113.3 10.7.7.7"
	contains "answers under it" "64 bytes from 10\.7\.7\.7: .* 0% packet loss" \
		"$(on phone ping -c 2 -i 0.05 -w 3 10.7.7.7 | tr '\n' ' ')"
	same "and serves under it" 203.0.113.10 "$(on phone curl -s -m 3 http://10.7.7.7/)"
	contains "show ip nat translations has it" "^--- --- +--- +10\.7\.7\.7 +203\.0\.113\.3" \
		"$(vipsh -c 'show ip nat translations')"
}

check "up" viphome up
serve phone 80
by_name
ranges
own_addresses
hosts_outside
