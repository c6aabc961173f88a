/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with static translations: a local end that nothing reaches, a public end that
 * another line has. The public ends of two lines may not overlap, but that a port is more specific
 * than a one-to-one translation; an address that is one-to-one is shared with nobody.
 */
#include "core/config_check.h"

#include <stdio.h>
#include <strings.h>

#include "core/wire/ipv4.h"

enum { LINE_SIZE = 64 + CONFIG_NAME_SIZE };

/* The line up to its public end, for messages. */
static const char *static_line(const struct config_nat_static *rule, char *line)
{
	char address[IP4_TEXT_SIZE];
	const char *proto = rule->proto == IP_PROTO_TCP	  ? "tcp "
			    : rule->proto == IP_PROTO_UDP ? "udp "
							  : "";
	int at = snprintf(line, LINE_SIZE, "ip nat inside source static %s%s%s",
			  rule->host_bits ? "network " : proto, rule->host[0] ? "host " : "",
			  rule->host[0] ? rule->host : ip4_to_text(rule->local, address));

	if (rule->more_ports)
		snprintf(line + at, LINE_SIZE - (size_t)at, " range %u %u", rule->local_port,
			 rule->local_port + rule->more_ports);
	else if (rule->proto)
		snprintf(line + at, LINE_SIZE - (size_t)at, " %u", rule->local_port);
	return line;
}

static ip4_t last_of(const struct config_nat_static *rule, ip4_t first)
{
	return (ip4_t){first.host + (UINT32_C(1) << rule->host_bits) - 1};
}

/* Whether a local end can be reached: by a connected network, or a route that is not just the way
 * to everywhere. */
static bool local_is_reachable(const struct config *config, ip4_t local)
{
	if (config_interface_for(config, local))
		return true;
	vec_each (&config->routes, route) {
		if (route->network.len > 0 && ip4_in_prefix(local, route->network))
			return true;
	}
	return false;
}

/* A range of ports fits, a network is one. */
static int check_shape(const struct config_nat_static *rule, const char *line,
		       struct config_error *error)
{
	uint32_t host_mask = (UINT32_C(1) << rule->host_bits) - 1;
	unsigned int len = 32u - rule->host_bits;
	struct names n;

	if (rule->local_port + rule->more_ports > UINT16_MAX ||
	    rule->global_port + rule->more_ports > UINT16_MAX)
		return refuse(error, "%s: %u ports from %u on would end beyond port 65535", line,
			      rule->more_ports + 1, MAX(rule->local_port, rule->global_port));
	if (rule->host_bits > NAT_STATIC_HOST_BITS_MAX)
		return refuse(error, "%s: a /%u has %u addresses, and at most a /%d is translated",
			      line, len, host_mask + 1, 32 - NAT_STATIC_HOST_BITS_MAX);
	if (rule->host_bits && (rule->local.host & host_mask))
		return refuse(error, "%s: %s is not the address of a /%u; %s is", line,
			      ip4_to_text(rule->local, n.a), len,
			      ip4_to_text((ip4_t){rule->local.host & ~host_mask}, n.b));
	if (rule->host_bits && (rule->public.address.host & host_mask))
		return refuse(error, "%s: %s is not the address of a /%u; %s is", line,
			      ip4_to_text(rule->public.address, n.a), len,
			      ip4_to_text((ip4_t){rule->public.address.host & ~host_mask}, n.b));
	return 0;
}

/* The public end of one rule overlaps with that of another; @at, @other_at: where they begin. */
static bool publics_overlap(const struct config_nat_static *rule, ip4_t at,
			    const struct config_nat_static *other, ip4_t other_at)
{
	if (at.host > last_of(other, other_at).host || other_at.host > last_of(rule, at).host)
		return false;
	return rule->proto == other->proto &&
	       rule->global_port <= other->global_port + other->more_ports &&
	       other->global_port <= rule->global_port + rule->more_ports;
}

static int refuse_taken(const struct config_nat_static *rule, ip4_t at,
			const struct config_nat_static *other, struct config_error *error)
{
	char line[LINE_SIZE], other_line[LINE_SIZE];
	uint16_t port = MAX(rule->global_port, other->global_port);
	struct names n;

	static_line(rule, line);
	ip4_to_text(at, n.a);
	ip4_to_text(other->local, n.b);
	if (rule->proto == 0)
		return refuse(error, "%s: %s is translated by %s already", line, n.a,
			      static_line(other, other_line));
	return refuse(error, "%s: port %u of %s already goes to %s %u", line, port, n.a,
		      other->host[0] ? other->host : n.b,
		      other->local_port + (port - other->global_port));
}

/* One-to-one translations of one device: it would not know its own public address. */
static bool locals_overlap(const struct config_nat_static *a, const struct config_nat_static *b)
{
	if (a->proto || b->proto)
		return false;
	if (a->host[0] || b->host[0])
		return !strcasecmp(a->host, b->host); /* as names are looked up */
	return a->local.host <= last_of(b, b->local).host &&
	       b->local.host <= last_of(a, a->local).host;
}

static int check_others(const struct config *config, const struct config_nat_static *rule,
			ip4_t global, struct config_error *error)
{
	char line[LINE_SIZE], other_line[LINE_SIZE];

	for (const struct config_nat_static *other = config->nat.statics.at; other < rule;
	     other++) {
		ip4_t taken;

		if (config_public_address(config, &other->public, &taken) < 0)
			continue;
		if (publics_overlap(rule, global, other, taken))
			return refuse_taken(rule, global, other, error);
		if (locals_overlap(rule, other))
			return refuse(error,
				      "%s: %s translates it already, and a device has one public "
				      "address in all its ports",
				      static_line(rule, line), static_line(other, other_line));
	}
	return 0;
}

/* A one-to-one address is nobody else's. */
static int check_alone(const struct config *config, const struct config_nat_static *rule,
		       ip4_t global, struct config_error *error)
{
	char line[LINE_SIZE];
	struct names n;

	vec_each (&config->nat.sources, source) {
		const struct config_nat_pool *pool;
		ip4_t first, last;

		pool = config_nat_pool_find(config, source->public.pool);
		if (config_public_address(config, &source->public, &first) == 0)
			last = first;
		else if (source->public.kind == CONFIG_PUBLIC_POOL && pool)
			first = pool->start, last = pool->end;
		else
			continue;
		if (first.host > last_of(rule, global).host || global.host > last.host)
			continue;
		return refuse(error,
			      "%s: ip nat inside source list %s shares %s among its sources; a "
			      "one-to-one translation needs an address of its own",
			      static_line(rule, line), source->list,
			      ip4_to_text((ip4_t){MAX(first.host, global.host)}, n.a));
	}
	return 0;
}

int config_check_static(const struct config *config, const struct config_nat_static *rule,
			struct config_error *error)
{
	char line[LINE_SIZE];
	struct names n;
	ip4_t global;
	int status = check_shape(rule, static_line(rule, line), error);

	if (status == 0 && rule->host_bits)
		status = config_check_range(config, line, rule->public.address,
					    last_of(rule, rule->public.address), error);
	else if (status == 0)
		status = config_check_public(config, line, &rule->public, error);
	if (status < 0)
		return status;
	if (!rule->host[0] && !local_is_reachable(config, rule->local))
		return refuse(error, "%s: no interface and no route reaches %s", line,
			      ip4_to_text(rule->local, n.a));
	if (config_public_address(config, &rule->public, &global) < 0)
		return 0; /* an interface that has no address yet: nothing to collide with */
	status = check_others(config, rule, global, error);
	if (status == 0 && rule->proto == 0)
		status = check_alone(config, rule, global, error);
	return status;
}
