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
		if (!show_vip_is_shared_by(call->world->running, vip, device))
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

static json_t *show_vip_forwards(const struct call *call, const struct config_vip *vip)
{
	const struct config *config = call->world->running;
	json_t *items = json_array();

	vec_each (&config->nat.statics, rule) {
		if (show_vip_stands_for(config, &rule->public, vip))
			json_array_append_new(items,
					      json_pack("{s:s, s:i, s:o, s:i, s:o}", "proto",
							view_proto_name(rule->proto), "global_port",
							(int)rule->global_port, "local",
							view_of_ip4(rule->local), "local_port",
							(int)rule->local_port, "host",
							view_of_host(call, rule->local)));
	}
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
	view_set(item, "address", view_of_ip4(vip->address));
	view_set(item, "interface", view_of_interface(vip->interface));
	view_set(item, "line_up", json_boolean(status.line_up));
	view_set(item, "mac", view_of_mac(status.mac));
	view_set_number(item, "sessions", stats.sessions);
	view_set(item, "ports",
		 json_pack("{s:I, s:I, s:I}", "tcp", (json_int_t)stats.tcp_ports, "udp",
			   (json_int_t)stats.udp_ports, "icmp", (json_int_t)stats.icmp_ids));
	view_set(item, "access_lists", show_vip_lists(call->world->running, vip));
	view_set(item, "devices", show_vip_devices(call, vip, list));
	view_set(item, "forwards", show_vip_forwards(call, vip));
	return item;
}

/*
 * [{vip, address, interface, line_up, mac|null, sessions, ports: {tcp, udp, icmp} (in use),
 * access_lists: [], devices: [{address, host|null, mac|null, interface, sessions}],
 * forwards: [{proto, global_port, local, local_port, host|null}]}], by name.
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
	vec_each (&call->world->running->vips, vip) {
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

static void show_vip_print_forwards(struct buffer *out, const json_t *vip)
{
	const json_t *forward, *forwards = json_object_get(vip, "forwards");
	size_t i;

	json_array_foreach (forwards, i, forward) {
		buffer_printf(out, "  Forwards %s %s:%lld to %s:%lld",
			      view_string(forward, "proto"), view_string(vip, "address"),
			      view_number(forward, "global_port"), view_string(forward, "local"),
			      view_number(forward, "local_port"));
		if (!view_is_null(forward, "host"))
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

		buffer_printf(out, "VIP %s is %s on %s, line protocol is %s\n",
			      view_string(vip, "vip"), view_string(vip, "address"),
			      view_string(vip, "interface"),
			      view_true(vip, "line_up") ? "up" : "down");
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
