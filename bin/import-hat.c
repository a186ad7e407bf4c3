/* import-hat - HAT's files as records, and back.
 * stdin or files: HAT's SubTransformer YAML, search space YAML or latency CSV,
 * told apart by content.  stdout: an arch record, a space record, or a record
 * {"features":[..],"latency_ms":{..},"latency_std_ms":{..}} a row;
 * from a file also its name, as "data_set".
 * --export: one arch or space record -> YAML for HAT's train.py.
 * --weights: a YAML and a checkpoint -> model file. */
#include <stdlib.h>
#include "base/opt.h"
#include "hat/hat_rec.h"
#include "hat/hat_weights_rec.h"
#include "rec/in.h"
#include "rec/out.h"

int
main(int argc, char **argv)
{
	int export = 0, share = 0;
	struct hat_setup s = { 0 };
	long super_encoder = 0, super_decoder = 0;
	struct task_opts to = TASK_OPTS;
	struct opt_list files;
	struct hat_model m = { 0 };
	const char *output = NULL;
	const struct opt opts[] = {
		OPT_FLAG('e', "export", &export,
			"one arch or space record -> HAT's YAML"),
		OPT_TEXT('w', "weights", &m.weights, "FILE",
			"a checkpoint as safetensors: with the YAML of its "
			"SubTransformer or space, a model"),
		OPT_OUTPUT('o', "output", &output,
			"the model to write; -: stdout"),
		OPT_TEXT(0, "src-dict", &m.src_dict, "FILE",
			"source dictionary, stored in the model"),
		OPT_TEXT(0, "tgt-dict", &m.tgt_dict, "FILE",
			"target dictionary [that of the source, if shared]"),
		OPT_TEXT('n', "name", &s.name, "TEXT",
			"name of the record, in place of the file's"),
		OPT_LONG(0, "qkv-dim", &s.qkv_dim, 0, WIDTH_MAX,
			"width of attention, 0: the file's, else 512"),
		OPT_VOCAB(&to),
		OPT_FLAG(0, "share-all-embeddings", &share,
			"one table for both sides and the output"),
		OPT_LONG(0, "super-encoder-embed-dim", &super_encoder, 0,
			WIDTH_MAX, "width of the supernet's encoder; 0: the "
			"file's, else 640 or the widest"),
		OPT_LONG(0, "super-decoder-embed-dim", &super_decoder, 0,
			WIDTH_MAX, "width of the supernet's decoder; 0: the "
			"file's, else 640 or the widest"),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "<hat.yml >records.jsonl",
		"Turn HAT's SubTransformers, search spaces and latency data "
		"sets into records.", opts);

	s.task = task_opts_get(&to);
	s.task.share_all_embeddings = share ? 1 : -1;
	s.task.super_encoder_embed_dim = (int)super_encoder;
	s.task.super_decoder_embed_dim = (int)super_decoder;
	if (s.name && !hat_name_fits(s.name))
		die_usage("--name: want UTF-8");
	if (!m.weights != !output)
		die_usage("--weights and --output want each other");
	if (!m.weights && (m.src_dict || m.tgt_dict))
		die_usage("dictionaries go with --weights");
	if (m.weights && (export || files.n > 1))
		die_usage("--weights takes one YAML file, without --export");
	if (export && files.n > 1)
		die_usage("--export takes one record");
	opt_idle(export, "name", "the record has its own");
	if (!files.n)
		in_wait_for(export ? "a record" : "HAT's YAML or CSV");
	if (m.weights) {
		struct weights w;
		struct out out;
		out_open(&out, output);
		m.yaml = files.n ? files.at[0] : NULL;
		m.name = s.name;
		m.qkv_dim = (int)s.qkv_dim;
		m.task = s.task;
		hat_weights_load(&w, &m);
		weights_write(&w, &out);
		out_commit(&out);
		weights_free(&w);
	} else if (export)
		hat_export(files.n ? files.at[0] : NULL);
	else if (!files.n)
		hat_import(&s, NULL);
	for (size_t i = 0; !export && !m.weights && i < files.n; i++)
		hat_import(&s, files.at[i]);
	return out_end();
}
