. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
train() { # output, options
	eval "train-sub -q --threads 1 --max-update 3 --lr 0.01 --warmup-updates 1 $2 -o $1" <"$pairs" >"$1.log" ||
		echo "not ok 0 - train-sub -o $1"
}
train a "--arch $arch --src-dict dict --share-all-embeddings"
train b "--arch $arch --src-dict dict --share-all-embeddings -s 2"
usual average-weights
exits 2 'an output is needed' 'average-weights a b'
exits 2 'and weights' 'average-weights -o c'
exits 1 'a folder that is not there' 'average-weights -o no/where a b'
exits 1 'a full device' 'average-weights -o /dev/full a b'
holds 'of one' 'average-weights -o c a; cmp a c'
holds 'of three alike' 'average-weights -o c a a a; cmp a c'
holds 'of two' 'average-weights -o c a b'
is    'says nothing' 'cat "$out" "$err"' ''
same  'in any order' 'cat c' 'average-weights -o d b a; cat d; rm d'
same  'reads and writes zstd' 'cat c' 'zstd -q b; average-weights -o c.zst a b.zst; zstd -dcq c.zst'
same  'onto one of them' 'cat c' 'cp a e; average-weights -o e e b; cat e'
data() { tail -c "$(header "$1" | jq '[.[].data_offsets?|.[1]]|max')" "$1"; }
floats() { data "$1" | head -c 4000 | od -An -v -tf4 -w4; }
is    'the mean' "paste <(floats a) <(floats b) <(floats c) | awk '{ d = (\$1 + \$2) / 2 - \$3; if (d * d > 1e-12) n++ } END { print n + 0, NR }'" '0 1000'
same  'the same header' 'header a' 'header c'
same  'works as weights' 'translate --weights c <$valid | wc -l' 'wc -l <$valid'

exits 1 'what is not there' 'average-weights -o d a nowhere'
says  'is named' 'average-weights: nowhere: No such file'
train s "--arch <(sed 's/\"qkv_dim\":32/\"qkv_dim\":16/' $arch) --src-dict dict --share-all-embeddings"
exits 1 'another architecture' 'average-weights -o d a s'
says  'is named' 's: another architecture than a'
train t "--arch $arch --src-vocab 21 --tgt-vocab 21 --share-all-embeddings"
exits 1 'another task' 'average-weights -o d a t'
says  'is named' 't: task.src_vocab is 21 here and 20 there'
train u "--arch $arch --src-dict <(tac dict) --share-all-embeddings"
exits 1 'other words' 'average-weights -o d a u'
says  'are noticed' 'u: other dictionaries than a'
train v "--arch $arch"
exits 1 'no words' 'average-weights -o d v a'
"$MILLINER_BIN/../helpers/make-weights" nan nan
exits 1 'weights that are not finite' 'average-weights -o d nan'
says  'are named' 'average-weights: nan: tensor '
says  'and what is wrong' ' is not finite'
is    'none of them leaves a file' 'ls | grep -E "part|^d$"' ''
finish
