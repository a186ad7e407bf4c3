# Every seed of the fuzzing and everything that it has found, through the
# filters as they are: each run ends by itself and says why when it fails.
. "${0%/*}/lib.sh"
fuzz=$top/tests/fuzz replay=${MILLINER_BIN%/bin}/helpers/replay

while read -r name prog _ words; do
	case $name in [a-z]*) ;; *) continue ;; esac
	cases=("$fuzz/seeds/$name"/* "$fuzz/crashes/$name"/*)
	for i in "${!cases[@]}"; do
		[ -f "${cases[i]}" ] || unset "cases[i]"
	done
	holds "$name: ${#cases[@]} cases" \
		"$replay $MILLINER_BIN $prog $words -- ${cases[*]}"
done <"$fuzz/targets"

# that these would be noticed
mkdir bin
printf '#!/bin/sh\nkill -SEGV $$\n' >bin/dies
printf '#!/bin/sh\nexit 1\n' >bin/mute
printf '#!/bin/sh\nwhile :; do :; done\n' >bin/hangs
chmod +x bin/*
echo >case
refuses 1 <<R
a program that dies of a signal ;; $replay $tmp/bin dies -- $tmp/case >&2 ;;
	case: signal 11
a program that fails without a reason ;; $replay $tmp/bin mute -- $tmp/case >&2 ;;
	case: exit 1, no reason
a program that does not end ;; $replay $tmp/bin hangs -- $tmp/case >&2 ;;
	case: signal 24
R
finish
