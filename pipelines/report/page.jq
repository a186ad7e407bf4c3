# page.jq - the facts of a run and its pictures -> report.html, one file that
# needs nothing else. $pictures: name -> SVG.
include "words";
def picture($name; $title; $from): "<figure><figcaption>\($title)</figcaption>\($pictures[0][$name])\n" +
	"<p class=from>from \($from | map("<code>\(.)</code>") | join(", "))</p></figure>\n";
def cells($tag): map("<\($tag)>\(. // "-" | tostring | @html)</\($tag)>") | join("");
def body: map("<tr>\(cells("td"))</tr>\n") | join("");
def table($head; $lines): "<div class=wide><table><thead><tr>\($head | cells("th"))</tr></thead>\n" +
	"<tbody>\($lines | body)</tbody></table></div>\n";
def answer($what; $text): "<dt>\($what)</dt><dd>\($text | @html)</dd>\n";

# A layer as a bar as wide as its FFN, what it has under it.
def box($y; $ffn; $of; $text; $class): ($ffn * 290 / $of | round) as $w |
	"<rect class=\($class) x=\"\(155 - ($w / 2 | floor))\" y=\"\($y)\" width=\"\($w)\" height=\"15\" rx=\"3\"/>" +
	"<text x=\"155\" y=\"\($y + 28)\">\($text)</text>\n";
def attends: if . < 1 then 1 else . + 1 end;
def stacks($name; $of): .arch as $a | ($a.encoder_layer_num) as $e | ($a.decoder_layer_num) as $d |
	(40 * ($e + $d) + 110) as $h |
	"<svg viewBox=\"0 0 310 \($h)\" role=img aria-label=\"layers of the \($name)\">\n" +
	"<text x=\"155\" y=\"14\">words out</text>\n" +
	([range($d) | ($d - 1 - .) as $i | ($a.decoder_arbitrary_ende_attn[$i] | attends) as $n |
		box(22 + 40 * .; $a.decoder_ffn_embed_dim[$i]; $of;
			"FFN \($a.decoder_ffn_embed_dim[$i]), \($a.decoder_self_attention_heads[$i]) heads; " +
			"\($a.decoder_ende_attention_heads[$i]) to encoder's last \(if $n == 1 then "layer" else "\($n) layers" end)"; "decoder")] | join("")) +
	"<text x=\"155\" y=\"\(38 + 40 * $d)\">decoder, \($a.decoder_embed_dim) wide</text>\n" +
	([range($e) | ($e - 1 - .) as $i |
		box(54 + 40 * ($d + .); $a.encoder_ffn_embed_dim[$i]; $of;
			"FFN \($a.encoder_ffn_embed_dim[$i]), \($a.encoder_self_attention_heads[$i]) heads"; "encoder")] | join("")) +
	"<text x=\"155\" y=\"\(70 + 40 * ($d + $e))\">encoder, \($a.encoder_embed_dim) wide</text>\n" +
	"<text x=\"155\" y=\"\(94 + 40 * ($d + $e))\">words in</text>\n</svg>";
def drawing: ([.models[].arch | .encoder_ffn_embed_dim[], .decoder_ffn_embed_dim[]] | max) as $of |
	[("found", "largest") as $n | model($n) |
		"<figure><figcaption>\($n): \(.params / 1e6 | fixed(2)) M parameters, \(.ms | fixed(2)) ms</figcaption>" +
		stacks($n; $of) + "</figure>"] | join("\n");
# The search beside other strategies; who was trained on before one was taken.
def compared: if (.strategies // []) == [] then "" else
	"<h2>Other ways to search</h2>\n" +
	table(["strategy", "architectures scored", "lowest loss within the limit"];
		[["the search", .search.scored, (.search.best[-1].loss // null | loss)]] +
		[.strategies[] | [.name, .scored, (.best[-1].loss // null | loss)]]) +
	"<p class=from>from <code>search.jsonl</code>, " +
	([.strategies[] | "<code>search-\(.name).jsonl</code>"] | join(", ")) + "</p>\n" end;
def finalists: if (.finalists // []) == [] then "" else
	"<h2>Finalists: trained on for a while from the supernet's weights</h2>\n" +
	table(["architecture", "measured, ms", "loss, inherited", "loss, trained on", ""];
		[.finalists | sort_by(.final)[] | ["\(.arch_id)\(if .rule then " (\(.rule))" else "" end)",
			(.ms | fixed(2)), (.loss | loss), (.final | loss), (if .taken then "taken" else "" end)]]) +
	"<p class=from>from <code>finals.jsonl</code>; what it cost: stage <code>finalists</code></p>\n" end;

"<!DOCTYPE html>
<html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">
<title>Milliner: \(.run | @html)</title>
<style>
body { font: 16px/1.5 sans-serif; color: #222; background: #fff; max-width: 1280px; margin: 0 auto; padding: 0 16px 48px }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ccc }
dt { font-weight: bold } dd { margin: 0 0 .6em } code { font-size: .85em; overflow-wrap: anywhere }
pre { background: #f3f3f3; padding: 10px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85em }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 16px }
.four { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 16px }
figure { margin: 0 } figcaption { font-weight: bold } figure svg { width: 100%; height: auto }
.from { font-size: .8em; color: #555; margin: 0 }
.pair svg { max-width: 420px } .pair text { font: 11px sans-serif; text-anchor: middle }
rect { stroke: #222 } .encoder { fill: #dfe8f4 } .decoder { fill: #f6e5d8; stroke-dasharray: 5 2 }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .9em }
th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid #ddd } td:first-child, th:first-child { text-align: left }
</style>
<h1>What was found: \(.run | @html)</h1>
<p>Timed: \(workload | @html). Machine: \(machine | @html).</p>
<dl>
\(answer("Speed"; faster))\(answer("Quality"; against("largest"; "the largest") + taught))\(answer("Limit"; promise))\(answer("Chance"; chance))\(answer("Model"; "\(file("found")), \(model("found").bytes | megabytes). It translates:"))</dl>
<pre>\(command | @html)</pre>
<p class=from>from <code>models.jsonl</code>, <code>limit</code>, <code>*.bleu</code>, <code>paired.jsonl</code></p>

<h2>Its layers, beside the largest's</h2>
<p>Each bar is a layer, as wide as its feed-forward part (FFN). The encoder is below (solid), the decoder
above it (dashed). A layer of the decoder sees the last one, two or three layers of the encoder.</p>
<div class=pair>
\(drawing)
</div>
<p class=from>from <code>found.json</code>, <code>largest.json</code></p>

<h2>Models compared</h2>
\(.limit as $limit | table(["model", "parameters", "MFLOPs", "predicted, ms", "measured, ms", "limit", "loss, inherited", "BLEU, inherited", "BLEU, trained"];
	[.models[] | [.name, "\(.params / 1e6 | fixed(2)) M", (.flops / 1e6 | round), (.predicted_ms | fixed(2)), (.ms | fixed(2)),
	(if .unsettled then "?" elif .ms <= $limit then "met" else "over" end), (.valid_loss | fixed(4)), (.inherited | bleu), (.bleu | bleu)]]))
<p class=from>from <code>models.jsonl</code>, <code>*.bleu</code>; measured at the median time of the reference, \(.reference | fixed(2)) ms (<code>reference</code>)</p>

<h2>How it was found</h2>
<div class=four>
\(picture("search"; "\(.search.scored) architectures, scored on the same sentences as the models"; ["search.jsonl", "models.jsonl", "limit"]))\(picture("best"; "The search, architecture by architecture"; ["search.jsonl", (.strategies[]? | "search-\(.name).jsonl")]))\(picture("latency"; "Predicted and measured latency: test error \(.predictor.mape | fixed(2))%"; ["lats.jsonl", "fit.json"]))\(picture("loss"; "Losses while training"; ["super.log.jsonl", "*.log.jsonl"]))</div>
<p>The predictor, on \(.predictor.test) of \(.predictor.rows) architectures that it was not fitted to: mean error
\(.predictor.mape | fixed(2))%, Kendall tau \(.predictor.tau | fixed(3)), R2 \(.predictor.r2 | fixed(4)).</p>

\(compared)\(finalists)<h2>What each stage cost</h2>
\(table(["stage", "seconds", "core-seconds"]; (.stages | map([.stage, (.seconds | fixed(1)), (.user + .sys | fixed(1))])
	+ [["all", (map(.seconds) | add | fixed(1)), (map(.user + .sys) | add | fixed(1))]])))
<p class=from>from <code>time/</code></p>
</html>"
