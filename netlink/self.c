/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: which addresses are the router's, the core alone knows. The kernel is told that every
 * address is local for what comes in by the line, and that the line leads everywhere: two routes
 * and a rule, made once. Sockets may then be bound to any address, and a change of configuration
 * changes nothing here.
 *
 * Not supported: sockets that are not bound to an address (the kernel would choose one that is not
 * the router's, and the core would refuse it), IPv6, kernels without policy routing.
 */
#include "netlink/self.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include "netlink/rtnetlink.h"
#include "netlink/tun.h"

enum {
	/* of the line: what most links beyond it have. Where one has less, the core tells. */
	SELF_MTU = 1500,
};

static int fail(struct self_line *line, int err, const char *what)
{
	snprintf(line->reason, sizeof(line->reason), "%s: %s", what, strerror(-err));
	return err;
}

/** Writes to a file of the namespace's settings. Return: whether it could. */
static bool set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return done;
}

/** Makes the device. It is not persistent: it ends with its descriptor. */
static int open_device(struct self_line *line)
{
	uint32_t offloads;
	int err;

	line->fd = tun_open();
	if (line->fd < 0)
		return fail(line, line->fd, TUN_DEVICE);
	err = tun_create(line->fd, SELF_IFNAME, TUN_MODE_TUN);
	if (!err)
		err = tun_set_offloads(line->fd, &offloads);
	return err ? fail(line, err, "cannot make " SELF_IFNAME) : 0;
}

static int set_up(struct rtnetlink *rt)
{
	static const struct request_route everywhere = {0};
	struct rtnetlink_link lo, self;
	int err = rtnetlink_link_get(rt, "lo", &lo);

	err = err ? err : rtnetlink_link_get(rt, SELF_IFNAME, &self);
	if (err)
		return err;
	/* of kernels without IPv6 it cannot be asked, and need not */
	rtnetlink_link_without_ipv6(rt, self.index);
	err = rtnetlink_link_set_up(rt, lo.index, true);
	err = err ? err : rtnetlink_link_set_mtu(rt, self.index, SELF_MTU);
	err = err ? err : rtnetlink_link_set_up(rt, self.index, true);
	err = err ? err : rtnetlink_route_add(rt, self.index, &everywhere);
	return err ? err : rtnetlink_own_every_address(rt, lo.index, SELF_IFNAME);
}

int self_enter(struct self_line *line)
{
	struct rtnetlink rt;
	int err;

	*line = (struct self_line){.fd = -1};
	if (unshare(CLONE_NEWNET) < 0)
		return fail(line, -errno, "no network namespace of its own");
	err = open_device(line);
	if (!err) {
		err = rtnetlink_open(&rt);
		err = err ? err : set_up(&rt);
		if (err)
			fail(line, err, rt.detail[0] ? rt.detail : "cannot set up " SELF_IFNAME);
		rtnetlink_close(&rt);
	}
	if (err) {
		if (line->fd >= 0)
			close(line->fd);
		line->fd = -1;
		return err;
	}
	line->low_ports = set("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
	return 0;
}
