#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# One configuration, however it is given: typed at a terminal, piped, or read from a file.
#
#   laptop eth0 --Tap1-- BVI1 [viprouter] Tap9 -- isp0 internet
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin config 120

take_down()
{
	end_router TERM >/dev/null 2>&1
	rm -rf "$VIPHOME_STATE_DIR" "$VIPHOME_RUN_DIR"
	for name in laptop internet; do ip netns del "$home-$name" 2>/dev/null; done
}

running()
{
	vipsh -c 'show running-config'
}

# fresh_router [OPTION…]: nothing is left of the one before.
fresh_router()
{
	if [ -e "$VIPHOME_RUN_DIR/$home.lock" ]; then end_router TERM; fi
	rm -rf "$VIPHOME_STATE_DIR"
	router -d "$@"
}

# Lines typed at a terminal: script gives one to the shell.
typed()
{
	{
		echo enable
		echo 'configure terminal'
		cat "$work/home.conf"
		echo end
		echo exit
	} | TERM=dumb timeout 30 script -qec \
		"'$BUILD/vipsh' -n $home --run-dir '$VIPHOME_RUN_DIR'" /dev/null
}

make_namespace laptop
make_namespace internet
sed "s/attach namespace /attach namespace $home-/" "$root/tests/cli/home.conf" >"$work/home.conf"
sed "s/attach namespace /attach namespace $home-/" "$root/tests/cli/home.out" >"$work/home.out"

check "the router starts with no configuration" fresh_router
check "a home is typed at a terminal" typed
same "typed, it is what was meant" "$(cat "$work/home.out")" "$(running)"
check "the laptop has its link" ip -n "$home-laptop" link show eth0
contains "the internet has its address" "203\.0\.113\.1/24" "$(ip -n "$home-internet" address show isp0)"

check "the router starts with no configuration" fresh_router
check "a home is piped, a line a change" vipsh -f - < <(echo 'configure terminal'; cat "$work/home.conf"; echo end)
same "piped after configure terminal, it is the same" "$(cat "$work/home.out")" "$(running)"

check "the router starts with no configuration" fresh_router
check "a home is piped" vipsh <"$work/home.conf"
same "piped, it is the same" "$(cat "$work/home.out")" "$(running)"

check "the router starts with a file" fresh_router -c "$work/home.conf"
same "from a file, it is the same" "$(cat "$work/home.out")" "$(running)"

running >"$work/again.conf"
check "the router starts with its own running-config" fresh_router -c "$work/again.conf"
same "read back, it is the same" "$(cat "$work/home.out")" "$(running)"

check "write memory" vipsh -c 'configure terminal' -c 'hostname saved' -c 'do write memory'
check "a change after it" vipsh -c 'configure terminal' -c 'hostname forgotten'
contains "is in the running-config" "^hostname forgotten$" "$(running)"
check "the router ends" end_router
check "the router starts with what was saved" router -d
same "what was written survives, what was not does not" \
	"$(sed 's/^hostname home$/hostname saved/' "$work/home.out")" "$(running)"
same "startup-config is the same" "$(running)" "$(vipsh -c 'show startup-config')"
check "the router ends by kill -9" end_router KILL
check "and starts again" router -d
contains "what was written survives kill -9" "^hostname saved$" "$(running)"
check "the router ends" end_router
check "it takes its links away" sh -c "! ip -n $home-laptop link show eth0"
same "its socket and lock are gone" "" "$(find "$VIPHOME_RUN_DIR" -mindepth 1)"
