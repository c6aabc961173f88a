/* SPDX-License-Identifier: BSD-2-Clause */
/* See ethernet.h. A frame has no state: what lies behind the type is the next format's matter. */
#include "core/wire/ethernet.h"

int ethernet_parse(struct cursor *c, struct ethernet *e)
{
	e->dst = cursor_mac(c);
	e->src = cursor_mac(c);
	e->type = cursor_u16(c);
	return c->bad ? -EPROTO : 0;
}

void ethernet_build(struct writer *w, const struct ethernet *e)
{
	writer_mac(w, e->dst);
	writer_mac(w, e->src);
	writer_u16(w, e->type);
}
