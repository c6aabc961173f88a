/* SPDX-License-Identifier: BSD-2-Clause */
/* The lease journal as a file: faults of the disk, files that are none, and what others do to it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/viprouterd/journal_file.h"
#include "cmd/viprouterd/store.h"

enum { NOW = 1700000000, NEVER = -1 };

/* What the disk does: each fault is an errno; 0 none. */
static struct {
	int write, ftruncate, fdatasync, fsync, rename;
	int write_room;	     /* bytes that still fit; NEVER: all */
	int fsync_after;     /* calls that go well before it */
	bool rename_is_done; /* though it fails */
} fault;

static ssize_t faulty_write(int fd, const void *bytes, size_t len)
{
	if (fault.write && fault.write_room <= 0) {
		errno = fault.write;
		return -1;
	}
	if (fault.write_room != NEVER) {
		len = MIN(len, (size_t)fault.write_room);
		fault.write_room -= (int)len;
	}
	return write(fd, bytes, len);
}

static int faulty_ftruncate(int fd, off_t len)
{
	errno = fault.ftruncate;
	return fault.ftruncate ? -1 : ftruncate(fd, len);
}

static int faulty_fdatasync(int fd)
{
	(void)fd;
	errno = fault.fdatasync;
	return fault.fdatasync ? -1 : 0;
}

static int faulty_fsync(int fd)
{
	(void)fd;
	if (!fault.fsync || fault.fsync_after-- > 0)
		return 0;
	errno = fault.fsync;
	return -1;
}

static int faulty_rename(const char *from, const char *to)
{
	if (!fault.rename || fault.rename_is_done)
		assert_int_equal(rename(from, to), 0);
	errno = fault.rename;
	return fault.rename ? -1 : 0;
}

static void disk_is_well(void)
{
	memset(&fault, 0, sizeof(fault));
	fault.write_room = NEVER;
}

struct rig {
	char folder[40], path[64], path_new[64], other[64];
	struct journal_file file;
	struct journal_contents contents;
};

static int set_up(void **state)
{
	struct rig *w = calloc(1, sizeof(*w));

	*state = w;
	if (!w)
		return -1;
	disk_is_well();
	store_calls = (struct store_calls){faulty_write, faulty_ftruncate, faulty_fdatasync,
					   faulty_fsync, faulty_rename};
	strcpy(w->folder, "/tmp/test_journal_file.XXXXXX");
	if (!mkdtemp(w->folder))
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/leases", w->folder);
	snprintf(w->path_new, sizeof(w->path_new), "%s/leases.new", w->folder);
	snprintf(w->other, sizeof(w->other), "%s/other", w->folder);
	w->file.fd = w->file.fd_new = -1;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *w = *state;
	int ret;

	journal_file_close(&w->file);
	journal_contents_fini(&w->contents);
	remove(w->path);
	unlink(w->other);
	ret = rmdir(w->folder); /* nothing else was left */
	free(w);
	return ret;
}

static int open_file(struct rig *w)
{
	return journal_file_open(&w->file, w->path, w->path_new, NOW, &w->contents);
}

static void reopen(struct rig *w)
{
	journal_file_close(&w->file);
	journal_contents_fini(&w->contents);
	assert_int_equal(open_file(w), 0);
}

/** A line for 10.0.0.N. Static, until the next call. */
static struct journal_bytes line(uint8_t n)
{
	static char text[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record r = {
		.address = IP4(10, 0, 0, n),
		.state = DHCP_LEASE_BOUND,
		.client = {.len = 7, .bytes = {1, 2, 0, 0, 0, 0, n}},
		.remaining_s = 3600,
	};

	return (struct journal_bytes){text, journal_encode(&r, NOW, text)};
}

static const struct journal_bytes nothing = {"", 0};

/** Whether what is on disk gives, read anew, just the addresses 10.0.0.N of @wanted, in order. */
static void assert_holds(struct rig *w, const char *wanted)
{
	struct journal_contents c;
	char *text, seen[64] = "";
	size_t len;

	assert_int_equal(store_read(w->path, &text, &len), 0);
	assert_int_equal(journal_read(text, len, NOW, &c), 0);
	vec_each (&c.records, record)
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%u ",
			 record->address.host & 255);
	assert_string_equal(seen, wanted);
	assert_int_equal(c.damaged, 0);
	journal_contents_fini(&c);
	free(text);
}

static void begin_with_one(struct rig *w)
{
	assert_int_equal(open_file(w), 0);
	assert_int_equal(journal_file_append(&w->file, line(1)), 0);
}

static void d19_what_finds_no_space_is_not_in_the_journal(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	for (int room = 0; room < (int)line(2).len; room++) {
		fault.write = ENOSPC;
		fault.write_room = room;
		assert_int_equal(journal_file_append(&w->file, line(2)), -ENOSPC);
		disk_is_well();
		assert_holds(w, "1 ");
	}
	assert_int_equal(journal_file_append(&w->file, line(3)), 0);
	assert_holds(w, "1 3 ");
}

static void d19_what_was_not_synced_is_not_in_the_journal(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	fault.fdatasync = EIO;
	assert_int_equal(journal_file_append(&w->file, line(2)), -EIO);
	disk_is_well();
	assert_holds(w, "1 ");
	fault.write = EROFS;
	fault.write_room = 0;
	assert_int_equal(journal_file_append(&w->file, line(2)), -EROFS);
	disk_is_well();
	assert_holds(w, "1 ");
}

/* Appended to a torn line, the next record would be lost with it. */
static void d19_nothing_follows_a_torn_line_that_cannot_be_cut_off(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	fault.write = fault.ftruncate = EIO;
	fault.write_room = 30;
	assert_int_equal(journal_file_append(&w->file, line(2)), -EIO);
	fault.write = 0;
	fault.write_room = NEVER;
	assert_int_equal(journal_file_append(&w->file, line(3)), -EIO);
	disk_is_well();
	assert_int_equal(journal_file_append(&w->file, line(4)), 0);
	assert_holds(w, "1 4 ");
}

static int compact(struct rig *w, struct journal_bytes piece)
{
	int ret = journal_file_compact(&w->file, JOURNAL_COMPACT_BEGIN, piece, nothing);

	return ret < 0 ? ret
		       : journal_file_compact(&w->file, JOURNAL_COMPACT_FINISH, nothing, nothing);
}

static void d19_a_compaction_that_fails_leaves_the_journal(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	for (int room = 0; room < (int)line(2).len; room++) {
		fault.write = ENOSPC;
		fault.write_room = room;
		assert_int_equal(compact(w, line(2)), -ENOSPC);
		assert_int_equal(access(w->path_new, F_OK), -1);
		disk_is_well();
	}
	fault.fsync = EIO;
	assert_int_equal(compact(w, line(2)), -EIO);
	disk_is_well();
	fault.rename = EIO;
	assert_int_equal(compact(w, line(2)), -EIO);
	disk_is_well();
	assert_int_equal(access(w->path_new, F_OK), -1);
	assert_holds(w, "1 ");
	assert_int_equal(journal_file_append(&w->file, line(3)), 0);
	assert_holds(w, "1 3 ");
	assert_int_equal(compact(w, line(2)), 0);
	assert_holds(w, "2 ");
}

/* The folder may lead to the former file after a crash, which has nothing of what comes later. */
static void d19_nothing_is_kept_until_the_new_file_has_its_name_for_good(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	fault.fsync = EIO;
	fault.fsync_after = 1; /* the file's; then comes the folder */
	assert_int_equal(compact(w, line(1)), 0);
	assert_int_equal(journal_file_append(&w->file, line(2)), -EIO);
	assert_holds(w, "1 ");
	disk_is_well();
	assert_int_equal(journal_file_append(&w->file, line(2)), 0);
	assert_holds(w, "1 2 ");
}

static void d19_a_rename_that_was_done_counts_whatever_it_says(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	fault.rename = EIO;
	fault.rename_is_done = true;
	assert_int_equal(compact(w, line(5)), 0);
	disk_is_well();
	assert_int_equal(journal_file_append(&w->file, line(6)), 0);
	assert_holds(w, "5 6 ");
}

/* Counted as written, it would make the next cut one into the air, and that a hole of zeros. */
static void d19_a_batch_that_failed_during_a_compaction_is_not_counted(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	assert_int_equal(journal_file_compact(&w->file, JOURNAL_COMPACT_BEGIN, line(1), nothing),
			 0);
	fault.fdatasync = EIO;
	assert_int_equal(journal_file_append(&w->file, line(2)), -EIO);
	disk_is_well();
	assert_int_equal(journal_file_compact(&w->file, JOURNAL_COMPACT_FINISH, nothing, nothing),
			 0);
	fault.fdatasync = EIO;
	assert_int_equal(journal_file_append(&w->file, line(3)), -EIO);
	disk_is_well();
	assert_int_equal(journal_file_append(&w->file, line(4)), 0);
	assert_holds(w, "1 4 ");
}

static void d19_batches_during_a_compaction_are_in_both_files(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	assert_int_equal(journal_file_append(&w->file, line(2)), 0);
	assert_int_equal(journal_file_compact(&w->file, JOURNAL_COMPACT_BEGIN, nothing, line(2)),
			 0);
	assert_int_equal(journal_file_append(&w->file, line(3)), 0);
	assert_int_equal(journal_file_compact(&w->file, JOURNAL_COMPACT_GO, nothing, line(3)), 0);
	/* a crash here */
	assert_holds(w, "1 2 3 ");
	assert_int_equal(journal_file_compact(&w->file, JOURNAL_COMPACT_FINISH, line(1), nothing),
			 0);
	assert_holds(w, "1 2 3 ");
	assert_int_equal(access(w->path_new, F_OK), -1);
}

static void d19_a_compaction_that_was_cut_short_leaves_no_trace(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	assert_int_equal(store_replace(w->path_new, "half a", 6, false), 0);
	reopen(w);
	assert_int_equal(access(w->path_new, F_OK), -1);
	assert_int_equal(w->contents.records.count, 1);
}

/* What is written to a file without a name is gone with the process. */
static void d19_a_journal_that_was_taken_away_takes_no_promise(void **state)
{
	struct rig *w = *state;

	begin_with_one(w);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(journal_file_append(&w->file, line(2)), -ESTALE);
	assert_int_equal(compact(w, line(1)), 0);
	assert_int_equal(journal_file_append(&w->file, line(2)), 0);
	assert_holds(w, "1 2 ");
	assert_int_equal(store_replace(w->path, "another\n", 8, false), 0);
	assert_int_equal(journal_file_append(&w->file, line(3)), -ESTALE);
	assert_int_equal(compact(w, line(1)), 0);
	assert_int_equal(truncate(w->path, 5), 0);
	assert_int_equal(journal_file_append(&w->file, line(3)), -ESTALE);
	assert_int_equal(compact(w, line(1)), 0);
	assert_int_equal(journal_file_append(&w->file, line(3)), 0);
	assert_holds(w, "1 3 ");
}

/* ---- what stands there at the start ------------------------------------------------------ */

static void put(struct rig *w, const char *bytes, size_t len)
{
	assert_int_equal(store_replace(w->path, bytes, len, false), 0);
}

static void d19_an_empty_file_and_one_of_zeros_are_journals_of_nothing(void **state)
{
	static const char zeros[10000];
	struct rig *w = *state;

	put(w, "", 0);
	begin_with_one(w);
	assert_holds(w, "1 ");
	put(w, zeros, sizeof(zeros));
	reopen(w);
	assert_int_equal(w->contents.records.count, 0);
	assert_int_equal(journal_file_append(&w->file, line(2)), 0);
	assert_holds(w, "2 ");
}

static void d19_any_number_of_bad_lines_costs_only_them(void **state)
{
	enum { BAD = 300, LONG = 1 << 20 };
	struct rig *w = *state;
	char *text = calloc(1, LONG + 300 * 20 + 1000), *at = text;
	struct journal_bytes good = line(1);

	assert_non_null(text);
	at = mempcpy(at, good.at, good.len);
	for (int i = 0; i < BAD; i++)
		at += sprintf(at, "bad line %d\n", i);
	at = mempcpy(at, line(2).at, line(2).len);
	memset(at, 'x', LONG);
	at += LONG;
	*at++ = '\n';
	at = mempcpy(at, line(3).at, line(3).len);
	put(w, text, (size_t)(at - text));
	assert_int_equal(open_file(w), 0);
	assert_int_equal(w->contents.damaged, BAD + 1);
	assert_int_equal(w->contents.records.count, 3);
	free(text);
}

/** A line of format @format with a right checksum, and more in it than we know. */
static size_t other_format(char *out, const char *format)
{
	uint32_t crc = UINT32_MAX;
	size_t len = (size_t)sprintf(out, "00000000 %s 10.0.0.1 bound and more", format);

	for (size_t i = 9; i < len; i++) {
		crc ^= (uint8_t)out[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	sprintf(out, "%08x", ~crc);
	out[8] = ' ';
	out[len] = '\n';
	return len + 1;
}

static void d19_a_newer_format_is_refused_and_left_as_it_is(void **state)
{
	struct rig *w = *state;
	char text[2 * JOURNAL_LINE_SIZE + 40], *seen;
	struct journal_bytes ours = line(1);
	size_t len = ours.len, seen_len;

	memcpy(text, ours.at, ours.len);
	len += other_format(text + len, "2");
	memcpy(text + len, "torn", 4);
	len += 4;
	put(w, text, len);
	assert_int_equal(open_file(w), -EPROTONOSUPPORT);
	assert_non_null(strstr(journal_file_strerror(-EPROTONOSUPPORT), "newer version"));
	assert_int_equal(store_read(w->path, &seen, &seen_len), 0);
	assert_int_equal(seen_len, len);
	assert_memory_equal(seen, text, len);
	free(seen);
}

static void d19_a_format_that_is_no_number_is_damage(void **state)
{
	static const char *const formats[] = {"0", "x", "-1", "2x", "99999999999999999999999", ""};
	struct rig *w = *state;
	char text[JOURNAL_LINE_SIZE];

	for (size_t i = 0; i < ARRAY_COUNT(formats); i++) {
		put(w, text, other_format(text, formats[i]));
		assert_int_equal(open_file(w), 0);
		assert_int_equal(w->contents.damaged, 1);
		journal_contents_fini(&w->contents);
		journal_file_close(&w->file);
	}
}

/* Written by the first version that had a journal. */
static void d19_a_journal_of_format_1_is_read(void **state)
{
	static const char old[] =
		"5de2883f 1 192.168.1.10 bound 1700043200 43200 m01025e100001 02:5e:10:00:00:01 "
		"6c6170746f70\n";
	struct rig *w = *state;

	put(w, old, sizeof(old) - 1);
	assert_int_equal(open_file(w), 0);
	assert_int_equal(w->contents.damaged, 0);
	assert_int_equal(w->contents.records.count, 1);
	assert_string_equal(w->contents.records.at[0].hostname, "laptop");
	assert_int_equal(w->contents.records.at[0].remaining_s, 43200);
}

static void d19_a_link_a_folder_and_a_pipe_are_no_journals(void **state)
{
	struct rig *w = *state;

	assert_int_equal(store_replace(w->other, "precious", 8, false), 0);
	assert_int_equal(symlink(w->other, w->path), 0);
	assert_int_equal(open_file(w), -ELOOP);
	assert_non_null(strstr(journal_file_strerror(-ELOOP), "symbolic link"));
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(mkdir(w->path, 0700), 0);
	assert_int_equal(open_file(w), -EISDIR);
	assert_int_equal(rmdir(w->path), 0);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_int_equal(open_file(w), -ENOTSUP);
	assert_int_equal(w->file.fd, -1);
}

static void d19_a_journal_that_may_not_be_read_is_told(void **state)
{
	struct rig *w = *state;
	bool root = geteuid() == 0;

	put(w, "", 0);
	assert_int_equal(chmod(w->path, 0), 0);
	if (root) {
		assert_int_equal(chmod(w->folder, 0755), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	assert_int_equal(open_file(w), -EACCES);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(d19_what_finds_no_space_is_not_in_the_journal),
		RIG_TEST(d19_what_was_not_synced_is_not_in_the_journal),
		RIG_TEST(d19_nothing_follows_a_torn_line_that_cannot_be_cut_off),
		RIG_TEST(d19_a_compaction_that_fails_leaves_the_journal),
		RIG_TEST(d19_nothing_is_kept_until_the_new_file_has_its_name_for_good),
		RIG_TEST(d19_a_rename_that_was_done_counts_whatever_it_says),
		RIG_TEST(d19_a_batch_that_failed_during_a_compaction_is_not_counted),
		RIG_TEST(d19_batches_during_a_compaction_are_in_both_files),
		RIG_TEST(d19_a_compaction_that_was_cut_short_leaves_no_trace),
		RIG_TEST(d19_a_journal_that_was_taken_away_takes_no_promise),
		RIG_TEST(d19_an_empty_file_and_one_of_zeros_are_journals_of_nothing),
		RIG_TEST(d19_any_number_of_bad_lines_costs_only_them),
		RIG_TEST(d19_a_newer_format_is_refused_and_left_as_it_is),
		RIG_TEST(d19_a_format_that_is_no_number_is_damage),
		RIG_TEST(d19_a_journal_of_format_1_is_read),
		RIG_TEST(d19_a_link_a_folder_and_a_pipe_are_no_journals),
		RIG_TEST(d19_a_journal_that_may_not_be_read_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
