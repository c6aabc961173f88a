/* SPDX-License-Identifier: BSD-2-Clause */
/* The index of long access lists, against comparing entry by entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ip/acl_tree.h"

static uint32_t random_state = 7;

static uint32_t draw(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % n;
}

static uint32_t draw_address(void)
{
	return 0x0a000000 | draw(4) << 16 | draw(6) << 8 | draw(32);
}

static struct config_ports draw_ports(void)
{
	struct config_ports ports = {.op = (uint8_t)draw(6)};

	if (ports.op != CONFIG_PORT_ANY)
		ports.first = (uint16_t)(draw(8) ? draw(40) : draw(2) * 65535);
	if (ports.op == CONFIG_PORT_RANGE)
		ports.last = (uint16_t)MIN(ports.first + draw(20), 65535u);
	return ports;
}

static struct config_acl_line draw_line(void)
{
	static const uint32_t wildcards[] = {0, 0, 0, 7, 0xff, 0xff00, 0x30005, UINT32_MAX};
	static const uint8_t protocols[] = {0, 1, 6, 17, 47};
	struct config_acl_line line = {.list = "101", .permit = draw(2)};

	line.wildcard.host = wildcards[draw(ARRAY_COUNT(wildcards))];
	line.address.host = draw_address() & ~line.wildcard.host;
	line.dst_care.host = ~wildcards[draw(ARRAY_COUNT(wildcards))];
	line.dst.host = draw_address() & line.dst_care.host;
	line.proto = protocols[draw(ARRAY_COUNT(protocols))];
	line.fragments = draw(8) == 0;
	if (line.fragments)
		return line;
	if (line.proto == 6 || line.proto == 17) {
		line.sport = draw_ports();
		line.dport = draw_ports();
	}
	line.established = line.proto == 6 && draw(4) == 0;
	if (line.proto == 1 && draw(2)) {
		line.icmp_match = CONFIG_ICMP_TYPE;
		line.icmp_type = (uint8_t)draw(12);
	}
	return line;
}

static struct acl_key draw_key(void)
{
	static const uint8_t protocols[] = {1, 6, 17, 47, 132};
	struct acl_key key = {
		.src = {draw_address()},
		.dst = {draw_address()},
		.proto = protocols[draw(ARRAY_COUNT(protocols))],
	};

	if (draw(8) == 0)
		key.fragment_offset = 1480;
	else if (key.proto == 1)
		key.icmp_type = (uint8_t)draw(12);
	else if (key.proto == 6 || key.proto == 17) {
		key.sport = (uint16_t)(draw(8) ? draw(45) : draw(65536));
		key.dport = (uint16_t)(draw(8) ? draw(45) : draw(65536));
		key.tcp_flags = (uint8_t)draw(64);
	}
	return key;
}

/* The same decision, whatever the list. */
static void the_index_finds_the_line_that_comes_first(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 60; round++) {
		struct acl_set set = {0}, plain = {0};
		struct config config;

		config_init(&config);
		for (uint32_t n = 1 + draw(300); n > 0; n--) {
			struct config_acl_line line = draw_line();

			assert_int_equal(config_acl_add(&config, &line), 0);
		}
		assert_int_equal(acl_set_compile(&set, &config, NULL), 0);
		assert_int_equal(acl_set_compile(&plain, &config, NULL), 0);
		plain.lists.at[0].tree = ACL_NO_TREE;
		for (unsigned int n = 0; n < 3000; n++) {
			struct acl_key key = draw_key();

			assert_int_equal(acl_look(&set, 0, &key).sequence,
					 acl_look(&plain, 0, &key).sequence);
		}
		acl_set_fini(&set);
		acl_set_fini(&plain);
		config_fini(&config);
	}
}

struct shape {
	unsigned int depth, largest;
};

static struct shape shape_of(const struct acl_set *set, uint32_t at)
{
	const struct acl_node *node = &set->nodes.at[at];
	struct shape low, high;

	if (node->kind == ACL_NODE_LEAF)
		return (struct shape){0, node->high};
	low = shape_of(set, node->low);
	high = shape_of(set, node->high);
	return (struct shape){1 + MAX(low.depth, high.depth), MAX(low.largest, high.largest)};
}

/* Compiles a list of @count lines, each by @fill. Return: how its tree looks. */
static struct shape shape_for(uint32_t count, void fill(struct config_acl_line *, uint32_t n))
{
	struct acl_set set = {0};
	struct config config;
	struct shape shape;

	config_init(&config);
	assert_non_null(config_acl_get(&config, "101", true));
	for (uint32_t n = 0; n < count; n++) { /* as config_acl_add() would, but in linear time */
		struct config_acl_line *line = vec_push(&config.acl_lines);

		assert_non_null(line);
		strcpy(line->list, "101");
		line->sequence = 10 * (n + 1);
		line->wildcard = IP4_BROADCAST;
		fill(line, n);
	}
	assert_int_equal(acl_set_compile(&set, &config, NULL), 0);
	assert_true(set.refs.count <= count * (ACL_TREE_REPEAT_MAX + 1));
	shape = shape_of(&set, set.lists.at[0].tree);
	acl_set_fini(&set);
	config_fini(&config);
	return shape;
}

static void host(struct config_acl_line *line, uint32_t n)
{
	line->address.host = 0x0a000000 + n * 7;
	line->wildcard = IP4_ANY;
}

static void network(struct config_acl_line *line, uint32_t n)
{
	line->dst.host = 0x0a000000 + (n << 8);
	line->dst_care = ip4_mask(24);
}

static void service(struct config_acl_line *line, uint32_t n)
{
	line->proto = n & 1 ? 6 : 17;
	line->dport = (struct config_ports){CONFIG_PORT_EQ, (uint16_t)(1 + n / 2), 0};
}

/* All the same but for what no question is about. */
static void anything(struct config_acl_line *line, uint32_t n)
{
	line->proto = 1;
	line->icmp_match = CONFIG_ICMP_TYPE;
	line->icmp_type = (uint8_t)n;
}

static void a_long_list_costs_the_logarithm_of_its_length(void **state)
{
	(void)state;
	struct shape shapes[] = {shape_for(4096, host), shape_for(4096, network),
				 shape_for(1024, service)};

	for (size_t i = 0; i < ARRAY_COUNT(shapes); i++) {
		assert_in_range(shapes[i].depth, 5, 24);
		assert_in_range(shapes[i].largest, 1, ACL_TREE_LEAF);
	}
}

static void a_list_that_cannot_be_parted_does_not_grow(void **state)
{
	struct shape shape = shape_for(200, anything);

	(void)state;
	assert_int_equal(shape.largest, 200);
	assert_in_range(shape.depth, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_index_finds_the_line_that_comes_first),
		cmocka_unit_test(a_long_list_costs_the_logarithm_of_its_length),
		cmocka_unit_test(a_list_that_cannot_be_parted_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
