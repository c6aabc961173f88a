/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See device.h. Invariants: a device is in by_device; it is in the list of idle ones when and only
 * when it has no mapping, and then it has no session. At most NAT_DEVICES_IDLE_MAX are idle, and
 * each other has a mapping, so the room that is reserved is always enough.
 */
#include "core/nat/nat.h"

static uint64_t device_hash(const struct hash_key *key, uint32_t local)
{
	return hash_2(key, local, UINT64_C(1) << 33);
}

uint64_t nat_device_hash(const struct hash_key *key, const void *record)
{
	const struct nat_device *device = record;

	return device_hash(key, device->local);
}

uint32_t nat_device_find(const struct nat *nat, ip4_t local)
{
	uint32_t i = nat_index_first(&nat->by_device, device_hash(&nat->key, local.host));

	while (i != 0 && nat_device_at(nat, i)->local != local.host)
		i = nat_index_next(&nat->by_device, i);
	return i;
}

/* ---- idle ones -------------------------------------------------------------------------- */

static void idle_join(struct nat *nat, uint32_t i)
{
	struct nat_device *device = nat_device_at(nat, i);

	device->idle_next = 0;
	device->idle_prev = nat->idle_newest;
	if (nat->idle_newest)
		nat_device_at(nat, nat->idle_newest)->idle_next = i;
	else
		nat->idle_oldest = i;
	nat->idle_newest = i;
	nat->idle_count++;
}

static void idle_leave(struct nat *nat, uint32_t i)
{
	struct nat_device *device = nat_device_at(nat, i);

	if (device->idle_prev)
		nat_device_at(nat, device->idle_prev)->idle_next = device->idle_next;
	else
		nat->idle_oldest = device->idle_next;
	if (device->idle_next)
		nat_device_at(nat, device->idle_next)->idle_prev = device->idle_prev;
	else
		nat->idle_newest = device->idle_prev;
	device->idle_next = device->idle_prev = 0;
	nat->idle_count--;
}

/** Makes room among the idle ones for one more. */
static void idle_trim(struct nat *nat)
{
	uint32_t i = nat->idle_oldest;

	if (nat->idle_count < NAT_DEVICES_IDLE_MAX)
		return;
	idle_leave(nat, i);
	nat_index_remove(&nat->by_device, nat_device_hash(&nat->key, nat_device_at(nat, i)), i);
	nat_slab_give(&nat->devices, i);
}

/* ---- coming and going ------------------------------------------------------------------- */

uint32_t nat_device_get(struct nat *nat, ip4_t local)
{
	uint32_t i = nat_device_find(nat, local);
	struct nat_device *device;

	if (i != 0) {
		if (nat_device_at(nat, i)->mappings == 0) { /* who asks is the newest again */
			idle_leave(nat, i);
			idle_join(nat, i);
		}
		return i;
	}
	idle_trim(nat);
	i = nat_slab_take(&nat->devices);
	if (i == 0)
		return 0;
	device = nat_device_at(nat, i);
	device->local = local.host;
	nat_index_insert(&nat->by_device, nat_device_hash(&nat->key, device), i);
	idle_join(nat, i);
	return i;
}

void nat_device_hold(struct nat *nat, uint32_t i)
{
	if (nat_device_at(nat, i)->mappings++ == 0)
		idle_leave(nat, i);
}

void nat_device_release(struct nat *nat, uint32_t i)
{
	struct nat_device *device = nat_device_at(nat, i);

	assert(device->mappings > 0);
	if (--device->mappings > 0)
		return;
	assert(device->sessions == 0);
	idle_trim(nat);
	idle_join(nat, i);
}

void nat_device_session_opened(struct nat *nat, uint32_t i)
{
	struct nat_device *device = nat_device_at(nat, i);

	device->sessions++;
	device->opened++;
}

void nat_device_session_closes(struct nat *nat, uint32_t i, const struct nat_session *s)
{
	struct nat_device *device = nat_device_at(nat, i);

	device->sessions--;
	device->packets_out += (uint64_t)s->packets_out_high << 32 | s->packets_out;
	device->packets_in += (uint64_t)s->packets_in_high << 32 | s->packets_in;
	device->bytes_out += s->bytes_out;
	device->bytes_in += s->bytes_in;
	if (s->flags & NAT_SESSION_UNASKED) {
		device->inbound--;
		nat->inbound--;
	}
}
