/* SPDX-License-Identifier: BSD-2-Clause */
/* See bridge.h. Not supported: VLANs, spanning tree, static entries. */
#include "core/link/bridge.h"

enum { SETS = 2048, WAYS = 4 };

struct station {
	mac_t mac;
	uint16_t domain;
	uint16_t port; /* BRIDGE_NO_PORT: free */
	mono_ms_t heard;
};

struct bridge {
	struct hash_key key;
	struct station set[SETS][WAYS];
};

struct bridge *bridge_new(const struct hash_key *key)
{
	struct bridge *bridge = calloc(1, sizeof(*bridge));

	if (!bridge)
		return NULL;
	bridge->key = *key;
	for (unsigned int s = 0; s < SETS; s++)
		for (unsigned int w = 0; w < WAYS; w++)
			bridge->set[s][w].port = BRIDGE_NO_PORT;
	return bridge;
}

void bridge_free(struct bridge *bridge)
{
	free(bridge);
}

static unsigned int set_of(const struct bridge *bridge, uint16_t domain, mac_t mac)
{
	uint64_t word = 0;

	memcpy(&word, mac.byte, sizeof(mac.byte));
	return hash_2(&bridge->key, word, domain) % SETS;
}

static bool is_station(const struct station *s, uint16_t domain, mac_t mac)
{
	return s->port != BRIDGE_NO_PORT && s->domain == domain && mac_equal(s->mac, mac);
}

void bridge_learn(struct bridge *bridge, uint16_t domain, mac_t mac, uint16_t port, mono_ms_t now)
{
	struct station *set = bridge->set[set_of(bridge, domain, mac)];
	struct station *place = &set[0];

	for (unsigned int w = 0; w < WAYS; w++) {
		if (is_station(&set[w], domain, mac)) {
			place = &set[w];
			break;
		}
		if (place->port == BRIDGE_NO_PORT)
			continue;
		if (set[w].port == BRIDGE_NO_PORT || set[w].heard.ms < place->heard.ms)
			place = &set[w];
	}
	*place = (struct station){.mac = mac, .domain = domain, .port = port, .heard = now};
}

uint16_t bridge_find(const struct bridge *bridge, uint16_t domain, mac_t mac, mono_ms_t now)
{
	const struct station *set = bridge->set[set_of(bridge, domain, mac)];

	for (unsigned int w = 0; w < WAYS; w++)
		if (is_station(&set[w], domain, mac) &&
		    !mono_reached(mono_add_s(set[w].heard, BRIDGE_AGE_S), now))
			return set[w].port;
	return BRIDGE_NO_PORT;
}

void bridge_forget_port(struct bridge *bridge, uint16_t port)
{
	for (unsigned int s = 0; s < SETS; s++)
		for (unsigned int w = 0; w < WAYS; w++)
			if (bridge->set[s][w].port == port)
				bridge->set[s][w].port = BRIDGE_NO_PORT;
}
