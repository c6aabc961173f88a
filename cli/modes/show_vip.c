/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show vip`: a public address and everything behind it: which devices share it, how much of it
 * they use, what it forwards and where to.
 */
#include "cli/modes/show.h"
#include "cli/modes/device.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* Whether a rule's public address is this VIP's, by its name or by its address. */
static bool show_vip_stands_for(const struct config *config, const struct config_public *public,
				const struct config_vip *vip)
{
	ip4_t address;

	return config_public_address(config, public, &address) == 0 &&
	       ip4_equal(address, vip->address);
}

/* Whether a source rule of this VIP permits the device, which is on an inside interface. */
static bool show_vip_is_shared_by(const struct config *config, const struct config_vip *vip,
				  const struct device *device)
{
	const struct config_interface *interface = config_interface_find(config, device->interface);

	if (!interface || interface->nat_side != CONFIG_NAT_INSIDE)
		return false;
	vec_each (&config->nat.sources, source) {
		if (show_vip_stands_for(config, &source->public, vip) &&
		    config_acl_permits(config, source->list, device->address))
			return true;
	}
	return false;
}

static json_t *show_vip_devices(const struct call *call, const struct config_vip *vip,
				const struct device_list *list)
{
	const struct nat *nat = router_nat(call->world->router);
	json_t *items = json_array();

	vec_each (&list->devices, device) {
		if (!show_vip_is_shared_by(view_live(call), vip, device))
			continue;
		json_array_append_new(items,
				      json_pack("{s:o, s:o, s:o, s:o, s:I}", "address",
						view_of_ip4(device->address), "host",
						view_of_text(device->host), "mac",
						view_of_mac(device->mac), "interface",
						view_of_interface(device->interface), "sessions",
						(json_int_t)nat_host_sessions(nat, device->address,
									      vip->address)));
	}
	return items;
}

static json_t *show_vip_forward(const struct call *call, const struct nat_entry *e)
{
	bool pending = ip4_is_any(e->local);

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "proto",
			 e->proto ? json_string(view_proto_name(e->proto)) : json_null(),
			 "global_port", e->proto ? json_integer(e->global_port) : json_null(),
			 "ports", e->proto ? json_integer(e->more_ports + 1) : json_null(), "local",
			 view_of_ip4_or_null(e->local), "local_port",
			 e->proto ? json_integer(e->local_port) : json_null(), "host",
			 pending ? json_null() : view_of_host(call, e->local), "follows",
			 view_of_text(e->host));
}

static json_t *show_vip_forwards(const struct call *call, const struct config_vip *vip)
{
	const struct nat *nat = router_nat(call->world->router);
	json_t *items = json_array();
	struct nat_entry entry;
	uint64_t cursor = 0;

	/* rules stand before sessions */
	while (nat_next_entry(nat, &cursor, &entry, call->world->now) && entry.entry_static)
		if (ip4_equal(entry.global, vip->address))
			json_array_append_new(items, show_vip_forward(call, &entry));
	return items;
}

static json_t *show_vip_lists(const struct config *config, const struct config_vip *vip)
{
	json_t *items = json_array();

	vec_each (&config->nat.sources, source) {
		if (show_vip_stands_for(config, &source->public, vip))
			json_array_append_new(items, view_of_text(source->list));
	}
	return items;
}

static json_t *show_vip_item(const struct call *call, const struct config_vip *vip,
			     const struct device_list *list)
{
	struct interface_status status;
	struct nat_public_stats stats;
	json_t *item = json_object();

	if (router_interface_status(call->world->router, vip->interface, &status) < 0)
		memset(&status, 0, sizeof(status));
	nat_public_stats(router_nat(call->world->router), vip->address, &stats);
	view_set(item, "vip", view_of_text(vip->name));
	view_set(item, "address", view_of_ip4_or_null(vip->address));
	view_set(item, "dhcp", json_boolean(vip->dhcp));
	view_set(item, "interface", view_of_interface(vip->interface));
	view_set(item, "line_up", json_boolean(status.line_up));
	view_set(item, "mac", view_of_mac(status.mac));
	view_set_number(item, "sessions", stats.sessions);
	view_set(item, "ports",
		 json_pack("{s:I, s:I, s:I}", "tcp", (json_int_t)stats.tcp_ports, "udp",
			   (json_int_t)stats.udp_ports, "icmp", (json_int_t)stats.icmp_ids));
	view_set(item, "access_lists", show_vip_lists(view_live(call), vip));
	view_set(item, "devices", show_vip_devices(call, vip, list));
	view_set(item, "forwards", show_vip_forwards(call, vip));
	return item;
}

/*
 * [{vip, address|null (it has learnt none yet), dhcp (it is learnt), interface, line_up, mac|null,
 * sessions, ports: {tcp, udp, icmp} (in use), access_lists: [], devices: [{address, host|null,
 * mac|null, interface, sessions}], forwards: [{proto|null (all), global_port|null, ports|null (how
 * many), local|null (it follows a device that has no lease), local_port|null, host|null,
 * follows|null (the name it follows)}]}], by name.
 */
static json_t *show_vip_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "name");
	struct device_list list = {0};
	json_t *items = json_array();

	(void)cursor;
	if (device_list_gather(&list, call) < 0) {
		json_decref(items);
		return NULL;
	}
	vec_each (&view_live(call)->vips, vip) {
		if (!only || strcmp(only->text, vip->name) == 0)
			json_array_append_new(items, show_vip_item(call, vip, &list));
	}
	vec_free(&list.devices);
	return items;
}

static void show_vip_print_devices(struct buffer *out, const json_t *devices)
{
	const json_t *device;
	size_t i;

	if (json_array_size(devices) > 0)
		buffer_printf(out, "  %-16s %-24s %-14s  %s\n", "Device", "Host", "MAC",
			      "Sessions");
	json_array_foreach (devices, i, device) {
		char mac[MAC_TEXT_SIZE];

		buffer_printf(out, "  %-16s %-24s %-14s  %lld\n", view_string(device, "address"),
			      view_is_null(device, "host") ? "-" : view_string(device, "host"),
			      view_is_null(device, "mac") ? "-" : view_mac(device, "mac", mac),
			      view_number(device, "sessions"));
	}
}

/* ":80" or ":5000-5010", and what follows; nothing of a forward of all ports. */
static void show_vip_print_ports(struct buffer *out, const json_t *forward, const char *key,
				 const char *then)
{
	long long first = view_number(forward, key), ports = view_number(forward, "ports");

	if (view_is_null(forward, key))
		return;
	buffer_printf(out, ":%lld", first);
	if (ports > 1)
		buffer_printf(out, "-%lld", first + ports - 1);
	buffer_add(out, then);
}

static void show_vip_print_forwards(struct buffer *out, const json_t *vip)
{
	const json_t *forward, *forwards = json_object_get(vip, "forwards");
	size_t i;

	json_array_foreach (forwards, i, forward) {
		bool pending = view_is_null(forward, "local");

		if (view_is_null(forward, "proto"))
			buffer_printf(out, "  Forwards all of %s to ", view_string(vip, "address"));
		else
			buffer_printf(out, "  Forwards %s %s", view_string(forward, "proto"),
				      view_string(vip, "address"));
		show_vip_print_ports(out, forward, "global_port", " to ");
		buffer_add(out, view_string(forward, pending ? "follows" : "local"));
		show_vip_print_ports(out, forward, "local_port", "");
		if (pending)
			buffer_add(out, ", which has no lease");
		else if (!view_is_null(forward, "host"))
			buffer_printf(out, " (%s)", view_string(forward, "host"));
		buffer_add(out, "\n");
	}
}

static void show_vip_print(struct buffer *out, const json_t *piece,
			   const struct show_cursor *cursor)
{
	const json_t *vip;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, vip) {
		const json_t *ports = json_object_get(vip, "ports");
		size_t devices = json_array_size(json_object_get(vip, "devices"));
		long long sessions = view_number(vip, "sessions");

		buffer_printf(
			out, "VIP %s %s%s%s on %s, line protocol is %s\n", view_string(vip, "vip"),
			view_is_null(vip, "address") ? "has no address yet" : "is ",
			view_string(vip, "address"), view_true(vip, "dhcp") ? " (DHCP)" : "",
			view_string(vip, "interface"), view_true(vip, "line_up") ? "up" : "down");
		buffer_printf(out, "  Shared by %zu device%s, %lld session%s\n", devices,
			      devices == 1 ? "" : "s", sessions, sessions == 1 ? "" : "s");
		buffer_printf(out, "  Ports in use: tcp %lld, udp %lld, icmp %lld\n",
			      view_number(ports, "tcp"), view_number(ports, "udp"),
			      view_number(ports, "icmp"));
		show_vip_print_devices(out, json_object_get(vip, "devices"));
		show_vip_print_forwards(out, vip);
	}
}

const struct show show_vip = {show_vip_collect, show_vip_print};
