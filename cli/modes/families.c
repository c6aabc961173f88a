/* SPDX-License-Identifier: BSD-2-Clause */
/* The command table: every family, in the order of docs/cli.md. */
#include "cli/command.h"

/* A line each, so that a new family is a new line: */
/* clang-format off */
extern const struct command_family
	session_family,
	interface_family,
	interface_dhcp_family,
	vip_family,
	nat_limits_family,
	nat_family,
	nat_source_family,
	nat_static_family,
	nat_outside_family,
	nat_ports_family,
	route_family,
	dhcp_relay_family,
	dhcp_family,
	dhcp_options_family,
	dhcp_clients_family,
	dhcp_database_family,
	acl_family,
	system_family,
	show_family,
	show_ip_family,
	packet_tracer_family,
	debug_family,
	clear_family,
	clear_nat_family,
	exec_family;

const struct command_family *const command_families[] = {
	&session_family,
	&system_family,
	&interface_family,
	&interface_dhcp_family,
	&vip_family,
	&nat_limits_family,
	&nat_family,
	&nat_source_family,
	&nat_static_family,
	&nat_outside_family,
	&nat_ports_family,
	&route_family,
	&dhcp_relay_family,
	&dhcp_family,
	&dhcp_options_family,
	&dhcp_clients_family,
	&dhcp_database_family,
	&acl_family,
	&show_family,
	&show_ip_family,
	&packet_tracer_family,
	&debug_family,
	&clear_family,
	&clear_nat_family,
	&exec_family,
	NULL,
};
/* clang-format on */
