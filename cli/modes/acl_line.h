/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of an access list: what its paths are made of, from what was typed to a value, and the
 * value in IOS's form. */
#ifndef CLI_MODES_ACL_LINE_H
#define CLI_MODES_ACL_LINE_H

#include "cli/buffer.h"
#include "cli/command.h"
#include "core/config.h"

#define ACL_LINE_SOURCE "{any|host <source:ip4>|<source:ip4> <wildcard:ip4>}"
#define ACL_LINE_DESTINATION                                                                       \
	"{any|host <destination:ip4>|<destination:ip4> <destination-wildcard:ip4>}"
#define ACL_LINE_SOURCE_PORT                                                                       \
	"[{source-is={eq|neq|lt|gt} <source-port:port>|range <source-first:port> "                 \
	"<source-last:port>}]"
#define ACL_LINE_DESTINATION_PORT                                                                  \
	"[{destination-is={eq|neq|lt|gt} <destination-port:port>|range <destination-first:port> "  \
	"<destination-last:port>}]"

/** Behind `permit` or `deny`: of a standard list, and the four forms of an extended one. */
#define ACL_LINE_STANDARD "{any|host <source:ip4>|<source:ip4> [<wildcard:ip4>]} [log]"
#define ACL_LINE_TCP                                                                               \
	"tcp " ACL_LINE_SOURCE " " ACL_LINE_SOURCE_PORT " " ACL_LINE_DESTINATION                   \
	" " ACL_LINE_DESTINATION_PORT " [established] [fragments] [log]"
#define ACL_LINE_UDP                                                                               \
	"udp " ACL_LINE_SOURCE " " ACL_LINE_SOURCE_PORT " " ACL_LINE_DESTINATION                   \
	" " ACL_LINE_DESTINATION_PORT " [fragments] [log]"
#define ACL_LINE_ICMP                                                                              \
	"icmp " ACL_LINE_SOURCE " " ACL_LINE_DESTINATION                                           \
	" [<message:icmp> [<code:0-255>]] [fragments] [log]"
#define ACL_LINE_OTHER                                                                                     \
	"{protocol={ip|ahp|eigrp|esp|gre|igmp|ipinip|nos|ospf|pcp|pim}|<protocol:0-255>} " ACL_LINE_SOURCE \
	" " ACL_LINE_DESTINATION " [fragments] [log]"

/** Whether the line that was typed is one of an extended list. */
bool acl_line_is_extended(const struct call *call);

/**
 * acl_line_read() - the entry that was typed, in its canonical form
 * @list: its list's name
 * Return: CALL_DONE; CALL_FAILED, having said so.
 */
enum call_status acl_line_read(struct call *call, const char *list, struct config_acl_line *line);

/** The remark that was typed. Return: CALL_DONE; CALL_FAILED, having said so. */
enum call_status acl_line_read_remark(struct call *call, const char *list,
				      struct config_acl_line *line);

/** "permit tcp any host 10.1.1.1 eq www log" or "remark …", without a line's end. */
void acl_line_write(struct buffer *out, const struct config_acl_line *line, bool extended);
/** What stands behind "permit" in `show access-lists`, from the blank on. */
void acl_line_write_shown(struct buffer *out, const struct config_acl_line *line, bool extended);

/** The operator as it is typed: "eq". @op: not CONFIG_PORT_ANY. */
const char *acl_line_op_name(enum config_port_op op);
/** Return: the operator; CONFIG_PORT_ANY: no such word. */
enum config_port_op acl_line_op_of(const char *word);

#endif
