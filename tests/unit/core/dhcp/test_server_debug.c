/* SPDX-License-Identifier: BSD-2-Clause */
/* What `debug ip dhcp server` says of each message and of what becomes of it. */
#include "core/debug.h"
#include "fixture.h"

enum { LINES_MAX = 16 };

struct lines {
	char text[LINES_MAX][160];
	unsigned int count;
};

/** All lines so far; the disk answers. */
static struct lines lines_of(struct world *w)
{
	struct lines l = {0};
	struct event e;

	while (event_pop(&w->events, &e)) {
		if (e.type == EVENT_DEBUG) {
			assert_true(l.count < LINES_MAX);
			strcpy(l.text[l.count++], e.text);
		}
		if (e.type == EVENT_LEASE_PERSIST && e.token)
			dhcp_server_persisted(w->server, e.token, w->disk_status, w->now);
	}
	return l;
}

static void assert_lines(struct world *w, const char *const *wanted, unsigned int count)
{
	struct lines l = lines_of(w);

	for (unsigned int n = 0; n < MIN(count, l.count); n++)
		assert_string_equal(l.text[n], wanted[n]);
	assert_int_equal(l.count, count);
}

#define ASSERT_LINES(w, ...)                                                                       \
	do {                                                                                       \
		static const char *const wanted[] = {__VA_ARGS__};                                 \
		assert_lines(w, wanted, ARRAY_COUNT(wanted));                                      \
	} while (0)

static void look_at(struct world *w, uint32_t mask)
{
	lines_of(w);
	w->events.debug = mask;
}

static void a_lease_is_shown_message_by_message(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), TEXT_OPTION("tv\x1b[0m")};

	look_at(w, debug_bit(DEBUG_DHCP_PACKET));
	w->in.port_id = (struct interface_id){INTERFACE_TAP, 3};
	send(w, &a);
	take(w);
	ASSERT_LINES(w,
		     "DHCPD: DHCPDISCOVER received from client 0102.0000.0000.01 on interface "
		     "Tap3, host name \"tv\\x1b[0m\".",
		     "DHCPD: Sending DHCPOFFER to client 0102.0000.0000.01 (192.168.1.10).",
		     "DHCPD: unicasting BOOTREPLY to client 0102.0000.0000.01 (192.168.1.10).");
	a = (struct ask){.type = DHCP_REQUEST,
			 .mac = mac_of(1),
			 .flags = DHCP_FLAG_BROADCAST,
			 .requested = IP4(192, 168, 1, 10),
			 .server_id = ROUTER};
	send(w, &a);
	ASSERT_LINES(w, "DHCPD: DHCPREQUEST received from client 0102.0000.0000.01 on interface "
			"Tap3.");
	take(w); /* not before its record is on disk */
	ASSERT_LINES(w, "DHCPD: Sending DHCPACK to client 0102.0000.0000.01 (192.168.1.10).",
		     "DHCPD: broadcasting BOOTREPLY to client 0102.0000.0000.01.");
}

static void a_relay_is_named(void **state)
{
	struct world *w = *state;

	look_at(w, debug_bit(DEBUG_DHCP_PACKET));
	send(w, &(struct ask){.type = DHCP_DISCOVER,
			      .mac = mac_of(1),
			      .giaddr = IP4(192, 168, 1, 5),
			      .id = "\xff\"\0",
			      .id_len = 3});
	take(w);
	ASSERT_LINES(w,
		     "DHCPD: DHCPDISCOVER received from client ff22.00 through relay 192.168.1.5.",
		     "DHCPD: Sending DHCPOFFER to client ff22.00 (192.168.1.10).",
		     "DHCPD: unicasting BOOTREPLY for client ff22.00 to relay 192.168.1.5.");
}

static void events_tell_what_becomes_of_a_lease(void **state)
{
	struct world *w = *state;

	look_at(w, debug_bit(DEBUG_DHCP_EVENTS));
	send(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(1)});
	ASSERT_LINES(w, "DHCPD: 192.168.1.10: FREE -> OFFERED, client 0102.0000.0000.01.");
	send(w, &(struct ask){.type = DHCP_REQUEST,
			      .mac = mac_of(1),
			      .requested = IP4(192, 168, 1, 10),
			      .server_id = ROUTER});
	ASSERT_LINES(w, "DHCPD: 192.168.1.10: OFFERED -> BOUND, client 0102.0000.0000.01.",
		     "DHCPD: assigned IP address 192.168.1.10 to client 0102.0000.0000.01.");
	pass(w, LEASE_S);
	ASSERT_LINES(w, "DHCPD: 192.168.1.10: BOUND -> EXPIRED, client 0102.0000.0000.01.");
}

static void events_tell_why_a_message_comes_to_nothing(void **state)
{
	struct world *w = *state;
	uint8_t torn[100] = {1};

	look_at(w, debug_bit(DEBUG_DHCP_EVENTS) | debug_bit(DEBUG_DHCP_PACKET));
	send_bytes(w, torn, sizeof(torn));
	ASSERT_LINES(w, "DHCPD: malformed message of 100 bytes ignored.");
	w->events.debug = debug_bit(DEBUG_DHCP_EVENTS);
	send(w, &(struct ask){
			.type = DHCP_REQUEST, .mac = mac_of(1), .requested = IP4(192, 168, 1, 77)});
	ASSERT_LINES(w, "DHCPD: DHCPREQUEST of client 0102.0000.0000.01 ignored: DHCP request of a "
			"client without a record.");
	send(w,
	     &(struct ask){.type = DHCP_REQUEST, .mac = mac_of(1), .requested = IP4(10, 0, 0, 7)});
	ASSERT_LINES(w, "DHCPD: client 0102.0000.0000.01 is refused: address is not on this "
			"network.");
	w->in.network = (struct ip4_prefix){IP4(10, 1, 1, 1), 24};
	send(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(1)});
	ASSERT_LINES(w,
		     "DHCPD: DHCPDISCOVER of client 0102.0000.0000.01 ignored: DHCP message on an "
		     "interface without a pool.");
}

static void what_nobody_looks_at_makes_no_line(void **state)
{
	struct world *w = *state;

	look_at(w, debug_bit(DEBUG_ARP));
	send(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(1)});
	send(w,
	     &(struct ask){.type = DHCP_REQUEST, .mac = mac_of(2), .requested = IP4(10, 0, 0, 7)});
	take(w);
	assert_int_equal(lines_of(w).count, 0);
	/* nor does a new configuration, though every lease is taken over */
	w->events.debug = debug_bit(DEBUG_DHCP_EVENTS);
	configure(w);
	assert_int_equal(lines_of(w).count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_lease_is_shown_message_by_message),
		WORLD_TEST(a_relay_is_named),
		WORLD_TEST(events_tell_what_becomes_of_a_lease),
		WORLD_TEST(events_tell_why_a_message_comes_to_nothing),
		WORLD_TEST(what_nobody_looks_at_makes_no_line),
	};

	return cmocka_run_group_tests_name("dhcp_server_debug", tests, NULL, NULL);
}
