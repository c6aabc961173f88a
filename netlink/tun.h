/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TUN and TAP devices, as Linux' drivers/net/tun.c offers them. The namespace of a device is the
 * one in which /dev/net/tun was opened; the descriptor works from anywhere afterwards.
 */
#ifndef NETLINK_TUN_H
#define NETLINK_TUN_H

#include "core/base.h"

/** The file through which the kernel gives them. */
#define TUN_DEVICE "/dev/net/tun"

/** Bytes before each frame: struct virtio_net_hdr_mrg_rxbuf (TUNSETVNETHDRSZ). */
enum { TUN_HEADER_LEN = 12 };

enum tun_mode {
	TUN_MODE_TUN = 1, /* IP packets */
	TUN_MODE_TAP,	  /* Ethernet frames */
};

/**
 * tun_open() - open /dev/net/tun in the namespace the caller is in
 * Return: a descriptor, close-on-exec and non-blocking; -EACCES or -EPERM no right to it; -ENOENT,
 * -ENODEV or -ENXIO this kernel or container has none; -errno.
 */
int tun_open(void);

/**
 * tun_create() - make a device that does not exist yet; it dies with @fd until tun_persist()
 * Return: 0; -EBUSY the name is taken; -EPERM; -EINVAL the name is not one; -errno.
 */
int tun_create(int fd, const char *ifname, enum tun_mode mode);

/**
 * tun_attach() - take hold of a persistent device that nobody holds
 * Makes one when there is none of that name: look first.
 * Return: 0; -EBUSY another process holds it; -EINVAL it is of the other mode; -EPERM; -errno.
 */
int tun_attach(int fd, const char *ifname, enum tun_mode mode);

/**
 * tun_set_offloads() - agree with the kernel about super-frames and unfinished checksums
 * @offloads: out; enum request_offloads that the device took
 * Return: 0; -errno: the device would not even take the header length.
 */
int tun_set_offloads(int fd, uint32_t *offloads);

/** Lets the device outlive @fd, or not. Return: 0; -errno. */
int tun_persist(int fd, bool on);

#endif
