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
	echo "Match LocalAddress 127.0.0.$1" >>matches
	echo "SetEnv HOME=$tmp/home.$1 \"PATH=$path\"" >>matches
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
		until [ "\$(cat /proc/\$p/comm)" = sshd ]; do
			p=\$(sed -n 's/^PPid:\t//p' /proc/\$p/status)
		done
		kill -9 \$p
	fi
	tee -a $tmp/asked.$2 | $MILLINER_BIN/measure-lat "\$@" |
		sed -u 's/"cpu":"[^"]*"/"cpu":"$3"/; s/"unsettled":true,//'
	S
	chmod +x home.$1/measure-lat
}
device 1 pi1 Cortex-A72
device 2 pi2 Cortex-A72
device 3 pi4 Cortex-A76
device 4 bare ''
serve_here < <(printf 'ListenAddress 127.0.0.%d\n' 1 2 3 4; cat matches) ||
	skip "no sshd can be had here: $said"
cat names >>ssh_config
: >beside
lats="$mini SSH='$ssh' $tmp/run/lats.jsonl"
super=run/super.safetensors
count() { jq -r "$1" run/lats.jsonl | sort | uniq -c | tr -s ' '; }
by_device() { count .device | sed 's/ [0-9]* //'; }
# how many architectures were measured, and how many times
measured() { jq -c .arch run/lats.jsonl | sort -u | wc -l; wc -l <run/lats.jsonl; }
# how many of the records are as a device measured them: by its name
own() {
	comm -12 <(jq -c .arch asked.$1 | sort -u) \
		<(jq -c --arg d $1 'select(.device == $d).arch' run/lats.jsonl | sort)
}
left() { ls -d home.*/.milliner.* 2>/dev/null; }

# mistakes, before anything is trained
refuses 2 <<R
a device that is not there ;; $lats DEVICES=pi1,nowhere.invalid ;;
	devices: nowhere.invalid: ssh does not get there, or asks for a password: try ssh -F
a device without the program ;; $lats DEVICES=pi1,bare ;;
	devices: bare: no measure-lat runs there
no list of devices ;; $lats DEVICES='pi1 pi2' ;;
	DEVICES is "pi1 pi2": want names that ssh knows, with commas between them,
	such as pi1,me@pi2
two kinds of device ;; $lats DEVICES=pi1,pi4 ;;
	DEVICES: pi1 and pi4 are two kinds of host: "cpu" is Cortex-A72 on the one,
	Cortex-A76 on the other. A predictor is of one kind: give each kind a RUN
R
is    'two kinds of device: in one line' 'grep -c DEVICES: "$err"' 1
is    'mistakes are told before the supernet is trained' 'ls run/super* 2>/dev/null' ''
holds 'a plan asks no device' "$lats -n DEVICES=nowhere.invalid"

# two of a kind
rm -f asked.*
holds 'two devices measure' "$lats DEVICES=pi1,pi2"
is    'two devices: each architecture is measured once' measured $'24\n24'
is    'two devices: both measure' by_device $'pi1\npi2'
is    'two devices: the records are as each says itself' '{ own pi1; own pi2; } | wc -l' 24
is    'two devices: one architecture at a time on each' 'cat beside' ''
is    'two devices: of one host' 'jq -c .host run/lats.jsonl | sort -u | jq -r .cpu' Cortex-A72
is    'two devices: nothing is left there' left ''
times() { stat -c '%n %y' $super run/lats.jsonl run/lats.1.jsonl; }
times >before
holds 'two devices, again' "$lats DEVICES=pi1,pi2"
is    'two devices, again: nothing is done anew' 'times | diff before -' ''
holds 'one of the two devices' "$lats DEVICES=pi2"
is    'one of the two devices: nothing is done anew, being of the kind' 'times | diff before -' ''

# another kind: timed anew, but not trained
holds 'a device of another kind' "$lats DEVICES=pi4"
is    'a device of another kind times all' "count '.device + .host.cpu'" ' 24 pi4Cortex-A76'
holds 'no device: here' "$lats"
is    'no device: all is timed here' "count '.device'" ' 24 null'
is    'other devices leave the supernet as it is' \
	"stat -c '%n %y' $super | cmp - <(head -n 1 before); echo \$?" 0
holds 'two kinds where fit-mlp is told to' \
	"$lats DEVICES=pi1,pi4 fit-mlp.args='--steps 50 --force'"
is    'two kinds where fit-mlp is told to: both measure' by_device $'pi1\npi4'

# killed, and lost on the way
holds 'the first two devices again' "$lats DEVICES=pi1,pi2"
rm -f run/lats.* asked.*
mkfifo wait.pi2
setsid make -C "$top" -f "$tmp/mini.mk" SSH="$ssh" DEVICES=pi1,pi2 \
	$tmp/run/lats.jsonl >log 2>&1 &
make=$!
tail -n +1 --retry -f run/lats.1.jsonl.journal 2>/dev/null | head -n 3 >/dev/null
kill -9 -- -$make; wait $make 2>/dev/null
exec 5<>wait.pi2; echo >&5; exec 5>&-; rm wait.pi2
timeout 60 flock run/.lock true
rm asked.*; grep '}$' run/lats.1.jsonl.journal >journal
holds 'killed and gone on with' "$lats DEVICES=pi1,pi2"
n=$(wc -l <journal)
is    'killed: what was measured stays' "head -n $n run/lats.1.jsonl | cmp - journal; echo \$?" 0
is    'killed: what was measured is not measured again' 'cat asked.* | wc -l' $((24 - n))
is    'killed: each architecture is measured once' measured $'24\n24'
rm -f run/lats.*
: >lose.pi2
holds 'a device that is lost on the way' "$lats DEVICES=pi1,pi2"
says  'is told' 'devices: pi2 is lost; the others go on'
is    'a device that is lost on the way: the other measures all' 'count .device' ' 24 pi1'
is    'one architecture at a time on each device, always' 'cat beside' ''
rm lost.pi2
echo 'my notes' >notes; { cat notes; head -n 1 run/lats.1.jsonl; } >mixed
cp mixed mixed.before
refuses 1 <<R
notes as a journal ;; $top/pipelines/devices.sh pi1 "$ssh" --resume notes <run/archs.jsonl
	;; devices: notes: not a journal of measurements
a journal with notes ;; $top/pipelines/devices.sh pi1 "$ssh" --resume mixed <run/archs.jsonl
	;; devices: mixed: not a journal of measurements
R
is    'it stays as it is' 'cat notes; cmp mixed mixed.before; ls -d /tmp/.devices.*' \
	'my notes'
holds 'the method, measured elsewhere' "$mini SSH='$ssh' DEVICES=pi1,pi2"
prints 'the report says on which device' 'ms on pi1, where the largest takes'
finish
