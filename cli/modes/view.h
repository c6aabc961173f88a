/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shows share. view_of_…() make the values of an answer: addresses and interfaces as
 * strings, absent things as null. The others read an answer back and lay it out as text; they take
 * any JSON, and give zero or "" for what is not there.
 */
#ifndef CLI_MODES_VIEW_H
#define CLI_MODES_VIEW_H

#include <jansson.h>
#include "cli/buffer.h"
#include "cli/command.h"
#include "core/drop.h"
#include "core/text.h"

/* ---- making an answer ------------------------------------------------------------------ */

/** How many items of a long array one piece holds: well under a millisecond of work. */
enum { VIEW_PIECE = 200 };

json_t *view_of_ip4(ip4_t a);
/** null for 0.0.0.0. */
json_t *view_of_ip4_or_null(ip4_t a);
/** "02:00:5e:10:00:01"; null for the zero MAC. */
json_t *view_of_mac(mac_t a);
json_t *view_of_interface(struct interface_id id);
/** null for ""; bytes that are not UTF-8 become question marks. */
json_t *view_of_text(const char *text);
/** {"address": …, "prefix_length": …} */
json_t *view_of_prefix(struct ip4_prefix prefix);
/** Those of an interface, the primary one first. */
json_t *view_of_addresses(const struct config_interface *interface);
/** Every reason with its count, in the order of DROP_LIST. @total: out, may be NULL. */
json_t *view_of_drops(const struct drop_counters *drops, uint64_t *total);
/** A text as an array of its lines. */
json_t *view_of_lines(const char *text);
/** The name that `ip host` gives a device, or that it gave the DHCP server; null. */
json_t *view_of_host(const struct call *call, ip4_t address);
/** The configuration in force, with what interfaces have learnt by DHCP. */
const struct config *view_live(const struct call *call);
/** The address that a word names: itself, or of the device of that name. Return: whether one does.
 */
bool view_device(const struct call *call, const char *word, ip4_t *address);
/** Adds @value, which it takes over, to @object. */
void view_set(json_t *object, const char *key, json_t *value);
void view_set_number(json_t *object, const char *key, uint64_t value);
/** "tcp", "udp", "icmp". Static. */
const char *view_proto_name(uint8_t proto);
/** The protocol a keyword names; 0: none, or NULL. */
uint8_t view_proto_of(const char *word);

/* ---- reading it back -------------------------------------------------------------------- */

/** "" when it is no string. */
const char *view_string(const json_t *object, const char *key);
long long view_number(const json_t *object, const char *key);
bool view_true(const json_t *object, const char *key);
bool view_is_null(const json_t *object, const char *key);

/* ---- text ------------------------------------------------------------------------------- */

enum { VIEW_TIME_SIZE = 32 };

/** Blanks up to @column of the line that began at @start, but one at least. */
void view_pad(struct buffer *out, size_t start, size_t column);
/** IOS's span: "00:01:13", "1d02h", "3w2d", "1y4w" into @text (VIEW_TIME_SIZE bytes). */
const char *view_span(long long seconds, char *text);
/** IOS's date in a lease, UTC: "Dec 14 2018 01:03 PM" into @text (VIEW_TIME_SIZE bytes). */
const char *view_date(long long wall_s, char *text);
/** The MAC under @key in Cisco's form into @text (MAC_TEXT_SIZE bytes); "" when it is none. */
const char *view_mac(const json_t *object, const char *key, char *text);

#endif
