/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port input and output.
 *
 * Model: one uv_poll a device. When it can be read, one batch is read: until the device is empty,
 * or BATCH_FRAMES frames, or BATCH_BYTES bytes (so that payloads stay in the second-level cache).
 * The batch goes into the router and what comes out is written before anything else is read. A
 * device with more to read is still readable in the loop's next round, after all the others had
 * their turn: that is the round-robin.
 *
 * Frames of a batch lie one behind the other in one arena, each with the headroom that the core
 * wants and its IPv4 header (on a TAP) at the start of a cache line:
 *
 *   | room for the core and a new header | offload header | Ethernet | IPv4 …
 *                                        ^ read() begins here        ^ multiple of CACHE_LINE
 *
 * Writing never waits: a TUN device takes a frame or refuses it (EIO: its link is down), and a
 * refused one is a counted drop. So nothing polls for writability.
 *
 * The line of the router's own host (core/self.h) is read and written as a TUN is; it is no
 * interface, and stays from the start to the end.
 *
 * A device that vanishes shows as EBADFD or a poll error. It is detached and reported.
 */
#include "cmd/viprouterd/port_io.h"

#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "core/router.h"
#include "core/self.h"
#include "core/text.h"

enum {
	BATCH_FRAMES = 64,
	BATCH_BYTES = 256 * 1024,
	CACHE_LINE = 64,
	ETHERNET_LEN = 14,
	/* from the start of a frame's place to its first byte; two lines hold all that precedes
	   IPv4 */
	PLACE_DATA = 2 * CACHE_LINE - ETHERNET_LEN,
	/* one byte more than the largest frame: a read that fills it was cut */
	READ_ROOM = OFFLOAD_HEADER_LEN + FRAME_MAX_LEN + 1,
	ARENA_SIZE = BATCH_BYTES + PLACE_DATA + READ_ROOM + CACHE_LINE,
};
static_assert(PLACE_DATA >= FRAME_HEADROOM + OFFLOAD_HEADER_LEN,
	      "headroom of the core, and the header of the device before it");

struct port {
	uv_poll_t poll;
	struct port_io *io;
	struct port *next; /* in the list of attached ports */
	struct interface_id id;
	uint16_t index;
	bool carrier;
	int fd;
};

struct port_io {
	struct pump *pump;
	port_io_lost_fn *lost;
	void *context;
	struct port *by_index[PORT_SELF + 1];
	struct port *list;
	uint8_t *arena; /* ARENA_SIZE bytes, at a cache line */
	struct frame batch[BATCH_FRAMES];
};

struct port_io *port_io_new(struct pump *pump, port_io_lost_fn *lost, void *context)
{
	struct port_io *io = calloc(1, sizeof(*io));

	if (!io)
		return NULL;
	if (posix_memalign((void **)&io->arena, CACHE_LINE, ARENA_SIZE) != 0) {
		free(io);
		return NULL;
	}
	io->pump = pump;
	io->lost = lost;
	io->context = context;
	return io;
}

void port_io_free(struct port_io *io)
{
	if (!io)
		return;
	port_io_detach_all(io);
	free(io->arena);
	free(io);
}

static struct port *find(const struct port_io *io, struct interface_id id)
{
	struct port *port = io->list;

	while (port && !interface_id_equal(port->id, id))
		port = port->next;
	return port;
}

static unsigned int link_len(const struct port *port)
{
	return port->id.kind == INTERFACE_TAP ? ETHERNET_LEN : 0;
}

/* ---- output ----------------------------------------------------------------------------- */

static bool write_frame(const struct port *port, const struct port_output *out)
{
	uint8_t *start = out->data - OFFLOAD_HEADER_LEN;
	size_t len = OFFLOAD_HEADER_LEN + (size_t)out->len;
	ssize_t n;

	offload_build(&out->offload, start, link_len(port), out->hdr_len);
	do
		n = write(port->fd, start, len);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

void port_io_flush(struct port_io *io)
{
	struct router *router = io->pump->router;
	const struct port_output *out;
	unsigned int count;

	out = router_output(router, &count);
	for (unsigned int i = 0; i < count; i++) {
		const struct port *port =
			out[i].port <= PORT_SELF ? io->by_index[out[i].port] : NULL;

		if (!port || !write_frame(port, &out[i]))
			router_output_error(router, out[i].port);
	}
}

/* ---- input ------------------------------------------------------------------------------ */

static void lose(struct port *port)
{
	struct port_io *io = port->io;
	struct interface_id id = port->id;

	bool self = port->index == PORT_SELF;

	port_io_detach(io, id);
	if (!self)
		io->lost(io->context, id);
}

/** What one read brought. */
enum read_result { READ_FRAME, READ_BAD_FRAME, READ_EMPTY, READ_LOST };

/** @place: where the frame's place in the arena begins. @used: out; bytes of it that are taken. */
static enum read_result read_frame(struct port *port, uint8_t *place, struct frame *frame,
				   size_t *used)
{
	struct router *router = port->io->pump->router;
	uint8_t *data = place + PLACE_DATA;
	ssize_t n;

	do
		n = read(port->fd, data - OFFLOAD_HEADER_LEN, READ_ROOM);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? READ_EMPTY : READ_LOST;
	if (n == 0)
		return READ_LOST;
	if (n < OFFLOAD_HEADER_LEN || n == READ_ROOM) {
		router_input_error(router, port->index,
				   n == READ_ROOM ? DROP_FRAME_TRUNCATED : DROP_FRAME_TOO_SHORT);
		return READ_BAD_FRAME;
	}
	memset(frame, 0, sizeof(*frame));
	frame->data = data;
	frame->len = (uint32_t)(n - OFFLOAD_HEADER_LEN);
	frame->port = port->index;
	if (offload_parse(&frame->offload, data - OFFLOAD_HEADER_LEN, link_len(port), frame->len) <
	    0) {
		router_input_error(router, port->index, DROP_OFFLOAD_INVALID);
		return READ_BAD_FRAME;
	}
	*used = (PLACE_DATA + frame->len + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	return READ_FRAME;
}

static void readable(uv_poll_t *poll, int status, int events)
{
	struct port *port = poll->data;
	struct port_io *io = port->io;
	enum read_result result = READ_EMPTY;
	unsigned int count = 0;
	size_t at = 0;

	(void)events;
	if (status < 0) {
		lose(port);
		pump_run(io->pump);
		return;
	}
	for (unsigned int tries = 0; tries < BATCH_FRAMES && at < BATCH_BYTES; tries++) {
		size_t used = 0;

		result = read_frame(port, io->arena + at, &io->batch[count], &used);
		if (result == READ_EMPTY || result == READ_LOST)
			break;
		if (result == READ_FRAME) {
			at += used;
			count++;
		}
	}
	if (count > 0 && port->index == PORT_SELF)
		router_self_input(io->pump->router, io->batch, count, pump_now());
	else if (count > 0)
		router_input(io->pump->router, io->batch, count, pump_now());
	pump_run(io->pump);
	if (result == READ_LOST) {
		lose(port);
		pump_run(io->pump);
	}
}

/* ---- coming and going ------------------------------------------------------------------- */

/** The kernel's end sees a cable plugged in or pulled out. Kernels before 5.0 do not know this. */
static void set_kernel_carrier(const struct port *port)
{
	int on = port->carrier;

	(void)ioctl(port->fd, TUNSETCARRIER, &on);
}

static void tell_router(struct port *port, bool up)
{
	char name[INTERFACE_TEXT_SIZE];

	if (port->index == PORT_SELF)
		return;
	log_line(EVENT_ERROR, "LINK", "UPDOWN", "Interface %s, changed state to %s",
		 interface_to_text(port->id, name), up ? "up" : "down");
	router_port_link(port->io->pump->router, port->index, up, pump_now());
}

int port_io_attach(struct port_io *io, struct interface_id id, unsigned int index, int fd,
		   bool carrier)
{
	struct port *port = calloc(1, sizeof(*port));
	int ret;

	assert(index <= PORT_SELF && !io->by_index[index] && !find(io, id));
	if (!port) {
		close(fd);
		return -ENOMEM;
	}
	port->io = io;
	port->id = id;
	port->index = (uint16_t)index;
	port->fd = fd;
	port->carrier = carrier;
	port->poll.data = port;
	ret = uv_poll_init(io->pump->loop, &port->poll, fd);
	if (ret < 0) {
		close(fd);
		free(port);
		return ret;
	}
	port->next = io->list;
	io->list = port;
	io->by_index[index] = port;
	ret = uv_poll_start(&port->poll, UV_READABLE, readable);
	if (ret < 0) {
		port_io_detach(io, id);
		return ret;
	}
	set_kernel_carrier(port);
	if (carrier)
		tell_router(port, true);
	return 0;
}

int port_io_attach_self(struct port_io *io, int fd)
{
	return port_io_attach(io, (struct interface_id){0}, PORT_SELF, fd, true);
}

static void port_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void port_io_detach(struct port_io *io, struct interface_id id)
{
	struct port **link = &io->list, *port;

	while (*link && !interface_id_equal((*link)->id, id))
		link = &(*link)->next;
	port = *link;
	if (!port)
		return;
	*link = port->next;
	io->by_index[port->index] = NULL;
	if (port->carrier)
		tell_router(port, false);
	uv_close((uv_handle_t *)&port->poll, port_closed);
	close(port->fd);
	port->fd = -1;
}

void port_io_detach_all(struct port_io *io)
{
	while (io->list)
		port_io_detach(io, io->list->id);
}

void port_io_set_carrier(struct port_io *io, struct interface_id id, bool carrier)
{
	struct port *port = find(io, id);

	if (!port || port->carrier == carrier)
		return;
	port->carrier = carrier;
	set_kernel_carrier(port);
	tell_router(port, carrier);
}

bool port_io_is_attached(const struct port_io *io, struct interface_id id)
{
	return find(io, id) != NULL;
}
