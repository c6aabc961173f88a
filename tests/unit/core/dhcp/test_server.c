/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10);

static const struct ask want_first = {.type = DHCP_REQUEST,
				      .mac = {{2, 0, 0, 0, 0, 1}},
				      .xid = 77,
				      .requested = IP4(192, 168, 1, 10),
				      .server_id = ROUTER};

static unsigned int binding_count(const struct world *w)
{
	struct dhcp_binding b;
	unsigned int count = 0;
	ip4_t at = IP4_ANY;

	while (dhcp_server_next_binding(w->server, &at, &b, w->now))
		count++;
	return count;
}

static struct dhcp_lease_record record_of(ip4_t address, enum dhcp_lease_state state,
					  uint32_t remaining_s, mac_t mac)
{
	struct dhcp_lease_record record = {.address = address,
					   .state = (uint8_t)state,
					   .hardware = mac,
					   .remaining_s = remaining_s,
					   .client = {.len = 7, .bytes = {1}}};

	memcpy(record.client.bytes + 1, mac.byte, 6);
	return record;
}

static int restore(struct world *w, ip4_t address, enum dhcp_lease_state state,
		   uint32_t remaining_s, mac_t mac)
{
	const struct dhcp_lease_record record = record_of(address, state, remaining_s, mac);

	return dhcp_server_restore(w->server, &record, w->now);
}

/* ---- the disk comes first ---- */

static void d19_no_ack_before_the_record_is_on_disk(void **state)
{
	struct world *w = *state;
	struct event e = {0};

	assert_int_equal(send(w, &want_first), VERDICT_CONSUMED);
	assert_false(take(w));
	assert_true(event_pop(&w->events, &e));
	assert_int_equal(e.type, EVENT_LEASE_PERSIST);
	assert_int_equal(e.token, 1);
	assert_ip(e.lease.address, first);
	assert_int_equal(e.lease.state, DHCP_LEASE_BOUND);
	assert_int_equal(e.lease.remaining_s, LEASE_S);
	assert_int_equal(e.lease.client.len, 7);
	assert_false(e.lease.client.is_option);
	assert_true(mac_equal(e.lease.hardware, want_first.mac));
	dhcp_server_persisted(w->server, 0, 0, w->now); /* somebody else's */
	assert_false(take(w));
	dhcp_server_persisted(w->server, e.token, 0, w->now);
	assert_true(take(w));
	assert_int_equal(w->answer.type, DHCP_ACK);
	assert_false(take(w));
	assert_int_equal(dhcp_server_stats(w->server)->sent[DHCP_ACK], 1);
}

static void d19_a_token_stands_for_all_before_it(void **state)
{
	struct world *w = *state;
	struct ask a = want_first;

	for (uint32_t i = 0; i < 3; i++) {
		a.mac = mac_of(i);
		a.requested.host = first.host + i;
		send(w, &a);
	}
	dhcp_server_persisted(w->server, 2, 0, w->now);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, first);
	assert_true(take(w));
	assert_false(take(w));
	dhcp_server_persisted(w->server, 3, 0, w->now);
	assert_true(take(w));
}

static void d19_a_full_disk_means_no_ack_and_no_binding(void **state)
{
	struct world *w = *state;

	w->disk_status = -ENOSPC;
	assert_int_equal(ask(w, &want_first), 0);
	assert_int_equal(w->verdict, VERDICT_CONSUMED);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
	assert_int_equal(w->saved.token, 0); /* and says again that it is free */
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_FREE);
	w->disk_status = 0;
	assert_ip(lease(w, mac_of(2)), first);
}

static void d19_a_renewal_the_disk_refuses_leaves_the_old_lease(void **state)
{
	struct world *w = *state;
	struct dhcp_binding b;

	lease(w, mac_of(1));
	pass(w, LEASE_S - 100);
	w->disk_status = -EIO;
	assert_int_equal(renew(w, mac_of(1), first), 0);
	assert_int_equal(dhcp_server_find(w->server, first, &b, w->now), 0);
	assert_int_equal(b.record.remaining_s, 100);
	pass(w, 101);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_EXPIRED);
}

static void d19_a_refused_grant_leaves_the_offer_standing(void **state)
{
	struct world *w = *state;

	discover(w, mac_of(1));
	w->disk_status = -EIO;
	assert_int_equal(request(w, mac_of(1), first), 0);
	w->disk_status = 0;
	assert_ip(discover(w, mac_of(2)), IP4(192, 168, 1, 11));
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
}

static void d19_what_another_client_had_is_not_lost_to_a_refused_grant(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(2)); /* has been first's client */
	release(w, mac_of(2), first);
	w->disk_status = -EIO;
	assert_int_equal(ask(w, &want_first), 0);
	w->disk_status = 0;
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
	assert_ip(discover(w, mac_of(2)), first);
}

static void a_request_sent_again_is_not_queued_twice(void **state)
{
	struct world *w = *state;
	struct ask a = want_first;

	for (int i = 0; i < 5; i++)
		assert_int_equal(send(w, &a), VERDICT_CONSUMED);
	assert_int_equal(w->events.count, 1);
	settle(w);
	assert_true(take(w));
	assert_false(take(w));
	send(w, &a);
	a.xid = 78; /* a client that began anew gets its own xid */
	send(w, &a);
	assert_int_equal(w->events.count, 1);
	settle(w);
	assert_true(take(w));
	assert_int_equal(w->answer.xid, 78);
	assert_false(take(w));
}

static void a_release_while_the_ack_waits_withdraws_it(void **state)
{
	struct world *w = *state;
	const struct ask gone = {
		.type = DHCP_RELEASE, .mac = want_first.mac, .ciaddr = first, .server_id = ROUTER};

	send(w, &want_first);
	send(w, &gone);
	settle(w);
	assert_false(take(w));
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_RELEASED);
	/* and a refusal by the disk then has nothing to undo */
	w->disk_status = -EIO;
	send(w, &want_first);
	send(w, &gone);
	settle(w);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
}

static void a_full_event_queue_makes_the_server_busy_and_changes_nothing(void **state)
{
	struct world *w = *state;

	while (event_push(&w->events))
		;
	assert_int_equal(send(w, &want_first), VERDICT_DROPPED);
	assert_dropped(w, DROP_DHCP_BUSY);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
	w->events.count = 0;
	assert_int_equal(ask(w, &want_first), DHCP_ACK);
}

static void too_many_waiting_acks_make_the_server_busy(void **state)
{
	struct world *w = *state;
	struct ask a = want_first;
	unsigned int sent = 0;
	uint64_t token = 0;
	struct event e = {0};

	config_pool_find(&w->config, "LAN")->network.len = 16;
	config_pool_find(&w->config, "LAN")->network.address = IP4(192, 168, 0, 0);
	configure(w);
	for (uint32_t i = 0; i < 1100; i++) {
		a.mac = mac_of(i);
		a.requested.host = IP4(192, 168, 7, 0).host + i;
		send(w, &a);
		while (event_pop(&w->events, &e)) /* the disk is busy with it */
			token = e.token ? e.token : token;
	}
	assert_int_equal(w->drops.count[DROP_DHCP_BUSY], 1100 - 1024);
	assert_false(take(w));
	dhcp_server_persisted(w->server, token, 0, w->now);
	while (take(w)) {
		sent++;
		/* its owner is asked to come back for the rest */
		assert_int_equal(mono_reached(dhcp_server_deadline(w->server), w->now),
				 sent < 1024);
	}
	assert_int_equal(sent, 1024);
	assert_int_equal(request(w, a.mac, a.requested), DHCP_ACK);
}

static void replies_that_nobody_takes_make_the_server_busy(void **state)
{
	struct world *w = *state;
	unsigned int count = 0;

	for (uint32_t i = 0; i < 100; i++)
		send(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(i)});
	while (take(w))
		count++;
	assert_int_equal(count, 64);
	assert_int_equal(w->drops.count[DROP_DHCP_BUSY], 36);
}

static void a_release_is_written_once_the_queue_has_room(void **state)
{
	struct world *w = *state;
	const struct ask gone = {
		.type = DHCP_RELEASE, .mac = mac_of(1), .ciaddr = first, .server_id = ROUTER};

	lease(w, mac_of(1));
	while (event_push(&w->events))
		;
	assert_int_equal(send(w, &gone), VERDICT_CONSUMED);
	w->events.count = 0;
	assert_true(dhcp_server_deadline(w->server).ms <= w->now.ms + 1000);
	pass(w, 1);
	settle(w);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_RELEASED);
	assert_int_equal(dhcp_server_deadline(w->server).ms, MONO_NEVER.ms);
}

static void grants_are_logged_renewals_are_not(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	assert_int_equal(w->log_count, 1);
	assert_int_equal(w->log.severity, EVENT_INFO);
	assert_string_equal(w->log.facility, "DHCP");
	assert_string_equal(w->log.text, "192.168.1.10 to 0200.0000.0001, pool LAN");
	renew(w, mac_of(1), first);
	assert_int_equal(w->log_count, 1);
}

/* ---- time ---- */

static void d18_unanswered_offers_come_back_to_the_pool(void **state)
{
	struct world *w = *state;

	for (uint32_t i = 0; i < 245; i++)
		assert_false(ip4_is_any(discover(w, mac_of(1000 + i))));
	assert_ip(discover(w, mac_of(1)), IP4_ANY);
	pass(w, 61);
	assert_ip(lease(w, mac_of(1)), first);
}

static void the_deadline_is_that_of_the_earliest_lease(void **state)
{
	struct world *w = *state;
	mono_ms_t begin = w->now;

	assert_int_equal(dhcp_server_deadline(w->server).ms, MONO_NEVER.ms);
	lease(w, mac_of(1));
	assert_int_equal(dhcp_server_deadline(w->server).ms, begin.ms + LEASE_S * 1000);
	discover(w, mac_of(2));
	assert_int_equal(dhcp_server_deadline(w->server).ms, begin.ms + 60 * 1000);
	pass(w, 60);
	assert_int_equal(dhcp_server_deadline(w->server).ms, begin.ms + LEASE_S * 1000);
	pass(w, LEASE_S - 60);
	settle(w);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_EXPIRED);
	assert_int_equal(dhcp_server_deadline(w->server).ms, MONO_NEVER.ms);
}

static void a_thousand_leases_that_expire_at_once_are_all_written(void **state)
{
	struct world *w = *state;
	unsigned int renewed;

	config_pool_find(&w->config, "LAN")->network = (struct ip4_prefix){IP4(192, 168, 0, 0), 16};
	configure(w);
	for (uint32_t i = 0; i < 1000; i++)
		assert_false(ip4_is_any(lease(w, mac_of(i))));
	w->saved_count = 0;
	pass(w, LEASE_S);
	for (renewed = 0; renewed < 100 && dhcp_server_deadline(w->server).ms != MONO_NEVER.ms;
	     renewed++) {
		settle(w);
		w->now = mono_add_ms(w->now, 10);
		dhcp_server_tick(w->server, w->now);
	}
	settle(w);
	assert_int_equal(w->saved_count, 1000);
	assert_true(renewed < 10);
}

/* ---- configurations ---- */

static void bindings_whose_address_still_fits_live_on(void **state)
{
	struct world *w = *state;
	ip4_t second;

	lease(w, mac_of(1));
	second = lease(w, mac_of(2));
	release(w, mac_of(2), second);
	add_interface(w, 2, (struct ip4_prefix){IP4(10, 0, 0, 1), 16});
	add_pool(w, "GUESTS", (struct ip4_prefix){IP4(10, 0, 0, 0), 16});
	configure(w);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	assert_int_equal(kept_as(w, second), DHCP_LEASE_RELEASED);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	assert_ip(discover(w, mac_of(2)), second);
	pass(w, LEASE_S);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_EXPIRED);
}

static void bindings_of_a_pool_that_is_gone_go_and_are_erased_on_disk(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	config_pool_remove(&w->config, "LAN");
	configure(w);
	assert_int_equal(binding_count(w), 0);
	settle(w);
	assert_ip(w->saved.lease.address, first);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_FREE);
}

/** Takes all events. Return: how many lines name a lease that is lost; the last is in @text. */
static unsigned int lost_lines(struct world *w, char *text)
{
	unsigned int count = 0;
	struct event e;

	while (event_pop(&w->events, &e)) {
		if (e.type != EVENT_LOG || strcmp(e.mnemonic, "LEASE_LOST") != 0)
			continue;
		strcpy(text, e.text);
		count++;
	}
	return count;
}

static void a_configuration_replaced_keeps_the_leases_that_fit_and_names_the_others(void **state)
{
	struct world *w = *state;
	char text[160];

	for (uint32_t n = 1; n <= 3; n++)
		lease(w, mac_of(n));
	release(w, mac_of(3), IP4(192, 168, 1, 12)); /* nobody's loss */
	lost_lines(w, text);
	config_pool_find(&w->config, "LAN")->network.len = 29; /* .0 to .7: none of them is in it */
	add_host(w, "KEPT", IP4(192, 168, 1, 11), mac_of(2));
	configure(w);
	assert_int_equal(kept_as(w, IP4(192, 168, 1, 11)), DHCP_LEASE_BOUND);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
	assert_int_equal(lost_lines(w, text), 1);
	assert_string_equal(text, "lease of 192.168.1.10 to 0200.0000.0001 ends: no pool has the "
				  "address any more");
	assert_int_equal(renew(w, mac_of(2), IP4(192, 168, 1, 11)), DHCP_ACK);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_NAK);
	config_pool_remove(&w->config, "LAN");
	config_pool_remove(&w->config, "KEPT");
	configure(w);
	assert_int_equal(lost_lines(w, text), 1);
	assert_non_null(strstr(text, "lease of 192.168.1.11 to 0200.0000.0002 ends"));
}

static void a_lease_that_is_not_to_be_extended_is_named_once(void **state)
{
	const struct config_dhcp_excluded second = {IP4(192, 168, 1, 11), IP4(192, 168, 1, 11)};
	struct world *w = *state;
	char text[160];

	for (uint32_t n = 1; n <= 2; n++)
		lease(w, mac_of(n));
	lost_lines(w, text);
	add_host(w, "OTHERS", first, mac_of(3));
	configure(w);
	assert_int_equal(lost_lines(w, text), 1);
	assert_string_equal(text, "lease of 192.168.1.10 to 0200.0000.0001 is not extended: the "
				  "address is reserved for another client");
	assert_int_equal(config_excluded_add(&w->config, &second), 0);
	configure(w);
	assert_int_equal(lost_lines(w, text), 1);
	assert_string_equal(text, "lease of 192.168.1.11 to 0200.0000.0002 is not extended: the "
				  "address is not leased any more");
	configure(w);
	assert_int_equal(lost_lines(w, text), 0);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_NAK);
	assert_int_equal(renew(w, mac_of(2), IP4(192, 168, 1, 11)), DHCP_NAK);
}

static void of_many_leases_lost_at_once_the_rest_is_a_number(void **state)
{
	struct world *w = *state;
	char text[160];

	for (uint32_t n = 1; n <= 30; n++)
		lease(w, mac_of(n));
	lost_lines(w, text);
	config_pool_remove(&w->config, "LAN");
	configure(w);
	assert_int_equal(lost_lines(w, text), 17);
	assert_string_equal(text, "and 14 more leases");
}

static void an_address_that_becomes_the_routers_is_no_lease_any_more(void **state)
{
	struct world *w = *state;
	struct config_vip *vip;

	lease(w, mac_of(1));
	vip = config_vip_get(&w->config, "HOME");
	vip->address = first;
	configure(w);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 11));
}

static void addresses_of_the_router_and_of_its_devices_ends_are_never_leased(void **state)
{
	struct world *w = *state;
	struct config_interface *i = add_interface(w, 2, (struct ip4_prefix){first, 24});

	i->peer_addresses[0] = (struct ip4_prefix){IP4(192, 168, 1, 11), 24};
	i->peer_address_count = 1;
	config_vip_get(&w->config, "V")->address = IP4(192, 168, 1, 12);
	configure(w);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 13));
	/* nor that of the interface it came in on, were it not in the configuration */
	w->in.network.address = IP4(192, 168, 1, 14);
	assert_ip(discover(w, mac_of(2)), IP4(192, 168, 1, 15));
}

static void acks_wait_across_a_new_configuration(void **state)
{
	struct world *w = *state;

	send(w, &want_first);
	configure(w);
	settle(w);
	assert_true(take(w));
	assert_int_equal(w->answer.type, DHCP_ACK);
	send(w, &want_first);
	config_pool_remove(&w->config, "LAN");
	configure(w);
	settle(w);
	assert_false(take(w)); /* not for an address that is ours no more */
}

/* ---- records ---- */

static void d19_records_survive_a_restart(void **state)
{
	struct world *w = *state;
	struct dhcp_server *old = w->server;
	struct dhcp_lease_record record;
	ip4_t at = IP4_ANY, b, c, d;
	unsigned int count = 0;

	lease(w, mac_of(1));
	b = lease(w, mac_of(2));
	release(w, mac_of(2), b);
	c = lease(w, mac_of(3));
	decline(w, mac_of(3), c);
	d = discover(w, mac_of(4)); /* offers do not */
	pass(w, 50);
	w->server = dhcp_server_new(&some_key, &w->events);
	configure(w);
	while (dhcp_server_next_record(old, &at, &record, w->now)) {
		assert_int_equal(dhcp_server_restore(w->server, &record, w->now), 0);
		count++;
	}
	dhcp_server_free(old);
	assert_int_equal(count, 3);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	assert_int_equal(kept_as(w, b), DHCP_LEASE_RELEASED);
	assert_int_equal(kept_as(w, c), DHCP_LEASE_DECLINED);
	assert_int_equal(kept_as(w, d), DHCP_LEASE_FREE);
	assert_ip(lease(w, mac_of(9)), d);
	assert_ip(discover(w, mac_of(2)), b);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	pass(w, 3600 - 50);
	assert_int_equal(kept_as(w, c), DHCP_LEASE_FREE);
}

static void d19_a_record_that_ran_out_meanwhile_is_expired(void **state)
{
	struct world *w = *state;

	assert_int_equal(restore(w, first, DHCP_LEASE_BOUND, 0, mac_of(1)), 0);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_EXPIRED);
	assert_int_equal(binding_count(w), 0);
	assert_ip(discover(w, mac_of(2)), IP4(192, 168, 1, 11));
	assert_ip(discover(w, mac_of(1)), first);
}

static void d19_the_last_record_of_an_address_counts(void **state)
{
	struct world *w = *state;

	assert_int_equal(restore(w, first, DHCP_LEASE_BOUND, 100, mac_of(1)), 0);
	assert_int_equal(restore(w, first, DHCP_LEASE_RELEASED, 0, mac_of(1)), 0);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
	assert_int_equal(restore(w, first, DHCP_LEASE_BOUND, 200, mac_of(2)), 0);
	assert_int_equal(renew(w, mac_of(2), first), DHCP_ACK);
	assert_int_equal(restore(w, first, DHCP_LEASE_FREE, 0, mac_of(2)), 0);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
	assert_int_equal(dhcp_server_deadline(w->server).ms, MONO_NEVER.ms);
}

static void d19_damaged_records_are_refused(void **state)
{
	struct world *w = *state;
	struct dhcp_lease_record r = record_of(first, DHCP_LEASE_BOUND, 100, mac_of(1));

	r.state = DHCP_LEASE_STATE_COUNT;
	assert_int_equal(dhcp_server_restore(w->server, &r, w->now), -EINVAL);
	r.state = DHCP_LEASE_OFFERED;
	assert_int_equal(dhcp_server_restore(w->server, &r, w->now), -EINVAL);
	r.state = DHCP_LEASE_BOUND;
	r.client.len = 255;
	assert_int_equal(dhcp_server_restore(w->server, &r, w->now), -EINVAL);
	r.client.len = 1;
	assert_int_equal(dhcp_server_restore(w->server, &r, w->now), -EINVAL);
	r.client.len = 7;
	memset(r.hostname, '\n', sizeof(r.hostname)); /* no NUL either */
	assert_int_equal(dhcp_server_restore(w->server, &r, w->now), 0);
	assert_int_equal(restore(w, IP4(10, 0, 0, 1), DHCP_LEASE_BOUND, 9, mac_of(1)), -ENOENT);
	assert_int_equal(restore(w, ROUTER, DHCP_LEASE_BOUND, 9, mac_of(1)), -ENOENT);
}

static void manual_records_are_restored_too(void **state)
{
	struct world *w = *state;

	config_pool_remove(&w->config, "LAN");
	add_host(w, "TV", IP4(192, 168, 1, 30), mac_of(5));
	configure(w);
	assert_int_equal(restore(w, IP4(192, 168, 1, 30), DHCP_LEASE_BOUND, 100, mac_of(5)), 0);
	assert_int_equal(restore(w, IP4(192, 168, 1, 31), DHCP_LEASE_BOUND, 100, mac_of(6)),
			 -ENOENT);
	assert_int_equal(renew(w, mac_of(5), IP4(192, 168, 1, 30)), DHCP_ACK);
}

/* ---- looking ---- */

static void bindings_are_shown_by_address_with_reservations_among_them(void **state)
{
	struct world *w = *state;
	struct dhcp_binding b;
	ip4_t at = IP4_ANY;

	add_host(w, "TV", IP4(192, 168, 1, 5), mac_of(5));
	add_host(w, "FAR", IP4(172, 16, 0, 1), mac_of(6));
	add_host(w, "MINE", IP4(192, 168, 1, 11), mac_of(7));
	configure(w);
	lease(w, mac_of(1));
	lease(w, mac_of(7));
	lease(w, mac_of(2));
	discover(w, mac_of(3));
	pass(w, 10);

	assert_true(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_ip(at, IP4(172, 16, 0, 1));
	assert_true(b.manual);
	assert_string_equal(b.pool, "FAR");
	assert_int_equal(b.record.state, DHCP_LEASE_FREE);
	assert_int_equal(b.record.remaining_s, DHCP_LEASE_INFINITE);
	assert_int_equal(b.record.client.len, 7);
	assert_true(mac_equal(b.record.hardware, mac_of(6)));
	assert_true(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_ip(at, IP4(192, 168, 1, 5));
	assert_true(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_ip(at, first);
	assert_false(b.manual);
	assert_string_equal(b.pool, "LAN");
	assert_int_equal(b.record.remaining_s, LEASE_S - 10);
	assert_true(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_ip(b.record.address, IP4(192, 168, 1, 11));
	assert_true(b.manual);
	assert_int_equal(b.record.state, DHCP_LEASE_BOUND);
	assert_true(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_ip(at, IP4(192, 168, 1, 12));
	assert_false(dhcp_server_next_binding(w->server, &at, &b, w->now));
	assert_int_equal(dhcp_server_find(w->server, IP4(192, 168, 1, 13), &b, w->now), -ENOENT);
	assert_int_equal(dhcp_server_find(w->server, IP4(1, 2, 3, 4), &b, w->now), -ENOENT);
}

static void clear_erases_one_or_all(void **state)
{
	struct world *w = *state;
	ip4_t second;

	lease(w, mac_of(1));
	second = lease(w, mac_of(2));
	lease(w, mac_of(3));
	assert_int_equal(dhcp_server_clear(w->server, second, w->now), 1);
	settle(w);
	assert_ip(w->saved.lease.address, second);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_FREE);
	assert_int_equal(dhcp_server_clear(w->server, second, w->now), 0);
	assert_int_equal(dhcp_server_clear(w->server, IP4(9, 9, 9, 9), w->now), 0);
	assert_int_equal(binding_count(w), 2);
	discover(w, mac_of(4));
	assert_int_equal(dhcp_server_clear(w->server, IP4_ANY, w->now), 2);
	assert_int_equal(binding_count(w), 0);
	settle(w);
	assert_int_equal(dhcp_server_deadline(w->server).ms, MONO_NEVER.ms);
	assert_ip(lease(w, mac_of(5)), first);
}

static void clear_withdraws_an_ack_that_waits(void **state)
{
	struct world *w = *state;

	send(w, &want_first);
	assert_int_equal(dhcp_server_clear(w->server, first, w->now), 1);
	settle(w);
	assert_false(take(w));
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_FREE);
}

static void messages_are_counted_by_type(void **state)
{
	struct world *w = *state;
	const struct dhcp_server_stats *stats = dhcp_server_stats(w->server);

	lease(w, mac_of(1));
	reboot(w, mac_of(1), IP4(10, 0, 0, 1));
	release(w, mac_of(1), first);
	send_bytes(w, (const uint8_t *)"x", 1);
	assert_int_equal(stats->received[DHCP_DISCOVER], 1);
	assert_int_equal(stats->received[DHCP_REQUEST], 2);
	assert_int_equal(stats->received[DHCP_RELEASE], 1);
	assert_int_equal(stats->sent[DHCP_OFFER], 1);
	assert_int_equal(stats->sent[DHCP_ACK], 1);
	assert_int_equal(stats->sent[DHCP_NAK], 1);
	assert_int_equal(stats->malformed, 1);
	dhcp_server_clear_stats(w->server);
	assert_int_equal(stats->received[DHCP_DISCOVER] + stats->malformed, 0);
}

static void ten_thousand_devices_have_an_address_each(void **state)
{
	struct world *w = *state;
	uint32_t last = 0;

	config_pool_find(&w->config, "LAN")->network = (struct ip4_prefix){IP4(192, 168, 0, 0), 16};
	configure(w);
	for (uint32_t i = 0; i < 10000; i++) {
		ip4_t a = lease(w, mac_of(i));

		assert_true(a.host > last); /* in order, so none twice */
		last = a.host;
	}
	assert_int_equal(binding_count(w), 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d19_no_ack_before_the_record_is_on_disk),
		WORLD_TEST(d19_a_token_stands_for_all_before_it),
		WORLD_TEST(d19_a_full_disk_means_no_ack_and_no_binding),
		WORLD_TEST(d19_a_renewal_the_disk_refuses_leaves_the_old_lease),
		WORLD_TEST(d19_a_refused_grant_leaves_the_offer_standing),
		WORLD_TEST(d19_what_another_client_had_is_not_lost_to_a_refused_grant),
		WORLD_TEST(a_request_sent_again_is_not_queued_twice),
		WORLD_TEST(a_release_while_the_ack_waits_withdraws_it),
		WORLD_TEST(a_full_event_queue_makes_the_server_busy_and_changes_nothing),
		WORLD_TEST(too_many_waiting_acks_make_the_server_busy),
		WORLD_TEST(replies_that_nobody_takes_make_the_server_busy),
		WORLD_TEST(a_release_is_written_once_the_queue_has_room),
		WORLD_TEST(grants_are_logged_renewals_are_not),
		WORLD_TEST(d18_unanswered_offers_come_back_to_the_pool),
		WORLD_TEST(the_deadline_is_that_of_the_earliest_lease),
		WORLD_TEST(a_thousand_leases_that_expire_at_once_are_all_written),
		WORLD_TEST(bindings_whose_address_still_fits_live_on),
		WORLD_TEST(bindings_of_a_pool_that_is_gone_go_and_are_erased_on_disk),
		WORLD_TEST(a_configuration_replaced_keeps_the_leases_that_fit_and_names_the_others),
		WORLD_TEST(a_lease_that_is_not_to_be_extended_is_named_once),
		WORLD_TEST(of_many_leases_lost_at_once_the_rest_is_a_number),
		WORLD_TEST(an_address_that_becomes_the_routers_is_no_lease_any_more),
		WORLD_TEST(addresses_of_the_router_and_of_its_devices_ends_are_never_leased),
		WORLD_TEST(acks_wait_across_a_new_configuration),
		WORLD_TEST(d19_records_survive_a_restart),
		WORLD_TEST(d19_a_record_that_ran_out_meanwhile_is_expired),
		WORLD_TEST(d19_the_last_record_of_an_address_counts),
		WORLD_TEST(d19_damaged_records_are_refused),
		WORLD_TEST(manual_records_are_restored_too),
		WORLD_TEST(bindings_are_shown_by_address_with_reservations_among_them),
		WORLD_TEST(clear_erases_one_or_all),
		WORLD_TEST(clear_withdraws_an_ack_that_waits),
		WORLD_TEST(messages_are_counted_by_type),
		WORLD_TEST(ten_thousand_devices_have_an_address_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
