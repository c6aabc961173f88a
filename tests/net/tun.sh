#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A VIP on a line without ARP: the kernel at the other end has a route to it, as long as it is there.
#
#   laptop eth0 192.168.1.10 --Tap1-- BVI1 [viprouter] Tun0 203.0.113.2 -- tun0 203.0.113.1 internet
#                                      VIP HOME 198.51.100.7, in no network of tun0
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin tun 120

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop internet; do ip netns del "$home-$name" 2>/dev/null; done
}

has_route()
{
	ip -n "$home-internet" route show 198.51.100.7/32 | grep -q 'dev tun0'
}

# A route over a line that is down is one the kernel marks so.
has_no_route()
{
	! ip -n "$home-internet" route show 198.51.100.7/32 | grep 'dev tun0' | grep -vq linkdown
}

route_comes()
{
	check "$1" wait_until 3 has_route
}

route_goes()
{
	check "$1" wait_until 3 has_no_route
}

traffic_passes()
{
	contains "$1: ping of the laptop" " 0% packet loss" \
		"$(on laptop ping -c 3 -i 0.05 -w 3 203.0.113.1)"
	contains "$1: ping of the VIP" " 0% packet loss" \
		"$(on internet ping -c 3 -i 0.05 -w 3 198.51.100.7)"
	same "$1: the internet sees the laptop as the VIP" 198.51.100.7 "$(seen_of laptop)"
	same "$1: the laptop downloads 20 MB, byte-identical" "$(sha256sum <"$work/www/20M")" \
		"$(on laptop curl -s -m 60 http://203.0.113.1/20M | sha256sum)"
	same "$1: the internet reaches the laptop through the VIP" "this is the laptop" \
		"$(on internet curl -s -m 3 http://198.51.100.7:8080/)"
}

start_servers()
{
	mkdir -p "$work/www/cgi-bin" "$work/laptop"
	printf '%s\n' '#!/bin/sh' "printf 'Content-Type: text/plain\\r\\n\\r\\n%s\\n' \"\$REMOTE_ADDR\"" \
		>"$work/www/cgi-bin/index.cgi"
	chmod +x "$work/www/cgi-bin/index.cgi"
	head -c 20M /dev/urandom >"$work/www/20M"
	echo "this is the laptop" >"$work/laptop/index.html"
	start internet busybox httpd -f -p 0.0.0.0:80 -h "$work/www"
	start laptop busybox httpd -f -p 0.0.0.0:80 -h "$work/laptop"
	wait_until 5 on internet curl -s http://127.0.0.1/
	wait_until 5 on laptop curl -s http://127.0.0.1/
}

make_namespace laptop
make_namespace internet
cat >"$work/tun.conf" <<END
hostname tun
interface Tap1
 attach namespace $home-laptop name eth0
 peer ip address 192.168.1.10 255.255.255.0
 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
 bridge-group 1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
 ip nat inside
interface Tun0
 attach namespace $home-internet name tun0
 peer ip address 203.0.113.1 255.255.255.0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
ip vip HOME 198.51.100.7 interface Tun0
ip nat inside source list 1 vip HOME overload
ip nat inside source static tcp 192.168.1.10 80 vip HOME 8080
ip route 0.0.0.0 0.0.0.0 Tun0
access-list 1 permit 192.168.1.0 0.0.0.255
END
check "the router starts" router -d -c "$work/tun.conf"
route_comes "the kernel's end has a route to the VIP"
start_servers
traffic_passes "at first"

check "the VIP is taken away" configure -c 'no ip nat inside source list 1 vip HOME overload' \
	-c 'no ip nat inside source static tcp 192.168.1.10 80 vip HOME 8080' -c 'no ip vip HOME'
route_goes "no ip vip takes the route away"
check "the VIP comes back" vipsh -f "$work/tun.conf"
route_comes "ip vip brings the route back"
traffic_passes "with a new VIP"

check "the line is shut" configure -c 'interface Tun0' -c shutdown
route_goes "shutdown takes the route away"
check "the line is opened" configure -c 'interface Tun0' -c 'no shutdown'
route_comes "no shutdown brings the route back"
traffic_passes "after no shutdown"

check "the router ends by kill -9" end_router KILL
route_goes "a router that dies leaves at most a route that is marked as down"
check "the router starts again" router -d -c "$work/tun.conf"
route_comes "a new router brings the route back"
traffic_passes "after kill -9"

check "the router ends" end_router
route_goes "a router that ends takes the route away"
check "and the line" sh -c "! ip -n $home-internet link show tun0"
