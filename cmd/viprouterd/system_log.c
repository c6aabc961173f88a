/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See system_log.h. The socket may be missing, or out of the router's reach, which has given up its
 * privileges: that is said once, and tried again once a second while lines come.
 */
#include "cmd/viprouterd/system_log.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "cmd/viprouterd/log.h"

enum {
	SYSTEM_LOG_BURST = 2000,
	SYSTEM_LOG_PER_S = 1000,
	SYSTEM_LOG_PRIORITY = 3 << 3 | 6, /* daemon, informational */
};

void system_log_init(struct system_log *log, const char *path)
{
	*log = (struct system_log){
		.path = path, .fd = -1, .second = INT64_MIN, .tokens = SYSTEM_LOG_BURST};
}

static void disconnect(struct system_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

void system_log_fini(struct system_log *log)
{
	disconnect(log);
}

/** Return: 0; -errno. */
static int reconnect(struct system_log *log, int64_t wall_s)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int ret;

	if (log->fd >= 0)
		return 0;
	if (wall_s < log->retry_s && log->retry_s - wall_s <= 1)
		return -EAGAIN;
	log->retry_s = wall_s + 1;
	if (strlen(log->path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, log->path, strlen(log->path) + 1);
	log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (log->fd >= 0 &&
	    connect(log->fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return 0;
	ret = -errno;
	disconnect(log);
	return ret;
}

static bool may_send(struct system_log *log, int64_t wall_s)
{
	if (wall_s != log->second) {
		bool first = log->second == INT64_MIN || wall_s < log->second;
		int64_t passed = first ? 1 : MIN(wall_s - log->second, (int64_t)60);

		log->second = wall_s;
		log->tokens =
			MIN((int64_t)SYSTEM_LOG_BURST, log->tokens + passed * SYSTEM_LOG_PER_S);
	}
	if (log->tokens == 0)
		return false;
	log->tokens--;
	return true;
}

/** Return: 0; -errno. */
static int send_line(struct system_log *log, const char *text, int64_t wall_s)
{
	time_t now = (time_t)wall_s;
	char line[512], stamp[32];
	struct tm parts;
	int len, ret = reconnect(log, wall_s);

	if (ret < 0)
		return ret;
	localtime_r(&now, &parts);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &parts);
	len = snprintf(line, sizeof(line), "<%d>%s viprouterd[%ld]: %s", SYSTEM_LOG_PRIORITY, stamp,
		       (long)getpid(), text);
	len = MIN(len, (int)sizeof(line) - 1);
	if (send(log->fd, line, (size_t)len, MSG_NOSIGNAL) == len)
		return 0;
	ret = -errno;
	if (ret != -EAGAIN && ret != -ENOBUFS)
		disconnect(log);
	return ret;
}

void system_log_send(struct system_log *log, const char *text, int64_t wall_ms)
{
	int64_t wall_s = wall_ms / 1000;
	bool connected = log->fd >= 0;
	int ret;

	if (!may_send(log, wall_s)) {
		log->lost++;
		return;
	}
	ret = send_line(log, text, wall_s);
	if (ret < 0 && connected && log->fd < 0) {
		log->retry_s = 0; /* the other end is a new one, perhaps */
		ret = send_line(log, text, wall_s);
	}
	if (ret == 0) {
		if (log->failed_before)
			log_line(EVENT_NOTICE, "NAT", "SYSLOG", "the system log answers again: %s",
				 log->path);
		log->failed_before = false;
		log->lost = 0;
		return;
	}
	log->lost++;
	if (ret == -EAGAIN || ret == -ENOBUFS || log->failed_before)
		return;
	log->failed_before = true;
	log_line(EVENT_WARNING, "NAT", "SYSLOG", "no line goes to the system log: %s: %s",
		 log->path, strerror(-ret));
}
