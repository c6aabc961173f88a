/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `debug ip dhcp server {packet|events}` shows: messages as they come and go, in IOS's words
 * where it has some, and what the server makes of them. A client is written as `show ip dhcp
 * binding` writes it; its host name is quoted, for it is as the client sent it.
 */
#include "core/debug.h"
#include "core/dhcp/server_private.h"
#include "core/text.h"

static const char *const type_names[] = {
	[0] = "BOOTREQUEST",
	[DHCP_DISCOVER] = "DHCPDISCOVER",
	[DHCP_OFFER] = "DHCPOFFER",
	[DHCP_REQUEST] = "DHCPREQUEST",
	[DHCP_DECLINE] = "DHCPDECLINE",
	[DHCP_ACK] = "DHCPACK",
	[DHCP_NAK] = "DHCPNAK",
	[DHCP_RELEASE] = "DHCPRELEASE",
	[DHCP_INFORM] = "DHCPINFORM",
};

static const char *type_name(unsigned int type)
{
	return type < ARRAY_COUNT(type_names) ? type_names[type] : "message";
}

static const char *client_text(const struct dhcp_client_key *key, char *out)
{
	return debug_hex(key->bytes, key->len, out);
}

void server_debug_received(struct dhcp_server *s, const struct dhcp_request *r)
{
	char client[DEBUG_HEX_SIZE], name[DEBUG_QUOTE_SIZE], port[INTERFACE_TEXT_SIZE];
	char relay[IP4_TEXT_SIZE];
	const bool relayed = !ip4_is_any(r->message.giaddr);
	uint16_t len = 0;
	const uint8_t *host = dhcp_option(&r->message, DHCP_OPT_HOSTNAME, &len);

	debug_line(s->events, DEBUG_DHCP_PACKET, "DHCPD: %s received from client %s%s%s%s%s%s%s.",
		   type_name(r->message.type), client_text(&r->client.key, client),
		   relayed ? " through relay " : "",
		   relayed ? ip4_to_text(r->message.giaddr, relay) : "",
		   r->in->port_id.kind != INTERFACE_NONE ? " on interface " : "",
		   interface_to_text(r->in->port_id, port), host ? ", host name " : "",
		   host ? debug_quote(host, len, name) : "");
}

void server_debug_ignored(struct dhcp_server *s, const struct dhcp_request *r,
			  enum drop_reason reason)
{
	char client[DEBUG_HEX_SIZE];

	debug_line(s->events, DEBUG_DHCP_EVENTS, "DHCPD: %s of client %s ignored: %s.",
		   type_name(r->message.type), client_text(&r->client.key, client),
		   drop_text(reason));
}

void server_debug_lease(struct dhcp_server *s, const struct dhcp_lease *lease, uint8_t from)
{
	char address[IP4_TEXT_SIZE], client[DEBUG_HEX_SIZE];

	debug_line(s->events, DEBUG_DHCP_EVENTS, "DHCPD: %s: %s -> %s, client %s.",
		   ip4_to_text(lease->address, address), dhcp_lease_state_name(from),
		   dhcp_lease_state_name(lease->state),
		   lease->client.len ? client_text(&lease->client, client) : "none");
}

void server_debug_address(struct dhcp_server *s, const struct dhcp_client_key *client,
			  ip4_t address, const char *before, const char *after)
{
	char text[IP4_TEXT_SIZE], hex[DEBUG_HEX_SIZE];

	debug_line(s->events, DEBUG_DHCP_EVENTS, "DHCPD: %s %s %s client %s.", before,
		   ip4_to_text(address, text), after, client_text(client, hex));
}

void server_debug_refused(struct dhcp_server *s, const struct dhcp_client_key *client,
			  const char *why)
{
	char hex[DEBUG_HEX_SIZE];

	debug_line(s->events, DEBUG_DHCP_EVENTS, "DHCPD: client %s is refused: %s.",
		   client_text(client, hex), why);
}

void server_debug_sent(struct dhcp_server *s, const struct dhcp_reply *reply)
{
	char address[IP4_TEXT_SIZE], client[DEBUG_HEX_SIZE], dst[IP4_TEXT_SIZE];
	struct dhcp_message m;
	const uint8_t *id;
	uint16_t len = 0;
	uint8_t hardware[1 + sizeof(m.chaddr)];

	if (dhcp_parse(reply->bytes, reply->len, &m))
		return;
	hardware[0] = m.htype;
	memcpy(hardware + 1, m.chaddr, sizeof(m.chaddr));
	id = dhcp_option(&m, DHCP_OPT_CLIENT_ID, &len);
	if (!id) {
		id = hardware;
		len = (uint16_t)(1 + m.hlen);
	}
	debug_line(s->events, DEBUG_DHCP_PACKET, "DHCPD: Sending %s to client %s (%s).",
		   type_name(m.type), debug_hex(id, len, client), ip4_to_text(m.yiaddr, address));
	ip4_to_text(reply->dst, dst);
	if (reply->dst_port == DHCP_SERVER_PORT)
		debug_line(s->events, DEBUG_DHCP_PACKET,
			   "DHCPD: unicasting BOOTREPLY for client %s to relay %s.", client, dst);
	else if (ip4_equal(reply->dst, IP4_BROADCAST))
		debug_line(s->events, DEBUG_DHCP_PACKET,
			   "DHCPD: broadcasting BOOTREPLY to client %s.", client);
	else
		debug_line(s->events, DEBUG_DHCP_PACKET,
			   "DHCPD: unicasting BOOTREPLY to client %s (%s).", client, dst);
}
