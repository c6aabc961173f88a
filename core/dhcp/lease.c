/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a lease record's fields mean in words.
 *
 * A host name comes from a stranger and ends in shows, logs and files: nothing but letters, digits,
 * '-' and '.' (RFC 952's set) is let through, so that no reader has anything to escape. Names in
 * other scripts are not supported: what is outside the set becomes one '-'.
 */
#include "core/dhcp/lease.h"

static const char *const state_names[] = {
	[DHCP_LEASE_FREE] = "FREE",	  [DHCP_LEASE_OFFERED] = "OFFERED",
	[DHCP_LEASE_BOUND] = "BOUND",	  [DHCP_LEASE_RELEASED] = "RELEASED",
	[DHCP_LEASE_EXPIRED] = "EXPIRED", [DHCP_LEASE_DECLINED] = "DECLINED",
};

static_assert(ARRAY_COUNT(state_names) == DHCP_LEASE_STATE_COUNT, "a lease state without a name");

const char *dhcp_lease_state_name(unsigned int state)
{
	return state < ARRAY_COUNT(state_names) ? state_names[state] : "?";
}

/* Not isalnum(): that asks the locale. */
static bool is_letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void dhcp_lease_clean_hostname(const uint8_t *text, size_t len, char *out)
{
	char separator = 0; /* written before the next letter, so that none leads or trails */
	size_t n = 0;

	for (size_t i = 0; i < len && text[i] != 0; i++) {
		if (!is_letter_or_digit(text[i])) {
			if (n > 0 && separator != '.')
				separator = text[i] == '.' ? '.' : '-';
			continue;
		}
		if (n + (separator ? 2 : 1) >= DHCP_HOSTNAME_SIZE)
			break;
		if (separator)
			out[n++] = separator;
		separator = 0;
		out[n++] = (char)text[i];
	}
	out[n] = '\0';
}
