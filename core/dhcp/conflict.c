/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that somebody uses without a lease: their leases are DECLINED for a while, whether a
 * client found it out or the server's own probe. When that was follows from how long they will
 * stay so, which the record on disk says too.
 *
 * At most a quarter of a pool is so put aside. A client that declines more is not believed: its
 * address goes back into the pool. A probe is, but then the address that was put aside first is
 * given away again, after all others and not before it has been probed anew. So one who answers
 * every probe keeps new clients waiting as long as he does, and a quarter of the pool for an hour
 * after.
 */
#include "core/dhcp/server_private.h"

bool dhcp_server_next_conflict(const struct dhcp_server *s, ip4_t *after, struct dhcp_conflict *out,
			       mono_ms_t now)
{
	while (dhcp_pool_next(s->set, *after, after)) {
		const struct dhcp_lease *lease = lease_table_find(s->table, *after);
		int64_t left_ms;

		if (!lease || lease->state != DHCP_LEASE_DECLINED)
			continue;
		left_ms = mono_reached(lease->deadline, now)
				  ? 0
				  : mono_between_ms(now, lease->deadline);
		*out = (struct dhcp_conflict){
			.address = lease->address,
			.probed = dhcp_client_is_unknown(&lease->client),
			.hardware = lease->hardware,
			.age_s = (uint32_t)(DHCP_QUARANTINE_S - (left_ms + 999) / 1000)};
		return true;
	}
	return false;
}

unsigned int dhcp_server_clear_conflicts(struct dhcp_server *s, ip4_t address, mono_ms_t now)
{
	const bool all = ip4_is_any(address);
	unsigned int count = 0;
	ip4_t at = all ? IP4_ANY : (ip4_t){address.host - 1};

	while (dhcp_pool_next(s->set, at, &at) && (all || ip4_equal(at, address))) {
		struct dhcp_lease *lease = lease_table_find(s->table, at);

		if (!lease || lease->state != DHCP_LEASE_DECLINED)
			continue;
		binding_erase(s, lease);
		count++;
	}
	binding_flush(s, now);
	return count;
}
