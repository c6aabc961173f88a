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

/* Whether an entry makes sense, and is not over. */
static bool entry_read(const json_t *entry, int64_t wall_s, struct interface_id *id, ip4_t *address)
{
	const char *interface = json_string_value(json_object_get(entry, "interface"));
	const char *text = json_string_value(json_object_get(entry, "address"));
	const json_t *expires = json_object_get(entry, "expires_at");

	return interface && text && interface_from_text(interface, id) == 0 &&
	       ip4_from_text(text, address) == 0 && ip4_is_host(*address) &&
	       (json_is_null(expires) ||
		(json_is_integer(expires) && json_integer_value(expires) > wall_s));
}

int client_leases_restore(struct client_leases *leases, struct router *router, int64_t wall_s)
{
	struct interface_id id;
	json_t *root, *entry;
	int told = 0, ret;
	ip4_t address;
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
	json_array_foreach (json_object_get(root, "leases"), i, entry) {
		if (!entry_read(entry, wall_s, &id, &address))
			continue;
		json_array_append(leases->array, entry);
		told += router_client_remember(router, id, address) == 0;
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

int client_leases_note(struct client_leases *leases, const struct event_client *event,
		       int64_t wall_s)
{
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE], server[IP4_TEXT_SIZE];
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
	    json_array_append_new(leases->array,
				  json_pack("{s:s, s:s, s:i, s:s, s:o}", "interface", name,
					    "address", ip4_to_text(event->address.address, address),
					    "prefix_length", event->address.len, "server",
					    ip4_to_text(event->server, server), "expires_at",
					    event->left_s == DHCP_LEASE_INFINITE
						    ? json_null()
						    : json_integer(wall_s + event->left_s))) < 0)
		return -ENOMEM;
	return write_file(leases);
}
