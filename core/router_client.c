/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP clients between the router's links and core/dhcp/client.c.
 *
 * An interface with `ip address dhcp` has a client that runs while its line is up. What clients
 * have learnt is put in force by a tick, never while a frame is on its way: a change marks the live
 * configuration stale, and a stale one is due at once.
 * A server's answers are taken in before access lists and reverse-path checks: without its address
 * an interface has no way back to anywhere. DEVIATION: IOS lets an access list deny them.
 * An interface with a client serves nobody by DHCP, and relays nothing.
 */
#include "core/router_private.h"

#include "core/debug.h"
#include "core/text.h"
#include "core/wire/dhcp.h"
#include "core/wire/udp.h"

enum { AGAIN_MS = 1000 /* after memory ran out */ };

/* ---- making and freeing ----------------------------------------------------------------- */

int router_client_new(struct router *r, struct interface *i)
{
	if (i->client)
		return 0;
	i->client = calloc(1, sizeof(*i->client));
	if (!i->client)
		return -ENOMEM;
	i->client->machine = dhcp_client_new(&r->key, i->mac);
	if (!i->client->machine) {
		router_client_free(i);
		return -ENOMEM;
	}
	i->client->why = "it was given up";
	vec_each (&r->memories, memory) {
		if (!interface_id_equal(memory->interface, i->id))
			continue;
		i->client->had = memory->address;
		dhcp_client_remember(i->client->machine, &memory->grant, memory->since);
	}
	return 0;
}

void router_client_free(struct interface *i)
{
	if (i->client)
		dhcp_client_free(i->client->machine);
	free(i->client);
	i->client = NULL;
}

int router_client_remember(struct router *r, struct interface_id id, ip4_t address,
			   const struct dhcp_client_grant *grant, mono_ms_t since)
{
	struct client_memory *memory = vec_push(&r->memories);

	if (!memory)
		return -ENOMEM;
	*memory = (struct client_memory){.interface = id, .address = address, .since = since};
	if (grant)
		memory->grant = *grant;
	return 0;
}

/* ---- sending ---------------------------------------------------------------------------- */

static void send_message(struct router *r, struct interface *i,
			 const struct dhcp_client_output *out, mono_ms_t now)
{
	uint32_t len = IPV4_LEN + UDP_LEN + out->len;
	uint8_t *packet = router_scratch(r, len);
	struct writer w = writer_over(packet, packet ? len : 0);
	const struct ipv4 ip = {.header_len = IPV4_LEN,
				.tos = 0xc0,
				.total_len = (uint16_t)len,
				.ttl = IPV4_TTL,
				.proto = IP_PROTO_UDP,
				.src = out->src,
				.dst = out->dst};
	const struct udp udp = {.sport = DHCP_CLIENT_PORT, .dport = DHCP_SERVER_PORT};
	bool last = !dhcp_client_lease(i->client->machine);
	char name[INTERFACE_TEXT_SIZE], dst[IP4_TEXT_SIZE];
	struct frame f;

	if (!packet) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return;
	}
	DEBUG(&r->events, DHCP_CLIENT, "DHCP: %s %s: %u bytes sent to %s",
	      interface_to_text(i->id, name),
	      dhcp_client_state_name(dhcp_client_state(i->client->machine)), out->len,
	      ip4_to_text(out->dst, dst));
	ipv4_build(&w, &ip);
	udp_build(&w, &udp, ip.src, ip.dst, out->bytes, out->len);
	router_frame_own(r, &f, packet, len, i);
	frame_parse_own(&f);
	f.at = now;
	if (ip4_equal(out->dst, IP4_BROADCAST)) {
		ip_id_stamp(&r->ip_ids, &f, 1);
		router_ethernet_output(r, &f, i, MAC_BROADCAST);
	} else if (last && !mac_is_zero(i->client->server)) {
		/* RELEASE: an answer to ARP would come when the address is gone */
		ip_id_stamp(&r->ip_ids, &f, 1);
		router_ethernet_output(r, &f, i, i->client->server);
	} else {
		router_send_own(r, &f, now);
	}
}

static void send_probe(struct router *r, struct interface *i, ip4_t address)
{
	const struct arp probe = {.op = ARP_REQUEST, .sender_mac = i->mac, .target = address};

	router_send_arp(r, i, &probe, MAC_BROADCAST);
}

/* ---- what became of it ------------------------------------------------------------------ */

/* For the file that keeps it over a restart. @lease: NULL: there is nothing to ask for again. */
static void tell_world(struct router *r, struct interface *i, const struct dhcp_client_lease *lease,
		       mono_ms_t now)
{
	struct event *event = event_push(&r->events);
	int64_t past_s;

	if (!event)
		return;
	event->type = EVENT_CLIENT_LEASE;
	event->client.interface = i->id;
	if (!lease)
		return;
	past_s = mono_between_ms(lease->since, now) / 1000;
	event->client.address = lease->terms.address;
	event->client.server = lease->server;
	event->client.age_s = (uint32_t)past_s;
	event->client.left_s = lease->lease_s == DHCP_LEASE_INFINITE || past_s >= lease->lease_s
				       ? lease->lease_s
				       : lease->lease_s - (uint32_t)past_s;
}

static void forget(struct router *r, struct interface *i, mono_ms_t now)
{
	i->client->had = IP4_ANY;
	tell_world(r, i, NULL, now);
}

static void find_deadline(struct router *r, mono_ms_t now)
{
	r->clients_at = r->live_stale ? now : MONO_NEVER;
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && r->interfaces[n]->client)
			r->clients_at = mono_earlier(
				r->clients_at,
				dhcp_client_deadline(r->interfaces[n]->client->machine));
}

/* After each call of the machine: takes out what it has. @why: a lease is lost by this, if it is.
 */
static void run_client(struct router *r, struct interface *i, const char *why, mono_ms_t now)
{
	struct interface_client *c = i->client;
	enum dhcp_client_change change;
	const struct dhcp_client_lease *lease;
	struct dhcp_client_output out;

	while (dhcp_client_next_output(c->machine, &out)) {
		if (out.kind == DHCP_CLIENT_PROBE)
			send_probe(r, i, out.dst);
		else
			send_message(r, i, &out, now);
	}
	change = dhcp_client_next_change(c->machine);
	lease = dhcp_client_lease(c->machine);
	if (change != DHCP_CLIENT_SAME) {
		c->has_news = r->live_stale = true;
		c->why = why;
	}
	if (lease && (change != DHCP_CLIENT_SAME || c->since.ms != lease->since.ms)) {
		c->since = lease->since;
		c->had = lease->terms.address.address;
		tell_world(r, i, lease, now);
	}
	find_deadline(r, now);
}

/* ---- the log ---------------------------------------------------------------------------- */

static void log_assigned(struct router *r, const struct interface *i,
			 const struct dhcp_client_terms *terms)
{
	const struct config_interface *from = config_interface_find(&r->typed, i->id);
	const char *hostname =
		from && from->dhcp_hostname[0] ? from->dhcp_hostname : r->typed.hostname;
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE], mask[IP4_TEXT_SIZE];
	struct event *event = event_push_log(&r->events, EVENT_INFO, "DHCP", "ADDRESS_ASSIGN");

	if (!event)
		return;
	event->notable = true;
	snprintf(event->text, sizeof(event->text),
		 "Interface %s assigned DHCP address %s, mask %s, hostname %s",
		 interface_to_text(i->id, name), ip4_to_text(terms->address.address, address),
		 ip4_to_text(ip4_mask(terms->address.len), mask), hostname);
}

static void log_gone(struct router *r, const struct interface *i, ip4_t now_has)
{
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE], other[IP4_TEXT_SIZE];
	bool changed = !ip4_is_any(now_has);
	struct event *event = event_push_log(&r->events, EVENT_NOTICE, "DHCP",
					     changed ? "ADDRESS_CHANGE" : "ADDRESS_LOST");

	if (!event)
		return;
	interface_to_text(i->id, name);
	ip4_to_text(i->client->told, address);
	if (changed)
		snprintf(event->text, sizeof(event->text),
			 "Interface %s has DHCP address %s now, and %s no more; its sessions end",
			 name, ip4_to_text(now_has, other), address);
	else
		snprintf(event->text, sizeof(event->text),
			 "Interface %s lost DHCP address %s: %s; its sessions end", name, address,
			 i->client->why);
}

static void log_refused(struct router *r, const struct interface *i,
			const struct dhcp_client_terms *terms)
{
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE];
	struct event *event = event_push_log(&r->events, EVENT_WARNING, "DHCP", "ADDRESS_REFUSED");

	if (event)
		snprintf(event->text, sizeof(event->text),
			 "Interface %s does not use DHCP address %s/%u: %.80s",
			 interface_to_text(i->id, name),
			 ip4_to_text(terms->address.address, address), terms->address.len,
			 i->client->refused.text);
}

static void log_routes(struct router *r, const struct interface *i,
		       const struct dhcp_client_terms *terms)
{
	for (unsigned int n = 0; n < terms->route_count; n++) {
		const struct dhcp_client_route *route = &terms->routes[n];
		const struct config_interface *other;
		char name[INTERFACE_TEXT_SIZE], way[INTERFACE_TEXT_SIZE] = "the router itself";
		char network[IP4_TEXT_SIZE], via[IP4_TEXT_SIZE];
		struct event *event;

		if (!(i->client->routes_refused & UINT32_C(1) << n))
			continue;
		event = event_push_log(&r->events, EVENT_WARNING, "DHCP", "ROUTE_REFUSED");
		if (!event)
			return;
		other = config_live_in_the_way(&r->config, i->id, route->network);
		if (other)
			interface_to_text(other->id, way);
		snprintf(event->text, sizeof(event->text),
			 "Interface %s does not use route %s/%u via %s by DHCP: it leads to %s",
			 interface_to_text(i->id, name),
			 ip4_to_text(route->network.address, network), route->network.len,
			 ip4_to_text(route->via, via), way);
	}
}

/* Tells what changed, now that it is in force. */
static void report(struct router *r, struct interface *i)
{
	struct interface_client *c = i->client;
	const struct dhcp_client_lease *lease = dhcp_client_lease(c->machine);
	ip4_t used = lease && !c->refused.text[0] ? lease->terms.address.address : IP4_ANY;

	c->has_news = false;
	if (!ip4_is_any(c->told) && !ip4_equal(c->told, used))
		log_gone(r, i, used);
	if (lease && ip4_is_any(used))
		log_refused(r, i, &lease->terms);
	if (!ip4_is_any(used)) {
		log_assigned(r, i, &lease->terms);
		log_routes(r, i, &lease->terms);
	}
	c->told = used;
}

/* ---- in force ---------------------------------------------------------------------------- */

int router_live_make(struct router *r, const struct config *typed, struct config *live)
{
	struct config_learned *learned = calloc(typed->interfaces.count + 1, sizeof(*learned));
	unsigned int count = 0;
	int ret;

	if (!learned)
		return -ENOMEM;
	vec_each (&typed->interfaces, from) {
		const struct interface *i = from->dhcp ? router_interface_find(r, from->id) : NULL;
		const struct dhcp_client_lease *lease =
			i && i->client ? dhcp_client_lease(i->client->machine) : NULL;

		if (!lease)
			continue;
		learned[count].interface = from->id;
		learned[count++].terms = &lease->terms;
	}
	ret = config_live_make(live, typed, learned, count);
	for (unsigned int n = 0; n < count && ret == 0; n++) {
		struct interface_client *c = router_interface_find(r, learned[n].interface)->client;

		/* a change of what is typed may make a lease usable, or no more so */
		c->has_news |= !c->refused.text[0] != !learned[n].error.text[0];
		r->live_stale |= c->has_news;
		c->refused = learned[n].error;
		c->routes_refused = learned[n].routes_refused;
	}
	free(learned);
	r->learned++;
	return ret;
}

void router_clients_tick(struct router *r, mono_ms_t now)
{
	int status = 0;

	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];

		if (!i || !i->client ||
		    !mono_reached(dhcp_client_deadline(i->client->machine), now))
			continue;
		dhcp_client_tick(i->client->machine, now);
		run_client(r, i, "its time has run out", now);
	}
	if (r->live_stale)
		status = router_relive(r, now);
	r->live_stale = status < 0;
	for (unsigned int n = 0; n < r->interface_last && status == 0; n++)
		if (r->interfaces[n] && r->interfaces[n]->client &&
		    r->interfaces[n]->client->has_news)
			report(r, r->interfaces[n]);
	find_deadline(r, status < 0 ? mono_add_ms(now, AGAIN_MS) : now);
}

/* ---- what comes in ---------------------------------------------------------------------- */

enum verdict router_client_input(struct router *r, struct frame *f, struct interface *i,
				 mono_ms_t now)
{
	struct interface_client *c = i->client;
	struct cursor cursor = cursor_over(frame_l4(f), frame_l4_len(f));
	bool rebooting = dhcp_client_state(c->machine) == DHCP_CLIENT_REBOOTING;
	bool had = dhcp_client_lease(c->machine) != NULL;
	char name[INTERFACE_TEXT_SIZE], src[IP4_TEXT_SIZE];
	enum verdict v;
	struct udp udp;

	if (udp_parse(&cursor, &udp) < 0 ||
	    (!f->offload.needs_csum && !udp_checksum_ok(frame_l4(f), udp.len, f->src, f->dst)))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "for the DHCP client"));
	v = dhcp_client_input(c->machine, f, frame_l4(f) + UDP_LEN, udp.len - UDP_LEN, now);
	DEBUG(&r->events, DHCP_CLIENT, "DHCP: %s %s: answer of %s %s",
	      interface_to_text(i->id, name), dhcp_client_state_name(dhcp_client_state(c->machine)),
	      ip4_to_text(f->src, src),
	      v == VERDICT_CONSUMED ? "taken" : "is for another, or makes no sense");
	if (v != VERDICT_CONSUMED)
		return v;
	memcpy(c->server.byte, f->data + 6, sizeof(c->server.byte));
	if ((rebooting || had) && dhcp_client_state(c->machine) == DHCP_CLIENT_INIT)
		forget(r, i, now); /* a NAK */
	run_client(r, i, "its server refused it", now);
	return v;
}

bool router_client_arp(struct router *r, struct interface *i, const struct arp *arp, mono_ms_t now)
{
	struct dhcp_client_view view;
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct event *event;

	if (dhcp_client_state(i->client->machine) != DHCP_CLIENT_PROBING)
		return false;
	dhcp_client_look(i->client->machine, &view, now);
	if (!dhcp_client_arp(i->client->machine, arp, now))
		return false;
	event = event_push_log(&r->events, EVENT_WARNING, "DHCP", "ADDRESS_CONFLICT");
	if (event)
		snprintf(event->text, sizeof(event->text),
			 "Interface %s declined DHCP address %s: %s has it",
			 interface_to_text(i->id, name),
			 ip4_to_text(view.lease.terms.address.address, address),
			 mac_to_text(arp->sender_mac, mac));
	forget(r, i, now);
	run_client(r, i, "another host has it", now);
	return true;
}

/* ---- lines and settings ------------------------------------------------------------------ */

void router_clients_leave(struct router *r, const struct config *typed, mono_ms_t now)
{
	router_begin(r);
	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];
		const struct config_interface *to =
			i && i->client ? config_interface_find(typed, i->id) : NULL;

		if (!i || !i->client || (to && to->dhcp))
			continue;
		if (dhcp_client_release(i->client->machine, now) == 0)
			forget(r, i, now);
		run_client(r, i, "it was given back", now);
		i->client->why = "ip address dhcp was taken back";
		if (!ip4_is_any(i->client->told))
			log_gone(r, i, IP4_ANY);
	}
}

/* The settings of a client, which may have changed. */
static void follow_settings(struct router *r, struct interface *i)
{
	const struct config_interface *from = config_interface_find(&r->typed, i->id);
	const struct interface *id_of;

	if (!from)
		return;
	id_of = router_interface_find(r, from->dhcp_id_of);
	dhcp_client_set_hostname(i->client->machine,
				 from->dhcp_hostname[0] ? from->dhcp_hostname : r->typed.hostname);
	dhcp_client_set_id(i->client->machine,
			   id_of && !mac_is_zero(id_of->mac) ? id_of->mac : i->mac);
	dhcp_client_set_wish(i->client->machine, from->dhcp_lease_s);
}

void router_clients_follow(struct router *r, mono_ms_t now)
{
	router_begin(r);
	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];
		struct interface_client *c = i ? i->client : NULL;
		bool up = c && interface_line_up(r, i);

		if (!c)
			continue;
		follow_settings(r, i);
		if (up && !c->released) {
			dhcp_client_start(c->machine, c->had, now);
		} else if (!up) {
			dhcp_client_stop(c->machine);
			c->released = false;
		}
		run_client(r, i, "the line went down", now);
	}
	find_deadline(r, now);
}

/* ---- commands and looking ----------------------------------------------------------------- */

static struct interface *client_of(const struct router *r, struct interface_id id)
{
	struct interface *i = router_interface_find(r, id);

	return i && i->client ? i : NULL;
}

const struct dhcp_client_grant *router_client_grant(const struct router *r, struct interface_id id)
{
	const struct interface *i = client_of(r, id);
	const struct dhcp_client_grant *grant = i ? dhcp_client_grant(i->client->machine) : NULL;

	return grant && grant->len > 0 ? grant : NULL;
}

int router_client_renew(struct router *r, struct interface_id id, mono_ms_t now)
{
	struct interface *i = client_of(r, id);

	if (!i)
		return -ENOENT;
	if (!interface_line_up(r, i))
		return -ENETDOWN;
	router_begin(r);
	i->client->released = false;
	dhcp_client_renew(i->client->machine, now);
	run_client(r, i, "its time has run out", now);
	return 0;
}

int router_client_release(struct router *r, struct interface_id id, mono_ms_t now)
{
	struct interface *i = client_of(r, id);

	if (!i)
		return -ENOENT;
	if (!dhcp_client_lease(i->client->machine))
		return -ENODATA;
	router_begin(r);
	dhcp_client_release(i->client->machine, now);
	i->client->released = true;
	forget(r, i, now);
	run_client(r, i, "it was given back", now);
	return 0;
}

int router_client_look(const struct router *r, struct interface_id id,
		       struct router_client_view *out, mono_ms_t now)
{
	const struct interface *i = client_of(r, id);

	memset(out, 0, sizeof(*out));
	if (!i)
		return -ENOENT;
	dhcp_client_look(i->client->machine, &out->machine, now);
	out->released = i->client->released;
	out->id = dhcp_client_id(i->client->machine);
	if (dhcp_client_lease(i->client->machine) && i->client->refused.text[0])
		out->unused = i->client->refused.text;
	return 0;
}

static void add_server(struct router_learned_dns *out, ip4_t server)
{
	if (out->server_count < CONFIG_DHCP_SERVERS_MAX &&
	    !ip4_is_among(server, out->servers, out->server_count))
		out->servers[out->server_count++] = server;
}

uint32_t router_learned_dns(const struct router *r, struct router_learned_dns *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned int n = 0; n < r->interface_last; n++) {
		const struct interface *i = r->interfaces[n];
		const struct dhcp_client_lease *lease =
			i && i->client ? dhcp_client_lease(i->client->machine) : NULL;

		if (!lease || i->client->refused.text[0])
			continue;
		for (unsigned int s = 0; s < lease->terms.dns_server_count; s++)
			add_server(out, lease->terms.dns_servers[s]);
		if (!out->domain[0])
			memcpy(out->domain, lease->terms.domain, sizeof(out->domain));
	}
	return r->learned;
}
