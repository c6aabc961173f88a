/* SPDX-License-Identifier: BSD-2-Clause */
/* Names within a configuration: name servers, hosts, the local domain. */
#include "core/config_check.h"

#include <ctype.h>

#include "core/config_held.h"

static_assert(CONFIG_NAME_SIZE <= 64, "no label may be longer: RFC 1035 s2.3.4");

int config_dns_name(const char *text, char *out)
{
	size_t len = strlen(text), label = 0;

	memset(out, 0, CONFIG_NAME_SIZE);
	if (len > 0 && text[len - 1] == '.')
		len--;
	if (len == 0 || len >= CONFIG_NAME_SIZE)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' ? label == 0 || text[i - 1] == '-'
			     : !(isalnum(c) || c == '_' || (c == '-' && label > 0)))
			goto invalid;
		label = c == '.' ? 0 : label + 1;
		out[i] = (char)tolower(c);
	}
	if (label > 0 && out[len - 1] != '-')
		return 0;
invalid:
	memset(out, 0, CONFIG_NAME_SIZE);
	return -EINVAL;
}

/* Where the entry is, or belongs: few enough to look at one after the other. */
static uint32_t host_place(const struct config_dns *dns, const char *name)
{
	uint32_t at = 0;

	while (at < dns->hosts.count && strcmp(dns->hosts.at[at].name, name) < 0)
		at++;
	return at;
}

static bool host_is_at(const struct config_dns *dns, uint32_t at, const char *name)
{
	return at < dns->hosts.count && strcmp(dns->hosts.at[at].name, name) == 0;
}

struct config_host *config_host_find(const struct config *config, const char *name)
{
	uint32_t at = host_place(&config->dns, name);

	return host_is_at(&config->dns, at, name) ? &config->dns.hosts.at[at] : NULL;
}

int config_host_add(struct config *config, const struct config_host *host)
{
	struct config_dns *dns = &config->dns;
	uint32_t at = host_place(dns, host->name);

	if (!host_is_at(dns, at, host->name) && !vec_insert(&dns->hosts, at))
		return -ENOMEM;
	dns->hosts.at[at] = *host;
	return 0;
}

int config_host_remove(struct config *config, const char *name)
{
	uint32_t at = host_place(&config->dns, name);

	if (!host_is_at(&config->dns, at, name))
		return -ENOENT;
	vec_remove(&config->dns.hosts, at);
	return 0;
}

int config_host_address(const struct config *config, const char *name, ip4_t *address)
{
	const struct config_host *host;
	char key[CONFIG_NAME_SIZE];

	if (config_dns_name(name, key) < 0)
		return -ENOENT;
	host = config_host_find(config, key);
	if (!host)
		return -ENOENT;
	*address = host->addresses[0];
	return 0;
}

const char *config_host_name(const struct config *config, ip4_t address)
{
	vec_each (&config->dns.hosts, host) {
		for (unsigned int i = 0; i < host->address_count; i++)
			if (ip4_equal(host->addresses[i], address))
				return host->name;
	}
	return NULL;
}

/* ---- the whole -------------------------------------------------------------------------- */

int config_dns_copy(struct config_dns *to, const struct config_dns *from)
{
	to->server = from->server;
	to->no_lookup = from->no_lookup;
	memcpy(to->name_servers, from->name_servers, sizeof(to->name_servers));
	to->name_server_count = from->name_server_count;
	memcpy(to->domain, from->domain, sizeof(to->domain));
	return vec_copy(&to->hosts, &from->hosts);
}

void config_dns_fini(struct config_dns *dns)
{
	vec_free(&dns->hosts);
}

static bool addresses_equal(const ip4_t *a, const ip4_t *b, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!ip4_equal(a[i], b[i]))
			return false;
	return true;
}

bool config_dns_equal(const struct config_dns *a, const struct config_dns *b)
{
	if (a->server != b->server || a->no_lookup != b->no_lookup ||
	    a->name_server_count != b->name_server_count || strcmp(a->domain, b->domain) ||
	    !addresses_equal(a->name_servers, b->name_servers, a->name_server_count) ||
	    a->hosts.count != b->hosts.count)
		return false;
	for (uint32_t i = 0; i < a->hosts.count; i++) {
		const struct config_host *x = &a->hosts.at[i], *y = &b->hosts.at[i];

		if (strcmp(x->name, y->name) || x->address_count != y->address_count ||
		    !addresses_equal(x->addresses, y->addresses, x->address_count))
			return false;
	}
	return true;
}

int config_check_dns(const struct config *config, struct config_error *error)
{
	const struct config_dns *dns = &config->dns;
	struct names n;

	for (unsigned int i = 0; i < dns->name_server_count; i++) {
		const struct config_interface *own =
			config_own_address(config, dns->name_servers[i]);

		if (own)
			return refuse(error,
				      "ip name-server %s: it is the address of interface %s, and "
				      "the router would ask itself",
				      ip4_to_text(dns->name_servers[i], n.a),
				      interface_to_text(own->id, n.interface));
		vec_each (&config->vips, vip) {
			if (vip->dhcp || !ip4_equal(vip->address, dns->name_servers[i]))
				continue;
			return refuse(error,
				      "ip name-server %s: it is the address of ip vip %s, and the "
				      "router would ask itself",
				      ip4_to_text(dns->name_servers[i], n.a), vip->name);
		}
	}
	return 0;
}
