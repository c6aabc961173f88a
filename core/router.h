/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router: frames, time and configurations go in; frames and events come out. It knows neither
 * clock nor file nor socket, and holds no global: two routers share nothing.
 */
#ifndef CORE_ROUTER_H
#define CORE_ROUTER_H

#include "core/base.h"
#include "core/config.h"
#include "core/dhcp/client.h"
#include "core/dhcp/relay.h"
#include "core/dhcp/server.h"
#include "core/event.h"
#include "core/frame.h"
#include "core/hash.h"
#include "core/ip/route.h"
#include "core/link/neighbour.h"
#include "core/nat/translate.h"
#include "core/port.h"
#include "core/trace.h"

struct router;

/**
 * router_new() - a router with an empty configuration
 * @key: 128 random bits
 * @identity: a stable name of this router ("home"): its MAC addresses are derived from it, so that
 *            devices find the same ones after a restart
 */
struct router *router_new(const struct hash_key *key, const char *identity);
void router_free(struct router *router);

/**
 * router_apply() - make @config the one in force
 * Only what differs changes: leases, sessions and the ARP cache live on where @config still allows
 * them. @config has passed config_check(); it is copied.
 * Return: 0; -ENOMEM, and the old one stays in force.
 */
int router_apply(struct router *router, const struct config *config, mono_ms_t now);
/** The configuration in force, as it was typed; borrowed until the next apply. */
const struct config *router_config(const struct router *router);
/** The same with what interfaces have learnt by DHCP (core/config_live.h); borrowed until the next
 * call with a time. */
const struct config *router_live_config(const struct router *router);

/** Index of a Tap or Tun. Return: 0 to PORTS_MAX - 1; -ENOENT. */
int router_port(const struct router *router, struct interface_id id);

/** The device behind a port came (link up) or went. Brings announcements, and forgets what was
 * learnt. */
void router_port_link(struct router *router, unsigned int port, bool up, mono_ms_t now);

/**
 * router_input() - take in a batch of frames
 * @frames: data, len, port and offload filled in; the bytes are rewritten in place and must stay
 *          until router_output() has been drained
 */
void router_input(struct router *router, struct frame *frames, unsigned int count, mono_ms_t now);

/**
 * router_set_trace() - write down what happens to the frames of the router_input() that follows
 * To be called for one frame alone, and taken back with NULL after it. @trace: empty; borrowed.
 */
void router_set_trace(struct router *router, struct trace *trace);

/**
 * router_probe() - make up a packet, let it come in, and write down what happens to it
 * It changes the router as any packet does, and its answers with it: to be asked of a copy. What
 * it would send is written to the trace, and taken out.
 * @trace: out
 * Return: 0; -ENOENT no such interface; -ENETDOWN it is down, or a BVI without a port that is up;
 * -EOPNOTSUPP no packet comes in at one of its kind; -EINVAL shorter than its headers; -ENOMEM.
 */
int router_probe(struct router *router, const struct trace_packet *packet, struct trace *trace,
		 mono_ms_t now);

/** A frame the driver itself lost or refused, named like all others. */
void router_input_error(struct router *router, unsigned int port, enum drop_reason reason);
/** A frame of router_output() that could not be written. */
void router_output_error(struct router *router, unsigned int port);

/** The frames to send, *@count of them; they are taken out of the queue by this call. */
const struct port_output *router_output(struct router *router, unsigned int *count);

/** Takes the next event out. Return: whether there was one. */
bool router_next_event(struct router *router, struct event *event);
/** Which categories of core/debug.h somebody looks at: a mask of debug_bit(); 0 none. */
void router_set_debug(struct router *router, uint32_t mask);
uint32_t router_debug(const struct router *router);
/** A lease record is on stable storage, or (@status < 0) could not be put there. */
void router_persisted(struct router *router, uint64_t token, int status, mono_ms_t now);

/** Does what is due at @now. */
void router_tick(struct router *router, mono_ms_t now);
/** When router_tick() is next needed; MONO_NEVER. */
mono_ms_t router_deadline(const struct router *router);

/* ---- the DHCP client of an interface with `ip address dhcp` ------------------------------- */

/**
 * router_client_remember() - the lease that an interface had before the router started
 * To be told before its first apply: the client then asks for it again (RFC 2131 s3.2).
 * @grant: copied; NULL or not this client's: only the address is asked for
 * @since: when @grant had been asked for; may lie before 0
 * Return: 0; -ENOMEM.
 */
int router_client_remember(struct router *router, struct interface_id id, ip4_t address,
			   const struct dhcp_client_grant *grant, mono_ms_t since);
/** The message that the lease of an interface is from, borrowed; NULL: it has none. */
const struct dhcp_client_grant *router_client_grant(const struct router *router,
						    struct interface_id id);
/** `renew dhcp`: asks at once. Return: 0; -ENOENT no client; -ENETDOWN its line is down. */
int router_client_renew(struct router *router, struct interface_id id, mono_ms_t now);
/** `release dhcp`: gives the lease back, and asks for none until it is renewed.
 * Return: 0; -ENOENT no client; -ENODATA it has no lease. */
int router_client_release(struct router *router, struct interface_id id, mono_ms_t now);

struct router_client_view {
	struct dhcp_client_view machine;
	bool released;	    /* by command */
	mac_t id;	    /* that its client identifier is made of */
	const char *unused; /* why the lease is not used; NULL: it is, or there is none; borrowed */
};
/** Return: 0; -ENOENT no client. */
int router_client_look(const struct router *router, struct interface_id id,
		       struct router_client_view *out, mono_ms_t now);

/** What the DHCP servers of all clients say of names. */
struct router_learned_dns {
	ip4_t servers[CONFIG_DHCP_SERVERS_MAX]; /* best first, each once */
	uint8_t server_count;
	char domain[CONFIG_NAME_SIZE]; /* "" none */
};
/** @out: zero behind what it has. Return: a number that is another one after each change. */
uint32_t router_learned_dns(const struct router *router, struct router_learned_dns *out);

/* ---- looking ---------------------------------------------------------------------------- */

/**
 * Counters of one interface. Frames and bytes at its ports; a BVI counts what it takes and gives.
 * At a port: frames_in + copies = consumed + forwarded + all drops.
 */
struct interface_stats {
	uint64_t frames_in, bytes_in, frames_out, bytes_out;
	uint64_t consumed;  /* frames in that were answered, learnt or taken in */
	uint64_t forwarded; /* frames in that went on to a port, or wait for an ARP reply */
	uint64_t copies; /* fates beyond a frame's first: flooded and taken in too, or cut in pieces
			  */
	uint64_t originated; /* frames out that the router itself made */
	struct drop_counters drops;
};

struct interface_status {
	bool link_up; /* the device is open and not shut down; a BVI: one of its ports is */
	bool line_up; /* link_up and not shutdown */
	mac_t mac;    /* the router's own on this interface; zero on a Tun and Loopback */
	struct interface_stats stats;
};

/** Return: 0; -ENOENT no such interface. */
int router_interface_status(const struct router *router, struct interface_id id,
			    struct interface_status *out);
/** `clear counters`: all interfaces' counters and drops to 0. */
void router_clear_counters(struct router *router);
/** Drops of all interfaces together. */
uint64_t router_drops(const struct router *router, enum drop_reason reason);

const struct dhcp_server *router_dhcp(const struct router *router);
const struct dhcp_relay_stats *router_relay_stats(const struct router *router);
const struct nat *router_nat(const struct router *router);
const struct neighbour_table *router_neighbours(const struct router *router);
const struct route_table *router_routes(const struct router *router);
/** Packets that a line of an access list decided, and sessions that NAT began by it; 0 when there
 * is no such line. */
uint64_t router_acl_hits(const struct router *router, const char *list, uint32_t sequence);
/** Interface of an index that an engine's table shows. */
struct interface_id router_interface_of(const struct router *router, unsigned int index);

/* Changes that commands ask for. */
unsigned int router_clear_nat(struct router *router, const struct nat_match *match, mono_ms_t now);
void router_clear_nat_stats(struct router *router, mono_ms_t now);
void router_clear_nat_refusals(struct router *router);
/** @list: NULL: those of all lists. */
void router_clear_acl_hits(struct router *router, const char *list);
unsigned int router_clear_leases(struct router *router, ip4_t address, mono_ms_t now);
unsigned int router_clear_conflicts(struct router *router, ip4_t address, mono_ms_t now);
void router_clear_dhcp_stats(struct router *router);
void router_clear_relay_stats(struct router *router);
void router_clear_arp(struct router *router, mono_ms_t now);
/** A record read back at start, after the first apply. Return: 0; -ENOENT fits no pool. */
int router_restore_lease(struct router *router, const struct dhcp_lease_record *record,
			 mono_ms_t now);

#endif
