/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public virtual IP, under a name: `ip vip NAME A.B.C.D interface IF`; with `dhcp` in place of
 * the address it is the one that the interface learns.
 *
 * Whether the interface exists and can hold the address is judged with the configuration as a
 * whole, so that in a script the two may stand in either order.
 */
#include "cli/modes/setting.h"
#include "core/text.h"

static enum call_status vip_remove(struct call *call, const char *name)
{
	struct config_vip *vip = config_vip_find(call->candidate, name);
	const struct arg *address = call_arg(call, "address");
	char text[IP4_TEXT_SIZE];

	if (!vip)
		return call_fail(call, "\"show vip\" lists them", "ip vip %s: there is none", name);
	if (address && !ip4_equal(vip->address, address->ip4))
		return call_fail(call, "the name alone is enough: no ip vip NAME",
				 "ip vip %s: its address is %s", name,
				 vip->dhcp ? "learnt by DHCP" : ip4_to_text(vip->address, text));
	if (call_word(call, "dhcp") && !vip->dhcp)
		return call_fail(call, "the name alone is enough: no ip vip NAME",
				 "ip vip %s: its address is %s, and not learnt", name,
				 ip4_to_text(vip->address, text));
	config_vip_remove(call->candidate, name);
	return CALL_DONE;
}

static enum call_status vip_set(struct call *call)
{
	const char *name = call_text(call, "name");
	struct config_vip *vip;
	const struct arg *typed = call_arg(call, "address");
	ip4_t address = typed ? typed->ip4 : IP4_ANY;

	if (call->no)
		return vip_remove(call, name);
	if (typed && setting_check_host(call, address) != CALL_DONE)
		return CALL_FAILED;
	vip = config_vip_get(call->candidate, name);
	if (!vip)
		return setting_no_memory(call);
	vip->dhcp = !typed;
	vip->address = address;
	vip->interface = call_interface(call, "if");
	return CALL_DONE;
}

static void vip_write(struct buffer *out, const struct config *config, enum config_section section)
{
	char address[IP4_TEXT_SIZE], interface[INTERFACE_TEXT_SIZE];

	if (section != SECTION_VIP)
		return;
	vec_each (&config->vips, vip) {
		buffer_printf(out, "ip vip %s %s interface %s\n", vip->name,
			      vip->dhcp ? "dhcp" : ip4_to_text(vip->address, address),
			      interface_to_text(vip->interface, interface));
	}
}

static const struct command vip_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip vip <name:vip> <address:ip4> interface <if:interface>",
		.no_path = "ip vip <name:vip> [<address:ip4> [interface <if:interface>]]",
		.help = "Define a public virtual address and the interface that holds it.",
		.section = SECTION_VIP,
		.example = "ip vip HOME 203.0.113.10 interface Tap9",
		.example_after = "interface Tap9\nip address 203.0.113.2 255.255.255.0",
		.run = vip_set,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip vip <name:vip> dhcp interface <if:interface>",
		.no_path = "ip vip <name:vip> dhcp [interface <if:interface>]",
		.help = "Let it be the address that the interface learns by \"ip address dhcp\".",
		.section = SECTION_VIP,
		.example = "ip vip HOME dhcp interface Tap9",
		.example_after = "interface Tap9\nip address dhcp",
		.run = vip_set,
	},
};

static const struct word_help vip_words[] = {
	{"ip vip", "Public virtual addresses"},
	{"ip vip <address>", "The public address"},
	{"ip vip dhcp", "The address that the interface learns"},
	{"ip vip interface", "The interface that holds the address"},
};

const struct command_family vip_family = {
	.title = "Public virtual addresses",
	.commands = vip_commands,
	.command_count = ARRAY_COUNT(vip_commands),
	.words = vip_words,
	.word_count = ARRAY_COUNT(vip_words),
	.write = vip_write,
};
