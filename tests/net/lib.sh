# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the tests on a real network share. A test sources it and calls begin, then check; its trap,
# set here, takes away what the test made, looks that nothing is left, and gives the exit status.
#
# Everything a test starts has VIPHOME_STATE_DIR of its own in its environment, and every namespace
# the name of its home in front: so what is left over can be found, and only that.
# Needs root. BUILD is the folder with viprouterd and vipsh.
set -uo pipefail

net=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(readlink -f "$net/../..")
BUILD=$(readlink -f "${BUILD:-$root/build}")
failed=0
started=()

# begin NAME LIMIT_S: NAME, letters and digits, goes into the home's name. The test runs again under
# timeout, which ends it with all its children when the limit is reached.
begin()
{
	if [ "$(id -u)" != 0 ]; then
		echo "not ok - needs root"
		exit 1
	fi
	[ -n "${NET_BOUNDED:-}" ] || NET_BOUNDED=1 exec timeout -k 30 "$2" "$0"
	# what runs below is found by the variables that follow, which this shell itself was not given
	unset NET_BOUNDED
	# as long as any other of that name: none is the beginning of another
	home=$(printf 't%s%05d' "$1" $(($$ % 100000)))
	work=$(mktemp -d "${TMPDIR:-/tmp}/viprouter-net-XXXXXX") || exit 1
	export VIPHOME_STATE_DIR=$work/state VIPHOME_RUN_DIR=$work/run
	export VIPHOME_VIPROUTERD=$BUILD/viprouterd VIPHOME_VIPSH=$BUILD/vipsh
	trap finish EXIT
	trap 'exit 1' INT TERM HUP
}

ok()
{
	echo "ok - $1"
}

not_ok()
{
	failed=$((failed + 1))
	printf 'not ok - %s: %s\n' "$1" "$(tr '\n' ' ' <<<"${2:-}" | cut -c1-400)"
}

# check TEXT COMMAND…: it succeeds; what it says is only shown when it does not.
check()
{
	local text=$1 seen status=0

	shift
	seen=$("$@" 2>&1) || status=$?
	if [ "$status" = 0 ]; then ok "$text"; else not_ok "$text" "status $status, saw: $seen"; fi
}

# same TEXT WANTED SEEN
same()
{
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "wanted \"$2\", saw \"$3\""; fi
}

# contains TEXT PATTERN SEEN: a line of SEEN matches the extended regular expression.
contains()
{
	if grep -Eq -- "$2" <<<"$3"; then ok "$1"; else not_ok "$1" "wanted /$2/, saw \"$3\""; fi
}

milliseconds()
{
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# under TEXT LIMIT_MS COMMAND…: it succeeds in less than that.
under()
{
	local text=$1 limit=$2 seen status=0 from

	shift 2
	from=$(milliseconds)
	seen=$("$@" 2>&1) || status=$?
	from=$(($(milliseconds) - from))
	if [ "$status" = 0 ] && [ "$from" -lt "$limit" ]; then
		ok "$text ($from ms)"
	else
		not_ok "$text" "status $status after $from ms, saw: $seen"
	fi
}

# wait_until LIMIT_S COMMAND…: tries it until it succeeds; the one place that sleeps.
wait_until()
{
	local end=$(($(milliseconds) + $1 * 1000))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(milliseconds)" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# start DEVICE COMMAND…: in the background, ended by stop or with the test. Its number, which `ip`
# leaves to the command, is $started_pid; what it says is in $started_out.
start()
{
	started_out=$work/started.${#started[@]}
	ip netns exec "$home-$1" "${@:2}" </dev/null >"$started_out" 2>&1 &
	started_pid=$!
	started+=("$started_pid")
}

# stop PID [SIGNAL]
stop()
{
	kill "-${2:-TERM}" "$1" 2>/dev/null
	wait_until 5 gone "$1" || kill -9 "$1" 2>/dev/null
	wait "$1" 2>/dev/null || true
}

# A process runs, and is more than an exit status that nobody has asked for.
alive()
{
	[ -d "/proc/$1" ] && [ "$(awk '/^State/ { print $2 }' "/proc/$1/status" 2>/dev/null)" != Z ]
}

gone()
{
	! alive "$1"
}

viphome()
{
	timeout 90 "$root/scripts/viphome" -n "$home" "$@"
}

vipsh()
{
	timeout 20 "$BUILD/vipsh" -n "$home" --run-dir "$VIPHOME_RUN_DIR" "$@"
}

router()
{
	timeout 30 "$BUILD/viprouterd" -n "$home" --state-dir "$VIPHOME_STATE_DIR" \
		--run-dir "$VIPHOME_RUN_DIR" "$@"
}

# on DEVICE COMMAND…
on()
{
	ip netns exec "$home-$1" "${@:2}"
}

router_pid()
{
	cat "$VIPHOME_RUN_DIR/$home.lock"
}

agent_pid()
{
	pgrep -P "$(router_pid)"
}

# end_router [SIGNAL]: of the home at hand, and its agent with it.
end_router()
{
	local pid agent

	pid=$(router_pid) || return 1
	agent=$(agent_pid)
	kill "-${1:-TERM}" "$pid"
	wait_until 5 gone "$pid" && wait_until 5 gone "${agent:-$pid}"
}

address_of()
{
	ip -n "$home-$1" -o -4 address show dev eth0 | awk '{ sub("/.*", "", $4); print $4 }'
}

seen_of()
{
	on "$1" curl -s -m 3 http://203.0.113.1/
}

# json COMMAND PYTHON: what the shell prints for it, as j in an expression; prints its value.
json()
{
	vipsh -c "$1 | json" | python3 -c "import json, re, sys
j = json.load(sys.stdin)
print($2)"
}

# json_true TEXT COMMAND PYTHON
json_true()
{
	same "$1" True "$(json "$2" "$3" 2>&1)"
}

# capture DEVICE [INTERFACE]: notes what DHCP passes there, until stop or the end of the test.
capture()
{
	start "$1" tcpdump -Z root -i "${2:-eth0}" -U -s 0 --immediate-mode -w "$work/$1.pcap" \
		'udp and (port 67 or port 68)'
	wait_until 10 grep -q listening "$started_out"
}

# heard DEVICE: its messages, one a line: headers, fixed fields, options by name and number.
heard()
{
	tcpdump -nn -e -vvv -r "$work/$1.pcap" 2>/dev/null | awk '
		/^[^ \t]/ { if (line) print line; line = $0; next }
		{ gsub(/[ \t]+/, " "); line = line $0 }
		END { if (line) print line }'
}

# from_now DEVICE: what was heard before does not count any more for was_heard and heard_now.
declare -A heard_before=()
from_now()
{
	heard_before[$1]=$(heard "$1" | wc -l)
}

heard_now()
{
	heard "$1" | tail -n "+$((${heard_before[$1]:-0} + 1))"
}

# was_heard DEVICE PATTERN…: one message matches all of the extended regular expressions; one that
# begins with ! must not.
was_heard()
{
	local device=$1 lines pattern

	shift
	lines=$(heard_now "$device")
	for pattern in "$@"; do
		case $pattern in
		!*) lines=$(grep -Ev -- "${pattern#!}" <<<"$lines") ;;
		*) lines=$(grep -E -- "$pattern" <<<"$lines") ;;
		esac
	done
	[ -n "$lines" ]
}

# configure -c LINE…
configure()
{
	vipsh -c 'configure terminal' "$@"
}

mac_of()
{
	on "$1" cat /sys/class/net/eth0/address
}

# has_address DEVICE ADDRESS
has_address()
{
	[ "$(address_of "$1")" = "$2" ]
}

# binding ADDRESS KEY: of the DHCP server's binding, or nothing.
binding()
{
	json 'show ip dhcp binding' "*[b['$2'] for b in j if b['address'] == '$1']"
}

no_binding()
{
	[ -z "$(binding "$1" address)" ]
}

# make_namespace NAME: one for tests that need no whole home.
make_namespace()
{
	ip netns add "$home-$1" && ip -n "$home-$1" link set lo up
}

namespaces_left()
{
	ip netns list | awk -v home="$home" 'index($1, home) == 1 { print $1 }'
	find /etc/netns -maxdepth 1 -name "$home*" 2>/dev/null
}

processes_left()
{
	local file

	for file in $(env -u VIPHOME_STATE_DIR grep -laF "VIPHOME_STATE_DIR=$work/" \
		/proc/[0-9]*/environ 2>/dev/null); do
		file=${file#/proc/}
		file=${file%/environ}
		# the children of this very look are not what it looks for
		grep -q "^PPid:.*[[:space:]]\($$\|$BASHPID\)$" "/proc/$file/status" 2>/dev/null &&
			[[ " ${started[*]} " != *" $file "* ]] && continue
		alive "$file" && echo "$file"
	done
}

processes_named()
{
	local pid

	for pid in $(processes_left); do
		echo "$pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
	done
}

files_left()
{
	find "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR" -mindepth 1 2>/dev/null
}

# nothing_left [AFTER]: no namespace, process or file of the test's homes.
nothing_left()
{
	local after=${1:+ after $1}

	wait_until 1 no_processes
	same "no namespace is left$after" "" "$(namespaces_left)"
	same "no process is left$after" "" "$(processes_named)"
	same "no file is left$after" "" "$(files_left)"
}

no_processes()
{
	[ -z "$(processes_left)" ]
}

# Called when a test ends, however it ends.
finish()
{
	local status=$? pid ns

	trap - EXIT
	trap '' INT TERM HUP
	for pid in "${started[@]}"; do stop "$pid" KILL; done
	if type -t take_down >/dev/null; then take_down; fi
	[ "$status" = 0 ] || not_ok "the test comes to its end" "exit status $status"
	nothing_left "the test"
	for pid in $(processes_left); do kill -9 "$pid" 2>/dev/null; done
	for ns in $(namespaces_left); do
		case $ns in
		/etc/netns/*) rm -rf "$ns" ;;
		*) ip netns del "$ns" ;;
		esac
	done
	rm -rf "$work"
	[ "$failed" = 0 ] || echo "$failed checks failed"
	[ "$failed" = 0 ]
	exit
}
