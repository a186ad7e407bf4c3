# Rules of the house that no compiler checks.
. "${0%/*}/lib.sh"
cd "$top" || exit 1
command -v gcc >/dev/null || skip "no gcc to strip comments"

# Who may print and die: programs, the rooms base and rec, and the files named
# *_rec.c, which know what the user wrote: the line, the file, the option.
# The rest returns -1 and a reason.
ends='\b(die|die_usage|warn|in_fail|sig_die|exit|_exit|abort|perror'
ends+='|printf|puts|putchar|vprintf|fputs|fprintf|rec_put(_line)?|out_flush)\(|\bstd(out|err)\b'
dying() { # files that have such a call outside comments and strings
	gcc -fpreprocessed -dD -E -P "$@" 2>/dev/null | sed 's/"[^"]*"//g' | finds -E "$ends"
}
others() { ls lib/*/*.c | grep -vE '^lib/(base|rec)/|_rec\.c$'; }
found=$(for f in $(others); do dying "$f" && echo "$f"; done)
is 'only programs, base, rec and *_rec.c print or die' 'echo "$found"' ''
echo 'int f(void) { /* die( */ g("die("); return 0; }' >"$tmp/quiet.c"
echo 'int f(void) { die("x"); }' >"$tmp/dies.c"
is 'a call that prints or dies is found, a comment or a text is none' \
	'for f in quiet dies; do dying $tmp/$f.c; echo $?; done | tr "\n" " "' '1 0 '

hasty() { # pipes that end in a grep that stops early: see finds
	sed -nE -e ':a' -e '/\|$/{N;ba' -e '}' -e 's/\n\s*/ /g' \
		-e '/[^|]\|\s*grep (-\w+ )*-\w*q/p' "$@"
}
is 'no pipe of a test ends in a grep that stops early' 'hasty tests/*.t tests/*.sh' ''
q=-q
printf '%s\n' 'a |' "	grep -E $q b" "c | grep $q d" "e || grep $q f" >"$tmp/pipes"
is 'a grep that stops early is found, on a line of its own, too' 'hasty $tmp/pipes' \
	"a | grep -E $q b"$'\n'"c | grep $q d"

# A header declares what its own file defines.
strayed() {
	for f in lib/*/*.h lib/*/*.c; do
		echo "@ $f"; gcc -fpreprocessed -dD -E -P "$f"
	done 2>/dev/null | awk -f "$top/tests/headers.awk"
}
is 'a header declares what its own file defines' strayed ''
mkdir -p "$tmp/lib/room"
echo 'int f(void), g(void);' >"$tmp/lib/room/a.h"
printf 'int\nf(void)\n{\n}\nint\nh(void)\n{\n}\n' >"$tmp/lib/room/b.c"
printf 'int\ng(void)\n{\n}\n' >"$tmp/lib/room/a_more.c"
is 'a header that declares what another file defines is found' '(cd $tmp && strayed)' \
	'f() of lib/room/b.c is declared in a'

# Lines end where a narrow window does.
long() { # COLUMNS FILE ..: those that are longer
	local f
	for f in "${@:2}"; do
		expand -t8 "$f" | grep -nE ".{$(($1 + 1))}" | sed "s|:.*||; s|^|$f:|"
	done
}
is 'lines of C have at most 80 columns' \
	'long 80 bin/*.c lib/*/*.[ch] lib/opencl/kernels.cl' ''
printf '\t%072d\n\t%073d\n' 1 1 >"$tmp/long.c"
is 'a longer line of C is found' 'long 80 $tmp/long.c' "$tmp/long.c:2"
tests='tests/*.t'
scripts() { # FOLDER ..: what is for make, the shell, awk, jq or gnuplot, by its name or #!
	find "$@" -type f -exec awk 'FILENAME ~ /[.](awk|gp|jq|mk|sh|t)$/ || /^#!.*sh/ {
		print FILENAME } { nextfile }' {} +
}
is 'lines of tests, scripts and makefiles have at most 100 columns' \
	'long 100 Makefile $(scripts bin data lib pipelines tests)' ''
mkdir "$tmp/scripts"
for f in a.awk a.gp a.jq a.mk a.sh a.t; do
	printf '\t%092d\n\t%093d\n' 1 1 >"$tmp/scripts/$f"
done
printf '#!/bin/sh\n\t%093d\n' 1 >"$tmp/scripts/run"
printf 'a text\n\t%093d\n' 1 >"$tmp/scripts/text"
is 'a longer line of a script is found' \
	'long 100 $(scripts $tmp/scripts | sort) | sed "s|.*/||" | paste -sd" "' \
	'a.awk:2 a.gp:2 a.jq:2 a.mk:2 a.sh:2 a.t:2 run:2'

# Bad input stands in tables (refuses): name, command, message.
loose() { grep -nE '^\s*exits [12]\b' "$@" /dev/null | cut -d: -f1,2; }
is 'bad input stands in tables, with what is said of it' 'loose $tests' ''
printf "%s\n" "exits 0 'help' ls" "	exits 1 'no such file' 'ls nothing'" >"$tmp/loose.t"
is 'bad input outside of a table is found' 'loose $tmp/loose.t' "$tmp/loose.t:2"

# The demo's grammar is the largest room: it is in no program that filters.
with() {
	for p in "$MILLINER_BIN"/*; do
		nm "$p" | grep " T $1\$" >/dev/null && echo "${p##*/}"
	done
}
is 'grammar is linked by make-corpus alone' 'with corpus_add' make-corpus
is 'what reads HAT'\''s files is linked by import-hat alone' 'with hat_import' import-hat
is 'search is linked by evolve alone' 'with search_ask' evolve

# A room sees the rooms that it needs, and no other.
sees() { echo "#include \"$2\"" | gcc -I"$MILLINER_BIN/../rooms/$1" -E -xc - >/dev/null 2>&1; }
holds 'model sees num' 'sees model num/gemm.h'
holds 'num does not see model' '! sees num model/pass.h'
holds 'decode does not see train' '! sees decode train/trainer.h'
finish
