/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: a port's identity is its kind (TAP or TUN), namespace and kernel name. While that stays
 * the same, the agent changes the port in place; else the old one is removed and a new one made.
 *
 * Not supported: two ports of one namespace that exchange an address or a route in one change.
 * Their steps are done one after the other, and the kernel may refuse the first; the change is then
 * undone as a whole and can be made in two.
 */
#include "cmd/viprouterd/plan.h"

#include <stdio.h>
#include "core/config_held.h"
#include "core/hash.h"
#include "core/text.h"

/* ---- the list of made ports ------------------------------------------------------------- */

static int id_compare(struct interface_id a, struct interface_id b)
{
	if (a.kind != b.kind)
		return a.kind < b.kind ? -1 : 1;
	return a.number < b.number ? -1 : a.number > b.number;
}

static uint32_t made_place(const struct made_list *made, struct interface_id id)
{
	uint32_t low = 0, high = made->ports.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (id_compare(made->ports.at[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct made_port *made_find(const struct made_list *made, struct interface_id id)
{
	uint32_t i = made_place(made, id);

	if (i < made->ports.count && interface_id_equal(made->ports.at[i].id, id))
		return &made->ports.at[i];
	return NULL;
}

struct made_port *made_get(struct made_list *made, struct interface_id id)
{
	struct made_port *port = made_find(made, id);

	if (port)
		return port;
	port = vec_insert(&made->ports, made_place(made, id));
	if (port)
		port->id = id;
	return port;
}

void made_remove(struct made_list *made, struct interface_id id)
{
	if (made_find(made, id))
		vec_remove(&made->ports, made_place(made, id));
}

void made_line(const struct made_port *port, char *line)
{
	snprintf(line, MADE_LINE_SIZE, "%s %s %s %s\n", port->port.name,
		 port->port.is_tun ? "tun" : "tap", port->port.ns[0] ? port->port.ns : "-",
		 port->port.ifname);
}

/** Return: 0; -EINVAL. */
static int made_line_parse(const char *line, const char *owner, struct made_port *made)
{
	char name[32], kind[8], ns[REQUEST_NAME_SIZE + 1], ifname[REQUEST_IFNAME_SIZE + 1];
	char extra;
	struct request_port *port = &made->port;

	memset(made, 0, sizeof(*made));
	if (sscanf(line, "%31s %7s %64s %16s %c", name, kind, ns, ifname, &extra) != 4 ||
	    interface_from_text(name, &made->id) < 0 || !interface_is_port(made->id) ||
	    strlen(ns) >= sizeof(port->ns) || strlen(ifname) >= sizeof(port->ifname))
		return -EINVAL;
	if (strcmp(kind, "tap") != 0 && strcmp(kind, "tun") != 0)
		return -EINVAL;
	port->is_tun = strcmp(kind, "tun") == 0;
	snprintf(port->owner, sizeof(port->owner), "%s", owner);
	interface_to_text(made->id, name);
	memcpy(port->name, name, sizeof(port->name) - 1);
	if (strcmp(ns, "-") != 0)
		memcpy(port->ns, ns, strlen(ns));
	memcpy(port->ifname, ifname, strlen(ifname));
	return 0;
}

int made_parse(struct made_list *made, const char *owner, const char *text)
{
	int skipped = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		char line[MADE_LINE_SIZE];
		struct made_port read, *slot;

		snprintf(line, sizeof(line), "%.*s", (int)MIN(len, sizeof(line) - 1), text);
		text += len + (text[len] == '\n');
		if (len >= sizeof(line) || made_line_parse(line, owner, &read) < 0) {
			skipped++;
			continue;
		}
		slot = made_get(made, read.id);
		if (!slot)
			return -ENOMEM;
		*slot = read;
	}
	return skipped;
}

/* ---- what a port should be -------------------------------------------------------------- */

/** A MAC for the kernel's end that is the same after each start, and differs by router and port. */
static mac_t derived_mac(const char *owner, const char *name)
{
	static const struct hash_key fixed = {{0x7669702d74617073ULL, 0x2f70656572206d61ULL}};
	char text[REQUEST_NAME_SIZE + REQUEST_IFNAME_SIZE + 2];
	uint64_t hash;
	mac_t mac;

	snprintf(text, sizeof(text), "%s/%s", owner, name);
	hash = hash_bytes(&fixed, text, strlen(text));
	mac.byte[0] = 0x02; /* locally administered, unicast */
	for (unsigned int i = 1; i < sizeof(mac.byte); i++)
		mac.byte[i] = (uint8_t)(hash >> (8 * i));
	return mac;
}

static int add_route(struct request_port *port, const struct request_route *route,
		     struct config_error *error)
{
	if (port->route_count == REQUEST_ROUTES_MAX) {
		snprintf(error->text, sizeof(error->text),
			 "interface %s: more than %d routes, VIPs and pools at the kernel's end",
			 port->name, REQUEST_ROUTES_MAX);
		return -E2BIG;
	}
	/* member by member, so that padding stays zero */
	port->routes[port->route_count].network.address = route->network.address;
	port->routes[port->route_count].network.len = route->network.len;
	port->routes[port->route_count++].via = route->via;
	return 0;
}

enum { HELD_PREFIX_MIN = 16 }; /* shortest prefix that held addresses are gathered into */

/* The prefix that begins at item @at of a list and holds only addresses of @interface that stand
 * there: so that a pool is a few routes. @next: out: the item behind it. */
static struct ip4_prefix held_prefix(const struct config_held_list *list, uint32_t at,
				     uint32_t *next)
{
	const struct config_held *first = &list->items.at[at];
	struct ip4_prefix prefix = {first->address, 32};

	*next = at + 1;
	while (prefix.len > HELD_PREFIX_MIN) {
		uint32_t size = 1u << (33 - prefix.len), last = at + size - 1;

		if ((first->address.host & (size - 1)) != 0 || last < at ||
		    last >= list->items.count ||
		    list->items.at[last].address.host != first->address.host + size - 1)
			break;
		for (uint32_t i = at; i <= last; i++)
			if (!interface_id_equal(list->items.at[i].interface, first->interface))
				return prefix;
		prefix.len--;
		*next = last + 1;
	}
	return prefix;
}

/* Nobody answers ARP on a Tun: the kernel's end needs a route to each held address. */
static int add_held_routes(const struct config *config, const struct config_interface *interface,
			   struct request_port *port, struct config_error *error)
{
	struct config_held_list list = {0};
	int ret = config_held_gather(&list, config);
	uint32_t next;

	for (uint32_t i = 0; ret == 0 && i < list.items.count; i = next) {
		struct request_route route = {held_prefix(&list, i, &next), IP4_ANY};

		if (interface_id_equal(list.items.at[i].interface, interface->id))
			ret = add_route(port, &route, error);
	}
	config_held_fini(&list);
	return ret;
}

static int add_routes(const struct config *config, const struct config_interface *interface,
		      struct request_port *port, struct config_error *error)
{
	int ret = 0;

	for (unsigned int i = 0; i < interface->peer_route_count && ret == 0; i++) {
		struct request_route route = {interface->peer_routes[i].network,
					      interface->peer_routes[i].via};

		ret = add_route(port, &route, error);
	}
	/* the kernel's end must lose them when the line goes */
	if (ret == 0 && port->is_tun && !interface->shutdown)
		ret = add_held_routes(config, interface, port, error);
	return ret;
}

int plan_port(const struct config *config, const struct config_interface *interface,
	      const char *owner, struct request_port *port, struct config_error *error)
{
	char name[INTERFACE_TEXT_SIZE], ifname[CONFIG_IFNAME_SIZE];

	/* zeroed, padding too: two of them are compared as bytes */
	memset(port, 0, sizeof(*port));
	if (!interface_is_port(interface->id) || interface->attach == CONFIG_ATTACH_NONE)
		return -ENOENT;
	snprintf(port->owner, sizeof(port->owner), "%s", owner);
	interface_to_text(interface->id, name);
	memcpy(port->name, name, strnlen(name, sizeof(port->name) - 1));
	port->is_tun = interface->id.kind == INTERFACE_TUN;
	if (interface->attach == CONFIG_ATTACH_NAMESPACE)
		snprintf(port->ns, sizeof(port->ns), "%s", interface->ns);
	snprintf(port->ifname, sizeof(port->ifname), "%s", config_kernel_name(interface, ifname));
	if (!port->is_tun)
		port->mac = interface->has_mac ? interface->mac : derived_mac(owner, port->name);
	port->mtu = interface->mtu;
	snprintf(port->bridge, sizeof(port->bridge), "%s", interface->bridge);
	port->up = true; /* `shutdown` is a carrier that is missing, not a link set down */
	port->address_count = (uint8_t)MIN(interface->peer_address_count, REQUEST_ADDRESSES_MAX);
	for (unsigned int i = 0; i < port->address_count; i++) {
		port->addresses[i].address = interface->peer_addresses[i].address;
		port->addresses[i].len = interface->peer_addresses[i].len;
	}
	return add_routes(config, interface, port, error);
}

/* ---- steps ------------------------------------------------------------------------------ */

static bool same_identity(const struct request_port *a, const struct request_port *b)
{
	return a->is_tun == b->is_tun && strcmp(a->ns, b->ns) == 0 &&
	       strcmp(a->ifname, b->ifname) == 0;
}

static bool same_port(const struct request_port *a, const struct request_port *b)
{
	struct request_port x = *a, y = *b;

	x.open = y.open = false;
	return memcmp(&x, &y, sizeof(x)) == 0;
}

/** A list that cannot be had in memory is an error that sticks. */
static void add_step(struct plan *plan, const struct plan_step *step, int *error)
{
	struct plan_step *slot = vec_push(&plan->steps);

	if (!slot) {
		*error = -ENOMEM;
		return;
	}
	*slot = *step;
	slot->fd = -1;
}

/** The wanted port of @id in @config. Return: 0; -ENOENT none; -E2BIG. */
static int wanted_port(const struct config *config, struct interface_id id, const char *owner,
		       struct request_port *port, struct config_error *error)
{
	const struct config_interface *interface = config_interface_find(config, id);

	return interface ? plan_port(config, interface, owner, port, error) : -ENOENT;
}

static void plan_removals(struct plan *plan, const struct made_list *made,
			  const struct config *config, const char *owner, enum plan_goal goal,
			  int *error)
{
	vec_each (&made->ports, m) {
		struct config_error ignored;
		struct request_port wanted;
		struct plan_step step = {.kind = REQUEST_PORT_REMOVE, .id = m->id, .port = m->port};
		bool gone = goal == PLAN_REMOVE_ALL ||
			    wanted_port(config, m->id, owner, &wanted, &ignored) < 0 ||
			    !same_identity(&m->port, &wanted);

		if (!gone)
			continue;
		step.port.open = false;
		step.before = m->port;
		step.has_before = m->known && m->open;
		step.optional = goal == PLAN_REMOVE_ALL || !m->open;
		add_step(plan, &step, error);
	}
}

/** Whether another port in the namespace of @port is to be removed: that must be done before. */
static bool waits_for_removal(const struct plan *removals, const struct plan_step *step)
{
	vec_each (&removals->steps, removal) {
		if (strcmp(removal->port.ns, step->port.ns) != 0)
			continue;
		/* the port's own former device is in the way only when both want the same routes */
		if (!step->beside || !interface_id_equal(removal->id, step->id) ||
		    step->port.route_count > 0)
			return true;
	}
	return false;
}

/** The step that a wanted port needs. Return: whether it needs one. */
static bool step_for(const struct made_port *m, struct interface_id id,
		     const struct request_port *wanted, enum plan_goal goal, struct plan_step *step)
{
	*step = (struct plan_step){.kind = REQUEST_PORT_SET, .id = id, .port = *wanted};
	step->port.open = true;
	step->beside = m && !same_identity(&m->port, wanted);
	if (!m || step->beside)
		return true;
	step->before = m->port;
	step->has_before = m->known;
	if (!m->open) {
		step->take_over = true;
		step->optional = goal == PLAN_APPLY && m->known && same_port(&m->port, wanted);
		return true;
	}
	step->port.open = false;
	return !same_port(&m->port, wanted);
}

/** What earlier runs left, and no list tells of. */
static void plan_prune(struct plan *plan, const char *owner, int *error)
{
	struct plan_step step = {.kind = REQUEST_PRUNE, .optional = true};

	snprintf(step.port.owner, sizeof(step.port.owner), "%s", owner);
	add_step(plan, &step, error);
}

static int append_plan(struct plan *to, const struct plan *from)
{
	int ret = 0;

	vec_each (&from->steps, step)
		add_step(to, step, &ret);
	return ret;
}

int plan_make(struct plan *plan, const struct made_list *made, const struct config *config,
	      const char *owner, enum plan_goal goal, struct config_error *error)
{
	struct plan removals = {0}, after = {0};
	int ret = 0;

	memset(plan, 0, sizeof(*plan));
	snprintf(error->text, sizeof(error->text), "out of memory");
	plan_removals(&removals, made, config, owner, goal, &ret);
	vec_each (&config->interfaces, interface) {
		struct request_port wanted;
		struct plan_step step;
		int status;

		if (goal == PLAN_REMOVE_ALL || ret < 0)
			break;
		status = plan_port(config, interface, owner, &wanted, error);
		if (status < 0 && status != -ENOENT)
			ret = status;
		if (status < 0 ||
		    !step_for(made_find(made, interface->id), interface->id, &wanted, goal, &step))
			continue;
		if (waits_for_removal(&removals, &step)) {
			step.beside = false;
			add_step(&after, &step, &ret);
		} else {
			add_step(plan, &step, &ret);
		}
	}
	if (ret == 0)
		ret = append_plan(plan, &removals);
	if (ret == 0)
		ret = append_plan(plan, &after);
	if (ret == 0 && goal == PLAN_START)
		plan_prune(plan, owner, &ret);
	plan_fini(&removals);
	plan_fini(&after);
	if (ret < 0)
		plan_fini(plan);
	return ret;
}

bool plan_inverse(const struct plan_step *step, struct plan_step *inverse)
{
	*inverse = (struct plan_step){.id = step->id, .fd = -1};
	if (step->kind == REQUEST_PRUNE)
		return false;
	if (step->kind == REQUEST_PORT_REMOVE) {
		inverse->kind = REQUEST_PORT_SET;
		inverse->port = step->before;
		inverse->port.open = true;
		return step->has_before;
	}
	if (step->has_before || step->take_over) {
		inverse->kind = REQUEST_PORT_SET;
		inverse->port = step->before;
		inverse->port.open = false;
		return step->has_before;
	}
	inverse->kind = REQUEST_PORT_REMOVE;
	inverse->port = step->port;
	inverse->port.open = false;
	inverse->beside = step->beside;
	return true;
}

void plan_fini(struct plan *plan)
{
	vec_free(&plan->steps);
}
