/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A world without router or kernel: effects are counted, and end when the test says so. Types a
 * line into a session, ending what it waits for at once, and keeps what it printed.
 */
#ifndef TESTS_CLI_FAKE_WORLD_H
#define TESTS_CLI_FAKE_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/session.h"

struct fake_world {
	struct world world;
	struct world_effects effects;
	struct config running;
	struct config applying; /* what the effect under way would make the running one */
	unsigned int applied;	/* how many times apply was asked for */
	unsigned int saved;
	int refuse;	    /* apply answers this at once */
	int fail;	    /* apply ends with this … */
	const char *reason; /* … and this message */
	struct session *session;
	struct buffer out; /* what the last line printed */
};

static inline int fake_apply(void *context, struct session *session, const struct config *candidate)
{
	struct fake_world *fake = context;

	(void)session;
	fake->applied++;
	if (fake->refuse)
		return fake->refuse;
	return config_copy(&fake->applying, candidate);
}

static inline int fake_save(void *context, struct session *session, const char *text)
{
	struct fake_world *fake = context;

	(void)session;
	(void)text;
	fake->saved++;
	return 0;
}

static inline char *fake_read_startup(void *context)
{
	(void)context;
	return NULL;
}

static inline int fake_erase_startup(void *context)
{
	(void)context;
	return -ENOENT;
}

static inline json_t *fake_namespaces(void *context)
{
	(void)context;
	return json_pack("[s,s]", "laptop", "phone");
}

/* There is no router. */
static inline int fake_trace(void *context, const struct trace_packet *packet, struct trace *trace)
{
	(void)context;
	(void)packet;
	(void)trace;
	return -ENOENT;
}

static inline void fake_init(struct fake_world *fake, enum session_flags flags)
{
	memset(fake, 0, sizeof(*fake));
	config_init(&fake->running);
	config_init(&fake->applying);
	fake->effects = (struct world_effects){
		.apply = fake_apply,
		.save_startup = fake_save,
		.read_startup = fake_read_startup,
		.namespaces = fake_namespaces,
		.erase_startup = fake_erase_startup,
		.trace = fake_trace,
	};
	fake->world = (struct world){.running = &fake->running,
				     .instance = "home",
				     .version = "test",
				     .effects = &fake->effects,
				     .context = fake};
	fake->session = session_new(&fake->world, flags);
	assert_non_null(fake->session);
}

static inline void fake_fini(struct fake_world *fake)
{
	session_free(fake->session);
	config_fini(&fake->running);
	config_fini(&fake->applying);
	buffer_free(&fake->out);
}

/** Ends effects and takes output until nothing is due. */
static inline enum session_status fake_settle(struct fake_world *fake, enum session_status status)
{
	while (status == SESSION_WAIT || status == SESSION_MORE) {
		if (status == SESSION_MORE) {
			status = session_more(fake->session, &fake->out);
			continue;
		}
		if (fake->fail == 0 && fake->applied > 0)
			config_copy(&fake->running, &fake->applying);
		status = session_resume(fake->session, fake->fail, fake->reason, &fake->out);
	}
	return status;
}

static inline enum session_status fake_type(struct fake_world *fake, const char *line)
{
	buffer_clear(&fake->out);
	return fake_settle(fake, session_run(fake->session, line, &fake->out));
}

static inline enum session_status fake_commit(struct fake_world *fake)
{
	buffer_clear(&fake->out);
	return fake_settle(fake, session_commit(fake->session, &fake->out));
}

static inline void fake_expect(struct fake_world *fake, const char *line,
			       enum session_status status, const char *out)
{
	enum session_status got = fake_type(fake, line);

	assert_string_equal(buffer_text(&fake->out), out);
	assert_int_equal(got, status);
}

static inline void fake_expect_prompt(struct fake_world *fake, const char *prompt)
{
	struct buffer text = {0};

	session_prompt(fake->session, &text);
	assert_string_equal(buffer_text(&text), prompt);
	buffer_free(&text);
}

/** What `?` says at the end of @line, into `out`. */
static inline const char *fake_help(struct fake_world *fake, const char *line)
{
	buffer_clear(&fake->out);
	session_help(fake->session, line, &fake->out);
	return buffer_text(&fake->out);
}

/** TAB's words at the end of @line, parted by blanks, into `out`. */
static inline const char *fake_complete(struct fake_world *fake, const char *line)
{
	json_t *words = session_complete(fake->session, line), *word;
	size_t index;

	buffer_clear(&fake->out);
	json_array_foreach (words, index, word)
		buffer_printf(&fake->out, "%s%s", index ? " " : "", json_string_value(word));
	json_decref(words);
	return buffer_text(&fake->out);
}

#endif
