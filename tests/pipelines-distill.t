# TEACHER in a task file: the largest model teaches the others; and what that is
# worth.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
command -v zstd >/dev/null || skip "no zstd"
# nothing is searched or timed
mini+=" TIMED="
model=$tmp/run/smallest.final.safetensors teacher=run/largest.final.safetensors
export model teacher
times() { find run -type f -printf '%p %T@ %s\n' | sort; }
anew() { for f; do [ "run/$f" -nt before ] && echo "$f"; done | tr '\n' ' '; }
again() { sleep 0.01; touch before; }
soft='train.token.jsonl.zst train.sequence.jsonl train.both.jsonl.zst'
models='smallest.safetensors largest.safetensors'
labels() { zstd -dcq run/train.$1.jsonl.zst; }

holds 'TEACHER unset: a model is trained' "$mini $model; cp run/smallest.safetensors alone"
is    'TEACHER unset: nobody is asked' "ls run | grep -E 'largest.safe|train[.].*[.]'" ''
holds 'TEACHER=both: a model is trained' "$mini TEACHER=both $model"
is    'TEACHER=both: the text is translated by the largest' '
	translate -q --beam 2 --max-len-a 2 --max-len-b 20 -w $teacher <run/train.jsonl |
		jq -c .hyp_tokens | diff - <(jq -c .tgt run/train.sequence.jsonl)' ''
is    'TEACHER=both: each word of it is labelled' '
	labels both | jq -c "select((.soft | length) != (.tgt | length))"; labels both | wc -l' 200
same  'TEACHER=both: it is labelled by the largest' \
	'labels both' 'soft-label -q -w $teacher run/train.sequence.jsonl'
steps() { for m; do grep -c '"train"' run/$m.log.jsonl; done; }
is    'TEACHER=both: the student learns from it, the teacher does not' '
	cat run/{smallest,largest}.log.jsonl |
		jq -c "select(.event == \"train\") | has(\"distill_loss\")" |
		uniq -c | tr -s " \n" " "' \
	"$(printf ' %d true %d false ' $(steps smallest largest))"
is    'TEACHER=both: translating and labelling are timed' \
	'ls run/time | grep -cE "^(translate-train.sequence|soft-label-train.both)$"' 2
times >before
holds 'TEACHER=both once more' "$mini TEACHER=both $model"
is    'TEACHER=both once more does nothing' 'times | diff before -' ''
cp -a run moved
is    'TEACHER=both in a run that was moved: nothing is stale' "
	$mini -n RUN=$tmp/moved TEACHER=both $tmp/moved/smallest.final.safetensors |
		grep -c 'is up to date'" 1
again
holds 'TEACHER=token: a model is trained' "$mini TEACHER=token $model"
is    'TEACHER=token: labels are made of the text, and learnt from' \
	"anew $soft $models train.jsonl" 'train.token.jsonl.zst smallest.safetensors '
again
weight="DISTILL='--distill-weight 0.5'"
holds 'another weight' "$mini TEACHER=token $weight $model"
is    'another weight: the student alone is trained' "anew $soft $models" 'smallest.safetensors '
again
holds 'more words a label' "$mini TEACHER=token $weight soft-label.args='-k 2' $model"
is    'more words a label: the teacher is asked again' \
	"anew $soft $models" 'train.token.jsonl.zst smallest.safetensors '
holds 'TEACHER=sequence: there are no soft targets' "
	$mini TEACHER=sequence $model; ! grep distill_loss run/smallest.log.jsonl"
again
holds 'two translations a sentence' "$mini TEACHER=sequence NBEST=2 $model"
is    'two translations a sentence: all of the teacher are learnt from' '
	translate -q --beam 2 --nbest 2 --max-len-a 2 --max-len-b 20 -w $teacher <run/train.jsonl |
		jq -c "{src, tgt: .nbest[].hyp_tokens}" | diff - run/train.sequence.jsonl
	jq -s "length > 200" run/train.sequence.jsonl' true
is    'two translations a sentence: what is made anew' "anew $soft $models" \
	'train.sequence.jsonl smallest.safetensors '
again
holds 'TEACHER=none: a model is trained' "$mini TEACHER=none $model"
same  'TEACHER=none: the same as unset' 'cat alone' 'cat run/smallest.safetensors'
cp $teacher copied
is    'a copy of the teacher: nothing is stale' "
	$mini TEACHER=sequence NBEST=2 $model >log 2>&1; $mini -n TEACHER=sequence NBEST=2 \
	TEACHERS=$tmp/copied $model | grep -c 'is up to date'" 1
holds 'two teachers' "
	$mini TEACHER=token TEACHERS='$tmp/$teacher $tmp/alone' soft-label.args='-k 2' $model"
same  'two teachers are averaged' \
	'labels token' 'soft-label -q -k 2 -w $teacher -w alone run/train.jsonl'
train-sub -q --threads 1 --arch "$arch" --src-dict dict --max-update 1 -o stranger <"$pairs" >log
for t in token sequence; do
	rm -f run/train.$t.*
	refuses 2 <<<"TEACHER=$t: a teacher of other words ;;
	$mini TEACHER=$t TEACHERS=$tmp/stranger $model ;;
	soft-label: $tmp/stranger: another source dictionary: id "
done

# what it is worth, of models that have learnt something
sed 's/--max-epoch 3/--max-epoch 40/; s/--tokenize none/& --smooth add-k/' mini.mk >more.mk
mini="make -C $top -f $tmp/more.mk TIMED="
is    'make distill: nothing is measured or searched' "
	make -C $top -f $tmp/more.mk -n distill | grep -c 'measure-lat\|evolve'" 0
is    'make: what is timed comes first, even where a teacher is asked for, too' "
	make -C $top -f $tmp/more.mk -n distill run | grep -c '^measure-lat.*--in-order' |
		sed 's/[1-9]/some/'" some
holds 'make distill' "$mini SEEDS='4 5' distill >worth"
holds 'make distill: students score' \
	'jq -es "map(.score) | max > 0 and (unique | length) > 2" run/student.*.bleu'
is    'make distill: eight students' 'ls run/student.*.hyp | wc -l' 8
is    'make distill: no two students are alike' '
	sha256sum run/student.*.[45].safetensors | cut -d" " -f1 | sort -u | wc -l' 8
is    'make distill: a student of 60%, nearly' '
	profile-arch run/largest.json run/student.json |
		jq -s ".[1].params / .[0].params | . > 0.4 and . < 0.8"' true
mean() { jq .score run/student.$1.[45].bleu | awk '{ s += $1 } END { printf "%.2f\n", s / 2 }'; }
is    'make distill: a row of means for each teaching' \
	"grep -A 3 ^student worth | awk '{ print \$(NF - 4) }'" \
	"$(for w in none token sequence both; do mean $w; done)"
error() {
	jq .score run/student.$1.[45].bleu | awk '{ s[NR] = $1 } END {
		m = (s[1] + s[2]) / 2
		printf "%.2f\n", sqrt(((s[1] - m) ^ 2 + (s[2] - m) ^ 2) / 2) }'
}
is    'make distill: a standard error for each teaching' \
	"grep -A 3 ^student worth | awk '{ print \$(NF - 2) }'" \
	"$(for w in none token sequence both; do error $w; done)"
is    'make distill: the teacher beside them' \
	"grep -c '^teacher, .* M parameters  *[0-9.]*\$' worth" 1
same  'make distill: the teacher has the score of its translations' \
	'jq .score run/teachers.jsonl' \
	"$mini $tmp/run/largest.bleu >log 2>&1; jq .score run/largest.bleu"
again
holds 'make distill again' "$mini SEEDS='4 5' distill >more"
same  'make distill again prints the same' 'cat worth' 'cat more'
is    'make distill again trains nothing' 'anew $(cd run; ls *.safetensors *.hyp)' ''
holds "a student of the user's" "$mini SEEDS=4 STUDENT=$tmp/run/smallest.json distill"
is    "a student of the user's is what it says" '
	jq -c .arch run/student.none.4.json | diff - <(jq -c .arch run/smallest.json)' ''
holds 'make distill: other teachers' "
	$mini SEEDS=4 TEACHERS='$tmp/$teacher $tmp/alone' distill >worth"
is    'make distill: other teachers stand there by name' \
	"sed -n 's/^\(teacher, .*[^ ]\)  *[0-9.]*\$/\1/p' worth | sed 's/,.* M/, M/'" \
	"teacher, M parameters"$'\n'"teacher, $tmp/alone"
finish
