/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of bindings (`ip nat log translations`): which device had which public port, and when.
 * As JSON, one object a line, it is appended to a file; as text it goes to the system log.
 *
 * Neither makes the router wait. The file is written by a worker thread, a batch at a time, and
 * what comes meanwhile is kept up to a bound; the system log gets datagrams, and those it has no
 * room for are dropped. What is lost, for want of room or because the disk is full, is counted, and
 * the next record that gets through says how much it was.
 *
 * A file that was moved away is made anew for the next batch, so rotation needs no signal.
 */
#ifndef CMD_VIPROUTERD_BINDING_LOG_H
#define CMD_VIPROUTERD_BINDING_LOG_H

#include "cmd/viprouterd/loop.h"
#include "core/config.h"
#include "core/event.h"

struct binding_log;

/** Where records go; borrowed for life. */
struct binding_log_paths {
	const char *json;   /* the file; made with mode 0640 when a record comes */
	const char *syslog; /* the socket of the system log */
};

/** Opens nothing yet. Return: NULL: no memory. */
struct binding_log *binding_log_new(uv_loop_t *loop, const struct binding_log_paths *paths);
/** Only while idle. */
void binding_log_free(struct binding_log *log);

/**
 * binding_log_add() - take a record
 * @places: enum nat_log, by enum nat_log_sink: what goes where
 * @wall_ms: milliseconds since 1970 UTC
 */
void binding_log_add(struct binding_log *log, const uint8_t places[NAT_LOG_COUNT],
		     const struct event_nat *record, int64_t wall_ms);

/** Whether nothing waits to be written. */
bool binding_log_idle(const struct binding_log *log);

/** Length of a line of the system log, with its NUL. */
enum { BINDING_TEXT_SIZE = 192 };
/** "%NAT-6-NAT_CREATED: udp 192.168.1.100:5000 is 203.0.113.10:5000". @lost: records before it. */
void binding_text(const struct event_nat *record, uint64_t lost, char text[BINDING_TEXT_SIZE]);

/**
 * binding_json() - a record as an object, in one line without its newline
 * {time: RFC 3339, event: "create"|"delete", kind: "mapping"|"block"|"session", proto: "tcp"|"udp"|
 * "icmp"|null (all), inside_local, inside_local_port|null, inside_global, inside_global_port,
 * inside_global_port_last, lost}; a session has outside_global, outside_global_port|null too.
 * ICMP's ports are its query identifier. Return: malloc'd; NULL: no memory.
 */
char *binding_json(const struct event_nat *record, uint64_t lost, int64_t wall_ms);

#endif
