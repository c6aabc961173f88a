/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS over TCP for clients (RFC 7766): each message behind two bytes of length, several queries on
 * a connection, answered as their answers come.
 */
#ifndef CMD_VIPROUTERD_DNS_STREAM_H
#define CMD_VIPROUTERD_DNS_STREAM_H

#include "cmd/viprouterd/loop.h"
#include "cmd/viprouterd/dns_io.h"

struct dns_stream;

/** @stream: a query is whole; @bytes are borrowed. */
struct dns_stream_user {
	void *context;
	void (*query)(void *context, struct dns_stream *stream, const uint8_t *bytes, size_t len);
	/* It ends, and is freed when the loop runs on. */
	void (*gone)(void *context, struct dns_stream *stream);
};

/**
 * dns_stream_accept() - take a connection of a listener in
 * @user: borrowed for life
 * Return: NULL: it could not be, and waits or is gone.
 */
struct dns_stream *dns_stream_accept(uv_stream_t *listener, uint32_t way,
				     const struct dns_stream_user *user);
/** Begins to read. */
void dns_stream_start(struct dns_stream *stream);
void dns_stream_close(struct dns_stream *stream);

/** Its number, and its other end. */
uint32_t dns_stream_way(const struct dns_stream *stream);
struct endpoint dns_stream_peer(const struct dns_stream *stream);

/** Sends an answer, a copy of it. If it cannot, gone() follows, but not from within this call. */
void dns_stream_send(struct dns_stream *stream, const uint8_t *bytes, size_t len);

/** A message with its length in front, malloc'd; NULL: no memory. */
uint8_t *dns_stream_frame(const uint8_t *bytes, size_t len);

#endif
