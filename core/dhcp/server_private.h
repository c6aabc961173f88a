/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the DHCP server share. See server.c for how they divide the work. */
#ifndef CORE_DHCP_SERVER_PRIVATE_H
#define CORE_DHCP_SERVER_PRIVATE_H

#include "core/debug.h"
#include "core/dhcp/lease_table.h"
#include "core/dhcp/pool.h"
#include "core/dhcp/server.h"
#include "core/port.h"
#include "core/wire/dhcp.h"

enum {
	DHCP_OFFER_HOLD_S = 60,	   /* how long an offered address is kept for its client */
	DHCP_QUARANTINE_S = 3600,  /* how long a declined address is not given away */
	DHCP_LEASE_MIN_S = 60,	   /* shortest lease granted, whatever a client asks for */
	DHCP_LOG_AGAIN_S = 60,	   /* between two lines on one exhausted pool */
	DHCP_REPLIES_MAX = 64,	   /* replies that nobody has taken out yet */
	DHCP_WAITING_MAX = 1024,   /* ACKs that wait for the disk: 50 ms at 20,000 a second */
	DHCP_PROBES_MAX = 64,	   /* DISCOVERs that wait for a probe; more are offered without */
	DHCP_PROBE_TRIES_MAX = 16, /* addresses found in use before a DISCOVER is given up */
	DHCP_PROBE_ARP_SHARE = 5,  /* a probe by ARP waits so much shorter: the link is near */
	DHCP_NEW_CLIENTS = 64,	   /* at one port at once, and a second: nothing is known of them */
	DHCP_LOST_LINES = 16, /* leases that a new configuration ends are named, so many at once */
	DHCP_ROOM_FOR_ACKS = 128, /* events kept free for ACKs by all that can wait */
};

/** A lease as it was before an ACK, to return to when the disk refuses the new record. */
struct binding_former {
	ip4_t address;
	uint8_t state;
	struct dhcp_client_key client;
	mac_t hardware;
	char hostname[DHCP_HOSTNAME_SIZE];
	uint32_t lease_s;
	mono_ms_t deadline;
};

/** An ACK that waits for its record to be on disk, then for dhcp_server_next_reply(). */
struct dhcp_waiting {
	uint64_t token;
	uint32_t xid;
	bool cancelled; /* the lease came to another state meanwhile: nothing is sent or undone */
	struct binding_former former;
	struct dhcp_reply reply;
};

/** Replies on their way out. The first `saved` of the waiting ones are only to be taken. */
struct dhcp_outbox {
	struct dhcp_reply reply[DHCP_REPLIES_MAX];
	uint32_t reply_head, reply_count;
	struct dhcp_waiting waiting[DHCP_WAITING_MAX];
	uint32_t waiting_head, waiting_count, saved;
};

/** A DISCOVER that waits until nobody has answered at the address it is to be offered. */
struct dhcp_probing {
	bool used;
	bool direct;   /* by ARP */
	bool send;     /* a probe is to be sent */
	uint8_t left;  /* probes to be sent after that */
	uint8_t tries; /* addresses that were in use */
	struct dhcp_client_key client;
	mac_t hardware;
	ip4_t at;      /* of its scope */
	ip4_t address; /* held for it: its lease is OFFERED */
	mono_ms_t due; /* when the next probe is sent, or the offer made */
	struct dhcp_ingress in;
	uint16_t len;
	uint8_t bytes[DHCP_MESSAGE_MAX]; /* the message, as it came */
};

struct dhcp_probes {
	struct dhcp_probing place[DHCP_PROBES_MAX];
	uint32_t count; /* in use */
};

/** What one port takes. */
struct dhcp_port {
	uint32_t leases; /* offered and bound, the last message of whose clients came in here */
	uint32_t offers; /* the offered ones of them */
	int64_t taken;	 /* from the bucket of new clients, thousandths */
	mono_ms_t filled;
	bool logged;
	mono_ms_t logged_at;
};

struct dhcp_server {
	struct hash_key key;
	struct event_queue *events;
	bool disabled; /* `no service dhcp` */
	struct dhcp_pool_set *set;
	struct lease_table *table;
	struct lease_list unsaved; /* leases whose record is to be written, nobody waits */
	mono_ms_t flush_at;	   /* when to try again, while there are some */
	uint64_t token;		   /* the last one used */
	uint32_t names;		   /* of dhcp_server_names() */
	struct dhcp_outbox outbox;
	struct dhcp_server_stats stats;
	uint8_t ping_packets; /* `ip dhcp ping packets`; 0: no address is probed */
	uint32_t ping_timeout_ms;
	bool conflicts_unlogged; /* `no ip dhcp conflict logging` */
	struct dhcp_probes probes;
	struct dhcp_port ports[PORTS_MAX];
	struct drop_counters unseen; /* of messages that waited: they were counted as consumed */
};

/** A message being handled. */
struct dhcp_request {
	struct frame *frame;
	const struct dhcp_ingress *in;
	const uint8_t *bytes; /* as it came */
	size_t len;
	uint8_t tries; /* addresses that a probe found in use */
	struct dhcp_message message;
	struct dhcp_client client;
	struct dhcp_scope scope;
	mono_ms_t now;
};

/** What a reply says. */
struct dhcp_answer {
	enum dhcp_type type;		       /* DHCP_OFFER, DHCP_ACK or DHCP_NAK */
	ip4_t address;			       /* yiaddr; IP4_ANY in a NAK and for INFORM */
	uint32_t lease_s;		       /* with an address */
	const struct config_dhcp_pool *params; /* NULL in a NAK */
	struct dhcp_options options[2];	       /* of the reservation or pool; inherited ones */
	uint8_t mask_len;
	const char *message;	     /* of a NAK */
	struct config_dhcp_pool own; /* where `params` may point: of a client without address */
};

/* ---- reply.c ---- */

/** Builds and addresses a reply. Return: false: it does not fit any packet. */
bool dhcp_reply_build(const struct dhcp_request *r, const struct dhcp_answer *a,
		      struct dhcp_reply *out);

/* ---- message.c ---- */

/** Handles a message that has been parsed and is not BOOTP. */
enum verdict dhcp_message_handle(struct dhcp_server *s, struct dhcp_request *r);
/** Nobody answered: the offer is made. The place is free after. */
void dhcp_message_offer(struct dhcp_server *s, struct dhcp_probing *p, mono_ms_t now);
/** Somebody is there: the next address is tried. The place is free after, or used anew. */
void dhcp_message_conflict(struct dhcp_server *s, struct dhcp_probing *p, mac_t hardware,
			   mono_ms_t now);

/* ---- probe.c ---- */

/** The DISCOVER of the same client that waits, or NULL. */
struct dhcp_probing *probe_of(struct dhcp_server *s, const struct dhcp_request *r);
/** The newest message is the one that is answered. */
void probe_renew(struct dhcp_probing *p, const struct dhcp_request *r);
/** Lets the message wait. Return: false: there is no place, it is to be answered at once. */
bool probe_begin(struct dhcp_server *s, const struct dhcp_request *r, ip4_t address);
void probe_end(struct dhcp_server *s, struct dhcp_probing *p);
/** One whose time is over, or NULL. Probes that are due are made ready to be sent. */
struct dhcp_probing *probe_over(struct dhcp_server *s, mono_ms_t now);
mono_ms_t probe_deadline(const struct dhcp_server *s);
/** The one that a sighting answers, or NULL. */
struct dhcp_probing *probe_answered(struct dhcp_server *s, const struct dhcp_sighting *seen);

/* ---- limit.c ---- */

/** Whether the client may have a lease, by the port that its message came in by. */
bool limit_admits(struct dhcp_server *s, const struct dhcp_request *r);
/** The client of a lease speaks from @port now. */
void limit_moved(struct dhcp_server *s, struct dhcp_lease *lease, uint16_t port);
/** The state of a lease was @from. */
void limit_changed(struct dhcp_server *s, const struct dhcp_lease *lease, uint8_t from);

/* ---- outbox.c ---- */

/** A place for a reply that waits for nothing, not yet counted; NULL: none is free. */
struct dhcp_reply *dhcp_outbox_place(struct dhcp_outbox *o);
/** Counts in what was written to the place. */
void dhcp_outbox_post(struct dhcp_outbox *o);
/** As these two, for an ACK that waits. */
struct dhcp_waiting *dhcp_outbox_waiting_place(struct dhcp_outbox *o);
void dhcp_outbox_wait(struct dhcp_outbox *o);
/** The ACK for @address that waits for the disk, or NULL. */
struct dhcp_waiting *dhcp_outbox_find(struct dhcp_outbox *o, ip4_t address);
/** The @i-th ACK that waits for the disk, oldest first; NULL: there are not so many. */
struct dhcp_waiting *dhcp_outbox_at(struct dhcp_outbox *o, uint32_t i);
/** The @n oldest need not wait any more. */
void dhcp_outbox_saved(struct dhcp_outbox *o, uint32_t n);
/** Whether there is one to be taken. */
bool dhcp_outbox_ready(const struct dhcp_outbox *o);
bool dhcp_outbox_take(struct dhcp_outbox *o, struct dhcp_reply *out);

/* ---- binding.c ---- */

/** The lease of @address, a new FREE one when there is none. Return: NULL: the table is full. */
struct dhcp_lease *binding_get(struct dhcp_server *s, ip4_t address);
/** Takes back a binding_get() that came to nothing. */
void binding_put(struct dhcp_server *s, struct dhcp_lease *lease);

/** Holds an address for a client that may have it. A lease BOUND to the client stays as it is. */
void binding_offer(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_request *r);
/** The client took another server's offer, or none in time. The lease may be gone after. */
void binding_withdraw(struct dhcp_server *s, struct dhcp_lease *lease);
/**
 * binding_bind() - grant, or renew
 * Raises EVENT_LEASE_PERSIST, for which there is room. @waiting: out, but for the reply.
 */
void binding_bind(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_request *r,
		  uint32_t lease_s, struct dhcp_waiting *waiting);
/** Its record is on disk: the client's other leases of the same pool are erased. */
void binding_confirm(struct dhcp_server *s, const struct dhcp_waiting *waiting, mono_ms_t now);
/** Its record is not: all is as before. */
void binding_rollback(struct dhcp_server *s, const struct dhcp_waiting *waiting);
void binding_release(struct dhcp_server *s, struct dhcp_lease *lease);
void binding_decline(struct dhcp_server *s, struct dhcp_lease *lease, mono_ms_t now);
/**
 * binding_conflict() - a probe found somebody at an OFFERED address
 * When the pool's quarantine is full, the one that has been in it longest makes room.
 * @hardware: of whom; zero: not known
 */
void binding_conflict(struct dhcp_server *s, struct dhcp_lease *lease, mac_t hardware,
		      mono_ms_t now);
/** Nobody's any more, and its record is removed from disk. The lease may be gone after. */
void binding_erase(struct dhcp_server *s, struct dhcp_lease *lease);
/** Does what a deadline that has come asks for. The lease may be gone after. */
void binding_expire(struct dhcp_server *s, struct dhcp_lease *lease);
/** Takes a record back from disk. */
void binding_restore(struct dhcp_server *s, struct dhcp_lease *lease,
		     const struct dhcp_lease_record *record, mono_ms_t now);
/** Takes a lease over from another table; an unsaved one stays so. */
void binding_move(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_lease *from);
/** Raises the events of unsaved records, as far as there is room. */
void binding_flush(struct dhcp_server *s, mono_ms_t now);
/** What is to be on disk for a lease. */
void binding_record(const struct dhcp_lease *lease, mono_ms_t now, struct dhcp_lease_record *out);

/* ---- server_debug.c: lines of `debug`. To be called when somebody looks at them. ---- */

static inline bool server_debugs(const struct dhcp_server *s, enum debug_what what)
{
	return __builtin_expect((s->events->debug & debug_bit(what)) != 0, 0);
}

void server_debug_received(struct dhcp_server *s, const struct dhcp_request *r);
void server_debug_sent(struct dhcp_server *s, const struct dhcp_reply *reply);
/** A message that comes to nothing. */
void server_debug_ignored(struct dhcp_server *s, const struct dhcp_request *r,
			  enum drop_reason reason);
/** The state of a lease was @from. */
void server_debug_lease(struct dhcp_server *s, const struct dhcp_lease *lease, uint8_t from);
/** "@before ADDRESS @after client C." */
void server_debug_address(struct dhcp_server *s, const struct dhcp_client_key *client,
			  ip4_t address, const char *before, const char *after);
void server_debug_refused(struct dhcp_server *s, const struct dhcp_client_key *client,
			  const char *why);

/* ---- server.c ---- */

/** A line for the log; lost when the queue has no room to spare. */
__attribute__((format(printf, 4, 5))) void dhcp_server_log(struct dhcp_server *s,
							   enum event_severity severity,
							   const char *mnemonic, const char *format,
							   ...);

#endif
