/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP server within a configuration: the parts of its pools that are lists of their own, and
 * comparing.
 */
#include "core/config_list.h"

/* ---- options ---------------------------------------------------------------------------- */

struct option_key {
	const char *pool;
	unsigned int code;
};

static int option_key_compare(const struct config_dhcp_option *item, const struct option_key *key)
{
	int order = strcmp(item->pool, key->pool);

	return order ? order : COMPARE(item->code, key->code);
}

static int option_compare(const struct config_dhcp_option *a, const struct config_dhcp_option *b)
{
	return option_key_compare(a, &(struct option_key){b->pool, b->code});
}

/* Where the option is, or belongs. @found: out: which of the two. */
static uint32_t option_place(const struct config_dhcp *dhcp, const char *pool, unsigned int code,
			     bool *found)
{
	const struct option_key key = {pool, code};

	return LIST_PLACE(&dhcp->options, &key, option_key_compare, *found);
}

const struct config_dhcp_option *config_options(const struct config *config, const char *pool,
						uint32_t *count)
{
	bool found; /* neither: options are 2 to 254 */
	uint32_t first = option_place(&config->dhcp, pool, 0, &found);

	*count = option_place(&config->dhcp, pool, UINT8_MAX, &found) - first;
	return *count ? &config->dhcp.options.at[first] : NULL;
}

const struct config_dhcp_option *config_option_find(const struct config *config, const char *pool,
						    uint8_t code)
{
	bool found;
	uint32_t at = option_place(&config->dhcp, pool, code, &found);

	return found ? &config->dhcp.options.at[at] : NULL;
}

int config_option_add(struct config *config, const struct config_dhcp_option *option)
{
	return LIST_ADD(&config->dhcp.options, option, option_compare);
}

int config_option_remove(struct config *config, const char *pool, uint8_t code)
{
	const struct option_key key = {pool, code};

	return LIST_REMOVE(&config->dhcp.options, &key, option_key_compare);
}

/* ---- reservations ----------------------------------------------------------------------- */

struct reservation_key {
	const char *pool;
	ip4_t address;
};

static int reservation_key_compare(const struct config_dhcp_reservation *item,
				   const struct reservation_key *key)
{
	int order = strcmp(item->pool, key->pool);

	return order ? order : COMPARE(item->address.host, key->address.host);
}

static int reservation_compare(const struct config_dhcp_reservation *a,
			       const struct config_dhcp_reservation *b)
{
	return reservation_key_compare(a, &(struct reservation_key){b->pool, b->address});
}

int config_reservation_add(struct config *config, const struct config_dhcp_reservation *one)
{
	return LIST_ADD(&config->dhcp.reservations, one, reservation_compare);
}

int config_reservation_remove(struct config *config, const char *pool, ip4_t address)
{
	const struct reservation_key key = {pool, address};

	return LIST_REMOVE(&config->dhcp.reservations, &key, reservation_key_compare);
}

void config_pool_parts_remove(struct config *config, const char *pool)
{
	const struct reservation_key first = {pool, IP4_ANY};
	struct config_dhcp *dhcp = &config->dhcp;
	bool found;
	uint32_t at = option_place(dhcp, pool, 0, &found);

	while (at < dhcp->options.count && strcmp(dhcp->options.at[at].pool, pool) == 0)
		vec_remove(&dhcp->options, at);
	at = LIST_PLACE(&dhcp->reservations, &first, reservation_key_compare, found);
	while (at < dhcp->reservations.count && strcmp(dhcp->reservations.at[at].pool, pool) == 0)
		vec_remove(&dhcp->reservations, at);
}

/* ---- the whole -------------------------------------------------------------------------- */

int config_dhcp_copy(struct config_dhcp *to, const struct config_dhcp *from)
{
	to->disabled = from->disabled;
	to->ping_packets = from->ping_packets;
	to->ping_timeout_ms = from->ping_timeout_ms;
	to->conflicts_unlogged = from->conflicts_unlogged;
	to->relay_option = from->relay_option;
	to->relay_policy = from->relay_policy;
	memcpy(to->database, from->database, sizeof(to->database));
	to->database_delay_s = from->database_delay_s;
	if (vec_copy(&to->excluded, &from->excluded) < 0 ||
	    vec_copy(&to->pools, &from->pools) < 0 || vec_copy(&to->options, &from->options) < 0 ||
	    vec_copy(&to->reservations, &from->reservations) < 0)
		return -ENOMEM;
	return 0;
}

void config_dhcp_fini(struct config_dhcp *dhcp)
{
	vec_free(&dhcp->excluded);
	vec_free(&dhcp->pools);
	vec_free(&dhcp->options);
	vec_free(&dhcp->reservations);
}

static bool excluded_equal(const struct config_dhcp_excluded *a,
			   const struct config_dhcp_excluded *b)
{
	return ip4_equal(a->low, b->low) && ip4_equal(a->high, b->high);
}

static bool pool_equal(const struct config_dhcp_pool *a, const struct config_dhcp_pool *b)
{
	return !strcmp(a->name, b->name) && a->has_network == b->has_network &&
	       (!a->has_network || ip4_prefix_equal(a->network, b->network)) &&
	       a->has_host == b->has_host && (!a->has_host || ip4_prefix_equal(a->host, b->host)) &&
	       a->has_hardware == b->has_hardware &&
	       (!a->has_hardware || mac_equal(a->hardware, b->hardware)) &&
	       a->client_id_len == b->client_id_len &&
	       !memcmp(a->client_id, b->client_id, a->client_id_len) &&
	       !strcmp(a->client_name, b->client_name) &&
	       a->default_router_count == b->default_router_count &&
	       addresses_equal(a->default_routers, b->default_routers, a->default_router_count) &&
	       a->dns_server_count == b->dns_server_count &&
	       addresses_equal(a->dns_servers, b->dns_servers, a->dns_server_count) &&
	       !strcmp(a->domain_name, b->domain_name) && a->import_all == b->import_all &&
	       ip4_equal(a->next_server, b->next_server) && !strcmp(a->bootfile, b->bootfile) &&
	       a->has_lease == b->has_lease && (!a->has_lease || a->lease_s == b->lease_s);
}

static bool option_equal(const struct config_dhcp_option *a, const struct config_dhcp_option *b)
{
	return !strcmp(a->pool, b->pool) && a->code == b->code && a->form == b->form &&
	       a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

static bool reservation_equal(const struct config_dhcp_reservation *a,
			      const struct config_dhcp_reservation *b)
{
	return !strcmp(a->pool, b->pool) && ip4_equal(a->address, b->address) &&
	       a->has_hardware == b->has_hardware &&
	       (!a->has_hardware || mac_equal(a->hardware, b->hardware)) &&
	       a->client_id_len == b->client_id_len &&
	       !memcmp(a->client_id, b->client_id, a->client_id_len);
}

bool config_dhcp_equal(const struct config_dhcp *a, const struct config_dhcp *b)
{
	return a->disabled == b->disabled && a->ping_packets == b->ping_packets &&
	       a->ping_timeout_ms == b->ping_timeout_ms &&
	       a->conflicts_unlogged == b->conflicts_unlogged &&
	       a->relay_option == b->relay_option && a->relay_policy == b->relay_policy &&
	       !strcmp(a->database, b->database) && a->database_delay_s == b->database_delay_s &&
	       LIST_EQUAL(&a->excluded, &b->excluded, excluded_equal) &&
	       LIST_EQUAL(&a->pools, &b->pools, pool_equal) &&
	       LIST_EQUAL(&a->options, &b->options, option_equal) &&
	       LIST_EQUAL(&a->reservations, &b->reservations, reservation_equal);
}
