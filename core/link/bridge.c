/* SPDX-License-Identifier: BSD-2-Clause */
/* See bridge.h. Not supported: VLANs, spanning tree, static entries. */
#include "core/link/bridge.h"

enum { SETS = 2048, WAYS = 4 };

/* Zero bytes: free. No station has the address of zeros. */
struct station {
	uint64_t key; /* see key_of() */
	mono_ms_t heard;
	uint16_t port;
};

struct bridge {
	struct hash_key key;
	struct station set[SETS][WAYS];
};

struct bridge *bridge_new(const struct hash_key *key)
{
	struct bridge *bridge = calloc(1, sizeof(*bridge));

	if (bridge)
		bridge->key = *key;
	return bridge;
}

void bridge_free(struct bridge *bridge)
{
	free(bridge);
}

/* The station and its domain, as one number. */
static uint64_t key_of(uint16_t domain, mac_t mac)
{
	return mac_word(mac) | (uint64_t)domain << 48;
}

static unsigned int set_of(const struct bridge *bridge, uint64_t key)
{
	return hash_2(&bridge->key, key, 0) % SETS;
}

/* The place for a station that is not in its set: a free one, else the one longest unheard. */
static struct station *place_for_new(struct station *set)
{
	struct station *place = &set[0];

	for (unsigned int w = 1; w < WAYS && place->key != 0; w++)
		if (set[w].key == 0 || set[w].heard.ms < place->heard.ms)
			place = &set[w];
	return place;
}

void bridge_learn(struct bridge *bridge, uint16_t domain, mac_t mac, uint16_t port, mono_ms_t now)
{
	uint64_t key = key_of(domain, mac);
	struct station *set = bridge->set[set_of(bridge, key)], *place = NULL;

	for (unsigned int w = 0; w < WAYS && !place; w++)
		if (set[w].key == key)
			place = &set[w];
	if (!place)
		place = place_for_new(set);
	place->key = key;
	place->heard = now;
	place->port = port;
}

uint16_t bridge_find(const struct bridge *bridge, uint16_t domain, mac_t mac, mono_ms_t now)
{
	uint64_t key = key_of(domain, mac);
	const struct station *set = bridge->set[set_of(bridge, key)];

	for (unsigned int w = 0; w < WAYS; w++)
		if (set[w].key == key)
			return mono_between_ms(set[w].heard, now) < BRIDGE_AGE_S * 1000
				       ? set[w].port
				       : BRIDGE_NO_PORT;
	return BRIDGE_NO_PORT;
}

void bridge_forget_port(struct bridge *bridge, uint16_t port)
{
	for (unsigned int s = 0; s < SETS; s++)
		for (unsigned int w = 0; w < WAYS; w++)
			if (bridge->set[s][w].key != 0 && bridge->set[s][w].port == port)
				memset(&bridge->set[s][w], 0, sizeof(bridge->set[s][w]));
}
