/* SPDX-License-Identifier: BSD-2-Clause */
/* A trace in a child process tells what would happen, and leaves this process as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/session.h"
#include "cmd/viprouterd/trace.h"
#include "core/wire/ipv4.h"

static const char home[] = "interface Tun1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tap9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tap9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static const mono_ms_t now = {1000000};
static const struct trace_packet packet = {
	.interface = {INTERFACE_TUN, 1},
	.src = IP4(192, 168, 1, 9),
	.dst = IP4(198, 51, 100, 7),
	.proto = IP_PROTO_UDP,
	.sport = 5000,
	.dport = 53,
	.ttl = 64,
};
static struct trace trace;

static int set_up(void **state)
{
	static const struct hash_key key = {{3, 4}};
	static const struct interface_id ports[] = {{INTERFACE_TUN, 1}, {INTERFACE_TAP, 9}};
	struct router *router = router_new(&key, "home");
	struct config_read_error error;
	struct config config;

	assert_non_null(router);
	config_init(&config);
	assert_int_equal(running_config_read(home, &config, &error), 0);
	assert_int_equal(router_apply(router, &config, now), 0);
	config_fini(&config);
	for (size_t n = 0; n < ARRAY_COUNT(ports); n++)
		router_port_link(router, (unsigned int)router_port(router, ports[n]), true, now);
	*state = router;
	return 0;
}

static int tear_down(void **state)
{
	router_free(*state);
	return 0;
}

static void what_would_happen_comes_back(void **state)
{
	assert_int_equal(trace_fork(*state, &packet, &trace, now), 0);
	assert_int_equal(trace.verdict, VERDICT_SENT);
	assert_int_equal(trace.packet.src.host, IP4(203, 0, 113, 10).host);
	assert_true(trace.waits);
	assert_true(trace.step_count > 5);
}

static void nothing_of_it_is_in_this_process(void **state)
{
	struct interface_status before, after;
	struct nat_stats stats;
	uint32_t cursor = 0;
	unsigned int count;

	memset(&before, 0, sizeof(before)); /* what lies between the fields */
	memset(&after, 0, sizeof(after));
	router_interface_status(*state, packet.interface, &before);
	router_output(*state, &count);
	for (int n = 0; n < 3; n++)
		assert_int_equal(trace_fork(*state, &packet, &trace, now), 0);
	router_interface_status(*state, packet.interface, &after);
	assert_memory_equal(&before, &after, sizeof(after));
	nat_stats(router_nat(*state), &stats);
	assert_int_equal(stats.sessions, 0);
	assert_int_equal(stats.created, 0);
	assert_null(neighbour_next(router_neighbours(*state), &cursor));
	router_output(*state, &count);
	assert_int_equal(count, 0);
}

static void what_cannot_be_traced_says_why(void **state)
{
	struct trace_packet nowhere = packet;

	nowhere.interface.number = 7;
	assert_int_equal(trace_fork(*state, &nowhere, &trace, now), -ENOENT);
}

static unsigned int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void no_child_file_or_blocked_signal_is_left(void **state)
{
	unsigned int files = open_files();
	sigset_t before, after;

	memset(&before, 0, sizeof(before)); /* the kernel fills in less than there is room for */
	memset(&after, 0, sizeof(after));
	sigprocmask(SIG_BLOCK, NULL, &before);
	assert_int_equal(trace_fork(*state, &packet, &trace, now), 0);
	sigprocmask(SIG_BLOCK, NULL, &after);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(open_files(), files);
	assert_memory_equal(&before, &after, sizeof(after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_would_happen_comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_of_it_is_in_this_process, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_traced_says_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_child_file_or_blocked_signal_is_left, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
