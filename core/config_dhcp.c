/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP server within a configuration: the parts of its pools that are lists of their own, and
 * comparing.
 */
#include "core/config.h"

/* ---- options ---------------------------------------------------------------------------- */

/* Where the option is, or belongs: few enough to look at one after the other. */
static uint32_t option_place(const struct config_dhcp *dhcp, const char *pool, unsigned int code)
{
	uint32_t at = 0;

	while (at < dhcp->options.count) {
		int order = strcmp(dhcp->options.at[at].pool, pool);

		if (order > 0 || (order == 0 && dhcp->options.at[at].code >= code))
			break;
		at++;
	}
	return at;
}

static bool option_is_at(const struct config_dhcp *dhcp, const char *pool, uint8_t code,
			 uint32_t at)
{
	return at < dhcp->options.count && strcmp(dhcp->options.at[at].pool, pool) == 0 &&
	       dhcp->options.at[at].code == code;
}

const struct config_dhcp_option *config_options(const struct config *config, const char *pool,
						uint32_t *count)
{
	uint32_t first = option_place(&config->dhcp, pool, 0);

	*count = option_place(&config->dhcp, pool, UINT8_MAX + 1) - first;
	return *count ? &config->dhcp.options.at[first] : NULL;
}

const struct config_dhcp_option *config_option_find(const struct config *config, const char *pool,
						    uint8_t code)
{
	uint32_t at = option_place(&config->dhcp, pool, code);

	return option_is_at(&config->dhcp, pool, code, at) ? &config->dhcp.options.at[at] : NULL;
}

int config_option_add(struct config *config, const struct config_dhcp_option *option)
{
	struct config_dhcp *dhcp = &config->dhcp;
	uint32_t at = option_place(dhcp, option->pool, option->code);

	if (!option_is_at(dhcp, option->pool, option->code, at) && !vec_insert(&dhcp->options, at))
		return -ENOMEM;
	dhcp->options.at[at] = *option;
	return 0;
}

int config_option_remove(struct config *config, const char *pool, uint8_t code)
{
	struct config_dhcp *dhcp = &config->dhcp;
	uint32_t at = option_place(dhcp, pool, code);

	if (!option_is_at(dhcp, pool, code, at))
		return -ENOENT;
	vec_remove(&dhcp->options, at);
	return 0;
}

/* ---- reservations ----------------------------------------------------------------------- */

/* Where the reservation is, or belongs. */
static uint32_t reservation_place(const struct config_dhcp *dhcp, const char *pool, ip4_t address)
{
	uint32_t at = 0;

	while (at < dhcp->reservations.count) {
		int order = strcmp(dhcp->reservations.at[at].pool, pool);

		if (order > 0 ||
		    (order == 0 && dhcp->reservations.at[at].address.host >= address.host))
			break;
		at++;
	}
	return at;
}

static bool reservation_is_at(const struct config_dhcp *dhcp, const char *pool, ip4_t address,
			      uint32_t at)
{
	return at < dhcp->reservations.count && strcmp(dhcp->reservations.at[at].pool, pool) == 0 &&
	       ip4_equal(dhcp->reservations.at[at].address, address);
}

int config_reservation_add(struct config *config, const struct config_dhcp_reservation *one)
{
	struct config_dhcp *dhcp = &config->dhcp;
	uint32_t at = reservation_place(dhcp, one->pool, one->address);

	if (!reservation_is_at(dhcp, one->pool, one->address, at) &&
	    !vec_insert(&dhcp->reservations, at))
		return -ENOMEM;
	dhcp->reservations.at[at] = *one;
	return 0;
}

int config_reservation_remove(struct config *config, const char *pool, ip4_t address)
{
	struct config_dhcp *dhcp = &config->dhcp;
	uint32_t at = reservation_place(dhcp, pool, address);

	if (!reservation_is_at(dhcp, pool, address, at))
		return -ENOENT;
	vec_remove(&dhcp->reservations, at);
	return 0;
}

void config_pool_parts_remove(struct config *config, const char *pool)
{
	struct config_dhcp *dhcp = &config->dhcp;
	uint32_t at = option_place(dhcp, pool, 0);

	while (at < dhcp->options.count && strcmp(dhcp->options.at[at].pool, pool) == 0)
		vec_remove(&dhcp->options, at);
	at = reservation_place(dhcp, pool, IP4_ANY);
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

static bool prefix_equal(struct ip4_prefix a, struct ip4_prefix b)
{
	return ip4_equal(a.address, b.address) && a.len == b.len;
}

static bool addresses_equal(const ip4_t *a, const ip4_t *b, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!ip4_equal(a[i], b[i]))
			return false;
	return true;
}

static bool excluded_equal(const struct config_dhcp_excluded *a,
			   const struct config_dhcp_excluded *b)
{
	return ip4_equal(a->low, b->low) && ip4_equal(a->high, b->high);
}

static bool pool_equal(const struct config_dhcp_pool *a, const struct config_dhcp_pool *b)
{
	return !strcmp(a->name, b->name) && a->has_network == b->has_network &&
	       (!a->has_network || prefix_equal(a->network, b->network)) &&
	       a->has_host == b->has_host && (!a->has_host || prefix_equal(a->host, b->host)) &&
	       a->has_hardware == b->has_hardware &&
	       (!a->has_hardware || mac_equal(a->hardware, b->hardware)) &&
	       a->client_id_len == b->client_id_len &&
	       !memcmp(a->client_id, b->client_id, a->client_id_len) &&
	       !strcmp(a->client_name, b->client_name) &&
	       a->default_router_count == b->default_router_count &&
	       addresses_equal(a->default_routers, b->default_routers, a->default_router_count) &&
	       a->dns_server_count == b->dns_server_count &&
	       addresses_equal(a->dns_servers, b->dns_servers, a->dns_server_count) &&
	       !strcmp(a->domain_name, b->domain_name) &&
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

/* Whether two lists hold equal items in the same order. */
#define LIST_EQUAL(a, b, item_equal)                                                               \
	({                                                                                         \
		bool equal_ = (a)->count == (b)->count;                                            \
		for (uint32_t i_ = 0; equal_ && i_ < (a)->count; i_++)                             \
			equal_ = item_equal(&(a)->at[i_], &(b)->at[i_]);                           \
		equal_;                                                                            \
	})

bool config_dhcp_equal(const struct config_dhcp *a, const struct config_dhcp *b)
{
	return a->disabled == b->disabled && a->ping_packets == b->ping_packets &&
	       a->ping_timeout_ms == b->ping_timeout_ms &&
	       a->conflicts_unlogged == b->conflicts_unlogged &&
	       a->relay_option == b->relay_option && a->relay_policy == b->relay_policy &&
	       LIST_EQUAL(&a->excluded, &b->excluded, excluded_equal) &&
	       LIST_EQUAL(&a->pools, &b->pools, pool_equal) &&
	       LIST_EQUAL(&a->options, &b->options, option_equal) &&
	       LIST_EQUAL(&a->reservations, &b->reservations, reservation_equal);
}
