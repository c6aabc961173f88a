#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A test behind NAT, as a CI job runs it: a home of its own, the test on its laptop, and no trace
# afterwards. The exit status is the test's. As root: ci.sh [COMMAND ARGUMENT...]
set -euo pipefail
viphome=$(dirname "$(readlink -f "$0")")/../viphome
[ -x "$viphome" ] || viphome=viphome
home=ci$$

trap '"$viphome" -n "$home" down' EXIT
"$viphome" -n "$home" up

if [ $# -gt 0 ]; then
	"$viphome" -n "$home" exec laptop -- "$@"
	exit
fi

# Without a command: all devices share one address, and nobody outside can call one unasked.
for device in laptop phone tv; do
	seen=$("$viphome" -n "$home" exec "$device" -- curl -sS -m 5 http://203.0.113.1/)
	echo "the internet sees $device as $seen"
	[ "$seen" = 203.0.113.10 ]
done
if "$viphome" -n "$home" exec internet -- curl -s -m 1 http://203.0.113.10/ >/dev/null; then
	echo "a connection from outside came in" >&2
	exit 1
fi
echo "a connection from outside did not come in"
