# lib.sh - TAP from shell tests. Source it, call the functions, end in finish.
#
#   exits N  'what' 'command'   the command exits N; its stderr goes to $err
#   says     'what' 'text'      the last command's stderr contains text
#   prints   'what' 'text'      the last command's stdout contains text
#   same     'what' 'a' 'b'     two commands print the same bytes
#   is       'what' 'command' 'text'   it prints exactly text
#   holds    'what' 'command'   the command succeeds
#   skip     'why'              ends this test file, nothing failed
#   true_of  'what' FILE 'jq program' ..   jq says true of its records, an array
#   silent   'what'             the last command said nothing on stderr
#   refuses N                   a table of bad input on stdin: lines "what ;;
#                               command ;; message", for exits N and says;
#                               a line that begins with a tab goes on with it
#   refuses N alone             the message is all that is printed
#
# says, prints and silent are about the last command: reported with its name
# before theirs, they can be read alone.
set -uo pipefail
unset CDPATH
# Some tests run as another user, who must read what was made here.
umask 022
: "${MILLINER_BIN:?run by tests/run or make test}"
top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
shared=${MILLINER_DATA:-$top/../shared/data}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/milliner-test.XXXXXX")
made=("$tmp")
trap 'rm -rf "${made[@]}"' EXIT
# Tests name files without quotes: a folder with a blank gets a link without.
case $tmp$top$shared in *[!A-Za-z0-9._/+@,-]*)
	links=$(mktemp -d /tmp/milliner-links.XXXXXX)
	chmod 755 "$links"
	made+=("$links")
	ln -s "$top" "$links/top"
	ln -s "$tmp" "$links"
	ln -s "$(realpath -m "$shared")" "$links/shared"
	MILLINER_BIN=${MILLINER_BIN/#"$top"/$links/top}
	top=$links/top tmp=$links/${tmp##*/} shared=$links/shared ;;
esac
data=$top/data
path=$PATH   # for those who shall not find the build's programs
export PATH=$MILLINER_BIN:$PATH
cd "$tmp" || exit 1
out=$tmp/.out.0 err=$tmp/.err.0 spare=1
# Letters of more than one byte, where a bare system knows only ASCII.
[ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8
if [ "${TEST_ISA:-}" ]; then
	mkdir .isa; PATH=$tmp/.isa:$PATH
	for p in translate measure-lat train-super train-sub soft-label eval-arch evolve; do
		printf '#!/usr/bin/env bash\nexec -a %s "%s" --isa %s "$@"\n' \
			"$p" "$MILLINER_BIN/$p" "$TEST_ISA" >.isa/$p
		chmod +x .isa/$p
	done
fi
tests_run=0 about=

report() { # status what
	tests_run=$((tests_run + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests_run - $2"
	else
		echo "not ok $tests_run - $2"
		return 0
	fi
}
note() { sed 's/^/# /' | head -20; }
# $out and $err, what the last command printed, can be read by the next one.
run_it() {
	local run_code=0
	( set +u; eval "$1" ) >"$tmp/.out.$spare" 2>"$tmp/.err.$spare" </dev/null || run_code=$?
	out=$tmp/.out.$spare err=$tmp/.err.$spare spare=$((1 - spare))
	return $run_code
}

exits() {
	local code=0
	about=$2
	run_it "$3" || code=$?
	[ "$code" = "$1" ]; report $? "$2"
	[ "$code" = "$1" ] || { echo "exit $code, want $1: $3"; cat "$err"; } | note
}
# A name that can be read alone: what the last command was, then this.
alone() { case $1 in "$about"*) echo "$1" ;; *) echo "$about: $1" ;; esac; }
says() {
	grep -qF -- "$2" "$err"; local r=$?
	report $r "$(alone "$1")"
	[ $r = 0 ] || { echo "want on stderr: $2"; cat "$err"; } | note
}
prints() {
	grep -qF -- "$2" "$out"; local r=$?
	report $r "$(alone "$1")"
	[ $r = 0 ] || { echo "want on stdout: $2"; cat "$out"; } | note
}
silent() {
	[ ! -s "$err" ]; local r=$?
	report $r "$(alone "$1")"
	[ $r = 0 ] || { echo 'want nothing on stderr'; cat "$err"; } | note
}
refuses() {
	local what rest text
	while read -r what; do
		rest=${what#* ;; } text=${what##* ;; } what=${what%% ;; *}
		exits "$1" "refused: $what" "${rest% ;; *}"
		says "says \"$text\"" "$text"
		[ "${2-}" ] || continue
		[ "$(cat "$out" "$err")" = "$text" ]
		report $? "refused: $what: prints nothing else"
	done < <(sed -e :a -e N -e '$!ba' -e 's/\n\t/ /g')
}
holds() {
	about=$1
	run_it "$2"; local r=$?
	report $r "$1"
	[ $r = 0 ] || { echo "failed ($r): $2"; cat "$out" "$err"; } | note
}
same() {
	about=$1
	run_it "$2"; local r=$?
	cp "$out" "$tmp/.first"
	run_it "$3" && [ $r = 0 ] && cmp -s "$tmp/.first" "$out"; r=$?
	report $r "$1"
	[ $r = 0 ] || { diff "$tmp/.first" "$out"; cat "$err"; } | note
}
is() {
	about=$1
	run_it "$2"; local got
	got=$(cat "$out"; echo .)
	[ "$got" = "$3"$'\n.' ] || [ "$got" = "$3." ]; local r=$?
	report $r "$1"
	[ $r = 0 ] || { echo "want: $3"; echo "got: ${got%.}"; cat "$err"; } | note
}
true_of() {
	local what=$1 file=$2
	shift 2
	is "$what" "jq -s $(printf '%q ' "$@") $file" true
}
# grep -q at the end of a pipe: it stops at the first match, which may end who
# writes with SIGPIPE, and so the pipe. This one reads all. finds PATTERN
finds() { local found; found=$(grep "$@"); }
# The narrow space of jq/narrow.jq, changed by a jq program. narrow_space ARG ..
narrow_space() { jq -nc -f "$top/tests/jq/narrow.jq" | jq -c "${@-.}"; }
# The same, wider and deeper, of so many words. small_space WORDS
small_space() { narrow_space --argjson words "$1" -f "$top/tests/jq/small.jq"; }
# The JSON header of a safetensors file.
preload() { # library: what to put before a command
	echo "LD_PRELOAD='$MILLINER_BIN/../preload/$1.so'" \
		"ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0'"
}
header() { head -c $((8 + $(od -An -tu8 -N8 "$1"))) "$1" | tail -c +9; }
# What every filter must do. usual prog 'arguments that make it print'
usual() {
	exits 0 "$1 --help" "$1 --help"
	prints "$1 --help names it" "usage: $1"
	is "$1 --help fits a terminal of 80 columns" "$1 --help | awk 'length > 79'" ''
	exits 0 "$1 --version" "$1 --version"
	refuses 2 <<<"$1: an unknown option ;; $1 --no-such-option ;;
	$1: --no-such-option: no such option"
	refuses 1 <<<"$1: a full disk under --help ;; $1 --help >/dev/full ;; $1: stdout: No space"
	[ -z "${2-}" ] || refuses 1 <<<"$1: a full disk ;; $2 >/dev/full ;; $1: stdout: No space"
}
# What every filter of records must do with bad lines. bad_lines prog 'command'
bad_lines() {
	local noise="head -c 100000 /dev/urandom | base64 -w 1000 | sed 's/.*/{\"x\":\"&\"}/'"
	refuses 1 <<-R
	$1: broken JSON ;; echo '{"arch":' | $2 ;; $1: stdin:1:
	$1: no object ;; echo '[1]' | $2 ;; $1: stdin:1: an array: want one record a line
	$1: NaN ;; echo '{"x":NaN}' | $2 ;; $1: stdin:1: broken JSON: invalid token
	$1: a NUL byte ;; printf '{"x":1\\0}\n' | $2 ;; broken JSON: a NUL byte
	$1: truncated zstd data ;; $noise | zstd -q | head -c 9000 | $2 ;; truncated zstd data
	R
}
skip() { echo "1..0 # SKIP $1"; exit 0; }
finish() { echo "1..$tests_run"; }
