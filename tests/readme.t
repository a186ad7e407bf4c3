# The README's commands, as they stand there, but with smaller numbers.
. "${0%/*}/lib.sh"
for p in make jq gnuplot spm_train parallel zstd; do
	command -v $p >/dev/null || skip "no $p"
done
unset MAKEFLAGS MFLAGS MAKELEVEL

# The indented lines that come next after a text.
block() {
	awk -v after="$1" '
		found && printed && /^[^ ]/ { exit }
		found && /^    / { print substr($0, 5); printed = 1 }
		index($0, after) { found = 1 }' "$top/README.md"
}
# Replace the sizes that take minutes, and a limit that slow machines miss.
small='s/--max-update [0-9]+/--max-update 60/; s/--warmup-updates [0-9]+/--warmup-updates 4/
s/-n (200|300)/-n 30/; s/--iterations 8/--iterations 1 --population 12 --parents 4 --mutations 4 --crossovers 4/
s/--limit 1.5/--limit 1000/; s/measure-lat( |$)/measure-lat --repeat 2 /; s/^LIMIT := .*/LIMIT := 1000\nANY_LIMIT := 1/
s/VOCAB := 8000/VOCAB := 300/; s/--folds 10 --report/--folds 3/; s/sample-arch( [|])/sample-arch -n 12\1/'
# Run a block, smaller, to its end.
runs() { # what, block, lines to leave out
	block "$2" | sed -E "$small" | grep -vE "${3:-^$}" >commands
	is "$1: is there" '[ -s commands ] && echo yes' yes
	holds "$1" "bash -euo pipefail commands"
	cp "$out" printed
}

# what make demo would leave
mkdir runs
holds 'the demo'\''s corpus and subwords' "make -C $top -f pipelines/demo.mk RUN=$tmp/runs/demo make-corpus.args='-n 600 --valid-count 60 --test-count 40' VOCAB=400 sample-arch.args='-n 30' $tmp/runs/demo/{space.json,{train,valid,test}.jsonl}"
runs  'the method' 'has left its corpus and subwords'
cd runs/demo || exit 1
is    'ends in a score' 'tail -n 1 ../../printed' "$(translate --weights mine.safetensors --remove-bpe sentencepiece <test.jsonl | bleu -w 2)"
runs  'a model translates text' 'A model file translates text by itself:'
is    'a line' 'cat printed | wc -l' 1
runs  'how good is the predictor' 'about more samples on stderr'
is    'in percent' 'grep -cE "^[0-9.]+$" printed' 1
cp lat.jsonl pi.jsonl
runs  'another device' '`--force`:'
runs  'things in between' 'Things to put in between:' 'ssh|archs\.jsonl'
is    'each of them prints' 'grep -c valid_loss printed' 64
sample-arch -n 12 <space.json | tee archs.jsonl | head -n 5 | measure-lat --repeat 2 >lat.jsonl
runs  'going on after a crash' 'Things to put in between:' 'ssh|params|parallel'
is    'to the end' 'cat lat.jsonl | wc -l' 12
runs  'moments' '`ROUNDS=3`:'
is    'one record for each' 'diff <(jq -c .arch archs.jsonl | sort) <(jq -c .arch lat.jsonl | sort)' ''

# two systems' outputs, as records and as text
translate --weights mine.safetensors --remove-bpe sentencepiece <test.jsonl >hyps.jsonl
cp hyps.jsonl A.jsonl
translate --weights my-super.safetensors --arch mine.json --remove-bpe sentencepiece <test.jsonl >B.jsonl
translate --beam 1 --weights mine.safetensors --remove-bpe sentencepiece <test.jsonl >C.jsonl
jq -r .ref test.jsonl | tee ref.txt >ref2.txt
jq -r .hyp hyps.jsonl | tee hyp.txt >A.txt
jq -r .hyp B.jsonl >B.txt
runs  'scoring' 'to the last digit, without Python'

# one's own corpus
cd "$tmp" || exit 1
block 'them all. For text in' | sed '/^make /d; s|/path/to/text|runs/demo/corpus|; s|:= runs|:= '"$tmp"'/runs|' | sed -E "$small" >mine.mk
holds 'one'\''s own corpus' "make -C $top -f $tmp/mine.mk -n"
finish
