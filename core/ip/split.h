/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragmentation of a packet that is too long for the next link (RFC 791 s3.2, RFC 1812 s4.2.2.7).
 */
#ifndef CORE_IP_SPLIT_H
#define CORE_IP_SPLIT_H

#include "core/base.h"
#include "core/frame.h"

/** Bytes that split_frame() needs for the fragments of @frame, their headroom included. */
uint32_t split_room(const struct frame *frame, uint16_t mtu);

/**
 * split_frame() - cut a packet into fragments
 * @frame: no super-frame; its checksum is finished if it was not. Its fragments may go further
 * apart
 * @room: @room_len bytes of the caller's, the first behind FRAME_HEADROOM; NULL: there are none
 * @send: called for each fragment, in order; the fragment is borrowed
 * Return: whether there was room.
 */
bool split_frame(struct frame *frame, uint16_t mtu, uint8_t *room, uint32_t room_len,
		 void (*send)(void *context, struct frame *fragment), void *context);

#endif
