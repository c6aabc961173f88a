/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration: a plain value. Commands edit a copy (the candidate), config_check() judges it
 * as a whole, router_apply() makes it the one in force. Items hold no pointers, so a copy is a copy
 * of bytes, and two configurations are equal when their items are.
 *
 * Order is canonical, so that equal settings give equal values however they were typed:
 * interfaces by kind and number; routes by network, prefix length, next hop; VIPs and pools by
 * name; access lists by name, their lines by sequence number; the rest as noted.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/base.h"

#define CONFIG_NAME_SIZE	64 /* hostnames, VIPs, pools, lists, namespaces; with the NUL */
#define CONFIG_DESCRIPTION_SIZE 241
#define CONFIG_IFNAME_SIZE	16 /* IFNAMSIZ */
#define CONFIG_ADDRESSES_MAX	8
#define CONFIG_PEER_ROUTES_MAX	16
#define CONFIG_DHCP_SERVERS_MAX 8
#define CONFIG_HELPERS_MAX	8
#define CONFIG_CLIENT_ID_MAX	64
#define CONFIG_BOOTFILE_SIZE	128 /* RFC 2131 s2: the field `file`, with the NUL */
#define CONFIG_DHCP_OPTION_MAX	500 /* bytes of one option; over 255 it is split (RFC 3396) */
#define CONFIG_MTU_DEFAULT	1500
#define CONFIG_MTU_MIN		576 /* RFC 791: what every host must take in */
#define CONFIG_MTU_MAX		65535
#define CONFIG_IP_MTU_MIN	68 /* RFC 791: what every link carries in one piece */
#define CONFIG_MSS_AUTO		0  /* what fits the interface's MTU */
#define CONFIG_MSS_OFF		UINT16_MAX
#define CONFIG_MSS_HEADERS	40 /* IPv4 and TCP, which an MSS does not count: RFC 6691 s2 */

/* ---- interfaces ------------------------------------------------------------------------ */

enum interface_kind {
	INTERFACE_NONE, /* no interface: an id that is not set */
	INTERFACE_TAP,
	INTERFACE_TUN,
	INTERFACE_BVI,
	INTERFACE_LOOPBACK,
	INTERFACE_KIND_COUNT
};

/** Highest number of an interface of any kind: Tap0 to Tap4095. */
#define INTERFACE_NUMBER_MAX 4095

struct interface_id {
	uint8_t kind; /* enum interface_kind */
	uint16_t number;
};

static inline bool interface_id_equal(struct interface_id a, struct interface_id b)
{
	return a.kind == b.kind && a.number == b.number;
}

/** Whether the interface is a device of the kernel: a Tap or a Tun. */
static inline bool interface_is_port(struct interface_id id)
{
	return id.kind == INTERFACE_TAP || id.kind == INTERFACE_TUN;
}

enum config_attach {
	CONFIG_ATTACH_NONE,	 /* no device is made yet */
	CONFIG_ATTACH_NAMESPACE, /* in the namespace `ns`, made before by `ip netns add` */
	CONFIG_ATTACH_HOST,	 /* in the namespace the router runs in */
};

enum config_nat_side { CONFIG_NAT_NONE, CONFIG_NAT_INSIDE, CONFIG_NAT_OUTSIDE };

/* `ip verify unicast source reachable-via …`: what a packet's source must have (RFC 3704 s2). */
enum config_verify {
	CONFIG_VERIFY_NONE,
	CONFIG_VERIFY_RX, /* its best route leads out of the interface that the packet came in by */
	CONFIG_VERIFY_ANY, /* a route */
};

struct config_peer_route {
	struct ip4_prefix network;
	ip4_t via; /* IP4_ANY: on the link */
};

struct config_interface {
	struct interface_id id;
	char description[CONFIG_DESCRIPTION_SIZE]; /* "" none */
	bool shutdown;
	uint16_t mtu; /* bytes of an IPv4 packet; CONFIG_MTU_MIN to _MAX; default 1500 */
	/* the kernel's end; Tap and Tun only */
	uint8_t attach;			 /* enum config_attach */
	char ns[CONFIG_NAME_SIZE];	 /* "" unless CONFIG_ATTACH_NAMESPACE */
	char ifname[CONFIG_IFNAME_SIZE]; /* "" the default: "tap1", "tun1" */
	bool has_mac;			 /* Tap only */
	mac_t mac;			 /* MAC of the kernel's end */
	char bridge[CONFIG_IFNAME_SIZE]; /* kernel bridge to enslave it to; "" none */
	struct ip4_prefix peer_addresses[CONFIG_ADDRESSES_MAX]; /* in the order typed */
	uint8_t peer_address_count;
	struct config_peer_route peer_routes[CONFIG_PEER_ROUTES_MAX]; /* in the order typed */
	uint8_t peer_route_count;
	/* the router's end */
	uint16_t bridge_group;				   /* of a Tap: number of its BVI; 0 none */
	struct ip4_prefix addresses[CONFIG_ADDRESSES_MAX]; /* [0] primary, then secondaries */
	uint8_t address_count;
	uint8_t nat_side; /* enum config_nat_side */
	uint16_t ip_mtu;  /* `ip mtu`: bytes, CONFIG_IP_MTU_MIN to mtu; 0: as mtu */
	uint16_t mss;	  /* `ip tcp adjust-mss`: bytes; CONFIG_MSS_AUTO, CONFIG_MSS_OFF */
	char acl_in[CONFIG_NAME_SIZE];	/* `ip access-group … in`; "" none */
	char acl_out[CONFIG_NAME_SIZE]; /* `ip access-group … out`; "" none */
	uint8_t verify;			/* enum config_verify */
	bool verify_default;		/* `allow-default`: the default route counts */
	bool no_unreachables;		/* `no ip unreachables` */
	uint32_t dhcp_leases;		/* `ip dhcp limit lease`: most through a port; 0 any */
	uint32_t dhcp_rate; /* `ip dhcp limit rate`: new clients a second; 0 the default */
	ip4_t helpers[CONFIG_HELPERS_MAX]; /* `ip helper-address`, in the order typed */
	uint8_t helper_count;
	/* DHCP client: what it tells counts when there is `ip address dhcp` */
	bool dhcp; /* `ip address dhcp`: addresses[0] is learnt, and only in the live copy */
	struct interface_id dhcp_id_of;	      /* whose MAC is its identifier; kind NONE: its own */
	char dhcp_hostname[CONFIG_NAME_SIZE]; /* told to servers; "" the router's */
	uint32_t dhcp_lease_s; /* asked for, 60 on; DHCP_LEASE_INFINITE; 0: what they give */
};

/* ---- routing and VIPs ------------------------------------------------------------------ */

struct config_route {
	struct ip4_prefix network;
	ip4_t next_hop;		       /* IP4_ANY: directly out of `interface` */
	struct interface_id interface; /* kind INTERFACE_NONE: found from the next hop */
	uint8_t distance;	       /* 1 to 255; default 1 */
	char name[CONFIG_NAME_SIZE];   /* "" none */
};

struct config_vip {
	char name[CONFIG_NAME_SIZE];
	bool dhcp;     /* the address that the interface has learnt */
	ip4_t address; /* with `dhcp` IP4_ANY, but in the live copy of one that has learnt it */
	struct interface_id interface;
};

struct config_arp {
	ip4_t address;
	mac_t mac;
};

/* ---- access lists ---------------------------------------------------------------------- */

#define CONFIG_REMARK_SIZE	101 /* as IOS: 100 characters */
#define CONFIG_SEQUENCE_MAX	2147483647
#define CONFIG_SEQUENCE_DEFAULT 10 /* the first line, and from one to the next */

/* An access list. It may be empty: as in IOS it then lets everything through an interface. */
struct config_acl {
	char name[CONFIG_NAME_SIZE]; /* or a number, see config_acl_number_is_extended() */
	bool extended;
};

/** How the ports of a line were typed, so that they are printed back like that. */
enum config_port_op {
	CONFIG_PORT_ANY,
	CONFIG_PORT_EQ,
	CONFIG_PORT_NEQ,
	CONFIG_PORT_LT,
	CONFIG_PORT_GT,
	CONFIG_PORT_RANGE
};

struct config_ports {
	uint8_t op;	/* enum config_port_op */
	uint16_t first; /* the port; 0 when op is ANY */
	uint16_t last;	/* of a RANGE, inclusive, not below first; else 0 */
};

enum config_icmp_match { CONFIG_ICMP_ANY, CONFIG_ICMP_TYPE, CONFIG_ICMP_TYPE_CODE };

/*
 * A line of an access list: a remark, or an entry. The bytes that are zero ask for nothing, but
 * for the source: its wildcard says which bits count. A remark has the sequence number of the
 * entry that it stands before, or would stand before.
 */
struct config_acl_line {
	char list[CONFIG_NAME_SIZE];
	uint32_t sequence; /* 1 to CONFIG_SEQUENCE_MAX; to config_acl_add() 0: behind the last */
	char remark[CONFIG_REMARK_SIZE]; /* not "": a remark, and the rest is zero */
	bool permit;
	ip4_t address;	/* of the source */
	ip4_t wildcard; /* bits that need not match; host: 0.0.0.0, any: 255.255.255.255 */
	/* of extended lists */
	uint8_t proto;		      /* 0 any IPv4; else the protocol's number */
	struct config_ports sport;    /* TCP and UDP */
	ip4_t dst;		      /* destination; bits without care are zero */
	ip4_t dst_care;		      /* bits that must match: the wildcard's opposite; any: 0 */
	struct config_ports dport;    /* TCP and UDP */
	uint8_t icmp_match;	      /* enum config_icmp_match; ICMP */
	uint8_t icmp_type, icmp_code; /* 0 unless icmp_match says so */
	bool established;	      /* TCP: ACK or RST */
	bool fragments;		      /* pieces behind the first, and nothing else */
	/* of both */
	bool log;
};

/* ---- NAT ------------------------------------------------------------------------------- */

/** Where a public address comes from. */
enum config_public_kind {
	CONFIG_PUBLIC_VIP,
	CONFIG_PUBLIC_INTERFACE,
	CONFIG_PUBLIC_ADDRESS, /* static translations only */
	CONFIG_PUBLIC_POOL,    /* source lists only */
};

struct config_public {
	uint8_t kind;		       /* enum config_public_kind */
	char vip[CONFIG_NAME_SIZE];    /* CONFIG_PUBLIC_VIP */
	struct interface_id interface; /* CONFIG_PUBLIC_INTERFACE: its primary address */
	ip4_t address;		       /* CONFIG_PUBLIC_ADDRESS */
	char pool[CONFIG_NAME_SIZE];   /* CONFIG_PUBLIC_POOL */
};

#define CONFIG_NAT_POOL_MAX 256 /* addresses of a pool */

/* `ip nat pool NAME START END {netmask M|prefix-length L}`. */
struct config_nat_pool {
	char name[CONFIG_NAME_SIZE];
	ip4_t start, end; /* inclusive */
	uint8_t len;	  /* prefix length of the network that both lie in */
};

/* What a NAT's mapping or filtering depends on (RFC 4787 s4.1, s5). */
enum nat_behaviour {
	NAT_ENDPOINT_INDEPENDENT,
	NAT_ADDRESS_DEPENDENT,
	NAT_ADDRESS_AND_PORT_DEPENDENT,
	NAT_BEHAVIOUR_COUNT
};

/* `ip nat inside source list LIST {vip NAME|interface IF|pool NAME} overload …`. */
struct config_nat_source {
	char list[CONFIG_NAME_SIZE];
	struct config_public public;
	bool overload;	    /* sources share an address; false, of a pool only: one each */
	bool has_mapping;   /* false: as `ip nat mapping` says */
	bool has_filtering; /* false: as `ip nat filtering` says */
	uint8_t mapping;    /* enum nat_behaviour; 0 unless has_mapping */
	uint8_t filtering;  /* enum nat_behaviour; 0 unless has_filtering */
};

/*
 * `ip nat inside source static …`: a port (tcp LOCAL LPORT PUBLIC GPORT), a range of ports (tcp
 * LOCAL range FIRST LAST PUBLIC GPORT), everything of one address (LOCAL PUBLIC), or of a network
 * (network LOCAL GLOBAL MASK).
 */
struct config_nat_static {
	uint8_t proto;		     /* 6 TCP, 17 UDP; 0 everything: one-to-one */
	char host[CONFIG_NAME_SIZE]; /* name of a device, whose DHCP lease has the address; "" none
				      */
	ip4_t local;		     /* IP4_ANY with a name */
	uint16_t local_port;	     /* of a range the first; one-to-one: 0 */
	struct config_public public;
	uint16_t global_port; /* of a range the first; one-to-one: 0 */
	uint16_t more_ports;  /* of a range: how many follow the first */
	uint8_t host_bits;    /* of a network: log2 of how many addresses; 0: one address */
	bool extendable;
};

/* `ip nat outside source list LIST pool POOL`: addresses of a pool stand for hosts outside. */
struct config_nat_outside_source {
	char list[CONFIG_NAME_SIZE];
	char pool[CONFIG_NAME_SIZE];
};

/* `ip nat outside source static GLOBAL LOCAL`: the inside knows a host outside by another address.
 */
struct config_nat_outside {
	ip4_t global, local;
};

/* `ip nat translation …-timeout SECONDS`. */
enum nat_timeout {
	NAT_TIMEOUT_UDP,    /* udp-timeout, default 300 s: RFC 4787 REQ-5 */
	NAT_TIMEOUT_DNS,    /* dns-timeout, default 120 s, not IOS's 60: REQ-5 allows no less */
	NAT_TIMEOUT_TCP,    /* tcp-timeout, default 86400 s; RFC 5382 REQ-5: 7440 s at least */
	NAT_TIMEOUT_FINRST, /* finrst-timeout, default 240 s: RFC 5382 REQ-5, RFC 7857 s2 */
	NAT_TIMEOUT_SYN,    /* syn-timeout, default 240 s: RFC 5382 REQ-5 */
	NAT_TIMEOUT_ICMP,   /* icmp-timeout, default 60 s: RFC 5508 REQ-2 */
	NAT_TIMEOUT_SIMPLE, /* timeout, default 86400 s: of translations without ports */
	NAT_TIMEOUT_COUNT
};

/* `ip nat translation {max-entries|max-ports|max-rate} {all-host|host A|list L} N`: of one device.
 */
enum config_limit_what {
	CONFIG_LIMIT_ENTRIES, /* sessions at once */
	CONFIG_LIMIT_PORTS,   /* external ports at once: RFC 6888 REQ-4 */
	CONFIG_LIMIT_RATE,    /* new sessions a second: RFC 6888 REQ-5 */
	CONFIG_LIMIT_COUNT
};

enum config_limit_scope {
	CONFIG_LIMIT_ALL_HOST, /* every device */
	CONFIG_LIMIT_HOST,     /* the device `address` */
	CONFIG_LIMIT_LIST,     /* each device that the access list `list` permits */
	CONFIG_LIMIT_SCOPE_COUNT
};

struct config_nat_limit {
	uint8_t what;		     /* enum config_limit_what */
	uint8_t scope;		     /* enum config_limit_scope */
	ip4_t address;		     /* IP4_ANY unless CONFIG_LIMIT_HOST */
	char list[CONFIG_NAME_SIZE]; /* "" unless CONFIG_LIMIT_LIST */
	uint32_t value;		     /* from 1 */
};

/* `ip nat translation port-timeout {tcp|udp} PORT {SECONDS|never}`. */
struct config_nat_port_timeout {
	uint8_t proto;	  /* 6 TCP, 17 UDP */
	uint16_t port;	  /* of the remote end, or public port of a forward */
	uint32_t seconds; /* UINT32_MAX: never */
};

/* `ip nat log translations {syslog|json} [destinations]`: where the log of bindings goes. */
enum nat_log_sink { NAT_LOG_SYSLOG, NAT_LOG_JSON, NAT_LOG_COUNT };

/* What goes there. */
enum nat_log {
	NAT_LOG_OFF,
	NAT_LOG_BINDINGS,     /* who has which port: RFC 6888 REQ-12 */
	NAT_LOG_DESTINATIONS, /* and whom they speak with */
};

struct config_nat {
	VEC(struct config_nat_pool) pools;		/* by name */
	VEC(struct config_nat_source) sources;		/* by list, public */
	VEC(struct config_nat_static) statics;		/* by public, protocol, global port */
	VEC(struct config_nat_outside) outside_statics; /* by global, each once */
	VEC(struct config_nat_outside_source) outside_sources; /* by list, each once */
	uint8_t mapping;   /* enum nat_behaviour; default endpoint-independent */
	uint8_t filtering; /* enum nat_behaviour; default address-dependent */
	bool hairpin;	   /* default true: RFC 4787 REQ-9 */
	uint32_t timeout_s[NAT_TIMEOUT_COUNT]; /* UINT32_MAX: never */
	uint32_t max_entries;		       /* sessions; 0: NAT_MAX_ENTRIES_DEFAULT */
	VEC(struct config_nat_limit) limits;   /* by what, scope, address, list */
	VEC(struct config_nat_port_timeout) port_timeouts; /* by protocol, port */
	bool unsafe_timers;	    /* timers may be shorter than the RFCs ask for */
	uint16_t port_block;	    /* ports of a block, a power of two, 64 to 4096; 0 no blocks */
	uint8_t log[NAT_LOG_COUNT]; /* enum nat_log, by enum nat_log_sink */
	uint32_t port_hold_s;	    /* rest of a port before another host has it: RFC 6888 REQ-8 */
};

/** Most addresses of a one-to-one network, as log2: each is held by an outside interface. */
#define NAT_STATIC_HOST_BITS_MAX 8

#define NAT_MAX_ENTRIES_DEFAULT 1048576
#define NAT_PORT_HOLD_DEFAULT_S 120

/* ---- DHCP ------------------------------------------------------------------------------ */

#define DHCP_LEASE_INFINITE UINT32_MAX
#define DHCP_LEASE_DEFAULT  86400

#define DHCP_PING_PACKETS_DEFAULT     2
#define DHCP_DATABASE_DELAY_DEFAULT_S 300 /* as in IOS */
#define DHCP_PING_TIMEOUT_DEFAULT_MS  500

struct config_dhcp_excluded {
	ip4_t low, high; /* inclusive */
};

/* `ip dhcp pool NAME`: a network to lease from, or (has_host) one client's fixed address. */
struct config_dhcp_pool {
	char name[CONFIG_NAME_SIZE];
	bool has_network;
	struct ip4_prefix network; /* host bits zero */
	bool has_host;
	struct ip4_prefix host; /* manual binding: the address and its network's length */
	bool has_hardware;
	mac_t hardware;					/* `hardware-address` */
	uint8_t client_id[CONFIG_CLIENT_ID_MAX];	/* `client-identifier`, type byte first */
	uint8_t client_id_len;				/* 0 none */
	char client_name[CONFIG_NAME_SIZE];		/* "" none */
	ip4_t default_routers[CONFIG_DHCP_SERVERS_MAX]; /* best first */
	uint8_t default_router_count;
	ip4_t dns_servers[CONFIG_DHCP_SERVERS_MAX]; /* best first */
	uint8_t dns_server_count;
	char domain_name[CONFIG_NAME_SIZE]; /* "" none */
	bool import_all;   /* `import all`: DNS servers and domain, if none, are those learnt */
	ip4_t next_server; /* `next-server`; IP4_ANY none */
	char bootfile[CONFIG_BOOTFILE_SIZE]; /* `bootfile`; "" none */
	bool has_lease;			     /* false: DHCP_LEASE_DEFAULT, and no line is written */
	uint32_t lease_s;		     /* seconds, 60 on; DHCP_LEASE_INFINITE */
};

/** How an option was typed, so that it is printed back like that. */
enum config_option_form {
	CONFIG_OPTION_ASCII,
	CONFIG_OPTION_HEX,
	CONFIG_OPTION_IP,
	CONFIG_OPTION_NAMES,  /* `domain-search`: RFC 3397, without compression */
	CONFIG_OPTION_ROUTES, /* `classless-route`: RFC 3442 */
	CONFIG_OPTION_FORM_COUNT
};

/* `option CODE …` of a pool, and what other lines give in the same way. */
struct config_dhcp_option {
	char pool[CONFIG_NAME_SIZE];
	uint8_t code;			       /* 2 to 254 */
	uint8_t form;			       /* enum config_option_form */
	uint16_t len;			       /* 1 to CONFIG_DHCP_OPTION_MAX */
	uint8_t bytes[CONFIG_DHCP_OPTION_MAX]; /* as they are sent */
};

/* `address A {client-id ID|hardware-address MAC}` of a pool: always the same for one client. */
struct config_dhcp_reservation {
	char pool[CONFIG_NAME_SIZE];
	ip4_t address;
	bool has_hardware;
	mac_t hardware;
	uint8_t client_id[CONFIG_CLIENT_ID_MAX]; /* type byte first */
	uint8_t client_id_len;			 /* 0: by hardware address */
};

/* `ip dhcp relay information policy …`: a client's message that has option 82 already. */
enum config_relay_policy {
	CONFIG_RELAY_DROP,    /* default: the circuit is not trusted (RFC 3046 s2.1) */
	CONFIG_RELAY_KEEP,    /* goes on with it */
	CONFIG_RELAY_REPLACE, /* goes on with ours instead, if there is one */
	CONFIG_RELAY_POLICY_COUNT
};

struct config_dhcp {
	bool disabled;			 /* `no service dhcp`: server and relay */
	uint8_t ping_packets;		 /* probes of an address before it is offered, 0 to 10 */
	uint16_t ping_timeout_ms;	 /* how long an echo waits for its answer, 100 to 10000 */
	bool conflicts_unlogged;	 /* `no ip dhcp conflict logging` */
	bool relay_option;		 /* `ip dhcp relay information option` */
	uint8_t relay_policy;		 /* enum config_relay_policy */
	char database[CONFIG_NAME_SIZE]; /* `ip dhcp database flash:NAME`: the NAME; "" none */
	uint32_t database_delay_s;	 /* `write-delay`, 60 to 86400 */
	VEC(struct config_dhcp_excluded) excluded;	  /* by low, high */
	VEC(struct config_dhcp_pool) pools;		  /* by name */
	VEC(struct config_dhcp_option) options;		  /* by pool, code */
	VEC(struct config_dhcp_reservation) reservations; /* by pool, address */
};

/* ---- names ------------------------------------------------------------------------------ */

#define CONFIG_NAME_SERVERS_MAX	  6 /* as IOS */
#define CONFIG_HOST_ADDRESSES_MAX 8

/* `ip host NAME A…`. */
struct config_host {
	char name[CONFIG_NAME_SIZE];		    /* lower case, no dot at its end */
	ip4_t addresses[CONFIG_HOST_ADDRESSES_MAX]; /* in the order typed */
	uint8_t address_count;			    /* 1 on */
};

struct config_dns {
	bool server;	/* `ip dns server`: devices inside are answered */
	bool no_lookup; /* `no ip domain lookup`: nobody else is asked */
	ip4_t name_servers[CONFIG_NAME_SERVERS_MAX]; /* in the order typed */
	uint8_t name_server_count;
	char domain[CONFIG_NAME_SIZE]; /* `ip domain name`, lower case; "" none */
	VEC(struct config_host) hosts; /* by name */
};

/* ---- the whole ------------------------------------------------------------------------- */

struct config {
	char hostname[CONFIG_NAME_SIZE];
	VEC(struct config_interface) interfaces;
	VEC(struct config_route) routes;
	VEC(struct config_vip) vips;
	VEC(struct config_arp) arps;	       /* by address */
	VEC(struct config_acl) acls;	       /* by name: numbers by value, then words */
	VEC(struct config_acl_line) acl_lines; /* by list, sequence; remarks before their entry */
	struct config_nat nat;
	struct config_dhcp dhcp;
	struct config_dns dns;
};

/** Why a configuration is refused: one line that names both sides of the fault. */
struct config_error {
	char text[320];
};

/** A configuration with every default and nothing else; hostname "home". */
void config_init(struct config *config);
/** Frees what it holds; the struct is the caller's. Zero bytes are fine. */
void config_fini(struct config *config);
/** Makes @to, an initialised configuration, equal to @from. Return: 0; -ENOMEM, @to empty. */
int config_copy(struct config *to, const struct config *from);
bool config_equal(const struct config *a, const struct config *b);

/**
 * config_check() - whether a configuration makes sense as a whole
 * Checks what no single command can see: overlapping networks, a VIP or static forward that no
 * interface holds, names that nothing defines, pools outside every network, two ports of one name.
 * Return: 0; -EINVAL with @error filled in.
 */
int config_check(const struct config *config, struct config_error *error);

/* Finders return NULL when there is none; the result is borrowed until the next edit. `_get` makes
 * the item, with its defaults and in its place, when it is missing; NULL then means no memory. */
struct config_interface *config_interface_find(const struct config *config, struct interface_id id);
struct config_interface *config_interface_get(struct config *config, struct interface_id id);
void config_interface_remove(struct config *config, struct interface_id id);

struct config_vip *config_vip_find(const struct config *config, const char *name);
struct config_vip *config_vip_get(struct config *config, const char *name);
void config_vip_remove(struct config *config, const char *name);

struct config_nat_pool *config_nat_pool_find(const struct config *config, const char *name);
struct config_nat_pool *config_nat_pool_get(struct config *config, const char *name);
void config_nat_pool_remove(struct config *config, const char *name);
/** How many addresses a pool has; 0: none or more than CONFIG_NAT_POOL_MAX, so config_check()
 * refuses it. */
uint32_t config_nat_pool_size(const struct config_nat_pool *pool);
/** Whether a source list takes its addresses from the pool. */
bool config_nat_pool_in_use(const struct config *config, const char *name);

struct config_dhcp_pool *config_pool_find(const struct config *config, const char *name);
struct config_dhcp_pool *config_pool_get(struct config *config, const char *name);
void config_pool_remove(struct config *config, const char *name);

/* Adders put the item in its place; a second one with the same key replaces the first.
 * Return: 0; -ENOMEM; -EEXIST as noted.
 * Removers return 0, or -ENOENT when nothing matched. */
int config_route_add(struct config *config, const struct config_route *route);
/** Key: network, next hop and interface. */
int config_route_remove(struct config *config, const struct config_route *route);
int config_arp_add(struct config *config, const struct config_arp *arp);
int config_arp_remove(struct config *config, ip4_t address);
/** Key: list and public. */
int config_nat_source_add(struct config *config, const struct config_nat_source *source);
int config_nat_source_remove(struct config *config, const struct config_nat_source *source);
/** Key: public, protocol and (first) global port. Return: also -EEXIST: taken for another local
 * end.
 */
int config_nat_static_add(struct config *config, const struct config_nat_static *rule);
/** Whether two are one line in all but `extendable`. */
bool config_nat_static_same(const struct config_nat_static *a, const struct config_nat_static *b);
/** The rule that has the public end of @rule; NULL. */
const struct config_nat_static *config_nat_static_find(const struct config *config,
						       const struct config_nat_static *rule);
int config_nat_static_remove(struct config *config, const struct config_nat_static *rule);
/** Key: global. Return: also -EEXIST: it has another local address. */
int config_nat_outside_add(struct config *config, const struct config_nat_outside *rule);
/** Key: list. */
int config_nat_outside_source_add(struct config *config,
				  const struct config_nat_outside_source *source);
int config_nat_outside_source_remove(struct config *config,
				     const struct config_nat_outside_source *source);
/** Whether a pool's addresses stand for hosts outside. */
bool config_nat_pool_is_outside(const struct config *config, const char *name);
/** Both addresses must match. */
int config_nat_outside_remove(struct config *config, const struct config_nat_outside *rule);
/** Key: all but the value. */
int config_nat_limit_add(struct config *config, const struct config_nat_limit *limit);
int config_nat_limit_remove(struct config *config, const struct config_nat_limit *limit);
/** Key: protocol and port. */
int config_nat_port_timeout_add(struct config *config,
				const struct config_nat_port_timeout *timeout);
int config_nat_port_timeout_remove(struct config *config, uint8_t proto, uint16_t port);
int config_excluded_add(struct config *config, const struct config_dhcp_excluded *range);
int config_excluded_remove(struct config *config, const struct config_dhcp_excluded *range);

/* ---- config_dhcp.c ---- */

/** Options of a pool: *@count of them, by code, from the one returned on. */
const struct config_dhcp_option *config_options(const struct config *config, const char *pool,
						uint32_t *count);
/** An option of a pool, or NULL. */
const struct config_dhcp_option *config_option_find(const struct config *config, const char *pool,
						    uint8_t code);
/** Key: pool and code. Return: 0; -ENOMEM. */
int config_option_add(struct config *config, const struct config_dhcp_option *option);
int config_option_remove(struct config *config, const char *pool, uint8_t code);
/** Key: pool and address. Return: 0; -ENOMEM. */
int config_reservation_add(struct config *config, const struct config_dhcp_reservation *one);
int config_reservation_remove(struct config *config, const char *pool, ip4_t address);
/** Removes all that belongs to a pool but itself. */
void config_pool_parts_remove(struct config *config, const char *pool);

/* Parts of config_copy(), config_fini() and config_equal(). */
int config_dhcp_copy(struct config_dhcp *to, const struct config_dhcp *from);
void config_dhcp_fini(struct config_dhcp *dhcp);
bool config_dhcp_equal(const struct config_dhcp *a, const struct config_dhcp *b);

/* ---- config_dns.c ---- */

/**
 * config_dns_name() - a domain name as the configuration keeps it: in lower case, without its dot
 * @out: CONFIG_NAME_SIZE bytes, zeros behind the name
 * Return: 0; -EINVAL: not letters, digits, hyphens and underscores in labels, or longer than
 * CONFIG_NAME_SIZE allows.
 */
int config_dns_name(const char *text, char *out);
/** The entry of a name that config_dns_name() made, or NULL. */
struct config_host *config_host_find(const struct config *config, const char *name);
/** Key: name. Return: 0; -ENOMEM. */
int config_host_add(struct config *config, const struct config_host *host);
int config_host_remove(struct config *config, const char *name);
/** The first address of `ip host`, by its name in any case. Return: 0; -ENOENT. */
int config_host_address(const struct config *config, const char *name, ip4_t *address);
/** The first name, in their order, that `ip host` gives an address; NULL. */
const char *config_host_name(const struct config *config, ip4_t address);

/* Parts of config_copy(), config_fini(), config_equal() and config_check(). */
int config_dns_copy(struct config_dns *to, const struct config_dns *from);
void config_dns_fini(struct config_dns *dns);
bool config_dns_equal(const struct config_dns *a, const struct config_dns *b);
int config_check_dns(const struct config *config, struct config_error *error);

/* ---- config_acl.c ---- */

/** Whether a list of that number is extended. Return: 1, 0; -EINVAL: no number of a list. */
int config_acl_number_is_extended(const char *name);
/** Order of names of lists: numbers by their value, then words. */
int config_acl_name_compare(const char *a, const char *b);
struct config_acl *config_acl_find(const struct config *config, const char *name);
/** An existing list is given as it is, standard or extended. */
struct config_acl *config_acl_get(struct config *config, const char *name, bool extended);
/** Whether there is such a list, empty or not. */
bool config_acl_exists(const struct config *config, const char *list);
/** Lines of a list: *@count of them from the one returned on. */
const struct config_acl_line *config_acl_lines(const struct config *config, const char *list,
					       uint32_t *count);
/** Whether two lines say the same, wherever they stand in whichever list. */
bool config_acl_same(const struct config_acl_line *a, const struct config_acl_line *b);
/** Whether a line says more than a standard list can. */
bool config_acl_line_is_extended(const struct config_acl_line *line);
/**
 * config_acl_add() - add a line to its list, which is made when it is missing
 * An entry that the list has already is not added again.
 * Return: 0; -ENOMEM; -EEXIST another entry has the sequence number; -EALREADY the entry stands
 * elsewhere, and a number was asked for; -ERANGE no number is left behind the last.
 */
int config_acl_add(struct config *config, const struct config_acl_line *line);
/** Removes the entry or remark that says the same; with its last line a numbered list goes. */
int config_acl_remove(struct config *config, const struct config_acl_line *line);
/** Removes the entry of a sequence number; when only remarks have it, those. */
int config_acl_remove_sequence(struct config *config, const char *list, uint32_t sequence);
/** Removes a list with every line. */
int config_acl_remove_list(struct config *config, const char *list);
/** Numbers the lines anew. Return: 0; -ENOENT no such list; -ERANGE the last would be too high. */
int config_acl_resequence(struct config *config, const char *list, uint32_t start, uint32_t step);
/** Whether every line has the number that it would be given: they need not be written. */
bool config_acl_numbers_are_default(const struct config *config, const char *list);
/**
 * Whether an access list permits a source; the last, unwritten line denies. Of an extended list:
 * whether it may permit a packet of that source.
 */
bool config_acl_permits(const struct config *config, const char *list, ip4_t source);

/** The default of a NAT timeout, in seconds. */
uint32_t config_nat_timeout_default(enum nat_timeout which);

/** "udp-timeout". Static. */
const char *config_nat_timeout_name(enum nat_timeout which);

/** "max-entries". Static. */
const char *config_nat_limit_name(enum config_limit_what what);

/* Parts of config_copy(), config_fini(), config_equal() and config_check(), for config_limits.c. */
int config_nat_limits_copy(struct config_nat *to, const struct config_nat *from);
void config_nat_limits_fini(struct config_nat *nat);
bool config_nat_limits_equal(const struct config_nat *a, const struct config_nat *b);
int config_check_limits(const struct config *config, struct config_error *error);

/** Whether two publics are the same, by what they name. */
bool config_public_equal(const struct config_public *a, const struct config_public *b);

/** The address that a public stands for. Return: 0; -ENOENT no such VIP, one or an interface
 * without an address yet, or a pool, which has many. */
int config_public_address(const struct config *config, const struct config_public *public,
			  ip4_t *address);

/** The interface in whose networks @address lies, routed Taps, Tuns and BVIs only; or NULL. */
const struct config_interface *config_interface_for(const struct config *config, ip4_t address);

/** Name of the kernel's end: `ifname`, or the default "tap1" in @name (CONFIG_IFNAME_SIZE bytes).
 */
const char *config_kernel_name(const struct config_interface *interface, char *name);

/** The longest IPv4 packet to be sent out of an interface, bytes. */
static inline uint16_t config_ip_mtu(const struct config_interface *interface)
{
	return interface->ip_mtu ? MIN(interface->ip_mtu, interface->mtu) : interface->mtu;
}

/** The largest MSS that a SYN routed through an interface may tell; CONFIG_MSS_OFF: any. A number
 * that was set counts only as far as it fits the interface's MTU. */
static inline uint16_t config_mss(const struct config_interface *interface)
{
	uint16_t fits = (uint16_t)(config_ip_mtu(interface) - CONFIG_MSS_HEADERS);

	if (interface->mss == CONFIG_MSS_AUTO || interface->mss == CONFIG_MSS_OFF)
		return interface->mss == CONFIG_MSS_AUTO ? fits : CONFIG_MSS_OFF;
	return MIN(fits, interface->mss);
}

/** A Tap in a bridge group has no layer 3 of its own; its BVI has. */
static inline bool config_is_switched(const struct config_interface *interface)
{
	return interface->id.kind == INTERFACE_TAP && interface->bridge_group != 0;
}

#endif
