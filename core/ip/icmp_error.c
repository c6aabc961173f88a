/* SPDX-License-Identifier: BSD-2-Clause */
/* See icmp_error.h. */
#include "core/ip/icmp_error.h"

void icmp_limiter_init(struct icmp_limiter *limiter, const struct hash_key *key)
{
	memset(limiter, 0, sizeof(*limiter));
	limiter->key = *key;
}

bool icmp_limiter_take(struct icmp_limiter *limiter, ip4_t to, struct chance *chance, mono_ms_t now)
{
	struct icmp_bucket *b =
		&limiter->bucket[hash_2(&limiter->key, to.host, 0) % ICMP_LIMITER_SLOTS];
	int64_t earned = mono_between_ms(b->filled, now) * ICMP_ERROR_RATE / 1000;

	if (!b->used || earned >= ICMP_ERROR_BURST) {
		b->used = true;
		b->tokens = (int16_t)(ICMP_ERROR_BURST - ICMP_ERROR_JITTER +
				      (int)chance_below(chance, 2 * ICMP_ERROR_JITTER + 1));
		b->filled = now;
	} else if (earned > 0) {
		b->tokens = (int16_t)MIN(b->tokens + earned, ICMP_ERROR_BURST);
		b->filled = now;
	}
	if (b->tokens <= 0)
		return false;
	b->tokens--;
	return true;
}

bool icmp_error_allowed(const struct frame *about)
{
	if (about->link_group || about->fragment_offset != 0 || about->own)
		return false;
	if (ip4_is_any(about->src) || ip4_is_loopback(about->src) || ip4_is_multicast(about->src) ||
	    about->src.host >= IP4(240, 0, 0, 0).host)
		return false;
	if (ip4_is_multicast(about->dst) || ip4_equal(about->dst, IP4_BROADCAST))
		return false;
	/* no error about an error, nor about an ICMP type that nobody knows */
	return about->proto != IP_PROTO_ICMP ||
	       (frame_l4_len(about) > 0 && icmp_is_query(frame_l4(about)[0]));
}

uint32_t icmp_error_build(uint8_t *packet, const struct frame *about, ip4_t src, uint8_t type,
			  uint8_t code, uint16_t mtu)
{
	uint32_t quote_len = MIN(about->end - about->l3, ICMP_ERROR_MAX - IPV4_LEN - ICMP_LEN);
	struct writer w = writer_over(packet, ICMP_ERROR_MAX);
	struct ipv4 ip = {
		.header_len = IPV4_LEN,
		.tos = 0xc0, /* precedence 6, RFC 1812 s4.3.2.5 */
		.total_len = (uint16_t)(IPV4_LEN + ICMP_LEN + quote_len),
		.ttl = IPV4_TTL,
		.proto = IP_PROTO_ICMP,
		.src = src,
		.dst = about->src,
	};
	struct icmp icmp = {.type = type, .code = code, .seq = mtu};

	ipv4_build(&w, &ip);
	icmp_build(&w, &icmp, frame_l3(about), quote_len);
	return (uint32_t)writer_len(&w);
}
