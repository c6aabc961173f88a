/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that the router knows of: those that answered ARP and those that hold a lease. */
#ifndef CLI_MODES_DEVICE_H
#define CLI_MODES_DEVICE_H

#include "cli/command.h"
#include "core/dhcp/lease.h"

struct device {
	ip4_t address;
	mac_t mac;		       /* zero: not known */
	struct interface_id interface; /* layer 3 interface it is behind */
	char host[DHCP_HOSTNAME_SIZE]; /* the name it gave the DHCP server; "" none */
};

/** By address, each once. Zero bytes are an empty one; freed with vec_free(). */
struct device_list {
	VEC(struct device) devices;
};

/** Gathers them as of now. Return: 0; -ENOMEM, the list is empty. */
int device_list_gather(struct device_list *list, const struct call *call);

#endif
