/* SPDX-License-Identifier: BSD-2-Clause */
/* See config_held.h. Invariant: a list is by address and has each address once. */
#include "core/config_held.h"

#include "core/config_list.h"

static int held_key(const struct config_held *item, const ip4_t *address)
{
	return COMPARE(item->address.host, address->host);
}

static int held_add(struct config_held_list *list, ip4_t address, struct interface_id interface)
{
	bool found;
	uint32_t at = LIST_PLACE(&list->items, &address, held_key, found);
	struct config_held *held;

	if (found)
		return 0;
	held = vec_insert(&list->items, at);
	if (!held)
		return -ENOMEM;
	held->address = address;
	held->interface = interface;
	return 0;
}

const struct config_interface *config_own_address(const struct config *config, ip4_t address)
{
	vec_each (&config->interfaces, interface) {
		for (unsigned int i = 0; i < interface->address_count; i++)
			if (ip4_equal(interface->addresses[i].address, address))
				return interface;
	}
	return NULL;
}

const struct config_interface *config_held_interface(const struct config *config, ip4_t first,
						     ip4_t last)
{
	const struct config_interface *best = NULL, *tun = NULL;
	unsigned int best_len = 0;

	vec_each (&config->interfaces, interface) {
		if (interface->nat_side != CONFIG_NAT_OUTSIDE || config_is_switched(interface) ||
		    interface->id.kind == INTERFACE_LOOPBACK)
			continue;
		if (!tun && interface->id.kind == INTERFACE_TUN)
			tun = interface;
		for (unsigned int i = 0; i < interface->address_count; i++) {
			struct ip4_prefix network = interface->addresses[i];

			if (ip4_in_prefix(first, network) && ip4_in_prefix(last, network) &&
			    (!best || network.len > best_len)) {
				best = interface;
				best_len = network.len;
			}
		}
	}
	return best ? best : tun;
}

/* Adds @first to @last, but for what is an interface's own. */
static int hold_range(struct config_held_list *list, const struct config *config, ip4_t first,
		      ip4_t last)
{
	const struct config_interface *interface = config_held_interface(config, first, last);
	int err = 0;

	for (uint64_t host = first.host; interface && !err && host <= last.host; host++) {
		ip4_t address = {(uint32_t)host};

		if (!config_own_address(config, address))
			err = held_add(list, address, interface->id);
	}
	return err;
}

int config_held_gather(struct config_held_list *list, const struct config *config)
{
	int err = 0;

	vec_each (&config->vips, vip) {
		if (!err && !vip->dhcp) /* whose address is its interface's own */
			err = held_add(list, vip->address, vip->interface);
	}
	vec_each (&config->nat.pools, pool) {
		if (!err && config_nat_pool_in_use(config, pool->name) &&
		    config_nat_pool_size(pool) > 0)
			err = hold_range(list, config, pool->start, pool->end);
	}
	vec_each (&config->nat.statics, rule) {
		if (!err && rule->public.kind == CONFIG_PUBLIC_ADDRESS)
			err = hold_range(list, config, rule->public.address,
					 (ip4_t){rule->public.address.host +
						 (UINT32_C(1) << rule->host_bits) - 1});
	}
	return err;
}

void config_held_fini(struct config_held_list *list)
{
	vec_free(&list->items);
}

struct interface_id config_held_on(const struct config *config, ip4_t address)
{
	const struct config_interface *interface = config_own_address(config, address);

	vec_each (&config->vips, vip) {
		if (ip4_equal(vip->address, address))
			return vip->interface;
	}
	if (!interface)
		interface = config_held_interface(config, address, address);
	return interface ? interface->id : (struct interface_id){INTERFACE_NONE, 0};
}
