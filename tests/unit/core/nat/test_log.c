/* SPDX-License-Identifier: BSD-2-Clause */
/* The log of bindings: a record for each mapping or block, no destination unless asked for. */
#include "tests/unit/core/nat/fixture.h"

static void log_as(struct home *home, enum nat_log log, uint16_t port_block)
{
	home->config.nat.log[NAT_LOG_JSON] = (uint8_t)log;
	home->config.nat.port_block = port_block;
	home_configure(home);
}

/** The next record, which must be there. */
static struct event_nat next_record(struct home *home)
{
	struct event event = {0};

	assert_true(event_pop(&home->events, &event));
	assert_int_equal(event.type, EVENT_NAT);
	return event.nat;
}

static unsigned int records_left(struct home *home)
{
	return home->events.nat_count;
}

static void end_all(struct home *home)
{
	(void)nat_clear(home->nat, &(struct nat_match){0}, home->now);
}

static void nothing_is_logged_unless_it_is_asked_for(void **state)
{
	struct home *home = *state;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	end_all(home);
	assert_int_equal(records_left(home), 0);
}

static void c12_a_mapping_is_logged_once_and_without_its_destinations(void **state)
{
	struct home *home = *state;
	struct event_nat record;

	log_as(home, NAT_LOG_BINDINGS, 0);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	udp_out(home, LAPTOP, 5000, OTHER, 81);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_MAPPING);
	assert_false(record.ended);
	assert_int_equal(record.proto, IP_PROTO_UDP);
	assert_int_equal(record.local.host, LAPTOP.host);
	assert_int_equal(record.local_port, 5000);
	assert_int_equal(record.global.host, VIP.host);
	assert_int_equal(record.global_port, 5000);
	assert_int_equal(record.remote.host, 0);
	assert_int_equal(record.remote_port, 0);
	assert_int_equal(records_left(home), 0);
	end_all(home);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_MAPPING);
	assert_true(record.ended);
	assert_int_equal(record.local_port, 5000);
	assert_int_equal(record.remote.host, 0);
	assert_int_equal(records_left(home), 0);
}

static void destinations_are_logged_for_each_session_when_asked_for(void **state)
{
	struct home *home = *state;
	struct event_nat record;

	log_as(home, NAT_LOG_DESTINATIONS, 0);
	tcp_out(home, LAPTOP, 5000, SERVER, 443, TCP_SYN);
	assert_int_equal(next_record(home).what, EVENT_NAT_MAPPING);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_SESSION);
	assert_false(record.ended);
	assert_int_equal(record.local.host, LAPTOP.host);
	assert_int_equal(record.remote.host, SERVER.host);
	assert_int_equal(record.remote_port, 443);
	end_all(home);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_SESSION);
	assert_true(record.ended);
	assert_int_equal(record.remote.host, SERVER.host);
	assert_true(next_record(home).ended);
	assert_int_equal(records_left(home), 0);
}

static void c14_with_blocks_there_is_one_record_a_block(void **state)
{
	struct home *home = *state;
	struct event_nat record;
	uint16_t port;

	log_as(home, NAT_LOG_BINDINGS, 256);
	port = udp_out(home, LAPTOP, 5000, SERVER, 80);
	for (uint16_t n = 1; n < 256; n++) {
		udp_out(home, LAPTOP, (uint16_t)(5000 + n), SERVER, 80);
		tcp_out(home, LAPTOP, (uint16_t)(5000 + n), SERVER, 80, TCP_SYN);
	}
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_BLOCK);
	assert_false(record.ended);
	assert_int_equal(record.local.host, LAPTOP.host);
	assert_int_equal(record.global.host, VIP.host);
	assert_int_equal(record.global_port, port & ~255);
	assert_int_equal(record.global_last, port | 255);
	assert_int_equal(record.proto, 0);
	assert_int_equal(records_left(home), 0);
	end_all(home);
	assert_int_equal(records_left(home), 0); /* it rests, and is still the laptop's */
	assert_true(nat_deadline(home->nat).ms > home->now.ms);
	home->now = nat_deadline(home->nat);
	nat_tick(home->nat, 4096, home->now);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_BLOCK);
	assert_true(record.ended);
	assert_int_equal(record.global_port, port & ~255);
	assert_int_equal(records_left(home), 0);
	assert_int_equal(nat_deadline(home->nat).ms, MONO_NEVER.ms);
}

/** A home of eight devices and blocks of 512: 10,000 sessions of all protocols that come and go. */
static void c14_blocks_make_fewer_than_20_records_for_1000_sessions(void **state)
{
	struct home *home = *state;
	unsigned int sessions = 10000, records = 0;

	log_as(home, NAT_LOG_BINDINGS, 512);
	for (unsigned int n = 0; n < sessions; n++) {
		ip4_t host = {IP4(192, 168, 1, 10).host + n % 8};
		uint16_t port = (uint16_t)(32768 + n * 7 % 28000);
		ip4_t server = {SERVER.host + n % 50};

		if (n % 3 == 0)
			udp_out(home, host, port, server, n % 2 ? 53 : 443);
		else
			tcp_out(home, host, port, server, 443, TCP_SYN);
		home->now.ms += 100; /* 36,000 sessions an hour */
		if (mono_reached(nat_deadline(home->nat), home->now))
			nat_tick(home->nat, 4096, home->now);
	}
	for (home_wait(home, 1000); nat_deadline(home->nat).ms != MONO_NEVER.ms;) {
		home->now = nat_deadline(home->nat);
		nat_tick(home->nat, 4096, home->now);
	}
	for (; records_left(home) > 0; records++) {
		struct event_nat record = next_record(home);

		assert_int_equal(record.what, EVENT_NAT_BLOCK);
		assert_int_equal(record.remote.host, 0);
	}
	print_message("%u sessions: %u records\n", sessions, records);
	assert_true(records >= 16);
	assert_true(records * 1000 < 20 * sessions);
}

static void low_ports_are_logged_one_by_one(void **state)
{
	struct home *home = *state;
	struct event_nat record;

	log_as(home, NAT_LOG_BINDINGS, 256);
	assert_int_equal(udp_out(home, LAPTOP, 500, SERVER, 500), 500);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_MAPPING);
	assert_int_equal(record.global_port, 500);
	assert_int_equal(records_left(home), 0);
}

static void what_lives_is_told_when_the_log_begins(void **state)
{
	struct home *home = *state;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	log_as(home, NAT_LOG_BINDINGS, 0);
	assert_int_equal(next_record(home).local_port, 5000);
	log_as(home, NAT_LOG_DESTINATIONS, 0);
	assert_int_equal(records_left(home), 0);
	log_as(home, NAT_LOG_OFF, 0);
	end_all(home);
	assert_int_equal(records_left(home), 0);
}

static void a_new_size_of_blocks_tells_what_leaves_its_block(void **state)
{
	struct home *home = *state;
	struct event_nat record;
	uint16_t port;

	log_as(home, NAT_LOG_BINDINGS, 256);
	port = udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_false(next_record(home).ended);
	log_as(home, NAT_LOG_BINDINGS, 64);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_BLOCK);
	assert_true(record.ended);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_MAPPING);
	assert_false(record.ended);
	assert_int_equal(record.global_port, port);
	/* the session goes on, and its port stays outside of the new blocks */
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), port);
	assert_int_not_equal(udp_out(home, LAPTOP, 5001, SERVER, 80) / 64, port / 64);
	assert_int_equal(next_record(home).what, EVENT_NAT_BLOCK);
	end_all(home);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_MAPPING);
	assert_true(record.ended);
	assert_int_equal(records_left(home), 0);
}

static void a_static_forward_is_not_logged_and_ends_the_record_it_adopts(void **state)
{
	struct home *home = *state;
	struct config_nat_static rule = home_static(IP_PROTO_UDP, LAPTOP, 5000, 5000);
	struct event_nat record;
	struct packet p;

	log_as(home, NAT_LOG_BINDINGS, 0);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_false(next_record(home).ended);
	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	home_configure(home);
	record = next_record(home);
	assert_int_equal(record.local_port, 5000);
	assert_true(record.ended);
	assert_int_equal(udp_in(home, OTHER, 80, 5000, &p), VERDICT_NEXT);
	assert_int_equal(config_nat_static_remove(&home->config, &rule), 0);
	home_configure(home);
	assert_int_equal(records_left(home), 0);
}

static void a_public_address_that_goes_takes_its_blocks_along(void **state)
{
	struct home *home = *state;
	struct event_nat record;

	log_as(home, NAT_LOG_BINDINGS, 256);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_false(next_record(home).ended);
	config_vip_remove(&home->config, "HOME");
	home_configure(home);
	record = next_record(home);
	assert_int_equal(record.what, EVENT_NAT_BLOCK);
	assert_true(record.ended);
	assert_int_equal(record.local.host, LAPTOP.host);
	assert_int_equal(records_left(home), 0);
}

static void records_that_find_no_room_are_counted_in_the_next(void **state)
{
	struct home *home = *state;
	struct event event = {0};
	unsigned int lost = 5;

	log_as(home, NAT_LOG_BINDINGS, 0);
	for (unsigned int n = 0; n < EVENT_NAT_QUEUE_SIZE + lost; n++)
		udp_out(home, LAPTOP, (uint16_t)(1024 + n), SERVER, 80);
	assert_int_equal(home->events.nat_lost, lost);
	for (unsigned int n = 0; n < EVENT_NAT_QUEUE_SIZE; n++)
		assert_int_equal(next_record(home).lost, 0);
	assert_false(event_pop(&home->events, &event));
	udp_out(home, PHONE, 60000, SERVER, 80);
	assert_int_equal(next_record(home).lost, lost);
	udp_out(home, PHONE, 60001, SERVER, 80);
	assert_int_equal(next_record(home).lost, 0);
}

static void a_flood_of_records_leaves_room_for_other_events(void **state)
{
	struct home *home = *state;

	log_as(home, NAT_LOG_BINDINGS, 0);
	for (unsigned int n = 0; n < 20000; n++)
		udp_out(home, LAPTOP, (uint16_t)(1024 + n), SERVER, 80);
	assert_true(event_room(&home->events, EVENT_QUEUE_SIZE));
}

#define HOME_TEST(test) cmocka_unit_test_setup_teardown(test, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(nothing_is_logged_unless_it_is_asked_for),
		HOME_TEST(c12_a_mapping_is_logged_once_and_without_its_destinations),
		HOME_TEST(destinations_are_logged_for_each_session_when_asked_for),
		HOME_TEST(c14_with_blocks_there_is_one_record_a_block),
		HOME_TEST(c14_blocks_make_fewer_than_20_records_for_1000_sessions),
		HOME_TEST(low_ports_are_logged_one_by_one),
		HOME_TEST(what_lives_is_told_when_the_log_begins),
		HOME_TEST(a_new_size_of_blocks_tells_what_leaves_its_block),
		HOME_TEST(a_static_forward_is_not_logged_and_ends_the_record_it_adopts),
		HOME_TEST(a_public_address_that_goes_takes_its_blocks_along),
		HOME_TEST(records_that_find_no_room_are_counted_in_the_next),
		HOME_TEST(a_flood_of_records_leaves_room_for_other_events),
	};

	return cmocka_run_group_tests_name("nat/log", tests, NULL, NULL);
}
