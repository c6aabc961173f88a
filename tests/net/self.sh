#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The router's process and the machine: it lives in a network namespace of its own, without rights,
# and of what it sends by itself nothing leaves that the router does not let out.
#
#   internet isp0 203.0.113.1 --Tap9-- [viprouter core] ══ self0, in the namespace of viprouterd
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin self 90

take_down()
{
	end_router KILL >/dev/null 2>&1
	router -d >/dev/null 2>&1 && end_router TERM
	ip netns del "$home-internet" 2>/dev/null
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
}

# ns_of PID
ns_of()
{
	readlink "/proc/$1/ns/net"
}

# caps PID: its capabilities, the permitted and the effective.
caps()
{
	awk '/^Cap(Prm|Eff)/ { printf "%s ", $2 }' "/proc/$1/status"
}

inside()
{
	nsenter -t "$(router_pid)" -n "$@"
}

# The namespace NS, as /proc names it, is nobody's any more.
ns_gone()
{
	! lsns -n -t net -o NS | grep -qw "$(tr -dc 0-9 <<<"$1")"
}

both_dropped()
{
	[ "$(json 'show drops' "j['reasons']['self_not_open']")" = 2 ]
}

packets()
{
	inside cat /proc/net/dev | awk -F '[: ]+' '$2 == "self0" { print $4 + $12 }'
}

# A datagram that goes out from ADDRESS PORT, as a program of the router's own would send it.
say_from()
{
	inside python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
s.sendto(b"hello", ("203.0.113.1", 9))' "$@"
}

make_namespace internet
check "the router starts" router -d
check "it gets a port" configure -c 'interface Tap9' \
	-c "attach namespace $home-internet name isp0" -c 'ip address 203.0.113.2 255.255.255.0' \
	-c 'peer ip address 203.0.113.1 255.255.255.0' -c 'ip nat outside' -c 'no shutdown' -c end
contains "the port works" " 0% packet loss" "$(on internet ping -c 2 -i 0.05 -w 3 203.0.113.2)"

same "the agent is in the machine's namespace" "$(ns_of $$)" "$(ns_of "$(agent_pid)")"
own=$(ns_of "$(router_pid)")
check "the router is in one of its own" test "$own" != "$(ns_of $$)"
same "where there is one line, and no other" "lo self0" \
	"$(inside ip -o link | awk -F '[: ]+' '{ print $2 }' | sort | xargs)"
same "the router has no capability" "0000000000000000 0000000000000000 " "$(caps "$(router_pid)")"
same "the kernel says nothing by itself" 0 "$(packets)"

start internet timeout 60 tcpdump -Z root -ni isp0 -l 'udp'
heard=$started_out
wait_until 10 grep -q listening "$heard"
check "an address of the router's can be bound, and a low port" say_from 203.0.113.2 53
check "and any other" say_from 198.51.100.1 5000
check "what is not open is dropped by name" wait_until 3 both_dropped
on internet ping -c 2 -i 0.05 -w 3 203.0.113.2 >/dev/null
same "and nothing of it is on the wire" "" "$(grep UDP "$heard")"

end_router KILL
check "the namespace ends with the process, however that ends" wait_until 5 ns_gone "$own"

# As a container has it: the settings of a namespace cannot be written.
cat >"$work/read-only" <<'END'
mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$@"
END
check "it starts where /proc/sys cannot be written" unshare -m sh "$work/read-only" \
	timeout 30 "$BUILD/viprouterd" -n "$home" --state-dir "$VIPHOME_STATE_DIR" \
	--run-dir "$VIPHOME_RUN_DIR" -d
same "it has the capability of low ports then, and no other" \
	"0000000000000400 0000000000000400 " "$(caps "$(router_pid)")"
check "and can bind one" say_from 203.0.113.2 53
check "the router ends" end_router TERM

check "it starts without the right to a namespace" setpriv --bounding-set -sys_admin \
	--inh-caps -sys_admin timeout 30 "$BUILD/viprouterd" -n "$home" \
	--state-dir "$VIPHOME_STATE_DIR" --run-dir "$VIPHOME_RUN_DIR" -d
contains "and says what it cannot do then" "SYS-4-SELF: .*no network namespace of its own" \
	"$(cat "$VIPHOME_STATE_DIR/$home/log")"
same "without any capability" "0000000000000000 0000000000000000 " "$(caps "$(router_pid)")"
check "the router ends" end_router TERM
