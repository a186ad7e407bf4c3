# Input is told apart by its content, wherever it comes from.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
mark='\xef\xbb\xbf'
of() { # filter: its command, without stdin; what it writes goes nowhere
	local file=; is_writer $1 && file=/dev/null
	echo "${run[$1]} $file"
}
readers=; for p in $filters; do [ ${in[$p]} = /dev/null ] || readers+="$p "; done

for p in $readers; do
	f=${in[$p]} prog=$(of $p)
	eval "$prog <$f" | lasting >want
	got() { eval "$prog" | lasting | cmp - want; }
	frame() { zstd -qc "$@"; }
	empty() { zstd -q </dev/null; }
	holds "$p: a byte order mark" "{ printf '$mark'; cat $f; } | got"
	holds "$p: a byte order mark in zstd data" "{ printf '$mark'; cat $f; } | zstd -q | got"
	holds "$p: zstd without a content size" "frame --no-content-size <$f | got"
	holds "$p: zstd data in several frames" \
		"while IFS= read -r l; do printf '%s\n' \"\$l\" | zstd -q; done <$f | got"
	holds "$p: zstd data, an empty frame first" "{ empty; frame <$f; empty; } | got"
	holds "$p: zstd data, a frame to be skipped first" \
		"{ printf 'P*M\x18\x03\0\0\0abc'; frame <$f; } | got"
	holds "$p: zstd data, frames to be skipped between and behind" "{ empty
		printf '_*M\x18\0\0\0\0'; frame <$f; printf 'Z*M\x18\x01\0\0\0x'; } | got"
	holds "$p: zstd data with a window of 128 MB" "frame --long=27 --no-content-size <$f | got"
	holds "$p: zstd data, byte by byte" "frame <$f | dd bs=1 status=none | got"
	for n in 1 2 3 4; do
		ends="timeout 20 $prog; [ \$? -le 1 ]"
		holds "$p: $n bytes of zstd data end" "frame <$f | head -c $n | $ends"
		holds "$p: $n bytes of a frame to be skipped end" \
			"printf 'P*M\x18' | head -c $n | $ends"
	done
	refuses 1 <<R
$p: UTF-16 ;; iconv -t UTF-16 $f | $prog ;;
	$p: stdin: UTF-16, want UTF-8: convert it by iconv
$p: UTF-16 without a mark ;; iconv -t UTF-16LE $f | $prog ;; UTF-16, want UTF-8
$p: gzip data ;; gzip -c $f | $prog ;;
	$p: stdin: compressed, and not by zstd: zcat unpacks it
$p: something behind zstd data ;; { frame $f; echo more behind it; } | $prog ;;
	something else follows the zstd data
$p: zstd data that end too early ;; frame $f | head -c -5 | $prog ;; truncated zstd data
$p: a folder ;; $prog <. ;; $p: stdin: Is a directory
R
done
refuses 1 alone <<'R'
something behind zstd data ;; { zstd -qc archs; echo more behind it; } | profile-arch >/dev/null ;;
	profile-arch: stdin:3: something else follows the zstd data
R
refuses 1 <<'R'
a window that is too large ;; printf '\x28\xb5\x2f\xfd\x00\xa8\x01\0\0' | profile-arch ;;
	compressed with a window above 128 MB: unpack it by zstd -dc --long=31
R

# what is printed does not come in again
for p in $readers; do
	prog=$(of $p)
	cp ${in[$p]} both; cp both before
	refuses 1 <<R
$p: an input that is also stdout ;; $prog <both >>both ;;
	$p: stdin: is also stdout: what is printed would get into what is read
$p: an input that is also stdout, which reads it ;; $prog <both 1<>both ;;
	$p: stdin: is also stdout
R
	holds "$p: an input that is also stdout stays" 'cmp both before'
done
refuses 1 <<'R'
a file that is also stdout ;; cp archs both; profile-arch both >>both ;;
	profile-arch: both: is also stdout
/dev/stdin beside - ;; profile-arch - /dev/stdin <archs ;; stdin: is named for two inputs
stdin for an option beside the records ;;
	cat few | eval-arch -q --weights super --valid /dev/stdin ;; stdin: is named for two inputs
/dev/fd/0 for two texts ;;
	encode-text --src-dict dict --source /dev/fd/0 --target - <text ;;
	encode-text: stdin: only one of the texts can be read from it
/proc/self/fd/0 for two texts ;;
	encode-text --src-dict dict --source /proc/self/fd/0 --target - <text ;;
	encode-text: stdin: only one of the texts can be read from it
R
for name in /dev/fd/0 /proc/self/fd/0; do
	same "$name alone" "make-dict $name <text" 'make-dict text'
done

# what has no end
for p in make-dict profile-arch translate; do
	refuses 1 <<<"$p: /dev/zero ;; $(of $p) </dev/zero ;;
	$p: stdin:1: no text: a NUL byte in a line of more than 16 MB"
done
same  'a long line is text' 'head -c 20000000 /dev/zero | tr "\0" a | make-dict | wc -c' \
	'echo 20000003'

# marks of files that were put together
printf "${mark}w1 w2\n" >b1; printf "${mark}w2 w3\n" >b2
printf '%s 9\n' w1 w2 w3 >b3
both() { cat b1 b2; }
printf "w1\n${mark}w1\n" >b4
words=$'w2 2\nw1 1\nw3 1'
is    'a mark in the middle makes no word' 'both | make-dict' "$words"
is    'a mark behind a TAB makes no word' 'paste b1 b2 | make-dict; paste b1 b2 | make-dict -J' \
	"$words"$'\n'"$words"
is    'a mark in the middle of sentences' \
	'both | encode-text --src-dict b3' $'{"src":[4,5,2]}\n{"src":[5,6,2]}'
is    'a mark behind a TAB is of no sentence' 'paste b1 b2 | encode-text --src-dict b3 --ref' \
	'{"src":[4,5,2],"tgt":[5,6,2],"ref":"w2 w3"}'
is    'a mark in the middle of text that begins with none is a character' \
	'make-dict <b4 | wc -l' 2
is    'a mark in the middle of references' 'bleu -b -m chrf -r <(both) <<<$'"'w1 w2\nw2 w3'" 100.0
same  'a mark in the middle of records' "sed 's/^/$mark/' archs | profile-arch" \
	'profile-arch archs'

# files that options name
marked() { for f; do { printf "$mark"; cat $f; } >marked.$f; done; }
marked dict few space.json arch.json text scored
same  'a dictionary with a mark' 'encode-text --src-dict marked.dict <text' \
	'encode-text --src-dict dict <text'
same  'pairs with a mark' 'eval-arch -q --weights super --valid marked.few <archs' \
	'eval-arch -q --weights super --valid few <archs'
same  'a space with a mark' 'sample-arch --space marked.space.json' \
	'sample-arch --space space.json'
holds 'an architecture with a mark' "train-sub --arch marked.arch.json $train -o a <pairs"
sub="train-sub --arch arch.json --share-all-embeddings $train"
holds 'a dictionary with a mark that is kept in the weights' \
	"$sub --src-dict marked.dict -o b <pairs && $sub --src-dict dict -o a <pairs && cmp a b"
same  'references with a mark' 'bleu -r marked.text <text' 'bleu -r text <text'
same  'systems with a mark' 'bleu --paired scored marked.scored' \
	'bleu --paired scored scored | sed "2s/\"scored\"/\"marked.scored\"/"'
same  'text to count with a mark' 'make-dict marked.text </dev/null' 'make-dict text </dev/null'
iconv -t UTF-16 dict >dict16
refuses 1 <<R
a dictionary in UTF-16 ;; encode-text --src-dict dict16 <text ;; dict16: UTF-16
stdin for an option, by a dash, and for pairs ;; train-sub --arch - $train -o a <arch.json ;;
	stdin: is named for two inputs
R
holds 'weights from stdin' \
	'average-weights - -o a <super && average-weights super -o b && cmp a b'
holds 'weights from a pipe' 'zstd -qc super | average-weights - -o a && cmp a b'
holds 'a predictor from a descriptor' 'fit-mlp -q --from /dev/fd/9 -o a <lats 9<mlp'

# who waits for an answer gets it: no first line waits for more bytes
for line in 'a' '(' '()' '(a' 'P' 'P*' 'P*M' '_' '_*' '' ' '; do
	coproc ask { exec translate -q --text --batch 1 --max-len-b 3 -w super; }
	pid=$!
	printf '%s\n' "$line" >&${ask[1]}
	IFS= read -r -t 60 -u ${ask[0]} answer
	report $? "[$line] is answered at once"
	kill $pid; wait $pid 2>/dev/null
done

# CSVs
import-hat <csv >want
reads() { # what, how it becomes so
	holds "a CSV $1" "$2 | import-hat | cmp - want"
}
semicolons() { tr , ';' <csv; }
reads 'with CRLF' "sed 's/\$/\r/' csv"
reads 'with quotes' "sed 's/[^,]*/\"&\"/g' csv"
reads 'with names quoted only' "sed '1s/[^,]*/\"&\"/g' csv"
reads 'as pandas writes it, with an index' "sed '1s/^/,/; 2s/^/0,/' csv"
reads 'with a named index' "sed '1s/^/Unnamed: 0,/; 2s/^/0,/' csv"
reads 'with semicolons' semicolons
reads 'with semicolons and decimal commas' "semicolons | sed '2s/\./,/g'"
reads 'with semicolons, decimal commas and quotes' \
	"semicolons | sed '2s/\./,/g; s/[^;]*/\"&\"/g'"
reads 'with tabs' "tr , '\t' <csv"
reads 'with blank lines behind it' "{ cat csv; printf '\n\r\n'; }"
reads 'with empty rows behind it' "{ cat csv; echo ,,,,,,,,,,,,,; }"
reads 'with rows filled up' "sed '2s/\$/,,/' csv"
reads 'without a last newline' "printf %s \"\$(cat csv)\""
reads 'with other columns between' "sed '1s/,/,note,/; 2s/,/,\"a, \"\"b\"\"\",/' csv"
reads 'with its columns in another order' \
	"awk -F, -v OFS=, '{ for (i = NF; i > 1; i--) printf \"%s,\", \$i; print \$1 }' csv"
reads 'with blanks' "sed 's/,/ , /g' csv"
reads 'with scientific numbers' "sed '2s/640/6.4e2/; 2s/124.5/1.245E+02/' csv"
reads 'with a mark, quotes and CRLF' \
	"{ printf '$mark'; sed 's/[^,]*/\"&\"/g; s/\$/\r/' csv; }"
refuses 1 <<'R'
a quote that is not closed ;; sed '2s/640/"640/' csv | import-hat ;;
	stdin:2: a quote that is not closed
a decimal comma between commas ;; sed '2s/5\.25/5,25/' csv | import-hat ;;
	stdin:2: want 14 columns, not 15
an empty cell ;; sed '2s/5\.25//' csv | import-hat ;;
	stdin:2: latency_mean_encoder: want a number above 0, not ""
commas for thousands and decimals ;; semicolons | sed '2s/124\.5/1.124,5/' | import-hat ;;
	import-hat: stdin:2: latency_mean_decoder: want a number above 0, not "1.124,5"
R
finish
