/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP relay agent (RFC 1542 s4, RFC 2131 s4.1, RFC 3046): what becomes of a client's message on
 * its way to a server, and of the server's answer on its way back. It keeps nothing between two
 * messages but counters; everything that it has to know on the way back is in the message.
 */
#ifndef CORE_DHCP_RELAY_H
#define CORE_DHCP_RELAY_H

#include "core/config.h"
#include "core/dhcp/server.h"
#include "core/drop.h"
#include "core/text.h"

/** RFC 1542 s4.1.1: a request that has passed more relays than this is in a loop. */
#define DHCP_RELAY_HOPS_MAX 16
#define DHCP_CIRCUIT_SIZE   (2 * INTERFACE_TEXT_SIZE) /* "BVI1/Tap3" */

/** Counters of `show ip dhcp relay statistics`. Messages refused are counted by drop reason. */
struct dhcp_relay_stats {
	uint64_t requests;	  /* messages of clients that were passed on */
	uint64_t requests_sent;	  /* copies of them: one for each server */
	uint64_t replies;	  /* answers of servers that were passed on */
	uint64_t options_added;	  /* option 82 put in */
	uint64_t options_taken;	  /* option 82 taken out of an answer */
	uint64_t options_no_room; /* messages too long for option 82, sent without it */
};

/** Where a client is, and how its messages are relayed. */
struct dhcp_relay_circuit {
	ip4_t giaddr;			 /* the interface's primary address */
	bool add_option;		 /* `ip dhcp relay information option` */
	uint8_t policy;			 /* enum config_relay_policy */
	char circuit[DHCP_CIRCUIT_SIZE]; /* circuit id: the interface, or "BVI1/Tap3" */
	mac_t remote;			 /* remote id: the router's MAC address there */
};

/** A message, written anew. */
struct dhcp_relay_message {
	uint16_t len;
	uint8_t bytes[DHCP_MESSAGE_MAX];
};

/**
 * dhcp_relay_request() - a client's message, as it goes on to the servers
 * @own_giaddr: whether the message's giaddr is an address of this router
 * @out: ready to be sent from port 67 of @circuit's giaddr to port 67
 * @why: out, when false: DROP_DHCP_…
 * Return: whether it is to be sent.
 */
bool dhcp_relay_request(struct dhcp_relay_stats *stats, const struct dhcp_relay_circuit *circuit,
			bool own_giaddr, const uint8_t *message, size_t len,
			struct dhcp_relay_message *out, enum drop_reason *why);

/**
 * dhcp_relay_reply() - a server's answer, as it goes on to the client (RFC 2131 s4.1)
 * @circuit: of the interface that has the answer's giaddr; circuit[] is not read
 * @out: all but `interface`
 * @why: out, when false: DROP_DHCP_…
 * Return: whether it is to be sent.
 */
bool dhcp_relay_reply(struct dhcp_relay_stats *stats, const struct dhcp_relay_circuit *circuit,
		      const uint8_t *message, size_t len, struct dhcp_reply *out,
		      enum drop_reason *why);

/** The giaddr of a message; IP4_ANY when it is none, or too short. */
ip4_t dhcp_relay_giaddr(const uint8_t *message, size_t len);
/** Whether a message is a server's answer. */
bool dhcp_relay_is_reply(const uint8_t *message, size_t len);

#endif
