/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See client_leases.h. Model: the array of leases is kept as it stands in the file; an event
 * replaces the entry of its interface.
 */
#include "cmd/viprouterd/client_leases.h"

#include <jansson.h>
#include "cmd/viprouterd/store.h"
#include "core/text.h"

struct client_leases {
	const char *path;
	json_t *array;
};

struct client_leases *client_leases_new(const char *path)
{
	struct client_leases *leases = calloc(1, sizeof(*leases));

	if (!leases)
		return NULL;
	leases->path = path;
	leases->array = json_array();
	if (!leases->array) {
		free(leases);
		return NULL;
	}
	return leases;
}

void client_leases_free(struct client_leases *leases)
{
	if (!leases)
		return;
	json_decref(leases->array);
	free(leases);
}

/** An entry of the file, as the router is told of it. */
struct entry {
	struct interface_id interface;
	ip4_t address;
	int64_t age_s; /* since it was granted */
	struct dhcp_client_grant grant;
};

/* Whether an entry makes sense, and is not over. A grant that makes none is left out alone. */
static bool entry_read(const json_t *json, int64_t wall_s, struct entry *out)
{
	const char *interface = json_string_value(json_object_get(json, "interface"));
	const char *text = json_string_value(json_object_get(json, "address"));
	const char *grant = json_string_value(json_object_get(json, "grant"));
	const json_t *expires = json_object_get(json, "expires_at");
	const json_t *granted = json_object_get(json, "granted_at");
	int len = grant ? bytes_from_text(grant, out->grant.bytes, sizeof(out->grant.bytes)) : 0;

	out->grant.len = len > 0 && json_is_integer(granted) ? (uint16_t)len : 0;
	/* bounded: the clock may have been anywhere */
	out->age_s = wall_s - json_integer_value(granted);
	out->age_s = MIN(MAX(out->age_s, 0), (int64_t)UINT32_MAX);
	return interface && text && interface_from_text(interface, &out->interface) == 0 &&
	       ip4_from_text(text, &out->address) == 0 && ip4_is_host(out->address) &&
	       (json_is_null(expires) ||
		(json_is_integer(expires) && json_integer_value(expires) > wall_s));
}

int client_leases_restore(struct client_leases *leases, struct router *router, int64_t wall_s,
			  mono_ms_t now)
{
	json_t *root, *json;
	struct entry entry;
	int told = 0, ret;
	char *text;
	size_t i;

	ret = store_read(leases->path, &text, NULL);
	if (ret == -ENOENT)
		return 0;
	if (ret < 0)
		return ret;
	root = json_loads(text, 0, NULL);
	free(text);
	if (!json_is_array(json_object_get(root, "leases"))) {
		json_decref(root);
		return -EPROTO;
	}
	json_array_foreach (json_object_get(root, "leases"), i, json) {
		if (!entry_read(json, wall_s, &entry))
			continue;
		json_array_append(leases->array, json);
		told += router_client_remember(router, entry.interface, entry.address, &entry.grant,
					       mono_add_ms(now, -entry.age_s * 1000)) == 0;
	}
	json_decref(root);
	return told;
}

static int write_file(const struct client_leases *leases)
{
	json_t *root = json_pack("{s:O}", "leases", leases->array);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	int ret = text ? store_replace(leases->path, text, strlen(text), false) : -ENOMEM;

	free(text);
	json_decref(root);
	return ret;
}

/** Return: an entry of the file; NULL no memory. */
static json_t *entry_new(const char *interface, const struct event_client *event,
			 const struct dhcp_client_grant *grant, int64_t wall_s)
{
	char address[IP4_TEXT_SIZE], server[IP4_TEXT_SIZE], hex[2 * DHCP_CLIENT_GRANT_MAX + 1] = "";

	if (grant)
		bytes_to_text(grant->bytes, grant->len, hex);
	return json_pack("{s:s, s:s, s:i, s:s, s:I, s:o, s:s}", "interface", interface, "address",
			 ip4_to_text(event->address.address, address), "prefix_length",
			 event->address.len, "server", ip4_to_text(event->server, server),
			 "granted_at", (json_int_t)(wall_s - event->age_s), "expires_at",
			 event->left_s == DHCP_LEASE_INFINITE
				 ? json_null()
				 : json_integer(wall_s + event->left_s),
			 "grant", hex);
}

int client_leases_note(struct client_leases *leases, const struct event_client *event,
		       const struct dhcp_client_grant *grant, int64_t wall_s)
{
	char name[INTERFACE_TEXT_SIZE];
	const json_t *entry;
	size_t i;

	interface_to_text(event->interface, name);
	json_array_foreach (leases->array, i, entry) {
		if (strcmp(json_string_value(json_object_get(entry, "interface")), name) == 0) {
			json_array_remove(leases->array, i);
			break;
		}
	}
	if (event->address.len > 0 &&
	    json_array_append_new(leases->array, entry_new(name, event, grant, wall_s)) < 0)
		return -ENOMEM;
	return write_file(leases);
}
