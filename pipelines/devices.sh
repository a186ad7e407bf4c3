#!/usr/bin/env -S bash -p
# devices.sh DEVICES SSH [OPTION ..] - what measure-lat OPTION .. does, done by the
# machines that ssh knows as DEVICES (pi1,pi2), one architecture at a time on each.
#
# --in-order: all by the first of them. What --space, --pairs and --weights name is
# sent along; the journal of --resume stays here. A record says by "device" who
# measured it.
set -euo pipefail
export LC_ALL=C
unset POSIXLY_CORRECT CDPATH TMPDIR JQ_COLORS TAR_OPTIONS PARALLEL
here=$(dirname "$0")
IFS=, read -ra devices <<<"$1"
read -ra ssh <<<"$2"
by=$2
shift 2
fail() { echo "devices: $*" >&2; exit 1; }

# beside the space; in the home folders of the devices
work=/tmp last=
for option; do
	[ "$last" != --space ] || work=$(dirname "$option")
	last=$option
done
work=$(mktemp -d "$work/.devices.XXXXXXXXXX")
there=.milliner.${work##*.}
reached=()
ssh+=(-o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15)
end() {
	for device in "${reached[@]}"; do
		"${ssh[@]}" "$device" "cd && rm -rf $there" </dev/null || :
	done
	rm -rf "$work"
}
trap end EXIT
quote() { printf "'%s' " "${@//\'/\'\\\'\'}"; }

# --- options -----------------------------------------------------------------

options=() files=0 journal= in_order= accepted=
mkdir "$work/files"
send() { # file: its name there, as an option
	[ -f "$1" ] || fail "$1: no such file"
	cp "$1" "$work/files/$((++files))"
	options+=("$there/$files")
}
while [ $# -gt 0 ]; do
	case $1 in
	--resume=* | --space=* | --pairs=* | --weights=*)
		set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
	--resume) journal=$2; shift ;;
	--space | --pairs | --weights | -w) options+=("$1"); send "$2"; shift ;;
	*)
		case $1 in
		--in-order) in_order=1 ;;
		--accept-unsettled) accepted=1 ;;
		esac
		options+=("$1") ;;
	esac
	shift
done
[ -z "$in_order" ] || devices=("${devices[0]}")

# --- what has been measured --------------------------------------------------

cat >"$work/archs"
: >"$work/done"
if [ "$journal" ] && [ -e "$journal" ]; then
	# all but a torn last line; what is something else is left alone
	jq -Rr 'select(try (fromjson | .latency_ms) catch null)' "$journal" >"$work/done"
	torn=$(tail -c +$(($(wc -c <"$work/done") + 1)) "$journal" | tr -d '\0')
	cmp -s -n "$(wc -c <"$work/done")" "$work/done" <(cat "$journal"; echo) &&
		[[ $torn != *$'\n'* ]] && [[ -z $torn || $torn = \{* ]] ||
		fail "$journal: not a journal of measurements"
	cmp -s "$work/done" "$journal" || {
		cp "$work/done" "$journal.$$.part"
		mv "$journal.$$.part" "$journal"
	}
	cat "$work/done"
fi
left() { # of the architectures: how many are not measured; they are $work/todo
	jq -Rr --slurpfile done "$work/done" -f "$here/jq/unmeasured.jq" "$work/archs" >"$work/todo"
	n=$(wc -l <"$work/todo")
	[ "$n" -gt 0 ]
}

# --- the rest ----------------------------------------------------------------

path='PATH=$PATH:$HOME'
reach() { # device: 0 if it can measure and has the files; 3 if it has no program
	tar -C "$work/files" -cf - . | "${ssh[@]}" "$1" "cd && mkdir -p $there && \
		tar -C $there -xf - || exit; $path; measure-lat --version >/dev/null || exit 3"
}
# What it says is told with its name, what it prints gets its name as a field.
command="cd && { $path measure-lat $(quote "${options[@]}") 2>&1 >&3 | sed -u \
	\"s/^/\$PARALLEL_SSHLOGIN: /\" >&2; } 3>&1 | sed -u \
	\"s/}\\\$/,\\\"device\\\":\\\"\$PARALLEL_SSHLOGIN\\\"}/\""
measure() { # a job fails when its ssh does
	# So many a job that the reference is not timed too often, nor all wait long for
	# the last one.
	local some=$(((n + ${#devices[@]} - 1) / ${#devices[@]}))
	[ "$in_order" ] || [ "$some" -le 8 ] || some=8
	PARALLEL_HOME=$work/parallel parallel --plain --will-cite --pipe -N "$some" -j 1 \
		--line-buffer --ssh "$(quote "${ssh[@]}")" \
		--sshlogin "$(IFS=,; echo "${devices[*]}")" "$command" <"$work/todo"
}

left || exit 0
for device in "${devices[@]}"; do
	reached+=("$device")
	code=0; reach "$device" || code=$?
	case $code in
	0) ;;
	3) fail "$device: no measure-lat runs there (its PATH and its home folder were looked" \
		"at): build it for that machine, and copy it there" ;;
	*) fail "$device: ssh does not get there, or asks for a password: try $by $device" ;;
	esac
done
unsettled=0
while left; do
	while IFS= read -r line; do
		printf '%s\n' "$line"
		printf '%s\n' "$line" >>"$work/done"
		case $line in
		*'"unsettled":true'*) unsettled=$((unsettled + 1)) ;;
		*) [ -z "$journal" ] || printf '%s\n' "$line" >>"$journal" ;;
		esac
	done < <(measure)
	left || break
	# who is still there goes on
	there_now=()
	for device in "${devices[@]}"; do
		if reach "$device"; then there_now+=("$device")
		else echo "devices: $device is lost; the others go on" >&2; fi
	done
	[ ${#there_now[@]} -gt 0 ] && [ ${#there_now[@]} -lt ${#devices[@]} ] ||
		fail "$n of $(wc -l <"$work/archs") architectures were not measured" \
			"${journal:+(the others are kept: the same command goes on)}"
	devices=("${there_now[@]}")
done
[ "$unsettled" = 0 ] || [ "$accepted" ]
