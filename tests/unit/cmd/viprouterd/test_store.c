/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are replaced as a whole, folders and the lock, in a folder of the test's own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cmd/viprouterd/store.h"

static char folder[] = "/tmp/test_store.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void a_replaced_file_reads_back(void **state)
{
	const char *path = in_folder("file");
	struct stat st;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(store_replace(path, "first\n", 6, true), 0);
	assert_int_equal(store_replace(path, "second", 6, true), 0);
	assert_int_equal(store_read(path, &text, &len), 0);
	assert_int_equal(len, 6);
	assert_string_equal(text, "second");
	free(text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(unlink(path), 0);
}

static void a_large_file_reads_back(void **state)
{
	const char *path = in_folder("large");
	size_t len, size = 100 * 1000 + 1;
	char *text, *bytes = malloc(size);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', size);
	assert_int_equal(store_replace(path, bytes, size, false), 0);
	assert_int_equal(store_read(path, &text, &len), 0);
	assert_int_equal(len, size);
	assert_memory_equal(text, bytes, size);
	free(text);
	free(bytes);
	assert_int_equal(unlink(path), 0);
}

static void what_cannot_be_replaced_leaves_no_file_behind(void **state)
{
	const char *path = in_folder("missing/file");
	char *text;

	(void)state;
	assert_int_equal(store_replace(path, "x", 1, true), -ENOENT);
	assert_int_equal(store_read(path, &text, NULL), -ENOENT);
}

static void folders_are_made_with_those_above(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(store_make_dir(in_folder("a/b"), 0700, (gid_t)-1), 0);
	assert_int_equal(stat(in_folder("a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(store_make_dir(in_folder("a/b"), 0700, (gid_t)-1), 0);
	assert_int_equal(rmdir(in_folder("a/b")), 0);
	assert_int_equal(rmdir(in_folder("a")), 0);
}

static void a_file_in_the_place_of_a_folder_is_told(void **state)
{
	(void)state;
	assert_int_equal(store_replace(in_folder("file"), "", 0, false), 0);
	assert_int_equal(store_make_dir(in_folder("file"), 0700, (gid_t)-1), -ENOTDIR);
	assert_int_equal(unlink(in_folder("file")), 0);
}

static void a_taken_lock_names_its_holder(void **state)
{
	const char *path = in_folder("lock");
	pid_t holder = 0;
	int fd = store_lock(path, &holder);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(store_lock(path, &holder), -EWOULDBLOCK);
	assert_int_equal(holder, getpid());
	close(fd);
	/* one that was left behind by a process that died is free */
	fd = store_lock(path, &holder);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replaced_file_reads_back),
		cmocka_unit_test(a_large_file_reads_back),
		cmocka_unit_test(what_cannot_be_replaced_leaves_no_file_behind),
		cmocka_unit_test(folders_are_made_with_those_above),
		cmocka_unit_test(a_file_in_the_place_of_a_folder_is_told),
		cmocka_unit_test(a_taken_lock_names_its_holder),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
