/* SPDX-License-Identifier: BSD-2-Clause */
/* A port as cmd/ sees it: a frame goes in by its index, frames to send come out with one. */
#ifndef CORE_PORT_H
#define CORE_PORT_H

#include "core/base.h"
#include "core/wire/offload.h"

/** Most ports of one router. Indexes are below this and stay a port's while it is configured. */
#define PORTS_MAX 1024
/** Most interfaces that are no ports: BVIs and Loopbacks. */
#define OTHERS_MAX 1024

/** The place of a port's index for frames of the router's own host: core/self.h. */
#define PORT_SELF PORTS_MAX

/**
 * A frame to send. Its bytes belong to the core or are those of a frame that came in; they are
 * valid until the next call that takes frames, time or a configuration in.
 */
struct port_output {
	uint16_t port;
	uint16_t hdr_len; /* bytes of all headers up to the payload; for offload_build() */
	uint32_t len;
	uint8_t *data; /* OFFLOAD_HEADER_LEN bytes before it may be written by the port */
	struct offload offload;
};

#endif
