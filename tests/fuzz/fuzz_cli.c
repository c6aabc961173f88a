/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any lines typed into a session, on the real command table and a real router without ports.
 *
 * The first byte of the input holds the session's flags. Then come lines: one that begins with `?`
 * asks for help at the end of what follows, one that begins with `@` for completion, any other is
 * run. Must hold: nothing crashes, JSON sessions answer in JSON, what is completed is text, and the
 * configuration that comes of it all reads back as itself.
 */
#include <stdio.h>

#include "cli/session.h"
#include "core/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 200, PIECES_MAX = 10000 };

struct fuzz {
	struct world world;
	struct config applying;
	struct session *session;
	struct buffer out;
	enum { EFFECT_NONE, EFFECT_APPLY, EFFECT_SAVE } effect;
	char *startup;
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static int fuzz_apply(void *context, struct session *session, const struct config *candidate)
{
	struct fuzz *fuzz = context;

	require(session == fuzz->session && fuzz->effect == EFFECT_NONE);
	fuzz->effect = EFFECT_APPLY;
	return config_copy(&fuzz->applying, candidate);
}

static int fuzz_save(void *context, struct session *session, const char *text)
{
	struct fuzz *fuzz = context;

	require(session == fuzz->session && fuzz->effect == EFFECT_NONE);
	fuzz->effect = EFFECT_SAVE;
	free(fuzz->startup);
	fuzz->startup = strdup(text);
	return 0;
}

static char *fuzz_read_startup(void *context)
{
	struct fuzz *fuzz = context;

	return fuzz->startup ? strdup(fuzz->startup) : NULL;
}

static json_t *fuzz_namespaces(void *context)
{
	(void)context;
	return json_pack("[s,s]", "laptop", "tv");
}

static int fuzz_erase(void *context)
{
	struct fuzz *fuzz = context;

	free(fuzz->startup);
	fuzz->startup = NULL;
	return 0;
}

static int fuzz_trace(void *context, const struct trace_packet *packet, struct trace *trace)
{
	struct fuzz *fuzz = context;

	return router_probe(fuzz->world.router, packet, trace, fuzz->world.now);
}

static const struct world_effects fuzz_effects = {
	.apply = fuzz_apply,
	.save_startup = fuzz_save,
	.read_startup = fuzz_read_startup,
	.namespaces = fuzz_namespaces,
	.erase_startup = fuzz_erase,
	.trace = fuzz_trace,
};

/** Ends the effect under way, well. */
static enum session_status fuzz_resume(struct fuzz *fuzz)
{
	struct world *world = &fuzz->world;

	require(fuzz->effect != EFFECT_NONE);
	if (fuzz->effect == EFFECT_APPLY) {
		require(router_apply(world->router, &fuzz->applying, world->now) == 0);
		world->running = router_config(world->router);
	}
	fuzz->effect = EFFECT_NONE;
	return session_resume(fuzz->session, 0, NULL, &fuzz->out);
}

/** Whether the output is JSON documents, one behind the other; or none. */
static bool fuzz_is_json(const struct buffer *out)
{
	const char *at = buffer_text(out);

	while (at[strspn(at, " \n")]) {
		json_error_t error;
		json_t *value = json_loads(at, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);

		if (!value)
			return false;
		json_decref(value);
		at += error.position;
	}
	return true;
}

static void fuzz_settle(struct fuzz *fuzz, enum session_status status, bool json)
{
	unsigned int pieces = 0;

	for (;;) {
		if (status == SESSION_WAIT)
			status = fuzz_resume(fuzz);
		else if (status == SESSION_MORE && pieces++ < PIECES_MAX)
			status = session_more(fuzz->session, &fuzz->out);
		else
			break;
	}
	require(status != SESSION_MORE && fuzz->effect == EFFECT_NONE);
	require(!json || fuzz_is_json(&fuzz->out));
	buffer_clear(&fuzz->out);
}

static void fuzz_line(struct fuzz *fuzz, const char *line, bool json)
{
	json_t *words, *word;
	size_t index;

	if (line[0] == '?') {
		session_help(fuzz->session, line + 1, &fuzz->out);
		buffer_clear(&fuzz->out);
	} else if (line[0] == '@') {
		words = session_complete(fuzz->session, line + 1);
		json_array_foreach (words, index, word)
			require(json_is_string(word));
		json_decref(words);
	} else {
		fuzz_settle(fuzz, session_run(fuzz->session, line, &fuzz->out), json);
		session_prompt(fuzz->session, &fuzz->out);
		buffer_clear(&fuzz->out);
	}
}

static void fuzz_read_back(const struct fuzz *fuzz)
{
	struct config_read_error error;
	struct config config;
	struct buffer text = {0};

	config_init(&config);
	running_config_write(&text, fuzz->world.running);
	require(running_config_read(buffer_text(&text), &config, &error) == 0);
	require(config_equal(&config, fuzz->world.running));
	config_fini(&config);
	buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {0};
	struct fuzz fuzz = {0};
	enum session_flags flags = size ? data[0] & 15 : 0;
	char *text;

	if (size == 0)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	config_init(&fuzz.applying);
	fuzz.world = (struct world){.router = router_new(&key, "home"),
				    .instance = "home",
				    .version = "0",
				    .now = {1000},
				    .effects = &fuzz_effects,
				    .context = &fuzz};
	require(text && fuzz.world.router);
	fuzz.world.running = router_config(fuzz.world.router);
	fuzz.session = session_new(&fuzz.world, flags);
	require(fuzz.session != NULL);
	char *at = text;

	for (unsigned int i = 0; i < LINES_MAX && at; i++)
		fuzz_line(&fuzz, strsep(&at, "\n"), flags & SESSION_JSON);
	fuzz_settle(&fuzz, session_commit(fuzz.session, &fuzz.out), flags & SESSION_JSON);
	fuzz_read_back(&fuzz);
	session_free(fuzz.session);
	router_free(fuzz.world.router);
	config_fini(&fuzz.applying);
	buffer_free(&fuzz.out);
	free(fuzz.startup);
	free(text);
	return 0;
}
