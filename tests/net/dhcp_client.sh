#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The router as a DHCP client on its outside: what it learns is in force, and goes when it is over.
#
#   laptop --Tap1 192.168.1.1-- [viprouter] --Tap9 dhcp--+
#                        kernel bridge in namespace wire +-- isp: 203.0.113.1, internet 198.51.100.1
#                                                        +-- isp2: 203.0.113.2
#                                                        +-- [provider: another viprouter] 203.0.113.3
#
# isp has udhcpd, isp2 has dnsmasq. Times are short: T1 after 5 s, T2 after 10 s.
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin dcl 180

take_down()
{
	home=$home-p end_router TERM >/dev/null 2>&1
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop isp isp2 wire; do ip netns del "$home-$name" 2>/dev/null; done
}

# join NAMESPACE ADDRESS: an eth0 there, on the wire
join()
{
	make_namespace "$1"
	ip -n "$home-wire" link add "to-$1" type veth peer name eth0 netns "$home-$1"
	ip -n "$home-wire" link set "to-$1" master br0 up
	ip -n "$home-$1" link set eth0 up
	ip -n "$home-$1" address add "$2/24" dev eth0
}

# udhcpd LEASE_S
udhcpd()
{
	rm -f "$work/udhcpd.leases"
	touch "$work/udhcpd.leases"
	cat >"$work/udhcpd.conf" <<-END
		start 203.0.113.50
		end 203.0.113.59
		interface eth0
		lease_file $work/udhcpd.leases
		pidfile $work/udhcpd.pid
		min_lease 10
		option lease $1
		option subnet 255.255.255.0
		option router 203.0.113.1
		option dns 203.0.113.80
		option domain isp.example
		option 0x3a 00000005
		option 0x3b 0000000a
	END
	start isp busybox udhcpd -f "$work/udhcpd.conf"
	server=$started_pid
	check "a server with leases of $1 s is there" wait_until 5 grep -q started "$started_out"
}

# dnsmasq_on FIRST LAST [OPTION…]
dnsmasq_on()
{
	start isp2 dnsmasq --conf-file=/dev/null --keep-in-foreground --port=0 --interface=eth0 \
		--bind-interfaces --dhcp-authoritative --no-ping --user=root --log-facility=- \
		--pid-file="$work/dnsmasq.pid" --dhcp-leasefile="$work/dnsmasq.leases" \
		--dhcp-range="$1,$2,255.255.255.0,120" --dhcp-option=3,203.0.113.1 \
		--dhcp-option=58,5s --dhcp-option=59,10s "${@:3}"
	server=$started_pid
	check "a server for $1 to $2 is there" wait_until 5 grep -q "DHCP, IP range" "$started_out"
}

lease()
{
	json 'show dhcp lease' "j[0]['$1']"
}

# has PATTERN: Tap9 has an address that matches, and uses it
has()
{
	vipsh -c 'show ip interface brief' | grep -Eq "^Tap9 +$1 +YES DHCP +up"
}

address()
{
	vipsh -c 'show ip interface brief' | awk '$1 == "Tap9" { print $2 }'
}

log_has()
{
	grep -Eq -- "$1" "$VIPHOME_STATE_DIR/$home/log"
}

serves()
{
	[ "$(lease server)" = "$1" ]
}

reaches_internet()
{
	on laptop ping -c 1 -W 1 198.51.100.1
}

# An UDP session of the laptop's, which NAT keeps for minutes.
session()
{
	on laptop bash -c 'echo x >/dev/udp/198.51.100.1/9999'
	vipsh -c 'show ip nat translations' | grep -q "^udp  *$1:"
}

dress_laptop()
{
	ip -n "$home-laptop" address add 192.168.1.9/24 dev eth0
	ip -n "$home-laptop" link set eth0 up
	ip -n "$home-laptop" route add default via 192.168.1.1
}

make_namespace laptop
make_namespace wire
ip -n "$home-wire" link add br0 type bridge
ip -n "$home-wire" link set br0 up
join isp 203.0.113.1
join isp2 203.0.113.2
ip -n "$home-isp" address add 198.51.100.1/32 dev lo
cat >"$work/home.conf" <<END
hostname home
interface Tap1
 attach namespace $home-laptop name eth0
 ip address 192.168.1.1 255.255.255.0
 ip nat inside
interface Tap9
 attach namespace $home-wire name c0 bridge br0
 ip address dhcp
 ip nat outside
ip vip HOME dhcp interface Tap9
access-list 1 permit 192.168.1.0 0.0.0.255
ip nat inside source list 1 vip HOME overload
ip dns server
END
capture wire br0
udhcpd 120
check "the router starts without an address" router -d -c "$work/home.conf"
dress_laptop

check "d31: it learns its address" wait_until 10 has "203\.0\.113\.5[0-9]"
first=$(address)
check "d31: the log tells so, as in IOS" log_has \
	"%DHCP-6-ADDRESS_ASSIGN: Interface Tap9 assigned DHCP address $first, mask 255\.255\.255\.0, hostname home"
check "d35: the default route is learnt, and the laptop reaches the internet" \
	wait_until 5 reaches_internet
contains "d35: at a distance of 254" "^S\*? +0\.0\.0\.0/0 \[254/0\] via 203\.0\.113\.1" \
	"$(vipsh -c 'show ip route')"
contains "d35: the VIP follows" "^VIP HOME is $first \(DHCP\) on Tap9" "$(vipsh -c 'show vip')"
contains "d35: what is typed stays as it was" "^ ip address dhcp$" \
	"$(vipsh -c 'show running-config interface Tap9')"
json_true "d35: DNS servers and domain are known" 'show dhcp lease' \
	"j[0]['dns_servers'] == ['203.0.113.80'] and j[0]['domain'] == 'isp.example'"
ip -n "$home-isp" address add 203.0.113.80/24 dev eth0
start isp python3 "$net/dns_server.py" 203.0.113.80 203.0.113.1 "$work/queries"
check "a name server is there" wait_until 5 test -e "$work/queries"
same "d35: names are asked of the server that is learnt" 198.51.100.80 \
	"$(on laptop dig +short +time=3 +tries=1 @192.168.1.1 www.example.com)"
json_true "d35: and shown as such" 'show ip dns view' \
	"[s['learned'] for s in j['name_servers']] == [True]"
contains "show dhcp lease is that of IOS" "DHCP Lease server: 203\.0\.113\.1, state: [34] " \
	"$(vipsh -c 'show dhcp lease')"

from_now wire
check "d31: it renews at T1 by asking its server alone" wait_until 8 was_heard wire \
	"$first\.68 > 203\.0\.113\.1\.67" "Request" "Client-IP $first"
check "d31: and is bound" wait_until 3 has "$first"

stop "$server"
dnsmasq_on 203.0.113.50 203.0.113.59
from_now wire
check "d31: at T2 it asks anybody" wait_until 15 was_heard wire \
	"$first\.68 > 255\.255\.255\.255\.67" "Client-IP $first"
check "d31: and keeps its address by the other server's leave" wait_until 5 serves 203.0.113.2
same "d31: the address is the same" "$first" "$(address)"

check "the laptop has a session" wait_until 5 session "$first"
stop "$server"
rm -f "$work/dnsmasq.leases"
dnsmasq_on 203.0.113.80 203.0.113.89
vipsh -c 'renew dhcp Tap9'
check "d31: after a NAK it has another address" wait_until 15 has "203\.0\.113\.8[0-9]"
second=$(address)
check "d31: it was a NAK" was_heard wire "NACK"
check "d31: the log tells of it" log_has "%DHCP-5-ADDRESS_LOST: Interface Tap9 lost DHCP address $first"
same "d31: no session of the old address is left" "" \
	"$(vipsh -c 'show ip nat translations' | grep -F "$first")"
contains "d35: the VIP follows again" "^VIP HOME is $second " "$(vipsh -c 'show vip')"
check "d35: the laptop reaches the internet" wait_until 5 reaches_internet

from_now wire
vipsh -c 'release dhcp Tap9'
check "d31: a lease is given back" wait_until 3 was_heard wire "Release" \
	"$second\.68 > 203\.0\.113\.2\.67"
check "d31: and nothing is used" wait_until 3 has unassigned
stop "$server"
mac=$(json 'show interfaces Tap9' "j[0]['mac']")
ip -n "$home-isp" address add 203.0.113.90/32 dev eth0
dnsmasq_on 203.0.113.80 203.0.113.89 \
	--dhcp-host="$mac,203.0.113.90"
from_now wire
vipsh -c 'renew dhcp Tap9'
check "d32: that is declined" wait_until 10 was_heard wire "Decline" "Requested-IP.*203\.0\.113\.90"
check "d32: and logged" log_has \
	"%DHCP-4-ADDRESS_CONFLICT: Interface Tap9 declined DHCP address 203\.0\.113\.90"
check "d32: it gets another one" wait_until 25 has "203\.0\.113\.8[0-9]"

third=$(address)
from_now wire
check "the router ends" end_router TERM
check "and begins again" router -d -c "$work/home.conf"
check "d34: it asks for the address it had" wait_until 5 was_heard wire \
	"0\.0\.0\.0\.68 > 255\.255\.255\.255\.67" "Request" "Requested-IP.*$third" "!Server-ID \(54\), length"
check "d34: and has it again" wait_until 5 has "$third"
stop "$server"
check "the router ends once more" end_router TERM
check "and begins with its server dead" router -d -c "$work/home.conf"
check "d34: what is left of its lease is used" wait_until 30 has "$third"
dress_laptop
check "d34: and the laptop reaches the internet by it" wait_until 5 reaches_internet

vipsh -c 'release dhcp Tap9'
udhcpd 12
vipsh -c 'renew dhcp Tap9'
check "d31: its address is used" wait_until 15 has "203\.0\.113\.5[0-9]"
fourth=$(address)
check "the laptop has a session" wait_until 5 session "$fourth"
stop "$server"
check "d31: with the server dead it is kept" has "$fourth"
check "d31: until its time has run out" wait_until 15 has unassigned
check "d31: and that is logged" log_has "lost DHCP address $fourth: its time has run out"
same "d31: no session of it is left" "" \
	"$(vipsh -c 'show ip nat translations' | grep -F "$fourth")"

cat >"$work/provider.conf" <<END
hostname provider
interface Tap0
 attach namespace $home-wire name p0 bridge br0
 ip address 203.0.113.3 255.255.255.0
ip dhcp excluded-address 203.0.113.1 203.0.113.99
ip dhcp pool CUSTOMERS
 network 203.0.113.0 255.255.255.0
 default-router 203.0.113.1
END
# at_provider COMMAND…
at_provider()
{
	home=$home-p "$@"
}
check "another viprouter serves" at_provider router -d -c "$work/provider.conf"
check "d31: it leases from that one too" wait_until 30 has "203\.0\.113\.1[0-9][0-9]"
same "which knows its name" home "$(at_provider json 'show ip dhcp binding' "j[0]['host']")"
check "d35: the laptop reaches the internet" wait_until 5 reaches_internet
