/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See limits.h. The tightest limit that names a device holds. It is worked out once for each device
 * and configuration and kept in the device's record, so an access list costs nothing afterwards.
 *
 * The outside may make sessions too, by a forward. So that it cannot lock anybody out, it gets half
 * at most: of the table, of a device's sessions, of a device's rate.
 *
 * Without any limit configured the table is still shared: when it is more than seven eighths full,
 * a device that has made more than an eighth of it gets no more. So one that floods fills its own
 * share, and the last eighth is for the others.
 *
 * A session that has died counts until the sweep finds it; who is refused causes a part of a sweep
 * four times a second at most.
 *
 * RFC 5508 REQ-8 and RFC 6888 REQ-11 name different codes for "no resources"; the first is
 * followed: destination unreachable, communication administratively prohibited.
 */
#include <stdio.h>

#include "core/nat/nat.h"
#include "core/text.h"
#include "core/wire/icmp.h"

enum {
	NAT_SIGNAL_INTERVAL_S = 60, /* between two log lines about one kind of refusal */
	NAT_LIMIT_SWEEP = 256,	    /* records to look at for a dead session of a limit */
	NAT_SHARE = 8,		    /* one part in so many of the table */
	NAT_TOKEN = 1000,	    /* one session, in a device's tokens */
	NAT_TOKEN_MS_MAX = 2000,    /* the longest time that tokens are earned for */
};

static const struct {
	enum drop_reason reason;
	const char *mnemonic; /* in the log */
} refusals[] = {
	[NAT_ADMITTED] = {DROP_REASON_COUNT, ""},
	[NAT_REFUSED_TABLE] = {DROP_NAT_TABLE_FULL, "TABLEFULL"},
	[NAT_REFUSED_HALF] = {DROP_NAT_INBOUND_FULL, "INBOUNDFULL"},
	[NAT_REFUSED_SHARE] = {DROP_NAT_HOST_SHARE, "HOSTSHARE"},
	[NAT_REFUSED_PORTS] = {DROP_NAT_PORTS_EXHAUSTED, "PORTSEXHAUSTED"},
	[NAT_REFUSED_POOL] = {DROP_NAT_POOL_EXHAUSTED, "POOLEXHAUSTED"},
	[NAT_REFUSED_HOST] = {DROP_NAT_HOST_LIMIT, "HOSTLIMIT"},
	[NAT_REFUSED_OWN] = {DROP_NAT_HOST_PORTS, "HOSTPORTS"},
	[NAT_REFUSED_RATE] = {DROP_NAT_HOST_RATE, "HOSTRATE"},
};
static_assert(ARRAY_COUNT(refusals) == NAT_REFUSAL_COUNT, "a row for each");

enum drop_reason nat_refusal_reason(enum nat_refusal why)
{
	return refusals[why].reason;
}

/* ---- compiling -------------------------------------------------------------------------- */

static bool same_limit(const struct config_nat_limit *a, const struct config_nat_limit *b)
{
	return a->what == b->what && a->scope == b->scope && ip4_equal(a->address, b->address) &&
	       !strcmp(a->list, b->list);
}

static uint64_t refused_before(const struct nat_limits *before, const struct config_nat_limit *key)
{
	vec_each (&before->at, limit) {
		if (same_limit(&limit->config, key))
			return limit->refused;
	}
	return 0;
}

int nat_limits_compile(struct nat_limits *limits, const struct config *config,
		       const struct acl_set *acls, const struct nat_limits *before)
{
	limits->generation = before->generation + 1;
	if (limits->generation == 0) /* a device that is new has none */
		limits->generation = 1;
	vec_each (&config->nat.limits, from) {
		struct nat_limit *limit = vec_push(&limits->at);

		if (!limit) {
			nat_limits_fini(limits);
			return -ENOMEM;
		}
		limit->config = *from;
		limit->refused = refused_before(before, from);
		limit->list = acl_find(acls, from->list);
		limits->begin[from->what][from->scope + 1] = limits->at.count;
	}
	vec_each (&config->nat.port_timeouts, from) {
		struct nat_port_timeout *timeout = vec_push(&limits->port_timeouts);

		if (!timeout) {
			nat_limits_fini(limits);
			return -ENOMEM;
		}
		*timeout = (struct nat_port_timeout){(uint32_t)from->proto << 16 | from->port,
						     nat_ticks_of_s(from->seconds)};
	}
	/* where there is none, the end of what is before */
	uint32_t end = 0;

	for (unsigned int what = 0; what < CONFIG_LIMIT_COUNT; what++) {
		for (unsigned int scope = 0; scope <= CONFIG_LIMIT_SCOPE_COUNT; scope++) {
			end = MAX(end, limits->begin[what][scope]);
			limits->begin[what][scope] = end;
		}
	}
	return 0;
}

void nat_limits_fini(struct nat_limits *limits)
{
	vec_free(&limits->at);
	vec_free(&limits->port_timeouts);
}

const struct nat_port_timeout *nat_port_timeout_find(const struct nat_limits *limits, uint8_t proto,
						     uint16_t port)
{
	uint32_t key = (uint32_t)proto << 16 | port, low = 0, high = limits->port_timeouts.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (limits->port_timeouts.at[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == limits->port_timeouts.count || limits->port_timeouts.at[low].key != key)
		return NULL;
	return &limits->port_timeouts.at[low];
}

/* ---- what holds for a device ------------------------------------------------------------ */

/** Takes a limit for a device if it is tighter than what it has. */
static void limit_apply(struct nat_device *device, const struct nat_limits *limits, uint32_t at)
{
	const struct config_nat_limit *limit = &limits->at.at[at].config;

	if (limit->value >= device->limit[limit->what])
		return;
	device->limit[limit->what] = limit->value;
	device->rule[limit->what] = at + 1;
}

/** The limit of this very address among [@low, @high), which are by address; @high: none. */
static uint32_t limit_of_host(const struct nat_limits *limits, uint32_t low, uint32_t high,
			      uint32_t local)
{
	uint32_t end = high;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (limits->at.at[middle].config.address.host < local)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && limits->at.at[low].config.address.host == local ? low : end;
}

static uint32_t burst_of(uint32_t rate)
{
	/* a second's worth, but two: the outside has to leave one */
	return MAX(rate, 2u) * NAT_TOKEN;
}

void nat_device_refresh(const struct nat *nat, struct nat_device *device, mono_ms_t now)
{
	const struct nat_limits *limits = &nat->limits;
	const struct acl_key key = {.src = {device->local}};

	if (device->generation == limits->generation)
		return;
	for (unsigned int what = 0; what < CONFIG_LIMIT_COUNT; what++) {
		const uint32_t *begin = limits->begin[what];
		uint32_t hosts_end = begin[CONFIG_LIMIT_HOST + 1];
		uint32_t host =
			limit_of_host(limits, begin[CONFIG_LIMIT_HOST], hosts_end, device->local);

		device->limit[what] = UINT32_MAX;
		device->rule[what] = 0;
		if (begin[CONFIG_LIMIT_ALL_HOST] < begin[CONFIG_LIMIT_ALL_HOST + 1])
			limit_apply(device, limits, begin[CONFIG_LIMIT_ALL_HOST]);
		if (host < hosts_end)
			limit_apply(device, limits, host);
		for (uint32_t at = hosts_end; at < begin[CONFIG_LIMIT_LIST + 1]; at++) {
			if (acl_look(&nat->rules.acls, limits->at.at[at].list, &key).permit)
				limit_apply(device, limits, at);
		}
	}
	if (device->generation == 0 && device->limit[CONFIG_LIMIT_RATE] != UINT32_MAX) {
		device->tokens = burst_of(device->limit[CONFIG_LIMIT_RATE]);
		device->filled = now;
	}
	device->generation = limits->generation;
}

/* ---- admission -------------------------------------------------------------------------- */

static bool opened_from_outside(enum nat_opener opener)
{
	switch (opener) {
	case NAT_OPENED_INSIDE:
	case NAT_OPENED_HAIRPIN: return false;
	case NAT_OPENED_BY_OTHER:
	case NAT_OPENED_OUTSIDE: break;
	}
	return true;
}

uint32_t nat_inbound_limit(const struct nat *nat)
{
	return nat->rules.max_entries / 2;
}

static enum nat_refusal judge(const struct nat *nat, const struct nat_device *device, bool inbound)
{
	uint32_t most = nat->rules.max_entries, limit = device->limit[CONFIG_LIMIT_ENTRIES];
	uint32_t made = inbound ? device->inbound : device->sessions - device->inbound;

	if (inbound && nat->inbound >= nat_inbound_limit(nat))
		return NAT_REFUSED_HALF;
	if (device->sessions >= limit)
		return NAT_REFUSED_HOST;
	if (inbound && limit != UINT32_MAX && made >= limit / 2)
		return NAT_REFUSED_HOST;
	if (nat->sessions.count >= most - most / NAT_SHARE && made > most / NAT_SHARE)
		return NAT_REFUSED_SHARE;
	return NAT_ADMITTED;
}

/** Looks for dead sessions that may fill a limit, but not for each packet of a flood. */
static bool limits_sweep(struct nat *nat, mono_ms_t now)
{
	uint32_t tick = nat_tick_of(now);

	if (nat->limits_swept == tick)
		return false;
	nat->limits_swept = tick;
	nat_session_sweep(nat, NAT_LIMIT_SWEEP, now);
	return true;
}

/** One session of the device's rate. Return: whether there was one. */
static bool take_token(struct nat_device *device, bool inbound, mono_ms_t now)
{
	uint32_t rate = device->limit[CONFIG_LIMIT_RATE], least = NAT_TOKEN;
	int64_t passed_ms = mono_between_ms(device->filled, now);

	if (rate == UINT32_MAX)
		return true;
	passed_ms = MIN(MAX(passed_ms, 0), NAT_TOKEN_MS_MAX);
	device->tokens = (uint32_t)MIN((uint64_t)device->tokens + (uint64_t)passed_ms * rate,
				       (uint64_t)burst_of(rate));
	device->filled = now;
	if (inbound)
		least += burst_of(rate) / 2;
	if (device->tokens < least)
		return false;
	device->tokens -= NAT_TOKEN;
	return true;
}

enum nat_refusal nat_admit(struct nat *nat, ip4_t local, enum nat_opener opener, mono_ms_t now)
{
	bool inbound = opened_from_outside(opener);
	enum nat_refusal why;
	uint32_t i;

	if (!nat_session_room(nat, opener == NAT_OPENED_HAIRPIN ? 2 : 1, now))
		return NAT_REFUSED_TABLE;
	i = nat_device_get(nat, local);
	if (i == 0)
		return NAT_REFUSED_TABLE;
	nat_device_refresh(nat, nat_device_at(nat, i), now);
	why = judge(nat, nat_device_at(nat, i), inbound);
	if (why != NAT_ADMITTED && limits_sweep(nat, now))
		why = judge(nat, nat_device_at(nat, i), inbound);
	if (why == NAT_ADMITTED && !take_token(nat_device_at(nat, i), inbound, now))
		why = NAT_REFUSED_RATE;
	return why;
}

static bool has_ports_left(const struct nat *nat, const struct nat_device *device)
{
	/* nat_admit(), which comes first, has worked the limits out */
	return device->generation != nat->limits.generation ||
	       device->mappings < device->limit[CONFIG_LIMIT_PORTS];
}

bool nat_admit_port(struct nat *nat, ip4_t local, mono_ms_t now)
{
	uint32_t i = nat_device_find(nat, local);

	if (i == 0 || has_ports_left(nat, nat_device_at(nat, i)))
		return true;
	return limits_sweep(nat, now) && has_ports_left(nat, nat_device_at(nat, i));
}

/* ---- refusal ---------------------------------------------------------------------------- */

/** Says in the log that sessions are refused, once a minute at most (RFC 6888 REQ-11, REQ-12). */
static void signal_refusal(struct nat *nat, enum nat_refusal why, ip4_t local, mono_ms_t now)
{
	char text[IP4_TEXT_SIZE];
	struct event *event;

	if (!mono_reached(nat->signal_next[why], now))
		return;
	nat->signal_next[why] = mono_add_s(now, NAT_SIGNAL_INTERVAL_S);
	event = event_push_log(nat->events, EVENT_WARNING, "NAT", refusals[why].mnemonic);
	if (!event)
		return;
	snprintf(event->text, sizeof(event->text), "no new session for %s: %s; live ones are kept",
		 ip4_to_text(local, text), drop_text(refusals[why].reason));
}

/** Counts a refusal for the device, and for the limit that it has reached. */
static void count_refusal(struct nat *nat, enum nat_refusal why, ip4_t local)
{
	uint32_t i = nat_device_find(nat, local), rule = 0;
	struct nat_device *device = i ? nat_device_at(nat, i) : NULL;

	nat->refused[why]++;
	if (!device)
		return;
	device->refused++;
	switch (why) {
	case NAT_REFUSED_HOST: rule = device->rule[CONFIG_LIMIT_ENTRIES]; break;
	case NAT_REFUSED_OWN: rule = device->rule[CONFIG_LIMIT_PORTS]; break;
	case NAT_REFUSED_RATE: rule = device->rule[CONFIG_LIMIT_RATE]; break;
	case NAT_ADMITTED:
	case NAT_REFUSED_TABLE:
	case NAT_REFUSED_HALF:
	case NAT_REFUSED_SHARE:
	case NAT_REFUSED_PORTS:
	case NAT_REFUSED_POOL:
	case NAT_REFUSAL_COUNT: break;
	}
	if (rule != 0)
		nat->limits.at.at[rule - 1].refused++;
}

enum verdict nat_refuse(struct nat *nat, struct frame *frame, enum nat_refusal why,
			enum nat_opener opener, ip4_t local, mono_ms_t now)
{
	count_refusal(nat, why, local);
	signal_refusal(nat, why, local, now);
	TRACE(frame, nat_trace_refused(frame, local, refusals[why].reason));
	if (opener != NAT_OPENED_OUTSIDE)
		frame->refuse = ICMP_ADMIN_PROHIBITED;
	return drop(frame, refusals[why].reason);
}

/* ---- looking ---------------------------------------------------------------------------- */

uint32_t nat_inbound_count(const struct nat *nat)
{
	return nat->inbound;
}

uint64_t nat_refused(const struct nat *nat, enum nat_refusal why)
{
	return nat->refused[why];
}

const struct nat_limit *nat_limit_at(const struct nat *nat, uint32_t at)
{
	return at < nat->limits.at.count ? &nat->limits.at.at[at] : NULL;
}

void nat_clear_refusals(struct nat *nat)
{
	memset(nat->refused, 0, sizeof(nat->refused));
	vec_each (&nat->limits.at, limit)
		limit->refused = 0;
	for (uint32_t i = 1; i <= nat->devices.high; i++)
		nat_device_at(nat, i)->refused = 0;
}
