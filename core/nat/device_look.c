/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See device_look.h. What live sessions have carried is not counted by device as it passes, which
 * would cost every packet a cache line: who wants to know adds it up, a piece at a time. A session
 * that ends meanwhile is missed, none is counted twice when devices are read first.
 */
#include "core/nat/device_look.h"

#include "core/nat/nat.h"

static void stats_of_device(const struct nat *nat, uint32_t i, struct nat_device_stats *out)
{
	struct nat_device device = *nat_device_at(nat, i);

	/* it may have asked for nothing since the configuration changed */
	nat_device_refresh(nat, &device, (mono_ms_t){0});
	*out = (struct nat_device_stats){
		.number = i,
		.local = {device.local},
		.sessions = device.sessions,
		.inbound = device.inbound,
		.ports = device.mappings,
		.refused = device.refused,
		.opened = device.opened,
		.packets_out = device.packets_out,
		.packets_in = device.packets_in,
		.bytes_out = device.bytes_out,
		.bytes_in = device.bytes_in,
	};
	memcpy(out->limit, device.limit, sizeof(out->limit));
}

bool nat_next_device(const struct nat *nat, uint64_t *cursor, struct nat_device_stats *out)
{
	while (*cursor < nat->devices.high) {
		uint32_t i = (uint32_t)(++*cursor);

		if (nat_device_at(nat, i)->local == 0) /* the record is free */
			continue;
		stats_of_device(nat, i, out);
		return true;
	}
	return false;
}

bool nat_device_stats(const struct nat *nat, ip4_t local, struct nat_device_stats *out)
{
	uint32_t i = nat_device_find(nat, local);

	if (i != 0)
		stats_of_device(nat, i, out);
	return i != 0;
}

uint32_t nat_device_count(const struct nat *nat)
{
	return nat->devices.high;
}

bool nat_sum_traffic(const struct nat *nat, uint64_t *cursor, unsigned int budget,
		     struct nat_traffic *sum, uint32_t count)
{
	for (; budget > 0 && *cursor < nat->sessions.high; budget--) {
		const struct nat_session *s = nat_session_at(nat, (uint32_t)(++*cursor));
		const struct nat_host *host;

		if (!(s->flags & NAT_SESSION_LIVE))
			continue;
		host = nat_slab_at(&nat->hosts, nat_mapping_at(nat, s->mapping)->host);
		if (host->device >= count)
			continue;
		sum[host->device].bytes_out += s->bytes_out;
		sum[host->device].bytes_in += s->bytes_in;
	}
	return *cursor < nat->sessions.high;
}

bool nat_next_public(const struct nat *nat, uint32_t *cursor, ip4_t *address)
{
	if (*cursor >= nat->rules.publics.count)
		return false;
	*address = nat->rules.publics.at[(*cursor)++].address;
	return true;
}
