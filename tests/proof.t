# What searches find, trained and compared: proof.mk on a miniature.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
proof="make -C $top -f pipelines/proof.mk TASK=$tmp/mini.mk PROOF_LIMITS='90 1000' PROOF_SEEDS=2
	PROOF_STRATEGIES='hat finals random' PROOF_FINALISTS=2
	FINAL='--max-update 6 --warmup-updates 2' super.random=sandwich4"
proof=${proof//$'\n'/}
export proof
holds 'two limits, three searches, two seeds' "$proof"
prints 'they end in a table' 'limit  search  seeds  models  inh. loss'
is    'a row for each limit and search' "
	awk 'NR > 1 && NF == 14 { print \$1, \$2, \$3 }' run/proof.txt | tr '\n' ," \
	'90 hat 2,90 finals 2,90 random 2,1000 hat 2,1000 finals 2,1000 random 2,'
is    'twelve searches, as many evaluations in each' "
	for f in run/proof.*.search; do jq -s 'map(select(.result | not)) | length' \$f; done |
		sort -u | wc -l
	ls run/proof.*.search | wc -l" $'1\n12'
trained() { ls run/proof.arch.*.s1.final.safetensors | sed 's/.*arch[.]//; s/[.]s1[.].*//' | sort; }
is    'every winner is trained once' 'ls run/proof.arch.*.s[2-9]*' ''
same  'every winner is trained' 'jq -r .arch_id run/proof.jsonl | sort -u' trained
is    'every winner has its scores' "
	jq -c '[.bleu, .own_loss | type]' run/proof.jsonl | sort | uniq -c | tr -s ' '" \
	' 12 ["number","number"]'
row() { # limit, strategy, seed
	jq -c --argjson limit "$1" --arg strategy "$2" --arg seed "$3" \
		'select(.limit == $limit and .strategy == $strategy and .seed == $seed)' \
		run/proof.jsonl
}
result=run/proof.1000.random.s1.search
same  'the winner is the best found' \
	'jq -s "map(select(.result)) | min_by(.valid_loss).arch_id" run/proof.1000.hat.s1.search' \
	'row 1000 hat s1 | jq .arch_id'
same  'means are of the rows' \
	"awk '\$1 == 1000 && \$2 == \"random\" { print \$5, \$7, \$9 }' run/proof.txt" \
	"jq -rs 'map(select(.limit == 1000 and .strategy == \"random\")) |
		def mean(\$n): add / length * \$n | round / \$n;
		\"\\(map(.inherited) | mean(10000)) \\(map(.own_loss) | mean(10000)) \\(map(.bleu) |
			mean(100))\"' run/proof.jsonl"
same  'a strategy may ask another supernet' "
	jq -c 'select(.result) | {arch, task}' $result | eval-arch -q --valid run/valid.jsonl \
		--weights run/proof.super.sandwich4.safetensors | jq .valid_loss" \
	"jq 'select(.result).valid_loss' $result"
cat >beside.jq <<'J'
# finalists that neither are of the best two nor met the limit by a rule, best that are none
(map(select(.met)) | sort_by(.valid_loss)[:2] | map(.arch_id)) as $best |
map(select(.finalist).arch_id) - $best - map(select(.met and .rule).arch_id),
$best - map(select(.finalist).arch_id)
J
is    'finalists are the best that meet the limit, and what rules picked' '
	for f in run/proof.*.rules.*.best; do jq -sc -f beside.jq $f; done | sort -u' '[]'
same  'each finalist is trained on once' \
	"cat run/proof.*.rules.*.best | jq -r 'select(.finalist).arch_id' | sort -u" \
	'jq -r .arch_id run/proof.finals.jsonl | sort'
cat >lowest.jq <<'J'
map(select(.finalist).arch_id) as $i | $final | map(select(.arch_id | IN($i[]))) |
if . == [] then "none" else min_by(.final_loss).arch_id end
J
cases() { for l in 90 1000; do for s in s1 s2; do "$1" $l $s; done; done; }
lowest() {
	jq -sc --slurpfile final run/proof.finals.jsonl -f lowest.jq run/proof.$1.rules.$2.best
}
taken() { jq -c 'if .final_loss then .arch_id else "none" end' run/proof.$1.finals.$2.json; }
same  'of finalists the lowest loss is taken' 'cases lowest' 'cases taken'
is    'the training of finalists is a part of the cost' "
	jq -s 'map(select(.strategy == \"finals\" and .final_loss)) |
		map(.core_seconds > 0) | all' run/proof.jsonl" true
same  'differences are those of the means' \
	"awk 'NF == 8 && \$1 == 1000 && \$2 == \"hat\" { print \$3 }' run/proof.txt" \
	"jq -rs 'def m(\$s): map(select(.limit == 1000 and .strategy == \$s).bleu) | add / length;
		m(\"hat\") - m(\"random\") | . * 100 | round / 100' run/proof.jsonl"
is    'one picture' '
	grep -c "</svg>" run/proof.svg
	grep -oE ">(hat|finals|random)<" run/proof.svg | sort -u' $'1\n>finals<\n>hat<\n>random<'
costly() { find run -name '*.search' -o -name '*.safetensors' | xargs stat -c '%n %Y' | sort; }
costly >before
holds 'make proof once more' "$proof"
is    'make proof once more: nothing is searched or trained' 'costly | diff before -' ''
twice="$proof PROOF_SEEDS=1 PROOF_STRATEGIES='hat random' PROOF_TRAININGS=2"
holds 'each winner trained twice' "$twice"
is    'each winner trained twice: by another seed, and the first not again' '
	costly | grep "[.]s1[.]" | diff - <(grep "[.]s1[.]" before)
	for f in run/proof.arch.*.s2.final.safetensors; do
		! cmp -s "$f" "${f/.s2./.s1.}" || echo "$f"; done' ''
same  'each winner trained twice: its BLEU is the mean' "
	jq -c 'select(.bleus | length == 2) | [.arch_id, .bleu * 100 | tostring]' \
		run/proof.jsonl" '
	jq -r .arch_id run/proof.jsonl | while read -r id; do
		cat run/proof.arch.$id.s[12].bleu | jq -sc --arg id $id \
			"[\$id, (map(.score) | add / 2) * 100 | tostring]"
	done'
rm "run/proof.arch.$(jq -rs '.[0].arch_id' run/proof.jsonl).s2.bleu"
holds 'a part of the trainings' "$twice proof-table"
prints 'it is told' 'trainings still to do: 1'
less="$proof PROOF_SEEDS=1 PROOF_STRATEGIES='hat random' proof-table"
holds 'with one seed less' "$less"
is    'with one seed less: the others, there as they are, do not count' "
	awk 'NR > 1 && NF == 14 { print \$2, \$3 }' run/proof.txt | sort | uniq -c | tr -s ' '" \
	$' 2 hat 1\n 2 random 1'
# of ranks, by the settings that proof.mk tells
settings=$(eval "$less -n" | sed -n "s/.*--argjson settings '\([^']*\)'.*/\1/p" | sed -n 1p)
trainings() { # the same architecture, BLEU ..
	for bleu; do
		jq -c --argjson bleu $bleu --argjson settings "$settings" \
			--arg pairs $(cat run/rank.pairs) \
			'{arch, params: 9, bleu: $bleu, pairs: $pairs, settings: $settings}' \
			run/proof.1000.hat.s1.json
	done >run/ranks.jsonl
}
trainings 1
holds 'a ground truth that has just begun' "$less"
trainings 1 90
holds 'a ground truth' "$less"
holds 'a ground truth tells how trainings differ' \
	"grep -E 'deviates by BLEU [1-9][0-9]' run/proof.txt"
sed -i 's/"bleu":"/&--lc /' run/ranks.jsonl
holds 'a ground truth by other settings' "$less"
holds 'a ground truth by other settings does not count' "
	! grep -E 'deviates by BLEU [1-9][0-9]' run/proof.txt"
refuses 2 <<'R'
a limit with a point ;; eval "$proof PROOF_LIMITS='40 52.5'"
	;; PROOF_LIMITS is "40 52.5": want whole numbers
no limit ;; eval "$proof PROOF_LIMITS=" ;; PROOF_LIMITS is "": want whole numbers from 1 to 99999
a limit twice ;; eval "$proof PROOF_LIMITS='95 95'"
	;; PROOF_LIMITS is "95 95": a word stands there
a strategy twice ;; eval "$proof PROOF_STRATEGIES='hat hat'" ;; PROOF_STRATEGIES is "hat hat":
an option that there is not ;; eval "$proof PROOF_STRATEGIES=own strategy.own=--bogus"
	;; strategy.own: evolve: --bogus: no such option
a supernet's option that there is not ;; eval "$proof super.hat=own variant.own=--bogus"
	;; variant.own: train-super: --bogus: no such option
a limit of 0 ;; eval "$proof PROOF_LIMITS='40 0'" ;; PROOF_LIMITS is "40 0": want whole
two numbers for one ;; eval "$proof PROOF_SEEDS='3 4'" ;; PROOF_SEEDS is "3 4": want a whole number
no finalists ;; eval "$proof PROOF_FINALISTS=0" ;; PROOF_FINALISTS is "0": want a whole number
no trainings ;; eval "$proof PROOF_TRAININGS=0" ;; PROOF_TRAININGS is "0": want a whole number
no strategies ;; eval "$proof PROOF_STRATEGIES=" ;; PROOF_STRATEGIES is empty: want names, such as
a strategy with a point ;; eval "$proof strategy.a.b=--random PROOF_STRATEGIES=a.b"
	;; the name of a.b has a dot
no task ;; make -C $top -f pipelines/proof.mk ;; TASK is not set: which task file?
a strategy that nobody knows ;; eval "$proof PROOF_STRATEGIES='hat luck'"
	;; PROOF_STRATEGIES: what is luck? Set strategy.luck to its options of evolve
R
refuses_tasks proof
finish
