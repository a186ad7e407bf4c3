# What --resume FILE may be: a journal that this command has written. Whatever
# else it is stays as it is.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
declare -A kind=([measure-lat]=measurements [evolve]='a search' [train-sub]='a training' [train-super]='a training')
with() { # filter journal: its command
	local file=; is_writer $1 && file=o
	echo "${run[$1]} $file --resume $2 <${in[$1]}"
}
for p in "${!kind[@]}"; do
	rm -f o o.checkpoint j
	eval "$(with $p j)" >report || echo "not ok 0 - $p"
	rm -f o o.checkpoint
	cp j journal.$p
done

# whatever the lines of the records end in
cp journal.measure-lat j
same  'records with CRLF are those without' 'cat j' "sed 's/\$/\r/' archs | ${run[measure-lat]} --resume j"

for p in "${!kind[@]}"; do
	journal=journal.$p
	refused() { # what file [message]
		cp -P "$2" before
		exits 1 "$p: $1" "$(with $p "$2")"
		says  "$p says so" "$p: $2: ${3-not a journal of ${kind[$p]}}"
		holds "$p: it stays as it is" "cmp $2 before"
	}
	printf '{"notes":"mine"}' >x;            refused 'JSON without a last newline' x
	printf '{"notes":"mine"}\n' >x;          refused 'with one' x
	printf '{"notes":"mi' >x;                refused 'JSON that is cut off' x
	printf '{\n "notes": "mine"\n}' >x;      refused 'JSON over several lines' x
	printf '{\r\n "notes": "mine"\r\n}' >x;  refused 'with CRLF' x
	printf 'notes' >x;                       refused 'text' x
	printf 'notes\nand more\n' >x;           refused 'lines of text' x
	printf '\n' >x;                          refused 'an empty line' x
	printf '{' >x;                           holds "$p: a brace may be a beginning" "$(with $p x) >/dev/null"; rm -f o o.checkpoint
	head -c 5000 super >x;                   refused 'weights' x
	printf '\0\0\0' >x;                      refused 'zeros' x
	printf '{"\xff":1}\n' >x;                refused 'no UTF-8' x
	{ printf '\xef\xbb\xbf'; cat $journal; } >x; refused 'with a byte order mark' x
	sed 's/$/\r/' $journal >x;               refused 'a journal with CRLF' x
	cp "$pairs" x;                           refused 'pairs' x
	for other in "${!kind[@]}"; do
		[ "${kind[$other]}" = "${kind[$p]}" ] || { cp journal.$other x; refused "a journal of $other" x; }
	done
	for tail in 'text' '{"a":1}' '{"a":1}\n' '[1]\n' 'text\n' '\n'; do
		{ cat $journal; printf "$tail"; } >x; cp x before
		exits 1 "$p: a journal and $(printf %q "$tail")" "$(with $p x)"
		says  "$p names the line" "x:$(($(wc -l <$journal) + 1)): not a record of ${kind[$p]}"
		holds "$p: it stays as it is" 'cmp x before'
	done
	cp $journal x; exits 1 "$p: named as compressed" "cp x y.zst; $(with $p y.zst)"
	says  "$p says so" 'y.zst: a journal is not compressed'
	holds "$p: it stays as it is" 'cmp x y.zst'
	exits 1 "$p: a new one named so" "$(with $p new.zst)"
	is    "$p: is not made" 'ls new.zst 2>/dev/null' ''
	cp $journal x; exits 1 "$p: that is also stdout" "$(with $p x) >>x"
	says  "$p says so" 'x: is also stdout'
	holds "$p: it stays as it is" "cmp x $journal"
	exits 1 "$p: a new one that is also stdout" "$(with $p new) >new"
	holds "$p: also stderr" "! $(with $p new) 2>new; rm new"
	cp ${in[$p]} x; exits 1 "$p: that is also stdin" "$(with $p x | sed 's/<.*/<x/')"
	says  "$p says so" 'x: is also stdin'
	holds "$p: it stays as it is" "cmp x ${in[$p]}"
	for name in /dev/null . -; do
		exits 1 "$p: $name" "$(with $p $name)"
	done
	rm -f fifo; mkfifo fifo
	exits 1 "$p: a FIFO" "$(with $p fifo)"
	exits 1 "$p: a link that leads nowhere" "ln -sf loop loop; $(with $p loop)"
	holds "$p: a link is followed" "rm -f real; ln -sf real link; $(with $p link) >log && [ -L link ] && [ -s real ]"
	rm -f o o.checkpoint
	is    "$p without flock: a warning" "rm -f x; LD_PRELOAD='$MILLINER_BIN/../preload/no-flock.so' ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0' $(with $p x) 2>&1 >/dev/null | grep -c 'no locks'; [ -s x ]" 1
	rm -f o o.checkpoint

	# the last line is torn: at every so manieth byte
	n=$(wc -l <$journal) last=$(tail -n 1 $journal | wc -c) step=$(($(tail -n 1 $journal | wc -c) / 9))
	for ((cut = 1; cut < last; cut += step)); do
		head -c -$cut $journal >x
		holds "$p: goes on where $cut bytes are missing" "$(with $p x) >log; [ \$(wc -l <x) = $n ] && jq -e . x >/dev/null"
		rm -f o o.checkpoint
	done
	head -c -1 $journal >x
	holds "$p: goes on where the newline is missing" "$(with $p x) >log; [ \$(wc -l <x) = $n ]"
	rm -f o o.checkpoint
	{ head -n -1 $journal; head -c 99 /dev/zero; } >x
	holds "$p: goes on behind zeros, as a crash of the machine leaves" "$(with $p x) >log; [ \$(wc -l <x) = $n ] && ! grep -qP '\\0' x"
	rm -f o o.checkpoint
	: >x
	holds "$p: an empty file is a new one" "$(with $p x) >log; [ \$(wc -l <x) = $n ]"
	rm -f o o.checkpoint
	head -n 1 $journal | head -c 60 >x
	holds "$p: one that died in its first record" "$(with $p x) >log; [ \$(wc -l <x) = $n ]"
	rm -f o o.checkpoint
done

# numbers and types
odd() { # filter, jq filter for the second line
	sed "2s/.*/$(sed -n 2p journal.$1 | jq -c "$2" | sed 's/[&/\]/\\&/g')/" journal.$1 >x; cp x before
	exits 1 "$1: $2" "$(with $1 x)"
	says  "$1 names the line" "$1: x:2: not a record of ${kind[$1]}"
	holds "$1: it stays as it is" 'cmp x before'
}
for v in -1 1.5 1e300 '"3"' null '[]'; do
	odd train-sub ".step=$v"
	odd measure-lat ".repeats=$v"
	odd evolve ".valid_tokens=$v"
	odd evolve ".iteration=$v"
done
odd evolve '.valid_loss=-3'
odd evolve 'del(.arch)'
odd measure-lat '.host="here"'
odd measure-lat '.latency_ms.total=-1'
odd train-super '.event=1'
sed '2s/"step":[0-9]*/"step":1e999/' journal.train-sub >x
exits 1 'no number that there is' "$(with train-sub x)"

# a checkpoint is checked as any input
rm -f o o.checkpoint j; eval "$(with train-sub j)" >log || echo 'not ok 0 - no checkpoint'
cp o.checkpoint good; cp j good.j
header good >head.json
odd_checkpoint() { # what, jq filter of the header, message
	local text; text=$(jq -c "$2" head.json)
	while [ $((${#text} % 8)) != 0 ]; do text+=' '; done
	{ printf "%b" "$(printf '\\x%02x' $((${#text} & 255)) $((${#text} >> 8 & 255)) $((${#text} >> 16)) 0 0 0 0 0)"
	  printf %s "$text"; tail -c +$((9 + $(head -c 8 good | od -An -tu8))) good; } >o.checkpoint
	cp good.j j; cp o.checkpoint before; rm -f o
	exits 1 "checkpoint: $1" "$(with train-sub j)"
	says  'names it' "train-sub: o.checkpoint: $3"
	cp "$err" e; is 'in one line' 'wc -l <e' 1
	holds 'nothing is touched' 'cmp o.checkpoint before && cmp j good.j && [ ! -e o ]'
}
for f in update epoch batch lines bad_validations tokens updates; do
	for v in -1 1e3 99999999999999999999 x ''; do
		odd_checkpoint "$f $v" ".__metadata__.$f=\"$v\"" "\"$f\" is \"$v\", want a count"
	done
	odd_checkpoint "no $f" "del(.__metadata__.$f)" "no \"$f\""
	odd_checkpoint "$f no text" ".__metadata__.$f=3" "no \"$f\""
done
for f in loss nll gnorm best seconds core_seconds; do
	for v in -1 nan x '' '0x1p0 '; do
		odd_checkpoint "$f $v" ".__metadata__.$f=\"$v\"" "\"$f\" is \"$v\", want a number from 0"
	done
done
odd_checkpoint 'an infinite loss' '.__metadata__.loss="inf"' '"loss" is "inf"'
odd_checkpoint 'a batch that the epoch has not' '.__metadata__.batch="999"' 'batch 999 of '
odd_checkpoint 'fewer updates than Adam has made' '.__metadata__.update="0"' 'tensor adam.steps: '
odd_checkpoint 'more tokens than updates' '.__metadata__.tokens="9"|.__metadata__.updates="0"' 'batch '
odd_checkpoint 'another shape' '.weights.shape=[1]|.weights.data_offsets=[0,4]' 'tensor '
odd_checkpoint 'another type' '.["adam.steps"].dtype="F64"' 'no tensor adam.steps of the right size'
odd_checkpoint 'offsets out of range' '.["adam.m"].data_offsets=[0,99999999999]' 'tensor adam.m: data outside the file'
odd_checkpoint 'negative offsets' '.["adam.m"].data_offsets=[-8,0]' 'tensor adam.m: data outside the file'
odd_checkpoint 'a huge shape' '.["adam.m"].shape=[4294967296,4294967296]' 'tensor adam.m: '
odd_checkpoint 'no config' 'del(.__metadata__.config)' 'is of another training'
odd_checkpoint 'no tensor' 'del(.["adam.v"])' ''
for t in weights adam.m adam.v; do
	at=$((8 + $(head -c 8 good | od -An -tu8) + $(jq ".[\"$t\"].data_offsets[0]" head.json)))
	cp good o.checkpoint; printf '\0\0\xc0\xff' | dd of=o.checkpoint bs=1 seek=$at conv=notrunc status=none
	cp good.j j; rm -f o
	exits 1 "checkpoint: NaN in $t" "$(with train-sub j)"
	says  'names it' "o.checkpoint: tensor $t: number 0 is "
done
finish
