/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters that the configuration gives by number, and replies that they make too long. */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10);

static void set_option(struct world *w, const char *pool, uint8_t code, const void *bytes,
		       size_t len)
{
	struct config_dhcp_option option = {.code = code, .form = CONFIG_OPTION_HEX};

	snprintf(option.pool, sizeof(option.pool), "%s", pool);
	option.len = (uint16_t)len;
	memcpy(option.bytes, bytes, len);
	assert_int_equal(config_option_add(&w->config, &option), 0);
}

/** An option of @len bytes, each @fill. */
static void fill_option(struct world *w, uint8_t code, uint8_t fill, size_t len)
{
	uint8_t bytes[CONFIG_DHCP_OPTION_MAX];

	memset(bytes, fill, len);
	set_option(w, "LAN", code, bytes, len);
}

static void discover_asking(struct world *w, const char *parameters, size_t len, uint16_t size)
{
	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(1),
					      .max_size = size,
					      .parameters = parameters,
					      .parameters_len = len}),
			 DHCP_OFFER);
}

static void assert_filled(const struct world *w, uint8_t code, uint8_t fill, size_t len)
{
	uint16_t there = 0;
	const uint8_t *bytes = dhcp_option(&w->answer, code, &there);

	assert_non_null(bytes);
	assert_int_equal(there, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(bytes[i], fill);
}

static void d13_an_option_of_the_configuration_comes_if_asked_for(void **state)
{
	struct world *w = *state;

	set_option(w, "LAN", 42, (uint8_t[]){192, 168, 1, 5}, 4);
	configure(w);
	discover_asking(w, "\x2a", 1, 0);
	assert_int_equal(option_u32(w, 42), IP4(192, 168, 1, 5).host);
	discover_asking(w, "\x03", 1, 0);
	assert_false(has_option(w, 42));
}

static void a_client_without_a_list_gets_all_that_is_configured(void **state)
{
	struct world *w = *state;

	set_option(w, "LAN", 150, (uint8_t[]){192, 168, 1, 5}, 4);
	configure(w);
	discover(w, mac_of(1));
	assert_int_equal(option_u32(w, 150), IP4(192, 168, 1, 5).host);
	assert_true(has_option(w, DHCP_OPT_ROUTER));
}

static void a_boot_server_and_file_are_told_in_fields_and_options(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *lan = config_pool_find(&w->config, "LAN");
	uint16_t len;

	lan->next_server = IP4(192, 168, 1, 5);
	snprintf(lan->bootfile, sizeof(lan->bootfile), "pxelinux.0");
	configure(w);
	discover_asking(w, "\x42\x43", 2, 0);
	assert_ip(w->answer.siaddr, IP4(192, 168, 1, 5));
	assert_string_equal((const char *)w->reply.bytes + DHCP_FILE_AT, "pxelinux.0");
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_TFTP_SERVER, &len), "192.168.1.5", 11);
	assert_int_equal(len, 11);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_BOOTFILE, &len), "pxelinux.0", 10);
	assert_int_equal(len, 10);
	/* a NAK has none of it */
	assert_int_equal(reboot(w, mac_of(1), IP4(10, 0, 0, 1)), DHCP_NAK);
	assert_ip(w->answer.siaddr, IP4_ANY);
	assert_int_equal(w->reply.bytes[DHCP_FILE_AT], 0);
}

static void a_reservation_has_its_own_options_and_its_pools(void **state)
{
	struct world *w = *state;

	add_host(w, "TV", IP4(192, 168, 1, 50), mac_of(1));
	set_option(w, "LAN", 42, (uint8_t[]){192, 168, 1, 5}, 4);
	set_option(w, "LAN", 150, (uint8_t[]){192, 168, 1, 6}, 4);
	set_option(w, "TV", 150, (uint8_t[]){192, 168, 1, 7}, 4);
	configure(w);
	discover_asking(w, "\x2a\x96", 2, 0);
	assert_int_equal(option_u32(w, 42), IP4(192, 168, 1, 5).host);
	assert_int_equal(option_u32(w, 150), IP4(192, 168, 1, 7).host);
}

static void an_option_that_is_set_goes_before_what_the_server_knows(void **state)
{
	struct world *w = *state;
	uint16_t len;

	set_option(w, "LAN", DHCP_OPT_INTERFACE_MTU, (uint8_t[]){5, 0}, 2);
	set_option(w, "LAN", DHCP_OPT_TFTP_SERVER, "boot", 4);
	config_pool_find(&w->config, "LAN")->next_server = IP4(192, 168, 1, 5);
	configure(w);
	discover_asking(w, "\x1a\x42", 2, 0);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_INTERFACE_MTU, &len), "\5\0", 2);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_TFTP_SERVER, &len), "boot", 4);
	assert_int_equal(len, 4);
}

static void d15_an_option_over_255_bytes_is_split(void **state)
{
	struct world *w = *state;

	fill_option(w, 200, 0xab, 300);
	configure(w);
	discover_asking(w, "\xc8", 1, 1400);
	assert_filled(w, 200, 0xab, 300);
}

static void d13_what_does_not_fit_goes_into_file_and_sname(void **state)
{
	struct world *w = *state;

	fill_option(w, 200, 1, 200);
	fill_option(w, 201, 2, 120);
	fill_option(w, 202, 3, 60);
	configure(w);
	discover_asking(w, "\xc8\xc9\xca\x03", 4, 0);
	assert_true(w->reply.len <= 576 - 28);
	assert_filled(w, 200, 1, 200);
	assert_filled(w, 201, 2, 120);
	assert_filled(w, 202, 3, 60);
	assert_true(has_option(w, DHCP_OPT_OVERLOAD));
	/* with room enough nothing is put there */
	discover_asking(w, "\xc8\xc9\xca\x03", 4, 1400);
	assert_false(has_option(w, DHCP_OPT_OVERLOAD));
	assert_filled(w, 202, 3, 60);
}

static void d13_a_boot_file_keeps_its_field(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *lan = config_pool_find(&w->config, "LAN");

	snprintf(lan->bootfile, sizeof(lan->bootfile), "pxelinux.0");
	fill_option(w, 200, 1, 220);
	fill_option(w, 201, 2, 60);
	configure(w);
	discover_asking(w, "\xc8\xc9", 2, 0);
	assert_string_equal((const char *)w->reply.bytes + DHCP_FILE_AT, "pxelinux.0");
	assert_filled(w, 200, 1, 220);
	assert_filled(w, 201, 2, 60);
	assert_int_equal(dhcp_option(&w->answer, DHCP_OPT_OVERLOAD, NULL)[0], DHCP_OVERLOAD_SNAME);
}

static void d13_routes_are_the_last_to_be_left_out(void **state)
{
	struct world *w = *state;

	fill_option(w, 200, 1, 230);
	fill_option(w, 201, 2, 120);
	fill_option(w, 202, 3, 60);
	fill_option(w, 203, 4, 100);
	fill_option(w, DHCP_OPT_CLASSLESS_ROUTES, 0, 20);
	configure(w);
	discover_asking(w, "\xc8\xc9\xca\xcb\x79\x03\x06", 7, 0);
	assert_true(w->reply.len <= 576 - 28);
	assert_true(has_option(w, DHCP_OPT_SUBNET_MASK));
	assert_true(has_option(w, DHCP_OPT_ROUTER));
	assert_true(has_option(w, DHCP_OPT_DNS));
	assert_filled(w, DHCP_OPT_CLASSLESS_ROUTES, 0, 20);
	assert_false(has_option(w, 203));
	assert_int_equal(w->answer.yiaddr.host, first.host);
}

static void d13_every_client_size_is_kept_to(void **state)
{
	struct world *w = *state;
	char all[254];

	for (unsigned int i = 0; i < sizeof(all); i++)
		all[i] = (char)(i + 1);
	for (unsigned int code = 200; code < 230; code++)
		fill_option(w, (uint8_t)code, (uint8_t)code, code);
	configure(w);
	for (uint16_t size = 576; size < 1500; size = (uint16_t)(size + 7)) {
		discover_asking(w, all, sizeof(all), size);
		assert_true(w->reply.len <= size - 28);
		for (unsigned int code = 200; code < 230; code++)
			if (has_option(w, (uint8_t)code))
				assert_filled(w, (uint8_t)code, (uint8_t)code, code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d13_an_option_of_the_configuration_comes_if_asked_for),
		WORLD_TEST(a_client_without_a_list_gets_all_that_is_configured),
		WORLD_TEST(a_boot_server_and_file_are_told_in_fields_and_options),
		WORLD_TEST(a_reservation_has_its_own_options_and_its_pools),
		WORLD_TEST(an_option_that_is_set_goes_before_what_the_server_knows),
		WORLD_TEST(d15_an_option_over_255_bytes_is_split),
		WORLD_TEST(d13_what_does_not_fit_goes_into_file_and_sname),
		WORLD_TEST(d13_a_boot_file_keeps_its_field),
		WORLD_TEST(d13_routes_are_the_last_to_be_left_out),
		WORLD_TEST(d13_every_client_size_is_kept_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
