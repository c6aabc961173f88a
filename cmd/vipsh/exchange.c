/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See exchange.h. Output that is no longer wanted - the pager was left, Ctrl-C, a file that cannot
 * be written - is stopped once at its source; what is still on its way is read and thrown away, so
 * that the next request finds the socket empty.
 */
#include "cmd/vipsh/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One exchange while it is under way. */
struct flow {
	struct client *client;
	const struct screen *screen;
	struct exchange *x;
	FILE *file;	/* of a redirection; NULL */
	char *path;	/* its name; owned */
	bool to_screen; /* false: to the file alone */
	bool stopped;	/* no more output is wanted */
};

static void add_error(struct exchange *x, const char *text, size_t len)
{
	char *grown = realloc(x->error, x->error_len + len + 1);

	x->failed = true;
	if (!grown)
		return;
	memcpy(grown + x->error_len, text, len);
	x->error = grown;
	x->error_len += len;
	x->error[x->error_len] = '\0';
}

static void stop(struct flow *flow)
{
	if (!flow->stopped)
		client_send_stop(flow->client); /* a lost connection shows at the next reply */
	flow->stopped = true;
}

static void file_failed(struct flow *flow, const char *path)
{
	char text[512];
	int len =
		snprintf(text, sizeof(text), "%% Cannot write %.400s: %s\n", path, strerror(errno));

	add_error(flow->x, text, (size_t)len);
	stop(flow);
}

static void open_file(struct flow *flow, const struct reply *reply)
{
	bool append = strcmp(reply->redirect_how, "append") == 0;

	flow->path = strdup(reply->redirect_file);
	flow->file = flow->path ? fopen(flow->path, append ? "ae" : "we") : NULL;
	flow->to_screen = strcmp(reply->redirect_how, "tee") == 0;
	if (!flow->file)
		file_failed(flow, reply->redirect_file);
}

static void close_file(struct flow *flow)
{
	bool bad = flow->file && ferror(flow->file);

	if (flow->file && fclose(flow->file) != 0)
		bad = true;
	flow->file = NULL;
	if (bad)
		file_failed(flow, flow->path);
	free(flow->path);
}

static void take_reply(struct flow *flow, const struct reply *reply)
{
	struct exchange *x = flow->x;

	if (reply->failed)
		add_error(x, reply->out, reply->out_len);
	else if (flow->screen->files && reply->redirect_how && reply->redirect_file && !flow->path)
		open_file(flow, reply);
	if (reply->prompt) {
		free(x->prompt);
		x->prompt = strdup(reply->prompt);
	}
	if (reply->page_lines >= 0)
		x->page_lines = reply->page_lines;
	x->quit |= reply->quit;
	x->watch = reply->watch;
	if (reply->failed || flow->stopped || reply->out_len == 0)
		return;
	if (flow->file && fwrite(reply->out, 1, reply->out_len, flow->file) != reply->out_len)
		stop(flow); /* close_file() says what is wrong */
	if (flow->to_screen &&
	    !flow->screen->write(flow->screen->context, reply->out, reply->out_len))
		stop(flow);
}

int exchange_finish(struct client *client, const struct screen *screen, struct exchange *x)
{
	struct flow flow = {.client = client, .screen = screen, .x = x, .to_screen = true};
	bool more = true;
	int error = 0;

	*x = (struct exchange){.page_lines = -1};
	while (more && !error) {
		struct reply reply;

		error = client_receive(client, &reply);
		if (!error) {
			take_reply(&flow, &reply);
			more = reply.more;
		} else if (error == -EINTR) {
			if (screen->interrupted(screen->context))
				stop(&flow);
			error = 0;
		}
		client_reply_free(&reply);
	}
	close_file(&flow);
	if (!x->error)
		x->error = strdup("");
	return error || x->error ? error : -ENOMEM;
}

void exchange_free(struct exchange *x)
{
	free(x->error);
	free(x->prompt);
	*x = (struct exchange){.page_lines = -1};
}
