#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Leases, from the side of clients that exist: renewed, given back, reserved, and remembered.
#
#   laptop (dhclient) --+
#   phone  (udhcpc)   --+-- BVI1 192.168.1.1 [viprouter, DHCP server]
#   tv     (dhcpcd)   --+
#   d1     (added)    --+
#
# shellcheck source=tests/net/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"

begin dhcp 180

take_down()
{
	viphome down >/dev/null
}

# binding ADDRESS KEY: of the binding, or nothing.
binding_over()
{
	local value

	value=$(binding "$1" expires_at)
	[ -n "$value" ] && [ "$value" -gt "$2" ]
}

# dotted MAC: as IOS writes it
dotted()
{
	sed 's/://g; s/..../&./g; s/\.$//' <<<"$1"
}

udhcpc_pid()
{
	local pid

	for pid in $(ip netns pids "$home-phone"); do
		case $(tr '\0' ' ' <"/proc/$pid/cmdline") in *udhcpc*) echo "$pid" ;; esac
	done
}

a_second_later()
{
	[ "$(binding "$1" remaining_s)" -lt 43199 ]
}

udhcpc_renews()
{
	local phone before

	phone=$(address_of phone)
	before=$(binding "$phone" expires_at)
	wait_until 4 a_second_later "$phone"
	kill -USR1 "$(udhcpc_pid)"
	check "a renewal makes the lease longer" wait_until 5 binding_over "$phone" "$before"
	same "and leaves the phone its address" "$phone" "$(address_of phone)"
}

udhcpc_releases()
{
	local phone

	phone=$(address_of phone)
	kill -USR2 "$(udhcpc_pid)"
	check "udhcpc gives its lease back" wait_until 5 no_binding "$phone"
	check "and has no address" wait_until 5 has_address phone ""
	kill -USR1 "$(udhcpc_pid)"
	check "it gets the one it had again" wait_until 8 has_address phone "$phone"
}

dhclient_releases()
{
	local laptop dir

	laptop=$(address_of laptop)
	dir=$VIPHOME_STATE_DIR/$home/clients/laptop
	on laptop dhclient -4 -r -cf "$dir/conf" -sf "$dir/hook" -lf "$dir/leases" -pf "$dir/pid" \
		eth0 >/dev/null 2>&1
	check "dhclient gives its lease back" wait_until 5 no_binding "$laptop"
}

# The laptop is without a lease; dhclient sends no client identifier.
reservation_by_hardware_address()
{
	check "a reservation by hardware-address is taken" configure -c 'ip dhcp pool LAPTOP' \
		-c 'host 192.168.1.200 255.255.255.0' \
		-c "hardware-address $(dotted "$(mac_of laptop)")"
	check "up starts the laptop's client" viphome up
	check "the laptop gets its reserved address" wait_until 8 has_address laptop 192.168.1.200
	same "its binding is a manual one" manual "$(binding 192.168.1.200 type)"
	same "the internet sees it as the VIP" 203.0.113.10 "$(seen_of laptop)"
}

reservation_by_client_identifier()
{
	local phone

	phone=$(address_of phone)
	kill -USR2 "$(udhcpc_pid)"
	wait_until 5 no_binding "$phone"
	check "a reservation by client-identifier is taken" configure -c 'ip dhcp pool PHONE' \
		-c 'host 192.168.1.201 255.255.255.0' \
		-c "client-identifier $(dotted "01$(mac_of phone)")"
	kill -USR1 "$(udhcpc_pid)"
	check "the phone gets its reserved address" wait_until 8 has_address phone 192.168.1.201
	same "its binding is a manual one" manual "$(binding 192.168.1.201 type)"
	same "the internet sees it as the VIP" 203.0.113.10 "$(seen_of phone)"
}

excluded_addresses_are_not_given()
{
	check "an exclusion is taken" configure -c 'ip dhcp excluded-address 192.168.1.10 192.168.1.40'
	check "a device is added" viphome add d1
	same "it has the first address that is not excluded" 192.168.1.41 "$(address_of d1)"
}

leases_survive()
{
	local before

	configure -c 'do write memory' >/dev/null
	before=$(json 'show ip dhcp binding' \
		"sorted((b['address'], b['mac'], b['type'], b.get('expires_at')) for b in j)")
	contains "there are bindings" "192.168.1.41" "$before"
	check "the router ends by kill -9" end_router KILL
	check "up starts it again" viphome up
	# the router counts in its own seconds, which begin anew
	json_true "leases survive kill -9" 'show ip dhcp binding' "[b[:3] for b in $before] == sorted(
		(b['address'], b['mac'], b['type']) for b in j)"
	json_true "they end when they would have" 'show ip dhcp binding' "all(
		abs(b['expires_at'] - {b[0]: b[3] for b in $before}[b['address']]) <= 2 for b in j)"
	kill -USR1 "$(udhcpc_pid)"
	check "a client renews with the new router" wait_until 5 has_address phone 192.168.1.201
}

check "up" viphome up
contains "no excluded address is given" "^192\.168\.1\.1[0-9]$" "$(address_of laptop)"
udhcpc_renews
udhcpc_releases
dhclient_releases
reservation_by_hardware_address
reservation_by_client_identifier
excluded_addresses_are_not_given
leases_survive
