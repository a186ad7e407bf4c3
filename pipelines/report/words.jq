# words.jq - the report's sentences and rows, from the facts: used by text and page.
def fixed($n): . * pow(10; $n) | round / pow(10; $n) | tostring |
	(if contains(".") then . else . + "." end) | split(".") |
	.[0] + (if $n > 0 then "." + (.[1] + "0000")[:$n] else "" end);
# a and b as they are printed, so that a reader's difference is ours
def apart($a; $b): (($a * 10 | round) - ($b * 10 | round) | fabs) / 10 | fixed(1);
def model($name): .models[] | select(.name == $name);
def megabytes: if . then . / 1e6 | fixed(1) + " MB" else "?" end;
def file($name): "\(.run)/\($name).final.safetensors";
def loss: if . then fixed(4) else "-" end;
def bleu: if . then fixed(2) else "-" end;
# of a search: the lowest loss within the limit
def lowest: .best[-1].loss // null | loss;

# How much faster, and how much better or worse: p knows no chance of training.
def faster: model("found").ms as $f | model("largest").ms as $l |
	"\($f | fixed(2)) ms on \(.device // "this machine"), " +
	"where the largest takes \($l | fixed(2)) ms: " +
	(if $l >= $f then "\($l / $f | fixed(1)) times as fast." else "it is not faster." end);
def certainty: if . < 0.05 then "p = \(. * 1000 | ceil / 1000) over the test sentences"
	else "p = \(. * 100 | round / 100) over the test sentences: " +
		"they do not tell the two apart" end;
def against($other; $what):
	model("found").bleu as $f | model($other).bleu as $o |
	(.paired | map(select(.model == $other)) | .[0].p) as $p |
	if $f == null then "BLEU: the model found was not trained (TRAINED)."
	elif $o == null then "BLEU \($f | fixed(1)); \($what) was not trained (TRAINED), " +
		"so how they compare is not known."
	else "BLEU \($f | fixed(1)), \($what) \($o | fixed(1)): " +
		if apart($f; $o) == "0.0" then "the same."
		else apart($f; $o) + (if $f > $o then " better" else " worse" end) +
			(if $p then " (\($p | certainty))" else "" end) + "." end
	end;
def taught: if (.teacher | IN("none", "", null)) or model("found").bleu == null then ""
	else " The model found learnt from a teacher (TEACHER = \(.teacher))." end;
def quality: against("largest"; "the largest") + taught;
def chance: model("random") as $r | model("found") as $f |
	if $r.of_search then
		"None of 20,000 architectures drawn blindly was within the limit. The one called " +
		"random is the search\u0027s, too."
	elif $f.bleu and $r.bleu then
		"One architecture drawn blindly within the limit: " +
		(against("random"; "the random one") | sub("^BLEU"; "the model found has BLEU")) +
		(if $f.bleu <= $r.bleu then " The search found nothing better than chance did."
		else "" end)
	else "Whether the search beats chance is not known: a random architecture " +
		"was not trained (TRAINED = found largest random). " +
		"With inherited weights: validation loss " +
		"\($f.valid_loss | fixed(4)), random \($r.valid_loss | fixed(4))."
	end;
def promise: model("found") as $f |
	"\(.limit | fixed(2)) ms: \($f.ms | fixed(2)) ms measured " +
	"(95% interval \($f.ci95[0] | fixed(2)) to \($f.ci95[1] | fixed(2))): " +
	if $f.unsettled then "not known, the machine was too busy to measure it."
	elif $f.ms <= .limit then "met."
	else "over by \(100 * ($f.ms / .limit - 1) | fixed(1))%. " +
		(if .chosen and .chosen <= .limit then
			"When it was chosen it was measured at \(.chosen | fixed(2)) ms; " +
			"the two measurements differ by " +
			"\(100 * ($f.ms / .chosen - 1) | fabs | fixed(1))%: " +
			"the machine is that unsteady. "
		else "" end) +
		"Lower MARGIN, set ROUNDS=3, or leave the machine alone while it measures."
	end;
def model_file: if model("found").bytes then
		"\(file("found")), \(model("found").bytes | megabytes). It translates:"
	else "the one found was not trained (TRAINED). When it is, it translates:" end;
def command: "translate --text --weights \(file("found"))" +
	if .remove_bpe == "" then " <text.txt"
	else " --remove-bpe \(.remove_bpe) <segmented.txt" end;
def machine: "\(.host.cpu), \(.host.cores) cores";
def workload: .workload |
	"a sentence of \(.src_len // "?") tokens to one of \(.tgt_len // "?"), " +
	"beam \(.beam), batch \(.batch), " +
	"\(.threads) thread\(if .threads == 1 then "" else "s" end), \(.dtype)";

# The layers of an architecture, the first first.
def encoder_layers: . as $a | [range(.encoder_layer_num) | {i: (. + 1),
	ffn: $a.encoder_ffn_embed_dim[.], heads: $a.encoder_self_attention_heads[.]}];
def decoder_layers: . as $a | [range(.decoder_layer_num) | {i: (. + 1),
	ffn: $a.decoder_ffn_embed_dim[.], heads: $a.decoder_self_attention_heads[.],
	cross_heads: $a.decoder_ende_attention_heads[.],
	seen: ($a.decoder_arbitrary_ende_attn[.] |
		if . < 1 then "last layer" else "last \(. + 1) layers" end)}];
def widest_ffn: [.models[].arch | .encoder_ffn_embed_dim[], .decoder_ffn_embed_dim[]] | max;

# Rows of the tables: a model each, a stage each and all.
def model_rows: .limit as $limit | .models[] | [
	.name, "\(.params / 1e6 | fixed(2)) M", (.flops / 1e6 | round),
	(.predicted_ms | fixed(2)), (.ms | fixed(2)),
	(if .unsettled then "?" elif .ms <= $limit then "met" else "over" end),
	(.valid_loss | fixed(4)), (.inherited | bleu), (.bleu | bleu)];
def stage_rows: .stages | map({stage, seconds, core: (.user + .sys)}) |
	.[], {stage: "all", seconds: (map(.seconds) | add), core: (map(.core) | add)} |
	[.stage, (.seconds | fixed(1)), (.core | fixed(1))];
