/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with hosts outside under another address: that address must be nobody's, or the
 * inside could not tell the two apart.
 */
#include "core/config_check_outside.h"

#include <stdio.h>

#include "core/text.h"

/* What has an address of the router's: "interface Tap9" or "VIP HOME". */
struct holder {
	char text[CONFIG_NAME_SIZE + 16];
};

/* Whether the router itself has an address. */
static bool held_by_router(const struct config *config, ip4_t address, struct holder *holder)
{
	char name[INTERFACE_TEXT_SIZE];

	vec_each (&config->interfaces, interface) {
		for (unsigned int i = 0; i < interface->address_count; i++) {
			if (!ip4_equal(interface->addresses[i].address, address))
				continue;
			snprintf(holder->text, sizeof(holder->text), "interface %s",
				 interface_to_text(interface->id, name));
			return true;
		}
	}
	vec_each (&config->vips, vip) {
		if (ip4_equal(vip->address, address)) {
			snprintf(holder->text, sizeof(holder->text), "VIP %s", vip->name);
			return true;
		}
	}
	return false;
}

/* Why @local may not stand for a host outside, behind "LINE: "; "" it may. */
static void judge_local(const struct config *config, const struct config_nat_outside *rule,
			struct config_error *why)
{
	const struct config_interface *network = config_interface_for(config, rule->local);
	char local[IP4_TEXT_SIZE], global[IP4_TEXT_SIZE], name[INTERFACE_TEXT_SIZE];
	struct holder holder;

	why->text[0] = '\0';
	ip4_to_text(rule->local, local);
	ip4_to_text(rule->global, global);
	if (ip4_equal(rule->global, rule->local))
		snprintf(why->text, sizeof(why->text),
			 "the two are one address, so nothing would be translated");
	else if (held_by_router(config, rule->global, &holder))
		snprintf(why->text, sizeof(why->text),
			 "%s is the router's own, of %s, and no host outside", global, holder.text);
	else if (held_by_router(config, rule->local, &holder))
		snprintf(why->text, sizeof(why->text), "%s is the router's own, of %s", local,
			 holder.text);
	else if (network)
		snprintf(why->text, sizeof(why->text),
			 "%s lies in a network of interface %s, where a device may have it; choose "
			 "an address outside every network here",
			 local, interface_to_text(network->id, name));
	for (const struct config_nat_outside *other = config->nat.outside_statics.at;
	     !why->text[0] && other < rule; other++)
		if (ip4_equal(other->local, rule->local))
			snprintf(why->text, sizeof(why->text), "%s stands for %s already", local,
				 ip4_to_text(other->global, global));
}

int config_check_outside(const struct config *config, struct config_error *error)
{
	vec_each (&config->nat.outside_statics, rule) {
		char local[IP4_TEXT_SIZE], global[IP4_TEXT_SIZE];
		struct config_error why;

		judge_local(config, rule, &why);
		if (!why.text[0])
			continue;
		snprintf(error->text, sizeof(error->text),
			 "ip nat outside source static %s %s: %.200s",
			 ip4_to_text(rule->global, global), ip4_to_text(rule->local, local),
			 why.text);
		return -EINVAL;
	}
	return 0;
}
