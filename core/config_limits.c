/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits and timers of NAT within a configuration: editing, comparing, and what is wrong with
 * them.
 *
 * A timer below what its RFC asks for is refused, because peers count on the RFC. DEVIATION: with
 * `ip nat timers unsafe` it is taken all the same: a laboratory cannot wait for hours.
 */
#include <stdio.h>

#include "core/config.h"
#include "core/text.h"

enum { PROTO_TCP = 6, PROTO_UDP = 17, WELL_KNOWN_PORTS = 1024 };

/* -1, 0 or 1, as a is before, at or behind b. */
#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* ---- limits ----------------------------------------------------------------------------- */

static int limit_compare(const struct config_nat_limit *a, const struct config_nat_limit *b)
{
	int order = COMPARE(a->what, b->what);

	order = order ? order : COMPARE(a->scope, b->scope);
	order = order ? order : COMPARE(a->address.host, b->address.host);
	return order ? order : config_acl_name_compare(a->list, b->list);
}

const char *config_nat_limit_name(enum config_limit_what what)
{
	switch (what) {
	case CONFIG_LIMIT_ENTRIES: return "max-entries";
	case CONFIG_LIMIT_PORTS: return "max-ports";
	case CONFIG_LIMIT_RATE: return "max-rate";
	case CONFIG_LIMIT_COUNT: break;
	}
	return "";
}

/* Where @limit is, or belongs: few enough to look at one after the other. */
static uint32_t limit_place(const struct config_nat *nat, const struct config_nat_limit *limit)
{
	uint32_t at = 0;

	while (at < nat->limits.count && limit_compare(&nat->limits.at[at], limit) < 0)
		at++;
	return at;
}

static bool limit_is_at(const struct config_nat *nat, const struct config_nat_limit *limit,
			uint32_t at)
{
	return at < nat->limits.count && limit_compare(&nat->limits.at[at], limit) == 0;
}

int config_nat_limit_add(struct config *config, const struct config_nat_limit *limit)
{
	struct config_nat *nat = &config->nat;
	uint32_t at = limit_place(nat, limit);

	if (!limit_is_at(nat, limit, at) && !vec_insert(&nat->limits, at))
		return -ENOMEM;
	nat->limits.at[at] = *limit;
	return 0;
}

int config_nat_limit_remove(struct config *config, const struct config_nat_limit *limit)
{
	struct config_nat *nat = &config->nat;
	uint32_t at = limit_place(nat, limit);

	if (!limit_is_at(nat, limit, at))
		return -ENOENT;
	vec_remove(&nat->limits, at);
	return 0;
}

/* ---- timers of ports -------------------------------------------------------------------- */

static uint32_t port_timeout_place(const struct config_nat *nat, uint8_t proto, uint16_t port)
{
	uint32_t at = 0;

	while (at < nat->port_timeouts.count) {
		const struct config_nat_port_timeout *item = &nat->port_timeouts.at[at];

		if (item->proto > proto || (item->proto == proto && item->port >= port))
			break;
		at++;
	}
	return at;
}

static bool port_timeout_is_at(const struct config_nat *nat, uint8_t proto, uint16_t port,
			       uint32_t at)
{
	return at < nat->port_timeouts.count && nat->port_timeouts.at[at].proto == proto &&
	       nat->port_timeouts.at[at].port == port;
}

int config_nat_port_timeout_add(struct config *config,
				const struct config_nat_port_timeout *timeout)
{
	struct config_nat *nat = &config->nat;
	uint32_t at = port_timeout_place(nat, timeout->proto, timeout->port);

	if (!port_timeout_is_at(nat, timeout->proto, timeout->port, at) &&
	    !vec_insert(&nat->port_timeouts, at))
		return -ENOMEM;
	nat->port_timeouts.at[at] = *timeout;
	return 0;
}

int config_nat_port_timeout_remove(struct config *config, uint8_t proto, uint16_t port)
{
	struct config_nat *nat = &config->nat;
	uint32_t at = port_timeout_place(nat, proto, port);

	if (!port_timeout_is_at(nat, proto, port, at))
		return -ENOENT;
	vec_remove(&nat->port_timeouts, at);
	return 0;
}

/* ---- as a whole ------------------------------------------------------------------------- */

int config_nat_limits_copy(struct config_nat *to, const struct config_nat *from)
{
	if (vec_copy(&to->limits, &from->limits) < 0 ||
	    vec_copy(&to->port_timeouts, &from->port_timeouts) < 0)
		return -ENOMEM;
	to->unsafe_timers = from->unsafe_timers;
	return 0;
}

void config_nat_limits_fini(struct config_nat *nat)
{
	vec_free(&nat->limits);
	vec_free(&nat->port_timeouts);
}

bool config_nat_limits_equal(const struct config_nat *a, const struct config_nat *b)
{
	if (a->limits.count != b->limits.count ||
	    a->port_timeouts.count != b->port_timeouts.count ||
	    a->unsafe_timers != b->unsafe_timers)
		return false;
	for (uint32_t i = 0; i < a->limits.count; i++)
		if (limit_compare(&a->limits.at[i], &b->limits.at[i]) != 0 ||
		    a->limits.at[i].value != b->limits.at[i].value)
			return false;
	for (uint32_t i = 0; i < a->port_timeouts.count; i++) {
		const struct config_nat_port_timeout *x = &a->port_timeouts.at[i];
		const struct config_nat_port_timeout *y = &b->port_timeouts.at[i];

		if (x->proto != y->proto || x->port != y->port || x->seconds != y->seconds)
			return false;
	}
	return true;
}

/* ---- least values ----------------------------------------------------------------------- */

struct least {
	const char *name; /* of the timer, as it is configured */
	uint32_t seconds;
	const char *rfc;
};

static const struct least leasts[] = {
	[NAT_TIMEOUT_UDP] = {"udp-timeout", 120, "RFC 4787 REQ-5"},
	/* REQ-5a: a well-known port may have a shorter timer that fits its application */
	[NAT_TIMEOUT_DNS] = {"dns-timeout", 1, "RFC 4787 REQ-5"},
	[NAT_TIMEOUT_TCP] = {"tcp-timeout", 7440, "RFC 5382 REQ-5"},
	[NAT_TIMEOUT_FINRST] = {"finrst-timeout", 240, "RFC 5382 REQ-5"},
	[NAT_TIMEOUT_SYN] = {"syn-timeout", 240, "RFC 5382 REQ-5"},
	[NAT_TIMEOUT_ICMP] = {"icmp-timeout", 60, "RFC 5508 REQ-2"},
	/* it outlives UDP sessions, which it may have */
	[NAT_TIMEOUT_SIMPLE] = {"timeout", 120, "RFC 4787 REQ-5"},
};
static_assert(ARRAY_COUNT(leasts) == NAT_TIMEOUT_COUNT, "a least value for each");

const char *config_nat_timeout_name(enum nat_timeout which)
{
	return leasts[which].name;
}

static int check_least(const char *line, uint32_t seconds, const struct least *least,
		       struct config_error *error)
{
	if (seconds >= least->seconds)
		return 0;
	snprintf(error->text, sizeof(error->text),
		 "ip nat translation %s %u: %s asks for %u seconds at least; "
		 "\"ip nat timers unsafe\" lets a laboratory have less",
		 line, seconds, least->rfc, least->seconds);
	return -EINVAL;
}

/* RFC 4787 REQ-5a: of UDP, well-known ports may have shorter timers. */
static struct least port_least(const struct config_nat_port_timeout *timeout)
{
	struct least least =
		leasts[timeout->proto == PROTO_TCP ? NAT_TIMEOUT_TCP : NAT_TIMEOUT_UDP];

	if (timeout->proto == PROTO_UDP && timeout->port < WELL_KNOWN_PORTS)
		least.seconds = 1;
	return least;
}

static int check_timers(const struct config *config, struct config_error *error)
{
	const struct config_nat *nat = &config->nat;
	int status = 0;

	if (nat->unsafe_timers)
		return 0;
	for (unsigned int i = 0; status == 0 && i < NAT_TIMEOUT_COUNT; i++)
		status = check_least(leasts[i].name, nat->timeout_s[i], &leasts[i], error);
	vec_each (&nat->port_timeouts, timeout) {
		struct least least = port_least(timeout);
		char line[48];

		if (status < 0)
			break;
		snprintf(line, sizeof(line), "port-timeout %s %u",
			 timeout->proto == PROTO_TCP ? "tcp" : "udp", timeout->port);
		status = check_least(line, timeout->seconds, &least, error);
	}
	return status;
}

/* A limit asks a list about the address of a device alone. */
static int check_lists(const struct config *config, struct config_error *error)
{
	vec_each (&config->nat.limits, limit) {
		const struct config_acl *list = NULL;

		if (limit->scope == CONFIG_LIMIT_LIST)
			list = config_acl_find(config, limit->list);
		if (!list || !list->extended)
			continue;
		snprintf(error->text, sizeof(error->text),
			 "ip nat translation %s list %s: access list %s is extended; a limit looks "
			 "at the address of the device alone, which takes a standard one",
			 config_nat_limit_name(limit->what), limit->list, limit->list);
		return -EINVAL;
	}
	return 0;
}

int config_check_limits(const struct config *config, struct config_error *error)
{
	int status = check_lists(config, error);

	return status < 0 ? status : check_timers(config, error);
}
