# stdin, stdout or stderr that was closed: no file that is opened takes its place.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
for p in $filters; do
	is    "$p: is in the table" "ls $top/bin/$p.c" "$top/bin/$p.c"
	file=; is_writer $p && file=out
	rm -f out
	eval "${run[$p]} $file" <${in[$p]} 2>messages | lasting >want
	[ -z "$file" ] || mv out want.out
	same_file() { [ -z "$file" ] || cmp out want.out; }

	holds "$p without stderr: the same results" "${run[$p]} $file <${in[$p]} 2>&- | lasting | cmp - want && same_file"
	rm -f out
	if [ -s want ]; then
		exits 1 "$p without stdout" "${run[$p]} $file <${in[$p]} >&-"
		says  "$p says so" "$p: stdout: is closed"
		# a report is printed when its file is there
		[[ $p = fit-mlp || $p = quantize ]] || is "$p leaves nothing behind" 'ls out .*.part 2>/dev/null' ''
	else
		holds "$p does not need stdout" "${run[$p]} $file <${in[$p]} >&- && same_file"
	fi
	rm -f out
	if [ ${in[$p]} = /dev/null ]; then
		holds "$p does not need stdin" "${run[$p]} $file <&- | lasting | cmp - want && same_file"
	else
		exits 1 "$p without stdin" "${run[$p]} $file <&-"
		says  "$p says so" "$p: stdin: is closed"
		is    "$p leaves nothing behind" 'ls out .*.part 2>/dev/null' ''
	fi
	rm -f out
	exits 1 "$p --help without stdout" "$p --help >&-"
	rm -f out
done
is    'every filter was tried' "ls $top/bin/*.c | wc -l" "$(wc -w <<<"$filters")"
finish
