/* SPDX-License-Identifier: BSD-2-Clause */
/* The agent as far as it goes without privileges: its process, its socket, what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink/agent.h"

static struct request a_request(void)
{
	struct request request = {.kind = REQUEST_PORT_SET, .id = 41};

	snprintf(request.port.owner, sizeof(request.port.owner), "home");
	snprintf(request.port.name, sizeof(request.port.name), "Tap1");
	snprintf(request.port.ns, sizeof(request.port.ns), "t-agent-there-is-none");
	snprintf(request.port.ifname, sizeof(request.port.ifname), "eth0");
	request.port.mtu = 1500;
	request.port.open = true;
	return request;
}

static void refused(const struct request *request, int status, const char *text)
{
	struct response response;

	assert_int_equal(agent_handle(request, &response), -1);
	assert_string_equal(response.text, text);
	assert_int_equal(response.status, status);
	assert_int_equal(response.id, request->id);
}

/* ---- what it refuses before it touches the kernel ------------------------------------------ */

static void text_without_an_end_is_refused(void **state)
{
	struct request request = a_request();

	(void)state;
	memset(request.port.ifname, 'a', sizeof(request.port.ifname));
	refused(&request, -EINVAL, "malformed request to the agent");
	request = a_request();
	memset(request.port.ns, 'a', sizeof(request.port.ns));
	refused(&request, -EINVAL, "malformed request to the agent");
	request = a_request();
	memset(request.port.owner, 'a', sizeof(request.port.owner));
	refused(&request, -EINVAL, "malformed request to the agent");
	request.kind = REQUEST_PORT_REMOVE;
	refused(&request, -EINVAL, "malformed request to the agent");
	request.kind = REQUEST_PRUNE;
	refused(&request, -EINVAL, "malformed request to the agent");
}

static void owner_of_two_words_is_refused(void **state)
{
	struct request request = a_request();

	(void)state;
	snprintf(request.port.owner, sizeof(request.port.owner), "home Tap1");
	refused(&request, -EINVAL, "malformed request to the agent");
}

static void names_that_leave_their_folder_are_refused(void **state)
{
	struct request request = a_request();

	(void)state;
	snprintf(request.port.ns, sizeof(request.port.ns), "../../proc/1/ns/net");
	refused(&request, -EINVAL,
		"interface Tap1: \"../../proc/1/ns/net\" is not a namespace name");
	request = a_request();
	snprintf(request.port.ifname, sizeof(request.port.ifname), "a/b");
	refused(&request, -EINVAL, "interface Tap1: \"a/b\" is not an interface name");
	request.port.ifname[0] = '\0';
	refused(&request, -EINVAL, "interface Tap1: \"\" is not an interface name");
}

static void counts_and_lengths_past_their_range_are_refused(void **state)
{
	struct request request = a_request();

	(void)state;
	request.port.address_count = REQUEST_ADDRESSES_MAX + 1;
	refused(&request, -EINVAL, "interface Tap1: more addresses or routes than a request holds");
	request = a_request();
	request.port.route_count = 255;
	refused(&request, -EINVAL, "interface Tap1: more addresses or routes than a request holds");
	request = a_request();
	request.port.route_count = 1;
	request.port.routes[0].network.len = 33;
	refused(&request, -EINVAL, "interface Tap1: prefix length 33");
	request = a_request();
	request.port.mtu = 67;
	refused(&request, -EINVAL, "interface Tap1: MTU 67 is below 68");
	request = a_request();
	request.port.mac = MAC_BROADCAST;
	refused(&request, -EINVAL, "interface Tap1: its MAC address is a group address");
}

static void unknown_namespace_is_named_and_its_ports_are_gone(void **state)
{
	struct request request = a_request();
	struct response response;

	(void)state;
	refused(&request, -ENOENT,
		"interface Tap1: namespace \"t-agent-there-is-none\" does not exist");
	request.kind = REQUEST_PORT_REMOVE;
	assert_int_equal(agent_handle(&request, &response), -1);
	assert_int_equal(response.status, 0);
	assert_string_equal(response.text, "");
}

/* ---- the socket ----------------------------------------------------------------------------- */

static void request_is_answered_with_its_id_and_quit_ends_it(void **state)
{
	struct request request = a_request();
	struct response response;
	int fd, status, socket;
	pid_t pid;

	(void)state;
	socket = agent_start(&pid);
	assert_true(socket >= 0);
	assert_int_equal(fcntl(socket, F_GETFD), FD_CLOEXEC);
	request.kind = 99;
	for (uint32_t id = 1; id <= 3; id++) {
		request.id = id;
		assert_int_equal(agent_send(socket, &request), 0);
	}
	for (uint32_t id = 1; id <= 3; id++) {
		assert_int_equal(agent_receive(socket, &response, &fd), 0);
		assert_int_equal(response.id, id);
		assert_int_equal(response.status, -EINVAL);
		assert_int_equal(fd, -1);
	}
	request.kind = REQUEST_QUIT;
	assert_int_equal(agent_send(socket, &request), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(agent_receive(socket, &response, &fd), -EPIPE);
	assert_int_equal(agent_send(socket, &request), -EPIPE);
	close(socket);
}

static void closed_socket_ends_it(void **state)
{
	int status, socket;
	pid_t pid;

	(void)state;
	socket = agent_start(&pid);
	assert_true(socket >= 0);
	close(socket);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void message_of_another_size_is_refused_by_both_ends(void **state)
{
	struct response response;
	int fd, socket, ends[2];
	pid_t pid;

	(void)state;
	socket = agent_start(&pid);
	assert_true(socket >= 0);
	assert_int_equal(send(socket, "short", 5, 0), 5);
	assert_int_equal(agent_receive(socket, &response, &fd), 0);
	assert_int_equal(response.status, -EINVAL);
	close(socket);
	assert_int_equal(waitpid(pid, NULL, 0), pid);

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	assert_int_equal(send(ends[0], "short", 5, 0), 5);
	assert_int_equal(agent_receive(ends[1], &response, &fd), -EPROTO);
	assert_int_equal(fd, -1);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	assert_int_equal(agent_receive(ends[1], &response, &fd), -EAGAIN);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_without_an_end_is_refused),
		cmocka_unit_test(owner_of_two_words_is_refused),
		cmocka_unit_test(names_that_leave_their_folder_are_refused),
		cmocka_unit_test(counts_and_lengths_past_their_range_are_refused),
		cmocka_unit_test(unknown_namespace_is_named_and_its_ports_are_gone),
		cmocka_unit_test(request_is_answered_with_its_id_and_quit_ends_it),
		cmocka_unit_test(closed_socket_ends_it),
		cmocka_unit_test(message_of_another_size_is_refused_by_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
