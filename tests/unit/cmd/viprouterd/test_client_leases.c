/* SPDX-License-Identifier: BSD-2-Clause */
/* The file with the leases of the router's own interfaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/viprouterd/client_leases.h"
#include "cmd/viprouterd/store.h"

#define NOW 1700000000

static const struct event_client tap9 = {.interface = {INTERFACE_TAP, 9},
					 .address = {IP4(203, 0, 113, 57), 24},
					 .server = IP4(203, 0, 113, 1),
					 .left_s = 3600};

struct place {
	char folder[64], path[96];
	struct client_leases *leases;
	struct router *router;
};

static int place_set_up(void **state)
{
	static const struct hash_key key = {{1, 2}};
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->folder, "/tmp/test_client_leases.XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/dhcp-client", p->folder);
	p->leases = client_leases_new(p->path);
	p->router = router_new(&key, "home");
	*state = p;
	return p->leases && p->router ? 0 : -1;
}

static int place_tear_down(void **state)
{
	struct place *p = *state;

	client_leases_free(p->leases);
	router_free(p->router);
	unlink(p->path);
	rmdir(p->folder);
	free(p);
	return 0;
}

/* A new process reads the file. Return: how many addresses the router is told of; -errno. */
static int restart(struct place *p, int64_t wall_s)
{
	client_leases_free(p->leases);
	p->leases = client_leases_new(p->path);
	return client_leases_restore(p->leases, p->router, wall_s, (mono_ms_t){0});
}

static void d34_a_lease_is_there_after_a_restart_while_its_time_lasts(void **state)
{
	struct place *p = *state;

	assert_int_equal(restart(p, NOW), 0); /* no file yet */
	assert_int_equal(client_leases_note(p->leases, &tap9, NULL, NOW), 0);
	assert_int_equal(restart(p, NOW + 3599), 1);
	assert_int_equal(restart(p, NOW + 3600), 0);
}

static void d34_the_grant_is_kept_with_its_age(void **state)
{
	struct dhcp_client_grant grant = {.len = 3, .bytes = {0x02, 0xab, 0xff}};
	struct event_client aged = tap9;
	struct place *p = *state;
	char *text;

	aged.age_s = 100;
	assert_int_equal(client_leases_note(p->leases, &aged, &grant, NOW), 0);
	assert_int_equal(store_read(p->path, &text, NULL), 0);
	assert_non_null(strstr(text, "\"grant\": \"02abff\""));
	assert_non_null(strstr(text, "\"granted_at\": 1699999900"));
	free(text);
	assert_int_equal(restart(p, NOW), 1);
	assert_int_equal(restart(p, NOW - 100000), 1); /* a clock that was set back */
}

static void d34_one_that_was_given_up_is_not(void **state)
{
	struct place *p = *state;
	struct event_client gone = {.interface = {INTERFACE_TAP, 9}};

	client_leases_note(p->leases, &tap9, NULL, NOW);
	assert_int_equal(client_leases_note(p->leases, &gone, NULL, NOW), 0);
	assert_int_equal(restart(p, NOW), 0);
}

static void d34_each_interface_has_one_and_the_last_counts(void **state)
{
	struct place *p = *state;
	struct event_client other = tap9, longer = tap9;
	char *text;

	other.interface.number = 8;
	other.left_s = DHCP_LEASE_INFINITE;
	longer.address.address = IP4(203, 0, 113, 58);
	client_leases_note(p->leases, &tap9, NULL, NOW);
	client_leases_note(p->leases, &other, NULL, NOW);
	client_leases_note(p->leases, &longer, NULL, NOW);
	assert_int_equal(store_read(p->path, &text, NULL), 0);
	assert_null(strstr(text, "203.0.113.57\", \"prefix_length\": 24, \"server\": "
				 "\"203.0.113.1\", \"expires_at\": 1700003600"));
	assert_non_null(strstr(text, "203.0.113.58"));
	free(text);
	assert_int_equal(restart(p, NOW), 2);
	assert_int_equal(restart(p, NOW + 100000000), 1); /* the infinite one */
}

static void d34_a_file_that_makes_no_sense_is_told_and_bad_entries_are_left_out(void **state)
{
	static const char *const damaged[] = {"", "{", "[]", "{\"leases\": 3}", "\xff\xfe"};
	static const char entries[] =
		"{\"leases\": [7, {}, {\"interface\": \"Tap9\"},"
		"{\"interface\": \"Eth0\", \"address\": \"203.0.113.5\", \"expires_at\": null},"
		"{\"interface\": \"Tap8\", \"address\": \"224.0.0.1\", \"expires_at\": null},"
		"{\"interface\": \"Tap8\", \"address\": \"203.0.113.5\", \"expires_at\": \"x\"},"
		"{\"interface\": \"Tap7\", \"address\": \"203.0.113.5\", \"expires_at\": null,"
		"\"granted_at\": \"x\", \"grant\": \"0g\"}]}";
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_COUNT(damaged); i++) {
		assert_int_equal(store_replace(p->path, damaged[i], strlen(damaged[i]), false), 0);
		assert_int_equal(restart(p, NOW), -EPROTO);
	}
	assert_int_equal(store_replace(p->path, entries, strlen(entries), false), 0);
	assert_int_equal(restart(p, NOW), 1);
	/* it is written again as it should be */
	assert_int_equal(client_leases_note(p->leases, &tap9, NULL, NOW), 0);
	assert_int_equal(restart(p, NOW), 2);
}

static void d34_a_disk_that_fails_is_told(void **state)
{
	struct place *p = *state;
	struct client_leases *nowhere = client_leases_new("/nonexistent/dhcp-client");

	(void)p;
	assert_int_equal(client_leases_note(nowhere, &tap9, NULL, NOW), -ENOENT);
	client_leases_free(nowhere);
}

#define PLACE_TEST(f) cmocka_unit_test_setup_teardown(f, place_set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(d34_a_lease_is_there_after_a_restart_while_its_time_lasts),
		PLACE_TEST(d34_the_grant_is_kept_with_its_age),
		PLACE_TEST(d34_one_that_was_given_up_is_not),
		PLACE_TEST(d34_each_interface_has_one_and_the_last_counts),
		PLACE_TEST(d34_a_file_that_makes_no_sense_is_told_and_bad_entries_are_left_out),
		PLACE_TEST(d34_a_disk_that_fails_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
