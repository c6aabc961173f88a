/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tapnull - the bare loop that a userspace router can at best equal
 *
 *   tapnull NAMESPACE IFNAME NAMESPACE IFNAME
 *   tapnull --drain NAMESPACE IFNAME
 *
 * Makes a TAP in each namespace as the router's agent makes them (the same flags, offloads and
 * header), prints "ready", and from then on hands every frame of one to the other, looking at
 * nothing. It reads as the router does: at most BATCH_FRAMES frames or BATCH_BYTES bytes of one
 * device, one behind the other in one arena, then writes them. The devices go with it.
 * With --drain it writes none: so much can a generator send into a TAP that is read.
 *
 * Frames pass with their offload header untouched, super-frames included, which is right because
 * both ends are TAPs: csum_start counts from the same place.
 */
#include "netlink/namespace.h"
#include "netlink/tun.h"

#include <stdalign.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	/* as in cmd/viprouterd/port_io.c */
	BATCH_FRAMES = 64,
	BATCH_BYTES = 256 * 1024,
	CACHE_LINE = 64,
	ETHERNET_LEN = 14,
	PLACE_DATA = 2 * CACHE_LINE - ETHERNET_LEN,
	/* 64 KB of IPv4 packet, its link header, and a byte that must stay unread */
	READ_ROOM = TUN_HEADER_LEN + ETHERNET_LEN + 65535 + 1,
	ARENA_SIZE = BATCH_BYTES + PLACE_DATA + READ_ROOM + CACHE_LINE,
};

struct device {
	int fd;
	struct device *peer; /* NULL: what comes is thrown away */
};

static alignas(CACHE_LINE) uint8_t arena[ARENA_SIZE];

/** Return: the device's descriptor; -errno, with a message. */
static int open_device(const char *ns, const char *ifname)
{
	uint32_t offloads;
	int home, fd, err = namespace_enter(ns, &home);

	if (err) {
		fprintf(stderr, "tapnull: namespace \"%s\": %s\n", ns, strerror(-err));
		return err;
	}
	fd = tun_open();
	err = namespace_leave(home);
	if (fd < 0)
		err = fd;
	if (!err)
		err = tun_create(fd, ifname, TUN_MODE_TAP);
	if (!err)
		err = tun_set_offloads(fd, &offloads);
	if (!err)
		return fd;
	fprintf(stderr, "tapnull: \"%s\" in namespace \"%s\": %s\n", ifname, ns, strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}

/** One batch of @from goes to its peer. Return: 0; -errno the device has gone. */
static int forward(const struct device *from)
{
	struct {
		const uint8_t *bytes;
		size_t len;
	} batch[BATCH_FRAMES];
	unsigned int count = 0;
	ssize_t len = 0;

	for (size_t at = 0; count < BATCH_FRAMES && at < BATCH_BYTES; count++) {
		uint8_t *place = arena + at + PLACE_DATA - TUN_HEADER_LEN;

		len = read(from->fd, place, READ_ROOM);
		if (len <= 0)
			break;
		batch[count].bytes = place;
		batch[count].len = (size_t)len;
		at += (PLACE_DATA + (size_t)len + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	}
	if (len < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	/* A refused frame (the far link is down) is lost, as on a cable. */
	for (unsigned int i = 0; from->peer && i < count; i++)
		len = write(from->peer->fd, batch[i].bytes, batch[i].len);
	return 0;
}

int main(int argc, char **argv)
{
	struct device devices[2];
	int epoll = epoll_create1(EPOLL_CLOEXEC), count = 2;

	if (argc == 4 && strcmp(argv[1], "--drain") == 0) {
		argv++;
		count = 1;
	} else if (argc != 5 || epoll < 0) {
		fprintf(stderr, "usage: tapnull NAMESPACE IFNAME NAMESPACE IFNAME\n"
				"       tapnull --drain NAMESPACE IFNAME\n");
		return 2;
	}
	for (int i = 0; i < count; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = &devices[i]};

		devices[i].fd = open_device(argv[1 + 2 * i], argv[2 + 2 * i]);
		devices[i].peer = count == 2 ? &devices[1 - i] : NULL;
		if (devices[i].fd < 0)
			return 1;
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, devices[i].fd, &event) < 0)
			return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct epoll_event events[2];
		int ready = epoll_wait(epoll, events, 2, -1);

		for (int i = 0; i < ready; i++)
			if (forward(events[i].data.ptr) < 0)
				return 1;
	}
}
