/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vipsh: the shell of viprouter. It finds the router's control socket and hands over to editor.c, a
 * person at a terminal, or to script.c, lines that nobody types. The language itself lives in the
 * router: this program knows no command.
 *
 * Licence: these sources are under the 2-clause BSD licence. They are linked with GNU readline,
 * which is under the GNU General Public License, version 3 or later; so the program vipsh as a
 * whole may be passed on under the terms of that licence.
 */
#include "cmd/vipsh/vipsh.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unreleased"
#endif

#define DEFAULT_NAME	"home"
#define DEFAULT_RUN_DIR "/run/viprouter"

enum {
	WAIT_MAX_S = 86400,
	OPTION_RUN_DIR = 256, /* long options without a letter */
	OPTION_JSON,
	OPTION_CHECK,
	OPTION_WAIT,
};

static const struct option long_options[] = {
	{"name", required_argument, NULL, 'n'},
	{"socket", required_argument, NULL, 's'},
	{"run-dir", required_argument, NULL, OPTION_RUN_DIR},
	{"command", required_argument, NULL, 'c'},
	{"file", required_argument, NULL, 'f'},
	{"keep-going", no_argument, NULL, 'k'},
	{"json", no_argument, NULL, OPTION_JSON},
	{"check", no_argument, NULL, OPTION_CHECK},
	{"wait", required_argument, NULL, OPTION_WAIT},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"Usage: vipsh [-n NAME | -s SOCKET] [--run-dir DIR] [-c LINE]... [-f FILE]\n"
	"             [--json] [--check] [-k] [--wait SECONDS]\n"
	"The shell of viprouterd: type commands, or let it read them.\n"
	"\n"
	"  -n, --name NAME     which router (default " DEFAULT_NAME ")\n"
	"  -s, --socket PATH   its control socket, in place of a name\n"
	"      --run-dir DIR   where the sockets are (default " DEFAULT_RUN_DIR ")\n"
	"  -c, --command LINE  carry out LINE; may be given again\n"
	"  -f, --file FILE     carry out the lines of FILE; - is standard input\n"
	"  -k, --keep-going    go on after a line that fails; the exit status still tells\n"
	"      --json          every show and every error is JSON\n"
	"      --check         say what would fail, and change nothing\n"
	"      --wait SECONDS  wait that long for the router to answer\n"
	"  -h, --help          this text\n"
	"  -V, --version       the version and the licence\n"
	"\n"
	"Exit status: 0; 1 a line failed; 2 no router answers, or wrong usage.\n";

static const char version[] =
	"vipsh " PACKAGE_VERSION "\n"
	"Its sources are under the 2-clause BSD licence. It is linked with GNU readline, so the\n"
	"program as a whole comes under the GNU General Public License, version 3 or later:\n"
	"you may change and pass it on; there is no warranty, as far as the law permits.\n";

int vipsh_lost(const struct client *client, int error)
{
	fprintf(stderr, "vipsh: %s: %s\n", client->socket_path,
		error == -EPIPE	   ? "the router has closed the connection"
		: error == -EPROTO ? "what answers there is not viprouterd"
				   : strerror(-error));
	return VIPSH_NO_ROUTER;
}

/* ---- options --------------------------------------------------------------------------- */

static int wrong_usage(const char *problem)
{
	fprintf(stderr, "vipsh: %s\nTry \"vipsh --help\".\n", problem);
	return VIPSH_NO_ROUTER;
}

static bool read_wait(const char *text, unsigned int *wait_s)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end != '\0' || text[0] < '0' || text[0] > '9' || value > WAIT_MAX_S)
		return false;
	*wait_s = (unsigned int)value;
	return true;
}

struct command_line {
	struct vipsh_options options;
	const char **lines; /* of -c; owned */
	const char *run_dir, *socket;
};

/** Takes in one option. Return: -1; or the exit status with which it ends the program. */
static int take_option(struct command_line *cl, int option, const char *value)
{
	struct vipsh_options *o = &cl->options;

	switch (option) {
	case 'n': o->name = value; break;
	case 's': cl->socket = value; break;
	case OPTION_RUN_DIR: cl->run_dir = value; break;
	case 'c': cl->lines[o->line_count++] = value; break;
	case 'f':
		if (o->file)
			return wrong_usage("-f may be given once");
		o->file = value;
		break;
	case 'k': o->keep_going = true; break;
	case OPTION_JSON: o->json = true; break;
	case OPTION_CHECK: o->check = true; break;
	case OPTION_WAIT:
		if (!read_wait(value, &o->wait_s))
			return wrong_usage("--wait takes a number of seconds, 0 to 86400");
		break;
	case 'h': fputs(usage, stdout); return VIPSH_OK;
	case 'V': fputs(version, stdout); return VIPSH_OK;
	default: return wrong_usage("wrong option");
	}
	return -1;
}

/** What contradicts itself in the whole; NULL: nothing. */
static const char *contradiction(const struct command_line *cl)
{
	const struct vipsh_options *o = &cl->options;

	if (o->name && cl->socket)
		return "-n and -s exclude each other";
	if (o->file && o->line_count > 0)
		return "-c and -f exclude each other";
	if (o->name && (o->name[0] == '\0' || o->name[0] == '.' || strchr(o->name, '/')))
		return "-n takes a name: no path, no leading dot";
	return NULL;
}

/** Return: -1 to go on, else the exit status. */
static int read_options(struct command_line *cl, int argc, char **argv)
{
	struct vipsh_options *o = &cl->options;
	int option, ended = -1;
	const char *problem;

	cl->run_dir = DEFAULT_RUN_DIR;
	cl->lines = calloc((size_t)argc, sizeof(*cl->lines));
	if (!cl->lines)
		return VIPSH_NO_ROUTER;
	o->lines = cl->lines;
	while (ended < 0 &&
	       (option = getopt_long(argc, argv, "n:s:c:f:khV", long_options, NULL)) != -1)
		ended = take_option(cl, option, optarg);
	if (ended >= 0)
		return ended;
	if (optind < argc)
		return wrong_usage("there are no arguments but options; a file goes behind -f");
	problem = contradiction(cl);
	if (problem)
		return wrong_usage(problem);
	if (cl->socket)
		o->socket_path = strdup(cl->socket);
	else if (asprintf(&o->socket_path, "%s/%s.sock", cl->run_dir,
			  o->name ? o->name : DEFAULT_NAME) < 0)
		o->socket_path = NULL;
	if (!o->name && !cl->socket)
		o->name = DEFAULT_NAME;
	return o->socket_path ? -1 : VIPSH_NO_ROUTER;
}

/* ---- reaching the router --------------------------------------------------------------- */

static int say_unreachable(const struct vipsh_options *options, int error)
{
	fprintf(stderr, "vipsh: no router answers at %s: %s\n", options->socket_path,
		strerror(-error));
	if (error == -EACCES || error == -EPERM)
		fprintf(stderr, "vipsh: root, the router's user and its group may use it\n");
	else if (options->name)
		fprintf(stderr, "vipsh: start it: viprouterd -d -n %s\n", options->name);
	else
		fprintf(stderr, "vipsh: start one with viprouterd -d\n");
	return VIPSH_NO_ROUTER;
}

/** Introduces itself. Return: 0 with *@greeting to be freed; or the exit status. */
static int greet(struct client *client, unsigned int flags, struct reply *greeting)
{
	int error;

	/* a router that refuses may have hung up already, and its reason waits to be read */
	client_send_hello(client, flags);
	error = client_receive(client, greeting);
	if (error)
		return vipsh_lost(client, error);
	if (greeting->failed) {
		fprintf(stderr, "vipsh: %s: the router refuses: %s\n", client->socket_path,
			greeting->out);
		return VIPSH_NO_ROUTER;
	}
	return VIPSH_OK;
}

static int run(struct client *client, const struct vipsh_options *options)
{
	bool script = options->line_count > 0 || options->file || !isatty(STDIN_FILENO);
	unsigned int flags = script ? CLIENT_SCRIPT : 0;
	struct reply greeting;
	int status, error;

	error = client_connect(client, options->socket_path, options->wait_s);
	if (error)
		return say_unreachable(options, error);
	flags |= options->json ? CLIENT_JSON : 0;
	flags |= options->check ? CLIENT_CHECK : 0;
	status = greet(client, flags, &greeting);
	if (status == VIPSH_OK && script)
		status = script_run(client, options);
	else if (status == VIPSH_OK)
		status = editor_run(client, greeting.prompt ? greeting.prompt : "#");
	client_reply_free(&greeting);
	return status;
}

int main(int argc, char **argv)
{
	struct command_line cl = {0};
	struct client client;
	int status;

	client_init(&client);
	status = read_options(&cl, argc, argv);
	if (status < 0)
		status = run(&client, &cl.options);
	client_fini(&client);
	free(cl.options.socket_path);
	free(cl.lines);
	return status;
}
