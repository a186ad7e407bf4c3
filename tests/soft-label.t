. "${0%/*}/lib.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m.safetensors dict
$make_weights plain.safetensors
$make_weights super.safetensors dict super
$make_weights nan.safetensors nan
for i in $(seq 60); do echo "{\"id\":$i,\"src\":[$(seq -s, 4 $((4 + i * 7 % 31)))],\"note\":\"r \\u00e9\",\"tgt\":[$(seq -s, 5 $((5 + i * 5 % 23))),2]}"; done >pairs
sl='soft-label -w m.safetensors'
usual soft-label "$sl <pairs"
bad_lines soft-label "$sl"
is    'nothing in, nothing out' "$sl </dev/null" ''
refuses 2 <<'R'
no teacher ;; soft-label <pairs ;; --weights must be given
no words ;; soft-label -w m.safetensors -k 0 <pairs ;; want an integer in [1, 100]
too many ;; soft-label -w m.safetensors -k 101 <pairs ;; want an integer in [1, 100]
no temperature ;; soft-label -w m.safetensors --temperature 0 <pairs ;; want a number in [
a target dictionary alone ;; soft-label -w m.safetensors --tgt-dict d <pairs ;; --tgt-dict wants --src-dict too
R
refuses 1 <<'R'
weights that are not there ;; soft-label -w nowhere <pairs ;; nowhere: No such file
weights that are not finite ;; soft-label -w nan.safetensors <pairs ;; nan.safetensors: tensor encoder.embed_tokens.weight is not finite
no target ;; echo '{"src":[4,2]}' | soft-label -w m.safetensors ;; soft-label: stdin:1: want an array of ids in "tgt"
an id that is no word ;; (head -n 1 pairs; echo '{"src":[4,2],"tgt":[40,2]}') | soft-label -w m.safetensors ;; soft-label: stdin:2: tgt[0]: want an id in [0, 40)
a pair longer than a batch ;; soft-label -w m.safetensors --max-tokens 20 <pairs ;; stdin:3: 23 tokens, more than --max-tokens 20
R

# the form
holds 'labels' "$sl -q <pairs >soft"
is    'the line is left alone, but for the end' "sed 's/,\"soft\":.*/}/' soft | diff - pairs" ''
is    'in order' 'jq .id soft | paste -sd" "' "$(seq 60 | paste -sd' ')"
is    'a list a token, </s> included' 'jq -c "select((.soft|length) != (.tgt|length))" soft' ''
is    'and for one that is not written' "echo '{\"src\":[5],\"tgt\":[6,7]}' | $sl -q | jq '.soft|length'" 3
is    'at most 5 words, all different' 'jq -c ".soft[]|[.[range(0;length;2)]]|select(length > 5 or length < 1 or (unique|length) != length)" soft' ''
is    'the likeliest first' 'jq -c ".soft[]|[.[range(1;length;2)]]|select(. != (sort|reverse) or add > 10002)" soft' ''
is    'every word, every part' "$sl -q -k 100 <pairs | jq -c '.soft[]|[.[range(1;length;2)]]|select(add < 9980 or add > 10020)'" ''
is    'fewer words are the first of more' "$sl -q -k 2 <pairs | jq -c .soft | diff - <(jq -c '.soft|map(.[:4])' soft)" ''
is    'labelled again: the same' "$sl -q <soft | diff soft -" ''
holds 'a higher temperature is more even' "hot=\$($sl -q -T 4 <pairs | jq -s '[.[].soft[][1]]|add/length'); jq -es --argjson hot \$hot '([.[].soft[][1]]|add/length) > 1.2 * \$hot' soft"
is    'a temperature of 1/2 squares what 1 says' "$sl -q -k 40 -T 0.5 <pairs | jq -c '.soft[0][:2]' >cold; $sl -q -k 40 <pairs | jq -c '.soft[0]|[.[range(1;length;2)]] as \$p|[.[0],(\$p[0]*\$p[0]/(\$p|map(.*.)|add)*10000)]' >squared; paste -d' ' cold squared | sed 's/\] \[/,/; s/[][]//g' | awk -F, '\$1!=\$3 || \$2-\$4>60 || \$4-\$2>60'" ''

# whose bytes do not depend on how it is done
same  'one thread, three' "$sl -q -j 1 <pairs" "$sl -q -j 3 <pairs"
$sl -q --max-tokens 40 <pairs >small
is    'other batches: but for rounding' "jq -nc --slurpfile a soft --slurpfile b small '[\$a, \$b | map(.soft) | flatten] | transpose | map(select(.[0] - .[1] | fabs > 1)) | length < 5'" true
same  'zstd in' "$sl -q <pairs" "zstd -q <pairs | $sl -q"
same  'files one after another' "cat pairs pairs | $sl -q" "$sl -q pairs pairs"
holds 'zstd out' "$sl -q -o s.jsonl.zst <pairs >none && [ ! -s none ] && zstd -qdc s.jsonl.zst | cmp - soft"
exits 1 'bad input leaves no file' "(cat pairs; echo '{') | $sl -q -o half.jsonl; [ -e half.jsonl ] || exit 1"
holds 'the rate and the bytes are told' "$sl <pairs >all"
says  'as of all tokens' "60 pairs, $(jq -s 'map(.tgt|length)|add' pairs) target tokens in "
says  'and how large it is' ' bytes a token added'

# several
same  'twice the same is one' "$sl -q <pairs" "$sl -q -w m.safetensors <pairs"
holds 'a supernet is its largest' "soft-label -q -w super.safetensors <pairs | cmp - soft"
for i in $(seq 4 39); do [ $((i % 3)) = 0 ] && echo "w$i@@ 9" || echo "w$i 9"; done >right
exits 1 'of other words' "soft-label -w m.safetensors --src-dict <(tac right) <pairs"
says  'names what differs' 'm.safetensors: another source dictionary: id 4 is "w4" there and '
same  'the dictionary of the pairs' "$sl -q <pairs" "$sl -q --src-dict right <pairs"
same  'through a pipe' "$sl -q <pairs" "$sl -q --src-dict <(cat right) <pairs"
exits 1 'another one of the target' "soft-label -w m.safetensors --src-dict right --tgt-dict <(tac right) <pairs"
says  'by name' 'm.safetensors: another target dictionary: id 4 is "w4" there and '
echo 'w4 9' >few
exits 1 'a teacher without one: their number counts' "soft-label -w plain.safetensors --src-dict few <pairs"
says  'so many' 'plain.safetensors: 40 source words, but few has 5'
finish
