. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
train() { # output, options
	eval "train-sub -q --threads 1 --max-update 3 --lr 0.01 --warmup-updates 1 $2 -o $1" \
		<"$pairs" >"$1.log" || echo "not ok 0 - train-sub -o $1"
}
words='--src-dict dict --share-all-embeddings'
train a "--arch $arch $words"
train b "--arch $arch $words -s 2"
usual average-weights
holds 'the mean of one is itself' 'average-weights -o c a; cmp a c'
holds 'the mean of three alike is each of them' 'average-weights -o c a a a; cmp a c'
holds 'the mean of two prints nothing' 'average-weights -o c a b >said && [ ! -s said ]'
silent 'nor does it say anything'
same  'the mean of two, in any order' 'cat c' 'average-weights -o d b a; cat d; rm d'
same  'weights in zstd are read and written' \
	'cat c' 'zstd -q b; average-weights -o c.zst a b.zst; zstd -dcq c.zst'
same  'the output may be one of the inputs' 'cat c' 'cp a e; average-weights -o e e b; cat e'
data() { tail -c "$(header "$1" | jq '[.[].data_offsets?|.[1]]|max')" "$1"; }
floats() { data "$1" | head -c 4000 | od -An -v -tf4 -w4; }
off() { # numbers of "c" that are not the mean of those of "a" and "b", and all
	paste <(floats a) <(floats b) <(floats c) |
		awk '{ d = ($1 + $2) / 2 - $3; n += d * d > 1e-12 } END { print n + 0, NR }'
}
is    'each number is the mean' off '0 1000'
same  'the mean of two has their header' 'header a' 'header c'
same  'the mean works as weights' 'translate --weights c <$valid | wc -l' 'wc -l <$valid'

train s "--arch <(sed 's/\"qkv_dim\":32/\"qkv_dim\":16/' $arch) $words"
train t "--arch $arch --src-vocab 21 --tgt-vocab 21 --share-all-embeddings"
train u "--arch $arch --src-dict <(tac dict) --share-all-embeddings"
train v "--arch $arch"
"$MILLINER_BIN/../helpers/make-weights" nan nan
refuses 2 <<'R'
no output is named ;; average-weights a b ;; average-weights: --output is missing
no weights are named ;; average-weights -o c ;; average-weights: want at least 1 operand
R
refuses 1 <<'R'
an output in a folder that is not there ;; average-weights -o no/where a b ;;
	average-weights: no/where: No such file or directory: there is no folder no
a full device as output ;; average-weights -o /dev/full a b ;;
	average-weights: /dev/full: No space left on device
weights that are not there ;; average-weights -o d a nowhere ;;
	average-weights: nowhere: No such file
another architecture ;; average-weights -o d a s ;; s: another architecture than a
another task ;; average-weights -o d a t ;; t: task.src_vocab is 21 here and 20 there
other words ;; average-weights -o d a u ;; u: other dictionaries than a
words in one of two ;; average-weights -o d v a ;; average-weights: a: other dictionaries than v
a number that is none ;; average-weights -o d nan ;; average-weights: nan: tensor 
R
says  'what is wrong with it' ' is not finite'
is    'what is refused leaves no file' 'ls | grep -E "part|^d$"' ''
finish
