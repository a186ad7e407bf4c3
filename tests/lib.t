# The functions of lib.sh notice what does not hold, and name it.
. "${0%/*}/lib.sh"
cat >checks <<'T'
echo '{"a":1} {"a":2}' >log
refuses 1 <<'R'
as it should be ;; echo told >&2; exit 1 ;; told
another status ;; echo told >&2; exit 2 ;; told
a row that goes on ;;
	exit 1 ;;
	told in
	two lines
R
refuses 2 alone <<'R'
the message alone ;; echo told >&2; exit 2 ;; told
more than the message ;; echo more; echo told >&2; exit 2 ;; told
R
true_of 'a truth' log 'map(.a) == [1, $two]' --argjson two 2
true_of 'a falsehood' log 'map(.a) == [2, 1]'
true_of 'no truth value' log 'map(.a)'
holds 'a command' 'echo out; echo err >&2'
silent 'is silent'
prints 'its output' out
says 'its message' out
is 'what the last command said' 'cat "$out" "$err"' 'out'
exits 0 'a failure' false
same 'two outputs' 'echo a' 'echo b'
T
failed() {
	mkdir inner
	( tmp=$tmp/inner tests_run=0; . ./checks ) | sed -n 's/^not ok [0-9]* - //p'
}
is 'what does not hold is reported, by a name that can stand alone' failed \
	'refused: another status
refused: a row that goes on: says "told in two lines"
refused: more than the message: prints nothing else
a falsehood
no truth value
a command: is silent
a command: its message
what the last command said
a failure
two outputs'
finish
