/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happened to one packet on its way, step by step and why, for `packet-tracer`. The code that
 * forwards writes it, so it cannot differ from the truth: a frame that is traced carries a pointer
 * to its trace, all others NULL, which is all that they pay for it.
 *
 * A trace has no effect of its own. That a traced packet has none either is for the caller to see
 * to: the daemon traces in a child process (cmd/viprouterd/trace.c).
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include "core/base.h"
#include "core/config.h"
#include "core/drop.h"

/*
 * X(NAME, "json_name", routine): the steps. A routine one says nothing while it lets the packet
 * through, and is left out of the compact view.
 */
#define TRACE_LIST(X)                                                                              \
	X(INPUT, "input", false)	     /* the frame comes in */                              \
	X(BRIDGE, "bridge", false)	     /* the switch: where the destination MAC is */        \
	X(CHECK, "ip_check", true)	     /* header and addresses are credible */               \
	X(ACCESS_LIST, "access_list", false) /* an access list lets it in or out */                \
	X(RPF, "reverse_path", true)	     /* the way back leads where it came from */           \
	X(FRAGMENT, "fragment", false)	     /* pieces of a datagram */                            \
	X(LOCAL, "local", false)	     /* for the router itself */                           \
	X(HAIRPIN, "hairpin", false)	     /* from inside to a public address */                 \
	X(SESSION, "session", false)	     /* of NAT: found, or made */                          \
	X(NAT, "nat", false)		     /* the source is translated, or is not */             \
	X(UN_NAT, "un_nat", false)	     /* the destination is */                              \
	X(ROUTE, "route_lookup", false)	     /* the way on */                                      \
	X(TTL, "time_to_live", true)                                                               \
	X(MTU, "mtu", true)                                                                        \
	X(NEIGHBOUR, "neighbour", false) /* ARP: the next hop's MAC */                             \
	X(OUTPUT, "output", false)	 /* handed to a port */                                    \
	X(ANSWER, "answer", false)	 /* what the router says to the sender */                  \
	X(DROP, "drop", false)		 /* dropped for a reason that no step had said */

enum trace_step_kind {
#define X(name, json, routine) TRACE_##name,
	TRACE_LIST(X)
#undef X
		TRACE_KIND_COUNT
};

enum { TRACE_STEPS_MAX = 48, TRACE_TEXT_SIZE = 200, TRACE_OUTPUTS_MAX = 8, TRACE_HEAD_SIZE = 96 };

struct trace_step {
	enum trace_step_kind kind;
	bool denied; /* the step at which the packet ended */
	char text[TRACE_TEXT_SIZE];
};

/** A frame that was handed to a port meanwhile. */
struct trace_output {
	struct interface_id port;
	bool own;     /* the router's: an answer, or a question to a neighbour */
	uint32_t len; /* bytes in all; the first of them are in head */
	uint8_t head[TRACE_HEAD_SIZE];
};

/** A packet to be made up and traced; host order. */
struct trace_packet {
	struct interface_id interface; /* it comes in there: a Tap, a Tun, or a BVI */
	ip4_t src, dst;
	uint8_t proto;	       /* enum ip_proto */
	uint16_t sport, dport; /* TCP and UDP */
	uint8_t tcp_flags;     /* enum tcp_flags */
	bool has_seq;	       /* else the number that is due on its connection */
	uint32_t seq, ack;     /* ack: set by router_probe() */
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id;
	uint8_t ttl;
	bool dont_fragment;
	uint16_t len; /* bytes of IPv4; 0: no payload. Never shorter than its headers */
};

/** Zero bytes are an empty one. */
struct trace {
	struct trace_step steps[TRACE_STEPS_MAX];
	unsigned int step_count;
	unsigned int steps_lost; /* did not fit */
	unsigned int denied_at;	 /* step + 1 that waits for its reason; 0 none */
	struct trace_output outputs[TRACE_OUTPUTS_MAX];
	unsigned int output_count;
	unsigned int outputs_lost;

	/* the end */
	enum verdict verdict;	       /* VERDICT_NEXT: it has no fate yet */
	enum drop_reason reason;       /* VERDICT_DROPPED */
	struct interface_id interface; /* it leaves by this one; kind INTERFACE_NONE: none */
	ip4_t next_hop;		       /* IP4_ANY: none */
	mac_t mac;		       /* the next hop's; zero: not known, or there is none */
	bool waits;		       /* for an answer of the next hop */
	struct trace_packet packet;    /* as it now is; `interface` where it came in */

	char scratch[8][48]; /* arguments of texts, in turn */
	unsigned int scratch_at;
};

/** The kind's name in JSON. Static. */
const char *trace_kind_name(enum trace_step_kind kind);
/** Whether a view may leave the step out while it lets the packet through. */
bool trace_kind_is_routine(enum trace_step_kind kind);

/** Runs @call when the frame is traced: `TRACE(f, trace_add(f->trace, TRACE_TTL, "…"))`. */
#define TRACE(frame, call)                                                                         \
	do {                                                                                       \
		if (__builtin_expect((frame)->trace != NULL, 0))                                   \
			call;                                                                      \
	} while (0)

/** A step that lets the packet through. */
void trace_add(struct trace *trace, enum trace_step_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4), cold));
/** The step that ends it; drop() follows and gives the reason its name. */
void trace_deny(struct trace *trace, enum trace_step_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4), cold));
/** The packet was dropped. Called by drop() alone. */
void trace_drop(struct trace *trace, enum drop_reason reason) __attribute__((cold));
/** @len bytes at @data were handed to @port; a step, unless they are the router's own. */
void trace_output(struct trace *trace, struct interface_id port, bool own, const uint8_t *data,
		  uint32_t len) __attribute__((cold));

/* Arguments of a text. They stay as they are for the next few of them. */

/** "192.168.1.1" */
const char *trace_ip4(struct trace *trace, ip4_t address);
/** "192.168.1.1:80", or "192.168.1.1 id 77" of an ICMP query, or the address alone. */
const char *trace_endpoint(struct trace *trace, uint8_t proto, ip4_t address, uint16_t port);
/** "192.168.1.0/24" */
const char *trace_prefix(struct trace *trace, struct ip4_prefix prefix);
/** "0200.5e10.0001" */
const char *trace_mac(struct trace *trace, mac_t mac);
/** "Tap1" */
const char *trace_interface(struct trace *trace, struct interface_id id);
/** "tcp", "udp", "icmp", or "protocol 47" */
const char *trace_protocol(struct trace *trace, uint8_t proto);

#endif
