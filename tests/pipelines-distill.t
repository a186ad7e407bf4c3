# TEACHER in a task file: the largest model teaches the others; and what that is
# worth.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
command -v zstd >/dev/null || skip "no zstd"
# nothing is searched or timed
mini+=" TIMED="
model=$tmp/run/smallest.final.safetensors
export model
times() { find run -type f -printf '%p %T@ %s\n' | sort; }
anew() { for f; do [ "run/$f" -nt before ] && echo "$f"; done | tr '\n' ' '; }
again() { sleep 0.01; touch before; }
soft='train.token.jsonl.zst train.sequence.jsonl train.both.jsonl.zst'

holds 'without a teacher' "$mini $model; cp run/smallest.safetensors alone"
is    'nobody is asked' "ls run | grep -E 'largest.safe|train[.].*[.]'" ''
holds 'soft targets of its translations' "$mini TEACHER=both $model"
is    'the text is translated by the largest' "translate -q --beam 2 --max-len-a 2 --max-len-b 20 -w run/largest.final.safetensors <run/train.jsonl | jq -c .hyp_tokens | diff - <(jq -c .tgt run/train.sequence.jsonl)" ''
is    'and each word of it labelled' "zstd -dcq run/train.both.jsonl.zst | jq -c 'select((.soft | length) != (.tgt | length))'; zstd -dcq run/train.both.jsonl.zst | wc -l" 200
same  'by the largest' 'zstd -dcq run/train.both.jsonl.zst' 'soft-label -q -w run/largest.final.safetensors run/train.sequence.jsonl'
is    'the student learns from it, the teacher does not' "jq -c 'select(.event == \"train\") | has(\"distill_loss\")' run/smallest.log.jsonl run/largest.log.jsonl | uniq -c | tr -s ' \n' ' '" "$(printf ' %d true %d false ' $(for m in smallest largest; do grep -c '"train"' run/$m.log.jsonl; done))"
is    'both are timed' 'ls run/time | grep -cE "^(translate-train.sequence|soft-label-train.both)$"' 2
times >before
holds 'once more' "$mini TEACHER=both $model"
is    'does nothing' 'times | diff before -' ''
again
holds 'soft targets of the text' "$mini TEACHER=token $model"
is    'are made of it, and learnt from' "anew $soft smallest.safetensors largest.safetensors train.jsonl" 'train.token.jsonl.zst smallest.safetensors '
again
holds 'with another weight' "$mini TEACHER=token DISTILL='--distill-weight 0.5' $model"
is    'the student alone is trained' "anew $soft smallest.safetensors largest.safetensors" 'smallest.safetensors '
again
holds 'with more words' "$mini TEACHER=token DISTILL='--distill-weight 0.5' soft-label.args='-k 2' $model"
is    'the teacher is asked again' "anew $soft smallest.safetensors largest.safetensors" 'train.token.jsonl.zst smallest.safetensors '
holds 'its translations alone' "$mini TEACHER=sequence $model; ! grep distill_loss run/smallest.log.jsonl"
again
holds 'without a teacher again' "$mini TEACHER=none $model"
same  'as before' 'cat alone' 'cat run/smallest.safetensors'
holds 'two teachers' "$mini TEACHER=token TEACHERS='$tmp/run/largest.final.safetensors $tmp/alone' soft-label.args='-k 2' $model"
same  'are averaged' 'zstd -dcq run/train.token.jsonl.zst' 'soft-label -q -k 2 -w run/largest.final.safetensors -w alone run/train.jsonl'
train-sub -q --threads 1 --arch "$arch" --src-dict dict --max-update 1 -o stranger <"$pairs" >log
for t in token sequence; do
	exits 2 "a teacher of other words: $t" "rm -f run/train.$t.*; $mini TEACHER=$t TEACHERS=$tmp/stranger $model"
	says  'says which' 'soft-label: '
	says  'and why' 'stranger: another source dictionary: id '
done

# what it is worth, of models that have learnt something
sed 's/--max-epoch 3/--max-epoch 40/; s/--tokenize none/& --smooth add-k/' mini.mk >more.mk
mini="make -C $top -f $tmp/more.mk TIMED="
holds 'distill' "$mini SEEDS='4 5' distill >worth"
holds 'and score' 'jq -es "map(.score) | max > 0 and (unique | length) > 2" run/student.*.bleu'
is    'eight students' 'ls run/student.*.hyp | wc -l' 8
is    'no two alike' 'sha256sum run/student.*.[45].safetensors | cut -d" " -f1 | sort -u | wc -l' 8
is    'of 60%, nearly' "profile-arch run/largest.json run/student.json | jq -s '.[1].params / .[0].params | . > 0.4 and . < 0.8'" true
mean() { jq .score run/student.$1.[45].bleu | awk '{ s += $1 } END { printf "%.2f\n", s / 2 }'; }
is    'means and both scores' "grep -A 3 ^student worth | awk '{ print \$(NF - 4) }'" "$(for w in none token sequence both; do mean $w; done)"
error() { jq .score run/student.$1.[45].bleu | awk '{ s[NR] = $1 } END { m = (s[1] + s[2]) / 2; printf "%.2f\n", sqrt(((s[1] - m) ^ 2 + (s[2] - m) ^ 2) / 2) }'; }
is    'and standard errors' "grep -A 3 ^student worth | awk '{ print \$(NF - 2) }'" "$(for w in none token sequence both; do error $w; done)"
is    'the teacher beside them' "grep -c '^teacher, .* M parameters  *[0-9.]*\$' worth" 1
again
holds 'again' "$mini SEEDS='4 5' distill >more"
same  'prints the same' 'cat worth' 'cat more'
is    'and trains nothing' 'anew $(cd run; ls *.safetensors *.hyp)' ''
holds 'a student of the user'\''s' "$mini SEEDS=4 STUDENT=$tmp/run/smallest.json distill"
is    'is what it says' 'jq -c .arch run/student.none.4.json | diff - <(jq -c .arch run/smallest.json)' ''
finish
