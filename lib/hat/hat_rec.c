#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "hat_csv.h"
#include "hat_rec.h"
#include "hat_yaml.h"

enum { YAML_BYTES_MAX = 1 << 16, SUPER_DEFAULT = 640 };

int
hat_name_fits(const char *s)
{
	json_t *j = json_string(s);

	json_decref(j);
	return j != NULL;
}

/* "HAT_x" of "configs/HAT_x.yml"; an empty name from stdin. */
char *
hat_base_name(const char *path)
{
	static const char *const ends[] = { ".zst", ".yml", ".yaml", ".csv" };
	char *name = xstrdup(!path || !strcmp(path, "-") ? "" :
		path_file(path));

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(name), k = strlen(ends[i]);
		if (n > k && !strcmp(name + n - k, ends[i]))
			name[n - k] = 0;
	}
	return name;
}

/* The file's task below the options', above HAT's super width; widths: those
 * of the architecture or the widest of the space. */
static struct task
complete(const struct in *in, const struct hat_setup *s,
	const struct task *file, int is_space, int encoder, int decoder)
{
	struct task t = s->task;
	struct why why;

	task_fill(&t, file);
	if (t.share_all_embeddings > 0) {
		t.src_vocab = t.src_vocab ? t.src_vocab : t.tgt_vocab;
		t.tgt_vocab = t.tgt_vocab ? t.tgt_vocab : t.src_vocab;
	}
	if (!t.super_encoder_embed_dim)
		t.super_encoder_embed_dim = is_space ? encoder : SUPER_DEFAULT;
	if (!t.super_decoder_embed_dim)
		t.super_decoder_embed_dim = is_space ? decoder : SUPER_DEFAULT;
	if (task_check(&t, encoder, decoder, &why))
		in_fail(in, "%s", why.text);
	return t;
}

static void
import_yaml(struct in *in, const struct hat_setup *s, const char *text,
	size_t len, const char *name)
{
	struct hat_yaml y;
	struct why why;
	struct buf b = { 0 };

	if (!hat_name_fits(name))
		in_fail(in, "the file name is not UTF-8: use --name");
	if (hat_yaml_read(&y, text, len, (int)s->qkv_dim, &in->line, &why))
		in_fail(in, "%s", why.text);
	in->line = 0;
	struct task t = complete(in, s, &y.task, y.is_space, y.is_space ?
		choice_max(&y.space.choice[GENE_ENCODER_EMBED]) :
		y.arch.encoder_embed_dim, y.is_space ?
		choice_max(&y.space.choice[GENE_DECODER_EMBED]) :
		y.arch.decoder_embed_dim);
	if (y.is_space) {
		if (strlen(name) >= sizeof y.space.name)
			in_fail(in, "a space's name has under %zu bytes: use "
				"--name", sizeof y.space.name);
		strcpy(y.space.name, name);
		member_key(&b, "space");
		space_print(&b, &y.space);
	} else {
		if (*name)
			member_string(&b, "name", name);
		member_key(&b, "arch");
		arch_print(&b, &y.arch);
	}
	member_key(&b, "task");
	task_print(&b, &t);
	if (!y.is_space)
		arch_id_member(&b, &(struct rec){ 0 }, &y.arch);
	rec_put_members(&b);
	buf_free(&b);
}

static void
import_csv(struct in *in, const struct hat_setup *s, char *line,
	const char *data_set)
{
	struct hat_csv csv;
	struct hat_csv_row row;
	struct why why;
	struct buf b = { 0 }, tail = { 0 }, task = { 0 };

	if (hat_csv_header(&csv, line, &why))
		in_fail(in, "%s", why.text);
	if (s->name)
		member_string(&tail, "name", s->name);
	if (*data_set && hat_name_fits(data_set))
		member_string(&tail, "data_set", data_set);
	task_print(&task, &s->task);
	if (strcmp(task.data, "{}"))
		member_raw(&tail, "task", task.data);
	while ((line = in_line(in, NULL))) {
		if (!line[strspn(line, " \t\r,;")])
			continue;
		if (hat_csv_row(&csv, line, &row, &why))
			in_fail(in, "%s", why.text);
		buf_clear(&b);
		hat_csv_print(&b, &row);
		if (tail.len)
			buf_printf(&b, ",%s", tail.data);
		rec_put_members(&b);
	}
	buf_free(&b);
	buf_free(&tail);
	buf_free(&task);
}

void
hat_import(const struct hat_setup *s, const char *path)
{
	struct in in;
	char *line, *name = hat_base_name(path);
	size_t len;

	in_open(&in, path);
	if (!(line = in_line(&in, &len)))
		in_fail(&in, "empty, want HAT's YAML or CSV");
	if (hat_csv_is_header(line))
		import_csv(&in, s, line, name);
	else {
		struct buf text = { 0 };
		char *rest;
		buf_add(&text, line, len);
		buf_str(&text, "\n");
		rest = in_all(&in, &len, YAML_BYTES_MAX);
		buf_add(&text, rest, len);
		import_yaml(&in, s, text.data, text.len, s->name ? s->name :
			name);
		buf_free(&text);
		free(rest);
	}
	free(name);
	in_close(&in);
}

void
hat_export(const char *path)
{
	struct task none = task_unknown(), task;
	struct rec r = { 0 };
	struct buf b = { 0 };
	struct why why;
	struct in in;

	in_open(&in, path);
	if (!rec_get(&in, &r))
		in_fail(&in, "want an arch or a space record");
	if (json_object_get(r.json, "space")) {
		struct space s;
		if (json_object_get(r.json, "arch"))
			in_fail(&in, "both an \"arch\" and a \"space\"");
		if (space_from_json(&s, json_object_get(r.json, "space"),
		    &why))
			in_fail(&in, "%s", why.text);
		if (s.choice[GENE_ENCODER_CONV].n ||
		    s.choice[GENE_DECODER_CONV].n)
			in_fail(&in, "HAT's files have no convolutions");
		task = task_rec_get(&in, &r, &none);
		hat_yaml_print_space(&b, &s, &task);
	} else {
		struct arch a = arch_rec_get(&in, &r, &none, &task);
		for (int i = 0; i < LAYERS_MAX; i++)
			if (a.encoder_conv_kernel[i] ||
			    a.decoder_conv_kernel[i])
				in_fail(&in, "HAT's files have no "
					"convolutions");
		hat_yaml_print_arch(&b, &a, &task);
	}
	if (rec_get(&in, &r))
		in_fail(&in, "want one record only");
	rec_put_line(b.data, b.len);
	rec_free(&r);
	buf_free(&b);
	in_close(&in);
}
