/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent against the real kernel. Needs root; exit status 77 without it.
 *
 *   host (a namespace of this process' own, so that the machine's is never touched)
 *     |
 *     +-- t-agent-PID-a    where the ports appear
 *     +-- t-agent-PID-b    a second one, for prune
 *
 * Each test starts with both namespaces empty, and they are deleted after it; the last check is
 * that neither a namespace nor a link is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink/agent.h"
#include "netlink/namespace.h"

enum { SKIPPED = 77, WAIT_MS = 5000 };

static char ns_a[REQUEST_NAME_SIZE], ns_b[REQUEST_NAME_SIZE];

/** Runs a line of shell. In it %s is what follows. Return: its exit status. */
__attribute__((format(printf, 1, 2))) static int sh(const char *format, ...)
{
	char line[1024];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fflush(NULL);
	status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define assert_sh(...)	   assert_int_equal(sh(__VA_ARGS__), 0)
#define assert_sh_not(...) assert_int_not_equal(sh(__VA_ARGS__), 0)

/** First number that a line of shell prints. */
static long number_of(const char *line)
{
	FILE *pipe = popen(line, "re");
	long number = -1;

	assert_non_null(pipe);
	if (fscanf(pipe, "%ld", &number) != 1)
		number = -1;
	pclose(pipe);
	return number;
}

static long index_of(const char *ns, const char *ifname)
{
	char line[256];

	snprintf(line, sizeof(line), "ip -n %s -o link show %s 2>/dev/null | cut -d: -f1", ns,
		 ifname);
	return number_of(line);
}

static struct request a_request(void)
{
	struct request request = {.kind = REQUEST_PORT_SET, .id = 7};
	struct request_port *port = &request.port;

	snprintf(port->owner, sizeof(port->owner), "t-home");
	snprintf(port->name, sizeof(port->name), "Tap3");
	snprintf(port->ns, sizeof(port->ns), "%s", ns_a);
	snprintf(port->ifname, sizeof(port->ifname), "eth0");
	port->mac = (mac_t){{0x02, 0, 0x5e, 0x10, 0, 1}};
	port->mtu = 1400;
	port->up = true;
	port->open = true;
	return request;
}

static void add_address(struct request *request, ip4_t address, uint8_t len)
{
	request->port.addresses[request->port.address_count++] = (struct ip4_prefix){address, len};
}

static void add_route(struct request *request, ip4_t network, uint8_t len, ip4_t via)
{
	request->port.routes[request->port.route_count++] =
		(struct request_route){{network, len}, via};
}

/** Carries a request out in this process and checks that it went well. Return: descriptor or -1. */
static int handle(const struct request *request)
{
	struct response response;
	int fd = agent_handle(request, &response);

	if (response.status)
		fail_msg("%d %s", response.status, response.text);
	assert_int_equal(response.id, request->id);
	return fd;
}

static void refused(const struct request *request, int status, const char *text)
{
	struct response response;
	int fd = agent_handle(request, &response);

	assert_int_equal(fd, -1);
	assert_string_equal(response.text, text);
	assert_int_equal(response.status, status);
	assert_int_equal(response.offloads, 0);
}

/** `@` in @format becomes the first namespace's name. */
static void refused_there(const struct request *request, int status, const char *format)
{
	const char *at = strchr(format, '@');
	char text[192];

	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - format), format, ns_a, at + 1);
	refused(request, status, text);
}

static int make_namespaces(void **state)
{
	(void)state;
	return sh("ip netns add %s && ip netns add %s", ns_a, ns_b);
}

static int delete_namespaces(void **state)
{
	(void)state;
	sh("ip netns del %s 2>/dev/null", ns_a);
	sh("ip netns del %s 2>/dev/null", ns_b);
	/* A test that stopped halfway must not spoil the next. */
	sh("ip -o link | sed 's/^[0-9]*: //; s/[:@].*//' | grep -v '^lo$' | "
	   "while read -r l; do ip link del \"$l\" 2>/dev/null; done");
	return 0;
}

/* ---- making ----------------------------------------------------------------------------- */

static void port_is_made_as_asked(void **state)
{
	struct request request = a_request();
	struct response response;
	int fd;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	add_address(&request, IP4(198, 51, 100, 1), 32);
	add_route(&request, IP4(203, 0, 113, 7), 24, IP4(192, 0, 2, 254)); /* host bits are cut */
	add_route(&request, IP4(10, 0, 0, 0), 8, IP4_ANY);
	fd = agent_handle(&request, &response);
	assert_string_equal(response.text, "");
	assert_int_equal(response.status, 0);
	assert_true(fd >= 0);
	assert_int_equal(response.offloads & (REQUEST_OFFLOAD_CSUM | REQUEST_OFFLOAD_TSO),
			 REQUEST_OFFLOAD_CSUM | REQUEST_OFFLOAD_TSO);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_sh("ip -n %s -d link show eth0 | tr '\\n' ' ' | grep -q 'UP.*mtu 1400.*"
		  "02:00:5e:10:00:01.*tun type tap pi off vnet_hdr on persist on.*"
		  "alias viprouter t-home Tap3'",
		  ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.1/24'", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 198.51.100.1/32'", ns_a);
	assert_sh(
		"ip -n %s route show proto 86 | grep -q '203.0.113.0/24 via 192.0.2.254 dev eth0'",
		ns_a);
	assert_sh("ip -n %s route show proto 86 | grep -q '10.0.0.0/8 dev eth0 scope link'", ns_a);
	close(fd);
}

static void tun_port_takes_an_on_link_route(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	snprintf(request.port.name, sizeof(request.port.name), "Tun1");
	request.port.is_tun = true;
	add_route(&request, IP4(203, 0, 113, 10), 32, IP4_ANY);
	fd = handle(&request);
	assert_sh("ip -n %s -d link show eth0 | grep -q 'tun type tun pi off vnet_hdr on'", ns_a);
	assert_sh("ip -n %s route | grep -q '^203.0.113.10 dev eth0'", ns_a);
	close(fd);
}

static void same_request_twice_changes_nothing(void **state)
{
	struct request request = a_request();
	long index;
	int fd;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	add_route(&request, IP4_ANY, 0, IP4(192, 0, 2, 254));
	fd = handle(&request);
	index = index_of(ns_a, "eth0");
	assert_sh("(ip -n %s link; ip -n %s addr; ip -n %s route) >/tmp/%s.1", ns_a, ns_a, ns_a,
		  ns_a);
	request.port.open = false;
	assert_int_equal(handle(&request), -1);
	assert_int_equal(index_of(ns_a, "eth0"), index);
	assert_sh("(ip -n %s link; ip -n %s addr; ip -n %s route) | cmp - /tmp/%s.1", ns_a, ns_a,
		  ns_a, ns_a);
	sh("rm -f /tmp/%s.1", ns_a);
	close(fd);
}

static void port_on_the_host_is_made_and_removed(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	request.port.ns[0] = '\0';
	fd = handle(&request);
	assert_sh("ip link show eth0 >/dev/null");
	close(fd);
	request.kind = REQUEST_PORT_REMOVE;
	handle(&request);
	assert_sh_not("ip link show eth0 >/dev/null 2>&1");
}

/* ---- refusing --------------------------------------------------------------------------- */

static void name_in_use_is_refused_and_left_alone(void **state)
{
	struct request request = a_request();

	(void)state;
	assert_sh("ip -n %s link add eth0 address 02:00:00:00:00:09 type veth peer name far0",
		  ns_a);
	refused_there(&request, -EEXIST,
		      "interface Tap3: name \"eth0\" is in use in namespace \"@\"");
	assert_sh("ip -n %s link show eth0 | grep -q 02:00:00:00:00:09", ns_a);
	/* Our alias on a link that is neither TUN nor TAP does not make it ours. */
	assert_sh("ip -n %s link set eth0 alias 'viprouter t-home Tap3'", ns_a);
	refused_there(&request, -EEXIST,
		      "interface Tap3: name \"eth0\" is in use in namespace \"@\"");
}

static void another_ports_device_is_refused(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);

	(void)state;
	close(fd);
	snprintf(request.port.name, sizeof(request.port.name), "Tap4");
	refused_there(&request, -EEXIST,
		      "interface Tap4: name \"eth0\" is in use in namespace \"@\"");
	assert_sh("ip -n %s link show eth0 | grep -q 'alias viprouter t-home Tap3'", ns_a);
}

static void unknown_namespace_is_named(void **state)
{
	struct request request = a_request();

	(void)state;
	snprintf(request.port.ns, sizeof(request.port.ns), "t-agent-none");
	refused(&request, -ENOENT, "interface Tap3: namespace \"t-agent-none\" does not exist");
}

static void device_held_by_another_process_is_refused(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);
	char text[192];

	(void)state;
	snprintf(text, sizeof(text),
		 "interface Tap3: \"eth0\" in namespace \"%s\" is held by another process", ns_a);
	refused(&request, -EBUSY, text);
	close(fd);
}

static void port_deleted_behind_our_back_is_told(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);
	char text[192];

	(void)state;
	assert_sh("ip -n %s link del eth0", ns_a);
	request.port.open = false;
	snprintf(text, sizeof(text),
		 "interface Tap3: \"eth0\" in namespace \"%s\" has gone: deleted by somebody else",
		 ns_a);
	refused(&request, -ENODEV, text);
	close(fd);
	request.port.open = true;
	fd = handle(&request);
	assert_true(fd >= 0);
	close(fd);
}

static void refused_setting_leaves_no_new_port(void **state)
{
	struct request request = a_request();
	struct response response;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	add_route(&request, IP4(10, 0, 0, 0), 8, IP4(172, 16, 0, 1)); /* not reachable */
	assert_int_equal(agent_handle(&request, &response), -1);
	assert_true(response.status < 0);
	assert_non_null(strstr(response.text, "interface Tap3: cannot add route 10.0.0.0/8 via "
					      "172.16.0.1 in namespace"));
	assert_non_null(strstr(response.text, "Nexthop has invalid gateway"));
	assert_int_equal(index_of(ns_a, "eth0"), -1);

	request = a_request();
	request.port.mtu = 65535;
	assert_int_equal(agent_handle(&request, &response), -1);
	assert_true(response.status < 0);
	assert_non_null(strstr(response.text, "cannot set the MTU of \"eth0\""));
	assert_int_equal(index_of(ns_a, "eth0"), -1);
}

static void route_to_a_network_that_has_one_is_refused(void **state)
{
	struct request request = a_request();
	char text[192];

	(void)state;
	assert_sh(
		"ip -n %s link add d0 up type veth peer name d1 && ip -n %s route add 10.0.0.0/8 dev d0",
		ns_a, ns_a);
	add_route(&request, IP4(10, 0, 0, 0), 8, IP4_ANY);
	snprintf(text, sizeof(text),
		 "interface Tap3: cannot add route 10.0.0.0/8: there is one to that network in "
		 "namespace \"%s\"",
		 ns_a);
	refused(&request, -EEXIST, text);
	assert_sh("ip -n %s route | grep -q '10.0.0.0/8 dev d0'", ns_a);
}

/** Runs @check in a child and asserts that it ended well. */
static void in_child(void (*check)(void))
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		check();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/** For a child: ends it with 1 and says so when the request is not refused with @text. */
static void child_refused(const struct request *request, const char *text)
{
	struct response response;

	if (agent_handle(request, &response) == -1 && response.status < 0 &&
	    strcmp(response.text, text) == 0)
		return;
	print_error("%d %s\nnot: %s\n", response.status, response.text, text);
	_exit(1);
}

static void as_nobody(void)
{
	struct request request = a_request();
	char text[192];

	if (setuid(65534) < 0)
		_exit(2);
	snprintf(text, sizeof(text),
		 "interface Tap3: no permission to enter namespace \"%s\" (run as root)", ns_a);
	child_refused(&request, text);
	request.port.ns[0] = '\0';
	child_refused(&request, "interface Tap3: no permission to open /dev/net/tun (run as root)");
}

static void without_tun(void)
{
	struct request request = a_request();

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/dev/net", "tmpfs", 0, NULL) < 0)
		_exit(2);
	child_refused(&request, "interface Tap3: /dev/net/tun does not exist (load the kernel's "
				"tun module; give a container the device)");
}

static void missing_permission_is_named(void **state)
{
	(void)state;
	in_child(as_nobody);
}

static void missing_tun_device_is_named(void **state)
{
	(void)state;
	in_child(without_tun);
}

/* ---- taking over ------------------------------------------------------------------------ */

static void one_life(void)
{
	struct request request = a_request();
	struct response response;
	pid_t pid;
	int fd, socket = agent_start(&pid);

	add_address(&request, IP4(192, 0, 2, 1), 24);
	if (socket < 0 || agent_send(socket, &request) < 0 ||
	    agent_receive(socket, &response, &fd) < 0 || response.status < 0 || fd < 0) {
		print_error("%s\n", response.text);
		_exit(1);
	}
	/* Ends as a crash would: the agent sees its socket close. */
}

static void port_is_taken_over_after_its_router_died(void **state)
{
	struct request request = a_request();
	long index;
	int fd = -1;

	(void)state;
	in_child(one_life);
	index = index_of(ns_a, "eth0");
	assert_true(index > 0);
	/* A cable unplugged, no more: no carrier, but all addresses. */
	for (int i = 0; sh("ip -n %s link show eth0 | grep -q NO-CARRIER", ns_a) && i < 100; i++)
		usleep(20000);
	assert_sh("ip -n %s link show eth0 | grep -q NO-CARRIER", ns_a);
	assert_sh("ip -n %s addr add 192.0.2.77/24 dev eth0", ns_a);

	request.port.mtu = 1500;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	fd = handle(&request);
	assert_true(fd >= 0);
	assert_int_equal(index_of(ns_a, "eth0"), index);
	assert_sh("ip -n %s link show eth0 | grep -q 'LOWER_UP.*mtu 1500'", ns_a);
	assert_sh_not("ip -n %s link show eth0 | grep -q NO-CARRIER", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.1/24'", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.77/24'", ns_a);
	close(fd);
}

static void port_of_the_other_type_is_made_anew(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);

	(void)state;
	close(fd);
	request.port.is_tun = true;
	fd = handle(&request);
	assert_true(fd >= 0);
	assert_sh("ip -n %s -d link show eth0 | grep -q 'tun type tun'", ns_a);
	close(fd);
}

static void failed_change_leaves_an_old_port(void **state)
{
	struct request request = a_request();
	struct response response;
	int fd = handle(&request);

	(void)state;
	close(fd);
	request.port.mtu = 65535;
	assert_int_equal(agent_handle(&request, &response), -1);
	assert_true(response.status < 0);
	assert_true(index_of(ns_a, "eth0") > 0);
}

/* ---- changing --------------------------------------------------------------------------- */

static void mac_mtu_and_state_change_on_a_live_port(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);

	(void)state;
	request.port.open = false;
	request.port.mac.byte[5] = 0x99;
	request.port.mtu = 1300;
	handle(&request);
	assert_sh("ip -n %s link show eth0 | tr '\\n' ' ' | "
		  "grep -q '<.*UP.*mtu 1300.*02:00:5e:10:00:99'",
		  ns_a);
	request.port.up = false;
	handle(&request);
	assert_sh_not("ip -n %s link show eth0 | grep -q '[<,]UP'", ns_a);
	request.port.up = true;
	handle(&request);
	assert_sh("ip -n %s link show eth0 | grep -q '[<,]UP'", ns_a);
	close(fd);
}

static void port_joins_and_leaves_its_bridge(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	snprintf(request.port.bridge, sizeof(request.port.bridge), "br0");
	refused_there(&request, -ENODEV,
		      "interface Tap3: bridge \"br0\" does not exist in namespace \"@\"");
	assert_int_equal(index_of(ns_a, "eth0"), -1);
	assert_sh("ip -n %s link add br0 type veth peer name far0", ns_a);
	refused_there(&request, -EINVAL,
		      "interface Tap3: \"br0\" in namespace \"@\" is not a bridge");
	assert_sh("ip -n %s link del br0 && ip -n %s link add br0 type bridge", ns_a, ns_a);
	fd = handle(&request);
	assert_sh("ip -n %s link show eth0 | grep -q 'master br0'", ns_a);
	request.port.open = false;
	request.port.bridge[0] = '\0';
	handle(&request);
	assert_sh_not("ip -n %s link show eth0 | grep -q master", ns_a);
	close(fd);
}

static void only_our_addresses_are_removed(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	fd = handle(&request);
	/* What a DHCP client of the device took: in our network, so the kernel's second there. */
	assert_sh("ip -n %s addr add 192.0.2.77/24 dev eth0", ns_a);
	assert_sh("ip -n %s addr add 198.51.100.9/24 dev eth0", ns_a);
	request.port.open = false;
	request.port.addresses[0].address = IP4(192, 0, 2, 2);
	handle(&request);
	assert_sh_not("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.1/24'", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.2/24'", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.77/24'", ns_a);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 198.51.100.9/24'", ns_a);
	/* An address that is there already, by whatever hand, will do, and stays that hand's. */
	request.port.addresses[0].address = IP4(192, 0, 2, 77);
	handle(&request);
	request.port.address_count = 0;
	handle(&request);
	assert_sh("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.77/24'", ns_a);
	assert_sh_not("ip -n %s addr show eth0 | grep -q 'inet 192.0.2.2/24'", ns_a);
	close(fd);
}

static void only_our_routes_are_removed(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	add_route(&request, IP4_ANY, 0, IP4(192, 0, 2, 254));
	fd = handle(&request);
	assert_sh("ip -n %s route add 10.1.0.0/16 via 192.0.2.9", ns_a);
	request.port.open = false;
	request.port.routes[0].via = IP4(192, 0, 2, 253);
	handle(&request);
	assert_sh("ip -n %s route | grep -q 'default via 192.0.2.253'", ns_a);
	assert_sh_not("ip -n %s route | grep -q 192.0.2.254", ns_a);
	request.port.route_count = 0;
	handle(&request);
	assert_sh_not("ip -n %s route | grep -q default", ns_a);
	assert_sh("ip -n %s route | grep -q '10.1.0.0/16 via 192.0.2.9'", ns_a);
	/* The device's own route, the same as ours would be, satisfies the request. */
	add_route(&request, IP4(10, 1, 0, 0), 16, IP4(192, 0, 2, 9));
	handle(&request);
	close(fd);
}

static void routes_return_with_the_link(void **state)
{
	struct request request = a_request();
	int fd;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	add_route(&request, IP4_ANY, 0, IP4(192, 0, 2, 254));
	request.port.up = false;
	fd = handle(&request);
	request.port.open = false;
	request.port.up = true;
	handle(&request);
	assert_sh("ip -n %s link set eth0 down", ns_a);
	assert_sh_not("ip -n %s route | grep -q default", ns_a);
	handle(&request);
	assert_sh("ip -n %s route | grep -q 'default via 192.0.2.254'", ns_a);
	close(fd);
}

/* ---- removing --------------------------------------------------------------------------- */

static void remove_deletes_ours_and_nothing_else(void **state)
{
	struct request request = a_request();
	int fd = handle(&request);

	(void)state;
	request.kind = REQUEST_PORT_REMOVE;
	snprintf(request.port.name, sizeof(request.port.name), "Tap4");
	handle(&request);
	assert_true(index_of(ns_a, "eth0") > 0);
	snprintf(request.port.name, sizeof(request.port.name), "Tap3");
	handle(&request);
	assert_int_equal(index_of(ns_a, "eth0"), -1);
	handle(&request);
	close(fd);
	snprintf(request.port.ns, sizeof(request.port.ns), "t-agent-none");
	handle(&request);
}

static void prune_removes_what_nobody_holds_of_one_owner(void **state)
{
	struct request request = a_request();
	struct request prune = {.kind = REQUEST_PRUNE, .id = 8};
	int held;

	(void)state;
	held = handle(&request);
	snprintf(request.port.name, sizeof(request.port.name), "Tap4");
	snprintf(request.port.ifname, sizeof(request.port.ifname), "left0");
	close(handle(&request));
	snprintf(request.port.ns, sizeof(request.port.ns), "%s", ns_b);
	close(handle(&request));
	request.port.is_tun = true;
	request.port.ns[0] = '\0';
	close(handle(&request));
	snprintf(request.port.ns, sizeof(request.port.ns), "%s", ns_b);
	snprintf(request.port.ifname, sizeof(request.port.ifname), "other0");
	snprintf(request.port.owner, sizeof(request.port.owner), "t-home2");
	close(handle(&request));

	snprintf(prune.port.owner, sizeof(prune.port.owner), "t-home");
	handle(&prune);
	assert_true(index_of(ns_a, "eth0") > 0);
	assert_true(index_of(ns_b, "other0") > 0);
	assert_int_equal(index_of(ns_a, "left0"), -1);
	assert_int_equal(index_of(ns_b, "left0"), -1);
	assert_sh_not("ip link show left0 >/dev/null 2>&1");
	close(held);
}

/* ---- the process ------------------------------------------------------------------------ */

static void passed_descriptor_carries_frames(void **state)
{
	struct request request = a_request();
	struct response response;
	uint8_t frame[2048];
	bool seen = false;
	int fd, socket;
	pid_t pid;

	(void)state;
	add_address(&request, IP4(192, 0, 2, 1), 24);
	socket = agent_start(&pid);
	assert_true(socket >= 0);
	assert_int_equal(agent_send(socket, &request), 0);
	assert_int_equal(agent_receive(socket, &response, &fd), 0);
	assert_string_equal(response.text, "");
	assert_int_equal(response.id, 7);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	sh("ip netns exec %s ping -c 1 -W 1 192.0.2.2 >/dev/null 2>&1 &", ns_a);
	for (int waited = 0; !seen && waited < WAIT_MS; waited += 100) {
		struct pollfd wait = {fd, POLLIN, 0};
		ssize_t len = poll(&wait, 1, 100) == 1 ? read(fd, frame, sizeof(frame)) : 0;

		/* 12 bytes of offload header, Ethernet, type ARP. */
		seen = len >= 12 + 42 && frame[24] == 0x08 && frame[25] == 0x06;
	}
	assert_true(seen);
	close(fd);
	close(socket);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void agent_keeps_no_descriptor_and_ignores_the_terminal(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct request request = a_request();
	struct response response;
	char line[128];
	int fd, socket;
	pid_t pid;

	(void)state;
	socket = agent_start(&pid);
	assert_true(socket >= 0);
	assert_int_equal(agent_send(socket, &request), 0);
	assert_int_equal(agent_receive(socket, &response, &fd), 0);
	assert_int_equal(response.status, 0);
	for (size_t i = 0; i < ARRAY_COUNT(signals); i++)
		kill(pid, signals[i]);
	/* A second answer: the first one's descriptor is closed by now. */
	request.port.open = false;
	assert_int_equal(agent_send(socket, &request), 0);
	close(fd);
	assert_int_equal(agent_receive(socket, &response, &fd), 0);
	assert_int_equal(response.status, 0);
	assert_int_equal(fd, -1);
	snprintf(line, sizeof(line), "ls /proc/%d/fd | wc -l", (int)pid);
	assert_int_equal(number_of(line), 4); /* /dev/null three times, the socket */
	assert_sh("grep -qx viprouter-agent /proc/%d/comm", (int)pid);
	request.kind = REQUEST_QUIT;
	assert_int_equal(agent_send(socket, &request), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(agent_receive(socket, &response, &fd), -EPIPE);
	assert_int_equal(agent_send(socket, &request), -EPIPE);
	close(socket);
	/* A cable unplugged, no more. */
	assert_true(index_of(ns_a, "eth0") > 0);
}

#define a_test(f) cmocka_unit_test_setup_teardown(f, make_namespaces, delete_namespaces)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		a_test(port_is_made_as_asked),
		a_test(tun_port_takes_an_on_link_route),
		a_test(same_request_twice_changes_nothing),
		a_test(port_on_the_host_is_made_and_removed),
		a_test(name_in_use_is_refused_and_left_alone),
		a_test(another_ports_device_is_refused),
		a_test(unknown_namespace_is_named),
		a_test(device_held_by_another_process_is_refused),
		a_test(port_deleted_behind_our_back_is_told),
		a_test(refused_setting_leaves_no_new_port),
		a_test(route_to_a_network_that_has_one_is_refused),
		a_test(missing_permission_is_named),
		a_test(missing_tun_device_is_named),
		a_test(port_is_taken_over_after_its_router_died),
		a_test(port_of_the_other_type_is_made_anew),
		a_test(failed_change_leaves_an_old_port),
		a_test(mac_mtu_and_state_change_on_a_live_port),
		a_test(port_joins_and_leaves_its_bridge),
		a_test(only_our_addresses_are_removed),
		a_test(only_our_routes_are_removed),
		a_test(routes_return_with_the_link),
		a_test(remove_deletes_ours_and_nothing_else),
		a_test(prune_removes_what_nobody_holds_of_one_owner),
		a_test(passed_descriptor_carries_frames),
		a_test(agent_keeps_no_descriptor_and_ignores_the_terminal),
	};
	int failed;

	if (geteuid() != 0 || access("/dev/net/tun", R_OK | W_OK) < 0) {
		fprintf(stderr, "agent_test: needs root and /dev/net/tun, skipped\n");
		return SKIPPED;
	}
	snprintf(ns_a, sizeof(ns_a), "t-agent-%d-a", (int)getpid());
	snprintf(ns_b, sizeof(ns_b), "t-agent-%d-b", (int)getpid());
	if (unshare(CLONE_NEWNET) < 0) {
		perror("agent_test: unshare");
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (sh("ip netns list | grep -q '^t-agent-%d-'", (int)getpid()) == 0 ||
	    number_of("ip -o link | grep -vc ': lo:'") != 0) {
		fprintf(stderr, "agent_test: something is left behind\n");
		return 1;
	}
	return failed ? 1 : 0;
}
