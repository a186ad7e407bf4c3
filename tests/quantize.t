. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m dict
$make_weights super dict super
$make_weights nan nan
for i in $(seq 40); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31)))]}"; done >pairs
usual quantize
exits 2 'an output is needed' 'quantize m'
exits 2 'and weights' 'quantize -o q'
exits 2 'one file of them' 'quantize -o q m m'
exits 2 '1 bit' 'quantize -b 1 -o q m'
exits 2 '9 bits' 'quantize -b 9 -o q m'
exits 2 'a codebook a column' 'quantize --per column -o q m'
exits 1 'what is not there' 'quantize -o q nowhere'
says  'is named' 'quantize: nowhere: No such file'
exits 1 'numbers that are none' 'quantize -o q nan'
says  'are named' 'quantize: nan: tensor encoder.embed_tokens.weight is not finite'
exits 1 'a full device' 'quantize -o /dev/full m'
is    'none of them leaves a file' 'ls | grep -E "part|^q$"' ''

# what is printed
holds 'quantizes' 'quantize -o q m >errors'
matrices='map(select(.tensor))'
is    'a record a matrix' "jq -s '$matrices|length' errors" "$(header m | jq '[to_entries[]|select(.value.shape and (.value.shape|length==2) and (.key|test("embed")|not))]|length')"
is    'in the order of the file' "jq -r '.tensor//empty' errors | sed 's/\$/.indices/'" "$(header q | jq -r 'keys_unsorted[]|select(endswith(".indices"))')"
is    'shapes are those of the matrices' "jq -c 'select(.tensor)|[.tensor,.shape]' errors" "$(header m | jq -c 'to_entries[]|select(.value.shape and (.value.shape|length==2) and (.key|test("embed")|not))|[.key,.value.shape]')"
bytes() { header "$1" | jq "[to_entries[]|select(.key|endswith(\"_dict\")|not)|select(.value.shape)${2-}|.value.data_offsets|.[1]-.[0]]|add"; }
is    'all bytes are counted' 'jq "select(.matrices).bytes" errors' "$(bytes q)"
is    'and those before' 'jq "select(.matrices).bytes_before" errors' "$(bytes m)"
is    "the floats, HAT's way" 'jq "select(.matrices).bytes_before_without_embeddings" errors' "$(bytes m '|select(.key|test("embed")|not)')"
is    "HAT's way without embeddings" 'jq "select(.matrices).bytes_without_embeddings" errors' "$(bytes q '|select(.key|test("embed")|not)')"
is    'a matrix takes what its tensors take' "jq -s '$matrices|map(.bytes)|add' errors" "$(bytes q '|select(.key|test("indices|codebook"))')"
is    'more bits err less' "for b in 2 3 4 5 6 7 8; do quantize -b \$b -o b\$b m | jq 'select(.matrices).relative_error'; done | sort -rgc && echo yes" yes
least() { # options: does the first err no more in any matrix than the second?
	paste -d' ' <(quantize $1 -o x m | jq 'select(.tensor).rmse') <(quantize $2 -o y m | jq 'select(.tensor).rmse') |
		awk '$1 > $2 * 1.000001 { n++ } $1 < $2 { less++ } END { print (NR > 1 && !n && less > 1) }'
}
is    'the optimum errs no more than Lloyd' "least '' '--fit lloyd'" 1
is    'nor does a codebook a row' "least '--per row' ''" 1
holds 'the errors are those of the file' 'average-weights -o floats q'
numbers() { # file tensor: its floats
	local from to
	read -r from to < <(header "$1" | jq -r --arg t "$2" '.[$t].data_offsets|@tsv')
	head -c $((to - from)) <(tail -c +$((9 + $(header "$1" | wc -c) + from)) "$1") |
		od -An -v -tf4 -w4
}
t=encoder.layers.0.fc1.weight
is    '16 numbers are left of a matrix' "numbers floats $t | sort -u | wc -l" 16
is    'as far from the weights as printed' "paste <(numbers m $t) <(numbers floats $t) | awk -v want=\$(jq 'select(.tensor==\"$t\").rmse' errors) '{ s += (\$1-\$2)^2 } END { d = sqrt(s/NR)/want-1; print d*d < 1e-9 }'" 1
same  'biases stay' "numbers m encoder.layers.0.fc1.bias" "numbers q encoder.layers.0.fc1.bias"
same  'so do embeddings' 'numbers m encoder.embed_tokens.weight' 'numbers q encoder.embed_tokens.weight'
is    'unless they shall not' "quantize --embeddings -o e m >e.errors; header e | jq '[.[]|select(.shape and (.shape|length==2) and .dtype==\"F32\")]|length'" 0
same  'threads change no byte' 'cat q' 'quantize -j 3 -o x m >y; cmp errors y && cat x'
same  'nor does doing it again' 'cat q' 'quantize -o x q >y; cat x'
same  'reads and writes zstd' 'cat q' 'zstd -qf m; quantize -o x.zst m.zst >y; zstd -dcq x.zst'
same  'onto its own' 'cat q' 'cp m x; quantize -o x x >y; cat x'

# what the others make of it
tr='translate -q --max-len-b 12'
apart() { # two files of records: the mean distance of their scores
	paste -d' ' <(jq .score "$1") <(jq .score "$2") | awk '{ d = $1 - $2; s += d < 0 ? -d : d } END { print s / NR }'
}
for o in '' '-b 2' '-b 3 --per row' '--embeddings' '--embeddings --per row' '-b 8 --embeddings' '-b 6'; do
	holds "quantize${o:+ $o}: translates" "quantize $o -o k m >y; average-weights -o f k; $tr -w k <pairs >k.hyps"
	case $o in
	*[68]*) same 'as its floats do as int8' 'cat k.hyps' "$tr -w f --dtype int8 <pairs" ;;
	*) holds 'near what its floats do' "$tr -w f <pairs >f.hyps; jq -en \"\$(apart k.hyps f.hyps) < 0.06\"" ;;
	esac
	same  "quantize${o:+ $o}: one by one" "$tr -w k --batch 1 <pairs" 'cat k.hyps'
	same  "quantize${o:+ $o}: two threads" "$tr -w k -j 2 --batch 1 <pairs" 'cat k.hyps'
	same  "quantize${o:+ $o}: compressed" "zstd -qf k; $tr -w k.zst <pairs" 'cat k.hyps'
done
same  'the type is that of what has no codebook' "$tr -w e <pairs" "$tr -w e --dtype bf16 <pairs"
holds 'a supernet' 'quantize -o ks super >y && average-weights -o fs ks'
sample-arch -n 3 <(header super | jq -r '.__metadata__|"{\"space\":\(.space),\"task\":\(.task)}"') >archs
for i in 1 2 3; do
	sed -n ${i}p archs >one
	holds "its SubTransformer $i: as its floats do" "$tr -a one -w ks <pairs >k.hyps && $tr -a one -w fs <pairs >f.hyps && jq -en \"\$(apart k.hyps f.hyps) < 0.15\""
done
make_pairs 3 20 >valid.jsonl
same  'eval-arch: as its floats' 'eval-arch -q --weights ks --valid valid.jsonl <archs' 'eval-arch -q --weights fs --valid valid.jsonl <archs'
same  'train-sub inherits its floats' "train-sub -q -j 1 --arch one --inherit ks --max-update 2 -o a <valid.jsonl >log; cat a" "train-sub -q -j 1 --arch one --inherit fs --max-update 2 -o a <valid.jsonl >log; cat a"
is    'measure-lat says so' 'measure-lat -q -n 2 --src-len 4 --tgt-len 4 --weights ks <one | jq -c "[.workload.dtype,.workload.codebooks]"' '["fp32",4]'

# a model that has learnt to copy translates as before
make_pairs 1 900 >copies
holds 'a model that can copy' "train-sub -q -j 2 --arch \$arch --max-update 900 --max-tokens 256 --lr 0.01 --warmup-updates 40 --dropout 0 --label-smoothing 0 --src-dict dict --share-all-embeddings -o c <copies >log"
copied() { head -n 60 copies | translate -q -w "$1" "${@:2}" | jq -c .hyp_tokens; }
is    'copies' 'copied c | diff - <(head -n 60 copies | jq -c .tgt)' ''
for o in '-b 4' '-b 5 --embeddings' '-b 8 --embeddings' '-b 4 --per row --embeddings'; do
	holds "quantize $o: as its floats do" "quantize $o -o k c >y; average-weights -o f k; copied k | cmp - <(copied f)"
done
same  'of 8 bits as before' 'copied c' 'quantize -b 8 --embeddings -o k c >y; copied k'
same  'and --dtype kmeans8' 'copied c' 'copied c --dtype kmeans8'

# codebooks that lie
length() { printf "$(printf '\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) 0 0 0 0 0)"; }
header q >head
tail -c +$((9 + $(wc -c <head))) q >body
lies() { # what jq reason
	jq -c "$2" head >lying
	{ length "$(wc -c <lying)"; cat lying body; } >lie
	for p in 'average-weights -o x lie' 'translate -w lie <pairs'; do
		exits 1 "$1: ${p%% *}" "$p"
		says 'is told' "${p%% *}: lie: $3"
	done
}
from=$(jq ".\"$t.codebook\".data_offsets[0]" head)
cp q lie
printf '\0\0\300\177' | dd of=lie bs=1 seek=$((8 + $(wc -c <head) + from)) conv=notrunc status=none
for p in 'average-weights -o x lie' 'translate -w lie <pairs' 'quantize -o x lie'; do
	exits 1 "an entry that is no number: ${p%% *}" "$p"
	says 'is told' "${p%% *}: lie: tensor $t.codebook is not finite"
done
i="\"$t.indices\"" b="\"$t.codebook\""
lies 'a codebook of 15'     ".[$b].shape=[15]|.[$b].data_offsets[1]-=4|.[$b+\"x\"]={dtype:\"F32\",shape:[1],data_offsets:[.[$b].data_offsets[1],.[$b].data_offsets[1]+4]}" "tensor $t.codebook: want F32 of [n] or ["
lies 'one too small for the indices' ".[$b].shape=[2,8]" "tensor $t.codebook: want F32 of [n] or ["
lies 'indices on their side' ".[$i].shape|=reverse" "tensor $t.indices: want U8 of ["
lies 'indices alone'        ".[$b+\"x\"]=.[$b]|del(.[$b])" "no tensor $t"
k=decoder.layers.0.encoder_attn.v_proj.weight
lies 'keys without values'  ".\"$k\"={dtype:\"F32\",shape:[.\"$k.indices\".shape[0],.\"$k.indices\".shape[1]*2],data_offsets:.\"$k.indices\".data_offsets}|del(.\"$k.indices\")" 'tensor '
finish
