/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: the DNS forwarder, whom it asks, and what it knows by itself. */
#include "cli/modes/setting.h"
#include "core/text.h"

static enum call_status dns_server(struct call *call)
{
	call->candidate->dns.server = !call->no;
	return CALL_DONE;
}

static enum call_status dns_lookup(struct call *call)
{
	call->candidate->dns.no_lookup = call->no && !call->by_default;
	return CALL_DONE;
}

/* The name of that argument as the configuration keeps it. */
static enum call_status dns_name(struct call *call, char *name)
{
	if (config_dns_name(call_text(call, "name"), name) == 0)
		return CALL_DONE;
	return call_fail(call,
			 "labels of letters, digits and hyphens, with dots between; no hyphen at "
			 "either end of one",
			 "%s: not a domain name", call_text(call, "name"));
}

static enum call_status dns_domain(struct call *call)
{
	char name[CONFIG_NAME_SIZE] = "";

	if (!call->no && dns_name(call, name) != CALL_DONE)
		return CALL_FAILED;
	setting_set_text(call->candidate->dns.domain, sizeof(call->candidate->dns.domain), name);
	return CALL_DONE;
}

/* ---- name servers ----------------------------------------------------------------------- */

static bool dns_server_remove(struct config_dns *dns, ip4_t address)
{
	for (unsigned int i = 0; i < dns->name_server_count; i++) {
		if (!ip4_equal(dns->name_servers[i], address))
			continue;
		dns->name_server_count--;
		memmove(&dns->name_servers[i], &dns->name_servers[i + 1],
			(dns->name_server_count - i) * sizeof(dns->name_servers[0]));
		dns->name_servers[dns->name_server_count] = IP4_ANY;
		return true;
	}
	return false;
}

static enum call_status dns_server_edit(struct call *call, ip4_t address)
{
	struct config_dns *dns = &call->candidate->dns;
	char text[IP4_TEXT_SIZE];

	if (call->no) {
		if (dns_server_remove(dns, address))
			return CALL_DONE;
		return call_fail(call, "\"show running-config | include name-server\" lists them",
				 "ip name-server %s: there is none", ip4_to_text(address, text));
	}
	if (setting_check_host(call, address) != CALL_DONE)
		return CALL_FAILED;
	for (unsigned int i = 0; i < dns->name_server_count; i++)
		if (ip4_equal(dns->name_servers[i], address))
			return CALL_DONE;
	if (dns->name_server_count == CONFIG_NAME_SERVERS_MAX)
		return call_fail(call, "\"no ip name-server\" with its address removes one",
				 "ip name-server %s: there are %d already",
				 ip4_to_text(address, text), CONFIG_NAME_SERVERS_MAX);
	dns->name_servers[dns->name_server_count++] = address;
	return CALL_DONE;
}

static enum call_status dns_name_server(struct call *call)
{
	struct config_dns *dns = &call->candidate->dns;

	if (call->arg_count == 0) {
		memset(dns->name_servers, 0, sizeof(dns->name_servers));
		dns->name_server_count = 0;
	}
	for (unsigned int i = 0; i < call->arg_count; i++)
		if (dns_server_edit(call, call->args[i].ip4) != CALL_DONE)
			return CALL_FAILED;
	return CALL_DONE;
}

/* ---- hosts ------------------------------------------------------------------------------ */

/* Takes @address out of the host. Return: whether it was there. */
static bool dns_host_forget(struct config_host *host, ip4_t address)
{
	for (unsigned int i = 0; i < host->address_count; i++) {
		if (!ip4_equal(host->addresses[i], address))
			continue;
		host->address_count--;
		memmove(&host->addresses[i], &host->addresses[i + 1],
			(host->address_count - i) * sizeof(host->addresses[0]));
		host->addresses[host->address_count] = IP4_ANY;
		return true;
	}
	return false;
}

/* The addresses that are named; the host, when none is named or left. */
static enum call_status dns_host_remove(struct call *call, const char *name)
{
	static const char hint[] = "\"show running-config | include ip host\" lists them";
	const struct config_host *found = config_host_find(call->candidate, name);
	struct config_host host;
	bool some = false;

	if (!found)
		return call_fail(call, hint, "ip host %s: there is none", name);
	host = *found;
	for (unsigned int i = 0; i < call->arg_count; i++) {
		char text[IP4_TEXT_SIZE];

		if (call->args[i].type != ARG_IP4)
			continue;
		some = true;
		if (!dns_host_forget(&host, call->args[i].ip4))
			return call_fail(call, hint, "ip host %s: %s is none of its addresses",
					 name, ip4_to_text(call->args[i].ip4, text));
	}
	if (!some || host.address_count == 0)
		config_host_remove(call->candidate, name);
	else
		config_host_add(call->candidate, &host); /* in its place */
	return CALL_DONE;
}

static enum call_status dns_host(struct call *call)
{
	struct config_host host;
	ip4_t address;

	memset(&host, 0, sizeof(host));
	if (dns_name(call, host.name) != CALL_DONE)
		return CALL_FAILED;
	if (call->no)
		return dns_host_remove(call, host.name);
	if (ip4_from_text(host.name, &address) == 0)
		return call_fail(call, "the name comes first: ip host printer 192.168.1.9",
				 "ip host %s: an address, not a name", host.name);
	for (unsigned int i = 0; i < call->arg_count; i++) {
		if (call->args[i].type != ARG_IP4)
			continue;
		if (setting_check_host(call, call->args[i].ip4) != CALL_DONE)
			return CALL_FAILED;
		for (unsigned int n = 0; n < host.address_count; n++) {
			char text[IP4_TEXT_SIZE];

			if (ip4_equal(host.addresses[n], call->args[i].ip4))
				return call_fail(call, "each address once", "ip host %s: %s twice",
						 host.name, ip4_to_text(call->args[i].ip4, text));
		}
		host.addresses[host.address_count++] = call->args[i].ip4;
	}
	if (config_host_add(call->candidate, &host) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

/* ---- tables ----------------------------------------------------------------------------- */

static void dns_write_addresses(struct buffer *out, const ip4_t *addresses, unsigned int count)
{
	char text[IP4_TEXT_SIZE];

	for (unsigned int i = 0; i < count; i++)
		buffer_printf(out, " %s", ip4_to_text(addresses[i], text));
	buffer_add(out, "\n");
}

static void dns_write(struct buffer *out, const struct config *config, enum config_section section)
{
	const struct config_dns *dns = &config->dns;

	if (section != SECTION_DNS)
		return;
	if (dns->no_lookup)
		buffer_add(out, "no ip domain lookup\n");
	if (dns->domain[0])
		buffer_printf(out, "ip domain name %s\n", dns->domain);
	vec_each (&dns->hosts, host) {
		buffer_printf(out, "ip host %s", host->name);
		dns_write_addresses(out, host->addresses, host->address_count);
	}
	if (dns->name_server_count) {
		buffer_add(out, "ip name-server");
		dns_write_addresses(out, dns->name_servers, dns->name_server_count);
	}
	if (dns->server)
		buffer_add(out, "ip dns server\n");
}

static const struct command dns_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip dns server",
		.no_path = "ip dns server",
		.help = "Answer DNS queries of devices inside, with the names of devices and what "
			"the name servers know. Off by default.",
		.section = SECTION_DNS,
		.example = "ip dns server",
		.run = dns_server,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip name-server <a:ip4> [<b:ip4> [<c:ip4> [<d:ip4> [<e:ip4> [<f:ip4>]]]]]",
		.no_path = "ip name-server "
			   "[<a:ip4> [<b:ip4> [<c:ip4> [<d:ip4> [<e:ip4> [<f:ip4>]]]]]]",
		.help = "Ask these name servers for what is not known here; six at most.",
		.section = SECTION_DNS,
		.example = "ip name-server 198.51.100.53 198.51.100.54",
		.run = dns_name_server,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip host <name:word> <a:ip4> [<b:ip4> [<c:ip4> [<d:ip4> [<e:ip4> [<f:ip4> "
			"[<g:ip4> [<h:ip4>]]]]]]]",
		.no_path = "ip host <name:word> [<a:ip4> [<b:ip4> [<c:ip4> [<d:ip4> [<e:ip4> "
			   "[<f:ip4> [<g:ip4> [<h:ip4>]]]]]]]]",
		.help = "Give a name to up to eight addresses.",
		.section = SECTION_DNS,
		.example = "ip host printer 192.168.1.9",
		.run = dns_host,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip {domain name|domain-name} <name:word>",
		.no_path = "ip {domain name|domain-name} [<name:word>]",
		.help = "The domain of names without one. Devices have the domain-name of their "
			"DHCP pool, and are found in this one too.",
		.section = SECTION_DNS,
		.example = "ip domain name lan",
		.run = dns_domain,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip {domain lookup|domain-lookup}",
		.no_path = "ip {domain lookup|domain-lookup}",
		.help = "Ask the name servers for what is not known here; on by default.",
		.section = SECTION_DNS,
		.example = "no ip domain lookup",
		.run = dns_lookup,
	},
};

static const struct word_help dns_words[] = {
	{"ip dns", "The DNS forwarder"},
	{"ip dns server", "Answer queries of devices inside"},
	{"ip name-server", "Name servers to ask"},
	{"ip name-server <a>", "Address of a name server"},
	{"ip name-server <b>", "Another one"},
	{"ip name-server <c>", "Another one"},
	{"ip name-server <d>", "Another one"},
	{"ip name-server <e>", "Another one"},
	{"ip name-server <f>", "Another one"},
	{"ip host", "Names of hosts"},
	{"ip host <name>", "The name, with or without its domain"},
	{"ip host <a>", "Its address"},
	{"ip host <b>", "Another address of it"},
	{"ip host <c>", "Another address of it"},
	{"ip host <d>", "Another address of it"},
	{"ip host <e>", "Another address of it"},
	{"ip host <f>", "Another address of it"},
	{"ip host <g>", "Another address of it"},
	{"ip host <h>", "Another address of it"},
	{"ip domain", "The domain, and looking names up"},
	{"ip domain name", "The domain of the devices' names"},
	{"ip domain name <name>", "Such as lan or home.arpa"},
	{"ip domain lookup", "Ask name servers"},
	{"ip domain-name", "The domain of the devices' names"},
	{"ip domain-name <name>", "Such as lan or home.arpa"},
	{"ip domain-lookup", "Ask name servers"},
};

const struct command_family dns_family = {
	.title = "Names",
	.commands = dns_commands,
	.command_count = ARRAY_COUNT(dns_commands),
	.words = dns_words,
	.word_count = ARRAY_COUNT(dns_words),
	.write = dns_write,
};
