#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The tv of a running home gets a web server, the router publishes it on the virtual IP, and the
# internet and the laptop fetch it there. Takes all of it back. As root: port-forward.sh [HOME]
set -euo pipefail
viphome=$(dirname "$(readlink -f "$0")")/../viphome
[ -x "$viphome" ] || viphome=viphome
home=${1:-home}
port=8080

on()
{
	"$viphome" -n "$home" exec "$@"
}

# Configuration lines on standard input are one change.
router()
{
	"$viphome" -n "$home" shell
}

www=$(mktemp -d)
server=
forwarded=
finish()
{
	[ -z "$forwarded" ] || echo "no $forwarded" | router || true
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$www"
}
trap finish EXIT

echo "hello from the tv" >"$www/index.html"
"$viphome" -n "$home" exec tv -- busybox httpd -f -p "$port" -h "$www" &
server=$!

tv=$(on tv -- ip -o -4 address show dev eth0 | awk '{ sub("/.*", "", $4); print $4; exit }')
rule="ip nat inside source static tcp $tv $port vip HOME $port"
echo "$rule" | router
forwarded=$rule

for device in internet laptop; do
	answer=$(on "$device" -- curl -sS -m 5 --retry 3 --retry-connrefused "http://203.0.113.10:$port/")
	echo "$device fetched from the virtual IP: $answer"
	[ "$answer" = "hello from the tv" ]
done
echo "show ip nat translations" | router
