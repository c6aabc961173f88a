/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP client's messages: what is in them, which replies count, and what a lease says. */
#include "tests/unit/core/dhcp/client_fixture.h"

/* ---- what is asked for ---- */

static void d31_a_discover_says_who_asks_and_for_what(void **state)
{
	struct line *l = *state;
	const uint8_t *at;
	uint16_t len;

	start(l);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(l->out.src.host, 0);
	assert_int_equal(l->message.ciaddr.host, 0);
	at = dhcp_option(&l->message, DHCP_OPT_CLIENT_ID, &len);
	assert_int_equal(len, 7);
	assert_int_equal(at[0], 1);
	assert_memory_equal(at + 1, mac.byte, 6);
	at = dhcp_option(&l->message, DHCP_OPT_HOSTNAME, &len);
	assert_int_equal(len, 4);
	assert_memory_equal(at, "home", 4);
	at = dhcp_option(&l->message, DHCP_OPT_PARAMETER_LIST, &len);
	for (const uint8_t *want = (const uint8_t *)"\1\3\6\17\34\63\66\72\73\171\32"; *want;
	     want++)
		assert_non_null(memchr(at, *want, len));
	assert_true((const uint8_t *)memchr(at, 121, len) < (const uint8_t *)memchr(at, 3, len));
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
}

/* ---- replies that do not count ---- */

static void expect_nothing(struct line *l, struct say wrong, enum drop_reason why)
{
	enum dhcp_client_state before = state_of(l);
	uint64_t count = l->drops.count[why];

	assert_int_equal(hear(l, &wrong), VERDICT_DROPPED);
	assert_int_equal(l->drops.count[why], count + 1);
	assert_int_equal(state_of(l), before);
	assert_int_equal(take(l), 0);
}

/* What is wrong with @right in every state that it is heard in. */
static void expect_others_ignored(struct line *l, struct say right)
{
	struct say wrong = right;

	wrong.xid = l->message.xid + 1;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = right;
	wrong.wrong_mac = true;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = right;
	wrong.request = true;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
}

/* A grant without what it needs, or of what cannot be. */
static void expect_damaged_ignored(struct line *l, struct say right)
{
	const ip4_t addresses[] = {IP4_ANY,	   IP4(127, 0, 0, 1),	IP4(224, 0, 0, 1),
				   IP4_BROADCAST,  IP4(203, 0, 113, 0), IP4(203, 0, 113, 255),
				   IP4(0, 1, 2, 3)};
	struct say wrong = right;

	wrong.server = IP4_ANY;
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong = right;
	wrong.lease_s = 0; /* no option */
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong.lease_s = DHCP_CLIENT_LEASE_MIN_S - 1;
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong = right;
	wrong.mask = IP4(255, 0, 255, 0);
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	for (unsigned int i = 0; i < ARRAY_COUNT(addresses); i++) {
		wrong = right;
		wrong.yiaddr = addresses[i];
		expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	}
}

static void d33_offers_of_others_and_damaged_ones_are_not_taken(void **state)
{
	struct line *l = *state;

	start(l);
	expect_others_ignored(l, offer);
	expect_damaged_ignored(l, offer);
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
}

static void d33_a_grant_that_was_not_asked_for_is_not_taken(void **state)
{
	struct line *l = *state;
	struct say wrong = ack;

	request(l);
	expect_others_ignored(l, ack);
	expect_damaged_ignored(l, ack);
	expect_nothing(l, offer, DROP_DHCP_NOT_FOR_US);
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = ack;
	wrong.yiaddr.host++;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = nak;
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong.server = IP4_ANY;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(answer(l, &ack), 255);
}

static void d33_an_address_in_use_is_not_swapped_by_a_renewal(void **state)
{
	struct line *l = *state;
	struct say wrong = ack;

	renew(l);
	expect_others_ignored(l, ack);
	expect_damaged_ignored(l, ack);
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = ack;
	wrong.yiaddr.host++;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	check_extended(l);
}

static void d33_a_bound_or_probing_client_hears_no_messages(void **state)
{
	struct line *l = *state;

	request(l);
	answer(l, &ack);
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	while (wait_next(l, NULL) != 0)
		;
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, offer, DROP_DHCP_NOT_FOR_US);
}

static void d33_what_is_no_message_is_dropped(void **state)
{
	struct line *l = *state;
	struct frame f = {.drops = &l->drops};

	start(l);
	assert_int_equal(dhcp_client_input(l->client, &f, (const uint8_t *)"x", 1, l->now),
			 VERDICT_DROPPED);
	assert_int_equal(l->drops.count[DROP_DHCP_MALFORMED], 1);
}

/* ---- what a lease says ---- */

static const struct dhcp_client_lease *lease_with(struct line *l, struct say grant)
{
	request(l);
	answer(l, &grant);
	probe(l);
	return dhcp_client_lease(l->client);
}

static void d33_times_out_of_order_are_not_believed(void **state)
{
	const struct {
		uint32_t t1_s, t2_s;
	} wrong[] = {{3000, 2000},	     {2000, 2000}, {100, LEASE_S},
		     {LEASE_S, LEASE_S + 1}, {100, 0},	   {1, 2}};
	struct line *l = *state;

	for (unsigned int i = 0; i < ARRAY_COUNT(wrong); i++) {
		struct say grant = ack;

		grant.t1_s = wrong[i].t1_s;
		grant.t2_s = wrong[i].t2_s;
		assert_int_equal(lease_with(l, grant)->t1_s, LEASE_S / 2);
		assert_int_equal(dhcp_client_lease(l->client)->t2_s, LEASE_S * 7 / 8);
		dhcp_client_stop(l->client);
	}
}

static void d31_times_that_the_server_names_count(void **state)
{
	struct say grant = ack;

	grant.t1_s = 100;
	grant.t2_s = 200;
	assert_int_equal(lease_with(*state, grant)->t1_s, 100);
	assert_int_equal(dhcp_client_lease(((struct line *)*state)->client)->t2_s, 200);
}

static void d31_a_lease_has_router_names_and_mtu(void **state)
{
	struct say grant = ack;
	const struct dhcp_client_terms *t;

	grant.dns = OTHER;
	grant.domain = "isp.example\n!";
	grant.mtu = 1492;
	t = &lease_with(*state, grant)->terms;
	assert_int_equal(t->router_count, 1);
	assert_int_equal(t->route_count, 1);
	assert_int_equal(t->routes[0].network.len, 0);
	assert_int_equal(t->routes[0].via.host, SERVER.host);
	assert_int_equal(t->dns_server_count, 1);
	assert_int_equal(t->dns_servers[0].host, OTHER.host);
	assert_string_equal(t->domain, "isp.example");
	assert_int_equal(t->mtu, 1492);
}

static void d33_classless_routes_stand_in_for_the_router(void **state)
{
	struct say grant = ack;
	const struct dhcp_client_terms *t;

	grant.routes = "\0\xcb\0\x71\2"		/* 0/0 via .2 */
		       "\x12\xa\x1\x7f\0\0\0\0" /* 10.1.127.0/18, on the link */
		       "\x20\xc0\0\2\1\xcb\0\x71\3";
	grant.routes_len = 5 + 8 + 9;
	t = &lease_with(*state, grant)->terms;
	assert_int_equal(t->route_count, 3);
	assert_int_equal(t->routes[0].network.len, 0);
	assert_int_equal(t->routes[0].via.host, OTHER.host);
	assert_int_equal(t->routes[1].network.address.host, IP4(10, 1, 64, 0).host);
	assert_int_equal(t->routes[1].network.len, 18);
	assert_int_equal(t->routes[1].via.host, 0);
	assert_int_equal(t->routes[2].network.len, 32);
}

static void d33_damaged_classless_routes_leave_the_router(void **state)
{
	struct line *l = *state;
	const char *const damaged[] = {"\x21\1\1\1\1\1\1\1\1\1", "\x20\1\1"};
	const size_t len[] = {10, 3};

	for (unsigned int i = 0; i < ARRAY_COUNT(damaged); i++) {
		struct say grant = ack;

		grant.routes = damaged[i];
		grant.routes_len = len[i];
		assert_int_equal(lease_with(l, grant)->terms.route_count, 1);
		assert_int_equal(dhcp_client_lease(l->client)->terms.routes[0].via.host,
				 SERVER.host);
		dhcp_client_stop(l->client);
	}
}

static void d33_without_a_mask_the_class_counts(void **state)
{
	struct say grant = ack;

	grant.mask = IP4_ANY;
	assert_int_equal(lease_with(*state, grant)->terms.address.len, 24);
}

static void d31_what_is_shown_counts_down(void **state)
{
	struct line *l = *state;
	struct dhcp_client_view view;

	bind_line(l);
	l->now = mono_add_s(dhcp_client_lease(l->client)->since, 100);
	dhcp_client_look(l->client, &view, l->now);
	assert_true(view.has_lease);
	assert_int_equal(view.renew_ms, (LEASE_S / 2 - 100) * 1000);
	assert_int_equal(view.expire_ms, (LEASE_S - 100) * 1000);
	assert_int_equal(view.next_ms, view.renew_ms);
	assert_string_equal(dhcp_client_state_name(view.state), "Bound");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(d31_a_discover_says_who_asks_and_for_what),
		LINE_TEST(d33_offers_of_others_and_damaged_ones_are_not_taken),
		LINE_TEST(d33_a_grant_that_was_not_asked_for_is_not_taken),
		LINE_TEST(d33_an_address_in_use_is_not_swapped_by_a_renewal),
		LINE_TEST(d33_a_bound_or_probing_client_hears_no_messages),
		LINE_TEST(d33_what_is_no_message_is_dropped),
		LINE_TEST(d33_times_out_of_order_are_not_believed),
		LINE_TEST(d31_times_that_the_server_names_count),
		LINE_TEST(d31_a_lease_has_router_names_and_mtu),
		LINE_TEST(d33_classless_routes_stand_in_for_the_router),
		LINE_TEST(d33_damaged_classless_routes_leave_the_router),
		LINE_TEST(d33_without_a_mask_the_class_counts),
		LINE_TEST(d31_what_is_shown_counts_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
