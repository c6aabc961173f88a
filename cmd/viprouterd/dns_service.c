/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine asks for sockets and time, and gets them here.
 *
 * Names are filled anew when a query comes and something has changed since; so a lease has its name
 * at once, and leases that nobody asks about cost nothing. Filling may take a tenth of the time at
 * most: after one that took a millisecond, leases are not looked at for nine more. (A thousand
 * leases take less than one.)
 */
#include "cmd/viprouterd/dns_service_private.h"

#include <sys/random.h>
#include "cmd/viprouterd/dns_fill.h"
#include "cmd/viprouterd/log.h"
#include "core/config_held.h"

enum { FILL_SHARE = 10, NS_PER_MS = 1000000 };

/* ---- time ------------------------------------------------------------------------------- */

static void arm(struct dns_service *s);

static void timer_fired(uv_timer_t *timer)
{
	struct dns_service *s = timer->data;

	s->armed = MONO_NEVER;
	if (s->server)
		dns_server_tick(s->server, pump_now());
	arm(s);
}

/* Sets the timer if the next deadline is earlier; one that moved away costs an idle wake-up. */
static void arm(struct dns_service *s)
{
	mono_ms_t deadline = s->server ? dns_server_deadline(s->server) : MONO_NEVER;
	int64_t wait_ms;

	if (s->closing || deadline.ms >= s->armed.ms)
		return;
	wait_ms = mono_between_ms(pump_now(), deadline);
	if (uv_timer_start(&s->timer, timer_fired, wait_ms > 0 ? (uint64_t)wait_ms : 1, 0) == 0)
		s->armed = deadline;
}

/* ---- what it knows ---------------------------------------------------------------------- */

const char *dns_service_domain(const struct dns_service *s, char *out)
{
	memcpy(out, router_config(s->pump->router)->dns.domain, CONFIG_NAME_SIZE);
	return out;
}

unsigned int dns_service_upstreams(const struct dns_service *s, ip4_t *out, unsigned int *learned)
{
	const struct config *config = router_live_config(s->pump->router);
	const struct config_dns *dns = &config->dns;
	struct router_learned_dns by_dhcp;
	unsigned int count = 0;

	*learned = 0;
	if (dns->no_lookup)
		return 0;
	for (unsigned int i = 0; i < dns->name_server_count; i++)
		out[count++] = dns->name_servers[i];
	*learned = count;
	router_learned_dns(s->pump->router, &by_dhcp);
	for (unsigned int i = 0; i < by_dhcp.server_count; i++)
		if (!config_own_address(config, by_dhcp.servers[i]) &&
		    !ip4_is_among(by_dhcp.servers[i], out, count))
			out[count++] = by_dhcp.servers[i];
	return count;
}

static void fill(struct dns_service *s, mono_ms_t now)
{
	const struct router *router = s->pump->router;
	char domain[CONFIG_NAME_SIZE];
	uint64_t begun = uv_hrtime();

	s->stale = false;
	s->leases = dhcp_server_names(router_dhcp(router));
	if (dns_fill(&s->names, router_live_config(router), dns_service_domain(s, domain),
		     router_dhcp(router), now) < 0)
		log_line(EVENT_ERROR, "DNS", "NAMES", "Out of memory: some names are missing");
	s->fill_again =
		mono_add_ms(now, (int64_t)((uv_hrtime() - begun) * (FILL_SHARE - 1) / NS_PER_MS));
}

void dns_service_refresh(struct dns_service *s, mono_ms_t now)
{
	bool changed = s->leases != dhcp_server_names(router_dhcp(s->pump->router));
	ip4_t servers[DNS_SERVERS_MAX];
	unsigned int learned, count;

	if (s->server) {
		count = dns_service_upstreams(s, servers, &learned);
		dns_server_set_upstreams(s->server, servers, learned, count);
	}
	if (s->stale || (changed && mono_reached(s->fill_again, now)))
		fill(s, now);
}

/* ---- the machine's world ---------------------------------------------------------------- */

static void world_reply(void *context, const struct dns_client *client, const uint8_t *bytes,
			size_t len)
{
	struct dns_service *s = context;

	dns_io_reply(s->io, client, bytes, len);
}

static int world_ask(void *context, uint32_t exchange, const struct dns_asked *asked)
{
	struct dns_service *s = context;

	return dns_io_ask(s->io, exchange, asked);
}

static void world_end(void *context, uint32_t exchange)
{
	struct dns_service *s = context;

	dns_io_end(s->io, exchange);
}

static void world_random(void *context, void *out, size_t len)
{
	(void)context;
	while (getrandom(out, len, 0) != (ssize_t)len) /* so few bytes fail only by a signal */
		continue;
}

/* ---- what comes in ---------------------------------------------------------------------- */

static void io_query(void *context, const struct dns_client *client, const uint8_t *bytes,
		     size_t len)
{
	struct dns_service *s = context;
	mono_ms_t now = pump_now();

	dns_service_refresh(s, now);
	dns_server_query(s->server, client, bytes, len, now);
	arm(s);
}

static void io_gone(void *context, uint32_t way)
{
	struct dns_service *s = context;

	dns_server_forget(s->server, way);
}

static void io_answer(void *context, uint32_t exchange, struct endpoint from, const uint8_t *bytes,
		      size_t len)
{
	struct dns_service *s = context;

	dns_server_answer(s->server, exchange, from.address, from.port, bytes, len, pump_now());
	arm(s);
}

static void io_failed(void *context, uint32_t exchange)
{
	struct dns_service *s = context;

	dns_server_failed(s->server, exchange, pump_now());
	arm(s);
}

/* ---- on and off ------------------------------------------------------------------------- */

static void turn_off(struct dns_service *s)
{
	if (!s->server)
		return;
	host_serve(s->host, IPPROTO_UDP, DNS_PORT, false);
	host_serve(s->host, IPPROTO_TCP, DNS_PORT, false);
	dns_server_free(s->server);
	s->server = NULL;
	dns_io_close(s->io);
	s->io = NULL;
	dns_names_fini(&s->names);
	s->stale = true;
	if (!s->closing)
		uv_timer_stop(&s->timer);
	s->armed = MONO_NEVER;
}

/* Return: 0; -errno. */
static int open_ports(struct dns_service *s)
{
	int ret = host_serve(s->host, IPPROTO_UDP, DNS_PORT, true);

	return ret < 0 ? ret : host_serve(s->host, IPPROTO_TCP, DNS_PORT, true);
}

static void turn_on(struct dns_service *s)
{
	int ret;

	if (s->server)
		return;
	s->server = dns_server_new(&(struct dns_world){.context = s,
						       .reply = world_reply,
						       .ask = world_ask,
						       .end = world_end,
						       .random = world_random},
				   &s->names);
	s->io = dns_io_new(s->pump->loop, s->host, DNS_PORT,
			   &(struct dns_io_user){.context = s,
						 .query = io_query,
						 .gone = io_gone,
						 .answer = io_answer,
						 .failed = io_failed});
	ret = s->server && s->io ? open_ports(s) : -ENOMEM;
	if (ret == 0)
		return;
	log_line(EVENT_ERROR, "DNS", "SERVE", "No names are served: %s",
		 ret == -ENETDOWN ? host_trouble(s->host) : strerror(-ret));
	if (s->server) {
		turn_off(s);
	} else {
		dns_io_close(s->io);
		s->io = NULL;
	}
}

void dns_service_configure(struct dns_service *s)
{
	const struct config *config = router_live_config(s->pump->router);
	struct router_learned_dns unused;
	ip4_t addresses[DNS_LISTENERS_MAX];

	s->stale = true;
	s->learned = router_learned_dns(s->pump->router, &unused);
	if (s->closing || !config->dns.server) {
		turn_off(s);
		return;
	}
	turn_on(s);
	if (s->server)
		dns_io_listen(s->io, addresses,
			      dns_fill_addresses(config, addresses, DNS_LISTENERS_MAX));
}

void dns_service_follow(struct dns_service *s)
{
	struct router_learned_dns unused;

	if (s->server && s->learned != router_learned_dns(s->pump->router, &unused))
		dns_service_configure(s);
}

struct dns_service *dns_service_new(struct pump *pump, struct host *host)
{
	struct dns_service *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->pump = pump;
	s->host = host;
	s->stale = true;
	s->armed = MONO_NEVER;
	s->timer.data = s;
	uv_timer_init(pump->loop, &s->timer);
	return s;
}

void dns_service_close(struct dns_service *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	turn_off(s);
	uv_close((uv_handle_t *)&s->timer, NULL);
}

void dns_service_free(struct dns_service *s)
{
	if (!s)
		return;
	dns_names_fini(&s->names);
	free(s);
}
