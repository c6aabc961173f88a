/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options and paths. Every path is made absolute here, once, because -d leaves the folder that it
 * was called in and SIGHUP reads the configuration again later.
 */
#include "cmd/viprouterd/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>
#include "cmd/viprouterd/version.h"
#include "core/event.h"

#define DEFAULT_NAME	  "home"
#define DEFAULT_STATE_DIR "/var/lib/viprouter"
#define DEFAULT_RUN_DIR	  "/run/viprouter"

enum { OPTION_CHECK = 256, OPTION_STATE_DIR, OPTION_RUN_DIR, OPTION_LOG_LEVEL };

static const struct option long_options[] = {
	{"name", required_argument, NULL, 'n'},
	{"config", required_argument, NULL, 'c'},
	{"daemon", no_argument, NULL, 'd'},
	{"check", no_argument, NULL, OPTION_CHECK},
	{"state-dir", required_argument, NULL, OPTION_STATE_DIR},
	{"run-dir", required_argument, NULL, OPTION_RUN_DIR},
	{"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const char usage[] =
	"Usage: viprouterd [-n NAME] [-c FILE] [-d] [--check] [--state-dir DIR] [--run-dir DIR]\n"
	"                  [--log-level LEVEL]\n"
	"A home router in user space: switch, DHCP, DNS and NAT behind one virtual IP.\n"
	"\n"
	"  -n, --name NAME    name of this router (default " DEFAULT_NAME ")\n"
	"  -c, --config FILE  start from FILE, not from the saved startup-config\n"
	"  -d, --daemon       return once the router forwards, and go on in the background\n"
	"      --check        say whether the configuration is correct, and start nothing\n"
	"      --state-dir D  what is kept: D/NAME/ (default " DEFAULT_STATE_DIR ")\n"
	"      --run-dir D    socket and lock: D/NAME.sock (default " DEFAULT_RUN_DIR ")\n"
	"      --log-level L  error, warning, notice or info (default notice)\n"
	"  -h, --help         this text\n"
	"  -V, --version      the version\n";

#define HINT "Try `viprouterd --help'.\n"

bool options_name_valid(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strlen(name);

	/* a leading dot or dash would hide the file, or look like an option */
	return len > 0 && len < 64 && strspn(name, allowed) == len && name[0] != '.' &&
	       name[0] != '-';
}

static int log_level_from_text(const char *text)
{
	static const struct {
		const char *name;
		int level;
	} levels[] = {
		{"error", EVENT_ERROR},	    {"errors", EVENT_ERROR},
		{"warning", EVENT_WARNING}, {"warnings", EVENT_WARNING},
		{"notice", EVENT_NOTICE},   {"notifications", EVENT_NOTICE},
		{"info", EVENT_INFO},	    {"informational", EVENT_INFO},
		{"3", EVENT_ERROR},	    {"4", EVENT_WARNING},
		{"5", EVENT_NOTICE},	    {"6", EVENT_INFO},
	};

	for (size_t i = 0; i < ARRAY_COUNT(levels); i++)
		if (strcmp(text, levels[i].name) == 0)
			return levels[i].level;
	return -EINVAL;
}

/** "DIR/FILE" with the folder we are in before it when DIR is relative. NULL: no memory. */
static char *path_make(const char *dir, const char *file)
{
	char here[PATH_MAX] = "";
	char *path = NULL;
	int len;

	if (dir[0] != '/' && !getcwd(here, sizeof(here)))
		return NULL;
	len = asprintf(&path, "%s%s%s%s%s", here, here[0] ? "/" : "", dir, file[0] ? "/" : "",
		       file);
	return len < 0 ? NULL : path;
}

static char *path_make_named(const char *dir, const char *name, const char *ending)
{
	char file[96];

	snprintf(file, sizeof(file), "%s%s", name, ending);
	return path_make(dir, file);
}

static int make_paths(struct options *o, const char *config, const char *state, const char *run)
{
	o->run_dir = path_make(run, "");
	o->state_root = path_make(state, "");
	if (!o->run_dir || !o->state_root)
		return -ENOMEM;
	o->state_dir = path_make(o->state_root, o->name);
	if (!o->state_dir)
		return -ENOMEM;
	o->socket = path_make_named(o->run_dir, o->name, ".sock");
	o->socket_new = path_make_named(o->run_dir, o->name, ".sock.new");
	o->lock = path_make_named(o->run_dir, o->name, ".lock");
	o->ports = path_make_named(o->run_dir, o->name, ".ports");
	o->startup_config = path_make(o->state_dir, "startup-config");
	o->leases = path_make(o->state_dir, "leases");
	o->leases_new = path_make(o->state_dir, "leases.new");
	o->clients = path_make(o->state_dir, "dhcp-client");
	o->log = path_make(o->state_dir, "log");
	o->nat_log = path_make(o->state_dir, "nat.log");
	o->flash = path_make(o->state_dir, "flash");
	o->config = config ? path_make(config, "") : path_make(o->state_dir, "startup-config");
	o->config_given = config != NULL;
	if (!o->socket || !o->socket_new || !o->lock || !o->ports || !o->startup_config ||
	    !o->leases || !o->leases_new || !o->clients || !o->log || !o->nat_log || !o->flash ||
	    !o->config)
		return -ENOMEM;
	return 0;
}

/** Return: -1 to go on, or the exit status. */
static int check_values(const struct options *o)
{
	struct sockaddr_un address;

	if (strlen(o->socket_new) >= sizeof(address.sun_path)) {
		fprintf(stderr, "viprouterd: \"%s\" is too long for the name of a socket\n",
			o->socket);
		return 1;
	}
	return -1;
}

static int wrong_usage(const char *message, const char *value)
{
	fprintf(stderr, "viprouterd: %s \"%s\"\n" HINT, message, value);
	return 2;
}

int options_parse(struct options *options, int argc, char **argv)
{
	const char *config = NULL, *state = DEFAULT_STATE_DIR, *run = DEFAULT_RUN_DIR;
	int letter;

	memset(options, 0, sizeof(*options));
	options->name = DEFAULT_NAME;
	options->log_level = EVENT_NOTICE;
	optind = 0; /* start afresh, also when a test parses twice */
	while ((letter = getopt_long(argc, argv, "n:c:dhV", long_options, NULL)) != -1) {
		switch (letter) {
		case 'n': options->name = optarg; break;
		case 'c': config = optarg; break;
		case 'd': options->daemonize = true; break;
		case OPTION_CHECK: options->check = true; break;
		case OPTION_STATE_DIR: state = optarg; break;
		case OPTION_RUN_DIR: run = optarg; break;
		case OPTION_LOG_LEVEL:
			options->log_level = log_level_from_text(optarg);
			if (options->log_level < 0)
				return wrong_usage("no such log level:", optarg);
			break;
		case 'h': fputs(usage, stdout); return 0;
		case 'V': puts("viprouterd " VIPROUTERD_VERSION); return 0;
		default: fputs(HINT, stderr); return 2;
		}
	}
	if (optind < argc)
		return wrong_usage("unexpected argument", argv[optind]);
	if (!options_name_valid(options->name))
		return wrong_usage("not a name for a router (letters, digits, . _ -):",
				   options->name);
	if (config && !config[0])
		return wrong_usage("not a file name:", config);
	if (make_paths(options, config, state, run) < 0) {
		fprintf(stderr, "viprouterd: cannot build its paths\n");
		return 1;
	}
	return check_values(options);
}

void options_fini(struct options *o)
{
	char **paths[] = {&o->config,	      &o->run_dir,    &o->state_root, &o->state_dir,
			  &o->socket,	      &o->socket_new, &o->lock,	      &o->ports,
			  &o->startup_config, &o->leases,     &o->leases_new, &o->log,
			  &o->nat_log,	      &o->clients,    &o->flash};

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		free(*paths[i]);
		*paths[i] = NULL;
	}
}
