/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of ports, ICMP messages and protocols. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/names.h"

static void a_port_is_written_by_the_name_of_its_protocol(void **state)
{
	(void)state;
	assert_string_equal(names_of_port(6, 80), "www");
	assert_string_equal(names_of_port(6, 514), "cmd");
	assert_string_equal(names_of_port(17, 514), "syslog");
	assert_string_equal(names_of_port(6, 53), "domain");
	assert_null(names_of_port(17, 80));
	assert_null(names_of_port(6, 22)); /* IOS has no name for it */
	assert_null(names_of_port(47, 80));
}

static void every_name_of_a_port_is_read_back(void **state)
{
	(void)state;
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		for (uint8_t proto = 6; proto <= 17; proto += 11) {
			const char *name = names_of_port(proto, (uint16_t)port);

			if (name)
				assert_int_equal(names_port(name), port);
		}
	assert_int_equal(names_port("SSH"), 22);
	assert_int_equal(names_port("ww"), -ENOENT);
}

static void a_message_is_read_by_any_beginning_that_no_other_shares(void **state)
{
	(void)state;
	assert_int_equal(names_icmp("echo")->type, 8);
	assert_null(names_icmp("ech")); /* echo, echo-reply */
	assert_int_equal(names_icmp("UNREACH")->type, 3);
	assert_int_equal(names_icmp("ttl")->code, 0);
	assert_null(names_icmp("timestamp"));
	assert_null(names_icmp("nothing"));
	assert_null(names_icmp(""));
}

static void every_name_of_a_message_is_read_and_written(void **state)
{
	(void)state;
	for (const struct icmp_name *m = icmp_names; m->name; m++) {
		assert_ptr_equal(names_icmp(m->name), m);
		assert_string_equal(names_of_icmp(m->type, m->code), m->name);
	}
	assert_null(names_of_icmp(8, 3));
	assert_null(names_of_icmp(200, -1));
}

static void every_protocol_with_a_name_is_read_back(void **state)
{
	(void)state;
	for (unsigned int proto = 0; proto <= UINT8_MAX; proto++) {
		const char *name = names_of_protocol((uint8_t)proto);

		if (name)
			assert_int_equal(names_protocol(name), proto);
	}
	assert_string_equal(names_of_protocol(0), "ip");
	assert_int_equal(names_protocol("sctp"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_is_written_by_the_name_of_its_protocol),
		cmocka_unit_test(every_name_of_a_port_is_read_back),
		cmocka_unit_test(a_message_is_read_by_any_beginning_that_no_other_shares),
		cmocka_unit_test(every_name_of_a_message_is_read_and_written),
		cmocka_unit_test(every_protocol_with_a_name_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
