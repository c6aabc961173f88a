/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The world of a shell session. A change goes to apply.c; saving goes to a worker thread, since a
 * disk may take its time. Each ends in one call of resume().
 */
#include "cmd/viprouterd/effects.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>
#include "cmd/viprouterd/apply.h"
#include "cmd/viprouterd/lease_export.h"
#include "cmd/viprouterd/dns_service.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"
#include "cmd/viprouterd/trace.h"
#include "cmd/viprouterd/version.h"
#include "netlink/namespace.h"

/** An effect of one session. */
struct effect {
	struct effects *effects;
	struct session *session;
	uv_work_t work;
	char *text; /* startup-config to write */
	int status;
};

static void effect_end(struct effect *effect, int status, const char *message)
{
	struct effects *effects = effect->effects;

	effects->under_way--;
	effects->resume(effects->control, effect->session, status, message);
	free(effect->text);
	free(effect);
}

static struct effect *effect_new(struct effects *effects, struct session *session)
{
	struct effect *effect = calloc(1, sizeof(*effect));

	if (!effect)
		return NULL;
	effect->effects = effects;
	effect->session = session;
	effect->work.data = effect;
	return effect;
}

/* ---- apply ------------------------------------------------------------------------------ */

static void applied(void *context, int status, const char *message)
{
	struct effect *effect = context;

	if (status == 0)
		log_line(EVENT_NOTICE, "SYS", "CONFIG_I", "Configured from vipsh");
	if (status == 0 && effect->effects->export)
		lease_export_changed(effect->effects->export);
	effect_end(effect, status, message);
}

static int effect_apply(void *context, struct session *session, const struct config *candidate)
{
	struct effects *effects = context;
	struct effect *effect;
	int ret;

	if (effects->stopping)
		return -ESHUTDOWN;
	effect = effect_new(effects, session);
	if (!effect)
		return -ENOMEM;
	ret = apply_start(effects->apply, candidate, PLAN_APPLY, applied, effect);
	if (ret < 0)
		free(effect);
	else
		effects->under_way++;
	return ret;
}

/* ---- startup-config --------------------------------------------------------------------- */

static void save_work(uv_work_t *work)
{
	struct effect *effect = work->data;

	effect->status = store_replace(effect->effects->startup_config, effect->text,
				       strlen(effect->text), true);
}

static void saved(uv_work_t *work, int status)
{
	struct effect *effect = work->data;
	char message[400];

	(void)status;
	if (effect->status < 0)
		snprintf(message, sizeof(message), "cannot write %.256s: %s",
			 effect->effects->startup_config, strerror(-effect->status));
	effect_end(effect, effect->status, effect->status < 0 ? message : NULL);
}

static int effect_save_startup(void *context, struct session *session, const char *text)
{
	struct effects *effects = context;
	struct effect *effect = effect_new(effects, session);
	int ret;

	if (!effect)
		return -ENOMEM;
	effect->text = strdup(text);
	ret = effect->text ? uv_queue_work(effects->pump->loop, &effect->work, save_work, saved)
			   : -ENOMEM;
	if (ret < 0) {
		free(effect->text);
		free(effect);
		return ret;
	}
	effects->under_way++;
	return 0;
}

static char *effect_read_startup(void *context)
{
	struct effects *effects = context;
	char *text;

	return store_read(effects->startup_config, &text, NULL) == 0 ? text : NULL;
}

static int effect_erase_startup(void *context)
{
	struct effects *effects = context;

	if (unlink(effects->startup_config) < 0 && errno != ENOENT)
		return -errno;
	return store_sync_dir(effects->startup_config);
}

static json_t *effect_namespaces(void *context)
{
	json_t *names = json_array();
	DIR *dir = opendir(NAMESPACE_FOLDER);

	(void)context;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			json_array_append_new(names, json_string(entry->d_name));
	if (dir)
		closedir(dir);
	return names;
}

static int effect_trace(void *context, const struct trace_packet *packet, struct trace *trace)
{
	struct effects *effects = context;

	return trace_fork(effects->pump->router, packet, trace, pump_now());
}

static void effect_database(void *context, struct world_database *out)
{
	struct effects *effects = context;

	memset(out, 0, sizeof(*out));
	if (effects->export)
		lease_export_status(effects->export, out);
}

static json_t *effect_hosts(void *context, const char *name, struct show_cursor *cursor)
{
	struct effects *effects = context;

	return dns_service_hosts(effects->dns, name, cursor);
}

static json_t *effect_dns_view(void *context)
{
	struct effects *effects = context;

	return dns_service_view(effects->dns);
}

static json_t *effect_dns_statistics(void *context)
{
	struct effects *effects = context;

	return dns_service_statistics(effects->dns);
}

static unsigned int effect_clear_hosts(void *context, const char *name)
{
	struct effects *effects = context;

	return dns_service_clear_hosts(effects->dns, name);
}

static void effect_clear_dns_statistics(void *context)
{
	struct effects *effects = context;

	dns_service_clear_statistics(effects->dns);
}

static const struct world_effects world_effects = {
	.apply = effect_apply,
	.save_startup = effect_save_startup,
	.read_startup = effect_read_startup,
	.namespaces = effect_namespaces,
	.erase_startup = effect_erase_startup,
	.trace = effect_trace,
	.database = effect_database,
	.hosts = effect_hosts,
	.dns_view = effect_dns_view,
	.dns_statistics = effect_dns_statistics,
	.clear_hosts = effect_clear_hosts,
	.clear_dns_statistics = effect_clear_dns_statistics,
};

/* ---- the whole -------------------------------------------------------------------------- */

void effects_init(struct effects *effects, struct pump *pump, struct apply *apply,
		  const char *instance, const char *startup_config)
{
	memset(effects, 0, sizeof(*effects));
	effects->pump = pump;
	effects->apply = apply;
	effects->startup_config = startup_config;
	effects->world.router = pump->router;
	effects->world.instance = instance;
	effects->world.version = VIPROUTERD_VERSION;
	effects->world.started = pump_now();
	effects->world.effects = &world_effects;
	effects->world.context = effects;
	effects_refresh(effects);
}

void effects_refresh(struct effects *effects)
{
	effects->world.now = pump_now();
	effects->world.wall_s = pump_wall_s();
	effects->world.running = router_config(effects->pump->router);
}

bool effects_busy(const struct effects *effects)
{
	return effects->under_way > 0;
}

void effects_hold(struct effects *effects)
{
	effects->under_way++;
}

void effects_release(struct effects *effects)
{
	effects->under_way--;
}
