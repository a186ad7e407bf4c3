# text.jq - the facts of a run -> report.txt.
include "words";
def left($n): tostring | . + " " * ($n - length);
def right($n): tostring | " " * ($n - length) + .;

# One layer in a line of 38 characters: the FFN as a bar.
def bar($of): "=" * ((. * 12 / $of) | ceil);
def layer($of): "\(.i | right(2))  FFN \(.ffn | right(4)) \(.ffn | bar($of) | left(12)) \(.heads) heads" ;
def cross: if . then "    \(.heads) heads to encoder's last " +
	(if .last == 1 then "layer" else "\(.last) layers" end) else "" end;
def encoder_layer($i): if $i >= .encoder_layer_num then null else
	{i: ($i + 1), ffn: .encoder_ffn_embed_dim[$i], heads: .encoder_self_attention_heads[$i]} end;
def decoder_layer($i): if $i >= .decoder_layer_num then null else
	{i: ($i + 1), ffn: .decoder_ffn_embed_dim[$i], heads: .decoder_self_attention_heads[$i],
	cross: {heads: .decoder_ende_attention_heads[$i],
		last: (.decoder_arbitrary_ende_attn[$i] | if . < 1 then 1 else . + 1 end)}} end;
def beside($a; $b): ($a | left(40)) + $b | sub(" +$"; "");
def drawing: model("found").arch as $f | model("largest").arch as $l |
	([$f, $l | .encoder_ffn_embed_dim[], .decoder_ffn_embed_dim[]] | max) as $of |
	beside("    found"; "    largest"),
	beside("decoder, \($f.decoder_embed_dim) wide"; "decoder, \($l.decoder_embed_dim) wide"),
	((range([$f, $l | .decoder_layer_num] | max; 0; -1) - 1) as $i |
		[$f, $l | decoder_layer($i)] as [$a, $b] |
		beside(($a | if . then layer($of) else "" end); ($b | if . then layer($of) else "" end)),
		beside($a.cross | cross; $b.cross | cross)),
	beside("encoder, \($f.encoder_embed_dim) wide"; "encoder, \($l.encoder_embed_dim) wide"),
	((range([$f, $l | .encoder_layer_num] | max; 0; -1) - 1) as $i |
		[$f, $l | encoder_layer($i)] as [$a, $b] |
		beside(($a | if . then layer($of) else "" end); ($b | if . then layer($of) else "" end)));

# A sentence in lines of 90 characters, all but the first indented.
def wrap: split(" ") | reduce .[] as $w ([""]; .[-1] as $l |
	if ($l | length) + ($w | length) < 90 then .[-1] += (if $l == "" then "" else " " end) + $w
	else . + ["    " + $w] end) | .[];

def row($widths): [., $widths] | transpose | to_entries |
	map(.value as [$v, $w] | if .key == 0 then $v | left($w) else $v | right($w) end) | join(" ");
(.search.best[-1].loss // null | loss) as $found |
[9, 9, 8, 9, 9, 6, 9, 10, 6] as $table | [22, 9, 13] as $costs |
"Run \(.run). Timed: \(workload)",
"Machine: \(machine)",
"",
("Found: \(faster)" | wrap),
("Quality: \(against("largest"; "the largest"))\(taught)" | wrap),
("Limit: \(promise)" | wrap),
("Chance: \(chance)" | wrap),
"Model: \(file("found")), \(model("found").bytes | megabytes). It translates:",
"    \(command)",
"",
drawing,
"",
(["model", "params", "MFLOPs", "pred. ms", "meas. ms", "limit", "val.loss", "inh. BLEU", "BLEU"] | row($table)),
(.limit as $limit | .models[] | [.name, "\(.params / 1e6 | fixed(2)) M", (.flops / 1e6 | round),
	(.predicted_ms | fixed(2)), (.ms | fixed(2)),
	(if .unsettled then "?" elif .ms <= $limit then "met" else "over" end),
	(.valid_loss | fixed(4)), (.inherited | bleu), (.bleu | bleu)] | row($table)),
"",
"meas. ms: measured, corrected to the median time of the reference (the largest, \(.reference | fixed(2)) ms).",
"val.loss: validation loss with the supernet's weights, label-smoothed, in nats a token,",
"    on the sentences that the search used.",
"inh. BLEU: of the test text, with the supernet's weights. BLEU: trained on its own.",
"",
(.predictor | "Predictor: test MAPE \(.mape | fixed(2))%, Kendall tau \(.tau | fixed(3)), R2 \(.r2 | fixed(4)) " +
	"on \(.test) of \(.rows) architectures"),
"Search: \(.search.scored) architectures scored in \(.search.iterations) iterations",
(.strategies // [] | select(. != []) | map("\(.name) \(.best[-1].loss // null | loss)") | join(", ") |
	"Lowest loss within the limit: the search \($found), \(.)" | wrap),
(.finalists // [] | select(. != []) | sort_by(.final) | ([.[].loss] | index(min)) as $first |
	"Finalists: \(length) trained on from the supernet's weights; the best then has loss \(.[0].final | loss)" +
	(if $first == 0 then ", and had the lowest inherited loss, too" else
		"; the one with the lowest inherited loss, \(.[$first].final | loss)" end) | wrap),
"",
(["stage", "seconds", "core-seconds"] | row($costs)),
(.stages[] | [.stage, (.seconds | fixed(1)), (.user + .sys | fixed(1))] | row($costs)),
(.stages | ["all", (map(.seconds) | add | fixed(1)), (map(.user + .sys) | add | fixed(1))] | row($costs)),
"",
"The page with pictures: \(.run)/report.html"
