# stage.sh - how long a stage took, in all runs of it that were killed and gone
# on with: begin FILE INPUT ..; time it by TIMEFORMAT; finish FILE TIMES.
#
# Beside FILE, as .NAME, lie lines of milliseconds (wall, user, sys) of the runs
# before and of the one at work, added to while it is. They count if no input is
# newer.
TIMEFORMAT='%R %U %S'

# Of what the recipe's shell has started: what it has taken so far.
follow() { # log, shell, ms of earlier runs
	local start=${EPOCHREALTIME/./} child children stat ticks=$((1000 / $(getconf CLK_TCK)))
	exec {never}<> <(:)
	exec 199>&-
	trap 'exit 0' USR1
	while read -rt 5 -u "$never"; kill -0 "$2"; do
		local user=$4 sys=$5
		children=; read -r children <"/proc/$2/task/$2/children"   # has no newline
		for child in $children; do
			[ "$child" != "$BASHPID" ] && read -r stat <"/proc/$child/stat" || continue
			local -a field=(${stat##*) })
			user=$((user + field[11] * ticks)) sys=$((sys + field[12] * ticks))
		done
		echo $(((${EPOCHREALTIME/./} - start) / 1000 + $3)) $user $sys >>"$1"
	done
}
begin() {
	# what fails has no time, which bash would print behind the messages
	trap 'TIMEFORMAT=; rm -f "$timed".*.milliner.part' ERR
	timed=$1
	local input log=${1%/*}/.${1##*/}
	for input in "${@:2}"; do
		if [ "$input" -nt "$log" ]; then rm -f "$log"; fi
	done
	before=(0 0 0)
	if [ -s "$log" ]; then
		read -ra before < <(grep -E '^[0-9]+ [0-9]+ [0-9]+$' "$log" | tail -n 1) || :
	fi
	(set +e; follow "$log" $$ "${before[@]}") >/dev/null 2>&1 </dev/null &
	follower=$!
}
finish() {
	local -a took
	local i ms
	read -ra took <"$2"
	# may not have set its trap yet, and the shell would tell how it died
	{ kill -USR1 $follower; wait $follower; } 2>/dev/null || :
	for i in 0 1 2; do
		ms=$((10#${took[i]/./} + before[i]))
		took[i]=$((ms / 1000)).$(printf %03d $((ms % 1000)))
	done
	printf '{"stage":"%s","seconds":%s,"user":%s,"sys":%s}\n' "${1##*/}" "${took[@]}" >"$2"
	mv "$2" "$1"
	rm -f "${1%/*}/.${1##*/}"
}
