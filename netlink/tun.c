/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making and taking over TUN/TAP devices.
 *
 * Model: a device is held through one descriptor (one queue). Its flags are always the same, so
 * that a device made by an earlier run is taken over with the header it had. TUNSETSNDBUF is never
 * called: a send buffer below INT_MAX costs the kernel's cheap write path. Not supported: several
 * queues, devices with the packet information header, UFO.
 */
#include "netlink/tun.h"
#include "netlink/request.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <sys/ioctl.h>

static_assert(TUN_HEADER_LEN == 12, "TUNSETVNETHDRSZ, see core/wire/offload.h");

/* USO came with Linux 6.2; headers may be older than the kernel that runs. */
enum { OFFLOAD_USO4 = 0x20, OFFLOAD_USO6 = 0x40 };

int tun_open(void)
{
	int fd = open(TUN_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

static int set_interface(int fd, const char *ifname, enum tun_mode mode, unsigned int more)
{
	struct ifreq ifr = {0};

	ifr.ifr_flags = (short)(unsigned short)((mode == TUN_MODE_TUN ? IFF_TUN : IFF_TAP) |
						IFF_NO_PI | IFF_VNET_HDR | more);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	return ioctl(fd, TUNSETIFF, &ifr) < 0 ? -errno : 0;
}

int tun_create(int fd, const char *ifname, enum tun_mode mode)
{
	return set_interface(fd, ifname, mode, IFF_TUN_EXCL);
}

int tun_attach(int fd, const char *ifname, enum tun_mode mode)
{
	return set_interface(fd, ifname, mode, 0);
}

int tun_set_offloads(int fd, uint32_t *offloads)
{
	/* TSO_ECN belongs to TSO: without it the sender cuts up every segment that carries CWR.
	 * The kernel takes USO4 and USO6 only together, and anything only with CSUM. */
	static const struct {
		unsigned long flags;
		uint32_t offloads;
	} ladder[] = {
		{TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN | OFFLOAD_USO4 | OFFLOAD_USO6,
		 REQUEST_OFFLOAD_CSUM | REQUEST_OFFLOAD_TSO | REQUEST_OFFLOAD_USO},
		{TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN,
		 REQUEST_OFFLOAD_CSUM | REQUEST_OFFLOAD_TSO},
		{TUN_F_CSUM, REQUEST_OFFLOAD_CSUM},
		{0, 0},
	};
	int header_len = TUN_HEADER_LEN;

	*offloads = 0;
	if (ioctl(fd, TUNSETVNETHDRSZ, &header_len) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_COUNT(ladder); i++) {
		if (ioctl(fd, TUNSETOFFLOAD, ladder[i].flags) == 0) {
			*offloads = ladder[i].offloads;
			return 0;
		}
	}
	return -errno;
}

int tun_persist(int fd, bool on)
{
	return ioctl(fd, TUNSETPERSIST, on ? 1UL : 0UL) < 0 ? -errno : 0;
}
