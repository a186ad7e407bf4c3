# page.jq - the facts of a run and its pictures -> report.html, one file that
# needs nothing else. $pictures: name -> SVG.
include "words";
def from(files; $more): "<p class=from>from " + ([files | "<code>\(.)</code>"] | join(", ")) +
	"\($more)</p>";
def from(files): from(files; "");
def picture($name; $title; files): "<figure><figcaption>\($title)</figcaption>" +
	"\($pictures[0][$name])\n\(from(files))</figure>\n";
def cells($tag): map("<\($tag)>\(. // "-" | tostring | @html)</\($tag)>") | join("");
def table($head; rows): "<div class=wide><table>" +
	"<thead><tr>\($head | cells("th"))</tr></thead>\n" +
	"<tbody>\([rows | "<tr>\(cells("td"))</tr>\n"] | join(""))</tbody></table></div>\n";
def answer($what; $text): "<dt>\($what)</dt><dd>\($text | @html)</dd>\n";

# An architecture: a layer is a bar as wide as its FFN, what it has under it.
def words_at($y): "<text x=\"155\" y=\"\($y)\">\(.)</text>\n";
def bar($y; $of; $class): (.ffn * 290 / $of | round) as $w |
	"<rect class=\($class) x=\"\(155 - ($w / 2 | floor))\" y=\"\($y)\"" +
	" width=\"\($w)\" height=\"15\" rx=\"3\"/>" +
	("FFN \(.ffn), \(.heads) heads" +
		if .seen then "; \(.cross_heads) to encoder's \(.seen)" else "" end |
		words_at($y + 28));
def bars($y; $of; $class): reverse | to_entries |
	map(.key as $k | .value | bar($y + 40 * $k; $of; $class)) | join("");
def stacks($name; $of):
	(40 * .decoder_layer_num) as $d | (40 * .encoder_layer_num + $d) as $all |
	"<svg viewBox=\"0 0 310 \(110 + $all)\" role=img aria-label=\"layers of the \($name)\">\n" +
	("words out" | words_at(14)) +
	(decoder_layers | bars(22; $of; "decoder")) +
	("decoder, \(.decoder_embed_dim) wide" | words_at(38 + $d)) +
	(encoder_layers | bars(54 + $d; $of; "encoder")) +
	("encoder, \(.encoder_embed_dim) wide" | words_at(70 + $all)) +
	("words in" | words_at(94 + $all)) + "</svg>";
def drawing: widest_ffn as $of |
	[("found", "largest") as $n | model($n) |
		"<figure><figcaption>\($n): \(.params / 1e6 | fixed(2)) M parameters, " +
		"\(.ms | fixed(2)) ms</figcaption>" + (.arch | stacks($n; $of)) + "</figure>"] |
	join("\n");

def models: table(["model", "parameters", "MFLOPs", "predicted, ms", "measured, ms", "limit",
	"loss, inherited", "BLEU, inherited", "BLEU, trained"]; model_rows);
# The search beside other strategies; who was trained on before one was taken.
def compared: if (.strategies // []) == [] then "" else
	"<h2>Other ways to search</h2>\n" +
	table(["strategy", "architectures scored", "lowest loss within the limit"];
		(.search | .name = "the search"), .strategies[] | [.name, .scored, lowest]) +
	from("search.jsonl", (.strategies[] | "search-\(.name).jsonl")) + "\n" end;
def finalists: if (.finalists // []) == [] then "" else
	"<h2>Finalists: trained on for a while from the supernet's weights</h2>\n" +
	table(["architecture", "measured, ms", "loss, inherited", "loss, trained on", ""];
		.finalists | sort_by(.final)[] |
		[.arch_id + (if .rule then " (\(.rule))" else "" end), (.ms | fixed(2)),
			(.loss | loss), (.final | loss), (if .taken then "taken" else "" end)]) +
	from("finals.jsonl"; "; what it cost: stage <code>finalists</code>") + "\n" end;
def pictures:
	picture("search";
		"\(.search.scored) architectures, scored on the same sentences as the models";
		"search.jsonl", "models.jsonl", "limit") +
	picture("best"; "The search, architecture by architecture";
		"search.jsonl", (.strategies[]? | "search-\(.name).jsonl")) +
	picture("latency";
		"Predicted and measured latency: test error \(.predictor.mape | fixed(2))%";
		"lats.jsonl", "fit.json") +
	picture("loss"; "Losses while training"; "super.log.jsonl", "*.log.jsonl");

def joined: gsub("\n\t"; " ");   # a line behind a tab goes on with the one before
def style: "
body { font: 16px/1.5 sans-serif; color: #222; background: #fff;
	max-width: 1280px; margin: 0 auto; padding: 0 16px 48px }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ccc }
dt { font-weight: bold } dd { margin: 0 0 .6em }
	code { font-size: .85em; overflow-wrap: anywhere }
pre { background: #f3f3f3; padding: 10px; white-space: pre-wrap; overflow-wrap: anywhere;
	font-size: .85em }
.pair { display: grid;
	grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 16px }
.four { display: grid;
	grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 16px }
figure { margin: 0 } figcaption { font-weight: bold } figure svg { width: 100%; height: auto }
.from { font-size: .8em; color: #555; margin: 0 }
.pair svg { max-width: 420px } .pair text { font: 11px sans-serif; text-anchor: middle }
rect { stroke: #222 } .encoder { fill: #dfe8f4 }
	.decoder { fill: #f6e5d8; stroke-dasharray: 5 2 }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9em }
th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid #ddd }
	td:first-child, th:first-child { text-align: left }
" | joined;
def head: "<!DOCTYPE html>
<html lang=en><meta charset=utf-8>" +
	"<meta name=viewport content=\"width=device-width, initial-scale=1\">
<title>Milliner: \(.run | @html)</title>
<style>\(style)</style>";
def legend: "<p>Each bar is a layer, as wide as its feed-forward part (FFN).
	The encoder is below (solid), the decoder
above it (dashed). A layer of the decoder sees the last one,
	two or three layers of the encoder.</p>" | joined;
def fit: "<p>The predictor, on \(.test) of \(.rows) architectures
	that it was not fitted to: mean error
\(.mape | fixed(2))%, Kendall tau \(.tau | fixed(3)), R2 \(.r2 | fixed(4)).</p>" | joined;

head + "
<h1>What was found: \(.run | @html)</h1>
<p>Timed: \(workload | @html). Machine: \(machine | @html).</p>
<dl>
" + answer("Speed"; faster) + answer("Quality"; quality) + answer("Limit"; promise) +
	answer("Chance"; chance) + answer("Model"; model_file) + "</dl>
<pre>\(command | @html)</pre>
\(from("models.jsonl", "limit", "*.bleu", "paired.jsonl"))

<h2>Its layers, beside the largest's</h2>
\(legend)
<div class=pair>
\(drawing)
</div>
\(from("found.json", "largest.json", "models.jsonl"))

<h2>Models compared</h2>
\(models)
\(from("models.jsonl", "*.bleu"; "; measured at the median time of the reference, " +
	"\(.reference | fixed(2)) ms (<code>reference</code>)"))

<h2>How it was found</h2>
<div class=four>
\(pictures)</div>
\(.predictor | fit)
\(from("fit.json"))

\(compared)\(finalists)<h2>What each stage cost</h2>
\(table(["stage", "seconds", "core-seconds"]; stage_rows))
\(from("time/"))
</html>"
