/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares a port's kernel end with what was asked, and changes what differs.
 *
 * Model: a link is ours when its alias is `viprouter OWNER NAME`; an address and a route when their
 * protocol is REQUEST_ROUTE_PROTOCOL. Whatever is not so marked belongs to an administrator or to a
 * DHCP client of the device, and is neither changed nor removed.
 * Invariant: a device made here becomes persistent as the last step. Until then it dies with its
 * descriptor, so neither an error nor a death in between leaves half a port.
 * Not supported: kernels before 5.18 do not keep the mark of an address; there an address that is
 * no longer wanted stays until the port goes.
 */
#include "netlink/reconcile.h"
#include "netlink/namespace.h"
#include "netlink/rtnetlink.h"
#include "netlink/tun.h"

#include <dirent.h>
#include <linux/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum {
	ALIAS_SIZE = 256, /* the kernel's IFALIASZ */
	MTU_MIN = 68,	  /* RFC 791: every module must forward this without fragmentation */
	WHERE_SIZE = REQUEST_NAME_SIZE + 16,
};

static_assert(sizeof("viprouter  ") + REQUEST_NAME_SIZE + REQUEST_IFNAME_SIZE < ALIAS_SIZE,
	      "an alias must fit the kernel's");

/** One request being carried out. */
struct work {
	const struct request_port *port;
	struct response *response;
	struct rtnetlink rt;	    /* bound to the port's namespace */
	struct rtnetlink_link link; /* as last read */
	int tun;		    /* the device, or /dev/net/tun before it is one; -1 none */
	bool fresh;		    /* the device was made by this request */
};

/* ---- saying what went wrong --------------------------------------------------------------- */

/** The first failure of a request is the one reported. Return: @err. */
__attribute__((format(printf, 3, 4))) static int fail(struct work *work, int err,
						      const char *format, ...)
{
	struct response *response = work->response;
	va_list args;
	int used;

	if (response->status < 0)
		return err;
	response->status = err;
	used = snprintf(response->text, sizeof(response->text), "interface %s: ", work->port->name);
	va_start(args, format);
	vsnprintf(response->text + used, sizeof(response->text) - (size_t)used, format, args);
	va_end(args);
	return err;
}

/** `in namespace "tv"`, or `on the host` for the namespace the agent was started in. */
static const char *where(const struct request_port *port, char *text)
{
	if (port->ns[0])
		snprintf(text, WHERE_SIZE, "in namespace \"%s\"", port->ns);
	else
		snprintf(text, WHERE_SIZE, "on the host");
	return text;
}

/** The kernel's own words about a refusal where it has any, else the meaning of @err. */
static const char *reason(const struct work *work, int err)
{
	if (err == -EPERM || err == -EACCES)
		return "no permission (run as root)";
	return work->rt.detail[0] ? work->rt.detail : strerror(-err);
}

static int fail_link(struct work *work, int err, const char *what)
{
	char place[WHERE_SIZE];

	return fail(work, err, "cannot %s \"%s\" %s: %s", what, work->port->ifname,
		    where(work->port, place), reason(work, err));
}

static const char *prefix_text(struct ip4_prefix prefix, char *text, size_t size)
{
	uint32_t a = prefix.address.host;

	snprintf(text, size, "%u.%u.%u.%u/%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255,
		 prefix.len);
	return text;
}

static const char *route_text(const struct request_route *route, char *text, size_t size)
{
	struct ip4_prefix network = {ip4_network(route->network), route->network.len};
	uint32_t via = route->via.host;

	prefix_text(network, text, size);
	if (!ip4_is_any(route->via)) {
		size_t used = strlen(text);

		snprintf(text + used, size - used, " via %u.%u.%u.%u", via >> 24, via >> 16 & 255,
			 via >> 8 & 255, via & 255);
	}
	return text;
}

/* ---- is the request one? ------------------------------------------------------------------ */

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/** A word of an alias: without blanks, so that one owner's aliases never begin with another's. */
static bool is_word(const char *text, size_t size)
{
	return is_text(text, size) && text[0] != '\0' && strpbrk(text, " \t\n") == NULL;
}

/** The kernel's dev_valid_name(). */
static bool is_ifname(const char *name)
{
	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strpbrk(name, "/: \t\n\v\f\r") == NULL;
}

/** Checks what the less privileged router sent. Return: 0; -EINVAL, reported. */
static int check_identity(struct work *work)
{
	const struct request_port *port = work->port;

	if (!is_word(port->name, sizeof(port->name)) ||
	    !is_word(port->owner, sizeof(port->owner)) || !is_text(port->ns, sizeof(port->ns)) ||
	    !is_text(port->ifname, sizeof(port->ifname)) ||
	    !is_text(port->bridge, sizeof(port->bridge))) {
		work->response->status = -EINVAL;
		snprintf(work->response->text, sizeof(work->response->text),
			 "malformed request to the agent");
		return -EINVAL;
	}
	if (port->ns[0] && !namespace_name_valid(port->ns))
		return fail(work, -EINVAL, "\"%s\" is not a namespace name", port->ns);
	if (!is_ifname(port->ifname))
		return fail(work, -EINVAL, "\"%s\" is not an interface name", port->ifname);
	return 0;
}

static int check_settings(struct work *work)
{
	const struct request_port *port = work->port;

	if (port->address_count > REQUEST_ADDRESSES_MAX || port->route_count > REQUEST_ROUTES_MAX)
		return fail(work, -EINVAL, "more addresses or routes than a request holds");
	for (unsigned int i = 0; i < port->address_count; i++)
		if (port->addresses[i].len > 32)
			return fail(work, -EINVAL, "prefix length %u", port->addresses[i].len);
	for (unsigned int i = 0; i < port->route_count; i++)
		if (port->routes[i].network.len > 32)
			return fail(work, -EINVAL, "prefix length %u", port->routes[i].network.len);
	if (port->mtu != 0 && port->mtu < MTU_MIN)
		return fail(work, -EINVAL, "MTU %u is below %d", port->mtu, MTU_MIN);
	if (!port->is_tun && mac_is_group(port->mac))
		return fail(work, -EINVAL, "its MAC address is a group address");
	return 0;
}

/* ---- the namespace -------------------------------------------------------------------------- */

static int fail_tun_open(struct work *work, int err)
{
	if (err == -EPERM || err == -EACCES)
		return fail(work, err, "no permission to open %s (run as root)", TUN_DEVICE);
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO)
		return fail(work, err,
			    "%s does not exist (load the kernel's tun module; give a container the "
			    "device)",
			    TUN_DEVICE);
	return fail(work, err, "cannot open %s: %s", TUN_DEVICE, strerror(-err));
}

/** Opens what stays bound to the namespace the thread is in. */
static int open_here(struct work *work, bool with_tun)
{
	int err = rtnetlink_open(&work->rt);

	if (err)
		return fail(work, err, "cannot open an rtnetlink socket: %s", strerror(-err));
	if (!with_tun)
		return 0;
	work->tun = tun_open();
	return work->tun < 0 ? fail_tun_open(work, work->tun) : 0;
}

/** Opens the handles in the port's namespace. Return: 0; -errno, reported. */
static int open_handles(struct work *work, bool with_tun)
{
	const char *ns = work->port->ns;
	int home, err, left;

	if (!ns[0])
		return open_here(work, with_tun);
	err = namespace_enter(ns, &home);
	if (err == -ENOENT)
		return fail(work, err, "namespace \"%s\" does not exist", ns);
	if (err == -EPERM || err == -EACCES)
		return fail(work, err, "no permission to enter namespace \"%s\" (run as root)", ns);
	if (err == -EINVAL)
		return fail(work, err, "\"%s/%s\" is not a network namespace", NAMESPACE_FOLDER,
			    ns);
	if (err)
		return fail(work, err, "cannot enter namespace \"%s\": %s", ns, strerror(-err));
	err = open_here(work, with_tun);
	left = namespace_leave(home);
	if (left) {
		work->response->status = 0;
		return fail(work, -ENOTRECOVERABLE, "the agent cannot leave namespace \"%s\": %s",
			    ns, strerror(-left));
	}
	return err;
}

static void close_handles(struct work *work)
{
	rtnetlink_close(&work->rt);
	if (work->tun >= 0)
		close(work->tun);
	work->tun = -1;
}

/* ---- the device ----------------------------------------------------------------------------- */

static void alias_of(const struct request_port *port, char *alias)
{
	snprintf(alias, ALIAS_SIZE, "viprouter %s %s", port->owner, port->name);
}

static bool is_ours(const struct work *work)
{
	char alias[ALIAS_SIZE];

	alias_of(work->port, alias);
	return work->link.mode != 0 && strcmp(work->link.alias, alias) == 0;
}

static enum tun_mode wanted_mode(const struct request_port *port)
{
	return port->is_tun ? TUN_MODE_TUN : TUN_MODE_TAP;
}

static int fail_name_taken(struct work *work)
{
	char place[WHERE_SIZE];

	return fail(work, -EEXIST, "name \"%s\" is in use %s", work->port->ifname,
		    where(work->port, place));
}

/**
 * find_link() - look for the link by its name
 * @present: out; it is there, ours, and of the mode wanted
 * One of ours of the other mode is deleted when a new one may be made in its place.
 * Return: 0; -EEXIST somebody else's link has the name; -ENODEV; -errno, reported.
 */
static int find_link(struct work *work, bool *present)
{
	const struct request_port *port = work->port;
	int err = rtnetlink_link_get(&work->rt, port->ifname, &work->link);
	char place[WHERE_SIZE];

	*present = err == 0;
	if (err && err != -ENODEV)
		return fail_link(work, err, "find");
	if (*present && !is_ours(work))
		return fail_name_taken(work);
	if (*present && work->link.mode != wanted_mode(port) && port->open) {
		err = rtnetlink_link_delete(&work->rt, work->link.index);
		if (err && err != -ENODEV)
			return fail_link(work, err, "delete the old");
		*present = false;
	}
	if ((!*present || work->link.mode != wanted_mode(port)) && !port->open)
		return fail(work, -ENODEV, "\"%s\" %s has gone: deleted by somebody else",
			    port->ifname, where(port, place));
	return 0;
}

static int fail_tun_attach(struct work *work, int err)
{
	char place[WHERE_SIZE];

	if (err == -EBUSY && work->fresh)
		return fail_name_taken(work);
	if (err == -EBUSY)
		return fail(work, err, "\"%s\" %s is held by another process", work->port->ifname,
			    where(work->port, place));
	return fail_link(work, err, work->fresh ? "make" : "take over");
}

/** Makes the device, or takes hold of the one there, and reads its link. */
static int open_device(struct work *work, bool present)
{
	const struct request_port *port = work->port;
	char alias[ALIAS_SIZE];
	int err;

	work->fresh = !present;
	err = present ? tun_attach(work->tun, port->ifname, wanted_mode(port))
		      : tun_create(work->tun, port->ifname, wanted_mode(port));
	if (err)
		return fail_tun_attach(work, err);
	err = tun_set_offloads(work->tun, &work->response->offloads);
	if (err)
		return fail_link(work, err, "set the offloads of");
	err = rtnetlink_link_get(&work->rt, port->ifname, &work->link);
	if (err)
		return fail_link(work, err, "find");
	if (!work->fresh)
		return 0;
	alias_of(port, alias);
	err = rtnetlink_link_set_alias(&work->rt, work->link.index, alias);
	if (err)
		return fail_link(work, err, "set the alias of");
	/* Else our removing an address takes a DHCP client's of the same network with it. A kernel
	 * that cannot set it this way still works, so its answer does not matter. */
	rtnetlink_link_keep_secondaries(&work->rt, work->link.index);
	return 0;
}

/* ---- the link ------------------------------------------------------------------------------- */

static int set_bridge(struct work *work)
{
	const struct request_port *port = work->port;
	struct rtnetlink_link bridge = {0};
	char place[WHERE_SIZE];
	int err;

	if (port->bridge[0]) {
		err = rtnetlink_link_get(&work->rt, port->bridge, &bridge);
		if (err == -ENODEV)
			return fail(work, err, "bridge \"%s\" does not exist %s", port->bridge,
				    where(port, place));
		if (err)
			return fail(work, err, "cannot find bridge \"%s\" %s: %s", port->bridge,
				    where(port, place), reason(work, err));
		if (!bridge.is_bridge)
			return fail(work, -EINVAL, "\"%s\" %s is not a bridge", port->bridge,
				    where(port, place));
	}
	if (work->link.master == bridge.index)
		return 0;
	err = rtnetlink_link_set_master(&work->rt, work->link.index, bridge.index);
	return err ? fail_link(work, err, bridge.index ? "put into its bridge" : "free") : 0;
}

static int set_link(struct work *work)
{
	const struct request_port *port = work->port;
	const struct rtnetlink_link *link = &work->link;
	bool is_up = (link->flags & IFF_UP) != 0;
	int err;

	if (!port->is_tun && !mac_is_zero(port->mac) && !mac_equal(port->mac, link->mac)) {
		err = rtnetlink_link_set_mac(&work->rt, link->index, port->mac);
		if (err)
			return fail_link(work, err, "set the MAC address of");
	}
	if (port->mtu != 0 && link->mtu != port->mtu) {
		err = rtnetlink_link_set_mtu(&work->rt, link->index, port->mtu);
		if (err)
			return fail_link(work, err, "set the MTU of");
	}
	err = set_bridge(work);
	if (err)
		return err;
	if (is_up != port->up) {
		err = rtnetlink_link_set_up(&work->rt, link->index, port->up);
		if (err)
			return fail_link(work, err, port->up ? "bring up" : "take down");
	}
	return 0;
}

/* ---- addresses ------------------------------------------------------------------------------ */

static bool same_prefix(struct ip4_prefix a, struct ip4_prefix b)
{
	return ip4_equal(a.address, b.address) && a.len == b.len;
}

static bool wants_address(const struct request_port *port, struct ip4_prefix prefix)
{
	for (unsigned int i = 0; i < port->address_count; i++)
		if (same_prefix(port->addresses[i], prefix))
			return true;
	return false;
}

static int fail_address(struct work *work, int err, const char *verb, struct ip4_prefix prefix)
{
	char text[32], place[WHERE_SIZE];

	return fail(work, err, "cannot %s address %s of \"%s\" %s: %s", verb,
		    prefix_text(prefix, text, sizeof(text)), work->port->ifname,
		    where(work->port, place), reason(work, err));
}

static int change_addresses(struct work *work, struct rtnetlink_addresses *have)
{
	const struct request_port *port = work->port;
	int err;

	vec_each (&have->list, address) {
		if (!address->ours || wants_address(port, address->prefix))
			continue;
		err = rtnetlink_address_delete(&work->rt, work->link.index, address->prefix);
		if (err && err != -EADDRNOTAVAIL)
			return fail_address(work, err, "remove", address->prefix);
	}
	for (unsigned int i = 0; i < port->address_count; i++) {
		bool present = false;

		vec_each (&have->list, address)
			present |= same_prefix(address->prefix, port->addresses[i]);
		if (present)
			continue;
		err = rtnetlink_address_add(&work->rt, work->link.index, port->addresses[i]);
		if (err && err != -EEXIST)
			return fail_address(work, err, "add", port->addresses[i]);
	}
	return 0;
}

static int set_addresses(struct work *work)
{
	struct rtnetlink_addresses have;
	int err = rtnetlink_address_list(&work->rt, work->link.index, &have);

	if (err)
		fail_link(work, err, "read the addresses of");
	else
		err = change_addresses(work, &have);
	vec_free(&have.list);
	return err;
}

/* ---- routes --------------------------------------------------------------------------------- */

static bool same_route(const struct request_route *a, const struct request_route *b)
{
	return a->network.len == b->network.len && ip4_equal(a->via, b->via) &&
	       ip4_equal(ip4_network(a->network), ip4_network(b->network));
}

static bool wants_route(const struct request_port *port, const struct request_route *route)
{
	for (unsigned int i = 0; i < port->route_count; i++)
		if (same_route(&port->routes[i], route))
			return true;
	return false;
}

static int fail_route(struct work *work, int err, const char *verb,
		      const struct request_route *route)
{
	char text[64], place[WHERE_SIZE];

	route_text(route, text, sizeof(text));
	where(work->port, place);
	if (err == -EEXIST)
		return fail(work, err, "cannot %s route %s: there is one to that network %s", verb,
			    text, place);
	return fail(work, err, "cannot %s route %s %s: %s", verb, text, place, reason(work, err));
}

static int change_routes(struct work *work, struct rtnetlink_routes *have)
{
	const struct request_port *port = work->port;
	int err;

	vec_each (&have->list, route) {
		if (!route->ours || wants_route(port, &route->route))
			continue;
		err = rtnetlink_route_delete(&work->rt, work->link.index, &route->route);
		if (err && err != -ESRCH)
			return fail_route(work, err, "remove", &route->route);
	}
	/* A link that is down holds no route. */
	for (unsigned int i = 0; port->up && i < port->route_count; i++) {
		bool present = false;

		/* Somebody's same route over this link will do as well. */
		vec_each (&have->list, route)
			present |= same_route(&route->route, &port->routes[i]);
		if (present)
			continue;
		err = rtnetlink_route_add(&work->rt, work->link.index, &port->routes[i]);
		if (err)
			return fail_route(work, err, "add", &port->routes[i]);
	}
	return 0;
}

static int set_routes(struct work *work)
{
	struct rtnetlink_routes have;
	int err = rtnetlink_route_list(&work->rt, work->link.index, &have);

	if (err)
		fail_link(work, err, "read the routes of");
	else
		err = change_routes(work, &have);
	vec_free(&have.list);
	return err;
}

/* ---- setting and removing a port ------------------------------------------------------------- */

static int set_port(struct work *work)
{
	bool present;
	int err = find_link(work, &present);

	if (!err && work->port->open)
		err = open_device(work, present);
	if (!err)
		err = set_link(work);
	if (!err)
		err = set_addresses(work);
	if (!err)
		err = set_routes(work);
	if (!err && work->port->open) {
		err = tun_persist(work->tun, true);
		if (err)
			fail_link(work, err, "make persistent");
	}
	return err;
}

int reconcile_port(const struct request_port *port, struct response *response)
{
	struct work work = {.port = port, .response = response, .tun = -1};
	int fd = -1;

	if (check_identity(&work) == 0 && check_settings(&work) == 0 &&
	    open_handles(&work, port->open) == 0 && set_port(&work) == 0) {
		fd = work.tun;
		work.tun = -1;
	}
	/* This ends a device that was made here and is not yet persistent. */
	close_handles(&work);
	if (response->status < 0)
		response->offloads = 0;
	return fd;
}

void reconcile_remove(const struct request_port *port, struct response *response)
{
	struct work work = {.port = port, .response = response, .tun = -1};
	int err = check_identity(&work);

	if (!err)
		err = open_handles(&work, false);
	if (err == -ENOENT)
		*response = (struct response){.id = response->id};
	if (!err) {
		err = rtnetlink_link_get(&work.rt, port->ifname, &work.link);
		if (!err && is_ours(&work))
			err = rtnetlink_link_delete(&work.rt, work.link.index);
		if (err && err != -ENODEV)
			fail_link(&work, err, "remove");
	}
	close_handles(&work);
}

/* ---- devices of an earlier run -------------------------------------------------------------- */

/** What a prune does in one namespace. */
struct prune {
	const char *owner;
	const char *ns; /* "": the agent's own */
	struct response *response;
};

/** Ends the device, unless a process holds it: then attaching fails with -EBUSY. */
static void prune_link(const struct prune *prune, const struct rtnetlink_link *link,
		       const char *name)
{
	struct request_port port = {0};
	struct work work = {.port = &port, .response = prune->response, .tun = tun_open()};
	int err;

	snprintf(port.name, sizeof(port.name), "%s", name);
	snprintf(port.ns, sizeof(port.ns), "%s", prune->ns);
	snprintf(port.ifname, sizeof(port.ifname), "%s", link->name);
	if (work.tun < 0) {
		fail_tun_open(&work, work.tun);
		return;
	}
	err = tun_attach(work.tun, link->name, link->mode);
	if (!err)
		err = tun_persist(work.tun, false);
	if (err && err != -EBUSY)
		fail_link(&work, err, "remove");
	close(work.tun);
}

/** Ends the owner's devices in the namespace the thread is in. Return: 0; -errno. */
static int prune_here(const struct prune *prune)
{
	struct rtnetlink_links links = {0};
	struct rtnetlink rt;
	char prefix[ALIAS_SIZE];
	int len = snprintf(prefix, sizeof(prefix), "viprouter %s ", prune->owner);
	int err = rtnetlink_open(&rt);

	if (err)
		return err;
	err = rtnetlink_link_list(&rt, &links);
	vec_each (&links.list, link) {
		if (!err && link->mode && strncmp(link->alias, prefix, (size_t)len) == 0)
			prune_link(prune, link, link->alias + len);
	}
	vec_free(&links.list);
	rtnetlink_close(&rt);
	return err;
}

static void prune_failed(const struct prune *prune, int err)
{
	if (prune->response->status < 0)
		return;
	prune->response->status = err;
	snprintf(prune->response->text, sizeof(prune->response->text),
		 "cannot look for ports of an earlier run in namespace \"%s\": %s", prune->ns,
		 strerror(-err));
}

/** Return: 0, the next one may be looked at; -ENOTRECOVERABLE. */
static int prune_namespace(const struct prune *prune)
{
	int home, err = namespace_enter(prune->ns, &home);

	/* It went meanwhile, or the file is not one: nothing of ours is there. */
	if (err == -ENOENT || err == -EINVAL)
		return 0;
	if (!err)
		err = prune_here(prune);
	else
		home = -1;
	if (err)
		prune_failed(prune, err);
	if (home >= 0 && namespace_leave(home)) {
		prune->response->status = -ENOTRECOVERABLE;
		return -ENOTRECOVERABLE;
	}
	return 0;
}

void reconcile_prune(const struct request_port *port, struct response *response)
{
	struct prune prune = {port->owner, "", response};
	struct dirent *entry;
	DIR *folder;
	int err;

	if (!is_word(port->owner, sizeof(port->owner))) {
		response->status = -EINVAL;
		snprintf(response->text, sizeof(response->text), "malformed request to the agent");
		return;
	}
	err = prune_here(&prune);
	if (err)
		prune_failed(&prune, err);
	folder = opendir(NAMESPACE_FOLDER);
	if (!folder)
		return;
	while ((entry = readdir(folder)) != NULL) {
		/* Longer names than a request holds cannot be ours. */
		if (!namespace_name_valid(entry->d_name) ||
		    strlen(entry->d_name) >= REQUEST_NAME_SIZE)
			continue;
		prune.ns = entry->d_name;
		if (prune_namespace(&prune) < 0)
			break;
	}
	closedir(folder);
}
