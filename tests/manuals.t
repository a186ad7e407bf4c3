# The manuals: their options are those of --help, their examples run as they
# stand, their records are what the programs read and print.
. "${0%/*}/lib.sh"
. "$top/tests/manual-fixtures.sh"
pages=$(cd "$top/bin" && ls *.1 *.7)
progs=$(cd "$top/bin" && ls *.c | sed 's/\.c$//')
export pages progs

is    'a page of each program, and one of all' 'printf "%s\n" $pages' \
	"$({ printf '%s.1\n' $progs; echo milliner.7; } | LC_ALL=C sort)"
sections='NAME|SYNOPSIS|DESCRIPTION|OPTIONS|EXAMPLES|EXIT STATUS|SEE ALSO'
for p in $progs; do
	page=$top/bin/$p.1
	is "$p.1 has the options of --help (make manuals)" \
		"$top/bin/help/page $MILLINER_BIN/$p $page | diff $page -" ''
	is "$p.1 has every section" "grep -E '^\.SH ($sections)' $page | wc -l" 7
done
for p in $progs; do $p --help; done | grep -oE -- '--[a-z0-9][a-z0-9-]*' | LC_ALL=C sort -u >options
bold() { # page, pattern behind \fB: what is so, without its marks
	sed 's/\\-/-/g' "$top/bin/$1" | grep -oE "\\\\fB$2" | sed 's/\\fB//; s/\\fP(/./; s/)$//'
}
strange_options() { # page
	bold "$1" '--[a-z0-9-]+' | LC_ALL=C sort -u | LC_ALL=C comm -13 options - |
		grep -vxE -- '--nwordssrc'
}
lost_pages() { # page
	bold "$1" '[a-z-]+\\fP\([17]\)' | grep -vxE '(jq|cut)\.1' |
		while read -r r; do [ -e "$top/bin/$r" ] || echo "$r"; done
}
for f in $pages; do
	is "$f names only options that there are" "strange_options $f" ''
	is "$f refers to pages that there are" "lost_pages $f" ''
	! command -v mandoc >/dev/null ||
		is "mandoc has no complaint about $f" "mandoc -Tlint -W warning $top/bin/$f" ''
	! command -v groff >/dev/null ||
		is "groff has no complaint about $f" "groff -man -ww -z $top/bin/$f 2>&1" ''
done

# The blocks of a page: examples are PAGE-NN.sh, records PAGE-SECTION-N.json, and
# input or output that is no record PAGE-SECTION-N.text. Those that cannot run
# here say why.
blocks() {
	awk -v page="$1" '
		function plain(s) {
			gsub(/\\&/, "", s); gsub(/\\\(aq/, "\x27", s); gsub(/\\\(ga/, "`", s)
			gsub(/\\\(ha/, "^", s); gsub(/\\\(ti/, "~", s); gsub(/\\-/, "-", s)
			gsub(/\\e/, "\\", s)
			return s
		}
		function named() {
			if (!shown)
				return sprintf("%s-%02d.sh", page, ++n)
			return page "-" tolower(section) "-" ++count[section] \
				(text ~ /^{/ ? ".json" : ".text")
		}
		/^\.SH/ { section = $2; shown = /INPUT|OUTPUT|RECORDS/ }
		/^\.\\" not run: / { skipped = 1 }
		/^\.EX/ { text = ""; inside = 1; next }
		/^\.EE/ {
			inside = 0
			if (!skipped)
				printf "%s", text >named()
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
	local n names=$(grep -oE '(^|[^<(])>[a-z0-9.-]+|-o [a-z0-9.-]+' "$1" |
		sed 's/.*[> ]//' | sort -u)
	[ "$names" ] || { [ -s "$2" ] && echo all; return; }
	for n in $names; do [ -s "$n" ] || { echo "$n is empty"; return; }; done
	echo all
}
prepared
for f in $pages; do
	rm -rf "$tmp/here" && cp -r "$tmp/prepared" "$tmp/here" && cd "$tmp/here" || exit 1
	ln -s "$tmp/stand-ins/measure-lat"   # pi's home
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
# What a page shows as input is read: reads PAGE 'program ..'
reads() { holds "$1 shows what is read" "jq -c . $tmp/blocks/$1-input-1.json | $2"; }
supernet='--weights super.safetensors --valid valid.jsonl'
reads sample-arch.1 'sample-arch -n 1'
reads profile-arch.1 profile-arch
reads measure-lat.1 'measure-lat -q'
reads predict-lat.1 'predict-lat -p lat.mlp'
reads eval-arch.1 "eval-arch $supernet"
reads fit-mlp.1 'jq -c "range(20) as \$i | .arch.encoder_ffn_embed_dim[0] += \$i" |
	fit-mlp -q --steps 5 -o one.mlp'
reads soft-label.1 'soft-label -q --weights model.safetensors'
reads translate.1 'translate --max-len-b 5 --weights model.safetensors'
reads train-super.1 'train-super -q --space space.json --max-update 1 -o one.safetensors'
reads train-sub.1 'train-sub -q --arch arch.json --max-update 1 -o one.safetensors'
reads bleu.1 bleu
reads rank-corr.1 'jq -c "., .arch.encoder_embed_dim = 16" |
	rank-corr --truth bleu --by params --by -valid_loss'
holds 'encode-text.1 shows what is read' \
	"encode-text -q --src-dict src.dict <$tmp/blocks/encode-text.1-input-1.text"

# and as output is printed: shown PAGE N 'program ..', whose last record has all
# the members of the page's
members='[paths | map(select(type == "string"))] | unique'
missing() { # page's record, printed records: members that are not printed
	jq -c --slurpfile real "$2" "($members) - (\$real[-1] | $members)" "$1" | sort -u
}
shown() {
	is "$1 shows what is printed" "missing $tmp/blocks/$1-output-$2.json <($3)" '[]'
}
shown sample-arch.1 1 'sample-arch -n 1 <space.json'
shown profile-arch.1 1 'profile-arch <arch.json'
shown measure-lat.1 1 'cat lat.jsonl'
shown quantize.1 1 'quantize -o small model.safetensors | sed 1q'
shown predict-lat.1 1 'predict-lat -p lat.mlp <arch.json'
shown fit-mlp.1 1 'cat report.json'
shown eval-arch.1 1 "eval-arch $supernet <arch.json"
shown evolve.1 1 "evolve -q $supernet --predictor lat.mlp --limit 1000 --population 4 \
	--parents 2 --mutations 1 --crossovers 1 --iterations 1 <space.json"
shown train-sub.1 1 "jq 'select(.event == \"valid\")' sub.log"
shown encode-text.1 1 'head -n 1 train.jsonl'
shown soft-label.1 1 'soft-label -q --weights model.safetensors <test.jsonl'
shown translate.1 1 'cat hyps.jsonl'
shown bleu.1 1 'bleu <hyps.jsonl'
shown rank-corr.1 1 'rank-corr --truth bleu --by params --within arch.decoder_layer_num ranks.jsonl'
# a table of HAT's: ten features, means and deviations of latencies
tr '\n' , <<-N | sed 's/,$/\n/' >wmt14enfr_cpu_raspberrypi.csv
	encoder_embed_dim
	encoder_layer_num
	encoder_ffn_embed_dim_avg
	encoder_self_attention_heads_avg
	decoder_embed_dim
	decoder_layer_num
	decoder_ffn_embed_dim_avg
	decoder_self_attention_heads_avg
	decoder_ende_attention_heads_avg
	decoder_arbitrary_ende_attn_avg
	latency_mean_encoder
	latency_mean_decoder
	latency_std_encoder
	latency_std_decoder
N
echo 640,6,2304,5,512,1,1024,2,8,1,237.5,3746.75,0.360250473,6.62875172 \
	>>wmt14enfr_cpu_raspberrypi.csv
page() { jq -c . "$tmp/blocks/$1.json"; }
is    'import-hat.1 shows what is printed' 'import-hat wmt14enfr_cpu_raspberrypi.csv' \
	"$(page import-hat.1-output-1)"
is    'the architecture of milliner.7 is one of its space' "page milliner.7-records-2 |
	jq --slurpfile space $tmp/blocks/milliner.7-records-1.json -f $top/tests/jq/space-of.jq" ''
is    'the short name of milliner.7 is that of its architecture' '
	page milliner.7-records-2 | jq -c "del(.arch_id)" | profile-arch | jq -c .arch_id' \
	"$(page milliner.7-records-2 | jq -c .arch_id)"
is    'the profile of milliner.7 is that of its architecture' '
	page milliner.7-records-2 | profile-arch | jq -c "del(.arch, .task, .arch_id)"' \
	"$(page milliner.7-records-3)"
finish
