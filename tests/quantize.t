. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m dict
$make_weights super dict super
$make_weights nan nan
for i in $(seq 40); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31)))]}"; done >pairs
usual quantize
refuses 2 <<'R'
no output ;; quantize m ;; quantize: --output is missing
no weights ;; quantize -o q ;; quantize: want at least 1 operand
two files of weights ;; quantize -o q m m ;; quantize: unexpected operand "m"
1 bit ;; quantize -b 1 -o q m ;; quantize: --bits: want an integer in [2, 8], not "1"
9 bits ;; quantize -b 9 -o q m ;; quantize: --bits: want an integer in [2, 8], not "9"
a codebook for each column ;; quantize --per column -o q m
	;; quantize: --per: want one of matrix|row, not "column"
R
refuses 1 <<'R'
weights that are not there ;; quantize -o q nowhere ;; quantize: nowhere: No such file
numbers that are none ;; quantize -o q nan
	;; quantize: nan: tensor encoder.embed_tokens.weight is not finite
a full device ;; quantize -o /dev/full m ;; quantize: /dev/full: No space left on device
R
is    'what is refused leaves no file' 'ls | grep -E "part|^q$"' ''

# what is printed
holds 'a model in codebooks' 'quantize -o q m >errors'
cat >matrices.jq <<'J'
to_entries[] | select(.value.shape and (.value.shape | length == 2) and
	(.key | test("embed") | not)) | {tensor: .key, shape: .value.shape}
J
matrices() { header m | jq -c -f matrices.jq; }
printed() { jq -c 'select(.tensor) | {tensor, shape}' errors; }
total() { jq "select(.matrices).$1" errors; }
same  'a record for each matrix' 'matrices | wc -l' 'printed | wc -l'
same  'records are in the order of the file' \
	"header q | jq -r 'keys_unsorted[] | select(endswith(\".indices\"))'" \
	'printed | jq -r .tensor | sed "s/$/.indices/"'
same  'shapes are those of the matrices' matrices printed
bytes() { # file, which tensors in jq
	header "$1" | jq "[to_entries[] | select((.key | endswith(\"_dict\") | not) and .value.shape
		and (.key | ${2-true})).value.data_offsets | .[1] - .[0]] | add"
}
same  'all bytes are counted' 'bytes q' 'total bytes'
same  'all bytes before are counted' 'bytes m' 'total bytes_before'
hat='test("embed") | not'
same  "HAT's count of the floats, without embeddings" \
	'bytes m "$hat"' 'total bytes_before_without_embeddings'
same  "HAT's count, without embeddings" 'bytes q "$hat"' 'total bytes_without_embeddings'
same  'a matrix takes what its tensors take' \
	"bytes q 'test(\"indices|codebook\")'" "jq -s 'map(select(.tensor).bytes) | add' errors"
holds 'more bits err less' '
	for b in 2 3 4 5 6 7 8; do
		quantize -b $b -o b$b m | jq "select(.matrices).relative_error"
	done | sort -rgc'
errors() { quantize $1 -o /dev/null m | jq 'select(.tensor).rmse'; }
least() { # options: the first err no more in any matrix than the second
	paste -d' ' <(errors "$1") <(errors "$2") | awk '
		$1 > $2 * 1.000001 { n++ } $1 < $2 { less++ }
		END { exit !(NR > 1 && !n && less > 1) }'
}
holds 'the optimum errs no more than Lloyd' "least '' '--fit lloyd'"
holds 'a codebook for each row errs no more than one' "least '--per row' ''"
holds 'a model in codebooks has floats' 'average-weights -o floats q'
numbers() { # file tensor: its floats
	local from to
	read -r from to < <(header "$1" | jq -r --arg t "$2" '.[$t].data_offsets|@tsv')
	head -c $((to - from)) <(tail -c +$((9 + $(header "$1" | wc -c) + from)) "$1") |
		od -An -v -tf4 -w4
}
t=encoder.layers.0.fc1.weight
is    '16 numbers are left of a matrix' "numbers floats $t | sort -u | wc -l" 16
is    'the numbers are as far from the weights as printed' "
	paste <(numbers m $t) <(numbers floats $t) |
		awk -v want=\$(jq 'select(.tensor==\"$t\").rmse' errors) '
			{ s += (\$1 - \$2)^2 }
			END { d = sqrt(s / NR) / want - 1; print d * d < 1e-9 }'" 1
for t in layers.0.fc1.bias embed_tokens.weight; do
	same "$t stays" "numbers m encoder.$t" "numbers q encoder.$t"
done
is    '--embeddings: no matrix of floats is left' "
	quantize --embeddings -o e m >e.errors
	header e | jq '[.[] | select(.shape and (.shape | length == 2) and .dtype == \"F32\")] |
		length'" 0
same  'threads change no byte' 'cat q' 'quantize -j 3 -o x m >y; cmp errors y && cat x'
same  'a model in codebooks stays as it is' 'cat q' 'quantize -o x q >y; cat x'
same  'zstd is read and written' 'cat q' '
	zstd -qf m; quantize -o x.zst m.zst >y; zstd -dcq x.zst'
same  'a model may be replaced by its own' 'cat q' 'cp m x; quantize -o x x >y; cat x'

# what the others make of it
tr='translate -q --max-len-b 12'
near() { # two files of records, how far apart the mean of their scores may be
	paste -d' ' <(jq .score "$1") <(jq .score "$2") | awk -v most="$3" '
		{ d = $1 - $2; s += d < 0 ? -d : d } END { exit !(NR && s / NR < most) }'
}
for o in '' '-b 2' '-b 3 --per row' --embeddings '--embeddings --per row' \
	'-b 8 --embeddings' '-b 6'; do
	what="quantize${o:+ $o}"
	holds "$what: it translates" \
		"quantize $o -o k m >y; average-weights -o f k; $tr -w k <pairs >k.hyps"
	case $o in
	*[68]*) same "$what: as its floats do as int8" \
		'cat k.hyps' "$tr -w f --dtype int8 <pairs" ;;
	*) holds "$what: near what its floats do" "
		$tr -w f <pairs >f.hyps; near k.hyps f.hyps 0.06" ;;
	esac
	same  "$what: one by one" "$tr -w k --batch 1 <pairs" 'cat k.hyps'
	same  "$what: two threads" "$tr -w k -j 2 --batch 1 <pairs" 'cat k.hyps'
	same  "$what: compressed" "zstd -qf k; $tr -w k.zst <pairs" 'cat k.hyps'
done
same  'the type is that of what has no codebook' \
	"$tr -w e <pairs" "$tr -w e --dtype bf16 <pairs"
holds 'a supernet in codebooks' 'quantize -o ks super >y && average-weights -o fs ks'
header super | jq -r '.__metadata__ | "{\"space\":\(.space),\"task\":\(.task)}"' >space.of
sample-arch -n 3 space.of >archs
for i in 1 2 3; do
	sed -n ${i}p archs >one
	holds "a supernet in codebooks, its SubTransformer $i: as its floats do" "
		$tr -a one -w ks <pairs >k.hyps && $tr -a one -w fs <pairs >f.hyps &&
			near k.hyps f.hyps 0.15"
done
make_pairs 3 20 >valid.jsonl
evaluated() { eval-arch -q --weights $1 --valid valid.jsonl <archs; }
inherited() {
	train-sub -q -j 1 --arch one --inherit $1 --max-update 2 -o a <valid.jsonl >log; cat a
}
same  'eval-arch takes codebooks for their floats' 'evaluated ks' 'evaluated fs'
same  'train-sub inherits the floats of codebooks' 'inherited ks' 'inherited fs'
is    'measure-lat tells of codebooks' '
	measure-lat -q -n 2 --src-len 4 --tgt-len 4 --weights ks <one |
		jq -c "[.workload.dtype, .workload.codebooks]"' '["fp32",4]'

# a model that has learnt to copy translates as before
make_pairs 1 900 >copies
holds 'a model that can copy' 'train-sub -q -j 2 --arch $arch --max-update 900 --max-tokens 256 \
	--lr 0.01 --warmup-updates 40 --dropout 0 --label-smoothing 0 --src-dict dict \
	--share-all-embeddings -o c <copies >log'
copied() { head -n 60 copies | translate -q -w "$1" "${@:2}" | jq -c .hyp_tokens; }
same  'a model that can copy does' 'copied c' 'head -n 60 copies | jq -c .tgt'
for o in '-b 4' '-b 5 --embeddings' '-b 8 --embeddings' '-b 4 --per row --embeddings'; do
	holds "a model that can copy, quantize $o: as its floats do" "
		quantize $o -o k c >y; average-weights -o f k; copied k | cmp - <(copied f)"
done
same  'a model that can copy does so in 8 bits' \
	'copied c' 'quantize -b 8 --embeddings -o k c >y; copied k'
same  'a model that can copy does so with --dtype kmeans8' 'copied c' 'copied c --dtype kmeans8'

# codebooks that lie
length() { # number: 8 bytes, little-endian
	printf "$(printf '\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) 0 0 0 0 0)"
}
header q >head
tail -c +$((9 + $(wc -c <head))) q >body
t=encoder.layers.0.fc1.weight
from=$(jq ".\"$t.codebook\".data_offsets[0]" head)
cp q odd
printf '\0\0\300\177' |
	dd of=odd bs=1 seek=$((8 + $(wc -c <head) + from)) conv=notrunc status=none
cat >"a codebook of 15.jq" <<'J'
.[$b].shape = [15] | .[$b].data_offsets[1] -= 4 | .[$b].data_offsets[1] as $at |
.[$b + "x"] = {dtype: "F32", shape: [1], data_offsets: [$at, $at + 4]}
J
echo '.[$b].shape = [2, 8]' >"a codebook too small for the indices.jq"
echo '.[$i].shape |= reverse' >"indices on their side.jq"
echo '.[$b + "x"] = .[$b] | del(.[$b])' >"indices alone.jq"
cat >"keys without values.jq" <<'J'
"decoder.layers.0.encoder_attn.v_proj.weight" as $k | .[$k + ".indices"] as $was |
.[$k] = {dtype: "F32", shape: [$was.shape[0], $was.shape[1] * 2], data_offsets: $was.data_offsets} |
del(.[$k + ".indices"])
J
lie() { # the header of q, changed by that program, its tensors
	jq -c --arg b $t.codebook --arg i $t.indices -f "$1.jq" head >lying
	length "$(wc -c <lying)"
	cat lying body
}
lies() { # what, message: by programs that read weights
	lie "$1" >lie
	refuses 1 <<R
$1: average-weights ;; average-weights -o x lie ;; average-weights: lie: $2
$1: translate ;; translate -w lie <pairs ;; translate: lie: $2
R
}
refuses 1 <<R
an entry that is no number: average-weights ;; average-weights -o x odd
	;; average-weights: odd: tensor $t.codebook is not finite
an entry that is no number: translate ;; translate -w odd <pairs
	;; translate: odd: tensor $t.codebook is not finite
an entry that is no number: quantize ;; quantize -o x odd
	;; quantize: odd: tensor $t.codebook is not finite
R
lies 'a codebook of 15' "tensor $t.codebook: want F32 of [n] or ["
lies 'a codebook too small for the indices' "tensor $t.codebook: want F32 of [n] or ["
lies 'indices on their side' "tensor $t.indices: want U8 of ["
lies 'indices alone' "no tensor $t"
lies 'keys without values' 'tensor '
finish
