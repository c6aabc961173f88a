/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every show, each defined in the file named beside it; the families of show.c and show_ip.c name
 * them in their rows. The keys of each answer are documented above its collector.
 */
#ifndef CLI_MODES_SHOW_H
#define CLI_MODES_SHOW_H

#include "cli/command.h"

/* show.c */
extern const struct show show_version, show_clock;
/* show_config.c */
extern const struct show show_running, show_startup, show_diff;
/* show_interface.c */
extern const struct show show_interfaces, show_interface_brief, show_interface_description;
extern const struct show show_ip_interface;
/* show_drops.c */
extern const struct show show_drops;
/* show_topology.c */
extern const struct show show_topology;
/* show_vip.c */
extern const struct show show_vip;
/* show_arp.c */
extern const struct show show_arp;
/* show_route.c */
extern const struct show show_route;
/* show_dhcp_relay.c */
extern const struct show show_helper_address, show_dhcp_relay, show_relay_trusted;
/* show_dns.c */
extern const struct show show_hosts, show_dns_view, show_dns_statistics;
/* show_dhcp.c */
extern const struct show show_dhcp_binding, show_dhcp_conflict, show_dhcp_pool;
extern const struct show show_dhcp_statistics;
/* show_dhcp_lease.c */
extern const struct show show_dhcp_lease;
/* dhcp_database.c */
extern const struct show show_dhcp_database;
/* show_nat.c */
extern const struct show show_nat_translations, show_nat_translations_verbose, show_nat_statistics;
/* show_nat_limits.c */
extern const struct show show_nat_limits;
/* show_nat_top.c */
extern const struct show show_nat_top;
/* show_nat_ports.c */
extern const struct show show_nat_ports, show_nat_blocks;
/* show_access_list.c */
extern const struct show show_access_list;

#endif
