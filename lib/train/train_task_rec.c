#include <string.h>
#include "model/words_rec.h"
#include "text/spm.h"
#include "train_task_rec.h"

/* The segmentation into w. Most words of its text are pieces of it, or the
 * dictionary is of another. */
static void
load_spm(const struct train_opts *o, struct weights *w, const struct dict *d)
{
	int n = dict_size(d), found = 0, made_up = 0;
	struct why why;
	struct spm *spm;

	w->spm = blob_load(o->spm, NO_TEXT);
	if (!(spm = spm_open(w->spm.bytes, w->spm.len, &why)))
		die("%s: %s", o->spm, why.text);
	for (int i = DICT_SPECIALS; i < n; i++) {
		const char *word = dict_symbol(d, i);
		found += spm_has(spm, word);
		made_up += !strncmp(word, "madeupword", 10);
	}
	spm_close(spm);
	n -= DICT_SPECIALS + made_up;
	if (2 * found < n)
		die("%s: only %d of the %d words of %s are its pieces: not "
			"what cut the text of this dictionary", o->spm, found,
			n, o->src_dict);
}

/* The dictionaries into w. They say how many words there are, and that sides
 * with two of them have no table in common. */
static struct task
load_dicts(const struct train_opts *o, struct weights *w)
{
	struct task t = task_unknown();

	if (o->tgt_dict && !o->src_dict)
		die_usage("--tgt-dict wants --src-dict too");
	if (o->spm && !o->src_dict)
		die_usage("--spm wants --src-dict too");
	if (!o->src_dict)
		return t;
	w->src_dict = blob_load(o->src_dict, TEXT);
	/* read once: it may be a pipe */
	w->tgt_dict = o->tgt_dict ? blob_load(o->tgt_dict, TEXT) :
		blob_copy(&w->src_dict);
	struct dict src = words_of(&w->src_dict, o->src_dict);
	struct dict tgt = words_of(&w->tgt_dict, o->tgt_dict ? o->tgt_dict :
		o->src_dict);
	t.src_vocab = dict_size(&src);
	t.tgt_vocab = dict_size(&tgt);
	if (t.src_vocab != t.tgt_vocab || dict_differ(&src, &tgt) >= 0)
		t.share_all_embeddings = 0;
	if (o->share && !t.share_all_embeddings)
		die("--share-all-embeddings wants one dictionary for both "
			"sides, but %s and %s differ", o->src_dict,
			o->tgt_dict);
	if (o->spm)
		load_spm(o, w, &src);
	dict_free(&src);
	dict_free(&tgt);
	return t;
}

void
train_task(const struct train_opts *o, struct weights *w,
	const struct task *own, const char *from, int encoder_embed,
	int decoder_embed)
{
	struct task t = task_opts_get(&o->vocab), files = load_dicts(o, w);
	struct why why;

	if (o->share)
		t.share_all_embeddings = 1;
	if (task_agree(&t, &files, &why))
		die("the options and the dictionaries disagree: %s", why.text);
	int given = t.src_vocab || t.tgt_vocab || files.src_vocab;
	if (task_join(&files, own, &t, &why))
		die("the dictionaries and %s disagree: %s", from, why.text);
	task_fill(&t, &files);
	/* as fairseq, which shares only where it is told */
	if (t.share_all_embeddings < 0 && given)
		t.share_all_embeddings = 0;
	if (task_complete(&t, encoder_embed, decoder_embed, &why))
		die("%s", why.text);
	w->params.task = t;
}
