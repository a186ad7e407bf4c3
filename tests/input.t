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
	f=${in[$p]}
	eval "$(of $p) <$f" | lasting >want
	got() { eval "$(of $p)" | lasting | cmp - want; }
	holds "$p: a byte order mark" "{ printf '$mark'; cat $f; } | got"
	holds "$p: in zstd data, too" "{ printf '$mark'; cat $f; } | zstd -q | got"
	exits 1 "$p: UTF-16" "iconv -t UTF-16 $f | $(of $p)"
	says  "$p says so" "$p: stdin: UTF-16, want UTF-8: convert it by iconv"
	exits 1 "$p: UTF-16 without a mark" "iconv -t UTF-16LE $f | $(of $p)"
	says  "$p says so" "UTF-16, want UTF-8"
	exits 1 "$p: gzip data" "gzip -c $f | $(of $p)"
	says  "$p says so" "$p: stdin: compressed, and not by zstd: zcat unpacks it"

	holds "$p: zstd without a content size" "zstd -qc --no-content-size <$f | got"
	holds "$p: in several frames" "while IFS= read -r l; do printf '%s\n' \"\$l\" | zstd -q; done <$f | got"
	holds "$p: an empty frame first" "{ zstd -q </dev/null; zstd -qc <$f; zstd -q </dev/null; } | got"
	holds "$p: a frame to be skipped first" "{ printf 'P*M\x18\x03\0\0\0abc'; zstd -qc <$f; } | got"
	holds "$p: others between and behind" "{ zstd -q </dev/null; printf '_*M\x18\0\0\0\0'; zstd -qc <$f; printf 'Z*M\x18\x01\0\0\0x'; } | got"
	holds "$p: a window of 128 MB" "zstd -qc --long=27 --no-content-size <$f | got"
	exits 1 "$p: something behind zstd data" "{ zstd -qc $f; echo more behind it; } | $(of $p)"
	exits 1 "$p: zstd data that end too early" "zstd -qc $f | head -c -5 | $(of $p)"
	says  "$p says so" "truncated zstd data"
	holds "$p: byte by byte" "zstd -qc <$f | dd bs=1 status=none | got"
	for n in 1 2 3 4; do
		holds "$p: $n bytes of zstd end" "zstd -qc <$f | head -c $n | timeout 20 $(of $p); [ \$? -le 1 ]"
		holds "$p: $n bytes of a frame to be skipped" "printf 'P*M\x18' | head -c $n | timeout 20 $(of $p); [ \$? -le 1 ]"
	done
	exits 1 "$p: a folder" "$(of $p) <."
	says  "$p says so" "$p: stdin: Is a directory"
done
is    'something behind zstd data is told' "{ zstd -qc archs; echo more behind it; } | profile-arch 2>&1 >/dev/null" 'profile-arch: stdin:3: something else follows the zstd data'
exits 1 'a window that is too large' 'printf "\x28\xb5\x2f\xfd\x00\xa8\x01\0\0" | profile-arch'
says  'says what to do' 'compressed with a window above 128 MB: unpack it by zstd -dc --long=31'

# what is printed does not come in again
for p in $readers; do
	cp ${in[$p]} both; cp both before
	exits 1 "$p: an input that is also stdout" "$(of $p) <both >>both"
	says  "$p says so" "$p: stdin: is also stdout: what is printed would get into what is read"
	holds "$p: it stays" 'cmp both before'
	exits 1 "$p: stdin by another name is stdin, once" "$(of $p) <both 1<>both"
done
refuses 1 <<'R'
a file that is also stdout ;; cp archs both; profile-arch both >>both ;; profile-arch: both: is also stdout
/dev/stdin beside - ;; profile-arch - /dev/stdin <archs ;; stdin: is named for two inputs
for an option beside the records ;; cat few | eval-arch -q --weights super --valid /dev/stdin ;; stdin: is named for two inputs
R
for name in /dev/fd/0 /proc/self/fd/0; do
	exits 1 "$name for two texts" "encode-text --src-dict dict --source $name --target - <text"
	same "$name alone" "make-dict $name <text" 'make-dict text'
done

# what has no end
for p in make-dict profile-arch translate; do
	exits 1 "$p /dev/zero" "$(of $p) </dev/zero"
	says  'is no text' "$p: stdin:1: no text: a NUL byte in a line of more than 16 MB"
done
same  'a long line is text' 'head -c 20000000 /dev/zero | tr "\0" a | make-dict | wc -c' 'echo 20000003'

# files that options name
marked() { for f; do { printf "$mark"; cat $f; } >marked.$f; done; }
marked dict few space.json arch.json text scored
same  'a dictionary with a mark' 'encode-text --src-dict marked.dict <text' 'encode-text --src-dict dict <text'
same  'pairs' 'eval-arch -q --weights super --valid marked.few <archs' 'eval-arch -q --weights super --valid few <archs'
same  'a space' 'sample-arch --space marked.space.json' 'sample-arch --space space.json'
holds 'an architecture' "train-sub --arch marked.arch.json $train -o a <pairs"
holds 'a dictionary that is kept in the weights' "train-sub --arch arch.json --src-dict marked.dict --share-all-embeddings $train -o b <pairs && train-sub --arch arch.json --src-dict dict --share-all-embeddings $train -o a <pairs && cmp a b"
same  'references' 'bleu -r marked.text <text' 'bleu -r text <text'
same  'systems' 'bleu --paired scored marked.scored' 'bleu --paired scored scored | sed "s/\"system\":\"scored\"/&/2; 2s/\"scored\"/\"marked.scored\"/; s/Baseline: marked/Baseline: /"'
same  'text to count' 'make-dict marked.text </dev/null' 'make-dict text </dev/null'
exits 1 'a dictionary in UTF-16' 'iconv -t UTF-16 dict >dict16; encode-text --src-dict dict16 <text'
says  'is named' 'dict16: UTF-16'
exits 1 'a dash is stdin for an option, too' "train-sub --arch - $train -o a <arch.json"
says  'but not for two' 'stdin: is named for two inputs'
holds 'weights from stdin' 'average-weights - -o a <super && average-weights super -o b && cmp a b'
holds 'weights from a pipe' 'zstd -qc super | average-weights - -o a && cmp a b'
holds 'a predictor' 'fit-mlp -q --from /dev/fd/9 -o a <lats 9<mlp'

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
reads() { # what command
	holds "a CSV $1" "$2 | import-hat | cmp - want"
}
reads 'with CRLF' "sed 's/\$/\r/' csv"
reads 'with quotes' "sed 's/[^,]*/\"&\"/g' csv"
reads 'with names quoted only' "sed '1s/[^,]*/\"&\"/g' csv"
reads 'as pandas writes it, with an index' "sed '1s/^/,/; 2s/^/0,/' csv"
reads 'with a named index' "sed '1s/^/Unnamed: 0,/; 2s/^/0,/' csv"
reads 'with semicolons' "tr , ';' <csv"
reads 'and decimal commas' "tr , ';' <csv | sed '2s/\./,/g'"
reads 'and quotes' "tr , ';' <csv | sed '2s/\./,/g; s/[^;]*/\"&\"/g'"
reads 'with tabs' "tr , '\t' <csv"
reads 'with blank lines behind it' "{ cat csv; printf '\n\r\n'; }"
reads 'with empty rows behind it' "{ cat csv; echo ,,,,,,,,,,,,,; }"
reads 'with rows filled up' "sed '2s/\$/,,/' csv"
reads 'without a last newline' "printf %s \"\$(cat csv)\""
reads 'with other columns between' "sed '1s/,/,note,/; 2s/,/,\"a, \"\"b\"\"\",/' csv"
reads 'with its columns in another order' "awk -F, -v OFS=, '{ for (i = NF; i > 1; i--) printf \"%s,\", \$i; print \$1 }' csv"
reads 'with blanks' "sed 's/,/ , /g' csv"
reads 'with scientific numbers' "sed '2s/640/6.4e2/; 2s/124.5/1.245E+02/' csv"
reads 'with a mark, quotes and CRLF' "{ printf '$mark'; sed 's/[^,]*/\"&\"/g; s/\$/\r/' csv; }"
refuses 1 <<R
a quote that is not closed ;; sed '2s/640/"640/' csv | import-hat ;; stdin:2: a quote that is not closed
a decimal comma between commas ;; sed '2s/5\.25/5,25/' csv | import-hat ;; stdin:2: want 14 columns, not 15
an empty cell ;; sed '2s/5\.25//' csv | import-hat ;; stdin:2: latency_mean_encoder: want a number above 0, not ""
R
exits 1 'thousands and decimals' "tr , ';' <csv | sed '2s/124\.5/1.124,5/' | import-hat"
finish
