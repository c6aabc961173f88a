/* SPDX-License-Identifier: BSD-2-Clause */
/* What NAT's rules are refused for, and the message of each fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/config.h"

static struct config_interface *interface(struct config *c, enum interface_kind kind, uint16_t n,
					  enum config_nat_side side)
{
	struct config_interface *i =
		config_interface_get(c, (struct interface_id){(uint8_t)kind, n});

	i->nat_side = (uint8_t)side;
	return i;
}

static void address(struct config_interface *i, ip4_t at, uint8_t len)
{
	i->addresses[i->address_count++] = (struct ip4_prefix){at, len};
}

static void pool(struct config *c, const char *name, ip4_t start, ip4_t end, uint8_t len)
{
	struct config_nat_pool *p = config_nat_pool_get(c, name);

	p->start = start;
	p->end = end;
	p->len = len;
}

static struct config_nat_source *use(struct config *c, const char *list, const char *name)
{
	struct config_nat_source source = {.public = {.kind = CONFIG_PUBLIC_POOL},
					   .overload = true};

	snprintf(source.list, sizeof(source.list), "%s", list);
	snprintf(source.public.pool, sizeof(source.public.pool), "%s", name);
	assert_int_equal(config_nat_source_add(c, &source), 0);
	vec_each (&c->nat.sources, added) {
		if (strcmp(added->list, list) == 0 && strcmp(added->public.pool, name) == 0)
			return added;
	}
	return NULL;
}

static void forward_to(struct config *c, ip4_t global)
{
	struct config_nat_static rule = {
		.proto = 6,
		.local = IP4(192, 168, 1, 10),
		.local_port = 80,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = global},
		.global_port = 80,
	};

	assert_int_equal(config_nat_static_add(c, &rule), 0);
}

/* Tap1 inside 192.168.1.1/24; Tap9 outside 203.0.113.2/24, its peer 203.0.113.1, and VIP HOME
 * 203.0.113.10; pool P 203.0.113.20 to .29, which list 1 uses; a route by 203.0.113.3. */
static void good_home(struct config *c)
{
	struct config_route r = {.next_hop = IP4(203, 0, 113, 3), .distance = 1};
	struct config_interface *i;
	struct config_vip *vip;

	config_init(c);
	address(interface(c, INTERFACE_TAP, 1, CONFIG_NAT_INSIDE), IP4(192, 168, 1, 1), 24);
	i = interface(c, INTERFACE_TAP, 9, CONFIG_NAT_OUTSIDE);
	address(i, IP4(203, 0, 113, 2), 24);
	i->peer_addresses[i->peer_address_count++] = (struct ip4_prefix){IP4(203, 0, 113, 1), 24};
	vip = config_vip_get(c, "HOME");
	vip->address = IP4(203, 0, 113, 10);
	vip->interface = i->id;
	assert_int_equal(config_route_add(c, &r), 0);
	pool(c, "P", IP4(203, 0, 113, 20), IP4(203, 0, 113, 29), 24);
	use(c, "1", "P");
}

/* ---- faults ----------------------------------------------------------------------------- */

static void pool_missing(struct config *c)
{
	config_nat_pool_remove(c, "P");
}

static void pool_shared_and_not(struct config *c)
{
	use(c, "2", "P")->overload = false;
}

static void pool_one_to_one_mapped(struct config *c)
{
	c->nat.sources.at[0].overload = false;
	c->nat.sources.at[0].has_mapping = true;
	c->nat.sources.at[0].mapping = NAT_ADDRESS_DEPENDENT;
}

static void pool_upside_down(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 29), IP4(203, 0, 113, 20), 24);
}

static void pool_mask_contradicts(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 20), IP4(203, 0, 113, 40), 28);
}

static void pool_too_large(struct config *c)
{
	pool(c, "Q", IP4(198, 51, 100, 0), IP4(198, 51, 101, 0), 16);
}

static void pools_overlap(struct config *c)
{
	pool(c, "Q", IP4(203, 0, 113, 29), IP4(203, 0, 113, 40), 24);
}

static void pool_outside(struct config *c)
{
	pool(c, "P", IP4(198, 51, 100, 1), IP4(198, 51, 100, 9), 24);
}

static void pool_half_outside(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 200), IP4(203, 0, 114, 9), 16);
}

static void pool_without_outside(struct config *c)
{
	interface(c, INTERFACE_TAP, 9, CONFIG_NAT_NONE);
}

static void pool_without_network(struct config *c)
{
	interface(c, INTERFACE_TAP, 9, CONFIG_NAT_OUTSIDE)->address_count = 0;
	config_vip_remove(c, "HOME");
}

static void pool_has_own(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 2), IP4(203, 0, 113, 2), 24);
}

static void pool_has_peer(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 1), IP4(203, 0, 113, 1), 24);
}

static void pool_has_vip(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 5), IP4(203, 0, 113, 15), 24);
}

static void pool_has_next_hop(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 3), IP4(203, 0, 113, 4), 24);
}

static void pool_has_network(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 0), IP4(203, 0, 113, 0), 24);
}

static void pool_has_broadcast(struct config *c)
{
	pool(c, "P", IP4(203, 0, 113, 200), IP4(203, 0, 113, 255), 24);
}

static void global_outside(struct config *c)
{
	forward_to(c, IP4(198, 51, 100, 1));
}

static void global_is_peer(struct config *c)
{
	forward_to(c, IP4(203, 0, 113, 1));
}

static const struct {
	void (*spoil)(struct config *c);
	const char *text;
} faults[] = {
	{pool_missing, "ip nat inside source list 1: there is no pool P; make it by ip nat pool P"},
	{pool_shared_and_not,
	 "ip nat inside source list 2 pool P: one list cannot share addresses (overload) that "
	 "another gives to one device each, as ip nat inside source list 1 says otherwise"},
	{pool_one_to_one_mapped,
	 "ip nat inside source list 1 pool P: a device that has an address to itself keeps its "
	 "ports whoever it talks to; leave the mapping out, or add overload"},
	{pool_upside_down,
	 "ip nat pool P: its start, 203.0.113.29, is above its end, 203.0.113.20"},
	{pool_mask_contradicts, "ip nat pool P: 203.0.113.20 and 203.0.113.40 are not in one /28 "
				"network; a shorter mask holds both"},
	{pool_too_large, "ip nat pool Q: 198.51.100.0 to 198.51.101.0 are 257 addresses, and a "
			 "pool has at most 256"},
	{pools_overlap, "ip nat pool Q: 203.0.113.29 to 203.0.113.40 overlaps with pool P"},
	{pool_outside,
	 "ip nat pool P: 198.51.100.1 lies outside interface Tap9's network 203.0.113.0/24"},
	{pool_half_outside,
	 "ip nat pool P: 203.0.114.9 lies outside interface Tap9's network 203.0.113.0/24"},
	{pool_without_outside, "ip nat pool P: no interface is outside, so none holds "
			       "203.0.113.20; mark one by ip nat outside"},
	{pool_without_network,
	 "ip nat pool P: interface Tap9 has no address, so it cannot hold 203.0.113.20"},
	{pool_has_own, "ip nat pool P: 203.0.113.2 is the address of interface Tap9"},
	{pool_has_peer, "ip nat pool P: 203.0.113.1 is the peer's address on interface Tap9"},
	{pool_has_vip, "ip nat pool P: 203.0.113.10 is the address of VIP HOME"},
	{pool_has_next_hop, "ip nat pool P: 203.0.113.3 is the next hop of ip route 0.0.0.0/0"},
	{pool_has_network,
	 "ip nat pool P: 203.0.113.0 is interface Tap9's network itself, no address"},
	{pool_has_broadcast,
	 "ip nat pool P: 203.0.113.255 is the broadcast address of interface Tap9"},
	{global_outside, "ip nat inside source static tcp 192.168.1.10 80: 198.51.100.1 lies "
			 "outside interface Tap9's network 203.0.113.0/24"},
	{global_is_peer, "ip nat inside source static tcp 192.168.1.10 80: 203.0.113.1 is the "
			 "peer's address on interface Tap9"},
};

static void every_fault_is_refused_and_names_both_sides(void **state)
{
	struct config_error error;
	struct config c;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(faults); i++) {
		good_home(&c);
		if (config_check(&c, &error) != 0)
			fail_msg("refused: %s", error.text);
		faults[i].spoil(&c);
		if (config_check(&c, &error) != -EINVAL)
			fail_msg("not refused: %s", faults[i].text);
		assert_string_equal(error.text, faults[i].text);
		config_fini(&c);
	}
}

static void what_only_looks_like_a_fault_is_taken(void **state)
{
	struct config_error error;
	struct config c;

	(void)state;
	good_home(&c);
	pool(&c, "Q", IP4(10, 9, 9, 0), IP4(10, 9, 9, 255), 24); /* in nobody's use */
	use(&c, "2", "P");
	forward_to(&c, IP4(203, 0, 113, 2)); /* the interface's own address */
	forward_to(&c, IP4(203, 0, 113, 10));
	forward_to(&c, IP4(203, 0, 113, 77));
	if (config_check(&c, &error) != 0)
		fail_msg("refused: %s", error.text);
	/* a Tun has no network that an address could lie outside of */
	interface(&c, INTERFACE_TUN, 1, CONFIG_NAT_OUTSIDE);
	use(&c, "3", "Q");
	forward_to(&c, IP4(198, 51, 100, 1));
	if (config_check(&c, &error) != 0)
		fail_msg("refused: %s", error.text);
	config_fini(&c);
}

static void u7_overlapping_networks_of_inside_and_outside_are_refused(void **state)
{
	struct config_error error;
	struct config c;

	(void)state;
	good_home(&c);
	address(interface(&c, INTERFACE_TAP, 1, CONFIG_NAT_INSIDE), IP4(203, 0, 113, 129), 25);
	assert_int_equal(config_check(&c, &error), -EINVAL);
	assert_string_equal(error.text, "interface Tap9: 203.0.113.2/24 overlaps with Tap1 "
					"(203.0.113.129/25)");
	config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_is_refused_and_names_both_sides),
		cmocka_unit_test(what_only_looks_like_a_fault_is_taken),
		cmocka_unit_test(u7_overlapping_networks_of_inside_and_outside_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
