/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main() for a fuzz target where there is no libFuzzer:
 *
 *     fuzz_NAME [-n COUNT] [-s SEED] PATH …
 *
 * Feeds every file, and every file below every folder given, to LLVMFuzzerTestOneInput(); then
 * COUNT inputs more, made from those by flipping, inserting, cutting, repeating and splicing. Which
 * ones depends on SEED and the corpus alone, so a failure comes again. The input that was running
 * when the program died is left in the file `crash-input` in the working folder, to be given as
 * PATH. Return: 0; 2 wrong usage or an unreadable PATH. It knows nothing of coverage.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* the sanitizers' run-time calls this instead of raising a signal; absent without them */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

enum {
	REPLAY_INPUT_MAX = 70000, /* bytes that an input may grow to: a full frame and its header */
	REPLAY_EDITS_MAX = 8,	  /* mutations heaped on one input */
	REPLAY_OPEN_FOLDERS = 16, /* descriptors that nftw() may hold */
};

struct input {
	uint8_t *bytes;
	size_t len;
	char *path;
};

static struct {
	struct input *at;
	size_t count;
} corpus;

/* the input that is running, for the callback that has no argument */
static struct input current;
static uint64_t random_state;

/* ---- reading the corpus ---------------------------------------------------------------- */

static bool corpus_add(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct input *grown = reallocarray(corpus.at, corpus.count + 1, sizeof(*corpus.at));
	struct input *input;
	bool good;

	if (!file || !grown) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	corpus.at = grown;
	input = &corpus.at[corpus.count];
	input->bytes = malloc(REPLAY_INPUT_MAX);
	input->path = strdup(path);
	input->len = input->bytes ? fread(input->bytes, 1, REPLAY_INPUT_MAX, file) : 0;
	good = input->bytes && input->path && !ferror(file);
	fclose(file);
	corpus.count += good;
	return good;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_F && !corpus_add(path))
		return -1;
	return type == FTW_NS || type == FTW_DNR ? -1 : 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->path, ((const struct input *)b)->path);
}

static void corpus_free(void)
{
	for (size_t i = 0; i < corpus.count; i++) {
		free(corpus.at[i].bytes);
		free(corpus.at[i].path);
	}
	free(corpus.at);
}

/* ---- running one input ----------------------------------------------------------------- */

static void save_current(void)
{
	int fd = open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		return;
	if (write(fd, current.bytes, current.len) == (ssize_t)current.len)
		(void)!write(STDERR_FILENO, "replay: see crash-input\n", 24);
	close(fd);
}

static void on_signal(int number)
{
	save_current();
	signal(number, SIG_DFL);
	raise(number);
}

static void watch_for_death(void)
{
	if (__sanitizer_set_death_callback) {
		__sanitizer_set_death_callback(save_current);
	} else {
		signal(SIGSEGV, on_signal);
		signal(SIGBUS, on_signal);
		signal(SIGFPE, on_signal);
		signal(SIGILL, on_signal);
	}
	signal(SIGABRT, on_signal);
}

/** Runs the target on a block of exactly the input's size, so that a read beyond it is seen. */
static void run(const struct input *input)
{
	uint8_t *exact = malloc(input->len ? input->len : 1);

	if (!exact)
		abort();
	memcpy(exact, input->bytes, input->len);
	current = *input;
	LLVMFuzzerTestOneInput(exact, input->len);
	free(exact);
}

/* ---- making new ones ------------------------------------------------------------------- */

/** splitmix64. */
static uint64_t random_next(void)
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static size_t random_below(size_t limit)
{
	return limit ? (size_t)(random_next() % limit) : 0;
}

/** A number that parsers stumble over. */
static uint8_t random_edge(void)
{
	static const uint8_t edges[] = {0, 1, 2, 4, 7, 8, 0x10, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff};

	return edges[random_below(sizeof(edges))];
}

enum edit {
	EDIT_FLIP_BIT,
	EDIT_SET_BYTE,
	EDIT_SET_EDGE,
	EDIT_ADD,
	EDIT_INSERT,
	EDIT_REMOVE,
	EDIT_CUT,
	EDIT_REPEAT,
	EDIT_SPLICE,
	EDIT_COUNT
};

/** Opens a gap of @len bytes at @at, as far as there is room. Return: the gap's length. */
static size_t open_gap(struct input *input, size_t at, size_t len)
{
	if (len > REPLAY_INPUT_MAX - input->len)
		len = REPLAY_INPUT_MAX - input->len;
	memmove(input->bytes + at + len, input->bytes + at, input->len - at);
	input->len += len;
	return len;
}

static void edit_insert(struct input *input, size_t at)
{
	size_t len = open_gap(input, at, 1 + random_below(8));
	uint8_t fill = random_edge();

	for (size_t i = 0; i < len; i++)
		input->bytes[at + i] = random_below(2) ? fill : (uint8_t)random_next();
}

static void edit_remove(struct input *input, size_t at)
{
	size_t len = random_below(input->len - at < 32 ? input->len - at : 32);

	memmove(input->bytes + at, input->bytes + at + len, input->len - at - len);
	input->len -= len;
}

static void edit_repeat(struct input *input, size_t at)
{
	size_t len = random_below(input->len - at < 64 ? input->len - at : 64);

	len = open_gap(input, at, len);
	memmove(input->bytes + at, input->bytes + at + len,
		len <= input->len - at - len ? len : input->len - at - len);
}

/** Puts the end of another input behind the beginning of this one. */
static void edit_splice(struct input *input, size_t at)
{
	const struct input *other = &corpus.at[random_below(corpus.count)];
	size_t from = random_below(other->len);
	size_t len = other->len - from;

	if (len > REPLAY_INPUT_MAX - at)
		len = REPLAY_INPUT_MAX - at;
	memcpy(input->bytes + at, other->bytes + from, len);
	input->len = at + len;
}

static void mutate(struct input *input)
{
	size_t at = random_below(input->len);

	if (input->len == 0) {
		edit_insert(input, 0);
		return;
	}
	switch ((enum edit)random_below(EDIT_COUNT)) {
	case EDIT_FLIP_BIT: input->bytes[at] ^= (uint8_t)(1U << random_below(8)); break;
	case EDIT_SET_BYTE: input->bytes[at] = (uint8_t)random_next(); break;
	case EDIT_SET_EDGE: input->bytes[at] = random_edge(); break;
	case EDIT_ADD: input->bytes[at] += (uint8_t)(random_below(2) ? 1 : -1); break;
	case EDIT_INSERT: edit_insert(input, at); break;
	case EDIT_REMOVE: edit_remove(input, at); break;
	case EDIT_CUT: input->len = at; break;
	case EDIT_REPEAT: edit_repeat(input, at); break;
	case EDIT_SPLICE: edit_splice(input, at); break;
	case EDIT_COUNT: break;
	}
}

static void run_mutants(unsigned long count)
{
	struct input mutant = {.bytes = malloc(REPLAY_INPUT_MAX)};

	if (!mutant.bytes)
		abort();
	for (unsigned long i = 0; i < count; i++) {
		const struct input *from = &corpus.at[random_below(corpus.count)];

		memcpy(mutant.bytes, from->bytes, from->len);
		mutant.len = from->len;
		for (size_t edits = 1 + random_below(REPLAY_EDITS_MAX); edits > 0; edits--)
			mutate(&mutant);
		run(&mutant);
	}
	free(mutant.bytes);
}

/* ---- the command line ------------------------------------------------------------------ */

static unsigned long number_of(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end != '\0' || end == text) {
		fprintf(stderr, "replay: \"%s\" is not a number\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	unsigned long mutants = 0;
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'n')
			mutants = number_of(optarg);
		else
			random_state = number_of(optarg);
	}
	for (int i = optind; i < argc; i++) {
		if (nftw(argv[i], visit, REPLAY_OPEN_FOLDERS, FTW_PHYS) != 0) {
			fprintf(stderr, "replay: %s: %s\n", argv[i], strerror(errno));
			return 2;
		}
	}
	if (corpus.count == 0) {
		fprintf(stderr, "usage: %s [-n COUNT] [-s SEED] PATH...\n", argv[0]);
		return 2;
	}
	qsort(corpus.at, corpus.count, sizeof(*corpus.at), by_path);
	watch_for_death();
	run(&(struct input){.bytes = (uint8_t *)"", .len = 0});
	for (size_t i = 0; i < corpus.count; i++)
		run(&corpus.at[i]);
	run_mutants(mutants);
	printf("%s: %zu inputs and %lu mutants\n", argv[0], corpus.count, mutants);
	corpus_free();
	return 0;
}
