/* SPDX-License-Identifier: BSD-2-Clause */
/* See interface_filter.h. A list that is named need not be there (yet), as in IOS. */
#include "cli/modes/interface_filter.h"

#include <ctype.h>

#include "cli/modes/setting.h"
#include "core/text.h"

enum call_status interface_filter_access_group(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	const struct arg *list = call_arg(call, "list");
	char *slot, name[INTERFACE_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	slot = strcmp(call_word(call, "way"), "in") == 0 ? interface->acl_in : interface->acl_out;
	interface_to_text(interface->id, name);
	if (call->no) {
		if (list && strcmp(slot, list->text) != 0)
			return call_fail(call, "\"show running-config\" lists them",
					 "interface %s: access list %s is not its %s list", name,
					 list->text, call_word(call, "way"));
		setting_set_text(slot, CONFIG_NAME_SIZE, "");
		return CALL_DONE;
	}
	if (setting_check_routed(call, interface, "access list") != CALL_DONE)
		return CALL_FAILED;
	if (config_acl_number_is_extended(list->text) < 0 && !isalpha((unsigned char)list->text[0]))
		return call_fail(call, "lists have the numbers 1-199 and 1300-2699, or a name",
				 "interface %s: no access list has the name %s", name, list->text);
	setting_set_text(slot, CONFIG_NAME_SIZE, list->text);
	return CALL_DONE;
}

enum call_status interface_filter_verify(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	if (call->no) {
		interface->verify = CONFIG_VERIFY_NONE;
		interface->verify_default = false;
		return CALL_DONE;
	}
	if (setting_check_routed(call, interface, "reverse path") != CALL_DONE)
		return CALL_FAILED;
	interface->verify =
		strcmp(call_word(call, "by"), "rx") == 0 ? CONFIG_VERIFY_RX : CONFIG_VERIFY_ANY;
	interface->verify_default = call_word(call, "allow-default") != NULL;
	return CALL_DONE;
}

enum call_status interface_filter_unreachables(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	if (call->no && !call->by_default &&
	    setting_check_routed(call, interface, "ICMP of its own") != CALL_DONE)
		return CALL_FAILED;
	interface->no_unreachables = call->no && !call->by_default;
	return CALL_DONE;
}

void interface_filter_write(struct buffer *out, const struct config_interface *interface)
{
	if (interface->acl_in[0])
		buffer_printf(out, " ip access-group %s in\n", interface->acl_in);
	if (interface->acl_out[0])
		buffer_printf(out, " ip access-group %s out\n", interface->acl_out);
	if (interface->verify != CONFIG_VERIFY_NONE)
		buffer_printf(out, " ip verify unicast source reachable-via %s%s\n",
			      interface->verify == CONFIG_VERIFY_RX ? "rx" : "any",
			      interface->verify_default ? " allow-default" : "");
	if (interface->no_unreachables)
		buffer_add(out, " no ip unreachables\n");
}
