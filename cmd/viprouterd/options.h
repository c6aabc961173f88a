/* SPDX-License-Identifier: BSD-2-Clause */
/* Command line of viprouterd, and the paths that follow from it. */
#ifndef CMD_VIPROUTERD_OPTIONS_H
#define CMD_VIPROUTERD_OPTIONS_H

#include "core/base.h"

struct options {
	const char *name; /* instance; letters, digits and "._-", at most 63 */
	bool daemonize;
	bool check;
	bool config_given; /* -c: `config` must exist */
	int log_level;	   /* enum event_severity: lines above it are not written */
	/* absolute paths; malloc'd */
	char *config; /* -c FILE, or startup-config */
	char *run_dir, *state_root, *state_dir;
	char *socket, *socket_new, *lock, *ports;		    /* in run_dir */
	char *startup_config, *leases, *leases_new, *log, *nat_log; /* in state_dir */
	char *clients;						    /* in state_dir */
	char *flash; /* the folder there, for files that configurations name */
};

/**
 * options_parse() - read the command line
 * Messages go to stdout (help, version) and stderr (mistakes).
 * Return: -1 to go on; else the exit status: 0, 1 or 2.
 */
int options_parse(struct options *options, int argc, char **argv);
void options_fini(struct options *options);

/** Whether @name may name an instance: it becomes part of file names and link aliases. */
bool options_name_valid(const char *name);

#endif
