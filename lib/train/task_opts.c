/* Where a training's task comes from: options, dictionaries, the record. */
#include "dict.h"
#include "train.h"

static int
dict_words(const struct text *t, const char *path)
{
	struct dict d;
	struct why why;

	if (dict_parse(&d, t->bytes, t->len, &why))
		die("%s: %s", path, why.text);
	int n = dict_size(&d);
	dict_free(&d);
	return n;
}

void
train_task(struct train_opts *o, struct weights *w, struct task *own,
	int encoder_embed, int decoder_embed)
{
	struct task t = task_opts_get(o->vocab), dicts = task_unknown();
	struct why why;

	if (o->tgt_dict && !o->src_dict)
		die_usage("--tgt-dict wants --src-dict too");
	if (o->src_dict) {
		w->src_dict = text_load(o->src_dict);
		/* read once: it may be a pipe */
		w->tgt_dict = o->tgt_dict ? text_load(o->tgt_dict) :
			text_copy(&w->src_dict);
		dicts.src_vocab = dict_words(&w->src_dict, o->src_dict);
		dicts.tgt_vocab = dict_words(&w->tgt_dict, o->tgt_dict ?
			o->tgt_dict : o->src_dict);
	}
	if (task_agree(&t, &dicts, &why))
		die("the dictionaries and --src-vocab, --tgt-vocab disagree: "
			"%s", why.text);
	task_fill(&t, &dicts);
	/* the option, and the files, come before the record */
	if (t.src_vocab || t.tgt_vocab)
		own->share_all_embeddings = -1;
	if (o->share)
		t.share_all_embeddings = 1;
	else if (t.src_vocab || t.tgt_vocab)
		t.share_all_embeddings = 0;
	task_fill(&t, own);
	if (task_complete(&t, encoder_embed, decoder_embed, &why))
		die("%s", why.text);
	w->params.task = t;
}
