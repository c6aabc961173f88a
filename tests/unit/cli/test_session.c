/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_world.h"

#include <stdio.h>

#define ENTER "Enter configuration commands, one per line.  End with CNTL/Z.\n"

/** A session with all rights, at a terminal. */
static void terminal(struct fake_world *fake)
{
	fake_init(fake, SESSION_MAY_CONFIGURE);
}

static void script(struct fake_world *fake)
{
	fake_init(fake, SESSION_MAY_CONFIGURE | SESSION_SCRIPT);
}

/* ---- modes and prompts ------------------------------------------------------------------ */

static void the_prompt_shows_name_rights_and_mode(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect_prompt(&fake, "home#");
	fake_expect(&fake, "disable", SESSION_DONE, "");
	fake_expect_prompt(&fake, "home>");
	fake_expect(&fake, "en", SESSION_DONE, "");
	fake_expect(&fake, "conf t", SESSION_DONE, ENTER);
	fake_expect_prompt(&fake, "home(config)#");
	fake_expect(&fake, "int Tap1", SESSION_DONE, "");
	fake_expect_prompt(&fake, "home(config-if)#");
	fake_expect(&fake, "ip dhcp pool LAN", SESSION_DONE, "");
	fake_expect_prompt(&fake, "home(dhcp-config)#");
	fake_expect(&fake, "exit", SESSION_DONE, "");
	fake_expect_prompt(&fake, "home(config)#");
	fake_expect(&fake, "hostname den", SESSION_DONE, "");
	fake_expect_prompt(&fake, "den(config)#");
	fake_expect(&fake, "end", SESSION_DONE, "");
	fake_expect_prompt(&fake, "den#");
	fake_expect(&fake, "exit", SESSION_QUIT, "");
	fake_fini(&fake);
}

static void a_global_command_ends_a_sub_mode(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "interface Tap1");
	fake_expect(&fake, "hostname den", SESSION_DONE, "");
	fake_expect_prompt(&fake, "den(config)#");
	fake_expect(&fake, "no hostname", SESSION_DONE, "");
	fake_expect_prompt(&fake, "home(config)#");
	assert_int_equal(fake_type(&fake, "description gone"), SESSION_FAILED);
	fake_fini(&fake);
}

static void a_global_command_that_fails_leaves_the_sub_mode_as_it_was(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "interface Tap1");
	assert_int_equal(fake_type(&fake, "ip vip X 192.0.2.1 interface Tap9"), SESSION_FAILED);
	fake_expect_prompt(&fake, "home(config-if)#");
	fake_fini(&fake);
}

static void default_returns_a_setting_to_what_it_is_unset(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "no ip nat hairpin");
	fake_type(&fake, "no service dhcp");
	assert_false(fake.running.nat.hairpin);
	assert_true(fake.running.dhcp.disabled);
	fake_type(&fake, "default ip nat hairpin");
	fake_type(&fake, "default service dhcp");
	assert_true(fake.running.nat.hairpin);
	assert_false(fake.running.dhcp.disabled);
	fake_type(&fake, "end");
	fake_expect(&fake, "unset ip nat hairpin", SESSION_DONE, "");
	assert_false(fake.running.nat.hairpin);
	fake_expect(&fake, "set default ip nat hairpin", SESSION_DONE, "");
	assert_true(fake.running.nat.hairpin);
	fake_fini(&fake);
}

static void comments_and_blank_lines_do_nothing(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_expect(&fake, "", SESSION_DONE, "");
	fake_expect(&fake, "   \t ", SESSION_DONE, "");
	fake_expect(&fake, " ! a comment", SESSION_DONE, "");
	fake_expect(&fake, "#!/usr/bin/env -S vipsh -f", SESSION_DONE, "");
	fake_expect(&fake, "hostname den \r", SESSION_DONE, "");
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_string_equal(fake.running.hostname, "den");
	fake_fini(&fake);
}

/* ---- errors ----------------------------------------------------------------------------- */

static void the_caret_stands_under_the_word_behind_the_prompt(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "show runing-config", SESSION_FAILED,
		    "          ^\n"
		    "% Invalid input detected at '^' marker.\n"
		    "Hint: did you mean \"running-config\"?\n");
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "interface Tap1");
	fake_expect(&fake, "mtu 70000", SESSION_FAILED,
		    "                    ^\n"
		    "% Invalid input detected at '^' marker.\n"
		    "Hint: valid range is 576-65535\n");
	fake_fini(&fake);
}

static void in_a_script_the_line_stands_above_the_caret(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_expect(&fake, "\tip route\t10.0.0.0 255.0.0.0 x", SESSION_FAILED,
		    "\tip route\t10.0.0.0 255.0.0.0 x\n"
		    "\t        \t                   ^\n"
		    "% Invalid input detected at '^' marker.\n"
		    "Hint: an interface is Tap<n>, Tun<n>, BVI<n> or Loopback<n>, n up to 4095\n");
	fake_fini(&fake);
}

static void ambiguous_and_incomplete_are_ioss_words(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "terminal length", SESSION_FAILED,
		    "% Incomplete command.\n"
		    "Hint: missing: <0-512> - Lines of a page; 0 prints without pause\n");
	fake_expect(&fake, "set ip route 10.0.0.0", SESSION_FAILED,
		    "% Incomplete command.\n"
		    "Hint: missing: A.B.C.D - Network mask\n");
	fake_expect(&fake, " sh i", SESSION_FAILED,
		    "% Ambiguous command:  \"sh i\"\n"
		    "Hint: interfaces, ip\n");
	fake_fini(&fake);
}

static void hints_can_be_turned_off(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "terminal hints disable", SESSION_DONE, "");
	fake_expect(&fake, "terminal length", SESSION_FAILED, "% Incomplete command.\n");
	fake_expect(&fake, "terminal hints enable", SESSION_DONE, "");
	fake_type(&fake, "terminal length");
	assert_non_null(strstr(buffer_text(&fake.out), "Hint: "));
	fake_fini(&fake);
}

static void a_line_of_the_other_level_is_told_where_it_belongs(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "hostname den");
	assert_non_null(strstr(buffer_text(&fake.out), "type \"configure terminal\" first"));
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "show version");
	assert_non_null(strstr(buffer_text(&fake.out), "put \"do\" before it"));
	fake_fini(&fake);
}

static void in_json_an_error_is_an_object(void **state)
{
	struct fake_world fake;

	(void)state;
	fake_init(&fake, SESSION_MAY_CONFIGURE | SESSION_SCRIPT | SESSION_JSON);
	fake_expect(&fake, "show runing-config", SESSION_FAILED,
		    "{\"error\":{\"message\":\"Invalid input detected at '^' marker.\","
		    "\"hint\":\"did you mean \\\"running-config\\\"?\","
		    "\"line\":\"show runing-config\",\"column\":6}}\n");
	fake_expect(&fake, "show version | include x", SESSION_FAILED,
		    "{\"error\":{\"message\":\"Lines of JSON cannot be filtered\","
		    "\"hint\":\"leave the filter out, or the JSON\","
		    "\"line\":\"show version | include x\",\"column\":null}}\n");
	fake_fini(&fake);
}

static void lines_that_are_no_text_are_refused(void **state)
{
	struct fake_world fake;
	char longest[4200];

	(void)state;
	script(&fake);
	fake_expect(&fake, "hostname \x01", SESSION_FAILED,
		    "% The line holds a control character, code 1\n");
	fake_expect(&fake, "hostname \xff\xfe", SESSION_FAILED, "% The line is not valid UTF-8\n");
	memset(longest, 'x', sizeof(longest));
	longest[4097] = '\0';
	fake_expect(&fake, longest, SESSION_FAILED, "% The line is longer than 4096 characters\n");
	longest[4096] = '\0';
	fake_type(&fake, longest);
	assert_non_null(strstr(buffer_text(&fake.out), "% Invalid input detected"));
	fake_fini(&fake);
}

/* ---- rights ----------------------------------------------------------------------------- */

static void who_may_only_look_can_neither_configure_nor_enable(void **state)
{
	struct fake_world fake;

	(void)state;
	fake_init(&fake, SESSION_SCRIPT);
	fake_expect_prompt(&fake, "home>");
	fake_expect(&fake, "enable", SESSION_FAILED,
		    "% enable: permission denied\n"
		    "Hint: only root and the router's own user may configure\n");
	fake_expect(&fake, "configure terminal", SESSION_FAILED,
		    "% configure terminal: permission denied\n"
		    "Hint: only root and the router's own user may configure\n");
	assert_int_equal(fake_type(&fake, "hostname den"), SESSION_FAILED);
	assert_int_equal(fake_type(&fake, "set hostname den"), SESSION_FAILED);
	assert_int_equal(fake_type(&fake, "write memory"), SESSION_FAILED);
	assert_non_null(
		strstr(buffer_text(&fake.out), "only root and the router's own user may do this"));
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_int_equal(fake.applied + fake.saved, 0);
	fake_fini(&fake);
}

/* ---- applying --------------------------------------------------------------------------- */

static void each_typed_line_is_applied_at_once(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_expect(&fake, "hostname den", SESSION_DONE, "");
	assert_int_equal(fake.applied, 1);
	fake_expect(&fake, "hostname den", SESSION_DONE, "");
	assert_int_equal(fake.applied, 1); /* nothing changed */
	fake_expect(&fake, "interface Tap1", SESSION_DONE, "");
	assert_int_equal(fake.applied, 2);
	fake_fini(&fake);
}

static void a_line_that_cannot_be_applied_leaves_all_as_it_was(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake.fail = -EEXIST;
	fake.reason = "interface Tap1: \"eth0\" is in use";
	fake_expect(&fake, "interface Tap1", SESSION_FAILED,
		    "% interface Tap1: \"eth0\" is in use\n");
	fake_expect_prompt(&fake, "home(config)#");
	assert_int_equal(fake.running.interfaces.count, 0);
	fake.fail = 0;
	fake.refuse = -EBUSY;
	assert_int_equal(fake_type(&fake, "hostname den"), SESSION_FAILED);
	fake.refuse = 0;
	fake_expect(&fake, "hostname flat", SESSION_DONE, "");
	assert_string_equal(fake.running.hostname, "flat");
	assert_int_equal(fake.running.interfaces.count, 0);
	fake_fini(&fake);
}

static void a_configuration_wrong_as_a_whole_is_refused(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "interface Tap1");
	fake_expect(&fake, "ip address 10.0.0.1 255.0.0.0", SESSION_DONE, "");
	fake_type(&fake, "interface Tap2");
	assert_int_equal(fake_type(&fake, "ip address 10.0.0.2 255.255.0.0"), SESSION_FAILED);
	assert_memory_equal(buffer_text(&fake.out), "% ", 2);
	fake_expect_prompt(&fake, "home(config-if)#");
	assert_int_equal(fake.running.interfaces.at[1].address_count, 0);
	fake_fini(&fake);
}

static void a_typed_home_needs_no_special_order(void **state)
{
	static const char *const lines[] = {
		"configure terminal",
		"interface Tap9",
		"attach namespace internet name isp0",
		"ip address 203.0.113.2 255.255.255.0",
		"ip nat outside",
		"ip vip HOME 203.0.113.10 interface Tap9",
		"ip nat inside source list 1 vip HOME overload",
		"access-list 1 permit 192.168.1.0 0.0.0.255",
		"ip route 0.0.0.0 0.0.0.0 203.0.113.1",
	};
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		if (fake_type(&fake, lines[i]) != SESSION_DONE)
			fail_msg("%s: %s", lines[i], buffer_text(&fake.out));
	fake_fini(&fake);
}

/* ---- scripts ---------------------------------------------------------------------------- */

static void a_script_collects_lines_and_applies_them_as_one(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_expect(&fake, "configure terminal", SESSION_DONE, "");
	fake_expect(&fake, "hostname den", SESSION_DONE, "");
	fake_expect(&fake, "interface Tap1", SESSION_DONE, "");
	fake_expect(&fake, " description x", SESSION_DONE, "");
	assert_int_equal(fake.applied, 0);
	fake_expect(&fake, "end", SESSION_DONE, "");
	assert_int_equal(fake.applied, 1);
	assert_string_equal(fake.running.hostname, "den");
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_int_equal(fake.applied, 1);
	fake_fini(&fake);
}

static void a_script_needs_no_configure_terminal(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_expect(&fake, "interface Tap1", SESSION_DONE, "");
	fake_expect(&fake, " no description", SESSION_DONE, "");
	fake_expect(&fake, "no ip nat hairpin", SESSION_DONE, "");
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_false(fake.running.nat.hairpin);
	assert_int_equal(fake.running.interfaces.count, 1);
	fake_fini(&fake);
}

static void a_line_that_is_not_configuration_applies_what_was_collected(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_type(&fake, "interface Tap1");
	fake_type(&fake, " description before");
	assert_int_equal(fake_type(&fake, "show running-config | include desc"), SESSION_DONE);
	assert_string_equal(buffer_text(&fake.out), " description before\n");
	assert_int_equal(fake.applied, 1);
	fake_expect_prompt(&fake, "home#");
	fake_fini(&fake);
}

static void a_batch_that_fails_is_dropped_whole(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_type(&fake, "hostname den");
	fake_type(&fake, "interface Tap1");
	fake_type(&fake, "ip address 10.0.0.1 255.0.0.0");
	fake_type(&fake, "interface Tap2");
	fake_type(&fake, "ip address 10.0.0.2 255.0.0.0");
	assert_int_equal(fake_commit(&fake), SESSION_FAILED);
	assert_int_equal(fake.applied, 0);
	fake_type(&fake, "hostname flat");
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_int_equal(fake.running.interfaces.count, 0);
	assert_string_equal(fake.running.hostname, "flat");
	fake_fini(&fake);
}

static void a_failed_batch_keeps_the_line_behind_it_from_running(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_type(&fake, "hostname den");
	fake.fail = -EPERM;
	fake.reason = "no permission for TUN";
	fake_expect(&fake, "write memory", SESSION_FAILED, "% no permission for TUN\n");
	assert_int_equal(fake.saved, 0);
	fake_fini(&fake);
}

static void a_change_by_somebody_else_meanwhile_is_not_undone(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_type(&fake, "no ip nat hairpin");
	snprintf(fake.running.hostname, sizeof(fake.running.hostname), "theirs");
	assert_int_equal(fake_commit(&fake), SESSION_FAILED);
	assert_int_equal(fake.applied, 0);
	assert_string_equal(fake.running.hostname, "theirs");
	fake_fini(&fake);
}

static void check_applies_and_saves_nothing(void **state)
{
	struct fake_world fake;

	(void)state;
	fake_init(&fake, SESSION_MAY_CONFIGURE | SESSION_SCRIPT | SESSION_CHECK);
	fake_type(&fake, "interface Tap1");
	fake_type(&fake, "ip address 10.0.0.1 255.0.0.0");
	fake_expect(&fake, "end", SESSION_DONE, "");
	fake_expect(&fake, "write memory", SESSION_DONE, "");
	/* what was checked before counts as being there */
	fake_type(&fake, "interface Tap2");
	fake_type(&fake, "ip address 10.0.0.2 255.0.0.0");
	assert_int_equal(fake_commit(&fake), SESSION_FAILED);
	assert_int_equal(fake.applied + fake.saved, 0);
	assert_int_equal(fake.running.interfaces.count, 0);
	fake_fini(&fake);
}

/* ---- do, set, unset --------------------------------------------------------------------- */

static void do_runs_a_command_of_exec_and_stays(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_type(&fake, "configure terminal");
	fake_type(&fake, "interface Tap1");
	assert_int_equal(fake_type(&fake, "do show running-config | include hostname"),
			 SESSION_DONE);
	assert_string_equal(buffer_text(&fake.out), "hostname home\n");
	fake_expect_prompt(&fake, "home(config-if)#");
	fake_expect(
		&fake, "do show bogus", SESSION_FAILED,
		"                        ^\n"
		"% Invalid input detected at '^' marker.\n"
		"Hint: expected: access-lists, arp, clock, configuration, debugging, dhcp, drops, "
		"hosts, interfaces, ip, running-config, startup-config, …\n");
	assert_int_equal(fake_type(&fake, "do configure terminal"), SESSION_FAILED);
	fake_fini(&fake);
}

static void set_is_one_flat_line_of_configuration(void **state)
{
	struct fake_world fake;
	struct config_interface *tap;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "set hostname den", SESSION_DONE, "");
	assert_string_equal(fake.running.hostname, "den");
	fake_expect(&fake, "set interface Tap 1 bridge-group 1", SESSION_DONE, "");
	tap = config_interface_find(&fake.running, (struct interface_id){INTERFACE_TAP, 1});
	assert_non_null(tap);
	assert_int_equal(tap->bridge_group, 1);
	fake_expect(&fake, "set interface Tap1 no bridge-group", SESSION_DONE, "");
	tap = config_interface_find(&fake.running, (struct interface_id){INTERFACE_TAP, 1});
	assert_int_equal(tap->bridge_group, 0);
	fake_expect(&fake, "set interface Tap1 shutdown", SESSION_DONE, "");
	fake_expect(&fake, "unset interface Tap1 shutdown", SESSION_DONE, "");
	tap = config_interface_find(&fake.running, (struct interface_id){INTERFACE_TAP, 1});
	assert_false(tap->shutdown);
	fake_expect(&fake, "unset interface Tap1", SESSION_DONE, "");
	assert_int_equal(fake.running.interfaces.count, 0);
	fake_expect_prompt(&fake, "den#");
	fake_fini(&fake);
}

static void a_flat_line_that_fails_changes_nothing(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "set interface Tap1 bogus", SESSION_FAILED,
		    "                        ^\n"
		    "% Invalid input detected at '^' marker.\n"
		    "Hint: expected: attach, bridge-group, description, do, end, exit, help, ip, "
		    "mtu, peer, shutdown\n");
	assert_int_equal(fake_type(&fake, "set hostname a b"), SESSION_FAILED);
	assert_int_equal(fake_type(&fake, "set hostname a service dhcp"), SESSION_FAILED);
	assert_int_equal(fake_type(&fake, "set end"), SESSION_FAILED);
	assert_int_equal(fake.applied, 0);
	fake_fini(&fake);
}

static void flat_lines_of_a_script_are_collected_too(void **state)
{
	struct fake_world fake;

	(void)state;
	script(&fake);
	fake_expect(&fake, "set interface Tap1 shutdown", SESSION_DONE, "");
	fake_expect(&fake, "set interface Tap2 shutdown", SESSION_DONE, "");
	assert_int_equal(fake_type(&fake, "set interface Tap3 bogus"), SESSION_FAILED);
	assert_int_equal(fake.applied, 0);
	assert_int_equal(fake_commit(&fake), SESSION_DONE);
	assert_int_equal(fake.applied, 1);
	assert_int_equal(fake.running.interfaces.count, 2);
	fake_fini(&fake);
}

/* ---- output ----------------------------------------------------------------------------- */

static void saving_waits_and_says_ok(void **state)
{
	struct fake_world fake;

	(void)state;
	terminal(&fake);
	fake_expect(&fake, "write memory", SESSION_DONE, "Building configuration...\n[OK]\n");
	assert_int_equal(fake.saved, 1);
	fake_fini(&fake);
}

static void a_show_can_be_json(void **state)
{
	struct fake_world fake;
	json_t *whole;

	(void)state;
	terminal(&fake);
	assert_int_equal(fake_type(&fake, "show running-config | json"), SESSION_DONE);
	whole = json_loads(buffer_text(&fake.out), 0, NULL);
	assert_true(json_is_object(whole) || json_is_array(whole));
	json_decref(whole);
	fake_fini(&fake);
	fake_init(&fake, SESSION_MAY_CONFIGURE | SESSION_JSON);
	assert_int_equal(fake_type(&fake, "write memory"), SESSION_DONE);
	whole = json_loads(buffer_text(&fake.out), 0, NULL);
	assert_string_equal(json_string_value(json_object_get(whole, "output")),
			    "Building configuration...\n[OK]\n");
	json_decref(whole);
	fake_fini(&fake);
}

static void a_file_for_the_output_is_told_to_the_client(void **state)
{
	struct fake_world fake;
	const char *how;

	(void)state;
	terminal(&fake);
	assert_int_equal(fake_type(&fake, "show running-config | redirect /tmp/x"), SESSION_DONE);
	assert_string_equal(session_redirect(fake.session, &how), "/tmp/x");
	assert_string_equal(how, "redirect");
	assert_non_null(strstr(buffer_text(&fake.out), "hostname home\n"));
	fake_type(&fake, "terminal length 7");
	assert_null(session_redirect(fake.session, &how));
	assert_int_equal(session_page_length(fake.session), 7);
	fake_expect(&fake, "show running-config | bogus", SESSION_FAILED,
		    "                           ^\n"
		    "% Invalid input detected at '^' marker.\n"
		    "Hint: after | comes include, exclude, begin, section, count, json, redirect, "
		    "append or tee\n");
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_prompt_shows_name_rights_and_mode),
		cmocka_unit_test(a_global_command_ends_a_sub_mode),
		cmocka_unit_test(a_global_command_that_fails_leaves_the_sub_mode_as_it_was),
		cmocka_unit_test(default_returns_a_setting_to_what_it_is_unset),
		cmocka_unit_test(comments_and_blank_lines_do_nothing),
		cmocka_unit_test(the_caret_stands_under_the_word_behind_the_prompt),
		cmocka_unit_test(in_a_script_the_line_stands_above_the_caret),
		cmocka_unit_test(ambiguous_and_incomplete_are_ioss_words),
		cmocka_unit_test(hints_can_be_turned_off),
		cmocka_unit_test(a_line_of_the_other_level_is_told_where_it_belongs),
		cmocka_unit_test(in_json_an_error_is_an_object),
		cmocka_unit_test(lines_that_are_no_text_are_refused),
		cmocka_unit_test(who_may_only_look_can_neither_configure_nor_enable),
		cmocka_unit_test(each_typed_line_is_applied_at_once),
		cmocka_unit_test(a_line_that_cannot_be_applied_leaves_all_as_it_was),
		cmocka_unit_test(a_configuration_wrong_as_a_whole_is_refused),
		cmocka_unit_test(a_typed_home_needs_no_special_order),
		cmocka_unit_test(a_script_collects_lines_and_applies_them_as_one),
		cmocka_unit_test(a_script_needs_no_configure_terminal),
		cmocka_unit_test(a_line_that_is_not_configuration_applies_what_was_collected),
		cmocka_unit_test(a_batch_that_fails_is_dropped_whole),
		cmocka_unit_test(a_failed_batch_keeps_the_line_behind_it_from_running),
		cmocka_unit_test(a_change_by_somebody_else_meanwhile_is_not_undone),
		cmocka_unit_test(check_applies_and_saves_nothing),
		cmocka_unit_test(do_runs_a_command_of_exec_and_stays),
		cmocka_unit_test(set_is_one_flat_line_of_configuration),
		cmocka_unit_test(a_flat_line_that_fails_changes_nothing),
		cmocka_unit_test(flat_lines_of_a_script_are_collected_too),
		cmocka_unit_test(saving_waits_and_says_ok),
		cmocka_unit_test(a_show_can_be_json),
		cmocka_unit_test(a_file_for_the_output_is_told_to_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
