/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP server on a disk that may lose, at any moment, any part of what was not synced. A thousand
 * times leases are asked for, the power fails, and a new server starts from what the disk kept:
 * every lease that a client was told of is there, and no address has two clients.
 *
 * `told` is what the clients know. The wall clock and the server's own run alike, but where a test
 * sets the former.
 */
#include "tests/unit/core/dhcp/fixture.h"

#include <sys/stat.h>
#include <unistd.h>
#include "cli/buffer.h"
#include "cmd/viprouterd/journal_file.h"
#include "cmd/viprouterd/store.h"

enum { CLIENTS = 14, ADDRESSES = 12, FIRST = 10, ROUNDS = 1000, DAY_S = 86400, YEAR_S = 31557600 };

struct told {
	uint32_t client; /* 0 nobody */
	int64_t until_ms;
};

struct rig {
	struct world *w;
	char folder[40], path[64], path_new[64];
	struct journal_file file;
	struct buffer batch;
	uint64_t token;
	int64_t wall_lead_s; /* the wall clock's, over the server's */
	struct told told[ADDRESSES];
	uint64_t seed;
	unsigned int acks, refusals, images;
};

static int sync_fails; /* errno; 0 it does not */

static int quick_sync(int fd)
{
	(void)fd;
	errno = sync_fails;
	return sync_fails ? -1 : 0;
}

static uint32_t any(struct rig *r, uint32_t below)
{
	r->seed = r->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(r->seed >> 33) % below;
}

static int64_t wall_s(const struct rig *r)
{
	return r->w->now.ms / 1000 + r->wall_lead_s;
}

static int set_up(void **state)
{
	const struct config_dhcp_excluded high = {IP4(192, 168, 1, FIRST + ADDRESSES),
						  IP4(192, 168, 1, 254)};
	struct rig *r = calloc(1, sizeof(*r));
	void *world;

	assert_non_null(r);
	store_calls.fsync = store_calls.fdatasync = quick_sync;
	sync_fails = 0;
	world_setup(&world);
	r->w = world;
	assert_int_equal(config_excluded_add(&r->w->config, &high), 0);
	configure(r->w);
	r->wall_lead_s = 1700000000;
	r->seed = 20240229;
	strcpy(r->folder, "/tmp/test_lease_crash.XXXXXX");
	assert_non_null(mkdtemp(r->folder));
	snprintf(r->path, sizeof(r->path), "%s/leases", r->folder);
	snprintf(r->path_new, sizeof(r->path_new), "%s/leases.new", r->folder);
	r->file.fd = r->file.fd_new = -1;
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	void *world = r->w;

	journal_file_close(&r->file);
	buffer_free(&r->batch);
	unlink(r->path);
	assert_int_equal(rmdir(r->folder), 0);
	free(r);
	return world_teardown(&world);
}

/* ---- the clients ------------------------------------------------------------------------- */

static struct told *told_of(struct rig *r, ip4_t address)
{
	assert_in_range(address.host & 255, FIRST, FIRST + ADDRESSES - 1);
	return &r->told[(address.host & 255) - FIRST];
}

static bool is_live(const struct rig *r, const struct told *t)
{
	return t->client != 0 && r->w->now.ms < t->until_ms;
}

/** What the core wants kept goes into the batch. */
static void gather(struct rig *r)
{
	char line[JOURNAL_LINE_SIZE];
	struct event e;

	while (event_pop(&r->w->events, &e)) {
		if (e.type != EVENT_LEASE_PERSIST)
			continue;
		buffer_add_bytes(&r->batch, line, journal_encode(&e.lease, wall_s(r), line));
		if (e.token)
			r->token = e.token;
	}
}

static void hear(struct rig *r)
{
	struct world *w = r->w;

	while (take(w)) {
		uint32_t client = w->answer.chaddr[5];
		struct told *t;

		if (w->answer.type != DHCP_ACK)
			continue;
		t = told_of(r, w->answer.yiaddr);
		/* the one thing that must never be */
		assert_true(!is_live(r, t) || t->client == client);
		for (unsigned int i = 0; i < ADDRESSES; i++)
			if (r->told[i].client == client)
				r->told[i].client = 0; /* it has but one */
		*t = (struct told){client,
				   r->w->now.ms + option_u32(w, DHCP_OPT_LEASE_TIME) * 1000LL};
		r->acks++;
	}
}

/** A client does something; its ACK waits for the disk. */
static void act(struct rig *r)
{
	uint32_t client = 1 + any(r, CLIENTS), what = any(r, 10);
	struct world *w = r->w;
	struct told *mine = NULL;
	ip4_t at = IP4_ANY;

	for (uint32_t i = 0; i < ADDRESSES; i++) {
		if (r->told[i].client == client && is_live(r, &r->told[i])) {
			mine = &r->told[i];
			at = IP4(192, 168, 1, FIRST + i);
		}
	}
	if (mine && what == 0) {
		mine->client = 0;
		send(w, &(struct ask){.type = DHCP_RELEASE,
				      .mac = mac_of(client),
				      .ciaddr = at,
				      .server_id = ROUTER});
	} else if (mine) {
		send(w, &(struct ask){.type = DHCP_REQUEST, .mac = mac_of(client), .ciaddr = at});
	} else {
		send(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(client)});
		gather(r);
		if (!take(w) || w->answer.type != DHCP_OFFER)
			return;
		send(w, &(struct ask){.type = DHCP_REQUEST,
				      .mac = mac_of(client),
				      .requested = w->answer.yiaddr,
				      .server_id = ROUTER});
	}
	gather(r);
}

static void act_some(struct rig *r)
{
	r->w->now.ms += 1000LL * any(r, 200);
	dhcp_server_tick(r->w->server, r->w->now);
	gather(r);
	for (unsigned int n = 1 + any(r, 3); n > 0; n--)
		act(r);
}

static struct journal_bytes bytes_of(const struct buffer *b)
{
	return (struct journal_bytes){buffer_text(b), b->len};
}

/** The disk gets the batch, or refuses it; the server hears of it, and the clients. */
static int commit(struct rig *r)
{
	int status;

	sync_fails = any(r, 10) == 0 ? EIO : 0;
	status = journal_file_append(&r->file, bytes_of(&r->batch));
	sync_fails = 0;
	if (r->token)
		dhcp_server_persisted(r->w->server, r->token, status, r->w->now);
	r->token = 0;
	if (status < 0) {
		r->refusals++;
		assert_false(take(r->w)); /* nobody hears of what was not kept */
	}
	hear(r);
	return status;
}

/* ---- after the crash --------------------------------------------------------------------- */

static void assert_kept(struct rig *r, const struct journal_contents *c)
{
	r->images++;
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		const struct told *t = &r->told[i];
		const struct dhcp_lease_record *found = NULL;

		if (!is_live(r, t))
			continue;
		vec_each (&c->records, record)
			if (record->address.host == IP4(192, 168, 1, FIRST + i).host)
				found = record;
		assert_non_null(found);
		assert_int_equal(found->state, DHCP_LEASE_BOUND);
		assert_int_equal(found->hardware.byte[5], t->client);
		assert_true(found->remaining_s * 1000LL >= t->until_ms - r->w->now.ms);
		assert_in_range(found->remaining_s, 1, LEASE_S);
	}
}

/** A new server, from what was read. */
static void restart(struct rig *r, struct journal_contents *c)
{
	struct world *w = r->w;

	dhcp_server_free(w->server);
	memset(&w->events, 0, sizeof(w->events));
	w->server = dhcp_server_new(&some_key, &w->events);
	assert_non_null(w->server);
	configure(w);
	vec_each (&c->records, record)
		assert_int_equal(dhcp_server_restore(w->server, record, w->now), 0);
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		struct dhcp_binding b;

		if (!is_live(r, &r->told[i]))
			continue;
		assert_int_equal(
			dhcp_server_find(w->server, IP4(192, 168, 1, FIRST + i), &b, w->now), 0);
		assert_int_equal(b.record.hardware.byte[5], r->told[i].client);
	}
	r->token = 0;
	buffer_clear(&r->batch);
}

static void read_image(struct rig *r, const char *bytes, size_t len)
{
	struct journal_contents c;

	assert_int_equal(journal_read(bytes, len, wall_s(r), &c), 0);
	assert_kept(r, &c);
	journal_contents_fini(&c);
}

/** What the disk may have kept of the batch: each beginning of it, and some with bits turned. */
static void look_at_every_cut(struct rig *r, bool every_byte)
{
	size_t synced, len;
	char *image, *text;

	assert_int_equal(store_read(r->path, &text, &synced), 0);
	assert_int_equal(synced, r->file.size);
	len = synced + r->batch.len;
	image = malloc(len + 1);
	assert_non_null(image);
	memcpy(image, text, synced);
	memcpy(image + synced, buffer_text(&r->batch), r->batch.len);
	for (size_t cut = synced; cut <= len; cut++)
		if (every_byte || cut == synced || cut == len || image[cut - 1] == '\n' ||
		    image[cut] == '\n')
			read_image(r, image, cut);
	for (unsigned int n = 0; r->batch.len > 0 && n < 5; n++) {
		size_t at = synced + any(r, (uint32_t)r->batch.len);

		image[at] = (char)(image[at] ^ 1 << any(r, 8));
		read_image(r, image, len);
	}
	free(image);
	free(text);
}

static void start(struct rig *r)
{
	struct journal_contents c;

	assert_int_equal(journal_file_open(&r->file, r->path, r->path_new, wall_s(r), &c), 0);
	assert_kept(r, &c);
	restart(r, &c);
	journal_contents_fini(&c);
}

/** The power fails while @len bytes of the batch have reached the disk. */
static void crash(struct rig *r, size_t len)
{
	assert_int_equal(store_write_all(r->file.fd, buffer_text(&r->batch), len), 0);
	/* as an end by force does: nothing is tidied */
	close(r->file.fd);
	if (r->file.fd_new >= 0)
		close(r->file.fd_new);
	start(r);
}

/** The records from @after on, @count of them. Return: whether there may be more. */
static bool snapshot(struct rig *r, ip4_t *after, unsigned int count, struct buffer *piece)
{
	struct dhcp_lease_record record;
	char line[JOURNAL_LINE_SIZE];

	buffer_clear(piece);
	for (; count > 0; count--) {
		if (!dhcp_server_next_record(r->w->server, after, &record, r->w->now))
			return false;
		buffer_add_bytes(piece, line, journal_encode(&record, wall_s(r), line));
	}
	return true;
}

/** A compaction while clients go on; it is cut short after @parts of it. */
static void compact(struct rig *r, unsigned int parts)
{
	enum journal_compaction part = JOURNAL_COMPACT_BEGIN;
	struct buffer piece = {0};
	bool more = true;
	ip4_t at = IP4_ANY;

	while (parts-- > 0 && part != JOURNAL_COMPACT_FINISH) {
		struct journal_bytes batch;

		buffer_clear(&r->batch);
		act_some(r);
		more = more && snapshot(r, &at, 4, &piece);
		if (!more && r->file.fd_new >= 0)
			part = JOURNAL_COMPACT_FINISH;
		batch = bytes_of(&r->batch);
		if (commit(r) < 0)
			batch.len = 0;
		assert_int_equal(journal_file_compact(&r->file, part, bytes_of(&piece), batch), 0);
		buffer_clear(&piece);
		if (part == JOURNAL_COMPACT_BEGIN)
			part = JOURNAL_COMPACT_GO;
	}
	buffer_free(&piece);
	buffer_clear(&r->batch);
	look_at_every_cut(r, false);
}

static void d19_a_thousand_crashes_lose_no_lease_and_give_none_twice(void **state)
{
	struct rig *r = *state;

	start(r);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		for (unsigned int n = any(r, 3); n > 0; n--) {
			buffer_clear(&r->batch);
			act_some(r);
			commit(r);
		}
		buffer_clear(&r->batch);
		if (any(r, 4) == 0)
			compact(r, any(r, 8));
		act_some(r);
		look_at_every_cut(r, round % 10 == 0);
		crash(r, any(r, (uint32_t)r->batch.len + 1));
		if (any(r, 50) == 0) { /* and the clock is set back meanwhile */
			r->wall_lead_s -= any(r, 2) ? DAY_S : YEAR_S / 10;
			crash(r, 0);
		}
	}
	assert_true(r->acks > ROUNDS && r->refusals > 50 && r->images > 5 * ROUNDS);
}

/* ---- clocks ------------------------------------------------------------------------------ */

/** Leases an address on a well disk. */
static ip4_t lease_now(struct rig *r, uint32_t client)
{
	ip4_t at = discover(r->w, mac_of(client));

	buffer_clear(&r->batch);
	send(r->w, &(struct ask){.type = DHCP_REQUEST,
				 .mac = mac_of(client),
				 .requested = at,
				 .server_id = ROUTER});
	gather(r);
	assert_int_equal(journal_file_append(&r->file, bytes_of(&r->batch)), 0);
	dhcp_server_persisted(r->w->server, r->token, 0, r->w->now);
	hear(r);
	assert_int_equal(told_of(r, at)->client, client);
	buffer_clear(&r->batch);
	return at;
}

static uint32_t remaining_after(struct rig *r, int64_t wall_step_s, ip4_t at)
{
	struct dhcp_binding b;

	r->wall_lead_s += wall_step_s;
	crash(r, 0);
	return dhcp_server_find(r->w->server, at, &b, r->w->now) == 0 ? b.record.remaining_s : 0;
}

static void d19_a_clock_set_back_loses_no_lease_and_makes_none_longer(void **state)
{
	static const int64_t steps_s[] = {1, 60, DAY_S, 10LL * YEAR_S, 0};
	struct rig *r = *state;
	ip4_t at;

	start(r);
	at = lease_now(r, 1);
	for (unsigned int i = 0; i < ARRAY_COUNT(steps_s); i++) {
		uint32_t left = remaining_after(r, -steps_s[i], at);

		assert_int_equal(left, LEASE_S);
		assert_int_equal(kept_as(r->w, at), DHCP_LEASE_BOUND);
	}
}

static void d19_a_clock_set_forward_ends_leases_sooner_and_gives_them_to_others_last(void **state)
{
	struct rig *r = *state;
	ip4_t at;

	start(r);
	at = lease_now(r, 1);
	memset(r->told, 0, sizeof(r->told)); /* what they know is not what we can keep */
	assert_int_equal(remaining_after(r, 600, at), LEASE_S - 600);
	r->wall_lead_s += 10LL * YEAR_S;
	crash(r, 0);
	assert_int_equal(kept_as(r->w, at), DHCP_LEASE_EXPIRED);
	for (uint32_t client = 2; client <= ADDRESSES; client++)
		assert_int_not_equal(lease_now(r, client).host, at.host);
	assert_int_equal(lease_now(r, 1).host, at.host);
}

static void d20_leases_live_over_2038_and_2106(void **state)
{
	static const int64_t ends[] = {INT32_MAX, UINT32_MAX, 253402300799};
	struct rig *r = *state;
	ip4_t at;

	for (unsigned int i = 0; i < ARRAY_COUNT(ends); i++) {
		r->wall_lead_s = ends[i] - 10 - r->w->now.ms / 1000;
		memset(r->told, 0, sizeof(r->told));
		if (i == 0)
			start(r);
		at = lease_now(r, i + 1);
		r->w->now.ms += 20 * 1000;
		assert_int_equal(remaining_after(r, 0, at), LEASE_S - 20);
	}
}

static void d20_an_infinite_lease_outlives_any_clock(void **state)
{
	static const int64_t steps_s[] = {DAY_S, 100LL * YEAR_S, -120LL * YEAR_S, 0};
	struct rig *r = *state;
	ip4_t at;

	config_pool_get(&r->w->config, "LAN")->lease_s = DHCP_LEASE_INFINITE;
	start(r);
	at = lease_now(r, 1);
	r->told[0].client = 0;
	for (unsigned int i = 0; i < ARRAY_COUNT(steps_s); i++)
		assert_int_equal(remaining_after(r, steps_s[i], at), DHCP_LEASE_INFINITE);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(d19_a_thousand_crashes_lose_no_lease_and_give_none_twice),
		RIG_TEST(d19_a_clock_set_back_loses_no_lease_and_makes_none_longer),
		RIG_TEST(d19_a_clock_set_forward_ends_leases_sooner_and_gives_them_to_others_last),
		RIG_TEST(d20_leases_live_over_2038_and_2106),
		RIG_TEST(d20_an_infinite_lease_outlives_any_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
