#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Who uses the virtual IP: every two seconds, a line a device with its sessions and bytes, from the
# router's JSON. As root: watch-nat.sh [HOME [TIMES]]
set -euo pipefail
viphome=$(dirname "$(readlink -f "$0")")/../viphome
[ -x "$viphome" ] || viphome=viphome
home=${1:-home}
times=${2:-0}

summary='
import json, sys

hosts = {}
for entry in json.load(sys.stdin):
    if entry["rule"]:
        continue  # a port forward, not a session
    host = hosts.setdefault(entry["inside_local"], [0, 0, 0])
    host[0] += 1
    host[1] += entry["bytes_out"]
    host[2] += entry["bytes_in"]
for address, (sessions, sent, received) in sorted(hosts.items()):
    print(f"{address:16} {sessions:6} sessions {sent:12} bytes out {received:12} bytes in")
'

for ((i = 1; times == 0 || i <= times; i++)); do
	date +%T
	echo "show ip nat translations | json" | "$viphome" -n "$home" shell | python3 -c "$summary"
	[ "$i" -eq "$times" ] || sleep 2
done
