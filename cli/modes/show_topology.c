/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show topology`: the router as a tree: its layer 3 interfaces, under each the switch ports of
 * its bridge group, its VIPs and NAT pools, and the devices behind it.
 *
 * Not supported: which switch port a device is behind; only its bridge is known here.
 */
#include "cli/modes/show.h"
#include "cli/modes/device.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/config_held.h"
#include "core/router.h"

static json_t *show_topology_hosts(const struct device_list *list, struct interface_id id)
{
	json_t *hosts = json_array();

	vec_each (&list->devices, device) {
		if (interface_id_equal(device->interface, id))
			json_array_append_new(hosts, json_pack("{s:o, s:o, s:o}", "address",
							       view_of_ip4(device->address), "mac",
							       view_of_mac(device->mac), "host",
							       view_of_text(device->host)));
	}
	return hosts;
}

static json_t *show_topology_vips(const struct config *config, struct interface_id id)
{
	json_t *vips = json_array();

	vec_each (&config->vips, vip) {
		if (interface_id_equal(vip->interface, id))
			json_array_append_new(vips, json_pack("{s:o, s:o}", "vip",
							      view_of_text(vip->name), "address",
							      view_of_ip4_or_null(vip->address)));
	}
	return vips;
}

static json_t *show_topology_nat_pools(const struct config *config, struct interface_id id)
{
	json_t *pools = json_array();

	vec_each (&config->nat.pools, pool) {
		if (config_nat_pool_in_use(config, pool->name) &&
		    interface_id_equal(config_held_on(config, pool->start), id))
			json_array_append_new(pools, json_pack("{s:o, s:o, s:o}", "pool",
							       view_of_text(pool->name), "start",
							       view_of_ip4(pool->start), "end",
							       view_of_ip4(pool->end)));
	}
	return pools;
}

/* What every interface has: where its kernel end is, and whether it is up. */
static json_t *show_topology_port(const struct call *call, const struct config_interface *interface)
{
	bool attached = interface->attach != CONFIG_ATTACH_NONE;
	struct interface_status status;
	char name[CONFIG_IFNAME_SIZE];

	if (router_interface_status(call->world->router, interface->id, &status) < 0)
		memset(&status, 0, sizeof(status));
	return json_pack("{s:o, s:b, s:o, s:b, s:o, s:o, s:o}", "interface",
			 view_of_interface(interface->id), "line_up", status.line_up, "description",
			 view_of_text(interface->description), "attached", attached, "namespace",
			 view_of_text(interface->ns), "kernel_name",
			 attached ? view_of_text(config_kernel_name(interface, name)) : json_null(),
			 "kernel_bridge", view_of_text(interface->bridge));
}

static json_t *show_topology_switch_ports(const struct call *call, struct interface_id bvi)
{
	json_t *ports = json_array();

	vec_each (&call->world->running->interfaces, port) {
		if (bvi.kind == INTERFACE_BVI && config_is_switched(port) &&
		    port->bridge_group == bvi.number)
			json_array_append_new(ports, show_topology_port(call, port));
	}
	return ports;
}

/* A switch port stands under its BVI, unless nothing has made that one. */
static bool show_topology_is_under_another(const struct config *config,
					   const struct config_interface *interface)
{
	struct interface_id bvi = {INTERFACE_BVI, interface->bridge_group};

	return config_is_switched(interface) && config_interface_find(config, bvi);
}

/*
 * {name, interfaces: [{interface, line_up, description|null, attached, namespace|null,
 * kernel_name|null, kernel_bridge|null, addresses: [{address, prefix_length}],
 * nat: "inside"|"outside"|null, ports: [{interface, line_up, description|null, attached,
 * namespace|null, kernel_name|null, kernel_bridge|null}], vips: [{vip, address|null}],
 * nat_pools: [{pool, start, end}], hosts: [{address, mac|null, host|null}]}]}
 */
static json_t *show_topology_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct config *config = view_live(call);
	struct device_list list = {0};
	json_t *interfaces = json_array();

	(void)cursor;
	if (device_list_gather(&list, call) < 0) {
		json_decref(interfaces);
		return NULL;
	}
	vec_each (&config->interfaces, interface) {
		const char *nat = interface->nat_side == CONFIG_NAT_INSIDE    ? "inside"
				  : interface->nat_side == CONFIG_NAT_OUTSIDE ? "outside"
									      : "";
		json_t *item;

		if (show_topology_is_under_another(config, interface))
			continue;
		item = show_topology_port(call, interface);
		view_set(item, "addresses", view_of_addresses(interface));
		view_set(item, "nat", view_of_text(nat));
		view_set(item, "ports", show_topology_switch_ports(call, interface->id));
		view_set(item, "vips", show_topology_vips(config, interface->id));
		view_set(item, "nat_pools", show_topology_nat_pools(config, interface->id));
		view_set(item, "hosts", show_topology_hosts(&list, interface->id));
		json_array_append_new(interfaces, item);
	}
	vec_free(&list.devices);
	return json_pack("{s:o, s:o}", "name", view_of_text(config->hostname), "interfaces",
			 interfaces);
}

static void show_topology_print_port(struct buffer *out, const json_t *port)
{
	const json_t *address;
	size_t i;

	buffer_add(out, view_string(port, "interface"));
	json_array_foreach (json_object_get(port, "addresses"), i, address)
		buffer_printf(out, " %s/%lld", view_string(address, "address"),
			      view_number(address, "prefix_length"));
	buffer_add(out, view_true(port, "line_up") ? " up" : " down");
	if (view_string(port, "nat")[0] != '\0')
		buffer_printf(out, ", nat %s", view_string(port, "nat"));
	if (view_true(port, "attached"))
		buffer_printf(out, ", %s%s %s",
			      view_is_null(port, "namespace") ? "host" : "namespace ",
			      view_string(port, "namespace"), view_string(port, "kernel_name"));
	if (!view_is_null(port, "kernel_bridge"))
		buffer_printf(out, " in bridge %s", view_string(port, "kernel_bridge"));
	if (!view_is_null(port, "description"))
		buffer_printf(out, " (%s)", view_string(port, "description"));
	buffer_add(out, "\n");
}

static void show_topology_print_host(struct buffer *out, const json_t *host)
{
	char mac[MAC_TEXT_SIZE];

	buffer_printf(out, "host %s", view_string(host, "address"));
	if (!view_is_null(host, "host"))
		buffer_printf(out, " %s", view_string(host, "host"));
	if (!view_is_null(host, "mac"))
		buffer_printf(out, " %s", view_mac(host, "mac", mac));
	buffer_add(out, "\n");
}

static void show_topology_print_interface(struct buffer *out, const json_t *interface, bool last)
{
	const json_t *ports = json_object_get(interface, "ports");
	const json_t *vips = json_object_get(interface, "vips");
	const json_t *pools = json_object_get(interface, "nat_pools");
	const json_t *hosts = json_object_get(interface, "hosts");
	size_t left = json_array_size(ports) + json_array_size(vips) + json_array_size(pools) +
		      json_array_size(hosts);
	size_t i;
	const char *stem = last ? "    " : "|   ";
	const json_t *item;

	buffer_add(out, last ? "`-- " : "|-- ");
	show_topology_print_port(out, interface);
	json_array_foreach (ports, i, item) {
		buffer_printf(out, "%s%s", stem, --left == 0 ? "`-- " : "|-- ");
		show_topology_print_port(out, item);
	}
	json_array_foreach (vips, i, item)
		buffer_printf(out, "%s%svip %s %s\n", stem, --left == 0 ? "`-- " : "|-- ",
			      view_string(item, "vip"),
			      view_is_null(item, "address") ? "without an address yet"
							    : view_string(item, "address"));
	json_array_foreach (pools, i, item)
		buffer_printf(out, "%s%snat pool %s %s to %s\n", stem,
			      --left == 0 ? "`-- " : "|-- ", view_string(item, "pool"),
			      view_string(item, "start"), view_string(item, "end"));
	json_array_foreach (hosts, i, item) {
		buffer_printf(out, "%s%s", stem, --left == 0 ? "`-- " : "|-- ");
		show_topology_print_host(out, item);
	}
}

static void show_topology_print(struct buffer *out, const json_t *piece,
				const struct show_cursor *cursor)
{
	const json_t *interfaces = json_object_get(piece, "interfaces"), *interface;
	size_t i;

	(void)cursor;
	buffer_printf(out, "%s\n", view_string(piece, "name"));
	json_array_foreach (interfaces, i, interface)
		show_topology_print_interface(out, interface, i + 1 == json_array_size(interfaces));
}

const struct show show_topology = {show_topology_collect, show_topology_print};
