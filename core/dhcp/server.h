/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP server (RFC 2131, RFC 2132, RFC 6842, RFC 3046's echo of option 82).
 *
 * Messages go in with dhcp_server_input(); replies come out of dhcp_server_next_reply(). A reply
 * that promises an address waits until its record is on stable storage: the server puts an
 * EVENT_LEASE_PERSIST into the queue and sends when dhcp_server_persisted() says so.
 */
#ifndef CORE_DHCP_SERVER_H
#define CORE_DHCP_SERVER_H

#include "core/base.h"
#include "core/config.h"
#include "core/dhcp/lease.h"
#include "core/event.h"
#include "core/frame.h"
#include "core/hash.h"

struct dhcp_server;

/** Largest DHCP message sent: what fits an IPv4 packet of 1500 bytes. */
#define DHCP_MESSAGE_MAX (1500 - 20 - 8)

#define DHCP_PORT_NONE UINT16_MAX

/** Where a message came from. */
struct dhcp_ingress {
	uint16_t interface;	   /* index of the layer 3 interface, handed back in the reply */
	struct ip4_prefix network; /* the interface's primary address; len 0: it has none */
	ip4_t src, dst;		   /* of the IPv4 header */
	mac_t src_mac;
	uint16_t port; /* that the frame came in by; DHCP_PORT_NONE: no limits of a port count */
	struct interface_id port_id; /* its name, for the log */
	uint32_t lease_limit;	     /* of the port: `ip dhcp limit lease`; 0 none */
	uint32_t rate_limit;	     /* new clients a second: `ip dhcp limit rate`; 0 the default */
};

/** A probe to be sent: is there somebody at `address`? */
struct dhcp_probe {
	uint16_t interface;
	bool by_arp; /* on the interface's link, from 0.0.0.0 (RFC 5227); else an ICMP echo */
	ip4_t src;   /* of an echo: address of the ingress interface */
	ip4_t address;
	uint16_t seq; /* 1 for the first probe of this address */
};

/** Somebody was heard at an address: ARP on a link, or an echo reply. */
struct dhcp_sighting {
	ip4_t address;
	bool by_arp;
	uint16_t interface; /* with by_arp */
	mac_t hardware;	    /* with by_arp; else zero */
};

/** An address in use without a lease. */
struct dhcp_conflict {
	ip4_t address;
	bool probed;	/* found by a probe; else a client declined it */
	mac_t hardware; /* who has it, if probed by ARP; who declined it; zero: unknown */
	uint32_t age_s; /* since it was found */
};

/** A reply to be sent: UDP from port 67 of `src`. */
struct dhcp_reply {
	uint16_t interface;
	ip4_t src;	   /* server identifier: address of the ingress interface */
	ip4_t dst;	   /* IP4_BROADCAST, the client's address, or a relay's */
	uint16_t dst_port; /* 68, or 67 to a relay */
	bool has_mac;	   /* deliver to `mac` without ARP (s4.1): the client has no address yet */
	mac_t mac;
	uint16_t len;
	uint8_t bytes[DHCP_MESSAGE_MAX];
};

/** Counters of `show ip dhcp server statistics`, by message type 1 to 8 (index 0: BOOTP). */
struct dhcp_server_stats {
	uint64_t received[9];
	uint64_t sent[9];
	uint64_t malformed;
};

/** One binding for `show ip dhcp binding`. */
struct dhcp_binding {
	struct dhcp_lease_record record; /* remaining_s as of `now` */
	const char *pool;		 /* borrowed until the next configure */
	const char *client_name;	 /* typed for its client; "" none; borrowed likewise */
	bool manual;			 /* from a `host` pool */
};

/** @events: borrowed for life. Return: NULL: no memory. */
struct dhcp_server *dhcp_server_new(const struct hash_key *key, struct event_queue *events);
void dhcp_server_free(struct dhcp_server *server);

/**
 * dhcp_server_configure() - take over the pools of @config
 * Bindings whose address still lies in a pool live on. Return: 0; -ENOMEM, nothing changed.
 */
int dhcp_server_configure(struct dhcp_server *server, const struct config *config, mono_ms_t now);

/**
 * dhcp_server_restore() - take a record back from stable storage, after configure
 * A later record of one address replaces an earlier one. Return: 0; -ENOENT fits no pool; -EINVAL
 * the record is damaged.
 */
int dhcp_server_restore(struct dhcp_server *server, const struct dhcp_lease_record *record,
			mono_ms_t now);

/**
 * dhcp_server_input() - a message to port 67
 * @frame: for drop(); its bytes are not read
 * @message, @len: the UDP payload
 */
enum verdict dhcp_server_input(struct dhcp_server *server, struct frame *frame,
			       const struct dhcp_ingress *in, const uint8_t *message, size_t len,
			       mono_ms_t now);

/** Takes the next probe out. Return: whether there was one. */
bool dhcp_server_next_probe(struct dhcp_server *server, struct dhcp_probe *probe);
/** Whether an answer to a probe is waited for. */
bool dhcp_server_is_probing(const struct dhcp_server *server);
/**
 * dhcp_server_sighted() - somebody is at an address
 * Return: whether that was to be known: the address is in quarantine now, and its client is offered
 * another.
 */
bool dhcp_server_sighted(struct dhcp_server *server, const struct dhcp_sighting *seen,
			 mono_ms_t now);

/** Whether the server is on and has a pool for the network that @at lies in. */
bool dhcp_server_serves(const struct dhcp_server *server, ip4_t at);

/** Takes the next reply out. Return: whether there was one. */
bool dhcp_server_next_reply(struct dhcp_server *server, struct dhcp_reply *reply);

/**
 * dhcp_server_persisted() - the record of @token, and of all before it, is on stable storage
 * @status: 0, or -errno: it is not, and the promise is not made (no reply is sent)
 */
void dhcp_server_persisted(struct dhcp_server *server, uint64_t token, int status, mono_ms_t now);

/** Does what is due: offers and leases expire. */
void dhcp_server_tick(struct dhcp_server *server, mono_ms_t now);
/** When dhcp_server_tick() is next needed; MONO_NEVER. */
mono_ms_t dhcp_server_deadline(const struct dhcp_server *server);

/**
 * dhcp_server_next_binding() - walk the bindings by address
 * @after: in: the address of the last one seen (IP4_ANY to begin); out: this one's
 * Only BOUND and manual bindings are shown. Return: whether there was one.
 */
bool dhcp_server_next_binding(const struct dhcp_server *server, ip4_t *after,
			      struct dhcp_binding *out, mono_ms_t now);

/**
 * dhcp_server_next_record() - walk every record that must survive a restart, for a snapshot
 * Return: as dhcp_server_next_binding().
 */
bool dhcp_server_next_record(const struct dhcp_server *server, ip4_t *after,
			     struct dhcp_lease_record *out, mono_ms_t now);

/** The binding of a device, by its address. Return: 0; -ENOENT. */
int dhcp_server_find(const struct dhcp_server *server, ip4_t address, struct dhcp_binding *out,
		     mono_ms_t now);

/** Changes whenever a live binding comes, goes, or has another name. */
uint32_t dhcp_server_names(const struct dhcp_server *server);

/**
 * dhcp_server_find_host() - the address of a device by its name
 * The name is the one the client gave (option 12), or `client-name` of its reservation, in any case
 * of letters; the binding must be live.
 * @keep: the address the device is known by, kept while it is right, should two have the name; else
 *        IP4_ANY, and the lowest address is taken
 * Return: 0; -ENOENT no live binding has the name.
 */
int dhcp_server_find_host(const struct dhcp_server *server, const char *name, ip4_t keep,
			  ip4_t *address);

/**
 * dhcp_server_next_conflict() - walk the addresses in quarantine
 * Return: as dhcp_server_next_binding().
 */
bool dhcp_server_next_conflict(const struct dhcp_server *server, ip4_t *after,
			       struct dhcp_conflict *out, mono_ms_t now);
/** `clear ip dhcp conflict {A|*}` (IP4_ANY: all). Return: how many. */
unsigned int dhcp_server_clear_conflicts(struct dhcp_server *server, ip4_t address, mono_ms_t now);

/** `clear ip dhcp binding {A|*}` (IP4_ANY: all). The records are erased, but those of conflicts.
 * Return: how many. */
unsigned int dhcp_server_clear(struct dhcp_server *server, ip4_t address, mono_ms_t now);

const struct dhcp_server_stats *dhcp_server_stats(const struct dhcp_server *server);
void dhcp_server_clear_stats(struct dhcp_server *server);

#endif
