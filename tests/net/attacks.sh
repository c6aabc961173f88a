#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Real traffic on a narrow path, and a device that downloads while others attack the router: its
# transfer lives, the shell answers, memory stays under its cap.
#
#   laptop 192.168.1.10 --Tap1--+-- BVI1 [viprouter] Tap0 -- isp0 203.0.113.1  internet
#   phone  192.168.1.11 --Tap2--+        VIP HOME 203.0.113.10      | veth, MTU 1280
#                                                            198.51.100.7  far
#
# Floods are bounded in time, and stay within the namespaces of this test.
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin atk 280

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop phone internet far; do ip netns del "$home-$name" 2>/dev/null; done
}

configure()
{
	local lines=() line

	for line in "$@"; do lines+=(-c "$line"); done
	vipsh -c 'configure terminal' "${lines[@]}"
}

resident_kb()
{
	awk '/^VmRSS/ { print $2 }' "/proc/$(router_pid)/status"
}

make_network()
{
	for name in laptop phone internet far; do make_namespace "$name"; done
	ip -n "$home-internet" link add wan type veth peer name eth0 netns "$home-far"
	ip -n "$home-internet" address add 198.51.100.1/24 dev wan
	ip -n "$home-far" address add 198.51.100.7/24 dev eth0
	ip -n "$home-internet" link set wan mtu 1280 up
	ip -n "$home-far" link set eth0 mtu 1280 up
	ip -n "$home-far" route add default via 198.51.100.1
	on internet sysctl -qw net.ipv4.ip_forward=1
	cat >"$work/attacks.conf" <<-END
		hostname attacks
		interface Tap1
		 attach namespace $home-laptop name eth0
		 peer ip address 192.168.1.10 255.255.255.0
		 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
		 bridge-group 1
		interface Tap2
		 attach namespace $home-phone name eth0
		 peer ip address 192.168.1.11 255.255.255.0
		 peer ip route 0.0.0.0 0.0.0.0 via 192.168.1.1
		 bridge-group 1
		interface BVI1
		 ip address 192.168.1.1 255.255.255.0
		 ip nat inside
		interface Tap0
		 attach namespace $home-internet name isp0
		 peer ip address 203.0.113.1 255.255.255.0
		 ip address 203.0.113.2 255.255.255.0
		 ip nat outside
		ip vip HOME 203.0.113.10 interface Tap0
		ip nat inside source list 1 vip HOME overload
		ip nat translation max-entries 20000
		ip route 0.0.0.0 0.0.0.0 203.0.113.1
		access-list 1 permit 192.168.1.0 0.0.0.255
	END
	check "the router starts" router -d -c "$work/attacks.conf"
	mkdir "$work/www"
	head -c 20M /dev/urandom >"$work/www/20M"
	start far busybox httpd -f -p 80 -h "$work/www"
	start internet busybox httpd -f -p 80 -h "$work/www"
	check "a server beyond the narrow hop answers" wait_until 10 on laptop curl -s -m 2 -I \
		http://198.51.100.7/20M
}

# u13_path_mtu, m1: a hop of 1280 bytes is found, and long datagrams go in pieces.
narrow_hop()
{
	contains "tracepath finds the hop of 1280 bytes" "Resume: pmtu 1280 hops 3 back 3" \
		"$(on laptop timeout 30 tracepath -n 198.51.100.7)"
	contains "ping of 4,000 bytes loses nothing" "20 packets transmitted, 20 received" \
		"$(on laptop ping -s 4000 -M dont -c 20 -i 0.02 -w 5 198.51.100.7)"
	contains "ping of 4,000 bytes, from two devices at once, neither" \
		"20 packets transmitted, 20 received" "$(
			on phone ping -s 4000 -M dont -c 20 -i 0.02 -w 5 198.51.100.7 >/dev/null &
			on laptop ping -s 4000 -M dont -c 20 -i 0.02 -w 5 198.51.100.7
			wait $!
		)"
	same "20 MB come through the hop" "$(sha256sum <"$work/www/20M")" \
		"$(on laptop curl -s -m 60 http://198.51.100.7/20M | sha256sum)"
	same "and go up through it" "$(sha256sum <"$work/www/20M")" "$(upload 198.51.100.7)"
}

# upload ADDRESS: 20 MB from the laptop to far; prints their sum as they came.
upload()
{
	start far timeout 60 socat -u TCP-LISTEN:9000,reuseaddr OPEN:"$work/up",creat,trunc
	wait_until 5 on far sh -c "ss -tln | grep -q :9000"
	on laptop timeout 60 socat -u OPEN:"$work/www/20M" "TCP:$1:9000"
	wait_until 10 gone "$started_pid"
	sha256sum <"$work/up"
}

# m3: no ICMP from anybody, and an outside of 1280 bytes: segments must fit from the first one on.
icmp_blocked()
{
	local name

	configure 'interface Tap0' ' mtu 1280' || not_ok "mtu 1280"
	ip -n "$home-internet" link set wan mtu 1500
	ip -n "$home-far" link set eth0 mtu 1500
	for name in laptop internet far; do
		on "$name" nft -f - <<-END
			table ip icmp_blocked {
				chain in { type filter hook input priority 0; ip protocol icmp drop; }
				chain out { type filter hook output priority 0; ip protocol icmp drop; }
				chain through { type filter hook forward priority 0; ip protocol icmp drop; }
			}
		END
	done
	start far iperf3 -s -p 5201
	wait_until 5 on far sh -c "ss -tln | grep -q :5201"
	local server=$started_pid
	contains "iperf3 up, ICMP blocked" "receiver" \
		"$(on laptop timeout 30 iperf3 -c 198.51.100.7 -n 20M 2>&1)"
	contains "iperf3 down, ICMP blocked" "receiver" \
		"$(on laptop timeout 30 iperf3 -c 198.51.100.7 -n 20M -R 2>&1)"
	stop "$server"
	for name in laptop internet far; do on "$name" nft delete table ip icmp_blocked; done
	configure 'interface Tap0' ' mtu 1500' || not_ok "mtu 1500"
}

# The halves of datagrams that never become whole, from the device at 192.168.1.11.
half_datagrams()
{
	python3 - "$1" <<-'END'
	import socket, struct, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
	s.bind(("192.168.1.11", 0))
	for n in range(int(sys.argv[1])):
	    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + 1400, n % 65536, 0x2000, 64, 17, 0,
	        socket.inet_aton("192.168.1.11"), socket.inet_aton("198.51.100.7"))
	    s.sendto(header + struct.pack("!HHHH", 5000, 5000, 4000, 0) + bytes(1392),
	        ("198.51.100.7", 0))
	END
}

# while_downloading TEXT COMMAND…: the command attacks; the laptop's download and the shell must live.
while_downloading()
{
	local text=$1 down

	shift
	rm -f "$work/down"
	on laptop curl -s -m 60 --limit-rate 6M http://198.51.100.7/20M >"$work/down" &
	down=$!
	check "$text: a download begins" wait_until 10 test -s "$work/down"
	"$@" >"$work/attack" 2>&1 &
	local attack=$!
	under "$text: the shell answers" 1000 vipsh -c 'show ip nat statistics'
	under "$text: the shell answers again" 1000 vipsh -c 'show ip nat translations tcp | count :80'
	wait "$down"
	same "$text: the download arrives" "$(sha256sum <"$work/www/20M")" "$(sha256sum <"$work/down")"
	wait "$attack"
	check "$text: memory stays under its cap" test "$(resident_kb)" -lt "$memory_cap_kb"
}

# Tables are sized by the configuration, so a flood can touch all of them, and no more.
memory_cap_kb=60000
[[ $BUILD != *sanitize* ]] || memory_cap_kb=400000


# t11: guesses by one who sees nothing: 200 RSTs to the port of a connection.
rst_storm()
{
	on internet timeout 20 hping3 -q -a 198.51.100.7 -s 7000 -k -p 34567 -R -c 200 -i u500 \
		203.0.113.10 >/dev/null 2>&1
}

held_connection()
{
	on laptop python3 - "$work" <<-'END'
	import os, socket, sys, time
	s = socket.socket()
	s.bind(("192.168.1.10", 34567))
	s.settimeout(10)
	s.connect(("198.51.100.7", 7000))
	s.sendall(b"before")
	assert s.recv(100) == b"before"
	open(sys.argv[1] + "/connected", "w").close()
	end = time.monotonic() + 60
	while not os.path.exists(sys.argv[1] + "/go_on") and time.monotonic() < end:
	    time.sleep(0.05)
	s.sendall(b"after")
	assert s.recv(100) == b"after"
	print("alive")
	END
}

connection_survives_resets()
{
	local held

	start far timeout 200 socat TCP-LISTEN:7000,reuseaddr PIPE
	wait_until 5 on far sh -c "ss -tln | grep -q :7000"
	held_connection >"$work/held" 2>&1 &
	held=$!
	check "a connection is open" wait_until 10 test -e "$work/connected"
	rst_storm
	contains "after 200 guessed resets the session is still established" "state established" \
		"$(vipsh -c 'show ip nat translations verbose' | grep -A2 ':34567 ')"
	touch "$work/go_on"
	wait "$held"
	same "and data flows both ways" alive "$(cat "$work/held")"
}

make_network
narrow_hop
icmp_blocked
connection_survives_resets
while_downloading "10,000 half datagrams" on phone bash -c "$(declare -f half_datagrams); half_datagrams 10000"
while_downloading "SYN flood from a device" on phone timeout 4 hping3 -q --flood -S -p ++1 --rand-dest \
	-I eth0 198.51.100.x
while_downloading "UDP flood from a device" on phone timeout 4 hping3 -q --flood --udp -p ++1 198.51.100.7
while_downloading "SYN flood from outside" on internet timeout 4 hping3 -q --flood -S --rand-source \
	-p ++1 203.0.113.10
while_downloading "UDP flood from outside" on internet timeout 4 hping3 -q --flood --udp --rand-source \
	-p ++1 203.0.113.10
check "afterwards another device is served at once" on laptop curl -s -m 2 -I http://198.51.100.7/20M
contains "and the one that attacked, too, once its sessions are cleared" "200 OK" "$(
	vipsh -c 'clear ip nat translation *'
	on phone curl -s -m 2 -I http://198.51.100.7/20M
)"
