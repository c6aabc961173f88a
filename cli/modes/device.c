/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices from two tables, joined by address: the ARP cache knows the interface, the leases know
 * the name. A leased address is placed by its network, so that a device that is silent at the
 * moment is seen too.
 */
#include "cli/modes/device.h"

#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

static int device_list_add_neighbours(struct device_list *list, const struct call *call)
{
	const struct neighbour_table *table = router_neighbours(call->world->router);
	const struct neighbour *n;
	uint32_t at = 0;

	while ((n = neighbour_next(table, &at))) {
		struct device *device;

		if (n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_FAILED)
			continue;
		device = vec_push(&list->devices);
		if (!device)
			return -ENOMEM;
		device->address = n->address;
		device->mac = n->mac;
		device->interface = router_interface_of(call->world->router, n->interface);
	}
	return 0;
}

static int device_list_add_leases(struct device_list *list, const struct call *call)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	struct dhcp_binding binding;
	ip4_t at = IP4_ANY;

	while (dhcp_server_next_binding(server, &at, &binding, call->world->now)) {
		const struct config_interface *interface =
			config_interface_for(view_live(call), at);
		struct device *device;

		if (!interface || binding.record.state != DHCP_LEASE_BOUND)
			continue;
		device = vec_push(&list->devices);
		if (!device)
			return -ENOMEM;
		device->address = at;
		device->mac = binding.record.hardware;
		device->interface = interface->id;
		snprintf(device->host, sizeof(device->host), "%s",
			 binding.client_name[0] ? binding.client_name : binding.record.hostname);
	}
	return 0;
}

static int device_compare(const void *a, const void *b)
{
	const struct device *x = a, *y = b;

	return (x->address.host > y->address.host) - (x->address.host < y->address.host);
}

/* Makes one of the two entries that a device has in both tables. */
static void device_list_join(struct device_list *list)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->devices.count; i++) {
		struct device *device = &list->devices.at[i];
		struct device *last = kept > 0 ? &list->devices.at[kept - 1] : NULL;

		if (last && ip4_equal(last->address, device->address)) {
			if (last->host[0] == '\0')
				memcpy(last->host, device->host, sizeof(last->host));
			if (mac_is_zero(last->mac))
				last->mac = device->mac;
		} else {
			list->devices.at[kept++] = *device;
		}
	}
	list->devices.count = kept;
}

int device_list_gather(struct device_list *list, const struct call *call)
{
	int status = device_list_add_neighbours(list, call);

	if (status == 0)
		status = device_list_add_leases(list, call);
	if (status < 0) {
		vec_free(&list->devices);
		return status;
	}
	if (list->devices.count > 0)
		qsort(list->devices.at, list->devices.count, sizeof(list->devices.at[0]),
		      device_compare);
	device_list_join(list);
	return 0;
}
