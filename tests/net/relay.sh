#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A real client gets its lease from a server two networks away, through the relay, and renews past it.
#
#   device (udhcpc) --Tap1-- [branch: relay] Tap0 10.0.0.1 --+-- kernel bridge in namespace wire
#          192.168.5.0/24              [centre: server] Tap0 10.0.0.2 --+
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin rly 120

take_down()
{
	home=$home-c end_router TERM >/dev/null 2>&1
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in device wire; do ip netns del "$home-$name" 2>/dev/null; done
}

# at_centre COMMAND…: with the other router for the one that is asked
at_centre()
{
	home=$home-c "$@"
}

udhcpc()
{
	# it only says what it was given; the test sets the address by hand
	cat >"$work/script" <<-'END'
		#!/bin/sh
		[ "$1" = bound ] || [ "$1" = renew ] || exit 0
		echo "$1 $ip $router $serverid"
		ip address replace "$ip/24" dev "$interface"
		ip route replace default via "$router"
	END
	chmod +x "$work/script"
	start device busybox udhcpc -f -i eth0 -s "$work/script" -x hostname:branchbox
}

heard()
{
	grep -q "$1" "$work/heard"
}

at_centre_free()
{
	! at_centre vipsh -c 'show ip dhcp binding' | grep -q '^192\.168\.5\.'
}

make_namespace device
make_namespace wire
ip -n "$home-wire" link add br0 type bridge
ip -n "$home-wire" link set br0 up
cat >"$work/branch.conf" <<END
hostname branch
interface Tap0
 attach namespace $home-wire name a0 bridge br0
 ip address 10.0.0.1 255.255.255.0
interface Tap1
 attach namespace $home-device name eth0
 ip address 192.168.5.1 255.255.255.0
 ip helper-address 10.0.0.2
ip dhcp relay information option
END
cat >"$work/centre.conf" <<END
hostname centre
interface Tap0
 attach namespace $home-wire name c0 bridge br0
 ip address 10.0.0.2 255.255.255.0
ip route 192.168.5.0 255.255.255.0 10.0.0.1
ip dhcp pool BRANCH
 network 192.168.5.0 255.255.255.0
 default-router 192.168.5.1
 lease 0 1
END
check "the branch's router starts" router -d -c "$work/branch.conf"
check "the centre's router starts" at_centre router -d -c "$work/centre.conf"
ip -n "$home-device" link set eth0 up
udhcpc
ln -s "$started_out" "$work/heard"
client=$started_pid
check "d16: the device has a lease from the centre" wait_until 20 heard "^bound 192\.168\.5\.[0-9]* 192\.168\.5\.1 10\.0\.0\.2"
contains "the centre knows it" "^192\.168\.5\." "$(at_centre vipsh -c 'show ip dhcp binding')"
json_true "the relay has counted what it carried, with option 82" 'show ip dhcp relay statistics' \
	"j['requests'] >= 2 and j['replies'] >= 2 and j['options_added'] == j['requests_sent'] and
	j['options_taken'] == j['replies']"
contains "the device reaches the centre" " 0% packet loss" \
	"$(on device ping -c 2 -i 0.05 -w 3 10.0.0.2)"
kill -USR1 "$client"
check "d5: it renews past the relay" wait_until 10 heard "^renew 192\.168\.5\."
kill -USR2 "$client"
check "d9: and gives the lease back" wait_until 10 at_centre_free
