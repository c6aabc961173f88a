/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See acl_log.h. The lines and their mnemonics are IOS's: IPACCESSLOGP has ports, IPACCESSLOGDP an
 * ICMP type and code, IPACCESSLOGNP neither, IPACCESSLOGS is of a standard list, IPACCESSLOGRL says
 * how many packets got no line for want of room.
 *
 * Not supported: a line for the packets since the last one when a flow goes silent; it comes with
 * the flow's next packet.
 */
#include "core/ip/acl_log.h"

#include <stdio.h>

#include "core/text.h"
#include "core/wire/ipv4.h"

void acl_log_init(struct acl_log *log, const struct hash_key *key)
{
	memset(log, 0, sizeof(*log));
	log->key = *key;
	log->tokens = ACL_LOG_BURST;
}

static bool flow_equal(const struct acl_key *a, const struct acl_key *b)
{
	return ip4_equal(a->src, b->src) && ip4_equal(a->dst, b->dst) && a->proto == b->proto &&
	       a->sport == b->sport && a->dport == b->dport && a->icmp_type == b->icmp_type &&
	       a->icmp_code == b->icmp_code;
}

static struct acl_log_slot *slot_of(struct acl_log *log, const struct acl_list *list,
				    const struct acl_key *key)
{
	uint64_t a = (uint64_t)key->src.host << 32 | key->dst.host;
	uint64_t b = (uint64_t)key->sport << 48 | (uint64_t)key->dport << 32 |
		     (uint64_t)key->proto << 16 | (uint64_t)key->icmp_type << 8 | key->icmp_code;

	return &log->slot[(hash_2(&log->key, a, b) ^
			   hash_bytes(&log->key, list->name, sizeof(list->name))) %
			  ACL_LOG_SLOTS];
}

static bool take_token(struct acl_log *log, mono_ms_t now)
{
	int64_t since_ms = log->begun ? mono_between_ms(log->filled, now) : 0;

	if (!log->begun || since_ms >= 1000 / ACL_LOG_RATE) {
		int64_t earned = since_ms * ACL_LOG_RATE / 1000;

		log->tokens = (uint32_t)MIN(log->tokens + earned, ACL_LOG_BURST);
		log->filled = now;
		log->begun = true;
	}
	if (log->tokens == 0)
		return false;
	log->tokens--;
	return true;
}

static struct event *line(struct event_queue *events, const char *mnemonic)
{
	return event_push_log(events, EVENT_INFO, "SEC", mnemonic);
}

/* Packets that got no line are told of before the next one that does. */
static void write_missed(struct acl_log *log, struct event_queue *events)
{
	struct event *event = log->missed ? line(events, "IPACCESSLOGRL") : NULL;

	if (!event)
		return;
	snprintf(event->text, sizeof(event->text),
		 "access-list logging rate-limited or missed %llu packet%s",
		 (unsigned long long)log->missed, log->missed == 1 ? "" : "s");
	log->missed = 0;
}

static void write_line(const struct acl_list *list, const struct acl_log_slot *slot,
		       uint64_t packets, struct event_queue *events)
{
	const struct acl_key *k = &slot->flow;
	const char *action = slot->permit ? "permitted" : "denied";
	char src[IP4_TEXT_SIZE], dst[IP4_TEXT_SIZE], count[40];
	bool ports = k->proto == IP_PROTO_TCP || k->proto == IP_PROTO_UDP;
	struct event *event = line(events, !list->extended	       ? "IPACCESSLOGS"
					   : ports		       ? "IPACCESSLOGP"
					   : k->proto == IP_PROTO_ICMP ? "IPACCESSLOGDP"
								       : "IPACCESSLOGNP");

	if (!event)
		return;
	ip4_to_text(k->src, src);
	ip4_to_text(k->dst, dst);
	snprintf(count, sizeof(count), "%llu packet%s", (unsigned long long)packets,
		 packets == 1 ? "" : "s");
	if (!list->extended)
		snprintf(event->text, sizeof(event->text), "list %s %s %s %s", list->name, action,
			 src, count);
	else if (ports)
		snprintf(event->text, sizeof(event->text), "list %s %s %s %s(%u) -> %s(%u), %s",
			 list->name, action, k->proto == IP_PROTO_TCP ? "tcp" : "udp", src,
			 k->sport, dst, k->dport, count);
	else if (k->proto == IP_PROTO_ICMP)
		snprintf(event->text, sizeof(event->text), "list %s %s icmp %s -> %s (%u/%u), %s",
			 list->name, action, src, dst, k->icmp_type, k->icmp_code, count);
	else
		snprintf(event->text, sizeof(event->text), "list %s %s %u %s -> %s, %s", list->name,
			 action, k->proto, src, dst, count);
}

void acl_log_packet(struct acl_log *log, const struct acl_list *list, bool permit,
		    const struct acl_key *key, struct event_queue *events, mono_ms_t now)
{
	struct acl_key flow = *key;
	struct acl_log_slot *slot;
	bool known;

	if (!list->extended) /* which looks at nothing else */
		flow = (struct acl_key){.src = key->src};
	slot = slot_of(log, list, &flow);
	known = slot->used && slot->permit == permit && !strcmp(slot->list, list->name) &&
		flow_equal(&slot->flow, &flow);
	if (known) {
		slot->packets++;
		if (mono_between_ms(slot->logged, now) < ACL_LOG_AGAIN_S * 1000)
			return;
	}
	if (!take_token(log, now)) {
		log->missed += !known;
		return;
	}
	write_missed(log, events);
	if (!known) {
		*slot = (struct acl_log_slot){
			.used = true, .permit = permit, .flow = flow, .packets = 1};
		memcpy(slot->list, list->name, sizeof(slot->list));
	}
	write_line(list, slot, slot->packets, events);
	slot->packets = 0;
	slot->logged = now;
}
