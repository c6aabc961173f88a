/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration commands share.
 *
 * A sub-mode keeps the name of what it edits, never a pointer: another session may have removed it
 * since, and then every line of the sub-mode is refused by name.
 */
#include "cli/modes/setting.h"

#include "cli/session.h"
#include "core/text.h"

struct config_interface *setting_interface(struct call *call)
{
	struct interface_id id = session_interface(call->session);
	struct config_interface *interface = config_interface_find(call->candidate, id);
	char name[INTERFACE_TEXT_SIZE];

	if (!interface) {
		interface_to_text(id, name);
		call_fail(call, "\"interface\" with its name makes it anew",
			  "interface %s: it has been removed meanwhile", name);
	}
	return interface;
}

struct config_dhcp_pool *setting_pool(struct call *call)
{
	const char *name = session_pool(call->session);
	struct config_dhcp_pool *pool = config_pool_find(call->candidate, name);

	if (!pool)
		call_fail(call, "\"ip dhcp pool\" with its name makes it anew",
			  "ip dhcp pool %s: it has been removed meanwhile", name);
	return pool;
}

enum call_status setting_no_memory(struct call *call)
{
	return call_fail(call, NULL, "Not enough memory, nothing changed");
}

enum call_status setting_check_host(struct call *call, ip4_t address)
{
	char text[IP4_TEXT_SIZE];

	if (ip4_is_host(address))
		return CALL_DONE;
	return call_fail(call,
			 "a host's address lies in 1.0.0.0 to 223.255.255.255, but not in "
			 "127.0.0.0/8",
			 "Not a valid host address - %s", ip4_to_text(address, text));
}

enum call_status setting_check_station(struct call *call, mac_t mac)
{
	char text[MAC_TEXT_SIZE];

	if (mac_is_station(mac))
		return CALL_DONE;
	return call_fail(call, "one station's address is needed: no group bit, not all 0",
			 "Not a valid hardware address - %s", mac_to_text(mac, text));
}

enum call_status setting_check_host_in(struct call *call, struct ip4_prefix prefix)
{
	char text[IP4_TEXT_SIZE];
	enum call_status status = setting_check_host(call, prefix.address);

	if (status != CALL_DONE)
		return status;
	if (prefix.len != 0 && ip4_is_host_of(prefix))
		return CALL_DONE;
	ip4_to_text(prefix.address, text);
	if (prefix.len == 0)
		return call_fail(call, "a mask of 0.0.0.0 leaves no network",
				 "Bad mask /%u for address %s", prefix.len, text);
	return call_fail(call,
			 setting_is_network(prefix)
				 ? "with this mask it is the address of the network itself"
				 : "with this mask it is the broadcast address of the network",
			 "Bad mask /%u for address %s", prefix.len, text);
}

enum call_status setting_check_routed(struct call *call, const struct config_interface *interface,
				      const char *what)
{
	char name[INTERFACE_TEXT_SIZE];

	if (!config_is_switched(interface))
		return CALL_DONE;
	return call_fail(call, "set it on the BVI, or type \"no bridge-group\" first",
			 "interface %s: a port of bridge group %u has no %s; BVI%u has",
			 interface_to_text(interface->id, name), interface->bridge_group, what,
			 interface->bridge_group);
}

bool setting_is_network(struct ip4_prefix prefix)
{
	return ip4_equal(prefix.address, ip4_network(prefix));
}

void setting_set_text(char *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	assert(len < size);
	memcpy(to, text, len);
	memset(to + len, 0, size - len);
}

unsigned int setting_word_index(const char *word, const char *const *words, unsigned int count)
{
	unsigned int i = 0;

	assert(word);
	while (i < count && strcmp(words[i], word) != 0)
		i++;
	assert(i < count);
	return i;
}

const char *setting_list_name(const char *list)
{
	if (list[strspn(list, "0123456789")] != '\0')
		return list;
	while (list[0] == '0' && list[1] != '\0')
		list++;
	return list;
}

void setting_write_prefix(struct buffer *out, struct ip4_prefix prefix)
{
	char address[IP4_TEXT_SIZE], mask[IP4_TEXT_SIZE];

	buffer_printf(out, "%s %s", ip4_to_text(prefix.address, address),
		      ip4_to_text(ip4_mask(prefix.len), mask));
}

void setting_write_hex(struct buffer *out, const uint8_t *bytes, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		buffer_printf(out, "%s%02x", i > 0 && i % 2 == 0 ? "." : "", bytes[i]);
}

void setting_write_public(struct buffer *out, const struct config_public *public)
{
	char text[MAX(INTERFACE_TEXT_SIZE, IP4_TEXT_SIZE)];

	switch ((enum config_public_kind) public->kind) {
	case CONFIG_PUBLIC_VIP: buffer_printf(out, "vip %s", public->vip); break;
	case CONFIG_PUBLIC_INTERFACE:
		buffer_printf(out, "interface %s", interface_to_text(public->interface, text));
		break;
	case CONFIG_PUBLIC_ADDRESS: buffer_add(out, ip4_to_text(public->address, text)); break;
	case CONFIG_PUBLIC_POOL: buffer_printf(out, "pool %s", public->pool); break;
	}
}

struct config_public setting_public(const struct call *call)
{
	const struct arg *vip = call_arg(call, "vip");
	const struct arg *interface = call_arg(call, "if");
	const struct arg *pool = call_arg(call, "pool");
	struct config_public public;

	memset(&public, 0, sizeof(public));
	if (vip) {
		public.kind = CONFIG_PUBLIC_VIP;
		setting_set_text(public.vip, sizeof(public.vip), vip->text);
	} else if (interface) {
		public.kind = CONFIG_PUBLIC_INTERFACE;
		public.interface.kind = interface->interface.kind;
		public.interface.number = interface->interface.number;
	} else if (pool) {
		public.kind = CONFIG_PUBLIC_POOL;
		setting_set_text(public.pool, sizeof(public.pool), pool->text);
	} else {
		public.kind = CONFIG_PUBLIC_ADDRESS;
		public.address = call_ip4(call, "global");
	}
	return public;
}
