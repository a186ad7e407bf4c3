# The ground truth of a task, and how supernets rank it: ranks.mk on a miniature.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
few='ARCHS=4 REPEATED=1 RANK_SEEDS=2'
ranks="make -C $top -f pipelines/ranks.mk TASK=$tmp/mini.mk $few"
export ranks
holds 'four architectures, one of them twice' "$ranks"
prints 'ends in a table' 'ranks.jsonl: 5 of 5 trainings'
table=run/ranks.jsonl
is    'as many of each depth, in turn' "jq -c '[.name, .seed, .arch.decoder_layer_num]' $table | tr '\n' ' '" '["a01",1,1] ["a02",1,2] ["a03",1,1] ["a04",1,2] ["a01",2,1] '
is    'no architecture twice' "jq -r .arch_id $table | sort -u | wc -l" 4
is    'what each is worth, costs and was made by' "jq -c '[.valid_loss > 0, .valid_nll > 0, (.bleu | type), .params > 0, .flops > 0, .latency_ms.total > 0, .host.cpu != null, .core_seconds > 0, .settings.average, (.settings[\"train-sub\"] | test(\"--max-epoch 3 \")), (.pairs | length)]' $table | sort -u" '[true,true,"number",true,true,true,true,true,2,true,16]'
is    'a seed is another training' "jq -s 'map(select(.name == \"a01\")) | .[0].valid_loss != .[1].valid_loss' $table" true
rows() { stat -c '%n %Y' run/rank.*.row; }
rows >before
holds 'once more' "$ranks"
is    'nothing is trained' 'rows | diff before -' ''
# by hand
hand='train-sub -q --max-epoch 3 --max-tokens 200 --lr 0.01 --warmup-updates 5 --keep-last-epochs 2 --seed 2 --share-all-embeddings --src-dict run/src.dict --valid run/valid.jsonl'
holds 'a training typed by hand' "jq -c 'select(.name == \"a01\")' $table | head -n 1 >a01; $hand --arch a01 -o hand.safetensors <run/train.jsonl && average-weights -o hand.mean hand.epoch*.safetensors"
is    'is worth the same' "jq -c '{arch, task}' a01 | eval-arch --weights hand.mean --valid run/valid.jsonl | jq .valid_loss" "$(jq 'select(.name == "a01" and .seed == 2).valid_loss' $table)"
is    'and as much when it translates' "translate --beam 2 --weights hand.mean --remove-bpe '@@ ' <run/test.jsonl | bleu --tokenize none | jq .score" "$(jq 'select(.name == "a01" and .seed == 2).bleu' $table)"

# several machines
for p in 1 2; do
	holds "part $p of 2" "$ranks PART=$p/2 RUN=$tmp/part$p"
done
is    'has its rows alone' 'for p in 1 2; do ls part$p/rank.*.row | sed "s/.*rank.//" | tr "\n" " "; done' 'a01.s1.row a01.s2.row a03.s1.row a02.s1.row a04.s1.row '
worth() { jq -c '[.name, .seed, .valid_loss, .bleu]' "$@"; }
holds 'the parts together' "$ranks RUN=$tmp/all KNOWN='$tmp/part1/ranks.jsonl $tmp/part2/ranks.jsonl'"
same  'are the whole' 'worth all/ranks.jsonl' "worth $table"
is    'nothing was trained for it' 'ls all | grep -c safetensors' 0
holds 'what was made by other settings' "$ranks RUN=$tmp/other KNOWN=$tmp/part1/ranks.jsonl translate.args='--beam 3' $tmp/other/rank.a01.s1.row"
is    'is none of it' 'ls other/rank.*.final.safetensors' other/rank.a01.s1.final.safetensors
holds 'a table that is half done' "$ranks RUN=$tmp/other KNOWN=$tmp/part1/ranks.jsonl translate.args='--beam 3' ranks-table"
prints 'says so, and holds no row of other settings' '1 of 5 trainings'

# a training that went wrong
cp run/rank.a04.s1.row good
largest=$(jq -rs 'map(select(.seed == 1)) | max_by([.arch.decoder_layer_num, .params]).name' $table)
jq -c '.valid_loss *= 3' "run/rank.$largest.s1.row" >bad; cp -p "run/rank.$largest.s1.row" good; cp bad "run/rank.$largest.s1.row"
holds 'a loss far above that of a smaller model' "$ranks ranks-table"
says  'is told' "suspect: $largest, seed 1: loss "
is    'and marked' "jq -r 'select(.suspect).name' $table" "$largest"
cp -p good "run/rank.$largest.s1.row"
holds 'a good one' "$ranks ranks-table"
is    'is not' "jq -c 'select(.suspect)' $table" ''

# supernets
holds 'supernets' "$ranks VARIANTS='path path.mean sandwich4 kl4' MEAN=1 ranks-supers >said; cat said; grep -q by.valid_loss said"
prints 'are compared' 'Order of 4 architectures by bleu: tau'
is    'with rules, and with each other' "awk '/by valid_loss/ { on = 1 } on && /^(params|arch|-inherited|a perfect)/ { print \$1 }' said | cut -c 1-26 | tr '\n' ' '" 'params arch.decoder_layer_num arch.decoder_layer_num,par -inherited.kl4_s1.loss -inherited.path_mean_s1.lo -inherited.path_s1.loss -inherited.sandwich4_s1.lo a '
is    'all on as many tokens' "for v in path sandwich4 kl4; do jq -s 'map(select(.event == \"train\").tokens) | add' run/rank.super.\$v.s1.log.jsonl; done | awk '{ if (NR == 1) first = \$1; print (\$1 / first > 0.8 && \$1 / first < 1.2) }' | sort -u" 1
is    'losses are those of eval-arch' "jq -c 'select(.name == \"a02\") | {arch, task}' $table | eval-arch --weights run/rank.super.kl4.s1.safetensors --valid run/valid.jsonl | jq .valid_loss" "$(jq 'select(.name == "a02").inherited.kl4_s1.loss' run/ranked.jsonl)"

# mistakes
exits 2 'no task' "make -C $top -f pipelines/ranks.mk"
says  'says what is missing' 'TASK is not set: which task file?'
exits 2 'the third of two parts' "$ranks PART=3/2"
says  'is none' 'PART is "3/2": want such as 2/3'
exits 2 'a part that is no number' "$ranks PART=one"
says  'is none' 'PART is "one": want such as 2/3'
is    'the environment is not asked' "TASK=$tmp/mini.mk make -C $top -f pipelines/ranks.mk 2>&1 | grep -c 'TASK is not set'" 1
finish
