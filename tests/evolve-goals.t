# Searches for other goals than the lowest loss: several objectives, any field,
# conditions on scores, rules of thumb in the first population, races.
. "${0%/*}/lib.sh"
command -v jq >/dev/null || skip 'no jq'
. "$top/tests/search-fixtures.sh"
small='--population 20 --parents 6 --mutations 10 --crossovers 10 --iterations 6'
base="evolve -q --weights $weights --valid $valid"
run="$base --predictor $mlp $small"

# wrong usage, fields that there are not
nine=$(printf -- '--minimize params %.0s' {1..9})
refuses 2 <<T
several objectives for HAT's search ;; $run --minimize params --minimize flops <$space ;;
	hat has one objective, not 2: --pareto takes several
a front of one objective ;; $base $small --pareto <$space ;; wants two objectives
--pareto --random ;; $run --pareto --random <$space ;; exclude each other
--pareto --strategy hat ;; $run --pareto --strategy hat <$space ;;
	--pareto and --strategy hat exclude
too many objectives ;; $run --pareto $nine <$space ;; more than 8 objectives
no list of limits ;; $run --limits 10,,20 <$space ;; --limits: want a number above 0, not ""
a race of several limits ;; $run --race --limits 10,20 <$space ;; --race is for one limit
a race for parameters ;; $run --race --minimize params <$space ;; --race is for one limit
T
refuses 1 <<T
an objective that no record has ;; $run --minimize parms <$space ;;
	--minimize: no number "parms" in the record; did you mean params?
an objective far from all fields ;; $run --maximize beauty <$space ;;
	--maximize: no number "beauty" in the record
a condition that no record has ;; $run --where 'valid_los<3' <$space ;;
	--where: no number "valid_los" in the record; did you mean valid_loss?
a condition that nothing meets ;; $run --where 'valid_loss<0.1' <$space ;;
	no candidate meets all conditions
T

# one objective
holds 'fewest parameters' "$run --minimize params --limit $loose <$space >p"
true_of 'fewest parameters: the result has the fewest' p '(map(.params) | min) == .[-1].params'
is    'fewest parameters: the result is the smallest of all' \
	"jq -c 'select(.result).params' p" \
	"$(sample-arch --smallest <"$space" | profile-arch | jq .params)"
holds 'the deepest decoder, by a dotted field' \
	"$run --maximize arch.decoder_layer_num --where 'params<=20000' <$space >p"
is    'the deepest decoder is found' "jq -c 'select(.result).arch.decoder_layer_num' p" 3
nll=$(eval "$run" <"$space" | jq -s 'map(.valid_nll) | sort | .[length / 2 | floor]')
holds 'a condition on a score' "$run --minimize predicted_ms --where 'valid_nll<=$nll' <$space >p"
true_of 'a condition on a score: candidates are scored whether they meet it or not' p \
	"map(select(.result | not)) | any(.valid_nll > $nll) and any(.valid_nll <= $nll)"
true_of 'a condition on a score: the result meets it, and nothing faster does' p \
	".[-1].valid_nll <= $nll and
	(map(select(.valid_nll <= $nll).predicted_ms) | min) == .[-1].predicted_ms"
holds 'the bounds of a prediction, where they are asked for' \
	"$run --where 'predicted_hi<=16' <$space >p"
true_of 'the bounds of a prediction are printed and kept' p 'all(.predicted_lo <= .predicted_ms
	and .predicted_ms <= .predicted_hi and .predicted_hi <= 16)'

# limits
same  '--limits is --limit, repeated' "$run --limit $tight --limit $loose -k 2 <$space" \
	"$run --limits $tight,$loose -k 2 <$space"

# a space small enough to be counted through
small_space 40 | jq -c '.space += {name: "few", encoder_layer_num_choice: [1],
	decoder_layer_num_choice: [2, 1], decoder_self_attention_heads_choice: [4],
	decoder_arbitrary_ende_attn_choice: [-1]}' >few.json
cat >few.jq <<'J'
.valid_loss = 1000 - (.arch | 3 * .encoder_embed_dim + .decoder_embed_dim +
	40 * .decoder_layer_num + .encoder_ffn_embed_dim[0] + 2 * (.decoder_ffn_embed_dim | add) +
	(.encoder_self_attention_heads[0] + .decoder_ende_attention_heads[0] | sqrt))
J
cat >front.jq <<'J'
def point: [.params, .valid_loss];
def front: sort_by(point) | reduce .[] as $p ([];
	if length == 0 or $p.valid_loss < .[-1].valid_loss then . + [$p] else . end);
def area: front | [., .[1:] + [{params: 40000}]] | transpose |
	map(select(.[0]) | (.[1].params - .[0].params) * (1000 - .[0].valid_loss)) | add;
J
fronts() { jq -L . "include \"front\"; $1" "${@:2}"; } # program, options and files
sample-arch -n 1008 --distinct <few.json 2>said | profile-arch | jq -c "$(cat few.jq)" >all.jsonl
is    'all 1008 architectures of a small space' 'wc -l <all.jsonl' 1008
fronts 'front[] | point' -sc all.jsonl >true-front
few="evolve -q --evaluate 'jq -c --unbuffered -f few.jq' --minimize valid_loss --minimize params \
	--population 40 --parents 10 --mutations 20 --crossovers 20 --iterations 15"
holds 'NSGA-II on a small space' "$few --pareto <few.json >n"
jq -c 'select(.result | not)' n >n.scored
is    'NSGA-II scores 600 candidates' 'wc -l <n.scored' 600
same  'NSGA-II finds the front, known by counting' \
	"jq -c 'select(.result.front) | [.params, .valid_loss]' n | sort" 'sort true-front'
true_of 'NSGA-II: the front is in ranks, from the lowest loss on' n 'map(select(.result.front)) |
	map(.result.rank) == [range(1; length + 1)] and (map(.valid_loss) | . == sort)'
is    'NSGA-II: the area that the front dominates grows' "fronts '[(1, 4, 8, 15) as \$n |
	map(select(.iteration <= \$n)) | area] | . == sort and .[0] < .[-1]' -s n" true
same  'NSGA-II: at last it is that of the true front' 'fronts area -s n.scored' \
	'fronts area -s all.jsonl'
same  'NSGA-II: the same again' 'cat n' "$few --pareto <few.json"
holds 'as many drawn blindly' "$few --strategy random <few.json >r"
is    'drawn blindly: a smaller area after half of them' "for f in r n; do
	head -n 300 \$f | fronts area -s; done | jq -s '.[0] < .[1]'" true
true_of 'drawn blindly: a front, too' r 'map(select(.result.front)) | length > 5'

# loss and latency
pareto="$run --pareto --limits $tight,$loose -k 3"
holds 'the front of loss and latency' "$pareto <$space >n"
is    'one search serves all limits' "jq -c 'select(.result | not)' n | wc -l" 120
is    'three results for each limit' "jq -sc 'map(select(.result.limit).result.limit)' n" \
	"[$tight,$tight,$tight,$loose,$loose,$loose]"
true_of 'the results are the best that meet their limit' n '
	map(select(.result | not)) as $all |
	map(select(.result.limit)) | all(.predicted_ms <= .result.limit) and
	(group_by(.result.limit) | all(.[0].result.limit as $l | map(.valid_loss) ==
	($all | map(select(.predicted_ms <= $l).valid_loss) | sort[:3])))'
true_of 'the front is ordered by latency' n 'map(select(.result.front)) | length > 2 and
	(map(.predicted_ms) | . == (sort | unique)) and
	(map(-.valid_loss) | . == (sort | unique))'
true_of 'the front is that of all that was scored' n '
	map(select(.result | not)) as $all | map(select(.result.front)) |
	all(. as $p | $all | all((.predicted_ms <= $p.predicted_ms and
	.valid_loss < $p.valid_loss or .predicted_ms < $p.predicted_ms and
	.valid_loss <= $p.valid_loss) | not))'
same  'threads change nothing' 'cat n' "$pareto -j 1 <$space"
holds 'three objectives' "$run --pareto --minimize valid_loss --minimize params \
	--maximize arch.decoder_layer_num <$space >n"
true_of 'three objectives: a front' n 'map(select(.result.front)) | length > 3'

# rules of thumb
for limit in $tight $loose; do
	holds "limit $limit: with the rules' answers" "$run --seeds rules --limit $limit <$space >s"
	true_of "limit $limit: the deepest comes first" s '.[0].rule == "deepest"'
	same  "limit $limit: the deepest is that of --strategy deepest" \
		"head -n 1 s | jq -c .arch" \
		"$run --strategy deepest --limit $limit <$space | sed -n 1p | jq -c .arch"
	true_of "limit $limit: nothing scored has more parameters than the largest" s \
		'(map(select(.rule).params) | max) == (map(.params) | max)'
	true_of "limit $limit: the result is never worse than a rule's" s \
		'.[-1].valid_loss <= (map(select(.rule).valid_loss) | min)'
	is    "limit $limit: as many are scored" 'wc -l <s' 121
done
same  '--seeds none is the search without the option' "$run --limit $tight <$space" \
	"$run --seeds none --limit $tight <$space"
is    'rules of thumb are the default of --pareto' \
	"$run --pareto --limit $tight <$space | sed -n 1p | jq -c .rule" '"deepest"'

# journals: the options are part of them
pareto="$run --pareto --limit $loose"
holds 'a journal' "$pareto --resume j <$space >n"
is    'a journal says what it is of' "head -n 1 j | jq -r '.search | keys_unsorted | join(\" \")'" \
	'strategy seeds weights sentences pairs label_smoothing dtype rounding'
same  'a journal then has the candidates' 'sed 1d j' 'head -n 120 n'
for lines in 0 1 2 57 121; do
	head -n $lines j >k
	holds "gone on with from line $lines: the same" \
		"$pareto --resume k <$space | cmp - n && cmp j k"
done
head=$(head -n 1 j | wc -c)
for bytes in 1 9 10 30 47 48 60 $((head - 1)) $head $((head + 1)) 700; do
	head -c $bytes j >k
	holds "torn after $bytes bytes: the same" "$pareto --resume k <$space | cmp - n && cmp j k"
done
head -n 20 n >k
refuses 1 <<T
a journal of another strategy ;; $run --limit $loose --resume j <$space ;;
	j:1: the journal is of another search: "strategy" is "nsga2" there, none here
a journal of another objective ;;
	$run --pareto --minimize params --minimize valid_loss --resume j <$space ;;
	"minimize" is none there, ["params","valid_loss"] here
a journal of another limit ;; $run --pareto --limit $tight --resume j <$space ;;
	the journal is of another space, limit or plan
a journal without a condition on scores ;;
	$run --pareto --where 'valid_nll<9' --limit $loose --resume j <$space ;;
	"where" is none there, ["valid_nll<9"] here
a journal of a plain search ;; $pareto --resume k <$space ;;
	k:1: the journal is of another search: "strategy" is none there, "nsga2" here
T

# races: the same results, with less to do. The sentences of the fixtures are
# too few: here are more.
for i in {1..400}; do
	echo "{\"src\":[$((i * 7 % 33 + 4)),$((i * i % 31 + 4)),2]," \
		"\"tgt\":[$((i % 9 + 5)),$((i % 13 + 4)),11,2]}"
done >many
train-super --quiet --space "$space" -o good --max-update 150 --max-tokens 400 --lr 0.01 \
	--warmup-updates 20 --threads 1 <many >log
race="evolve -q --weights good --valid many --predictor $mlp --max-tokens 256 $small \
	--iterations 9 --limit $loose"
results() { jq -c 'select(.result) | [.arch_id, .result]' $1; }
for seed in 1 2 3; do
	holds "seed $seed: without a race" "$race -s $seed -k 4 <$space >a"
	holds "seed $seed: with a race" "$race --race -s $seed -k 4 <$space >b"
	same  "seed $seed, a race: the same results" 'results a' 'results b'
	same  "seed $seed, a race: the same candidates" 'jq -c .arch a' 'jq -c .arch b'
	true_of "seed $seed, a race: some are given up, none of them better than they look" b \
		'(map(select(.raced)) | length > 20 and all(.valid_tokens < 1600)) and
		(map(select(.raced | not).valid_tokens) | unique | length == 1)'
	true_of "seed $seed, a race: their losses are near" 'a b' 'map(.valid_loss) |
		[.[:length / 2], .[length / 2:]] | transpose |
		all((.[0] - .[1]) / .[0] | fabs < 0.05)'
done
# whoever meets the condition is better than who does not, whatever the losses
for where in 'iteration>=3' 'valid_nll>=1.475' 'valid_nll<=1.47'; do
	holds "$where: without a race" "$race -k 4 --where '$where' <$space >a"
	holds "$where: with a race" "$race --race -k 4 --where '$where' <$space >b"
	same  "$where, a race: the same results" 'results a' 'results b'
done
holds 'a race with a journal' "$race --race --resume j2 <$space >b"
for lines in 30 80 150; do
	head -n $lines j2 >k
	holds "a race gone on with from line $lines: the same" \
		"$race --race --resume k <$space | cmp - b && cmp j2 k"
done
sed '1s/6/true/' j2 >k
refuses 1 <<T
a journal of a race for fewer results ;; $race --race -k 9 --resume j2 <$space ;;
	evolve: j2:1: the journal is of another search: "race" is 6 there, 9 here
a journal of a race that does not say how many it is for ;;
	$race --race --resume k <$space ;;
	k:1: the journal is of another search: "race" is true there, 6 here
T
same  'a race on more threads' 'cat b' "$race --race -j 2 <$space"
finish
