/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the DHCP client share: client.c is the machine, client_message.c its words. */
#ifndef CORE_DHCP_CLIENT_PRIVATE_H
#define CORE_DHCP_CLIENT_PRIVATE_H

#include "core/dhcp/client.h"
#include "core/wire/dhcp.h"

struct dhcp_client {
	struct chance chance;
	mac_t mac, id; /* chaddr; what the client identifier is made of */
	char hostname[CONFIG_NAME_SIZE];
	uint32_t wish_s;	      /* lease time to ask for; 0 none */
	enum dhcp_client_state state; /* written by set_state() alone */
	mono_ms_t deadline;	      /* of the state */
	mono_ms_t began;	      /* when this acquisition did: `secs` */
	uint32_t xid;
	uint32_t tries;	   /* requests sent in this state */
	uint32_t failures; /* NAKs in a row: each doubles the wait */
	uint8_t probes;	   /* still to be sent */
	/* REQUESTING: what was offered; INIT_REBOOT, REBOOTING: the address of before, and the rest
	 * of its lease when that is known, else 0; PROBING: granted, BOUND, RENEWING, REBINDING: in
	 * use */
	struct dhcp_client_lease lease;
	struct dhcp_client_lease former; /* of before the program started; lease_s 0: none */
	struct dhcp_client_grant grant;	 /* the message that `lease` or `former` is from */
	mono_ms_t asked;		 /* when the last REQUEST was sent */
	bool told;			 /* the owner knows of a lease, with these terms */
	struct dhcp_client_terms told_terms;
	bool has_output;
	struct dhcp_client_output output;
};

/** Whether the address of the lease is in use in a state. */
static inline bool dhcp_client_state_has_address(enum dhcp_client_state state)
{
	return state == DHCP_CLIENT_BOUND || state == DHCP_CLIENT_RENEWING ||
	       state == DHCP_CLIENT_REBINDING;
}

/**
 * dhcp_client_build() - the message of @type that belongs to the client's state (s4.4.1, table 5)
 * It goes into the client's output.
 */
void dhcp_client_build(struct dhcp_client *client, enum dhcp_type type, mono_ms_t now);

/**
 * dhcp_client_read() - what an OFFER or ACK grants
 * @lease: out; `since` is left 0
 * Return: 0; -EPROTO something that must be there is missing or makes no sense: server identifier,
 * lease time of DHCP_CLIENT_LEASE_MIN_S or more, an address that a host can have. Other damaged
 * options are left out.
 */
int dhcp_client_read(const struct dhcp_message *m, struct dhcp_client_lease *lease);

#endif
