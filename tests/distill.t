# Learning from a teacher: soft targets in the pairs of train-sub and
# train-super.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
base='train-sub --quiet --threads 1 --arch $arch'
short="$base --max-update 6 --log-interval 2 --max-tokens 60"
long='--max-update 250 --max-tokens 256 --warmup-updates 40 --lr 0.01 --dropout 0 --src-dict dict --share-all-embeddings --log-interval 50 --valid $valid'
make_pairs 3 500 >many
holds 'a teacher' "$base $long -o teacher <many >log"
holds 'and another' "$base $long --seed 2 -o second <many >log"
holds 'label the pairs' "soft-label -q -w teacher --src-dict dict <\$pairs >soft; soft-label -q -w second <\$pairs >soft2; soft-label -q -w teacher <many >many.soft"

# two teachers: what all words get is the mean of what each gives, but for
# rounding
every() { soft-label -q -k 100 "$@" <"$pairs" | jq -c '.soft[] | [range(0; length; 2) as $i | {key: "\(.[$i])", value: .[$i + 1]}] | from_entries'; }
holds 'their probabilities are averaged' 'paste -d" " <(every -w teacher -w second) <(every -w teacher) <(every -w second) | jq -es "_nwise(3) | . as [\$m, \$a, \$b] | \$m | to_entries | map((.value - ((\$a[.key] // 0) + (\$b[.key] // 0)) / 2) | fabs < 1.6) | all" | sort -u | grep -qx true'

# what it changes
holds 'without soft targets' "$short -o plain <\$pairs >plain.log"
same  'a weight of 0 is none of them' 'cat plain' "$short --distill-weight 0 -o w <soft >l; cat w"
holds 'with them' "$short -o w <soft >log"
is    'other weights' 'cmp -s w plain; echo $?' 1
is    'the log says how far the teacher is' 'jq -c "select(.event==\"train\")|has(\"distill_loss\")" log plain.log | sort | uniq -c | tr -s " " "\n" | paste -sd" "' ' 3 false 3 true'
is    'the loss is made of both' "$base --max-update 1 --log-interval 1 --label-smoothing 0 --dropout 0 --distill-weight 0.3 -o v <soft | jq -c 'select(.nll)|(0.7*.nll+0.3*.distill_loss-.loss)|fabs<1e-5'" true
same  'threads change no byte' 'cat w' "$short --threads 3 -o v <soft >l; cat v"
same  'zstd' 'cat w' "zstd -q <soft | $short -o v >l; cat v"
same  'the defaults' 'cat w' "$short --distill-weight 0.9 --distill-temperature 1 -o v <soft >l; cat v"
for o in '--distill-weight 0.5' '--distill-temperature 2'; do
	is "$o is another training" "$short $o -o v <soft >l; cmp -s w v; echo \$?" 1
done
is    'another teacher, too' "$short -o v <soft2 >l; cmp -s w v; echo \$?" 1
holds 'a supernet learns so, too' "train-super -q --threads 1 --space \$space --max-update 6 --log-interval 2 --max-tokens 60 -o s <soft | jq -es '[.[]|select(.event==\"train\").distill_loss > 0]|all and length==3'"
holds 'validation is without' "$short --valid \$valid -o v <soft >a; $short --valid <(jq -c '.soft=\"none\"' \$valid) -o v <soft >b; diff <(timeless a) <(timeless b)"

# where only some have them
holds 'some pairs have them' "$base --max-update 6 --max-tokens 60 --log-interval 2 -o v <(head -n 30 soft; tail -n +31 \$pairs) >log 2>e"
is    'none of the first thirty is as none' "$short -o v <(head -n 30 \$pairs; tail -n +31 soft | jq -c '.soft|=map([])') >l; cmp v plain; echo \$?" 0
holds 'they are counted' "train-sub --arch \$arch --max-update 1 -o v <(head -n 30 soft; tail -n +31 \$pairs) >l"
says  'on stderr' '30 of 60 pairs have "soft": at most 5 words a token, weight 0.9, temperature 1'
holds 'an option for what is not there' "$base --distill-weight 0.9 --max-update 1 -o v <\$pairs >l"
says  'is told' 'stdin: no pair has "soft" (soft-label adds it): --distill-weight changes nothing'
holds 'the other one' "$base --distill-temperature 2 --max-update 1 -o v <\$pairs >l"
says  'likewise' '--distill-temperature changes nothing'
holds 'no option' "$base --max-update 1 -o v <\$pairs >l"
is    'nothing is told' 'cat $err' ''

# what is no soft target
bad() { jq -c "$1" <<<'{"src":[4,5,2],"tgt":[6,7,2],"soft":[[6,9000,7,900],[7,10000],[2,9999]]}' | eval "$short -o bad"; }
export -f bad; export short base
refuses 2 <<'R'
a weight above 1 ;; train-sub --distill-weight 1.1 -o bad ;; want a number in [0, 1]
a temperature of 0 ;; train-sub --distill-temperature 0 -o bad ;; want a number in [
R
refuses 1 <<'R'
one list too few ;; bad '.soft |= .[:2]' ;; stdin:1: want an array of 3 lists in "soft", one for each token of "tgt" and for </s>
no array ;; bad '.soft = {}' ;; want an array of 3 lists in "soft"
one without </s> ;; bad '.tgt |= .[:2] | .soft |= .[:2]' ;; want an array of 3 lists in "soft"
no list ;; bad '.soft[1] = 7' ;; soft[1]: want a list [id, parts, id, parts, ..]
half a word ;; bad '.soft[1] = [7]' ;; soft[1]: want a list [id, parts, id, parts, ..]
too many words ;; bad '.soft[1] = [range(202)]' ;; of at most 100 words
no number ;; bad '.soft[1] = [7,"x"]' ;; soft[1][1]: want a whole number
no whole one ;; bad '.soft[1] = [7.5,3]' ;; soft[1][0]: want a whole number
no word ;; bad '.soft[1] = [20,3]' ;; soft[1]: id 20 is outside the vocabulary of 20
one below 0 ;; bad '.soft[1] = [-1,3]' ;; soft[1]: id -1 is outside the vocabulary of 20
no part ;; bad '.soft[1] = [7,0]' ;; soft[1]: word 7 has 0 parts, want 1 to 10000
too many ;; bad '.soft[1] = [7,10001]' ;; soft[1]: word 7 has 10001 parts, want 1 to 10000
too many in all ;; bad '.soft[0] = [7,6000,8,4003]' ;; soft[0]: the parts sum up to 10003, more than 10000
a word twice ;; bad '.soft[0] = [7,600,7,400]' ;; soft[0]: word 7 stands there twice
R
holds 'good ones' "bad . && bad '.soft[0] = []' && bad 'del(.soft)'"

# going on
keep="$short --max-update 40 --save-interval-updates 10 --resume j"
holds 'whole' "$short --max-update 80 -o whole <soft >log"
holds 'the half of it' "$keep -o w <soft >log"
refuses 1 <<R
another weight ;; $keep --distill-weight 0.8 -o w <soft ;; is of another training (remove it to start anew): there
another temperature ;; $keep --distill-temperature 3 -o w <soft ;; is of another training
another teacher ;; $keep -o w <soft2 ;; there "soft (
no teacher ;; $keep -o w <\$pairs ;; is of another training
R
holds 'the rest' "$keep --max-update 80 -o w <soft >log && cmp w whole"

# what it is for: without a right word to learn from, only what the teacher
# expects, a student learns what its teacher can
holds 'a student' "$base $long --distill-weight 1 -o student <many.soft >log"
is    'does what its teacher does' "jq -s '[.[]|select(.event==\"valid\").nll]|.[-1]<0.7' log" true
is    'the closer the longer' "jq -s '[.[]|select(.event==\"train\").distill_loss]|.[0]>2*.[-1]' log" true
finish
