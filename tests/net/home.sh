#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A whole home does its work: leases, one address for all, and traffic unharmed.
#
#   laptop (dhclient) --Tap1--+
#   phone  (udhcpc)   --Tap2--+-- BVI1 [viprouter] Tap0 -- isp0 203.0.113.1 internet (web server)
#   tv     (dhcpcd)   --Tap3--+              VIP HOME 203.0.113.10:8080 -> tv:80
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin home 300

take_down()
{
	viphome down >/dev/null
}

www()
{
	echo "$VIPHOME_STATE_DIR/$home/clients/internet/www"
}

runs_on()
{
	local pid

	for pid in $(ip netns pids "$home-$1"); do
		case $(tr '\0' ' ' <"/proc/$pid/cmdline") in *"$2"*) return 0 ;; esac
	done
	return 1
}

devices_have_leases()
{
	local device client

	while read -r device client; do
		check "$device has a lease" test -n "$(address_of "$device")"
		check "$device runs $client" runs_on "$device" "$client"
		same "the internet sees $device as the VIP" 203.0.113.10 "$(seen_of "$device")"
	done <<-END
		laptop dhclient
		phone udhcpc
		tv dhcpcd
	END
}

shows_list_them()
{
	local device address

	for device in laptop phone tv; do
		address=$(address_of "$device")
		contains "show vip lists $device" "^ *$address +$device " "$(vipsh -c 'show vip')"
		contains "show ip nat translations lists $device" \
			"^tcp 203\.0\.113\.10:[0-9]+ +$address:[0-9]+ +203\.0\.113\.1:80 " \
			"$(vipsh -c 'show ip nat translations')"
		json_true "show vip as JSON has $device" 'show vip' \
			"j[0]['address'] == '203.0.113.10' and [d['host'] for d in j[0]['devices']
			if d['address'] == '$address'] == ['$device']"
		json_true "show ip nat translations as JSON has $device" 'show ip nat translations' \
			"any(t['inside_local'] == '$address' and t['outside_global_port'] == 80 for t in j)"
	done
}

tools_work()
{
	contains "ping" " 0% packet loss" "$(on laptop ping -c 5 -i 0.05 -w 5 203.0.113.1)"
	same "traceroute shows the router and the internet" "1 192.168.1.1 2 203.0.113.1" \
		"$(on phone traceroute -n -q 1 -w 2 203.0.113.1 | awk 'NR > 1 { printf "%s%s %s", s, $1, $2; s = " " }')"
	contains "traceroute by ICMP reaches the internet" "^ *2 +203\.0\.113\.1 " \
		"$(on phone traceroute -I -n -q 1 -w 2 203.0.113.1)"
	contains "tracepath reaches the internet, and knows the path's MTU" "pmtu 1500 hops 2 back 2" \
		"$(on tv timeout 20 tracepath -n 203.0.113.1)"
}

# download DEVICE FILE: arrives as it was sent. No copy is kept.
download()
{
	same "$1 downloads $2, byte-identical" "$(sha256sum <"$(www)/$2")" \
		"$(on "$1" curl -s -m 120 "http://203.0.113.1/$2" | sha256sum)"
}

# capture DEVICE INTERFACE: every checksum of what arrives there is looked at, until it is stopped.
capture()
{
	start "$1" "$BUILD/tests/bench/verify" "$2"
	eval "capture_$1=$started_pid out_$1=$started_out"
	wait_until 5 grep -q ready "$started_out"
}

# verified FILE: how many packets were wrong, and whether enough were seen.
verified()
{
	tail -n 1 "$1" | python3 -c '
import json, sys
seen = json.load(sys.stdin)
enough = seen["tcp_full"] + seen["tcp_partial"] > 100
print(seen["bad"], "bad" if enough else "bad, of only %d" % seen["packets"])'
}

checksums_are_right()
{
	local device name

	make -C "$BUILD" --quiet tests/bench/verify
	head -c 20M /dev/urandom >"$(www)/20M"
	capture laptop eth0
	capture internet isp0
	download laptop 20M
	# shellcheck disable=SC2154 # set by capture
	stop "$capture_laptop"
	# shellcheck disable=SC2154
	stop "$capture_internet"
	# shellcheck disable=SC2154
	same "no bad checksum, seen by the laptop" "0 bad" "$(verified "$out_laptop")"
	# shellcheck disable=SC2154
	same "no bad checksum, seen by the internet" "0 bad" "$(verified "$out_internet")"
	for device in laptop phone tv internet; do
		for name in TcpInCsumErrors UdpInCsumErrors IcmpInCsumErrors; do
			same "$device counts no $name" 0 \
				"$(on "$device" nstat -asz "$name" | awk 'NR > 1 { print $2 }')"
		done
	done
}

gigabyte_arrives()
{
	local free

	free=$(df --output=avail -k "$work" | tail -n 1)
	if [ "$free" -lt $((3 << 20)) ]; then
		not_ok "laptop downloads 1 GiB" "only $((free >> 10)) MiB free in $work, it needs 3 GiB"
		return
	fi
	head -c 1G /dev/urandom >"$(www)/1G"
	download laptop 1G
	rm "$(www)/1G"
}

port_forward_works()
{
	mkdir "$work/tv"
	echo "this is the tv" >"$work/tv/index.html"
	start tv busybox httpd -f -p 0.0.0.0:80 -h "$work/tv"
	wait_until 5 on tv curl -s http://127.0.0.1/
	check "a port forward is taken" vipsh -c 'configure terminal' \
		-c "ip nat inside source static tcp $(address_of tv) 80 vip HOME 8080"
	same "the internet reaches the tv through the VIP" "this is the tv" \
		"$(on internet curl -s -m 3 http://203.0.113.10:8080/ 2>&1)"
	same "the laptop reaches the tv through the VIP" "this is the tv" \
		"$(on laptop curl -s -m 3 http://203.0.113.10:8080/ 2>&1)"
	json_true "show vip as JSON has the forward" 'show vip' "len(j[0]['forwards']) == 1"
	check "no other port of the VIP is open" on internet sh -c \
		'! curl -s -m 1 http://203.0.113.10:80/'
	stop "$started_pid"
}

check "up" viphome up
devices_have_leases
shows_list_them
tools_work
checksums_are_right
port_forward_works
gigabyte_arrives
under "up again takes less than 5 s" 5000 viphome up
under "down takes less than 2 s" 2000 viphome down
nothing_left down
