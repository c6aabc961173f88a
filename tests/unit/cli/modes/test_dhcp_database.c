/* SPDX-License-Identifier: BSD-2-Clause */
/* `ip dhcp database` and its show. */
#include "tests/unit/cli/modes/configured.h"
#include "tests/unit/cli/modes/golden.h"
#include "cli/modes/show.h"

static void the_line_stands_among_those_of_the_server(void **state)
{
	(void)state;
	configured_gives("ip dhcp database flash:bindings\nip dhcp ping packets 3\n",
			 "ip dhcp database flash:bindings\nip dhcp ping packets 3\n");
	configured_gives("ip dhcp database flash:a.txt write-delay 60\n",
			 "ip dhcp database flash:a.txt write-delay 60\n");
	configured_gives("ip dhcp database flash:a\nip dhcp database flash:b write-delay 300\n",
			 "ip dhcp database flash:b\n");
	configured_gives("ip dhcp database flash:a write-delay 60\nno ip dhcp database\n", "");
	configured_gives("ip dhcp database flash:a\nno ip dhcp database flash:a\n", "");
}

static void files_are_the_routers_own_and_have_names(void **state)
{
	static const char *const elsewhere[] = {"tftp://10.0.0.1/x", "/etc/passwd", "ftp:x", "x",
						"FLASH:x"};
	static const char *const nameless[] = {"flash:",    "flash:..", "flash:../x",
					       "flash:a/b", "flash:.x", "flash:/x"};
	char line[80], words[120];

	(void)state;
	for (unsigned int n = 0; n < ARRAY_COUNT(elsewhere); n++) {
		snprintf(line, sizeof(line), "ip dhcp database %s\n", elsewhere[n]);
		snprintf(words, sizeof(words),
			 "ip dhcp database %s: leases are written to flash: alone", elsewhere[n]);
		configured_refuses(line, 1, words);
	}
	for (unsigned int n = 0; n < ARRAY_COUNT(nameless); n++) {
		snprintf(line, sizeof(line), "ip dhcp database %s\n", nameless[n]);
		snprintf(words, sizeof(words), "ip dhcp database %s: not the name of a file",
			 nameless[n]);
		configured_refuses(line, 1, words);
	}
	configured_refuses("ip dhcp database flash:a write-delay 59\n", 1, "");
}

#define STATE(written, status, error, pending)                                                     \
	"[{'url':'flash:bindings','read_at':null,'written_at':" written ",'status':'" status       \
	"','error':" error ",'pending':" pending                                                   \
	",'delay_s':300,'timeout_s':null,'failures':1,'successes':2}]"
#define TEXT(written, status)                                                                      \
	"URL       :  flash:bindings\n"                                                            \
	"Read      :  Never\n"                                                                     \
	"Written   :  " written "\n"                                                               \
	"Status    :  " status "\n"                                                                \
	"Delay     :  300 seconds\n"                                                               \
	"Timeout   :  0 seconds\n"                                                                 \
	"Failures  :  1\n"                                                                         \
	"Successes :  2\n"

static void the_show_has_the_form_of_ios(void **state)
{
	(void)state;
	golden(&show_dhcp_database, "[]", "");
	golden(&show_dhcp_database, STATE("null", "never", "null", "true"),
	       TEXT("Never", "Nothing has been written yet."));
	golden(&show_dhcp_database, STATE("1544792580", "written", "null", "false"),
	       TEXT("Dec 14 2018 01:03 PM",
		    "Last write succeeded. Agent information is up-to-date."));
	golden(&show_dhcp_database, STATE("1544792580", "written", "null", "true"),
	       TEXT("Dec 14 2018 01:03 PM", "Last write succeeded. Bindings have changed since."));
	golden(&show_dhcp_database,
	       STATE("1544792580", "failed", "'No space left on device'", "true"),
	       TEXT("Dec 14 2018 01:03 PM", "Last write failed. No space left on device."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_stands_among_those_of_the_server),
		cmocka_unit_test(files_are_the_routers_own_and_have_names),
		cmocka_unit_test(the_show_has_the_form_of_ios),
	};

	return cmocka_run_group_tests_name("dhcp_database", tests, NULL, NULL);
}
