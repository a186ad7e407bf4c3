. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-super --quiet --threads 1 --space $space'
run="$base --max-update 6 --log-interval 2 --max-tokens 60"
usual train-super "$run -o w <\$pairs"
bad_lines train-super "$run -o bad"
exits 2 'a space is needed' 'train-super -o w <$pairs'
exits 2 'an output is needed' "$run <\$pairs"
exits 2 'rates are not negative' "$run -o w --lr -1 <\$pairs"
exits 2 'nor are they NaN' "$run -o w --lr nan <\$pairs"
exits 2 'schedules are known ones' "$run -o w --lr-scheduler linear <\$pairs"
exits 1 'an operand is a file of pairs' "$run -o w x <\$pairs"

# what it reads
exits 1 'no pairs' "$run -o bad </dev/null"
says  'says so' 'train-super: stdin: no pairs'
for bad in '{"src":[4,20,2],"tgt":[4,2]}' '{"src":[4,2],"tgt":[-1,2]}' \
	'{"src":[4,2],"tgt":[]}' '{"src":[4,2]}' '{"src":4,"tgt":[4,2]}' \
	'{"src":[4,2],"tgt":["4",2]}' '{"src":[4.5,2],"tgt":[4,2]}' \
	'{"src":[4,2],"tgt":[null]}' '{"src":[1e300,2],"tgt":[4,2]}'; do
	export bad
	exits 1 "refuses $bad" "{ head -n 3 \$pairs; echo \"\$bad\"; } | $run -o bad"
	says  'names the line' 'train-super: stdin:4: '
done
says  'and what it wants' 'src[0]: want an id in [0, 20)'
exits 1 'a pair longer than a batch' "$run --max-tokens 5 -o bad <\$pairs"
says  'names it' 'has 6 tokens, more than --max-tokens 5'
exits 1 'a space that is not there' "train-super --space nowhere -o bad <\$pairs"
exits 1 'a broken space' "$run --space <(sed 's/\[48,32\]/[48,\"32\"]/' \$space) -o bad <\$pairs"
exits 1 'an unknown key in it' "$run --space <(sed 's/\"qkv_dim\"/\"qkv_dims\"/' \$space) -o bad <\$pairs"
exits 1 'two spaces' "$run --space <(cat \$space \$space) -o bad <\$pairs"
exits 1 'bad validation pairs' "$run --valid <(echo '{\"src\":[4],\"tgt\":[99]}') -o bad <\$pairs"
says  'are named' ':1: tgt[0]: want an id in [0, 20)'
exits 1 'no validation pairs' "$run --valid /dev/null -o bad <\$pairs"
exits 1 'a folder that is not there' "echo '{' | $run -o no/where"
says  'is noticed before anything is read' 'no/where: No such file'
exits 1 'a full device' "$run -o /dev/full <\$pairs"
if [ "$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)" -lt 90000000 ]; then
	exits 1 'a batch that cannot fit' "$run --max-tokens 16777216 -o bad <\$pairs"
	says  'is refused with the number' 'train-super: this training needs '
fi
is    'none of them leaves a file' 'ls | grep -E "bad|part"' ''

# the task
exits 1 'dictionaries that disagree with --src-vocab' "$run --src-dict dict --src-vocab 21 -o bad <\$pairs"
says  'says so' 'disagree: task.src_vocab is 21 here and 20 there'
exits 2 'a target dictionary alone' "$run --tgt-dict dict -o bad <\$pairs"
exits 1 'a broken dictionary' "$run --src-dict \$pairs -o bad <\$pairs"
exits 1 'sharing what differs' "$run --share-all-embeddings --src-vocab 20 --tgt-vocab 30 -o bad <\$pairs"
holds 'other vocabularies than the space' "$run --src-vocab 25 --tgt-vocab 30 -o w <\$pairs"
is    'come first, and are not shared' "header w | jq -c '.__metadata__.task|fromjson|[.src_vocab,.tgt_vocab,.share_all_embeddings]'" '[25,30,false]'
is    'three tables' "header w | jq -c '[to_entries[]|select(.value.shape[0]? | . == 25 or . == 30)|[.key,.value.shape]]'" '[["encoder.embed_tokens.weight",[25,32]],["decoder.embed_tokens.weight",[30,32]],["decoder.output_projection.weight",[30,32]]]'

# what it writes
holds 'with dictionaries and a validation' "$run --src-dict dict --share-all-embeddings --valid \$valid --log-interval 3 -o w <\$pairs >log"
is    'the fields of train' "jq -c 'select(.event==\"train\")|keys_unsorted' log | uniq" '["event","step","epoch","loss","nll","ppl","lr","gnorm","tokens","tokens_per_s"]'
is    'of valid' "jq -c 'select(.event==\"valid\")|keys_unsorted' log | uniq" '["event","step","epoch","which","loss","nll","ppl","tokens"]'
is    'of save' "jq -c 'select(.event==\"save\")|keys_unsorted' log" '["event","step","epoch","file","seconds","core_seconds","peak_mb","kernels"]'
is    'at their steps' "jq -r '\"\(.event) \(.step)\"' log | uniq | tr '\n' ','" 'train 3,train 6,valid 6,save 6,'
is    'validates the ends and a random one' "jq -r 'select(.event==\"valid\").which' log | tr '\n' ' '" 'largest smallest random '
is    'on all tokens, </s> counted' "jq -s '[.[].tgt|length]|add' \$valid | diff - <(jq 'select(.which==\"random\").tokens' log)" ''
is    'ppl is that of nll' "jq -s 'all(.[]; .event==\"save\" or ((.nll|exp)-.ppl|fabs)<1e-4)' log" true
is    'metadata' "header w | jq -c '.__metadata__|keys'" '["arch","format","label_smoothing","space","task"]'
is    'the space as it was' "header w | jq -cS '.__metadata__.space|fromjson' | diff - <(jq -cS .space \$space)" ''
is    'the largest shape' "header w | jq -cS '.__metadata__.arch|fromjson' | diff - <(sample-arch --largest <\$space | jq -cS .arch)" ''
is    'the task' "header w | jq -c '.__metadata__.task|fromjson'" '{"src_vocab":20,"tgt_vocab":20,"share_all_embeddings":true,"super_encoder_embed_dim":32,"super_decoder_embed_dim":32}'
is    'a dictionary inside' "header w | jq -c '.src_dict,.tgt_dict|[.dtype,.shape]' | uniq" "[\"U8\",[$(wc -c <dict)]]"
is    'is the file' 'set -- $(header w | jq -r ".src_dict.data_offsets[]"); tail -c +$((9 + $(header w | wc -c) + $1)) w | head -c $(($2 - $1)) | diff - dict' ''
is    'no holes' "header w | jq '[to_entries[]|select(.key!=\"__metadata__\").value.data_offsets]|sort|.[0][0]==0 and ([.[1:],.[:-1]]|transpose|all(.[0][0]==.[1][1]))'" true
is    'nothing beside it' 'ls w*' w
is    'the supernet has all layers' "header w | jq -r 'keys[]' | grep -o '^[a-z]*.layers.[0-9]*' | sort -u | wc -l" 4
same  'zstd where the name ends so' 'cat w' "$run --src-dict dict --share-all-embeddings -o w.zst <\$pairs >/dev/null; zstd -dcq w.zst"
same  'straight through a pipe' 'cat w' "$run --src-dict dict --share-all-embeddings -o >(cat >through) <\$pairs >/dev/null; wait \$!; cat through"
same  'reads zstd' 'cat w' "zstd -qc \$pairs | $run --src-dict dict --share-all-embeddings -o v >/dev/null; cat v"
is    'eval-arch agrees with the last validation' "sample-arch --largest --smallest <\$space | eval-arch --weights w --valid \$valid | jq -c '[.valid_loss,.valid_nll]' | diff - <(jq -c 'select(.which==\"largest\" or .which==\"smallest\")|[.loss,.nll]' log)" ''
if python3 -c 'import safetensors' 2>/dev/null; then
	is 'Python reads it' "python3 -c 'from safetensors import safe_open
with safe_open(\"w\", \"np\") as f: print(len(f.keys()), sorted(f.metadata()))'" "$(header w | jq 'length - 1') ['arch', 'format', 'space', 'task']"
else
	echo '# no Python module safetensors: not read by it'
fi

# the same bytes, and others
for k in 1 2; do
	eval "$run --max-tokens 120 --threads $k --dropout 0.2 --attention-dropout 0.1 --activation-dropout 0.1 -o t$k <\$pairs" | timeless >l$k
done
holds 'threads change no byte' 'cmp t1 t2 && cmp <(sed s/t1/t2/ l1) l2'
for type in fp32 bf16; do
	same "nor do activations formed again, $type" "$run --dtype $type --max-tokens 120 --attention-dropout 0.1 --activation-dropout 0.1 -o t <\$pairs >l; cat t" "$run --dtype $type --max-tokens 120 --attention-dropout 0.1 --activation-dropout 0.1 --checkpoint-activations -o t <\$pairs >l; cat t"
done
is    'they take less memory' "for o in '' --checkpoint-activations; do train-super --space \$space --threads 1 --max-update 1 \$o -o t <\$pairs 2>&1 >l | sed -n 's/.* a batch of 4096 tokens \([0-9]*\) MB.*/\1/p'; done | tr '\n' ' ' | awk '{ print \$2 < 0.8 * \$1 }'" 1
holds 'a seed fixes them' "$run -s 7 -o a <\$pairs; $run -s 7 -o b <\$pairs; cmp a b"
is    'another seed changes them' "$run -s 8 -o b <\$pairs >/dev/null; cmp -s a b; echo \$?" 1
is    'another order of pairs, too' "tac \$pairs | $run -s 7 -o b >/dev/null; cmp -s a b; echo \$?" 1

# when it ends
is    'epochs' "$base --max-epoch 3 --max-tokens 60 --valid \$valid -o w <\$pairs | jq -c 'select(.which==\"largest\" or .event==\"save\")|[.event,.epoch]' | tr '\n' ' '" '["valid",1] ["valid",2] ["valid",3] ["save",3] '
is    'validations between' "$base --max-update 8 --validate-interval-updates 3 --valid \$valid -o w <\$pairs | jq -c 'select(.which==\"largest\").step' | tr '\n' ' '" '3 6 8 '
is    'patience' "$base --max-update 50 --validate-interval-updates 2 --patience 3 --lr 0 --warmup-init-lr 0 --weight-decay 0 --valid \$valid -o w <\$pairs | tail -n 1 | jq -c '[.event,.step]'" '["save",8]'
is    'fewer validation pairs' "$base --max-update 1 --valid-sentences 2 --valid \$valid -o w <\$pairs | jq 'select(.which==\"largest\").tokens'" 5
exits 1 'a loss that explodes' "$base --max-update 50 --lr 1e3 --weight-decay 1e3 --warmup-updates 1 -o bad <\$pairs 2>e"
holds 'is named, with its place' "grep -E 'the loss is not finite at update ([0-9]+), epoch \\1, batch 1; last good state: none saved' e"
exits 1 'weights that do' "$base --max-update 1 --adam-eps 0 -o bad <\$pairs"
says  'are named' 'the weights are not finite at update 1, epoch 1, batch 1'
exits 1 'and so is a validation' "$base --max-update 1 --adam-eps 0 --valid \$valid -o bad <\$pairs"
says  'by name' 'the validation loss is not finite at update 1'
is    'no file of them' 'ls | grep -E "bad|part"' ''

# rates, against fairseq's formulas: lr step / warmup, lr (warmup / step)^.5
rates() { # options
	eval "$base --max-update 10 --log-interval 1 --lr 0.02 --warmup-init-lr 0.004 --warmup-updates 4 --dropout 0 $1 -o w" <"$pairs" |
		jq -c 'select(.event=="train").lr' | tr '\n' ' '
}
is    'inverse_sqrt' rates '0.004 0.008 0.012 0.016 0.02 0.0178885438 0.0163299316 0.0151185789 0.0141421356 0.0133333333 '
# 0.002 + 0.5 * 0.018 * (1 + cos(pi * k / 6))
is    'cosine' "rates '--lr-scheduler cosine --min-lr 0.002'" '0.004 0.008 0.012 0.016 0.02 0.0187942286 0.0155 0.011 0.0065 0.00320577137 '
is    'no warm-up' "rates '--warmup-updates 0' | cut -d' ' -f1-4" '0.02 0.02 0.0141421356 0.0115470054'

# gradients of several batches are one batch's
sed -n '4~5p' "$pairs" >even
many() { # options
	eval "$base --max-epoch 4 --log-interval 1 --dropout 0 --lr 0.01 --warmup-updates 1 $1 -o w" <even |
		jq -c 'select(.event=="train")|.loss,.gnorm,.tokens'
}
holds 'an update of 12 pairs' "many '--max-sentences 12 --max-tokens 60' >one"
holds 'of 12 in three' "many '--max-tokens 20 --update-freq 3' >three"
is    'four updates each' 'cat one three | wc -l' 24
is    'are nearly the same' "jq -n --slurpfile a one --slurpfile b three '[\$a,\$b]|transpose|all((.[0]-.[1]|fabs)<1e-4)'" true
is    'unlike one in three' "many '--max-tokens 20 --max-sentences 4' | sed -n 3p" 20
is    'the last update of an epoch may have fewer' "many '--max-tokens 20 --update-freq 2' | sed -n '3~3p' | tr '\n' ' '" '40 20 40 20 40 20 40 20 '

# the last epochs
mkdir 'of [1]'
odd='of [1]/m.safetensors'
touch "of [1]/m.epoch7.safetensors" "of [1]/m.epochal.safetensors" "of [1]/m.epoch1.safetensors.zst" "of [1]/xm.epoch1.safetensors"
holds 'the last epochs' "$base --max-epoch 5 --keep-last-epochs 2 -o '$odd' <\$pairs"
is    'are kept, those of another training are not, all else is' 'cd "of [1]"; ls | tr "\n" " "' 'm.epoch1.safetensors.zst m.epoch4.safetensors m.epoch5.safetensors m.epochal.safetensors m.safetensors xm.epoch1.safetensors '
holds 'the last is the output' 'cmp "of [1]/m.epoch5.safetensors" "$odd"'
is    'its elder is not' 'cmp -s "of [1]/m.epoch4.safetensors" "$odd"; echo $?' 1
is    'in a name of another ending' "$base --max-epoch 2 --keep-last-epochs 1 -o k <\$pairs >/dev/null; ls k*" $'k\nk.epoch2'

# it learns: what was said is the loss of a guess among 16 words, 2.77
holds 'a longer one' "make_pairs 3 500 | $base --max-update 300 --max-tokens 256 --warmup-updates 40 --lr 0.01 --dropout 0 --label-smoothing 0 --log-interval 100 --validate-interval-updates 100 --valid \$valid -o w >log"
is    'the loss falls' "jq -s '[.[]|select(.event==\"train\").nll]|.[0]>1.5*.[1] and .[1]>.[2]' log" true
is    'the largest copies what it has not seen' "jq -s '[.[]|select(.which==\"largest\").nll]|.[-1]<1' log" true
finish
