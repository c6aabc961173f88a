#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What two independent STUN clients find out about the NAT is what the configuration asks for: each
# mapping with each filtering, hairpin on and off, a port that two devices want.
#
#   laptop 192.168.1.10, .110 --Tap1--+
#   phone  192.168.1.11, .111 --Tap2--+-- BVI1 [viprouter] Tap0 -- isp0 203.0.113.1, .3 internet
#                                             VIP HOME 203.0.113.10           (STUN server on both)
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin nat 280

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop phone internet; do ip netns del "$home-$name" 2>/dev/null; done
}

configure()
{
	local lines=() line

	for line in "$@"; do lines+=(-c "$line"); done
	vipsh -c 'configure terminal' "${lines[@]}"
}

# What coturn's client concludes, a line for each question (m mapping, f filtering, H hairpin).
discover()
{
	on "$1" timeout 30 turnutils_natdiscovery "${@:2}" 203.0.113.1 2>&1
}

# classic CLIENT: what RFC 3489's way of asking makes of it.
classic()
{
	on "$1" timeout 30 stun 203.0.113.1 2>&1 | grep '^Primary: '
}

# The words of coturn's client, and of stun-client, for a behaviour.
said_by_coturn()
{
	case $1 in
	endpoint-independent) echo "Endpoint Independent" ;;
	address-dependent) echo "Address Dependent" ;;
	address-and-port-dependent) echo "Address and Port Dependent" ;;
	esac
}

said_by_stun()
{
	case $1 in
	endpoint-independent) ;;
	*) echo "Dependent Mapping" && return ;;
	esac
	case $2 in
	endpoint-independent) echo "Independent Mapping, Independent Filter" ;;
	address-dependent) echo "Independent Mapping, Address Dependent Filter" ;;
	address-and-port-dependent) echo "Independent Mapping, Port Dependent Filter" ;;
	esac
}

# u1_u8: all nine, switched while the router runs.
behaviours_are_as_configured()
{
	local mapping filtering seen three="endpoint-independent address-dependent address-and-port-dependent"

	for mapping in $three; do
		for filtering in $three; do
			configure "ip nat mapping $mapping" "ip nat filtering $filtering" ||
				not_ok "configure $mapping $filtering"
			classic phone >"$work/stun" &
			seen=$(discover laptop -m -f)
			wait $!
			contains "$mapping mapping with $filtering filtering: coturn finds the mapping" \
				"^NAT with $(said_by_coturn "$mapping") Mapping!" "$seen"
			contains "$mapping mapping with $filtering filtering: coturn finds the filtering" \
				"^NAT with $(said_by_coturn "$filtering") Filtering!" "$seen"
			contains "$mapping mapping with $filtering filtering: so does stun" \
				"^Primary: $(said_by_stun "$mapping" "$filtering"), .*will hairpin" \
				"$(cat "$work/stun")"
			contains "$mapping mapping with $filtering filtering: payloads are left alone (u10)" \
				"No ALG" "$seen"
		done
	done
	configure "ip nat mapping endpoint-independent" "ip nat filtering address-dependent"
}

# u9_hairpin_with_the_external_source
hairpin_is_as_configured()
{
	contains "hairpin works" "maybe a successful hairpinning" "$(discover laptop -H)"
	configure "no ip nat hairpin"
	contains "no ip nat hairpin: coturn finds none" "STUN receive timeout" "$(discover laptop -H)"
	contains "no ip nat hairpin: stun finds none" "no hairpin" "$(classic phone)"
	configure "ip nat hairpin"
}

# u3_no_port_is_given_twice: the second device that wants port 4000 gets another, and has the same
# behaviour as the first.
collisions_are_resolved()
{
	local ports

	ports=$(discover laptop -c -L 192.168.1.10 -l 4000 -A 192.168.1.110 |
		sed -n 's/.*UDP reflexive addr: 203\.0\.113\.10://p')
	same "the first to want port 4000 keeps it" 4000 "$(head -n 1 <<<"$ports")"
	check "the second gets another port of its class" test "$(tail -n 1 <<<"$ports")" -gt 1023 -a \
		"$(tail -n 1 <<<"$ports")" != 4000
	contains "and has an independent mapping all the same" "^NAT with Endpoint Independent Mapping!" \
		"$(discover laptop -m -L 192.168.1.110 -l 4000)"
}

# Four kinds of NAT in one lab, each for its own device, under the names they go by.
presets_side_by_side()
{
	local device address preset mapping filtering list=10 seen lab

	lab="laptop 192.168.1.10 full-cone endpoint-independent endpoint-independent
		laptop 192.168.1.110 restricted-cone endpoint-independent address-dependent
		phone 192.168.1.11 port-restricted-cone endpoint-independent address-and-port-dependent
		phone 192.168.1.111 symmetric address-and-port-dependent address-and-port-dependent"

	configure "no ip nat inside source list 1 vip HOME overload" || not_ok "no rule for all"
	while read -r device address preset mapping filtering; do
		list=$((list + 1))
		configure "access-list $list permit $address" \
			"ip nat inside source list $list vip HOME overload preset $preset" ||
			not_ok "configure $preset"
	done <<<"$lab"
	while read -r device address preset mapping filtering; do
		seen=$(discover "$device" -m -f -L "$address" -l 4500)
		contains "$address is behind a $preset NAT: mapping" \
			"^NAT with $(said_by_coturn "$mapping") Mapping!" "$seen"
		contains "$address is behind a $preset NAT: filtering" \
			"^NAT with $(said_by_coturn "$filtering") Filtering!" "$seen"
	done <<<"$lab"
}

for name in laptop phone internet; do make_namespace "$name"; done
cat >"$work/nat.conf" <<END
hostname nat
interface Tap1
 attach namespace $home-laptop name eth0
 peer ip address 192.168.1.10 255.255.255.0
 peer ip address 192.168.1.110 255.255.255.0
 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
 bridge-group 1
interface Tap2
 attach namespace $home-phone name eth0
 peer ip address 192.168.1.11 255.255.255.0
 peer ip address 192.168.1.111 255.255.255.0
 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
 bridge-group 1
interface BVI1
 ip address 192.168.1.1 255.255.255.0
 ip nat inside
interface Tap0
 attach namespace $home-internet name isp0
 peer ip address 203.0.113.1 255.255.255.0
 peer ip address 203.0.113.3 255.255.255.0
 ip address 203.0.113.2 255.255.255.0
 ip nat outside
ip vip HOME 203.0.113.10 interface Tap0
ip nat inside source list 1 vip HOME overload
ip route 0.0.0.0 0.0.0.0 203.0.113.1
access-list 1 permit 192.168.1.0 0.0.0.255
END
check "the router starts" router -d -c "$work/nat.conf"
start internet turnserver -S -n -z --no-cli --no-tls --no-dtls --no-tcp -m 1 -L 203.0.113.1 \
	-L 203.0.113.3 --log-file stdout --simple-log --pidfile "$work/turn.pid" -b "$work/turn.db"
check "the STUN server answers" wait_until 15 on laptop timeout 2 stun 203.0.113.1 1
behaviours_are_as_configured
hairpin_is_as_configured
collisions_are_resolved
presets_side_by_side
