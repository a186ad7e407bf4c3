# text.jq - the facts of a run -> report.txt.
include "words";
def left($n): tostring | . + " " * ($n - length);
def right($n): tostring | " " * ($n - length) + .;
# two texts in a line
def beside: (.[0] | left(40)) + .[1] | sub(" +$"; "");

# One layer in a line of 38 characters: the FFN as a bar; null where there is none.
def bar($of): "=" * ((. * 12 / $of) | ceil);
def layer($of): if . == null then "" else
	"\(.i | right(2))  FFN \(.ffn | right(4)) " +
	"\(.ffn | bar($of) | left(12)) \(.heads) heads" end;
def cross: if . == null then "" else "    \(.cross_heads) heads to encoder's \(.seen)" end;
def drawing: widest_ffn as $of | [model("found", "largest").arch] |
	(["    found", "    largest"] | beside),
	(map("decoder, \(.decoder_embed_dim) wide") | beside),
	(map(decoder_layers) | transpose | reverse[] |
		(map(layer($of)) | beside), (map(cross) | beside)),
	(map("encoder, \(.encoder_embed_dim) wide") | beside),
	(map(encoder_layers) | transpose | reverse[] | map(layer($of)) | beside);

# A sentence in lines of 90 characters, all but the first indented.
def wrap: split(" ") | reduce .[] as $w ([""]; .[-1] as $l |
	if ($l | length) + ($w | length) < 90 then .[-1] += (if $l == "" then "" else " " end) + $w
	else . + ["    " + $w] end) | .[];

# cells in columns, all but the first on the right
def row($widths): [[.[0] | left($widths[0])],
	([.[1:], $widths[1:]] | transpose | map(.[1] as $w | .[0] | right($w)))] | add | join(" ");
def models: ["model", "params", "MFLOPs", "pred. ms", "meas. ms", "limit", "val.loss",
	"inh. BLEU", "BLEU"], model_rows | row([9, 9, 8, 9, 9, 6, 9, 10, 6]);
def stages: ["stage", "seconds", "core-seconds"], stage_rows | row([22, 9, 13]);

# The search beside other strategies; who was trained on before one was taken.
def compared: (.search | lowest) as $found | .strategies // [] | select(. != []) |
	"Lowest loss within the limit: the search \($found), " +
	(map("\(.name) \(lowest)") | join(", "));
def finalists: .finalists // [] | select(. != []) | sort_by(.final) |
	([.[].loss] | index(min)) as $first |
	"Finalists: \(length) trained on from the supernet's weights; " +
	"the best then has loss \(.[0].final | loss)" +
	if $first == 0 then ", and had the lowest inherited loss, too"
	else "; the one with the lowest inherited loss, \(.[$first].final | loss)" end;

"Run \(.run). Timed: \(workload)",
"Machine: \(machine)",
"",
("Found: \(faster)" | wrap),
("Quality: \(quality)" | wrap),
("Limit: \(promise)" | wrap),
("Chance: \(chance)" | wrap),
"Model: \(model_file)",
"    \(command)",
"",
drawing,
"",
models,
"",
"meas. ms: measured, corrected to the median time of the reference " +
	"(the largest, \(.reference | fixed(2)) ms).",
"val.loss: validation loss with the supernet's weights, label-smoothed, in nats a token,",
"    on the sentences that the search used.",
"inh. BLEU: of the test text, with the supernet's weights. BLEU: trained on its own.",
"",
(.predictor | "Predictor: test MAPE \(.mape | fixed(2))%, Kendall tau \(.tau | fixed(3)), " +
	"R2 \(.r2 | fixed(4)) on \(.test) of \(.rows) architectures"),
"Search: \(.search.scored) architectures scored in \(.search.iterations) iterations",
(compared, finalists | wrap),
"",
stages,
"",
"The page with pictures: \(.run)/report.html"
