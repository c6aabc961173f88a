/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and interface names as people write them. All writers fill a caller's buffer. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/base.h"
#include "core/config.h"

#define IP4_TEXT_SIZE	    16
#define MAC_TEXT_SIZE	    18
#define INTERFACE_TEXT_SIZE 20

/** "192.168.1.1" into @text (IP4_TEXT_SIZE bytes). Return: @text. */
const char *ip4_to_text(ip4_t a, char *text);
/** Strict dotted quad. Return: 0; -EINVAL. */
int ip4_from_text(const char *text, ip4_t *a);

/** Prefix length of a contiguous mask. Return: 0 to 32; -EINVAL the mask has a hole. */
int ip4_mask_to_len(ip4_t mask);

/** Value of a hexadecimal digit; -1 for another character. */
int text_hex_digit(char c);
/** Two hexadecimal digits a byte, lower case, into @text (2 * @len + 1 bytes). Return: @text. */
const char *bytes_to_text(const uint8_t *bytes, size_t len, char *text);
/** Return: the number of bytes; -EINVAL not hexadecimal, or more than @room bytes. */
int bytes_from_text(const char *text, uint8_t *bytes, size_t room);

/** Cisco's form "0200.5e10.0001" into @text (MAC_TEXT_SIZE bytes). Return: @text. */
const char *mac_to_text(mac_t a, char *text);
/** "02:00:5e:10:00:01" into @text (MAC_TEXT_SIZE bytes). Return: @text. */
const char *mac_to_text_colons(mac_t a, char *text);
/** Accepts aabb.ccdd.eeff, aa:bb:cc:dd:ee:ff and aa-bb-cc-dd-ee-ff. Return: 0; -EINVAL. */
int mac_from_text(const char *text, mac_t *a);

/** "Tap1" into @text (INTERFACE_TEXT_SIZE bytes). Return: @text. */
const char *interface_to_text(struct interface_id id, char *text);
/** "Tap1", "tap 1" or an unambiguous abbreviation of the kind ("ta1"). Return: 0; -EINVAL. */
int interface_from_text(const char *text, struct interface_id *id);
/** The kind's full name: "Tap". Static. */
const char *interface_kind_name(enum interface_kind kind);

#endif
