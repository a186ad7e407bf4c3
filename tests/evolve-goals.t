# Searches for other goals than the lowest loss: several objectives, any field,
# conditions on scores, rules of thumb in the first population, races.
. "${0%/*}/lib.sh"
command -v jq >/dev/null || skip 'no jq'
. "$top/tests/search-fixtures.sh"
export weights valid mlp space tight loose needle
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 6'
base='evolve -q --weights $weights --valid $valid'
run="$base --predictor \$mlp $small"

# wrong usage, fields that there are not
refuses 2 <<T
several objectives for HAT's search ;; $run --minimize params --minimize flops <\$space ;; hat has one objective, not 2: --pareto takes several
a front of one objective ;; $base $small --pareto <\$space ;; wants two objectives
--pareto --random ;; $run --pareto --random <\$space ;; exclude each other
--pareto --strategy hat ;; $run --pareto --strategy hat <\$space ;; --pareto and --strategy hat exclude
too many objectives ;; $run --pareto $(printf -- '--minimize params %.0s' 1 2 3 4 5 6 7 8 9) <\$space ;; more than 8 objectives
no list of limits ;; $run --limits 10,,20 <\$space ;; --limits: want a number above 0, not ""
a race of several limits ;; $run --race --limits 10,20 <\$space ;; --race is for one limit
a race for parameters ;; $run --race --minimize params <\$space ;; --race is for one limit
T
refuses 1 <<T
an objective that no record has ;; $run --minimize parms <\$space ;; --minimize: no number "parms" in the record; did you mean params?
one far from all ;; $run --maximize beauty <\$space ;; --maximize: no number "beauty" in the record
a condition that no record has ;; $run --where 'valid_los<3' <\$space ;; --where: no number "valid_los" in the record; did you mean valid_loss?
a condition that nothing meets ;; $run --where 'valid_loss<0.1' <\$space ;; no candidate meets all conditions
T

# one objective
holds 'fewest parameters' "$run --minimize params --limit \$loose <\$space >p"
is    'the smallest has the fewest' "jq -s '(map(.params) | min) == .[-1].params' p" true
is    'the smallest of all' "jq -c 'select(.result).params' p" "$(sample-arch --smallest <"$space" | profile-arch | jq .params)"
holds 'the deepest decoder, by a dotted field' "$run --maximize arch.decoder_layer_num --where 'params<=20000' <\$space >p"
is    'is found' "jq -c 'select(.result).arch.decoder_layer_num' p" 3
nll=$(eval "$run" <"$space" | jq -s 'map(.valid_nll) | sort | .[length / 2 | floor]')
holds 'a condition on a score' "$run --minimize predicted_ms --where 'valid_nll<=$nll' <\$space >p"
is    'candidates are scored whether they meet it or not' "jq -s 'map(select(.result | not)) | any(.valid_nll > $nll) and any(.valid_nll <= $nll)' p" true
is    'the result meets it, and nothing faster does' "jq -s '(.[-1]) as \$r | \$r.valid_nll <= $nll and (map(select(.valid_nll <= $nll).predicted_ms) | min) == \$r.predicted_ms' p" true
holds 'the bounds of a prediction, where they are asked for' "$run --where 'predicted_hi<=16' <\$space >p"
is    'are printed and kept' "jq -s 'all(.predicted_lo <= .predicted_ms and .predicted_ms <= .predicted_hi and .predicted_hi <= 16)' p" true

# limits
same  '--limits is --limit, repeated' "$run --limit \$tight --limit \$loose -k 2 <\$space" \
	"$run --limits \$tight,\$loose -k 2 <\$space"

# a space small enough to be counted through
cat >few.json <<'S'
{"space":{"name":"few","qkv_dim":16,"encoder_embed_choice":[32,16],"decoder_embed_choice":[32,16],"encoder_layer_num_choice":[1],"decoder_layer_num_choice":[2,1],"encoder_ffn_embed_dim_choice":[64,48,32],"decoder_ffn_embed_dim_choice":[64,48,32],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1]},"task":{"src_vocab":40,"tgt_vocab":40,"share_all_embeddings":true,"super_encoder_embed_dim":32,"super_decoder_embed_dim":32}}
S
cat >few.jq <<'J'
.valid_loss = 1000 - (.arch | 3 * .encoder_embed_dim + .decoder_embed_dim + 40 * .decoder_layer_num +
	.encoder_ffn_embed_dim[0] + 2 * (.decoder_ffn_embed_dim | add) +
	(.encoder_self_attention_heads[0] + .decoder_ende_attention_heads[0] | sqrt))
J
cat >front.jq <<'J'
def front: sort_by(.params, .valid_loss) | reduce .[] as $p ([];
	if length == 0 or $p.valid_loss < .[-1].valid_loss then . + [$p] else . end);
def area: front | [., .[1:] + [{params: 40000}]] | transpose |
	map(select(.[0]) | (.[1].params - .[0].params) * (1000 - .[0].valid_loss)) | add;
J
sample-arch -n 1008 --distinct <few.json 2>said | profile-arch | jq -c "$(cat few.jq)" >all.jsonl
is    'all 1008 architectures of a small space' 'wc -l <all.jsonl' 1008
jq -L . -sc 'include "front"; front | .[] | [.params, .valid_loss]' all.jsonl >true-front
toy="evolve -q --evaluate 'jq -c --unbuffered -f few.jq' --pareto --minimize valid_loss --minimize params"
plan='--population 40 --parents 10 --mutations 20 --crossovers 20 --iterations 15'
holds 'NSGA-II on it' "$toy $plan <few.json >n"
is    'scores 600 of them' "jq -c 'select(.result | not)' n | wc -l" 600
is    'and finds the front, known by counting' "jq -c 'select(.result.front) | [.params, .valid_loss]' n | sort | diff - <(sort true-front)" ''
is    'in ranks, from the lowest loss on' "jq -s 'map(select(.result.front)) | map(.result.rank) == [range(1; length + 1)] and (map(.valid_loss) | . == sort)' n" true
is    'the area that it dominates grows, and is that of the true front' "jq -L . -s 'include \"front\"; . as \$n | [1, 4, 8, 15] |
	map(. as \$i | \$n | map(select(.iteration <= \$i)) | area) |
	. == sort and .[0] < .[-1]' n; [ \$(jq -L . -s 'include \"front\"; map(select(.result | not)) | area' n) = \$(jq -L . -s 'include \"front\"; area' all.jsonl) ]; echo \$?" 'true
0'
same  'the same again' 'cat n' "$toy $plan <few.json"
toys="evolve -q --evaluate 'jq -c --unbuffered -f few.jq' --minimize valid_loss --minimize params $plan"
holds 'as many drawn blindly' "$toys --strategy random <few.json >r"
is    'have a smaller area after half of them' "jq -L . -n 'include \"front\"; [inputs] | area' <(head -n 300 r) >x; jq -L . -n 'include \"front\"; [inputs] | area' <(head -n 300 n) >y; jq -n '[inputs] | .[0] > .[1]' y x" true
is    'and a front, too' "jq -c 'select(.result.front)' r | wc -l | jq '. > 5'" true

# loss and latency
holds 'the front of loss and latency' "$run --pareto --limits \$tight,\$loose -k 3 <\$space >n"
is    'one search serves all limits' "jq -c 'select(.result | not)' n | wc -l" 120
is    'three results for each' "jq -sc 'map(select(.result.limit).result.limit)' n" "[$tight,$tight,$tight,$loose,$loose,$loose]"
is    'the best that meet it' "jq -s 'map(select(.result | not)) as \$all | map(select(.result.limit)) | all(.predicted_ms <= .result.limit) and
	(group_by(.result.limit) | all(.[0].result.limit as \$l | map(.valid_loss) == (\$all | map(select(.predicted_ms <= \$l).valid_loss) | sort[:3])))' n" true
is    'and the front, by latency' "jq -s 'map(select(.result.front)) | length > 2 and (map(.predicted_ms) | . == (sort | unique)) and (map(-.valid_loss) | . == (sort | unique))' n" true
is    'of all that was scored' "jq -s 'map(select(.result | not)) as \$all | map(select(.result.front)) as \$f |
	\$f | all(. as \$p | \$all | all((.predicted_ms <= \$p.predicted_ms and .valid_loss < \$p.valid_loss or
	.predicted_ms < \$p.predicted_ms and .valid_loss <= \$p.valid_loss) | not))' n" true
same  'threads change nothing' 'cat n' "$run --pareto --limits \$tight,\$loose -k 3 -j 1 <\$space"
is    'three objectives' "$run --pareto --minimize valid_loss --minimize params --maximize arch.decoder_layer_num <\$space | jq -s 'map(select(.result.front)) | length > 3'" true

# rules of thumb
for limit in $tight $loose; do
	holds "limit $limit: with the rules' answers" "$run --seeds rules --limit $limit <\$space >s"
	is    "limit $limit: they come first" "jq -sc 'map(select(.rule and (.result | not)) | .rule) | ., length' s | head -n 1 | grep -c '^.\"deepest\"'" 1
	same  "limit $limit: the deepest is that of --strategy deepest" "head -n 1 s | jq -c .arch" \
		"$run --strategy deepest --limit $limit <\$space | sed -n 1p | jq -c .arch"
	is    "limit $limit: nothing scored has more parameters than the largest" "jq -s '(map(select(.rule)) | map(.params) | max) == (map(.params) | max)' s" true
	is    "limit $limit: the result is never worse" "jq -s '.[-1].valid_loss <= (map(select(.rule).valid_loss) | min)' s" true
	is    "limit $limit: as many are scored" 'wc -l <s' 121
done
same  'without them it is the search without the option' "$run --limit \$tight <\$space" "$run --seeds none --limit \$tight <\$space"
is    'of --pareto they are the default' "$run --pareto --limit \$tight <\$space | sed -n 1p | jq -c .rule" '"deepest"'

# journals: the options are part of them
holds 'a journal' "$run --pareto --limit \$loose --resume j <\$space >n"
is    'says what it is of' 'head -n 1 j' '{"search":{"strategy":"nsga2","seeds":"rules"}}'
same  'then has the candidates' 'sed 1d j' 'head -n 120 n'
for lines in 0 1 2 57 121; do
	head -n $lines j >k
	holds "gone on with from line $lines: the same" "$run --pareto --limit \$loose --resume k <\$space | cmp - n && cmp j k"
done
for bytes in 1 9 10 30 47 48 60 700; do
	head -c $bytes j >k
	holds "torn after $bytes bytes: the same" "$run --pareto --limit \$loose --resume k <\$space | cmp - n && cmp j k"
done
refuses 1 <<T
another strategy ;; $run --limit \$loose --resume j <\$space ;; j:1: the journal is of a search with other options: {"search":{"strategy":"nsga2","seeds":"rules"}}, now {"search":{}}
another objective ;; $run --pareto --minimize params --minimize valid_loss --resume j <\$space ;; "minimize":["params","valid_loss"]
another limit ;; $run --pareto --limit \$tight --resume j <\$space ;; the journal is of another space, limit or plan
a condition on scores ;; $run --pareto --where 'valid_nll<9' --limit \$loose --resume j <\$space ;; "where":["valid_nll<9"]
T
head -n 20 n >k
exits 1 'a journal of a plain search' "$run --pareto --limit \$loose --resume k <\$space"
says  'says what it lacks' 'k:1: the journal is of a search with other options: none of these, now {"search":{"strategy"'

# races: the same results, with less to do. The sentences of the fixtures are
# too few: here are more.
for i in {1..400}; do echo "{\"src\":[$((i * 7 % 33 + 4)),$((i * i % 31 + 4)),2],\"tgt\":[$((i % 9 + 5)),$((i % 13 + 4)),11,2]}"; done >many
train-super --quiet --space "$space" -o good --max-update 150 --max-tokens 400 --lr 0.01 \
	--warmup-updates 20 --threads 1 <many >log
race="evolve -q --weights good --valid many --predictor \$mlp --max-tokens 256 $small --iterations 9 --limit \$loose"
for seed in 1 2 3; do
	holds "seed $seed: without a race" "$race -s $seed -k 4 <\$space >a"
	holds "seed $seed: with one" "$race --race -s $seed -k 4 <\$space >b"
	same  "seed $seed: the same results" "jq -c 'select(.result) | [.arch_id, .result]' a" "jq -c 'select(.result) | [.arch_id, .result]' b"
	is    "seed $seed: the same candidates" 'diff <(jq -c .arch a) <(jq -c .arch b)' ''
	is    "seed $seed: some are given up, none of them better than they look" "jq -s '(map(select(.raced)) | length > 20 and all(.valid_tokens < 1600)) and
		(map(select(.raced | not).valid_tokens) | unique | length == 1)' b" true
	is    "seed $seed: their losses are near" "paste -d , <(jq .valid_loss a) <(jq .valid_loss b) | jq -Rs 'split(\"\n\")[:-1] | map(split(\",\") | map(tonumber)) | all((.[0] - .[1]) / .[0] | fabs < 0.05)'" true
done
holds 'a race with a journal' "$race --race --resume j2 <\$space >b"
for lines in 30 80 150; do
	head -n $lines j2 >k
	holds "a race gone on with from line $lines: the same" "$race --race --resume k <\$space | cmp - b && cmp j2 k"
done
same  'a race on more threads' 'cat b' "$race --race -j 2 <\$space"
finish
