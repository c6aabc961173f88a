/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP client's states: what it sends when, and what each event makes of it. */
#include "tests/unit/core/dhcp/client_fixture.h"

/* ---- from INIT to BOUND ---- */

static void d31_a_client_stopped_sends_nothing(void **state)
{
	struct line *l = *state;

	assert_int_equal(dhcp_client_deadline(l->client).ms, MONO_NEVER.ms);
	assert_int_equal(pass_ms(l, 1000000), 0);
	assert_int_equal(hear(l, &offer), VERDICT_DROPPED);
	assert_int_equal(dhcp_client_release(l->client, l->now), -ENOENT);
}

static void d31_a_discover_is_sent_again_less_and_less_often(void **state)
{
	struct line *l = *state;
	int64_t ms;

	start(l);
	for (int64_t s = 4, n = 0; n < 8; n++, s = MIN(s * 2, 64)) {
		uint32_t xid = l->message.xid;

		assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
		assert_in_range(ms, s * 1000 - 1000, s * 1000 + 1000);
		assert_int_equal(l->message.xid, xid);
	}
	assert_true(l->message.secs > 60);
}

static void d31_two_clients_do_not_draw_the_same_numbers(void **state)
{
	struct line *l = *state, other = {.now = l->now};
	uint32_t xid;

	start(l);
	xid = l->message.xid;
	other.client = dhcp_client_new(&some_key, stranger);
	dhcp_client_start(other.client, IP4_ANY, other.now);
	dhcp_client_tick(other.client, dhcp_client_deadline(other.client));
	assert_true(dhcp_client_next_output(other.client, &other.out));
	assert_int_not_equal(wire_get32(other.out.bytes + 4), xid);
	dhcp_client_free(other.client);
}

static void d31_an_offer_is_asked_for_under_its_number(void **state)
{
	struct line *l = *state;
	uint32_t xid;

	start(l);
	xid = l->message.xid;
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REQUESTING);
	assert_int_equal(l->message.xid, xid);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
}

static void d31_a_request_without_an_answer_begins_anew(void **state)
{
	struct line *l = *state;
	int64_t total = 0, ms;
	uint32_t xid;

	request(l);
	xid = l->message.xid;
	for (unsigned int n = 1; n < DHCP_CLIENT_REQUEST_TRIES; n++) {
		assert_int_equal(wait_next(l, &ms), DHCP_REQUEST);
		total += ms;
	}
	assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
	assert_in_range(total + ms, 56000, 64000);
	assert_int_not_equal(l->message.xid, xid);
}

static void d32_an_address_is_probed_before_it_is_used(void **state)
{
	struct line *l = *state;

	request(l);
	assert_int_equal(answer(l, &ack), 255);
	assert_int_equal(state_of(l), DHCP_CLIENT_PROBING);
	assert_int_equal(l->out.dst.host, ADDRESS.host);
	assert_null(dhcp_client_lease(l->client));
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
	probe(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
	assert_int_equal(dhcp_client_lease(l->client)->terms.address.address.host, ADDRESS.host);
	assert_int_equal(dhcp_client_lease(l->client)->terms.address.len, 24);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
}

static void check_declined(struct line *l, const struct arp *claim)
{
	request(l);
	answer(l, &ack);
	assert_true(dhcp_client_arp(l->client, claim, l->now));
	assert_int_equal(take(l), DHCP_DECLINE);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->message.secs, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_false(has_option(l, DHCP_OPT_PARAMETER_LIST));
	assert_false(has_option(l, DHCP_OPT_MAX_SIZE));
	assert_int_equal(pass_ms(l, DHCP_CLIENT_DECLINE_S * 1000 - 1), 0);
	assert_int_equal(pass_ms(l, 1), DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
}

static void d32_an_address_in_use_is_declined(void **state)
{
	const struct arp claim = {.op = ARP_REPLY, .sender_mac = stranger, .sender = ADDRESS};

	check_declined(*state, &claim);
}

static void d32_an_address_that_another_probes_is_declined(void **state)
{
	const struct arp claim = {.op = ARP_REQUEST, .sender_mac = stranger, .target = ADDRESS};

	check_declined(*state, &claim);
}

static void d32_our_own_probe_and_other_arp_decline_nothing(void **state)
{
	struct line *l = *state;
	const struct arp own = {.op = ARP_REQUEST, .sender_mac = mac, .target = ADDRESS};
	const struct arp ask = {
		.op = ARP_REQUEST, .sender_mac = stranger, .sender = OTHER, .target = ADDRESS};

	request(l);
	answer(l, &ack);
	assert_false(dhcp_client_arp(l->client, &own, l->now));
	assert_false(dhcp_client_arp(l->client, &ask, l->now));
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
}

static void d32_arp_outside_of_probing_declines_nothing(void **state)
{
	struct line *l = *state;
	const struct arp claim = {.op = ARP_REPLY, .sender_mac = stranger, .sender = ADDRESS};

	request(l);
	assert_false(dhcp_client_arp(l->client, &claim, l->now));
	answer(l, &ack);
	probe(l);
	assert_false(dhcp_client_arp(l->client, &claim, l->now));
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
}

/* ---- renewing and rebinding ---- */

static void d31_a_lease_is_renewed_at_half_and_rebound_at_seven_eighths(void **state)
{
	struct line *l = *state;
	mono_ms_t since;

	bind_line(l);
	since = dhcp_client_lease(l->client)->since;
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000 / 2);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_REQUESTED_ADDRESS));
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
	while (state_of(l) == DHCP_CLIENT_RENEWING)
		assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000LL * 7 / 8);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
}

static void d31_a_renewal_is_asked_for_again_at_half_of_what_is_left(void **state)
{
	struct line *l = *state;
	int64_t ms;

	renew(l); /* 1800 s; T2 at 3150 s */
	assert_int_equal(wait_next(l, &ms), DHCP_REQUEST);
	assert_int_equal(ms, 675000);
	wait_next(l, &ms);
	assert_int_equal(ms, 337500);
	wait_next(l, &ms);
	wait_next(l, &ms);
	wait_next(l, &ms); /* half would be 42 s: not within a minute */
	assert_int_equal(ms, 60000);
}

static void d31_an_expired_lease_is_gone(void **state)
{
	struct line *l = *state;
	mono_ms_t since;

	rebind(l);
	since = dhcp_client_lease(l->client)->since;
	while (state_of(l) == DHCP_CLIENT_REBINDING)
		wait_next(l, NULL);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000LL);
	assert_int_equal(l->message.type, DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	assert_null(dhcp_client_lease(l->client));
}

static void d31_a_lease_that_ended_while_the_clock_leapt_is_gone(void **state)
{
	struct line *l = *state;

	bind_line(l);
	assert_int_equal(pass_ms(l, 10LL * LEASE_S * 1000), DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void d31_a_renewed_lease_counts_from_its_request(void **state)
{
	renew(*state);
	check_extended(*state);
}

static void d31_a_rebound_lease_may_be_another_servers(void **state)
{
	struct line *l = *state;
	struct say other = ack;

	other.server = OTHER;
	rebind(l);
	assert_int_equal(answer(l, &other), 0);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_lease(l->client)->server.host, OTHER.host);
}

static void d31_other_terms_are_told(void **state)
{
	struct line *l = *state;
	struct say other = ack;

	other.router = OTHER;
	renew(l);
	answer(l, &other);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_CHANGED);
	assert_int_equal(dhcp_client_lease(l->client)->terms.routes[0].via.host, OTHER.host);
}

static void d31_an_infinite_lease_is_never_renewed(void **state)
{
	struct line *l = *state;
	struct say forever = ack;

	forever.lease_s = DHCP_LEASE_INFINITE;
	request(l);
	answer(l, &forever);
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_deadline(l->client).ms, MONO_NEVER.ms);
}

/* ---- NAK ---- */

static void check_refused(struct line *l)
{
	assert_int_equal(hear(l, &nak), VERDICT_CONSUMED);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
	assert_null(dhcp_client_lease(l->client));
}

static void d31_a_nak_while_requesting_begins_anew(void **state)
{
	request(*state);
	check_refused(*state);
}

static void d31_a_nak_while_rebooting_begins_anew(void **state)
{
	reboot(*state);
	check_refused(*state);
}

static void d31_a_nak_while_renewing_takes_the_address(void **state)
{
	struct line *l = *state;

	renew(l);
	check_refused(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void d31_a_nak_while_rebinding_takes_the_address(void **state)
{
	struct line *l = *state;

	rebind(l);
	check_refused(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void d31_a_server_that_refuses_what_it_offers_is_asked_less_often(void **state)
{
	struct line *l = *state;
	int64_t ms, before = -1;

	start(l);
	for (unsigned int n = 0; n < 6; n++) {
		assert_int_equal(answer(l, &offer), DHCP_REQUEST);
		hear(l, &nak);
		assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
		assert_true(ms > before);
		before = ms;
	}
	assert_int_equal(ms, 16000);
}

/* ---- INIT-REBOOT ---- */

static void d31_the_address_of_before_is_asked_for(void **state)
{
	struct line *l = *state;

	reboot(l);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(answer(l, &ack), 255);
	probe(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
}

static void d31_without_an_answer_another_address_is_looked_for(void **state)
{
	struct line *l = *state;

	reboot(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

/* The program ends while bound, and starts again after @down_s. */
static void start_again(struct line *l, int64_t down_s)
{
	struct dhcp_client_grant grant;
	mono_ms_t since;

	bind_line(l);
	grant = *dhcp_client_grant(l->client);
	since = dhcp_client_lease(l->client)->since;
	assert_true(grant.len > 0);
	dhcp_client_free(l->client);
	l->client = dhcp_client_new(&some_key, mac);
	l->now = mono_add_s(l->now, down_s);
	assert_int_equal(dhcp_client_remember(l->client, &grant, since), 0);
	reboot(l);
	assert_null(dhcp_client_lease(l->client)); /* not before somebody was asked */
}

static void d34_without_an_answer_the_rest_of_the_lease_is_used(void **state)
{
	struct line *l = *state;
	struct dhcp_client_view view;

	start_again(l, 60);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), 255);
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
	assert_int_equal(dhcp_client_lease(l->client)->terms.routes[0].via.host, SERVER.host);
	dhcp_client_look(l->client, &view, l->now);
	assert_in_range(view.expire_ms, 3500000, 3540000); /* and not an hour anew */
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(l->out.dst.host, SERVER.host);
}

static void d34_it_is_rebound_at_once_when_t2_has_passed(void **state)
{
	struct line *l = *state;

	start_again(l, LEASE_S - 100);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REBINDING);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
}

static void d34_a_lease_that_is_over_is_not_used(void **state)
{
	struct line *l = *state;

	start_again(l, LEASE_S);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

static void d34_nor_one_that_a_server_refuses(void **state)
{
	struct line *l = *state;

	start_again(l, 60);
	hear(l, &nak);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
	dhcp_client_stop(l->client);
	reboot(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

static void d34_nor_one_whose_address_somebody_has(void **state)
{
	const struct arp claim = {.op = ARP_REPLY, .sender_mac = stranger, .sender = ADDRESS};
	struct line *l = *state;

	start_again(l, 60);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_true(dhcp_client_arp(l->client, &claim, l->now));
	assert_int_equal(take(l), DHCP_DECLINE);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_null(dhcp_client_lease(l->client));
}

static void d34_when_the_line_comes_back_a_server_must_answer(void **state)
{
	struct line *l = *state;

	start_again(l, 60);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), 255);
	probe(l);
	dhcp_client_stop(l->client);
	reboot(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

static void d34_what_is_no_grant_to_this_client_is_not_remembered(void **state)
{
	struct line *l = *state;
	struct dhcp_client_grant grant;
	struct dhcp_client *other = dhcp_client_new(&some_key, stranger);

	bind_line(l);
	grant = *dhcp_client_grant(l->client);
	assert_int_equal(dhcp_client_remember(other, &grant, l->now), -EPROTO);
	dhcp_client_free(other);
	grant.len /= 2;
	assert_int_equal(dhcp_client_remember(l->client, &grant, l->now), -EPROTO);
	grant.len = 0;
	assert_int_equal(dhcp_client_remember(l->client, &grant, l->now), -EPROTO);
}

/* ---- commands ---- */

static void d31_a_lease_is_given_back(void **state)
{
	struct line *l = *state;

	bind_line(l);
	assert_int_equal(dhcp_client_release(l->client, l->now), 0);
	assert_int_equal(take(l), DHCP_RELEASE);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_false(has_option(l, DHCP_OPT_REQUESTED_ADDRESS));
	assert_false(has_option(l, DHCP_OPT_PARAMETER_LIST));
	assert_int_equal(state_of(l), DHCP_CLIENT_STOPPED);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_DISCOVER);
}

static void d31_a_lease_is_renewed_when_asked_for(void **state)
{
	struct line *l = *state;

	bind_line(l);
	l->now = mono_add_s(l->now, 10);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_REQUEST);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	check_extended(l);
}

static void d31_a_renewal_asked_for_wakes_every_state(void **state)
{
	struct line *l = *state;

	start(l);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_DISCOVER);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_REQUEST);
	answer(l, &ack);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_PROBING);
}

static void d31_a_stopped_client_loses_its_lease_without_a_word(void **state)
{
	struct line *l = *state;

	renew(l);
	dhcp_client_stop(l->client);
	assert_int_equal(take(l), 0);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	assert_int_equal(hear(l, &ack), VERDICT_DROPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(d31_a_client_stopped_sends_nothing),
		LINE_TEST(d31_a_discover_is_sent_again_less_and_less_often),
		LINE_TEST(d31_two_clients_do_not_draw_the_same_numbers),
		LINE_TEST(d31_an_offer_is_asked_for_under_its_number),
		LINE_TEST(d31_a_request_without_an_answer_begins_anew),
		LINE_TEST(d32_an_address_is_probed_before_it_is_used),
		LINE_TEST(d32_an_address_in_use_is_declined),
		LINE_TEST(d32_an_address_that_another_probes_is_declined),
		LINE_TEST(d32_our_own_probe_and_other_arp_decline_nothing),
		LINE_TEST(d32_arp_outside_of_probing_declines_nothing),
		LINE_TEST(d31_a_lease_is_renewed_at_half_and_rebound_at_seven_eighths),
		LINE_TEST(d31_a_renewal_is_asked_for_again_at_half_of_what_is_left),
		LINE_TEST(d31_an_expired_lease_is_gone),
		LINE_TEST(d31_a_lease_that_ended_while_the_clock_leapt_is_gone),
		LINE_TEST(d31_a_renewed_lease_counts_from_its_request),
		LINE_TEST(d31_a_rebound_lease_may_be_another_servers),
		LINE_TEST(d31_other_terms_are_told),
		LINE_TEST(d31_an_infinite_lease_is_never_renewed),
		LINE_TEST(d31_a_nak_while_requesting_begins_anew),
		LINE_TEST(d31_a_nak_while_rebooting_begins_anew),
		LINE_TEST(d31_a_nak_while_renewing_takes_the_address),
		LINE_TEST(d31_a_nak_while_rebinding_takes_the_address),
		LINE_TEST(d31_a_server_that_refuses_what_it_offers_is_asked_less_often),
		LINE_TEST(d31_the_address_of_before_is_asked_for),
		LINE_TEST(d31_without_an_answer_another_address_is_looked_for),
		LINE_TEST(d34_without_an_answer_the_rest_of_the_lease_is_used),
		LINE_TEST(d34_it_is_rebound_at_once_when_t2_has_passed),
		LINE_TEST(d34_a_lease_that_is_over_is_not_used),
		LINE_TEST(d34_nor_one_that_a_server_refuses),
		LINE_TEST(d34_nor_one_whose_address_somebody_has),
		LINE_TEST(d34_when_the_line_comes_back_a_server_must_answer),
		LINE_TEST(d34_what_is_no_grant_to_this_client_is_not_remembered),
		LINE_TEST(d31_a_lease_is_given_back),
		LINE_TEST(d31_a_lease_is_renewed_when_asked_for),
		LINE_TEST(d31_a_renewal_asked_for_wakes_every_state),
		LINE_TEST(d31_a_stopped_client_loses_its_lease_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
