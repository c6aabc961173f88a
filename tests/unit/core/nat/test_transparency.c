/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What NAT does not do: read or change payloads, open ports that a payload speaks of (RFC 4787
 * REQ-10, RFC 5382 REQ-6), or behave otherwise when it is nearly full (RFC 4787 REQ-11).
 */
#include "tests/unit/core/nat/fixture.h"

/* Messages that application gateways look for, each with the ports that they know them by. */
static const struct {
	const char *name;
	uint8_t proto;
	uint16_t sport, dport;
	const char *payload;
} baits[] = {
	{"FTP, active", 6, 40000, 21, "PORT 192,168,1,100,156,65\r\n"},
	{"FTP, extended", 6, 40001, 21, "EPRT |1|192.168.1.100|40002|\r\n"},
	{"IRC, DCC", 6, 40003, 6667,
	 "PRIVMSG friend :\001DCC SEND a.txt 3232235876 40004 12345\001\r\n"},
	{"SIP", 17, 5060, 5060,
	 "INVITE sip:bob@198.51.100.7 SIP/2.0\r\n"
	 "Via: SIP/2.0/UDP 192.168.1.100:5060;branch=z9hG4bK1\r\n"
	 "Contact: <sip:alice@192.168.1.100:5060>\r\nContent-Type: application/sdp\r\n\r\n"
	 "c=IN IP4 192.168.1.100\r\nm=audio 40006 RTP/AVP 0\r\n"},
	{"SIP over TCP, as slipstreaming sends it", 6, 40007, 5060,
	 "REGISTER sip:198.51.100.7 SIP/2.0\r\nVia: SIP/2.0/TCP 192.168.1.100:40008\r\n"
	 "Contact: <sip:x@192.168.1.100:40008>\r\n\r\n"},
	{"RTSP", 6, 40009, 554,
	 "SETUP rtsp://198.51.100.7/a RTSP/1.0\r\nTransport: RTP/AVP;client_port=40010-40011\r\n"},
	{"H.323 and PPTP carry addresses as bytes", 6, 40012, 1720,
	 "\x03\x01\x01\x10\x08\x02\x7e\xff\xc0\xa8\x01\x64\x9c\x4e\xc0\xa8\x01\x64\x9c\x4f"},
	{"PPTP", 6, 40013, 1723,
	 "\x01\x9c\x01\x01\x1a\x2b\x3c\x4d\x07\x01\x01\x01\xc0\xa8\x01\x64"},
	{"NAT traversal of IPsec", 17, 4500, 4500,
	 "\x01\x01\x01\x01\xc0\xa8\x01\x64\x11\x94\x11\x94 192.168.1.100"},
	{"TFTP", 17, 40014, 69,
	 "\x01\x01"
	 "file\x01octet"},
	{"NetBIOS", 17, 137, 137, "\x11\x0a\x11\x01\xc0\xa8\x01\x64\x01\x89"},
	{"DNS", 17, 40015, 53, "\x12\x34\x01\x01 www.example.com \xc0\xa8\x01\x64"},
};

/* Such a message from inside, or (@reply) the same bytes from the remote to @external. */
static void bait(struct home *home, struct packet *p, unsigned int n, bool reply, uint16_t external)
{
	ip4_t src = reply ? SERVER : LAPTOP, dst = reply ? VIP : SERVER;
	uint16_t sport = reply ? baits[n].dport : baits[n].sport;
	uint16_t dport = reply ? external : baits[n].dport;
	uint32_t len = (uint32_t)strlen(baits[n].payload);
	bool tcp = baits[n].proto == IP_PROTO_TCP;
	uint16_t l4_len = (uint16_t)((tcp ? TCP_LEN : UDP_LEN) + len);
	struct writer w = packet_begin(p, src, dst, baits[n].proto, l4_len);
	uint8_t *l4 = w.at;

	if (!tcp) {
		udp_build(&w, &(struct udp){.sport = sport, .dport = dport}, src, dst,
			  baits[n].payload, len);
		packet_end(home, p, &w);
		return;
	}
	tcp_build(&w,
		  &(struct tcp){.sport = sport,
				.dport = dport,
				.seq = reply ? 9001 : 1001,
				.ack = reply ? 1001 : 9001,
				.header_len = TCP_LEN,
				.flags = TCP_ACK | TCP_PSH,
				.window = 65535},
		  src, dst);
	writer_bytes(&w, baits[n].payload, len);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, l4_len,
					   checksum_pseudo(src, dst, IP_PROTO_TCP, l4_len)));
	packet_end(home, p, &w);
}

static void shake_hands(struct home *home, uint16_t sport, uint16_t dport, uint16_t external)
{
	struct packet p;

	packet_tcp(home, &p, SERVER, dport, VIP, external); /* its SYN-ACK */
	packet_set_flags(&p, TCP_SYN | TCP_ACK);
	wire_put32(frame_l4(&p.frame) + 4, 9000);
	wire_put32(frame_l4(&p.frame) + 8, 1001);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dport, sport);
}

static void payload_stays(struct home *home, uint8_t proto)
{
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(baits); n++) {
		uint32_t header = proto == IP_PROTO_TCP ? TCP_LEN : UDP_LEN;
		uint32_t len = (uint32_t)strlen(baits[n].payload), sessions;
		uint16_t external = baits[n].sport;

		if (baits[n].proto != proto)
			continue;
		if (proto == IP_PROTO_TCP) {
			external = tcp_out(home, LAPTOP, baits[n].sport, SERVER, baits[n].dport,
					   TCP_SYN);
			shake_hands(home, baits[n].sport, baits[n].dport, external);
		}
		for (unsigned int reply = 0; reply < 2; reply++) {
			bait(home, &p, n, reply, external);
			assert_int_equal(reply ? send_in(home, &p) : send_out(home, &p),
					 VERDICT_NEXT);
			packet_check(&p);
			assert_int_equal(frame_l4_len(&p.frame), header + len);
			assert_memory_equal(frame_l4(&p.frame) + header, baits[n].payload, len);
		}
		sessions = session_count_now(home);
		/* nobody new gets in by any port near those that were spoken of */
		for (uint16_t port = 40000; port < 40020; port++) {
			packet_udp(home, &p, OTHER, 999, VIP, port);
			assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
			packet_tcp(home, &p, OTHER, 999, VIP, port);
			assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
		}
		assert_int_equal(session_count_now(home), sessions);
	}
}

static uint32_t baits_of(uint8_t proto)
{
	uint32_t count = 0;

	for (unsigned int n = 0; n < ARRAY_COUNT(baits); n++)
		count += baits[n].proto == proto;
	return count;
}

static void u10_no_payload_of_udp_is_read_or_changed(void **state)
{
	struct home *home = *state;

	payload_stays(home, IP_PROTO_UDP);
	assert_int_equal(session_count_now(home), baits_of(IP_PROTO_UDP));
}

static void t6_no_payload_of_tcp_is_read_or_changed(void **state)
{
	struct home *home = *state;

	payload_stays(home, IP_PROTO_TCP);
	assert_int_equal(session_count_now(home), baits_of(IP_PROTO_TCP));
}

/* ---- load ------------------------------------------------------------------------------------ */

/* Mapping, port, filtering and hairpin as a host finds them out. */
static void assert_behaviour(struct home *home, uint16_t port)
{
	struct packet p;

	assert_int_equal(udp_out(home, LAPTOP, port, SERVER, 3478), port);   /* kept */
	assert_int_equal(udp_out(home, LAPTOP, port, OTHER, 3479), port);    /* REQ-1 */
	assert_int_equal(udp_in(home, OTHER, 9999, port, &p), VERDICT_NEXT); /* its address */
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(udp_in(home, TRANSIT, 3478, port, &p), VERDICT_DROPPED);
	/* a port that is taken: another, of the same class, and the same for all remotes */
	uint16_t lost = udp_out(home, PHONE, port, SERVER, 3478);

	assert_int_not_equal(lost, port);
	assert_true(lost >= 1024);
	assert_int_equal(udp_out(home, PHONE, port, OTHER, 3479), lost);
	packet_udp(home, &p, PHONE, port, VIP, port);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(nat_inbound(home->nat, &p.frame, true, home->now), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(p.frame.src.host, VIP.host);
	assert_int_equal(p.frame.sport, lost);
}

static void u11_a_table_that_is_95_percent_full_behaves_as_an_empty_one(void **state)
{
	struct home *home = *state;

	home->config.nat.max_entries = 60000;
	home_configure(home);
	assert_behaviour(home, 2000);
	/* from ten devices, as one alone would come to its share (core/nat/limits.c) */
	for (unsigned int n = 0; session_count_now(home) < 57000; n++)
		udp_out(home, (ip4_t){IP4(192, 168, 1, 10).host + n % 10},
			(uint16_t)(3000 + n % 3000), (ip4_t){OTHER.host + 1 + n / 3000}, 80);
	assert_behaviour(home, 2001);
	assert_behaviour(home, 2002);
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(u10_no_payload_of_udp_is_read_or_changed),
		HOME_TEST(t6_no_payload_of_tcp_is_read_or_changed),
		HOME_TEST(u11_a_table_that_is_95_percent_full_behaves_as_an_empty_one),
	};

	return cmocka_run_group_tests_name("nat/transparency", tests, NULL, NULL);
}
