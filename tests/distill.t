# Learning from a teacher: soft targets in the pairs of train-sub and
# train-super.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base="train-sub --quiet --threads 1 --arch $arch"
short="$base --max-update 6 --log-interval 2 --max-tokens 60"
long="--max-update 250 --max-tokens 256 --warmup-updates 40 --lr 0.01 --dropout 0 \
	--src-dict dict --share-all-embeddings --log-interval 50 --valid $valid"
make_pairs 3 500 >many
holds 'a teacher trains' "$base $long -o teacher <many >log"
holds 'another teacher trains' "$base $long --seed 2 -o second <many >log"
holds 'teachers label the pairs' "soft-label -q -w teacher --src-dict dict <$pairs >soft
	soft-label -q -w second <$pairs >soft2; soft-label -q -w teacher <many >many.soft"

# two teachers: what all words get is the mean of what each gives, but for
# rounding
every() {
	soft-label -q -k 100 "$@" <"$pairs" | jq -c '.soft[] |
		[range(0; length; 2) as $i | {key: "\(.[$i])", value: .[$i + 1]}] | from_entries'
}
every -w teacher -w second >both; every -w teacher >one; every -w second >other
true_of 'two teachers: their probabilities are averaged' 'both one other' '
	length > 0 and (length / 3) as $n | [.[:$n], .[$n:2 * $n], .[2 * $n:]] | transpose |
	all(. as [$m, $a, $b] | $m | to_entries |
	all((.value - (($a[.key] // 0) + ($b[.key] // 0)) / 2) | fabs < 1.6))'

# what it changes
other() { # what, options, pairs: another training than that of $w
	is "$1 is another training" "$short $2 -o v <$3 >l; cmp -s w v; echo \$?" 1
}
holds 'a training without soft targets' "$short -o plain <$pairs >plain.log"
same  'a weight of 0 is none of them' 'cat plain' "$short --distill-weight 0 -o w <soft >l; cat w"
holds 'a training with soft targets' "$short -o w <soft >log"
is    'soft targets train other weights' 'cmp -s w plain; echo $?' 1
true_of 'the log says how far the teacher is, where there is one' 'log plain.log' \
	'map(select(.event=="train") | has("distill_loss")) == [true,true,true,false,false,false]'
is    'the loss is made of both' "$base --max-update 1 --log-interval 1 --label-smoothing 0 \
	--dropout 0 --distill-weight 0.3 -o v <soft |
	jq -c 'select(.nll) | (0.7 * .nll + 0.3 * .distill_loss - .loss) | fabs < 1e-5'" true
same  'threads change no byte' 'cat w' "$short --threads 3 -o v <soft >l; cat v"
same  'soft targets in zstd' 'cat w' "zstd -q <soft | $short -o v >l; cat v"
same  'the defaults are weight 0.9 and temperature 1' 'cat w' \
	"$short --distill-weight 0.9 --distill-temperature 1 -o v <soft >l; cat v"
other '--distill-weight 0.5' '--distill-weight 0.5' soft
other '--distill-temperature 2' '--distill-temperature 2' soft
other 'another teacher' '' soft2
holds 'a supernet learns so, too' "train-super -q --threads 1 --space $space --max-update 6 \
	--log-interval 2 --max-tokens 60 -o s <soft |
	jq -es '[.[] | select(.event==\"train\").distill_loss > 0] | all and length==3'"
holds 'validation is without soft targets' "$short --valid $valid -o v <soft >a
	$short --valid <(jq -c '.soft=\"none\"' $valid) -o v <soft >b
	diff <(timeless a) <(timeless b)"

# where only some have them
head -n 30 soft >some; tail -n +31 "$pairs" >>some
head -n 30 "$pairs" >later; tail -n +31 soft | jq -c '.soft|=map([])' >>later
holds 'some pairs have soft targets' \
	"$base --max-update 6 --max-tokens 60 --log-interval 2 -o v some >log 2>e"
is    'soft targets that name no word are none' "$short -o v later >l; cmp v plain; echo \$?" 0
holds 'pairs with soft targets are counted' "train-sub --arch $arch --max-update 1 -o v some >l"
says  'on stderr' \
	'30 of 60 pairs have "soft": at most 5 words a token, weight 0.9, temperature 1'
holds '--distill-weight for what is not there' \
	"$base --distill-weight 0.9 --max-update 1 -o v <$pairs >l"
says  'is told' \
	'stdin: no pair has "soft" (soft-label adds it): --distill-weight changes nothing'
holds '--distill-temperature for what is not there' \
	"$base --distill-temperature 2 --max-update 1 -o v <$pairs >l"
says  'is told' '--distill-temperature changes nothing'
holds 'no option for what is not there' "$base --max-update 1 -o v <$pairs >l"
silent 'nothing is told'

# what is no soft target
good='{"src":[4,5,2],"tgt":[6,7,2],"soft":[[6,9000,7,900],[7,10000],[2,9999]]}'
bad() { jq -c "$1" <<<"$good" | eval "$short -o bad"; }
refuses 2 <<'R'
a weight above 1 ;; train-sub --distill-weight 1.1 -o bad ;; want a number in [0, 1]
a temperature of 0 ;; train-sub --distill-temperature 0 -o bad ;; want a number in [
R
refuses 1 <<'R'
one list too few ;; bad '.soft |= .[:2]' ;;
	stdin:1: want an array of 3 lists in "soft", one for each token of "tgt" and for </s>
no array ;; bad '.soft = {}' ;; want an array of 3 lists in "soft"
a target without </s> ;; bad '.tgt |= .[:2] | .soft |= .[:2]' ;;
	want an array of 3 lists in "soft"
a number for a list ;; bad '.soft[1] = 7' ;; soft[1]: want a list [id, parts, id, parts, ..]
half a word ;; bad '.soft[1] = [7]' ;; soft[1]: want a list [id, parts, id, parts, ..]
too many words ;; bad '.soft[1] = [range(202)]' ;; of at most 100 words
parts that are no number ;; bad '.soft[1] = [7,"x"]' ;; soft[1][1]: want a whole number
an id that is no whole number ;; bad '.soft[1] = [7.5,3]' ;; soft[1][0]: want a whole number
an id of no word ;; bad '.soft[1] = [20,3]' ;; soft[1]: id 20 is outside the vocabulary of 20
an id below 0 ;; bad '.soft[1] = [-1,3]' ;; soft[1]: id -1 is outside the vocabulary of 20
a word of no part ;; bad '.soft[1] = [7,0]' ;; soft[1]: word 7 has 0 parts, want 1 to 10000
too many parts of a word ;; bad '.soft[1] = [7,10001]' ;;
	soft[1]: word 7 has 10001 parts, want 1 to 10000
too many parts in all ;; bad '.soft[0] = [7,6000,8,4003]' ;;
	soft[0]: the parts sum up to 10003, more than 10000
a word twice ;; bad '.soft[0] = [7,600,7,400]' ;; soft[0]: word 7 stands there twice
R
holds 'soft targets, an empty list, none' "bad . && bad '.soft[0] = []' && bad 'del(.soft)'"

# going on
keep="$short --max-update 40 --save-interval-updates 10 --resume j"
holds 'a training as a whole' "$short --max-update 80 -o whole <soft >log"
holds 'a training stops half way' "$keep -o w <soft >log"
refuses 1 <<R
another weight on resuming ;; $keep --distill-weight 0.8 -o w <soft ;;
	is of another training (remove it to start anew): --distill-weight 0.9 there, 0.8 here
another temperature on resuming ;; $keep --distill-temperature 3 -o w <soft ;;
	is of another training
another teacher on resuming ;; $keep -o w <soft2 ;; start anew): "soft" in the pairs differs
no teacher on resuming ;; $keep -o w <$pairs ;; is of another training
R
holds 'a training that stopped goes on: the same as the whole' \
	"$keep --max-update 80 -o w <soft >log && cmp w whole"

# what it is for: without a right word to learn from, only what the teacher
# expects, a student learns what its teacher can
holds 'a student of the teacher alone' \
	"$base $long --distill-weight 1 -o student <many.soft >log"
true_of 'a student does what its teacher does' log \
	'map(select(.event=="valid").nll) | .[-1] < 0.7'
true_of 'a student comes the closer the longer it learns' log \
	'map(select(.event=="train").distill_loss) | .[0] > 2 * .[-1]'
finish
