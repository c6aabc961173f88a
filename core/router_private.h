/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router's inside, shared by router.c and router_output.c (a frame's way), router_local.c
 * (packets to the router), router_self.c (the router's own host), router_apply.c (configurations)
 * and router_look.c (answers for shows).
 */
#ifndef CORE_ROUTER_PRIVATE_H
#define CORE_ROUTER_PRIVATE_H

#include "core/config_live.h"
#include "core/dhcp/relay.h"
#include "core/ip/acl.h"
#include "core/ip/acl_log.h"
#include "core/ip/fragment.h"
#include "core/ip/icmp_error.h"
#include "core/ip/ip_id.h"
#include "core/link/bridge.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/udp.h"
#include "core/link/neighbour.h"
#include "core/router.h"
#include "core/self.h"

/** Interfaces by index: ports below PORTS_MAX, BVIs and Loopbacks from there on. */
#define INTERFACES_MAX (PORTS_MAX + OTHERS_MAX)
#define NO_INTERFACE   UINT16_MAX

/** Frames waiting for router_output(). */
#define OUTPUT_QUEUE_SIZE 4096
/** Bytes for frames that the router makes between two calls of router_output(). */
#define SCRATCH_SIZE (512 * 1024)

/** A second announcement follows the first (RFC 5227 s2.3: ANNOUNCE_NUM, ANNOUNCE_INTERVAL). */
enum { DEFENDED_MAX = 16 /* addresses of an interface that are defended within ten seconds */ };
enum { ANNOUNCE_COUNT = 2, ANNOUNCE_INTERVAL_MS = 2000, DEFEND_INTERVAL_MS = 10000 };

/** The DHCP client of an interface with `ip address dhcp`. */
struct interface_client {
	struct dhcp_client *machine;
	bool released;	 /* by command: it begins again by command, or when the line has gone */
	bool has_news;	 /* the lease changed, and the log does not tell yet */
	const char *why; /* it was lost; static */
	ip4_t had;	 /* what to ask for again when the line comes; IP4_ANY none */
	ip4_t told;	 /* the address that the log told last; IP4_ANY none */
	mac_t server;	 /* MAC that its last message came from */
	mono_ms_t since; /* of the lease that the world was last told of */
	struct config_error refused; /* why what was learnt is not used; "" it is */
	uint32_t routes_refused;     /* as config_learned */
};

/** A lease that a client had before the router started. */
struct client_memory {
	struct interface_id interface;
	ip4_t address;
	mono_ms_t since;
	struct dhcp_client_grant grant; /* of length 0: not known */
};

struct interface {
	struct interface_id id;
	uint16_t index;
	bool shutdown;
	bool device;	  /* a port whose device is open */
	bool present;	  /* in the configuration being applied */
	uint8_t nat_side; /* enum config_nat_side */
	uint8_t verify;	  /* enum config_verify */
	bool verify_default;
	bool no_unreachables;
	uint32_t dhcp_leases;	  /* most leases through this port; 0 any */
	uint32_t dhcp_rate;	  /* most new clients a second through it; 0 the default */
	uint16_t acl_in, acl_out; /* in router.acls; ACL_NONE: none, or an empty one */
	uint16_t mtu;		  /* bytes of an IPv4 packet sent here: `ip mtu`, else `mtu` */
	uint16_t mss; /* most that a SYN routed in or out here may tell; CONFIG_MSS_OFF: any */
	mac_t mac;    /* the router's own here; zero on a Tun and a Loopback */
	uint16_t bvi; /* of a bridged Tap: index of its BVI; NO_INTERFACE: routed, or there is none
		       */
	uint16_t bridge_group; /* of a bridged Tap */
	VEC(uint16_t) members; /* of a BVI: its ports */
	struct ip4_prefix addresses[CONFIG_ADDRESSES_MAX];
	uint8_t address_count;
	ip4_t helpers[CONFIG_HELPERS_MAX]; /* DHCP servers that its clients are relayed to */
	uint8_t helper_count;		   /* 0 outside */
	VEC(ip4_t) vips; /* public addresses held here, by address: VIPs, of pools, of statics */
	uint8_t announce_left;
	mono_ms_t announce_at;
	struct {
		ip4_t address;
		mono_ms_t at;
	} defended[DEFENDED_MAX];	 /* addresses, and when each was last defended */
	struct interface_client *client; /* NULL: its addresses are typed */
	struct interface_stats stats;
};

/** What the router's own host may be reached at. */
struct self {
	bool open;  /* anything is, or a port has been lent: else no packet is looked at for it */
	bool lends; /* a port has been lent */
	uint8_t service_count;
	struct self_service {
		uint8_t proto;
		uint16_t port;
	} services[SELF_SERVICES_MAX];
};

struct router {
	struct hash_key key;
	struct chance chance;
	struct hash_key identity;
	struct config config; /* the live one: see config_live.h */
	struct config typed;
	struct interface *interfaces[INTERFACES_MAX]; /* by index; NULL free */
	uint16_t interface_last;		      /* highest index in use + 1 */
	struct route_table routes;
	struct acl_set acls;
	struct acl_log acl_log;
	struct bridge *bridge;
	struct neighbour_table *neighbours;
	bool neighbours_run; /* what is due there is being done */
	struct icmp_limiter icmp_limiter;
	struct ip_id_table ip_ids;
	struct fragment_table *fragments;
	struct nat *nat;
	uint32_t names;	  /* of dhcp_server_names(), as NAT's rules know them */
	bool nat_outside; /* hosts outside are known inside by another address */
	struct dhcp_server *dhcp;
	struct dhcp_relay_stats relay;
	struct self self;
	mono_ms_t clients_at; /* earliest deadline of the DHCP clients; MONO_NEVER */
	bool live_stale;      /* what they have learnt is not yet in force */
	uint32_t learned;     /* grows with each change of what is in force of it */
	VEC(struct client_memory) memories;
	struct event_queue events;
	mono_ms_t announce_at; /* earliest announcement due; MONO_NEVER */
	struct port_output output[OUTPUT_QUEUE_SIZE];
	uint32_t output_count;
	struct trace *trace; /* of the next frame that comes in; NULL */
	uint8_t *scratch;    /* SCRATCH_SIZE bytes */
	uint32_t scratch_used;
	struct drop_counters lost; /* of frames that belong to no interface */
};

/** The same of a port, a Tap or Tun. */
static inline bool port_line_up(const struct interface *port)
{
	return port->device && !port->shutdown;
}

static inline bool interface_line_up(const struct router *r, const struct interface *i)
{
	if (i->shutdown)
		return false;
	switch ((enum interface_kind)i->id.kind) {
	case INTERFACE_TAP:
	case INTERFACE_TUN: return port_line_up(i);
	case INTERFACE_LOOPBACK: return true;
	case INTERFACE_BVI:
		vec_each (&i->members, member) {
			if (port_line_up(r->interfaces[*member]))
				return true;
		}
		return false;
	case INTERFACE_NONE:
	case INTERFACE_KIND_COUNT: break;
	}
	return false;
}

/** Whether @address is one that the router answers ARP for on @i: its own there, or held. */
bool interface_holds(const struct interface *i, ip4_t address);

/** The address of @i to speak from to @peer: the one in its network, else the first; or IP4_ANY. */
ip4_t interface_source(const struct interface *i, ip4_t peer);

/** Scratch is free again once the frames made in it have been taken out. */
void router_begin(struct router *r);
/**
 * ARP requests that are due, and packets whose next hop did not answer. An ICMP error about one of
 * those may have to wait for a neighbour in turn: the loop that runs sees to that one too.
 */
void router_run_neighbours(struct router *r, mono_ms_t now);

/** The longest IPv4 packet that will be on the wire: a super-frame counts by its segments. */
static ALWAYS_INLINE uint32_t router_wire_len(const struct frame *f)
{
	if (f->offload.gso == OFFLOAD_GSO_NONE)
		return f->end - f->l3;
	return (uint32_t)(f->l4 - f->l3) + f->offload.gso_size +
	       (f->offload.gso == OFFLOAD_GSO_TCPV4 ? (frame_l4(f)[12] >> 4) * 4u : UDP_LEN);
}

/** The route of a packet. A destination that stood for a host outside may have an address that is
 * used inside too: then the address that the sender wrote shows the way. */
static inline const struct route *router_route_of(const struct router *r, const struct frame *f)
{
	const struct route *route = route_find(&r->routes, f->dst);

	if (ip4_is_any(f->outside_local) ||
	    (route && r->interfaces[route->interface]->nat_side == CONFIG_NAT_OUTSIDE))
		return route;
	return route_find(&r->routes, f->outside_local);
}

/* router.c */

/** Whether a packet has to turn back before it may be sent. */
bool router_too_long(const struct frame *f, const struct interface *out);
/** Reads the headers of the IPv4 packet at f->l3, which is dropped when they are malformed. */
enum verdict router_ip_parse(struct frame *f);
/** Reads the transport ports of an IPv4 packet whose header has been parsed. Return: well-formed.
 */
bool frame_parse_transport(struct frame *f);

/* router_output.c */

/** Queues @len bytes at @data for a port. */
enum verdict router_emit(struct router *r, struct frame *f, struct interface *port, uint8_t *data,
			 uint32_t len);
/** Hands a frame to every port of a bridge but the one it came from. Return: to how many. */
unsigned int router_flood(struct router *r, struct frame *f, struct interface *bvi, uint8_t *data,
			  uint32_t len);
/** Floods a frame that goes nowhere else. @nobody: the reason when there is no port to send it to.
 */
enum verdict router_flood_only(struct router *r, struct frame *f, struct interface *bvi,
			       uint8_t *data, uint32_t len, enum drop_reason nobody);
/** Sends, in pieces if the next link wants them (RFC 791 s2.3, RFC 1191 s3). */
enum verdict router_ip_send(struct router *r, struct frame *f, struct interface *out,
			    ip4_t next_hop, mono_ms_t now);
/**
 * Queues @len bytes at @data, which begin with a link header of @link_len, for a port or PORT_SELF.
 * Return: whether there was room.
 */
bool router_queue(struct router *r, const struct frame *f, uint16_t port, unsigned int link_len,
		  uint8_t *data, uint32_t len);
/** Room for a frame of @len bytes with FRAME_HEADROOM before it; NULL: none left in this batch. */
uint8_t *router_scratch(struct router *r, uint32_t len);
/**
 * Routes and sends a packet of the router's own. Its header is complete but for the link; NAT's
 * part is done. Parsed fields dst, l3, end must be set. Takes the frame's fate into account.
 */
enum verdict router_send_own(struct router *r, struct frame *f, mono_ms_t now);
/** A packet with a known next hop and interface, from link header on. */
enum verdict router_link_output(struct router *r, struct frame *f, struct interface *out,
				ip4_t next_hop, mono_ms_t now);
/** Fills in a frame over @len bytes of IPv4 made in scratch. */
void router_frame_own(struct router *r, struct frame *f, uint8_t *packet, uint32_t len,
		      struct interface *in);
/** Fills in the parsed fields of an IPv4 packet of our own. */
void frame_parse_own(struct frame *f);
/** Sends an ICMP error about @f to its source, if RFC 1812 s4.3.2.7 and the rate limit allow. */
void router_icmp_error(struct router *r, struct frame *f, uint8_t type, uint8_t code, uint16_t mtu,
		       mono_ms_t now);
void router_send_arp(struct router *r, struct interface *i, const struct arp *arp, mac_t to);
/** Packets that waited for the MAC of @address on @i go now. */
void router_send_held(struct router *r, struct interface *i, ip4_t address, mac_t mac);
/**
 * Puts a packet that waited back under its port's counters, where it is counted as forwarded.
 * Return: the port; NULL: it has none, its fate is nobody's.
 */
struct interface *router_held_port(struct router *r, struct frame *f);
/** Sends out of @i to a MAC address: a BVI finds the port, or floods. */
enum verdict router_ethernet_output(struct router *r, struct frame *f, struct interface *i,
				    mac_t to);

/** Whether @address is the broadcast address of the route's network, or the network's own. */
static inline bool router_is_link_broadcast(const struct route *route, ip4_t address)
{
	return route->source == ROUTE_CONNECTED && route->network.len < 31 &&
	       (ip4_equal(address, ip4_directed_broadcast(route->network)) ||
		ip4_equal(address, route->network.address));
}

/* router_filter.c: what may pass */

/** Addresses that may be on no wire, or not on this one (RFC 1812 s5.3.7). */
enum verdict router_check_addresses(struct router *r, struct frame *f, const struct interface *in);
/** What router_filter_in() and router_filter_out() do where there is something to do. */
enum verdict router_filter_in_by(struct router *r, struct frame *f, const struct interface *in,
				 mono_ms_t now);
enum verdict router_filter_out_by(struct router *r, struct frame *f, const struct interface *out,
				  mono_ms_t now);

/** The access list inwards, then the way back to the source. */
static inline enum verdict router_filter_in(struct router *r, struct frame *f,
					    const struct interface *in, mono_ms_t now)
{
	if (in->acl_in == ACL_NONE && in->verify == CONFIG_VERIFY_NONE)
		return VERDICT_NEXT;
	return router_filter_in_by(r, f, in, now);
}

/** The access list outwards; @f as it is about to leave. */
static inline enum verdict router_filter_out(struct router *r, struct frame *f,
					     const struct interface *out, mono_ms_t now)
{
	if (out->acl_out == ACL_NONE)
		return VERDICT_NEXT;
	return router_filter_out_by(r, f, out, now);
}

/* router_local.c */
enum verdict router_local_input(struct router *r, struct frame *f, mono_ms_t now);
enum verdict router_arp_input(struct router *r, struct frame *f, struct interface *i,
			      mono_ms_t now);
enum verdict router_dhcp_input(struct router *r, struct frame *f, struct interface *i,
			       mono_ms_t now);
/** Sends a DHCP message of ours, from port 67 of reply->src. */
void router_send_dhcp(struct router *r, const struct dhcp_reply *reply, mono_ms_t now);
/** Sends what the DHCP server has ready. */
void router_dhcp_flush(struct router *r, mono_ms_t now);
/** Tells NAT's rules where the devices are that they follow by name, if that has changed. */
void router_follow_names(struct router *r, mono_ms_t now);
/** Announces every address of an interface (RFC 5227 s2.3). */
void router_announce(struct router *r, struct interface *i);

/* router_self.c: asked while r->self.open */
/** Whether a packet of TCP or UDP to the router is for its own host. */
bool router_self_wants(struct router *r, const struct frame *f);
/** Whether an ICMP error to the router is about a packet of the host's. */
bool router_self_wants_error(struct router *r, const struct frame *f);
/** Sends the host an error about a packet of its, if it is one. @what: type, code, MTU as `seq` */
void router_self_error(struct router *r, const struct frame *about, const struct icmp *what);
/** Hands a packet to the host. */
enum verdict router_self_output(struct router *r, struct frame *f);

/* router_relay.c */

/**
 * router_relay_request() - relay a client's message, if that is what @i does with it
 * @message, @len: the UDP payload
 * Return: NEXT: it is none of the relay's business.
 */
enum verdict router_relay_request(struct router *r, struct frame *f, struct interface *i,
				  const uint8_t *message, size_t len, mono_ms_t now);
/**
 * router_relay_reply() - relay a server's answer, sent to a giaddr of ours
 * @f: whole, to UDP port 67 of an address of the router
 * Return: as above.
 */
enum verdict router_relay_reply(struct router *r, struct frame *f, mono_ms_t now);

/* router_client.c */

/** Whether a DHCP answer that came in on @in is its client's; to call of such frames only. */
static inline bool router_client_wants(const struct frame *f, const struct interface *in)
{
	return in->client && (in->address_count == 0 || ip4_equal(f->dst, IP4_BROADCAST) ||
			      interface_holds(in, f->dst));
}
enum verdict router_client_input(struct router *r, struct frame *f, struct interface *i,
				 mono_ms_t now);
/** ARP that the client of @i may be waiting for. Return: whether it ends a probe, by a conflict. */
bool router_client_arp(struct router *r, struct interface *i, const struct arp *arp, mono_ms_t now);
/** Makes the client of an interface, stopped. Return: 0; -ENOMEM. */
int router_client_new(struct router *r, struct interface *i);
void router_client_free(struct interface *i);
/** Gives back the leases of clients that @typed has not any more. */
void router_clients_leave(struct router *r, const struct config *typed, mono_ms_t now);
/** Clients follow what is typed, and their lines: those that are up begin, the others stop. */
void router_clients_follow(struct router *r, mono_ms_t now);
/** Does what is due, and puts in force what was learnt. */
void router_clients_tick(struct router *r, mono_ms_t now);
/** config_live_make() with what the clients have. Return: 0; -ENOMEM. */
int router_live_make(struct router *r, const struct config *typed, struct config *live);

/* router_trace.c: what a trace says of a step. Called for frames that are traced. */
void router_trace_input(const struct router *r, const struct frame *f,
			const struct interface *port);
void router_trace_switch(const struct router *r, const struct frame *f, const struct ethernet *e,
			 const struct interface *bvi);
/** @route: NULL: there is none. */
void router_trace_route(const struct router *r, const struct frame *f, const struct route *route);
/** @in: NULL: it has gone. */
void router_trace_no_nat(const struct frame *f, const struct interface *in,
			 const struct interface *out);
/** The source belongs to the other side of NAT, by the route @back. */
void router_trace_other_side(const struct router *r, const struct frame *f,
			     const struct route *back, const struct interface *in);
/** @status: of neighbour_resolve(); @mac: 0 gave it */
void router_trace_neighbour(const struct router *r, const struct frame *f,
			    const struct interface *out, ip4_t next_hop, int status, mac_t mac);

/** An answer is made, or (@why) is not. */
void router_trace_answer(const struct frame *about, uint8_t type, uint8_t code, const char *why);

/* router_apply.c */
/** Puts r->typed in force with what was learnt by now. Return: 0; -ENOMEM: all is as before. */
int router_relive(struct router *r, mono_ms_t now);
/** The interface of an id; NULL. */
struct interface *router_interface_find(const struct router *r, struct interface_id id);
/** Makes the route table anew from interfaces and configuration. Return: 0; -ENOMEM. */
int router_rebuild_routes(struct router *r);
/** The interface begins its announcements. */
void router_announce_start(struct router *r, struct interface *i, mono_ms_t now);

#endif
