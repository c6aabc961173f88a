/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration commands share: finding the thing a sub-mode edits, judging addresses,
 * and writing values in IOS's form.
 */
#ifndef CLI_MODES_SETTING_H
#define CLI_MODES_SETTING_H

#include "cli/buffer.h"
#include "cli/command.h"
#include "core/config.h"

/** The interface whose sub-mode the session is in; NULL: it is gone, and call_fail() said so. */
struct config_interface *setting_interface(struct call *call);
/** The pool whose sub-mode the session is in; NULL: it is gone, and call_fail() said so. */
struct config_dhcp_pool *setting_pool(struct call *call);

/** Memory ran out. Return: CALL_FAILED. */
enum call_status setting_no_memory(struct call *call);

/**
 * setting_check_host() - whether an address may be that of one host
 * 0/8, 127/8, multicast and 240/4 may not (RFC 1122 s3.2.1.3, RFC 1112 s4).
 * Return: CALL_DONE; CALL_FAILED, having said so.
 */
enum call_status setting_check_host(struct call *call, ip4_t address);

/**
 * setting_check_host_in() - the same of an address with its network
 * The network's own address and its broadcast address are no host's, but in a /31 (RFC 3021) and
 * a /32 every address is.
 */
enum call_status setting_check_host_in(struct call *call, struct ip4_prefix prefix);

/** Whether a MAC address can be one station's. Return: CALL_DONE; CALL_FAILED, having said so. */
enum call_status setting_check_station(struct call *call, mac_t mac);

/**
 * setting_check_routed() - whether an interface has a layer 3 of its own: a port of a bridge has
 * none
 * @what: that it would have, for the error
 * Return: CALL_DONE; CALL_FAILED, having said so.
 */
enum call_status setting_check_routed(struct call *call, const struct config_interface *interface,
				      const char *what);
/** Whether no bit of the address lies outside the mask. */
bool setting_is_network(struct ip4_prefix prefix);

/** Sets @to (@size bytes) to @text, zeros after it, so that equal texts are equal bytes. */
void setting_set_text(char *to, size_t size, const char *text);

/** Index of @word in @words; the grammar lets no other word through. */
unsigned int setting_word_index(const char *word, const char *const *words, unsigned int count);

/** A list's name as access-list writes it: a number without leading zeros. */
const char *setting_list_name(const char *list);

/** "192.168.1.0 255.255.255.0" */
void setting_write_prefix(struct buffer *out, struct ip4_prefix prefix);
/** "0102.005e.1000.01" */
void setting_write_hex(struct buffer *out, const uint8_t *bytes, unsigned int len);
/** "vip HOME", "interface Tap9", "pool P" or "203.0.113.5" */
void setting_write_public(struct buffer *out, const struct config_public *public);
/** `vip <vip:vip>`, `interface <if:interface>`, `pool <pool:nat-pool>` or `<global:ip4>` of a path;
 * zero bytes but what was named. */
struct config_public setting_public(const struct call *call);

#endif
