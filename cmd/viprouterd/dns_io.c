/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A listener is a UDP and a TCP socket at one address. Its number, and a connection's, is never
 * used again, so a reply to who is gone finds nobody. Tries are in a list, found by their exchange:
 * there are a few, 256 at most.
 *
 * What has handles is freed when the last of them is closed; listeners and tries are counted until
 * then, and after dns_io_close() the last one takes the whole along.
 */
#include "cmd/viprouterd/dns_io.h"

#include <netinet/in.h>
#include "cmd/viprouterd/dns_stream.h"
#include "cmd/viprouterd/host.h"
#include "cmd/viprouterd/log.h"
#include "core/text.h"

enum { BACKLOG = 64, LENGTH_SIZE = 2 };

struct listener {
	uv_udp_t udp;
	uv_tcp_t tcp;
	struct dns_io *io;
	ip4_t address;
	uint32_t way;
	unsigned int handles;
};

/** A try at a name server. */
struct attempt {
	union {
		uv_handle_t handle;
		uv_udp_t udp;
		uv_tcp_t tcp;
		uv_stream_t stream;
	};
	struct dns_io *io;
	struct attempt *next;
	uint32_t exchange;
	ip4_t server;
	bool is_stream;
	bool lent; /* `source` is to be given back */
	struct endpoint source;
	/* of a stream */
	uv_connect_t connect;
	uv_write_t write;
	uint8_t *out; /* owned */
	size_t out_len;
	uint8_t *in; /* DNS_MESSAGE_MAX and its length; owned */
	size_t in_len;
};

struct dns_io {
	uv_loop_t *loop;
	struct host *host;
	uint16_t port;
	struct dns_io_user user;
	struct dns_stream_user stream_user;
	bool closing;
	unsigned int alive; /* listeners and attempts that hold handles */
	uint32_t ways;	    /* numbers given out */
	unsigned int listener_count, stream_count;
	uint64_t streams_refused;
	struct listener *listeners[DNS_LISTENERS_MAX];
	struct dns_stream *streams[DNS_STREAMS_MAX];
	struct attempt *attempts;
	VEC(ip4_t) troubled; /* addresses that could not be had, and were told */
	uint8_t datagram[DNS_MESSAGE_MAX + 1];
};

static void free_if_gone(struct dns_io *io)
{
	if (!io->closing || io->alive > 0)
		return;
	vec_free(&io->troubled);
	free(io);
}

static void datagram_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer,
			  struct dns_io *io)
{
	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init((char *)io->datagram, sizeof(io->datagram));
}

/* ---- clients by TCP --------------------------------------------------------------------- */

static void stream_query(void *context, struct dns_stream *stream, const uint8_t *bytes, size_t len)
{
	struct dns_io *io = context;
	struct endpoint peer = dns_stream_peer(stream);
	struct dns_client client = {
		.address = peer.address,
		.port = peer.port,
		.stream = true,
		.way = dns_stream_way(stream),
	};

	io->user.query(io->user.context, &client, bytes, len);
}

static void stream_gone(void *context, struct dns_stream *stream)
{
	struct dns_io *io = context;
	unsigned int i = 0;

	while (i < io->stream_count && io->streams[i] != stream)
		i++;
	if (i == io->stream_count)
		return;
	io->streams[i] = io->streams[--io->stream_count];
	if (!io->closing)
		io->user.gone(io->user.context, dns_stream_way(stream));
}

static bool has_too_many(const struct dns_io *io, ip4_t address)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < io->stream_count; i++)
		count += ip4_equal(dns_stream_peer(io->streams[i]).address, address);
	return io->stream_count == DNS_STREAMS_MAX || count >= DNS_STREAMS_CLIENT_MAX;
}

static void connection(uv_stream_t *tcp, int status)
{
	struct listener *l = tcp->data;
	struct dns_io *io = l->io;
	struct dns_stream *stream;

	if (status < 0)
		return;
	stream = dns_stream_accept(tcp, ++io->ways, &io->stream_user);
	if (!stream)
		return;
	if (has_too_many(io, dns_stream_peer(stream).address)) {
		io->streams_refused++;
		dns_stream_close(stream);
		return;
	}
	io->streams[io->stream_count++] = stream;
	dns_stream_start(stream);
}

/* ---- listeners -------------------------------------------------------------------------- */

static void listener_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct listener *l = handle->data;

	datagram_room(handle, suggested, buffer, l->io);
}

static void datagram(uv_udp_t *udp, ssize_t count, const uv_buf_t *buffer,
		     const struct sockaddr *from, unsigned int flags)
{
	struct listener *l = udp->data;
	struct endpoint peer;
	struct dns_client client;

	if (count < 0 || !from || from->sa_family != AF_INET || (flags & UV_UDP_PARTIAL))
		return;
	peer = host_endpoint((const struct sockaddr_in *)from);
	client = (struct dns_client){.address = peer.address, .port = peer.port, .way = l->way};
	l->io->user.query(l->io->user.context, &client, (const uint8_t *)buffer->base,
			  (size_t)count);
}

static void listener_closed(uv_handle_t *handle)
{
	struct listener *l = handle->data;
	struct dns_io *io = l->io;

	if (--l->handles > 0)
		return;
	free(l);
	io->alive--;
	free_if_gone(io);
}

static void listener_close(struct listener *l)
{
	uv_close((uv_handle_t *)&l->udp, listener_closed);
	uv_close((uv_handle_t *)&l->tcp, listener_closed);
}

/* Return: 0; -errno. */
static int listener_open(struct listener *l)
{
	struct sockaddr_in at = host_sockaddr(l->address, l->io->port);
	int ret = uv_udp_bind(&l->udp, (const struct sockaddr *)&at, 0);

	if (ret == 0)
		ret = uv_udp_recv_start(&l->udp, listener_room, datagram);
	if (ret == 0)
		ret = uv_tcp_bind(&l->tcp, (const struct sockaddr *)&at, 0);
	if (ret == 0)
		ret = uv_listen((uv_stream_t *)&l->tcp, BACKLOG, connection);
	return ret;
}

static struct listener *listener_new(struct dns_io *io, ip4_t address, int *error)
{
	struct listener *l = calloc(1, sizeof(*l));

	*error = -ENOMEM;
	if (!l)
		return NULL;
	l->io = io;
	l->address = address;
	l->way = ++io->ways;
	l->handles = 2;
	l->udp.data = l->tcp.data = l;
	uv_udp_init(io->loop, &l->udp);
	uv_tcp_init(io->loop, &l->tcp);
	io->alive++;
	*error = listener_open(l);
	if (*error == 0)
		return l;
	listener_close(l);
	return NULL;
}

static bool is_listening(const struct dns_io *io, ip4_t address)
{
	for (unsigned int i = 0; i < io->listener_count; i++)
		if (ip4_equal(io->listeners[i]->address, address))
			return true;
	return false;
}

static void tell_trouble(struct dns_io *io, ip4_t address, int error)
{
	char text[IP4_TEXT_SIZE];
	ip4_t *told;

	if (ip4_is_among(address, io->troubled.at, io->troubled.count))
		return;
	log_line(EVENT_ERROR, "DNS", "LISTEN", "No names are served at %s, port %u: %s",
		 ip4_to_text(address, text), io->port, uv_strerror(error));
	told = vec_push(&io->troubled);
	if (told)
		*told = address;
}

void dns_io_listen(struct dns_io *io, const ip4_t *addresses, unsigned int count)
{
	for (unsigned int i = io->listener_count; i-- > 0;) {
		if (ip4_is_among(io->listeners[i]->address, addresses, count))
			continue;
		listener_close(io->listeners[i]);
		io->listeners[i] = io->listeners[--io->listener_count];
	}
	for (unsigned int i = 0; i < count && io->listener_count < DNS_LISTENERS_MAX; i++) {
		struct listener *l;
		int error;

		if (is_listening(io, addresses[i]))
			continue;
		l = listener_new(io, addresses[i], &error);
		if (l)
			io->listeners[io->listener_count++] = l;
		else
			tell_trouble(io, addresses[i], error);
	}
}

/* ---- replies ---------------------------------------------------------------------------- */

static void reply_by_udp(struct dns_io *io, const struct dns_client *client, const uint8_t *bytes,
			 size_t len)
{
	struct sockaddr_in to = host_sockaddr(client->address, client->port);
	uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned int)len);

	for (unsigned int i = 0; i < io->listener_count; i++) {
		if (io->listeners[i]->way != client->way)
			continue;
		/* what the kernel has no room for is lost, as datagrams are */
		uv_udp_try_send(&io->listeners[i]->udp, &buffer, 1, (const struct sockaddr *)&to);
		return;
	}
}

void dns_io_reply(struct dns_io *io, const struct dns_client *client, const uint8_t *bytes,
		  size_t len)
{
	if (!client->stream) {
		reply_by_udp(io, client, bytes, len);
		return;
	}
	for (unsigned int i = 0; i < io->stream_count; i++) {
		if (dns_stream_way(io->streams[i]) != client->way)
			continue;
		dns_stream_send(io->streams[i], bytes, len);
		return;
	}
}

/* ---- name servers ----------------------------------------------------------------------- */

static void attempt_closed(uv_handle_t *handle)
{
	struct attempt *a = handle->data;
	struct dns_io *io = a->io;

	if (a->lent)
		host_return(io->host, a->is_stream ? IPPROTO_TCP : IPPROTO_UDP, &a->source);
	free(a->out);
	free(a->in);
	free(a);
	io->alive--;
	free_if_gone(io);
}

static void attempt_close(struct attempt *a)
{
	struct attempt **link = &a->io->attempts;

	while (*link && *link != a)
		link = &(*link)->next;
	if (*link)
		*link = a->next;
	uv_close(&a->handle, attempt_closed);
}

static bool is_over(const struct attempt *a)
{
	return uv_is_closing(&a->handle);
}

static void attempt_failed(struct attempt *a)
{
	if (!is_over(a))
		a->io->user.failed(a->io->user.context, a->exchange);
}

static void answer_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct attempt *a = handle->data;

	datagram_room(handle, suggested, buffer, a->io);
}

static void answer_datagram(uv_udp_t *udp, ssize_t count, const uv_buf_t *buffer,
			    const struct sockaddr *from, unsigned int flags)
{
	struct attempt *a = udp->data;

	if (count < 0)
		attempt_failed(a);
	else if (from && from->sa_family == AF_INET && !(flags & UV_UDP_PARTIAL))
		a->io->user.answer(a->io->user.context, a->exchange,
				   host_endpoint((const struct sockaddr_in *)from),
				   (const uint8_t *)buffer->base, (size_t)count);
}

static int ask_by_udp(struct attempt *a, const struct dns_asked *asked)
{
	struct sockaddr_in to = host_sockaddr(asked->server, DNS_PORT);
	uv_buf_t buffer = uv_buf_init((char *)asked->bytes, asked->len);
	int ret = host_udp(a->io->host, &a->udp, asked->server, &a->source);

	a->lent = ret == 0;
	if (ret == 0)
		ret = uv_udp_connect(&a->udp, (const struct sockaddr *)&to);
	if (ret == 0)
		ret = uv_udp_recv_start(&a->udp, answer_room, answer_datagram);
	if (ret == 0)
		ret = uv_udp_try_send(&a->udp, &buffer, 1, NULL);
	return MIN(ret, 0);
}

/* ---- name servers by TCP ---------------------------------------------------------------- */

static void stream_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct attempt *a = handle->data;

	(void)suggested;
	*buffer = uv_buf_init((char *)a->in + a->in_len,
			      (unsigned int)(LENGTH_SIZE + DNS_MESSAGE_MAX - a->in_len));
}

static void stream_came(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct attempt *a = stream->data;
	size_t len;

	(void)buffer;
	if (count < 0) {
		attempt_failed(a);
		return;
	}
	a->in_len += (size_t)count;
	len = (size_t)(a->in[0] << 8 | a->in[1]);
	if (a->in_len < LENGTH_SIZE || a->in_len < LENGTH_SIZE + len)
		return;
	a->io->user.answer(a->io->user.context, a->exchange, (struct endpoint){a->server, DNS_PORT},
			   a->in + LENGTH_SIZE, len);
}

static void question_sent(uv_write_t *request, int status)
{
	if (status < 0)
		attempt_failed(request->handle->data);
}

static void connected(uv_connect_t *request, int status)
{
	struct attempt *a = request->handle->data;
	uv_buf_t buffer = uv_buf_init((char *)a->out, (unsigned int)a->out_len);

	if (is_over(a))
		return;
	if (status < 0 || uv_write(&a->write, &a->stream, &buffer, 1, question_sent) < 0 ||
	    uv_read_start(&a->stream, stream_room, stream_came) < 0)
		attempt_failed(a);
}

static int ask_by_stream(struct attempt *a, const struct dns_asked *asked)
{
	struct sockaddr_in to = host_sockaddr(asked->server, DNS_PORT);
	int ret;

	a->out = dns_stream_frame(asked->bytes, asked->len);
	a->out_len = LENGTH_SIZE + asked->len;
	a->in = calloc(1, LENGTH_SIZE + DNS_MESSAGE_MAX);
	if (!a->out || !a->in)
		return -ENOMEM;
	ret = host_tcp(a->io->host, &a->tcp, asked->server, &a->source);
	a->lent = ret == 0;
	if (ret == 0)
		ret = uv_tcp_connect(&a->connect, &a->tcp, (const struct sockaddr *)&to, connected);
	return ret;
}

int dns_io_ask(struct dns_io *io, uint32_t exchange, const struct dns_asked *asked)
{
	struct attempt *a = calloc(1, sizeof(*a));
	int ret;

	if (!a)
		return -ENOMEM;
	a->io = io;
	a->exchange = exchange;
	a->server = asked->server;
	a->is_stream = asked->stream;
	ret = a->is_stream ? uv_tcp_init(io->loop, &a->tcp) : uv_udp_init(io->loop, &a->udp);
	if (ret < 0) {
		free(a);
		return ret;
	}
	a->handle.data = a;
	io->alive++;
	ret = a->is_stream ? ask_by_stream(a, asked) : ask_by_udp(a, asked);
	if (ret < 0) {
		attempt_close(a);
		return ret;
	}
	a->next = io->attempts;
	io->attempts = a;
	return 0;
}

void dns_io_end(struct dns_io *io, uint32_t exchange)
{
	for (struct attempt *a = io->attempts; a; a = a->next) {
		if (a->exchange != exchange)
			continue;
		attempt_close(a);
		return;
	}
}

/* ---- the whole -------------------------------------------------------------------------- */

struct dns_io *dns_io_new(uv_loop_t *loop, struct host *host, uint16_t port,
			  const struct dns_io_user *user)
{
	struct dns_io *io = calloc(1, sizeof(*io));

	if (!io)
		return NULL;
	io->loop = loop;
	io->host = host;
	io->port = port;
	io->user = *user;
	io->stream_user =
		(struct dns_stream_user){.context = io, .query = stream_query, .gone = stream_gone};
	return io;
}

void dns_io_close(struct dns_io *io)
{
	if (!io)
		return;
	io->closing = true;
	io->alive++; /* until all is begun to be closed */
	dns_io_listen(io, NULL, 0);
	while (io->stream_count > 0)
		dns_stream_close(io->streams[0]);
	while (io->attempts)
		attempt_close(io->attempts);
	io->alive--;
	free_if_gone(io);
}

void dns_io_stats(const struct dns_io *io, struct dns_io_stats *out)
{
	*out = (struct dns_io_stats){
		.listeners = io->listener_count,
		.streams = io->stream_count,
		.streams_refused = io->streams_refused,
	};
}
