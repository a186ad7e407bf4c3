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
is    'losses of its epochs, the last of which is nearly its own' "jq -c '.epoch_losses | length' $table | sort -u" 3
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
supers="$ranks VARIANTS='path path.mean sandwich4 kl4' MEAN=1 BUDGETS='1 2' SUPER_SEEDS=2 CONTINUED=path.x1.s2 CONTINUE='--max-update 6 --warmup-updates 2 --validate-interval-updates 3'"
export supers
holds 'supernets' "$supers ranks-supers >said"
is    'are compared, with rules and with each other' "sed -n '/by valid_loss/,\$p' said | grep -oE '^(params|arch[^ ]*|features|[a-z0-9]*_(mean_)?x.[^ ]*|a perfect)' | tr '\n' ' '" 'params arch.decoder_layer_num arch.decoder_layer_num,params features arch.decoder_layer_num,params, arch.decoder_layer_num,latency_ms.total, a perfect kl4_x1 kl4_x1, kl4_x2 kl4_x2, path_mean_x1 path_mean_x1, path_mean_x2 path_mean_x2, path_x1 path_x1, path_x1_tuned1 path_x1_tuned2 path_x2 path_x2, sandwich4_x1 sandwich4_x1, sandwich4_x2 sandwich4_x2, '
is    'all on as many tokens, or twice as many' "for v in path.x1 sandwich4.x1 kl4.x1 path.x2; do jq -s 'map(select(.event == \"train\").tokens) | add' run/rank.super.\$v.s1.log.jsonl; done | awk '{ if (NR == 1) first = \$1; print int(\$1 / first + 0.5) }' | paste -sd' '" '1 1 1 2'
is    'losses are those of eval-arch' "jq -c 'select(.name == \"a02\") | {arch, task}' $table | eval-arch --weights run/rank.super.kl4.x1.s1.safetensors --valid run/valid.jsonl | jq .valid_loss" "$(jq 'select(.name == "a02").inherited.kl4_x1_s1.loss' run/ranked.jsonl)"
is    'of two seeds there is the mean' "jq -s 'map(.inherited | (.path_x2_s1.loss + .path_x2_s2.loss) / 2 - .path_x2.loss | fabs < 1e-6) | all' run/ranked.jsonl" true
is    'a row has the means of its seeds' "jq -rs 'map(select(.by | test(\"^-inherited.path_x2_s..loss\$\")).tau) | add / 2 * 100 | round / 100' run/ranked.valid_loss.jsonl" "$(sed -n '/by valid_loss/,$p' said | awk '$1 == "path_x2" { print $3 }')"
holds 'what is trained on from a supernet' "jq -c 'select(.name == \"a03\") | {arch, task}' $table | head -n 1 >a03; train-sub -q --arch a03 --inherit run/rank.super.path.x1.s2.safetensors --max-epoch 3 --max-tokens 200 --lr 0.01 --warmup-updates 2 --max-update 6 --validate-interval-updates 3 --valid run/valid.jsonl -o tuned <run/train.jsonl | jq -sc 'map(select(.event == \"valid\").loss)' >losses"
is    'has the losses of that' "jq -c 'select(.name == \"a03\").inherited | [.path_x1_s2_tuned1.loss, .path_x1_s2_tuned2.loss]' run/ranked.jsonl" "$(cat losses)"
touch before
holds 'once more' "$supers ranks-supers >again"
same  'says the same' 'cat said' 'cat again'
is    'and trains nothing' 'find run -name "*.safetensors" -newer before' ''
exits 2 'a variant that nobody knows' "$ranks VARIANTS=luck ranks-supers"
says  'is told' 'VARIANTS: what is luck? Set variant.luck to its options of train-super'

# mistakes
exits 2 'no task' "make -C $top -f pipelines/ranks.mk"
says  'says what is missing' 'TASK is not set: which task file?'
exits 2 'the third of two parts' "$ranks PART=3/2"
says  'is none' 'PART is "3/2": want such as 2/3'
exits 2 'a part that is no number' "$ranks PART=one"
says  'is none' 'PART is "one": want such as 2/3'
is    'the environment is not asked' "TASK=$tmp/mini.mk make -C $top -f pipelines/ranks.mk 2>&1 | grep -c 'TASK is not set'" 1
finish
