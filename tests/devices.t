# DEVICES: the pipeline measures on other machines, three names of one sshd. A
# program in front of measure-lat there says what kind of machine it is.
. "${0%/*}/lib.sh"
. "$top/tests/ssh-fixtures.sh"
missing=$(ssh_missing)
[ -z "$missing" ] || skip "no $missing"
command -v parallel >/dev/null || skip 'no parallel'
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
trap 'unserve; rm -rf "${made[@]}"' EXIT
ssh_keys
# by the name of 127.0.0.NUMBER: a home folder with measure-lat for a CPU
device() { # number, name, CPU
	mkdir home.$1
	printf 'Host %s\nHostName 127.0.0.%d\n' $2 $1 >>names
	printf 'Match LocalAddress 127.0.0.%d\nSetEnv HOME=%s/home.%d PATH=/usr/bin:/bin\n' $1 "$tmp" $1 >>matches
	[ "$3" ] || return
	cat >home.$1/measure-lat <<-S
	#!/usr/bin/env bash
	[ ! -e $tmp/lost.$2 ] || exit 1
	[ "\$1" != --version ] || exec $MILLINER_BIN/measure-lat --version
	mkdir $tmp/busy.$2 || echo $2 >>$tmp/beside
	trap 'rmdir $tmp/busy.$2' EXIT
	[ ! -p $tmp/wait.$2 ] || read -r _ <$tmp/wait.$2
	if [ -e $tmp/lose.$2 ]; then   # its connection
		mv $tmp/lose.$2 $tmp/lost.$2
		p=\$\$
		until [ "\$(cat /proc/\$p/comm)" = sshd ]; do p=\$(sed -n 's/^PPid:\t//p' /proc/\$p/status); done
		kill -9 \$p
	fi
	tee -a $tmp/asked.$2 | $MILLINER_BIN/measure-lat "\$@" |
		sed -u 's/"cpu":"[^"]*"/"cpu":"$3"/; s/"unsettled":true,//'
	S
	chmod +x home.$1/measure-lat
}
device 1 pi1 Cortex-A72; device 2 pi2 Cortex-A72; device 3 pi4 Cortex-A76; device 4 bare ''
serve_here < <(printf 'ListenAddress 127.0.0.%d\n' 1 2 3 4; cat matches) ||
	skip "no sshd can be had here: $said"
cat names >>ssh_config
: >beside
lats="$mini SSH='$ssh' $tmp/run/lats.jsonl"
super=run/super.safetensors
count() { jq -r "$1" run/lats.jsonl | sort | uniq -c | tr -s ' '; }

# mistakes, before anything is trained
exits 2 'one that is not there' "$lats DEVICES=pi1,nowhere.invalid"
says  'is told' 'devices: nowhere.invalid: ssh does not get there, or asks for a password: try ssh -F'
exits 2 'one without the program' "$lats DEVICES=pi1,bare"
says  'is told' 'devices: bare: no measure-lat runs there'
exits 2 'two kinds' "$lats DEVICES=pi1,pi4"
says  'are told' 'DEVICES: pi1 and pi4 are two kinds of host: "cpu" is Cortex-A72 on the one, Cortex-A76 on the other. A predictor is of one kind: give each kind a RUN'
cp "$err" said
is    'in one line' 'grep -c DEVICES: said' 1
is    'before the supernet is trained' 'ls run/super* 2>/dev/null' ''
exits 2 'no list' "$lats DEVICES='pi1 pi2'"
says  'is told' 'DEVICES is "pi1 pi2": want names that ssh knows, with commas between them, such as pi1,me@pi2'
holds 'a plan asks nobody' "$lats -n DEVICES=nowhere.invalid"

# two of a kind
rm -f asked.*
holds 'two devices' "$lats DEVICES=pi1,pi2"
is    'each architecture is measured once' "jq -c .arch run/lats.jsonl | sort -u | wc -l; wc -l <run/lats.jsonl" "$(printf '24\n24')"
is    'by both' "count .device | sed 's/ [0-9]* //'" "$(printf 'pi1\npi2')"
is    'as each says itself' "for d in pi1 pi2; do comm -12 <(jq -c .arch asked.\$d | sort -u) <(jq -c \"select(.device == \\\"\$d\\\").arch\" run/lats.jsonl | sort); done | wc -l" 24
is    'one at a time on each' 'cat beside' ''
is    'of one host' "jq -c .host run/lats.jsonl | sort -u | jq -r .cpu" Cortex-A72
is    'nothing is left there' 'ls -d home.*/.milliner.* 2>/dev/null' ''
times() { stat -c '%n %y' $super run/lats.jsonl run/lats.1.jsonl; }
times >before
holds 'again' "$lats DEVICES=pi1,pi2"
is    'nothing is done anew' 'times | diff before -' ''
holds 'on one of them' "$lats DEVICES=pi2"
is    'nothing is done anew, being of the kind' 'times | diff before -' ''

# another kind: timed anew, but not trained
holds 'on another kind' "$lats DEVICES=pi4"
is    'all is timed there' "count '.device + .host.cpu'" ' 24 pi4Cortex-A76'
holds 'here' "$lats"
is    'all is timed here' "count '.device'" ' 24 null'
is    'the supernet stays' "stat -c '%n %y' $super | cmp - <(head -n 1 before); echo \$?" 0
holds 'mixed where fit-mlp is told to' "$lats DEVICES=pi1,pi4 fit-mlp.args='--steps 50 --force'"
is    'by both' "count .device | sed 's/ [0-9]* //'" "$(printf 'pi1\npi4')"

# killed, and lost on the way
holds 'on the first ones again' "$lats DEVICES=pi1,pi2"
rm -f run/lats.* asked.*
mkfifo wait.pi2
setsid make -C "$top" -f "$tmp/mini.mk" SSH="$ssh" DEVICES=pi1,pi2 $tmp/run/lats.jsonl >log 2>&1 &
make=$!
tail -n +1 --retry -f run/lats.1.jsonl.journal 2>/dev/null | head -n 3 >/dev/null
kill -9 -- -$make; wait $make 2>/dev/null
exec 5<>wait.pi2; echo >&5; exec 5>&-; rm wait.pi2
timeout 60 flock run/.lock true
rm asked.*; grep '}$' run/lats.1.jsonl.journal >journal
holds 'killed and gone on with' "$lats DEVICES=pi1,pi2"
is    'what was measured stays' "head -n \$(wc -l <journal) run/lats.1.jsonl | cmp - journal; echo \$?" 0
is    'and is not measured again' 'cat asked.* | wc -l' $((24 - $(wc -l <journal)))
is    'nothing is measured twice' "jq -c .arch run/lats.jsonl | sort -u | wc -l; wc -l <run/lats.jsonl" "$(printf '24\n24')"
rm -f run/lats.*
: >lose.pi2
holds 'a device that is lost on the way' "$lats DEVICES=pi1,pi2"
says  'is told' 'devices: pi2 is lost; the others go on'
is    'who measure all' "count .device" ' 24 pi1'
is    'one at a time on each, always' 'cat beside' ''
rm lost.pi2
holds 'the method, measured elsewhere' "$mini SSH='$ssh' DEVICES=pi1,pi2"
prints 'the report says where' 'ms on pi1, where the largest takes'
finish
