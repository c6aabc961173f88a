/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See limits.h. RFC 5508 REQ-8 and RFC 6888 REQ-11 name different codes for "no resources"; the
 * first is followed: destination unreachable, communication administratively prohibited.
 */
#include <stdio.h>

#include "core/nat/nat.h"
#include "core/wire/icmp.h"

enum { NAT_SIGNAL_INTERVAL_S = 60 }; /* between two log lines about one kind of refusal */

static const struct {
	enum drop_reason reason;
	const char *mnemonic; /* in the log */
} refusals[] = {
	[NAT_REFUSED_TABLE] = {DROP_NAT_TABLE_FULL, "TABLEFULL"},
	[NAT_REFUSED_PORTS] = {DROP_NAT_PORTS_EXHAUSTED, "PORTSEXHAUSTED"},
};
static_assert(ARRAY_COUNT(refusals) == NAT_REFUSAL_COUNT, "a row for each");

/** Says in the log that sessions are refused, once a minute at most (RFC 6888 REQ-11, REQ-12). */
static void signal_exhaustion(struct nat *nat, enum nat_refusal why, ip4_t device, mono_ms_t now)
{
	struct event *event;

	if (!mono_reached(nat->signal_next[why], now))
		return;
	nat->signal_next[why] = mono_add_s(now, NAT_SIGNAL_INTERVAL_S);
	event = event_push(nat->events);
	if (!event)
		return;
	event->type = EVENT_LOG;
	event->severity = EVENT_WARNING;
	snprintf(event->facility, sizeof(event->facility), "NAT");
	snprintf(event->mnemonic, sizeof(event->mnemonic), "%s", refusals[why].mnemonic);
	snprintf(event->text, sizeof(event->text),
		 "no new session for %u.%u.%u.%u; live ones are kept", device.host >> 24,
		 device.host >> 16 & 255, device.host >> 8 & 255, device.host & 255);
}

enum verdict nat_refuse(struct nat *nat, struct frame *frame, enum nat_refusal why,
			enum nat_refusal_side side, ip4_t device, mono_ms_t now)
{
	nat->refused[why]++;
	signal_exhaustion(nat, why, device, now);
	TRACE(frame, nat_trace_refused(frame, device, refusals[why].reason));
	switch (side) {
	case NAT_REFUSED_INSIDE: frame->refuse = ICMP_ADMIN_PROHIBITED; break;
	case NAT_REFUSED_OUTSIDE: break;
	}
	return drop(frame, refusals[why].reason);
}
