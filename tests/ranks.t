# The ground truth of a task, and how supernets rank it: ranks.mk on a miniature.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
few='ARCHS=4 REPEATED=1 RANK_SEEDS=2'
ranks="make -C $top -f pipelines/ranks.mk TASK=$tmp/mini.mk $few"
export ranks
holds 'four architectures, one of them twice' "$ranks"
prints 'they end in a table' 'ranks.jsonl: 5 of 5 trainings'
table=run/ranks.jsonl
of() { jq -c "select($1)" $table; }
is    'as many architectures of each depth, in turn' "
	jq -r '\"\\(.name) \\(.seed) \\(.arch.decoder_layer_num)\"' $table | paste -sd," \
	'a01 1 1,a02 1 2,a03 1 1,a04 1 2,a01 2 1'
is    'no architecture twice' "jq -r .arch_id $table | sort -u | wc -l" 4
cat >known.jq <<'J'
[.valid_loss > 0, .valid_nll > 0, (.bleu | type), .params > 0, .flops > 0,
.latency_ms.total > 0, .host.cpu != null, .core_seconds > 0, .settings.average,
(.settings["train-sub"] | test("--max-epoch 3 ")), (.pairs | length)]
J
is    'what each is worth, costs and was made by' "jq -c -f known.jq $table | sort -u" \
	'[true,true,"number",true,true,true,true,true,2,true,16]'
is    'losses of its epochs, the last of which is nearly its own' "
	jq -c '.epoch_losses | length' $table | sort -u" 3
is    'a seed is another training' "
	of '.name == \"a01\"' | jq -s '.[0].valid_loss != .[1].valid_loss'" true
holds 'one of which the latency is unsure' "
	jq -c 'del(.unsettled) | if .name == \"a02\" then .unsettled = true else . end' \
		run/rank.lats.jsonl >marked
	cp marked run/rank.lats.jsonl; make -C $top -f pipelines/ranks.mk TASK=$tmp/mini.mk $few \
		ranks-table"
is    'one of which the latency is unsure: the table says so' 'of .unsettled | jq -r .name' a02
rows() { stat -c '%n %Y' run/rank.*.row; }
rows >before
holds 'make ranks once more' "$ranks"
is    'make ranks once more: nothing is trained' 'rows | diff before -' ''
# other builds of the programs, which compute the same
real=$MILLINER_BIN
mkdir built
for p in "$real"/*; do
	printf '#!/bin/sh\nexec %s "$@"\n' "$p" >"built/${p##*/}"
	chmod +x "built/${p##*/}"
done
holds 'make ranks with another build' "MILLINER_BIN=$tmp/built $ranks"
is    'make ranks with another build: nothing is trained' 'rows | diff before -' ''
is    'a hundred and more have names of their own' '
	jq -nc "range(120) | {arch: {decoder_layer_num: 1}}" |
		jq -sc --argjson n 120 -f $top/pipelines/ranks/strata.jq | jq -r .name |
		sed -n "1p;99,101p"' $'a01\na99\na100\na101'
taught="$ranks TEACHER=sequence TEACHERS=$tmp/run/rank.a01.s1.final.safetensors"
is    'with a teacher a row is another' \
	"$taught -n $tmp/run/rank.a02.s1.row | grep -c 'ranks.mk $tmp/run/rank.a02.s1.bleu'" 1
cp run/rank.a01.s1.final.safetensors t1; cp t1 t2; cp run/rank.a04.s1.final.safetensors t3
teacher_of() { # variables: the teacher in the settings of a row
	$ranks -n "$@" $tmp/run/rank.a02.s1.row | grep -oE '"teacher": "[^"]*"' | sort -u
}
sum=$(sha256sum <t1 | cut -c 1-16)
is    'with a teacher a row is of its bytes and of how many of its translations' "
	for t in t1 t2 t3; do teacher_of TEACHER=both TEACHERS=$tmp/\$t NBEST=2; done |
		sed 's/$sum/SUM/; s/ [0-9a-f]\{16\} / other /; s/.*: //'" \
'"both of SUM the 2 best"
"both of SUM the 2 best"
"both of other the 2 best"'
is    'with a teacher that only labels, how many of its translations is no matter' "
	teacher_of TEACHER=token TEACHERS=$tmp/t1 NBEST=2" "\"teacher\": \"token of $sum\""
is    'with the largest as the teacher a row is of its space' "
	teacher_of TEACHER=token" "\"teacher\": \"token of largest.final.safetensors of $(
	sha256sum <$space | cut -c 1-16)\""
# by hand
hand='train-sub -q --max-epoch 3 --max-tokens 200 --lr 0.01 --warmup-updates 5 --seed 2
	--keep-last-epochs 2 --share-all-embeddings --src-dict run/src.dict --valid run/valid.jsonl'
holds 'a training typed by hand' '
	of ".name == \"a01\" and .seed == 1" >a01
	$hand --arch a01 -o hand.safetensors <run/train.jsonl &&
		average-weights -o hand.mean hand.epoch*.safetensors'
second='.name == "a01" and .seed == 2'
same  'a training typed by hand has the same loss' "
	jq -c '{arch, task}' a01 | eval-arch --weights hand.mean --valid run/valid.jsonl |
		jq .valid_loss" 'of "$second" | jq .valid_loss'
same  'a training typed by hand has the same score' "
	translate --beam 2 --weights hand.mean --remove-bpe '@@ ' <run/test.jsonl |
		bleu --tokenize none | jq .score" 'of "$second" | jq .bleu'

# several machines
for p in 1 2; do
	holds "part $p of 2" "$ranks PART=$p/2 RUN=$tmp/part$p"
done
is    'each part has its rows alone' '
	for p in 1 2; do ls part$p/rank.*.row | sed "s/.*rank.//" | tr "\n" " "; done' \
	'a01.s1.row a01.s2.row a03.s1.row a02.s1.row a04.s1.row '
worth() { jq -c '[.name, .seed, .valid_loss, .bleu]' "$@"; }
holds 'the parts together' \
	"$ranks RUN=$tmp/all KNOWN='$tmp/part1/ranks.jsonl $tmp/part2/ranks.jsonl'"
same  'the parts together are the whole' 'worth all/ranks.jsonl' "worth $table"
is    'the parts together: nothing was trained for it' 'ls all | grep -c safetensors' 0
head -c 300 $tmp/part1/ranks.jsonl >torn
refuses 2 <<R
a table that is not there ;; $ranks RUN=$tmp/other KNOWN=$tmp/none
	;; KNOWN: profile-arch: $tmp/none: No such file
a table that is cut off ;; $ranks RUN=$tmp/other KNOWN=$tmp/torn
	;; KNOWN: profile-arch: $tmp/torn:1: broken JSON
R
other="$ranks RUN=$tmp/other KNOWN=$tmp/part1/ranks.jsonl translate.args='--beam 3'"
holds 'rows that were made by other settings' "$other $tmp/other/rank.a01.s1.row"
is    'rows that were made by other settings are not taken' \
	'ls other/rank.*.final.safetensors' other/rank.a01.s1.final.safetensors
holds 'a table that is half done' "$other ranks-table"
prints 'it says so, and holds no row of other settings' '1 of 5 trainings'

# a training that went wrong
largest=$(jq -rs 'map(select(.seed == 1)) | max_by([.arch.decoder_layer_num, .params]).name' $table)
row=run/rank.$largest.s1.row
cp -p "$row" good
jq -c '.valid_loss *= 3' good >"$row"
holds 'a loss far above that of a smaller model' "$ranks ranks-table"
says  'it is told' "suspect: $largest, seed 1: loss "
is    'a loss far above that of a smaller model is marked' 'of .suspect | jq -r .name' "$largest"
cp -p good "$row"
holds 'a good loss' "$ranks ranks-table"
is    'a good loss is not marked' 'of .suspect' ''

# supernets
supers="$ranks VARIANTS='path path.mean sandwich4 kl4' MEAN=1 BUDGETS='1 2' SUPER_SEEDS=2
	CONTINUED=path.x1.s2
	CONTINUE='--max-update 6 --warmup-updates 2 --validate-interval-updates 3'"
supers=${supers//$'\n'/}
export supers
holds 'supernets' "$supers ranks-supers >said"
compared='params arch.decoder_layer_num arch.decoder_layer_num,params features
	arch.decoder_layer_num,params, arch.decoder_layer_num,latency_ms.total, a.perfect'
for v in kl4 path_mean path sandwich4; do
	for x in 1 2; do
		compared+=" ${v}_x$x ${v}_x$x,"
		[ $v$x != path1 ] || compared+=" path_x1_tuned1 path_x1_tuned2"
	done
done
names='params|arch[^ ]*|features|[a-z0-9]*_(mean_)?x.[^ ]*|a perfect'
scores() { sed -n '/by valid_loss/,$p' said; }
is    'supernets are compared, with rules and with each other' "
	scores | grep -oE '^($names)' | tr ' ' ." "$(printf '%s\n' $compared)"
tokens() { # of supernets
	local v
	for v; do
		jq -s 'map(select(.event == "train").tokens) | add' run/rank.super.$v.s1.log.jsonl
	done
}
is    'supernets learn from as many tokens, or twice as many' "
	tokens path.x1 sandwich4.x1 kl4.x1 path.x2 |
		awk '{ if (NR == 1) first = \$1; print int(\$1 / first + 0.5) }' |
		paste -sd' '" '1 1 1 2'
ranked() { jq -c "select(.name == \"$1\").inherited | $2" run/ranked.jsonl; }
same  'losses are those of eval-arch' "
	of '.name == \"a02\"' | jq -c '{arch, task}' | eval-arch --valid run/valid.jsonl \
		--weights run/rank.super.kl4.x1.s1.safetensors | jq .valid_loss" \
	'ranked a02 .kl4_x1_s1.loss'
is    'losses of two seeds have a mean' "
	jq -s 'map(.inherited | (.path_x2_s1.loss + .path_x2_s2.loss) / 2 - .path_x2.loss |
		fabs < 1e-6) | all' run/ranked.jsonl" true
same  'a row has the means of its seeds' "
	jq -rs 'map(select(.by | test(\"^-inherited.path_x2_s..loss\$\")).tau) | add / 2 * 100 |
		round / 100' run/ranked.valid_loss.jsonl" \
	"scores | awk '\$1 == \"path_x2\" { print \$3 }'"
holds 'an architecture that is trained on from a supernet' '
	of ".name == \"a03\"" | jq -c "{arch, task}" >a03
	train-sub -q --arch a03 --inherit run/rank.super.path.x1.s2.safetensors --max-epoch 3 \
		--max-tokens 200 --lr 0.01 --warmup-updates 2 --max-update 6 \
		--validate-interval-updates 3 --valid run/valid.jsonl \
		-o tuned <run/train.jsonl >log'
same  'an architecture that is trained on from a supernet has the losses of that' \
	'jq -sc "map(select(.event == \"valid\").loss)" log' \
	'ranked a03 "[.path_x1_s2_tuned1.loss, .path_x1_s2_tuned2.loss]"'
touch before
cp run/rank.lats.jsonl timed
holds 'supernets once more' "MILLINER_BIN=$tmp/built $supers ranks-supers"
# another build has timed anew
holds 'supernets once more, with the times of before' "
	cp timed run/rank.lats.jsonl; MILLINER_BIN=$tmp/built $supers ranks-supers >again"
same  'supernets once more: the same is said' 'cat said' 'cat again'
is    'supernets once more: nothing is trained' 'find run -name "*.safetensors" -newer before' ''

# mistakes
refuses 2 <<'R'
a variant that nobody knows ;; $ranks VARIANTS=luck ranks-supers
	;; VARIANTS: what is luck? Set variant.luck to its options of train-super
a variant twice ;; eval "$ranks VARIANTS='path path'"
	;; VARIANTS is "path path": a word stands there twice
a variant with a dot ;; $ranks VARIANTS=a.b ;; VARIANTS: the name of a.b has a dot
the mean of a variant that nobody knows ;; $ranks VARIANTS=luck.mean ;; VARIANTS: what is luck?
a variant of an option that is none ;; $ranks VARIANTS=mine variant.mine=--sup
	;; variant.mine: train-super: --sup: no such option
a budget twice ;; eval "$ranks BUDGETS='1 1'" ;; BUDGETS is "1 1": a word stands there twice
the mean of no epoch ;; $ranks MEAN=0 ;; MEAN is "0": want a whole number from 1
a supernet to go on from that is none ;; $ranks CONTINUED=luck.x1.s1
	;; CONTINUED: there is no supernet luck.x1.s1 among those of VARIANTS and BUDGETS, such as
.. by no option ;; $ranks CONTINUE=--more ;; CONTINUE: train-sub: --more: no such option
no task ;; make -C $top -f pipelines/ranks.mk ;; TASK is not set: which task file?
the third of two parts ;; $ranks PART=3/2 ;; PART is "3/2": want such as 2/3
architectures that are no number ;; eval "$ranks ARCHS=many"
	;; ARCHS is "many": want a whole number from 1 to 99999
no architecture ;; eval "$ranks ARCHS=0" ;; ARCHS is "0": want a whole number from 1 to 99999
two numbers for one ;; $ranks REPEATED='3 4' ;; REPEATED is "3 4": want a whole number from 1
too many seeds ;; $ranks RANK_SEEDS=100000 ;; RANK_SEEDS is "100000": want a whole number from 1
no number ;; $ranks RANK_SEEDS= ;; RANK_SEEDS is "": want a whole number from 1
supernets of no update ;; $ranks BUDGETS='1 0' ;; BUDGETS is "1 0": want whole numbers from 1
no seed of supernets ;; $ranks SUPER_SEEDS=0 ;; SUPER_SEEDS is "0": want a whole number from 1
a part that is no number ;; $ranks PART=one ;; PART is "one": want such as 2/3
R
is    'the environment is not asked for TASK' "
	TASK=$tmp/mini.mk make -C $top -f pipelines/ranks.mk 2>&1 | grep -c 'TASK is not set'" 1
refuses_tasks ranks
finish
