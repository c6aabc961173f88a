/* SPDX-License-Identifier: BSD-2-Clause */
/* The session table: a million of them, growth without a stall, expiry, the ring of contacts. */
#include "tests/unit/core/nat/fixture.h"

/* sanitizers make memory dear */
#if defined(__SANITIZE_ADDRESS__)
enum { MANY = 200000 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { MANY = 200000 };
#else
enum { MANY = 1000000 };
#endif
#else
enum { MANY = 1000000 };
#endif

static int many_setup(void **state)
{
	struct home *home;

	home_setup(state);
	home = *state;
	home->config.nat.max_entries = MANY;
	home_configure(home);
	return 0;
}

/** The flow of session @n: 50,000 inside endpoints, each with many remote ones. */
static struct nat_flow flow_of(uint32_t n)
{
	return (struct nat_flow){
		.proto = IP_PROTO_UDP,
		.local = {0xc0a80100 + n % 200},
		.local_port = (uint16_t)(2000 + n % 50000),
		.remote = {0x08000000 + n / 3},
		.remote_port = (uint16_t)(1 + n % 3),
	};
}

static void open_session(struct home *home, uint32_t n)
{
	struct nat_flow flow = flow_of(n);
	int err = 0;
	uint32_t mapping = nat_mapping_open(home->nat, &flow, 0, home->now, &err);

	assert_int_not_equal(mapping, 0);
	assert_int_not_equal(
		nat_session_open(home->nat, mapping, flow.remote, flow.remote_port, home->now), 0);
}

static uint32_t find_session(struct home *home, uint32_t n)
{
	struct nat_flow flow = flow_of(n);

	return nat_session_find_flow(home->nat, &flow, home->now);
}

static void a_million_sessions_come_are_found_and_go(void **state)
{
	struct home *home = *state;
	struct nat_stats stats;
	unsigned int ticks = 0;

	for (uint32_t n = 0; n < MANY; n++)
		open_session(home, n);
	for (uint32_t n = 0; n < MANY; n++) {
		uint32_t i = find_session(home, n);

		assert_int_not_equal(i, 0);
		assert_int_equal(nat_session_at(home->nat, i)->remote, flow_of(n).remote.host);
	}
	assert_int_equal(find_session(home, MANY), 0);
	assert_false(nat_session_room(home->nat, 1, home->now));

	home_wait(home, 302);
	mono_ms_t begin = home->now;

	while (nat_deadline(home->nat).ms != MONO_NEVER.ms) {
		home->now.ms = MAX(home->now.ms, nat_deadline(home->nat).ms);
		nat_tick(home->nat, 4096, home->now);
		assert_true(++ticks < MANY);
	}
	/* a round of the sweep takes half a minute, however many there are */
	assert_true(mono_between_ms(begin, home->now) <= 35000);
	nat_stats(home->nat, &stats);
	assert_int_equal(stats.sessions, 0);
	assert_int_equal(stats.expired, MANY);
	assert_int_equal(stats.created, MANY);
	assert_int_equal(stats.peak, MANY);
	assert_int_equal(home->nat->mappings.count, 0);
	assert_int_equal(home->nat->hosts.count, 0);
	assert_int_equal(home->nat->by_flow.count, 0);
	assert_int_equal(home->nat->by_contact.count, 0);

	const struct port_pool *pool = home->nat->publics.at[0].pool[NAT_UDP];

	assert_int_equal(pool->free_high + pool->resting, 64512);
	home_wait(home, 121);
	/* and all of it is of use again */
	for (uint32_t n = 0; n < 1000; n++)
		open_session(home, n);
	assert_int_equal(home->nat->sessions.high, MANY);
}

/** A session, its share of all indexes and of its mapping: the goal is 96 bytes. */
static void a_session_costs_at_most_96_bytes(void **state)
{
	struct home *home = *state;
	const struct nat *nat = home->nat;

	for (uint32_t n = 0; n < MANY; n++)
		open_session(home, n);

	size_t bytes = (size_t)nat->sessions.high * nat->sessions.record_len +
		       (size_t)nat->mappings.high * nat->mappings.record_len +
		       (size_t)nat->hosts.high * nat->hosts.record_len +
		       4 * ((size_t)nat->by_flow.buckets + nat->by_contact.buckets +
			    nat->by_endpoint.buckets + nat->by_host.buckets) +
		       offsetof(struct port_pool, rest); /* no port is at rest */

	assert_true(bytes / MANY <= 96);
}

/** No insertion moves more than the chain of one bucket. */
static void the_index_grows_a_bucket_at_a_time(void **state)
{
	struct home *home = *state;
	const struct nat_index *index = &home->nat->by_flow;
	uint32_t longest = 0;

	for (uint32_t n = 0; n < 100000; n++) {
		uint32_t before = index->buckets;

		open_session(home, n);
		assert_true(index->buckets - before <= 1);
	}
	assert_int_equal(index->buckets, 100000);
	for (uint32_t b = 0; b < index->buckets; b++) {
		uint32_t len = 0;

		for (uint32_t i = index->segments[b >> NAT_SLAB_SHIFT][b & NAT_SLAB_MASK]; i != 0;
		     i = nat_index_next(index, i))
			len++;
		longest = MAX(longest, len);
	}
	assert_true(longest < 20);
}

static void what_is_left_is_found_whatever_went(void **state)
{
	struct home *home = *state;
	struct chance chance;
	static bool there[20000];

	memset(there, 0, sizeof(there));
	chance_init(&chance, &home_key);
	for (unsigned int step = 0; step < 200000; step++) {
		uint32_t n = chance_below(&chance, ARRAY_COUNT(there));

		if (there[n])
			nat_session_close(home->nat, find_session(home, n), home->now);
		else
			open_session(home, n);
		there[n] = !there[n];
	}
	for (uint32_t n = 0; n < ARRAY_COUNT(there); n++)
		assert_int_equal(find_session(home, n) != 0, there[n]);
}

static void a_contact_lasts_until_its_last_session_goes(void **state)
{
	struct home *home = *state;
	struct chance chance;
	uint32_t left[50];

	chance_init(&chance, &home_key);
	for (uint16_t n = 0; n < ARRAY_COUNT(left); n++)
		udp_out(home, LAPTOP, 5000, SERVER, n);

	uint32_t mapping = nat_session_at(home->nat, 1)->mapping;

	for (uint32_t n = 0; n < ARRAY_COUNT(left); n++)
		left[n] = n + 1;
	for (uint32_t n = ARRAY_COUNT(left); n > 0; n--) {
		uint32_t pick = chance_below(&chance, n);

		assert_int_not_equal(
			nat_session_find_contact(home->nat, mapping, SERVER, home->now), 0);
		nat_session_close(home->nat, left[pick], home->now);
		left[pick] = left[n - 1];
	}
	assert_int_equal(nat_session_find_contact(home->nat, mapping, SERVER, home->now), 0);
	assert_int_equal(home->nat->by_contact.count, 0);
}

static void idle_nat_needs_no_tick(void **state)
{
	struct home *home = *state;

	assert_int_equal(nat_deadline(home->nat).ms, MONO_NEVER.ms);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(nat_deadline(home->nat).ms, home->now.ms + 1000);
	home_wait(home, 1);
	nat_tick(home->nat, 256, home->now);
	assert_int_equal(nat_deadline(home->nat).ms, home->now.ms + 1000);
	home_wait(home, 301);
	nat_tick(home->nat, 256, home->now);
	assert_int_equal(nat_deadline(home->nat).ms, MONO_NEVER.ms);
	assert_int_equal(session_count_now(home), 0);
}

static void a_timer_that_is_never_never_ends(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.timeout_s[NAT_TIMEOUT_UDP] = UINT32_MAX;
	home_configure(home);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	home_wait(home, 100 * 86400);
	nat_tick(home->nat, 256, home->now);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_NEXT);
	assert_int_equal(only_session(home).left_s, UINT32_MAX);
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
#define MANY_TEST(name) cmocka_unit_test_setup_teardown(name, many_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MANY_TEST(a_million_sessions_come_are_found_and_go),
		MANY_TEST(a_session_costs_at_most_96_bytes),
		HOME_TEST(the_index_grows_a_bucket_at_a_time),
		HOME_TEST(what_is_left_is_found_whatever_went),
		HOME_TEST(a_contact_lasts_until_its_last_session_goes),
		HOME_TEST(idle_nat_needs_no_tick),
		HOME_TEST(a_timer_that_is_never_never_ends),
	};

	return cmocka_run_group_tests_name("nat/session", tests, NULL, NULL);
}
