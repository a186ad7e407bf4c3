# The commands of the README and of pipelines/README.md, as they stand there, but
# with smaller numbers.
. "${0%/*}/lib.sh"
for p in make jq gnuplot spm_train parallel; do
	command -v $p >/dev/null || skip "no $p"
done
unset MAKEFLAGS MFLAGS MAKELEVEL

# The indented lines that come next after a text.
block() { # file, text
	awk -v after="$2" '
		found && printed && /^[^ ]/ { exit }
		found && /^    / { print substr($0, 5); printed = 1 }
		index($0, after) { found = 1 }' "$top/$1"
}
# Sizes that take minutes, limits that slow machines miss, a busy machine.
cat >small.sed <<S
s/--max-update [0-9]+/--max-update 60/
s/--warmup-updates [0-9]+/--warmup-updates 4/
s/-n 20000 --valid-count 500 --test-count 500/-n 600 --valid-count 60 --test-count 40/
s/vocab_size=3000/vocab_size=400/
s/-n 200 /-n 30 /
s/sample-arch( <[^|]*\|)/sample-arch -n 12\1/
s/--iterations 8/--iterations 1/
s/--population 60 --parents 15/--population 12 --parents 4/
s/--mutations 20 --crossovers 20/--mutations 4 --crossovers 4/
s/--limit \\\$limit/--limit 1000/
s/measure-lat( |$)/measure-lat --repeat 1 --accept-unsettled /
s|\.\./\.\./data|$top/data|
S
small() { sed -E -f small.sed; }
ln -s "$top/data" data
ln -s "$top/pipelines" pipelines

# by hand, and what can stand in between
{
	block pipelines/README.md "demo's stages as commands"
	block pipelines/README.md 'What can stand in between:' | grep -v ssh
} | small >commands
is    'the method typed by hand: is there' \
	'grep -cE "train-super|measure-lat|evolve|train-sub|parallel" commands' 5
holds 'the method typed by hand: it runs' 'bash -euo pipefail commands'
cp "$out" printed
is    'the method typed by hand: it ends in a score' 'grep -c "\"name\":\"BLEU\"" printed' 1
is    'the method typed by hand: and a translation in plain text' "grep -v '^{' printed | wc -l" 1
is    'candidates in between are evaluated' 'grep -c valid_loss printed' 64
same  'small candidates are measured' '
	cd runs/hand
	sample-arch -n 12 <space.json | profile-arch | jq "select(.params < 4e5).params" | wc -l' \
	"grep -c '\"params\":.*latency_ms' printed"
is    'a journal goes on' 'wc -l <runs/hand/more.jsonl' 20

# the README's own
block README.md 'what there is: the time of the largest' | small >commands
holds 'README: which limit' 'bash -euo pipefail commands'
cp "$out" printed
is    'README: which limit, two times' 'wc -l <printed' 2
block README.md 'plain text to plain text' |
	sed 's|runs/mine/found.final|runs/hand/found|' >commands
head -n 3 runs/hand/train.de >text.de
holds 'README: plain text' 'bash -euo pipefail commands'
cp "$out" printed
is    'README: plain text, a line each' 'wc -l <printed' 3

# one's own corpus
mkdir corpus
for p in train valid test; do
	cut -f1 runs/hand/$p.tsv >corpus/$p.de; cut -f2 runs/hand/$p.tsv >corpus/$p.en
done
for page in README.md pipelines/README.md; do
	at='are a task'; [ $page = README.md ] || at='## A task file'
	block $page "$at" | sed "/^make /d; s|/path/to/text|$tmp/corpus|; s|:= runs|:= $tmp/runs|
		s/8000/400/; s/^LIMIT := .*/LIMIT := 1000\nANY_LIMIT := 1/" | small >mine.mk
	holds "$page: a task file" "make -C $top -f $tmp/mine.mk -n"
done

# pages that are named are there
lost() { # files and folders that the README names, but those that come to be
	grep -oE '`[a-z]+/[A-Za-z0-9./-]+`|bin/[a-z]+\.7' "$top/README.md" | tr -d '`' | sort -u |
		grep -vE '^runs/|^build/|^bin/NAME.1$' | while read -r f; do
			[ -e "$top/$f" ] || echo "$f"
		done
}
is    'what the README points to is there' lost ''
is    'the README is short' "awk 'END { print (NR <= 150) }' $top/README.md" 1
finish
