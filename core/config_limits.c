/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits and timers of NAT within a configuration: editing, comparing, and what is wrong with
 * them.
 *
 * A timer below what its RFC asks for is refused, because peers count on the RFC. DEVIATION: with
 * `ip nat timers unsafe` it is taken all the same: a laboratory cannot wait for hours.
 */
#include <stdio.h>

#include "core/config_list.h"
#include "core/text.h"
#include "core/wire/ipv4.h"

enum { WELL_KNOWN_PORTS = 1024 };

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

int config_nat_limit_add(struct config *config, const struct config_nat_limit *limit)
{
	return LIST_ADD(&config->nat.limits, limit, limit_compare);
}

int config_nat_limit_remove(struct config *config, const struct config_nat_limit *limit)
{
	return LIST_REMOVE(&config->nat.limits, limit, limit_compare);
}

/* ---- timers of ports -------------------------------------------------------------------- */

static int port_timeout_compare(const struct config_nat_port_timeout *a,
				const struct config_nat_port_timeout *b)
{
	int order = COMPARE(a->proto, b->proto);

	return order ? order : COMPARE(a->port, b->port);
}

int config_nat_port_timeout_add(struct config *config,
				const struct config_nat_port_timeout *timeout)
{
	return LIST_ADD(&config->nat.port_timeouts, timeout, port_timeout_compare);
}

int config_nat_port_timeout_remove(struct config *config, uint8_t proto, uint16_t port)
{
	const struct config_nat_port_timeout key = {.proto = proto, .port = port};

	return LIST_REMOVE(&config->nat.port_timeouts, &key, port_timeout_compare);
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

static bool limit_equal(const struct config_nat_limit *a, const struct config_nat_limit *b)
{
	return limit_compare(a, b) == 0 && a->value == b->value;
}

static bool port_timeout_equal(const struct config_nat_port_timeout *a,
			       const struct config_nat_port_timeout *b)
{
	return port_timeout_compare(a, b) == 0 && a->seconds == b->seconds;
}

bool config_nat_limits_equal(const struct config_nat *a, const struct config_nat *b)
{
	return a->unsafe_timers == b->unsafe_timers &&
	       LIST_EQUAL(&a->limits, &b->limits, limit_equal) &&
	       LIST_EQUAL(&a->port_timeouts, &b->port_timeouts, port_timeout_equal);
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
		leasts[timeout->proto == IP_PROTO_TCP ? NAT_TIMEOUT_TCP : NAT_TIMEOUT_UDP];

	if (timeout->proto == IP_PROTO_UDP && timeout->port < WELL_KNOWN_PORTS)
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
			 timeout->proto == IP_PROTO_TCP ? "tcp" : "udp", timeout->port);
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
