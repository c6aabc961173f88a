/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip nat translations top`: the devices that have sent and received most, by what their
 * sessions carry now and what those that ended have carried.
 *
 * The sessions are added up a piece at a time, then the devices are gone through, a piece at a time
 * too; the list comes in the last piece, and pieces before it are empty.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/nat/device_look.h"
#include "core/router.h"

enum {
	TOP_DEFAULT = 10,
	TOP_MAX = 100,
	TOP_SESSIONS = 16384, /* looked at in a piece */
	TOP_DEVICES = 4096,
};

struct talker {
	struct nat_device_stats stats;
	uint64_t bytes_out, bytes_in; /* ended and live */
};

struct top {
	uint32_t wanted, count;
	uint64_t total;			/* bytes of all devices */
	struct talker talkers[TOP_MAX]; /* the first first */
	uint64_t device;		/* cursor of the devices */
	bool summed;			/* the sessions are */
	uint32_t room;			/* of `live` */
	struct nat_traffic live[];	/* by device */
};

static uint64_t bytes_of(const struct talker *talker)
{
	return talker->bytes_out + talker->bytes_in;
}

static bool is_before(const struct talker *a, const struct talker *b)
{
	if (bytes_of(a) != bytes_of(b))
		return bytes_of(a) > bytes_of(b);
	return a->stats.sessions > b->stats.sessions;
}

static void top_add(struct top *top, const struct talker *talker)
{
	uint32_t at = top->count;

	while (at > 0 && is_before(talker, &top->talkers[at - 1]))
		at--;
	if (at == top->wanted)
		return;
	if (top->count < top->wanted)
		top->count++;
	memmove(&top->talkers[at + 1], &top->talkers[at],
		(top->count - 1 - at) * sizeof(*top->talkers));
	top->talkers[at] = *talker;
}

static struct top *top_new(const struct call *call)
{
	uint32_t room = nat_device_count(router_nat(call->world->router)) + 1;
	struct top *top = calloc(1, sizeof(*top) + room * sizeof(*top->live));

	if (!top)
		return NULL;
	top->room = room;
	top->wanted = (uint32_t)call_number_or(call, "count", TOP_DEFAULT);
	return top;
}

/* Goes through some devices. Return: whether there are more. */
static bool top_devices(struct top *top, const struct nat *nat)
{
	struct talker talker;

	for (unsigned int n = 0; n < TOP_DEVICES; n++) {
		if (!nat_next_device(nat, &top->device, &talker.stats))
			return false;
		talker.bytes_out = talker.stats.bytes_out;
		talker.bytes_in = talker.stats.bytes_in;
		if (talker.stats.number < top->room) {
			talker.bytes_out += top->live[talker.stats.number].bytes_out;
			talker.bytes_in += top->live[talker.stats.number].bytes_in;
		}
		top->total += bytes_of(&talker);
		if (talker.stats.opened > 0)
			top_add(top, &talker);
	}
	return true;
}

static json_t *top_item(const struct call *call, const struct top *top, const struct talker *t)
{
	double share = top->total ? (double)bytes_of(t) * 1000.0 / (double)top->total : 0;

	return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:f}", "address",
			 view_of_ip4(t->stats.local), "host", view_of_host(call, t->stats.local),
			 "sessions", (json_int_t)t->stats.sessions, "opened",
			 (json_int_t)t->stats.opened, "bytes_out", (json_int_t)t->bytes_out,
			 "bytes_in", (json_int_t)t->bytes_in, "share_percent",
			 (double)(long long)(share + 0.5) / 10.0);
}

/*
 * [{address, host|null, sessions (now), opened (ever), bytes_out, bytes_in (of IPv4, ever),
 * share_percent (of the bytes of all devices)}], the device with the most bytes first.
 */
static json_t *show_nat_top_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct nat *nat = router_nat(call->world->router);
	struct top *top = cursor->state;
	json_t *items = json_array();

	cursor->more = true;
	if (!top) {
		top = cursor->state = top_new(call);
		if (top)
			return items;
		json_decref(items);
		return NULL;
	}
	if (!top->summed) {
		top->summed =
			!nat_sum_traffic(nat, &cursor->at, TOP_SESSIONS, top->live, top->room);
		return items;
	}
	if (top_devices(top, nat))
		return items;
	for (uint32_t i = 0; i < top->count; i++)
		json_array_append_new(items, top_item(call, top, &top->talkers[i]));
	cursor->more = false;
	return items;
}

static void show_nat_top_print(struct buffer *out, const json_t *piece,
			       const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out, "Host             Translations  Bytes out       Bytes in        "
				"Share   Name\n");
	json_array_foreach (piece, i, item) {
		size_t start = out->len;

		buffer_add(out, view_string(item, "address"));
		view_pad(out, start, 17);
		buffer_printf(out, "%lld", view_number(item, "sessions"));
		view_pad(out, start, 31);
		buffer_printf(out, "%lld", view_number(item, "bytes_out"));
		view_pad(out, start, 47);
		buffer_printf(out, "%lld", view_number(item, "bytes_in"));
		view_pad(out, start, 63);
		buffer_printf(out, "%.1f%%",
			      json_number_value(json_object_get(item, "share_percent")));
		if (!view_is_null(item, "host")) {
			view_pad(out, start, 71);
			buffer_add(out, view_string(item, "host"));
		}
		buffer_add(out, "\n");
	}
}

const struct show show_nat_top = {show_nat_top_collect, show_nat_top_print};
