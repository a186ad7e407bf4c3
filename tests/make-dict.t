. "${0%/*}/lib.sh"
printf 'b a  b@@ \xc3\xa9 b\n\nz y x\t<unk> a\r\n' >text
printf 'a b\tc d\td e\nb b\tc\t\n' >tsv
printf 'a b\tc d\nb b\tc\n' >two
echo a >one
usual make-dict 'make-dict <text'
is    'falling count, then bytes' 'make-dict <text' $'a 2\nb 2\nb@@ 1\nx 1\ny 1\nz 1\n\xc3\xa9 1'
same  'the order does not depend on the input' 'make-dict <text' 'tac text | make-dict'
same  'zstd is read' 'make-dict <text' 'zstd -q <text | make-dict'
is    'files are counted instead of stdin' 'make-dict text text <text | head -3' $'a 4\nb 4\nb@@ 2'
is    'stdin is counted where it is named' 'make-dict text - <text | head -1' 'a 4'
mkfifo pipe
same  'stdin is not waited for' 'make-dict <text' 'exec 3<>pipe; make-dict text <&3'
is    'a loop keeps its list' '
	printf "text\ntsv\n" |
		while read -r f; do make-dict $f >/dev/null; echo $f; done' $'text\ntsv'
is    'files that do not end in a newline' '
	printf "x y" >1; printf "z\r" >2; make-dict 1 2 1' $'x 2\ny 2\nz 1'
is    'all columns' 'make-dict <tsv' $'b 3\nc 2\nd 2\na 1\ne 1'
is    '--joined takes two columns' 'make-dict --joined <tsv' $'b 3\nc 2\na 1\nd 1'
is    '--column takes one' 'make-dict --column 2 <tsv' $'c 2\nd 1'
is    '--threshold' 'make-dict --threshold 2 <text' $'a 2\nb 2'
is    '--nwords' 'make-dict --nwords 3 <text' $'a 2\nb 2\nb@@ 1'
is    '--padding-factor counts the specials' 'make-dict -n 1 --padding-factor 8 <text' \
	$'a 2\nmadeupword0000 0\nmadeupword0001 0\nmadeupword0002 0'
is    'a full one is not padded' 'make-dict -n 4 -p 8 <text | wc -l' 4
is    'no made-up word twice' \
	'echo madeupword0000 | make-dict -p 3' $'madeupword0000 1\nmadeupword0001 0'
refuses 1 <<'R'
a column that is not there ;; make-dict --column 3 <two ;; make-dict: stdin:1: want 3 columns, not 2
a TAB inside a sentence ;; printf 'a\tb\na\tx\tb\n' | make-dict -J
	;; make-dict: stdin:2: 3 columns, but 2 in the lines before: a TAB inside a sentence?
--joined without a second column ;; make-dict tsv one -J ;; make-dict: one:1: want 2 columns, not 1
no words ;; make-dict </dev/null ;; make-dict: stdin: no words
no words in a file ;; echo >blank; make-dict blank ;; make-dict: blank: no words
no words in several files ;; make-dict blank blank ;; make-dict: blank and others: no words
no words are left ;; make-dict -t 9 <text ;; make-dict: stdin: no words are left
not UTF-8 ;; printf 'a\nb \xff\n' | make-dict ;; make-dict: stdin:2: not UTF-8 in byte 3
a file that is not there ;; make-dict nowhere <text ;; make-dict: nowhere: No such file or directory
truncated zstd ;; seq 99999 | zstd -q | head -c 9000 | make-dict
	;; make-dict: stdin: truncated zstd data
R
refuses 2 <<<'--joined and --column ;; make-dict -J -c 1 <tsv ;; exclude each other'
# Python's words and fairseq's order: tests/golden/make-text.py
golden() { # jq's way to {corpus, args, dict} of a file
	jq -c "$1" "$2" >g
	while read -r g; do
		jq -j .corpus <<<"$g" | make-dict $(jq -r '.args[]' <<<"$g") |
			cmp - <(jq -j .dict <<<"$g") || return 1
	done <g
	[ -s g ]
}
holds 'golden dictionaries' "golden 'select(.corpus)' $top/tests/golden/text.jsonl"
hat=$shared/hat/golden/text.json
of_hat='.corpus as $corpus | .dictionaries[] | {$corpus, dict, args: ["-p", .padding_factor,
	"-t", ([1, .threshold] | max), "-n", ([4, .nwords_with_4_specials] | max - 4)]}'
[ ! -f "$hat" ] || holds "HAT's dictionaries" 'golden "$of_hat" "$hat"'
finish
