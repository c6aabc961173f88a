#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Homes side by side know nothing of each other, though their addresses are the same.
#
#   HOMEa: laptop phone tv -- [viprouter] -- internet      HOMEb: laptop phone tv -- [viprouter] -- internet
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin homes 180
both=$home

use()
{
	home=$both$1
}

take_down()
{
	for name in a b; do
		use "$name"
		viphome down >/dev/null
	done
	home=$both
}

works()
{
	local device

	for device in laptop phone tv; do
		same "${home#"$both"}: the internet sees $device as the VIP" 203.0.113.10 "$(seen_of "$device")"
	done
}

use a
check "up of a" viphome up
use b
check "up of b" viphome up
works
use a
works
same "list names both" "${both}a ${both}b" "$(viphome list | sort | xargs)"
contains "status of a" "^home ${both}a: router runs" "$(viphome status)"

before=$(router_pid; ip netns pids "$home-laptop"; address_of laptop)
under "up of a, twice" 5000 viphome up
same "up twice is harmless" "$before" "$(router_pid; ip netns pids "$home-laptop"; address_of laptop)"
works

under "down of a" 2000 viphome down
same "nothing of a is left" "" "$(namespaces_left; find "$work" -name "$home*")"
same "list names the other" "${both}b" "$(viphome list)"
check "down of a, twice, is harmless" viphome down
use b
works

check "b's router ends by kill -9" end_router KILL
contains "status says so" "router does not run" "$(viphome status 2>&1)"
under "down of b without its router" 2000 viphome down
home=$both
nothing_left "down of both"
same "list names none" "" "$(viphome list)"
check "list of none succeeds" viphome list
