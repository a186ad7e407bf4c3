# The manuals: their options are those of --help, their examples run as they
# stand, their records are what the programs read and print.
. "${0%/*}/lib.sh"
. "$top/tests/manual-fixtures.sh"
pages=$(cd "$top/bin" && ls *.1 *.7)
progs=$(cd "$top/bin" && ls *.c | sed 's/\.c$//')
export pages progs

is    'a page of each program, and one of all' 'printf "%s\n" $pages' "$(printf '%s.1\n' $progs milliner | sed 's/milliner.1/milliner.7/' | LC_ALL=C sort)"
for p in $progs; do
	is "$p.1 has the options of --help (make manuals)" "$top/bin/help/page $MILLINER_BIN/$p $top/bin/$p.1 | diff $top/bin/$p.1 -" ''
	is "$p.1 has every section" "grep -E '^\.SH (NAME|SYNOPSIS|DESCRIPTION|OPTIONS|EXAMPLES|EXIT STATUS|SEE ALSO)' $top/bin/$p.1 | wc -l" 7
	$p --help | grep -oE -- '--[a-z0-9][a-z0-9-]*'
done | sort -u >options
for f in $pages; do
	is "$f names only options that there are" "sed 's/\\\\-/-/g' $top/bin/$f | grep -oE '\\\\fB--[a-z0-9-]+' | sed 's/\\\\fB//' | sort -u | comm -13 options - | grep -vxE -- '--nwordssrc'" ''
	is "$f refers to pages that there are" "sed 's/\\\\-/-/g' $top/bin/$f | grep -oE '\\\\fB[a-z-]+\\\\fP\\([17]\\)' | sed 's/\\\\fB//; s/\\\\fP(/./; s/)//' | grep -vxE '(jq|cut)\.1' | while read -r r; do [ -e $top/bin/\$r ] || echo \$r; done" ''
	if command -v mandoc >/dev/null; then
		is "mandoc has no complaint about $f" "mandoc -Tlint -W warning $top/bin/$f" ''
	fi
	if command -v groff >/dev/null; then
		is "groff has no complaint about $f" "groff -man -ww -z $top/bin/$f 2>&1" ''
	fi
done

# The blocks of examples of a page, numbered files PAGE-N.sh or, of records,
# PAGE-N.json; those that cannot run here say why.
blocks() {
	awk -v page="$1" '
		function plain(s) {
			gsub(/\\&/, "", s); gsub(/\\\(aq/, "\x27", s); gsub(/\\\(ga/, "`", s)
			gsub(/\\\(ha/, "^", s); gsub(/\\\(ti/, "~", s); gsub(/\\-/, "-", s)
			gsub(/\\e/, "\\", s)
			return s
		}
		/^\.SH/ { shown = /SYNOPSIS|INPUT|OUTPUT|RECORDS/ }
		/^\.\\" not run: / { skipped = 1 }
		/^\.EX/ { file = sprintf("%s-%02d.", page, ++n); text = ""; inside = 1; next }
		/^\.EE/ {
			inside = 0
			if (!skipped && (!shown || text ~ /^{/))
				printf "%s", text >(file (shown ? "json" : "sh"))
			skipped = 0
		}
		inside { text = text plain($0) "\n" }' "$top/bin/$1"
}
mkdir blocks && cd blocks || exit 1
for f in $pages; do blocks "$f"; done
cd ..
for f in $pages; do
	is "$f has examples" "ls blocks/$f-*.sh >/dev/null && echo yes" yes
done
# What an example names as an output, it fills; else it prints something.
wrote() {
	local names=$(grep -oE '(^|[^<(])>[a-z0-9.-]+|-o [a-z0-9.-]+' "$1" | sed 's/.*[> ]//' | sort -u) n
	[ "$names" ] || { [ -s "$2" ] && echo all; return; }
	for n in $names; do [ -s "$n" ] || { echo "$n is empty"; return; }; done
	echo all
}
prepared
for f in $pages; do
	rm -rf "$tmp/here" && cp -r "$tmp/prepared" "$tmp/here" && cd "$tmp/here" || exit 1
	for b in "$tmp"/blocks/"$f"-*.sh; do
		if grep -qw parallel "$b" && ! command -v parallel >/dev/null; then
			echo '# no GNU parallel'
			continue
		fi
		what="${b##*/}: $(head -n 1 "$b")"
		holds "$what" "bash -euo pipefail $b"
		cp "$out" "$tmp/printed"
		is "$what gives something" "wrote $b $tmp/printed" all
	done
done

# Records as shown
cd "$tmp/prepared" || exit 1
for b in "$tmp"/blocks/*.json; do
	holds "${b##*/} is JSON" "jq . $b"
done
# shown PAGE N 'command': the members that the page shows, it prints
members='[paths | map(select(type == "string"))] | unique'
shown() {
	is "$1 shows what is printed" "jq -c --slurpfile real <($3) '($members) - (\$real[-1] | $members)' $tmp/blocks/$1-$2.json | sort -u" '[]'
}
first() { cd "$tmp/blocks" && for f in "$1"-*.json; do echo "$f" | sed 's/.*-\(..\)\.json/\1/'; done | sed -n "$2p"; cd - >/dev/null; }
shown measure-lat.1 "$(first measure-lat.1 1)" 'cat lat.jsonl'
shown fit-mlp.1 "$(first fit-mlp.1 1)" 'cat report.json'
shown predict-lat.1 "$(first predict-lat.1 1)" 'predict-lat -p lat.mlp <arch.json'
shown profile-arch.1 "$(first profile-arch.1 1)" 'profile-arch <arch.json'
shown eval-arch.1 "$(first eval-arch.1 1)" 'eval-arch --weights super.safetensors --valid valid.jsonl <arch.json'
shown evolve.1 "$(first evolve.1 1)" 'evolve -q --weights super.safetensors --valid valid.jsonl --predictor lat.mlp --limit 1000 --population 4 --parents 2 --mutations 1 --crossovers 1 --iterations 1 <space.json'
shown translate.1 "$(first translate.1 1)" 'cat hyps.jsonl'
shown encode-text.1 "$(first encode-text.1 1)" 'head -n 1 train.jsonl'
shown bleu.1 "$(first bleu.1 2)" 'bleu <hyps.jsonl'
shown sample-arch.1 "$(first sample-arch.1 2)" 'sample-arch -n 1 <space.json'
of_space='$space[0].space as $s | .arch | to_entries[] | select(.key != "qkv_dim") |
	([.value] | flatten) - $s[(.key | if test("coder_embed_dim$") then .[:-4] else . end) + "_choice"] | .[]'
is    'the architecture of milliner.7 is one of its space' "jq --slurpfile space $tmp/blocks/milliner.7-$(first milliner.7 1).json '$of_space' $tmp/blocks/milliner.7-$(first milliner.7 2).json" ''
is    'and its architecture has the profile shown' "jq -c . $tmp/blocks/milliner.7-$(first milliner.7 2).json | profile-arch | jq -c 'del(.arch, .task)'" "$(jq -c . "$tmp/blocks/milliner.7-$(first milliner.7 3).json")"
finish
