/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show interfaces`, its description table, and `show ip interface brief`. The texts follow IOS's
 * columns, so that its parsers read them.
 *
 * Not supported: rates over time, the age of the last frame, queues of an interface.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* Which interfaces a show is about: the one it names, or all. */
static bool show_interface_wanted(const struct call *call, const struct config_interface *interface)
{
	return !call_arg(call, "interface") ||
	       interface_id_equal(call_interface(call, "interface"), interface->id);
}

static struct interface_status show_interface_status(const struct call *call,
						     struct interface_id id)
{
	struct interface_status status;

	if (router_interface_status(call->world->router, id, &status) < 0)
		memset(&status, 0, sizeof(status));
	return status;
}

static json_t *show_interface_addresses(const struct config_interface *interface)
{
	json_t *addresses = json_array();

	for (unsigned int i = 0; i < interface->address_count; i++) {
		json_t *address = view_of_prefix(interface->addresses[i]);

		view_set(address, "secondary", json_boolean(i > 0));
		json_array_append_new(addresses, address);
	}
	return addresses;
}

static const char *show_interface_nat_side(const struct config_interface *interface)
{
	switch ((enum config_nat_side)interface->nat_side) {
	case CONFIG_NAT_NONE: return "";
	case CONFIG_NAT_INSIDE: return "inside";
	case CONFIG_NAT_OUTSIDE: return "outside";
	}
	return "";
}

static void show_interface_add_counters(json_t *item, const struct interface_stats *stats)
{
	json_t *input = json_object(), *output = json_object();
	uint64_t dropped;
	json_t *drops = view_of_drops(&stats->drops, &dropped);

	view_set_number(input, "packets", stats->frames_in);
	view_set_number(input, "bytes", stats->bytes_in);
	view_set_number(input, "consumed", stats->consumed);
	view_set_number(input, "forwarded", stats->forwarded);
	view_set_number(output, "packets", stats->frames_out);
	view_set_number(output, "bytes", stats->bytes_out);
	view_set_number(output, "originated", stats->originated);
	view_set(item, "input", input);
	view_set(item, "output", output);
	view_set_number(item, "dropped", dropped);
	view_set(item, "drops", drops);
}

static json_t *show_interface_item(const struct call *call,
				   const struct config_interface *interface)
{
	struct interface_status status = show_interface_status(call, interface->id);
	char name[CONFIG_IFNAME_SIZE];
	bool attached = interface->attach != CONFIG_ATTACH_NONE;
	json_t *item = json_object();

	view_set(item, "interface", view_of_interface(interface->id));
	view_set(item, "admin_up", json_boolean(!interface->shutdown));
	view_set(item, "link_up", json_boolean(status.link_up));
	view_set(item, "line_up", json_boolean(status.line_up));
	view_set(item, "kind", json_string(interface_kind_name(interface->id.kind)));
	view_set(item, "mac", view_of_mac(status.mac));
	view_set(item, "description", view_of_text(interface->description));
	view_set(item, "addresses", show_interface_addresses(interface));
	view_set(item, "dhcp", json_boolean(interface->dhcp));
	view_set_number(item, "mtu", interface->mtu);
	view_set_number(item, "ip_mtu", config_ip_mtu(interface));
	view_set(item, "tcp_mss",
		 config_mss(interface) == CONFIG_MSS_OFF ? json_null()
							 : json_integer(config_mss(interface)));
	view_set(item, "nat", view_of_text(show_interface_nat_side(interface)));
	view_set(item, "bridge_group",
		 interface->bridge_group ? json_integer(interface->bridge_group) : json_null());
	view_set(item, "attached", json_boolean(attached));
	view_set(item, "namespace", view_of_text(interface->ns));
	view_set(item, "kernel_name",
		 attached ? view_of_text(config_kernel_name(interface, name)) : json_null());
	view_set(item, "kernel_bridge", view_of_text(interface->bridge));
	show_interface_add_counters(item, &status.stats);
	return item;
}

/*
 * [{interface, admin_up, link_up, line_up, kind, mac|null, description|null, addresses: [{address,
 * prefix_length, secondary}], dhcp (the address is learnt), mtu, ip_mtu, tcp_mss|null (any), nat:
 * "inside"|"outside"|null, bridge_group|null, attached, namespace|null (null and attached: the
 * router's own), kernel_name|null, kernel_bridge|null, input: {packets, bytes, consumed,
 * forwarded}, output: {packets, bytes, originated}, dropped, drops: {reason: count}}]
 */
static json_t *show_interface_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct config *config = view_live(call);
	json_t *items = json_array();

	while (cursor->at < config->interfaces.count && json_array_size(items) < VIEW_PIECE) {
		const struct config_interface *interface = &config->interfaces.at[cursor->at++];

		if (show_interface_wanted(call, interface))
			json_array_append_new(items, show_interface_item(call, interface));
	}
	cursor->more = cursor->at < config->interfaces.count;
	return items;
}

static const char *show_interface_state(const json_t *item)
{
	if (!view_true(item, "admin_up"))
		return "administratively down";
	return view_true(item, "link_up") ? "up" : "down";
}

static const char *show_interface_line(const json_t *item)
{
	return view_true(item, "line_up") ? "up" : "down";
}

static const char *show_interface_hardware(const char *kind)
{
	if (strcmp(kind, "Tap") == 0)
		return "TAP";
	if (strcmp(kind, "Tun") == 0)
		return "TUN";
	return kind;
}

static void show_interface_print_addresses(struct buffer *out, const json_t *item)
{
	const json_t *address;
	size_t i;

	json_array_foreach (json_object_get(item, "addresses"), i, address)
		buffer_printf(out, "  %s address is %s/%lld\n", i ? "Secondary" : "Internet",
			      view_string(address, "address"),
			      view_number(address, "prefix_length"));
	if (view_true(item, "dhcp") && json_array_size(json_object_get(item, "addresses")) == 0)
		buffer_add(out, "  Internet address will be negotiated using DHCP\n");
}

static void show_interface_print_place(struct buffer *out, const json_t *item)
{
	if (!view_is_null(item, "bridge_group"))
		buffer_printf(out, "  Member of BVI%lld\n", view_number(item, "bridge_group"));
	if (!view_true(item, "attached"))
		return;
	buffer_printf(out, "  Attached to %s%s as %s",
		      view_is_null(item, "namespace") ? "the host" : "namespace ",
		      view_string(item, "namespace"), view_string(item, "kernel_name"));
	if (!view_is_null(item, "kernel_bridge"))
		buffer_printf(out, " in bridge %s", view_string(item, "kernel_bridge"));
	buffer_add(out, "\n");
}

/* Frames that could not be sent, apart from those that came in and went no further. */
static long long show_interface_output_drops(const json_t *drops)
{
	return view_number(drops, drop_name(DROP_OUTPUT_QUEUE_FULL)) +
	       view_number(drops, drop_name(DROP_OUTPUT_WRITE_FAILED)) +
	       view_number(drops, drop_name(DROP_PORT_DOWN));
}

/* The lines end in fields that a TAP does not have and parsers ask for: they are 0, as in IOS on
 * hardware without them; so are the nominal bandwidth and delay, which measure nothing here. */
static void show_interface_print_counters(struct buffer *out, const json_t *item)
{
	const json_t *input = json_object_get(item, "input");
	const json_t *output = json_object_get(item, "output");
	long long dropped = view_number(item, "dropped");
	long long lost = show_interface_output_drops(json_object_get(item, "drops"));

	buffer_printf(out,
		      "  Input queue: 0/0/%lld/0 (size/max/drops/flushes); "
		      "Total output drops: %lld\n",
		      dropped - lost, lost);
	buffer_printf(out, "     %lld packets input, %lld bytes, 0 no buffer\n",
		      view_number(input, "packets"), view_number(input, "bytes"));
	buffer_add(out, "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored\n");
	buffer_printf(out, "     %lld packets output, %lld bytes, 0 underruns\n",
		      view_number(output, "packets"), view_number(output, "bytes"));
	buffer_add(out, "     0 output errors, 0 collisions, 0 interface resets\n");
	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++) {
		const char *name = drop_name((enum drop_reason)r);
		long long count = view_number(json_object_get(item, "drops"), name);

		if (count > 0)
			buffer_printf(out, "     %lld dropped: %s\n", count, name);
	}
}

/* Only where it is not what follows from the MTU. */
static void show_interface_print_ip_mtu(struct buffer *out, const json_t *item)
{
	long long mtu = view_number(item, "mtu"), ip_mtu = view_number(item, "ip_mtu");
	bool any = view_is_null(item, "tcp_mss");

	if (view_is_null(item, "ip_mtu") ||
	    (ip_mtu == mtu && !any && view_number(item, "tcp_mss") == mtu - CONFIG_MSS_HEADERS))
		return;
	buffer_printf(out, "  IP MTU %lld bytes, ", ip_mtu);
	if (any)
		buffer_add(out, "MSS of TCP not adjusted\n");
	else
		buffer_printf(out, "MSS of TCP at most %lld bytes\n", view_number(item, "tcp_mss"));
}

static void show_interface_print_one(struct buffer *out, const json_t *item)
{
	const char *kind = view_string(item, "kind");
	char mac[MAC_TEXT_SIZE];

	buffer_printf(out, "%s is %s, line protocol is %s\n", view_string(item, "interface"),
		      show_interface_state(item), show_interface_line(item));
	buffer_printf(out, "  Hardware is %s", show_interface_hardware(kind));
	if (view_mac(item, "mac", mac)[0] != '\0')
		buffer_printf(out, ", address is %s (bia %s)", mac, mac);
	buffer_add(out, "\n");
	if (!view_is_null(item, "description"))
		buffer_printf(out, "  Description: %s\n", view_string(item, "description"));
	show_interface_print_addresses(out, item);
	show_interface_print_place(out, item);
	buffer_printf(out, "  MTU %lld bytes, BW 10000000 Kbit/sec, DLY 10 usec,\n",
		      view_number(item, "mtu"));
	buffer_add(out, "     reliability 255/255, txload 1/255, rxload 1/255\n");
	show_interface_print_ip_mtu(out, item);
	buffer_printf(out, "  Encapsulation %s, loopback not set\n",
		      strcmp(kind, "Tun") == 0	      ? "IP"
		      : strcmp(kind, "Loopback") == 0 ? "LOOPBACK"
						      : "ARPA");
	show_interface_print_counters(out, item);
}

static void show_interface_print(struct buffer *out, const json_t *piece,
				 const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, item)
		show_interface_print_one(out, item);
}

const struct show show_interfaces = {show_interface_collect, show_interface_print};

/*
 * [{interface, address|null, method: "manual"|"dhcp"|"unset", status: "up"|"down"|"administratively
 * down", protocol: "up"|"down"}]
 */
static json_t *show_interface_brief_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct config *config = view_live(call);
	json_t *items = json_array();

	while (cursor->at < config->interfaces.count && json_array_size(items) < VIEW_PIECE) {
		const struct config_interface *interface = &config->interfaces.at[cursor->at++];
		struct interface_status status = show_interface_status(call, interface->id);
		bool has = interface->address_count > 0;

		if (!show_interface_wanted(call, interface))
			continue;
		json_array_append_new(
			items,
			json_pack("{s:o, s:o, s:s, s:s, s:s}", "interface",
				  view_of_interface(interface->id), "address",
				  has ? view_of_ip4(interface->addresses[0].address) : json_null(),
				  "method",
				  interface->dhcp ? "dhcp"
				  : has		  ? "manual"
						  : "unset",
				  "status",
				  interface->shutdown ? "administratively down"
				  : status.link_up    ? "up"
						      : "down",
				  "protocol", status.line_up ? "up" : "down"));
	}
	cursor->more = cursor->at < config->interfaces.count;
	return items;
}

static void show_interface_brief_print(struct buffer *out, const json_t *piece,
				       const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out, "Interface                  IP-Address      OK? Method Status     "
				"           Protocol\n");
	json_array_foreach (piece, i, item)
		buffer_printf(
			out, "%-26s %-15s YES %-6s %-21s %s\n", view_string(item, "interface"),
			view_is_null(item, "address") ? "unassigned" : view_string(item, "address"),
			strcmp(view_string(item, "method"), "dhcp") ? view_string(item, "method")
								    : "DHCP",
			view_string(item, "status"), view_string(item, "protocol"));
}

const struct show show_interface_brief = {show_interface_brief_collect, show_interface_brief_print};

static void show_interface_description_print(struct buffer *out, const json_t *piece,
					     const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out, "Interface                      Status         Protocol "
				"Description\n");
	json_array_foreach (piece, i, item) {
		buffer_printf(out, "%-30s %-14s %s", view_string(item, "interface"),
			      view_true(item, "admin_up") ? show_interface_state(item)
							  : "admin down",
			      show_interface_line(item));
		if (!view_is_null(item, "description"))
			buffer_printf(out, "%*s%s", view_true(item, "line_up") ? 7 : 5, "",
				      view_string(item, "description"));
		buffer_add(out, "\n");
	}
}

/*
 * [{interface, admin_up, link_up, line_up, description|null}]
 */
static json_t *show_interface_description_collect(const struct call *call,
						  struct show_cursor *cursor)
{
	const struct config *config = call->world->running;
	json_t *items = json_array();

	while (cursor->at < config->interfaces.count && json_array_size(items) < VIEW_PIECE) {
		const struct config_interface *interface = &config->interfaces.at[cursor->at++];
		struct interface_status status = show_interface_status(call, interface->id);

		json_array_append_new(items,
				      json_pack("{s:o, s:b, s:b, s:b, s:o}", "interface",
						view_of_interface(interface->id), "admin_up",
						!interface->shutdown, "link_up", status.link_up,
						"line_up", status.line_up, "description",
						view_of_text(interface->description)));
	}
	cursor->more = cursor->at < config->interfaces.count;
	return items;
}

const struct show show_interface_description = {show_interface_description_collect,
						show_interface_description_print};
