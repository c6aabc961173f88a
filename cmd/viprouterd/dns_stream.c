/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client's connection. It ends when its client has ended it and all is answered; when for a while
 * neither a query came nor an answer went; when a query is longer than any may be; and when its
 * client does not take what is sent.
 *
 * The handle is closed at once, the memory goes when both handles are. What fails while an answer
 * is handed in is closed by the loop: who answers is not told of an end in the midst of it.
 */
#include "cmd/viprouterd/dns_stream.h"

#include "cmd/viprouterd/host.h"

enum { LENGTH_SIZE = 2 };

struct dns_stream {
	uv_tcp_t tcp;
	uv_timer_t idle;
	const struct dns_stream_user *user;
	uint32_t way;
	struct endpoint peer;
	unsigned int handles; /* not yet closed */
	unsigned int pending; /* queries without an answer */
	bool ended;	      /* the client sends no more */
	bool failed;	      /* it is closed when the loop runs on */
	bool closing;
	size_t len;
	uint8_t in[LENGTH_SIZE + DNS_QUERY_MAX];
};

struct outgoing {
	uv_write_t request;
	uint8_t *bytes;
};

static void handle_closed(uv_handle_t *handle)
{
	struct dns_stream *stream = handle->data;

	if (--stream->handles == 0)
		free(stream);
}

void dns_stream_close(struct dns_stream *stream)
{
	if (stream->closing)
		return;
	stream->closing = true;
	stream->user->gone(stream->user->context, stream);
	uv_close((uv_handle_t *)&stream->tcp, handle_closed);
	uv_close((uv_handle_t *)&stream->idle, handle_closed);
}

static void idle_passed(uv_timer_t *timer)
{
	dns_stream_close(timer->data);
}

static void not_idle(struct dns_stream *stream)
{
	if (!stream->failed)
		uv_timer_start(&stream->idle, idle_passed, DNS_STREAM_IDLE_S * 1000, 0);
}

static void close_soon(struct dns_stream *stream)
{
	stream->failed = true;
	uv_read_stop((uv_stream_t *)&stream->tcp);
	uv_timer_start(&stream->idle, idle_passed, 0, 0);
}

/* Ends a connection on which nothing is to be expected. */
static void close_if_done(struct dns_stream *stream)
{
	if (stream->ended && stream->pending == 0 &&
	    uv_stream_get_write_queue_size((uv_stream_t *)&stream->tcp) == 0)
		dns_stream_close(stream);
}

/* ---- in --------------------------------------------------------------------------------- */

static void make_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct dns_stream *stream = handle->data;

	(void)suggested;
	*buffer = uv_buf_init((char *)stream->in + stream->len,
			      (unsigned int)(sizeof(stream->in) - stream->len));
}

/* Hands on what is whole. */
static void take_queries(struct dns_stream *stream)
{
	size_t at = 0;

	while (!stream->closing && !stream->failed && stream->len - at >= LENGTH_SIZE) {
		size_t len = (size_t)(stream->in[at] << 8 | stream->in[at + 1]);

		if (len > DNS_QUERY_MAX) {
			dns_stream_close(stream);
			return;
		}
		if (stream->len - at - LENGTH_SIZE < len)
			break;
		stream->pending++;
		not_idle(stream);
		stream->user->query(stream->user->context, stream, stream->in + at + LENGTH_SIZE,
				    len);
		at += LENGTH_SIZE + len;
	}
	stream->len -= at;
	memmove(stream->in, stream->in + at, stream->len);
}

static void came(uv_stream_t *tcp, ssize_t count, const uv_buf_t *buffer)
{
	struct dns_stream *stream = tcp->data;

	(void)buffer;
	if (count == UV_EOF) {
		stream->ended = true;
		uv_read_stop(tcp);
		close_if_done(stream);
	} else if (count < 0) {
		dns_stream_close(stream);
	} else {
		stream->len += (size_t)count;
		take_queries(stream);
	}
}

/* ---- out -------------------------------------------------------------------------------- */

uint8_t *dns_stream_frame(const uint8_t *bytes, size_t len)
{
	uint8_t *frame = malloc(LENGTH_SIZE + len);

	if (!frame)
		return NULL;
	frame[0] = (uint8_t)(len >> 8);
	frame[1] = (uint8_t)len;
	memcpy(frame + LENGTH_SIZE, bytes, len);
	return frame;
}

static void sent(uv_write_t *request, int status)
{
	struct outgoing *out = CONTAINER_OF(request, struct outgoing, request);
	struct dns_stream *stream = request->handle->data;

	free(out->bytes);
	free(out);
	if (status < 0)
		dns_stream_close(stream);
	else
		close_if_done(stream);
}

void dns_stream_send(struct dns_stream *stream, const uint8_t *bytes, size_t len)
{
	struct outgoing *out;
	uv_buf_t buffer;

	if (stream->closing || stream->failed)
		return;
	if (stream->pending > 0)
		stream->pending--;
	not_idle(stream);
	out = calloc(1, sizeof(*out));
	if (out)
		out->bytes = dns_stream_frame(bytes, len);
	buffer = uv_buf_init(out ? (char *)out->bytes : NULL, (unsigned int)(LENGTH_SIZE + len));
	if (!buffer.base ||
	    uv_stream_get_write_queue_size((uv_stream_t *)&stream->tcp) > DNS_STREAM_UNREAD_MAX ||
	    uv_write(&out->request, (uv_stream_t *)&stream->tcp, &buffer, 1, sent) < 0) {
		if (out)
			free(out->bytes);
		free(out);
		close_soon(stream);
	}
}

/* ---- coming ----------------------------------------------------------------------------- */

struct dns_stream *dns_stream_accept(uv_stream_t *listener, uint32_t way,
				     const struct dns_stream_user *user)
{
	struct dns_stream *stream = calloc(1, sizeof(*stream));
	struct sockaddr_in peer = {0};
	int len = sizeof(peer);

	if (!stream)
		return NULL;
	stream->user = user;
	stream->way = way;
	stream->handles = 2;
	stream->tcp.data = stream->idle.data = stream;
	uv_timer_init(listener->loop, &stream->idle);
	uv_tcp_init(listener->loop, &stream->tcp);
	if (uv_accept(listener, (uv_stream_t *)&stream->tcp) < 0 ||
	    uv_tcp_getpeername(&stream->tcp, (struct sockaddr *)&peer, &len) < 0) {
		stream->closing = true;
		uv_close((uv_handle_t *)&stream->tcp, handle_closed);
		uv_close((uv_handle_t *)&stream->idle, handle_closed);
		return NULL;
	}
	stream->peer = host_endpoint(&peer);
	return stream;
}

void dns_stream_start(struct dns_stream *stream)
{
	not_idle(stream);
	if (uv_read_start((uv_stream_t *)&stream->tcp, make_room, came) < 0)
		dns_stream_close(stream);
}

uint32_t dns_stream_way(const struct dns_stream *stream)
{
	return stream->way;
}

struct endpoint dns_stream_peer(const struct dns_stream *stream)
{
	return stream->peer;
}
