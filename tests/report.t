# What a report says: facts of a run -> its sentences.
. "${0%/*}/lib.sh"
command -v jq >/dev/null || skip 'no jq'
report=$top/pipelines/report
arch='{"encoder_embed_dim":8,"encoder_layer_num":1,"encoder_ffn_embed_dim":[16],
	"encoder_self_attention_heads":[2],"decoder_embed_dim":8,"decoder_layer_num":1,
	"decoder_ffn_embed_dim":[8],"decoder_self_attention_heads":[2],
	"decoder_ende_attention_heads":[4],"decoder_arbitrary_ende_attn":[2]}'
jq -n --argjson arch "$arch" '
	def model($name; $ms; $bleu): {name: $name, arch: $arch, params: 2e6, flops: 3e6,
		predicted_ms: $ms, ms: $ms, ci95: [$ms - 0.1, $ms + 0.1], valid_loss: 2,
		inherited: 5, bleu: $bleu, bytes: 1e6, unsettled: false};
	{run: "runs/x", limit: 5, reference: 10, remove_bpe: "", chosen: 4.9,
	workload: {src_len: 9, tgt_len: 9, beam: 4, batch: 1, threads: 1, dtype: "fp32"},
	host: {cpu: "CPU", cores: 2}, paired: [{model: "largest", score: 30, p: 0.01},
		{model: "random", score: 20, p: 0.3}],
	models: [model("found"; 4; 28.04), model("largest"; 10; 30), model("smallest"; 1; null),
		model("random"; 4.5; 27)],
	predictor: {mape: 1.234, tau: 0.9, r2: 0.99, test: 2, rows: 20},
	search: {scored: 9, iterations: 2, candidates: [], front: [], best: []},
	lats: [], stages: [{stage: "evolve", seconds: 1.25, user: 2, sys: 0.5}]}' >facts.json
# says_of CHANGE: the report of the facts, changed; one line a sentence
says_of() {
	jq "$1" facts.json | jq -r -L "$report" -f "$report/text.jq" | tr '\n' ' ' |
		sed 's/     */ /g'; echo
}
# name | change of the facts | what the report says then
while IFS='|' read -r name change text; do
	is "$name" "says_of '$change' | grep -cF '$text'" 1
done <<'T'
times as fast|.|4.00 ms on this machine, where the largest takes 10.00 ms: 2.5 times as fast.
another machine|.device = "pi1"|4.00 ms on pi1, where the largest takes 10.00 ms
quality with its certainty|.|the largest 30.0: 2.0 worse (p = 0.01 over the test sentences).
a teacher|.teacher = "both"|sentences). The model found learnt from a teacher (TEACHER = both).
a teacher of others|(.models[0].bleu = null) * {teacher: "both"}|not trained (TRAINED). Limit:
the largest not trained|.models[1].bleu = null|(TRAINED), so how they compare is not known.
the model found not trained|.models[0].bleu = null|BLEU: the model found was not trained (TRAINED).
the limit met|.|5.00 ms: 4.00 ms measured (95% interval 3.90 to 4.10): met.
the limit missed|.models[0].ms = 5.1|over by 2.0%. When it was chosen it was measured at 4.90 ms;
why the limit is missed|.models[0].ms = 5.1|differ by 4.1%: the machine is that unsteady.
a busy machine|.models[0].unsettled = true|not known, the machine was too busy to measure it.
the same BLEU|.models[1].bleu = 28.04|BLEU 28.0, the largest 28.0: the same. Limit:
the same BLEU as it is printed|.models[1].bleu = 28.01|BLEU 28.0, the largest 28.0: the same. Limit:
as printed|.models[:2] = [.models[0] + {bleu: 28.46}, .models[1] + {bleu: 30.02}]|30.0: 1.5 worse
better than the random one|.|28.0, the random one 27.0: 1.0 better (p = 0.3 over the test
.. perhaps|.|over the test sentences: they do not tell the two apart).
no better than chance|.models[3].bleu = 29|The search found nothing better than chance did.
chance not known|.models[3].bleu = null|Whether the search beats chance is not known
the file, its size and its command|.|Model: runs/x/found.final.safetensors, 1.0 MB. It translates:
the command|.|translate --text --weights runs/x/found.final.safetensors <text.txt
the command of segmented text|.remove_bpe = "sp"|safetensors --remove-bpe sp <segmented.txt
no model found|.models[0] += {bleu: null, bytes: null}|Model: the one found was not trained
none drawn|.models[3].of_search = true|drawn blindly was within the limit. The one called random
the layers|.|FFN 8 ======
attention to the encoder|.|last 3 layers
what it cost|.|1.3 2.5
T
is    'the page says the same' "
	says_of . | grep -oF 'over by'
	jq -r -L $report -f $report/page.jq --argjson pictures '[{}]' facts.json |
		grep -cF '2.5 times as fast'" 1
drawn() { # latency of one drawn, of two that the search found
	jq -cn '{arch: "drawn"} + {latency_ms: {total: '$1'}, reference_ms: 1}' |
		jq -sc -L "$top/pipelines/jq" -f "$top/pipelines/jq/chance.jq" \
		--slurpfile limit <(echo 5) --slurpfile reference <(echo 1) --slurpfile within <(
			echo '{"arch":"B","arch_id":"b"} {"arch":"A","arch_id":"a"}') | jq -c .arch
}
is    'one drawn within the limit is chance' 'drawn 4' '"drawn"'
is    'where none is, one of the results stands in' 'drawn 6' '"A"'
finish
