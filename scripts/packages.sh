# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034 # the lists are used by name
# The Debian packages that each purpose needs, and how they get here. Sourced by the other scripts.

packages_build="gcc make autoconf automake pkg-config libc6-dev libuv1-dev libmnl-dev libjansson-dev
	libcap-ng-dev libldns-dev libreadline-dev libcmocka-dev"
packages_home="iproute2 procps busybox curl isc-dhcp-client udhcpc dhcpcd-base iputils-ping"
# the relay's service does not start: Debian's package has no server to relay to; kea-admin has none
packages_test="$packages_home isc-dhcp-relay kea-admin dnsmasq-base coturn stun-client
	hping3 git xz-utils tcpdump traceroute iputils-tracepath iputils-arping nftables iperf3 socat
	python3 bind9-dnsutils mandoc shellcheck clang-format expect"
packages_bench="$packages_home nftables iperf3 python3 ethtool"
# what viprouter is compared with; kea-dhcp4-server brings a service, see scripts/bench
packages_bench_dhcp="kea-dhcp4-server kea-admin dnsmasq-base"
packages_bench_peers="passt slirp4netns"
packages_bench_report="gnuplot-nox"

# Installs those of the named purposes' packages that are missing. Silent when none is.
packages_install()
{
	local purpose name list missing=""

	for purpose in "$@"; do
		list=packages_$purpose
		for name in ${!list}; do
			dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null |
				grep -qx installed || missing="$missing $name"
		done
	done
	[ -n "$missing" ] || return 0
	if ! command -v apt-get >/dev/null; then
		echo "missing, and there is no apt-get to install them:$missing" >&2
		return 1
	fi
	if [ "$(id -u)" != 0 ]; then
		echo "missing packages:$missing" >&2
		echo "install them as root: apt-get install$missing" >&2
		return 1
	fi
	echo "installing:$missing" | tr -s ' \n' ' ' | sed 's/ $/\n/'
	# A machine may have no package list, or an old one: then fetch it and try again.
	# shellcheck disable=SC2086 # a list of words
	packages_apt install $missing >/dev/null 2>&1 ||
		{ packages_apt update && packages_apt install $missing; }
}

# One apt-get command; its output only when it fails.
packages_apt()
{
	local output

	output=$(DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
		-o DPkg::Lock::Timeout=120 "$@" 2>&1) && return 0
	printf '%s\n' "$output" >&2
	return 1
}
