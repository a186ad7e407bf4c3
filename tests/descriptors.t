# stdin, stdout or stderr that was closed: no file that is opened takes its place.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
nothing_left() { is "$1: nothing is left behind" 'ls out .*.part 2>/dev/null' ''; }
for p in $filters; do
	is    "$p: is in the table" "ls $top/bin/$p.c" "$top/bin/$p.c"
	file=; is_writer $p && file=out
	rm -f out
	command="${run[$p]} $file" from=${in[$p]}
	eval "$command" <$from 2>messages | lasting >want
	[ -z "$file" ] || mv out want.out
	same_file() { [ -z "$file" ] || cmp out want.out; }

	holds "$p without stderr: the same results" \
		"$command <$from 2>&- | lasting | cmp - want && same_file"
	rm -f out
	if [ -s want ]; then
		refuses 1 <<<"$p without stdout ;; $command <$from >&- ;; $p: stdout: is closed"
		# a report is printed when its file is there
		[[ $p = fit-mlp || $p = quantize ]] || nothing_left "$p without stdout"
	else
		holds "$p does not need stdout" "$command <$from >&- && same_file"
	fi
	rm -f out
	if [ $from = /dev/null ]; then
		holds "$p does not need stdin" "$command <&- | lasting | cmp - want && same_file"
	else
		refuses 1 <<<"$p without stdin ;; $command <&- ;; $p: stdin: is closed"
		nothing_left "$p without stdin"
	fi
	rm -f out
	refuses 1 <<<"$p --help without stdout ;; $p --help >&- ;; $p: stdout: is closed"
	rm -f out
done
is    'every filter was tried' "ls $top/bin/*.c | wc -l" "$(wc -w <<<"$filters")"
finish
