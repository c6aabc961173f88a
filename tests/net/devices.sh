#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Devices come and go, and processes die, without harm to the others.
#
#   laptop --Tap1--+                                     ping laptop -> internet goes on throughout
#   phone  --Tap2--+-- BVI1 [viprouter] Tap0 -- internet
#   tv     --Tap3--+
#   d1 … d10 ------+   added and removed
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin devices 240

take_down()
{
	viphome down >/dev/null
}

addresses()
{
	local device

	for device in laptop phone tv; do echo "$device $(address_of "$device")"; done
}

# The numbers of the DHCP clients: they are the same ones as long as nobody has touched a device.
clients()
{
	local device

	for device in laptop phone tv; do ip netns pids "$home-$device"; done | sort
}

ten_devices_come_and_go()
{
	local number ping said seen

	start laptop ping -q -i 0.01 -w 120 203.0.113.1
	ping=$started_pid
	said=$started_out
	for number in 1 2 3 4 5 6 7 8 9 10; do
		check "d$number is added" viphome add "d$number"
	done
	same "the internet sees d10 as the VIP" 203.0.113.10 "$(seen_of d10)"
	for number in 1 2 3 4 5 6 7 8 9 10; do
		check "d$number is removed" viphome remove "d$number"
	done
	stop "$ping" INT
	seen=$(grep transmitted "$said")
	contains "no ping of the laptop was lost meanwhile ($seen)" "[0-9]{3,} packets transmitted.* 0% packet loss" \
		"$(cat "$said")"
	same "no namespace of theirs is left" "" "$(namespaces_left | grep -- '-d[0-9]')"
	contains "no interface of theirs is left" "^4 Tap" "$(vipsh -c 'show version')"
}

works()
{
	local device

	for device in laptop phone tv; do
		same "$device works after $1" 203.0.113.10 "$(seen_of "$device")"
	done
}

router_dies()
{
	local before client_pids

	before=$(addresses)
	client_pids=$(clients)
	check "the router ends by kill -9" end_router KILL
	same "devices keep their addresses without it" "$before" "$(addresses)"
	check "up starts it again" viphome up
	works "kill -9 of the router"
	same "devices have the addresses they had" "$before" "$(addresses)"
	same "nobody touched a device: its client is the one it had" "" \
		"$(comm -23 <(echo "$client_pids") <(clients))"
}

agent_dies()
{
	local agent

	agent=$(agent_pid)
	check "the agent is a process of its own" test -n "$agent"
	kill -9 "$agent"
	wait_until 5 gone "$agent"
	check "up mends a home without agent" viphome up
	check "there is an agent again" test "$(agent_pid)" != "$agent" -a -n "$(agent_pid)"
	works "kill -9 of the agent"
	check "a device is added by the new agent" viphome add d1
	same "the internet sees it as the VIP" 203.0.113.10 "$(seen_of d1)"
	check "and removed" viphome remove d1
}

client_dies()
{
	local before

	before=$(addresses)
	for pid in $(ip netns pids "$home-phone"); do kill -9 "$pid"; done
	check "up mends a home without the phone's client" viphome up
	check "the phone has a client" test -n "$(ip netns pids "$home-phone")"
	works "kill -9 of a client"
	same "the phone has the address it had" "$before" "$(addresses)"
}

kill_everything()
{
	local pid

	for pid in $(processes_left); do kill -9 "$pid" 2>/dev/null; done
	check "everything ends by kill -9" wait_until 5 no_processes
}

check "up" viphome up
ten_devices_come_and_go
router_dies
agent_dies
client_dies
kill_everything
check "up mends a home where nothing runs" viphome up
works "kill -9 of everything"
kill_everything
under "down of a home where nothing runs" 2000 viphome down
nothing_left "down of a home where nothing ran"
