#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What cannot be is refused: one message that names it, status 1, and nothing half made.
#
#   one (empty)   two (has a link named eth0)      no router comes to run, but where one is busy
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin errors 120

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in one two; do ip netns del "$home-$name" 2>/dev/null; done
}

links()
{
	for name in one two; do
		ip -n "$home-$name" -o link show | awk -v ns="$name" '{ print ns, $2 }'
	done
}

# refused TEXT PATTERN COMMAND…: for a router that must not come up.
refused()
{
	local text=$1 pattern=$2 status=0 seen before

	shift 2
	before=$(links)
	seen=$("$@" 2>&1 >/dev/null) || status=$?
	same "$text: status" 1 "$status"
	contains "$text: the message names it" "$pattern" "$seen"
	same "$text: one message" 1 "$(grep -c . <<<"$seen")"
	same "$text: no link is left" "$before" "$(links)"
	wait_until 2 no_processes
	same "$text: no process is left" "" "$(processes_named)"
	same "$text: no socket or lock is left" "" "$(find "$VIPHOME_RUN_DIR" -mindepth 1 2>/dev/null)"
}

# config NAME: from standard input, a file of that name.
config()
{
	cat >"$work/$1"
}

make_namespace one
make_namespace two
ip -n "$home-two" link add eth0 type bridge

config unknown <<END
hostname h
interface Tap1
 attach namespace $home-one name eth0
interface Tap2
 attach namespace $home-nowhere name eth0
END
refused "unknown namespace" "$home-nowhere" router -d -c "$work/unknown"
refused "unknown namespace, in the foreground" "$home-nowhere" router -c "$work/unknown"

config inuse <<END
interface Tap1
 attach namespace $home-one name eth0
interface Tap2
 attach namespace $home-two name eth0
END
refused "interface name in use" "eth0" router -d -c "$work/inuse"
contains "the link that had the name is as it was" " bridge " \
	"$(ip -n "$home-two" -d link show eth0)"

# Nobody holds it now, but it is not the router's.
ip -n "$home-two" tuntap add eth2 mode tap
config othertap <<END
interface Tap1
 attach namespace $home-two name eth2
END
refused "interface name in use by another's TAP" "eth2" router -d -c "$work/othertap"
# a router that came up all the same is in the way of what follows
end_router TERM >/dev/null 2>&1

config overlap <<END
interface Tap1
 attach namespace $home-one name eth0
 ip address 10.1.0.1 255.255.0.0
interface Tap2
 attach namespace $home-two name eth1
 ip address 10.1.2.1 255.255.255.0
END
refused "overlapping networks" "10\.1\.2\..*Tap1|Tap1.*Tap2|10\.1\.0\..*Tap2" router -d -c "$work/overlap"

config syntax <<END
hostname h
!
interface Tap1
 attach namespace $home-one name eth0
interface BVI1
 ip address 10.1.0.1 255.255.255.0
 ip adress 10.1.0.1 255.255.255.0
END
refused "a mistake in line 7" "$work/syntax:7:" router -d -c "$work/syntax"
refused "a mistake in line 7, --check" "$work/syntax:7:" router --check -c "$work/syntax"
refused "no such file" "$work/missing" router -d -c "$work/missing"

config fine <<END
interface Tap1
 attach namespace $home-one name eth0
END
config host <<END
interface Tap1
 attach host name eth7
END
refused "no permission for TUN" "[Pp]ermi|privilege|CAP_NET_ADMIN|root" \
	ip netns exec "$home-one" setpriv --bounding-set -net_admin --inh-caps -net_admin \
	timeout 30 "$BUILD/viprouterd" -n "$home" --state-dir "$VIPHOME_STATE_DIR" \
	--run-dir "$VIPHOME_RUN_DIR" -d -c "$work/host"
if setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$BUILD/viprouterd"; then
	install -d -o 65534 -g 65534 "$work/nobody"
	chmod 0755 "$work"
	refused "no permission for TUN, as nobody" "[Pp]ermi|privilege|CAP_NET_ADMIN|root" \
		ip netns exec "$home-one" setpriv --reuid 65534 --regid 65534 --clear-groups \
		timeout 30 "$BUILD/viprouterd" -n "$home" --state-dir "$work/nobody/state" \
		--run-dir "$work/nobody/run" -d -c "$work/host"
	same "no permission for TUN, as nobody: no socket or lock there" "" \
		"$(find "$work/nobody/run" -mindepth 1 2>/dev/null)"
fi

check "a router starts" router -d -c "$work/fine"
pid=$(router_pid)
status=0
seen=$(router -d -c "$work/fine" 2>&1) || status=$?
same "a second router of one name: status" 1 "$status"
contains "a second router of one name: the message names it" "\"$home\".*process $pid " "$seen"
same "a second router of one name: one message" 1 "$(grep -c . <<<"$seen")"
check "the first answers as before" vipsh -c 'show version'
same "the first is the same process" "$pid" "$(router_pid)"

# The same mistakes made while a router runs leave its configuration as it was.
before=$(vipsh -c 'show running-config')
for name in unknown inuse overlap syntax; do
	status=0
	seen=$(vipsh -f "$work/$name" 2>&1) || status=$?
	same "vipsh -f $name: status" 1 "$status"
	contains "vipsh -f $name: the message tells file and line" "^$work/$name:[0-9]*:? " "$seen"
	same "vipsh -f $name: the configuration is as it was" "$before" "$(vipsh -c 'show running-config')"
	check "vipsh -f $name: its links are as they were" ip -n "$home-one" link show eth0
done
contains "vipsh -f syntax: line 7" "^$work/syntax:7:" "$(vipsh -f "$work/syntax" 2>&1)"

check "the router ends" end_router
status=0
seen=$(vipsh -c 'show version' 2>&1) || status=$?
same "no router answers: status" 2 "$status"
contains "no router answers: the message names it" "$home" "$seen"
