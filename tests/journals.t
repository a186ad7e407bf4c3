# What --resume FILE may be: a journal that this command has written. Whatever
# else it is stays as it is.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
declare -A kind=([measure-lat]=measurements [evolve]='a search'
	[train-sub]='a training' [train-super]='a training')
with() { # filter journal: its command
	local file=; is_writer $1 && file=o
	echo "${run[$1]} $file --resume $2 <${in[$1]}"
}
anew() { rm -f o o.checkpoint; }
# kept FILE: what was refused is as it was before
kept() { holds "$1: it stays as it is" "cmp $2 before"; }
for p in "${!kind[@]}"; do
	anew; rm -f j
	eval "$(with $p j)" >report || echo "not ok 0 - $p"
	cp j journal.$p
done
anew

# whatever the lines of the records end in
cp journal.measure-lat j
same  'records with CRLF are those without' 'cat j' \
	"sed 's/\$/\r/' archs | ${run[measure-lat]} --resume j"

for p in "${!kind[@]}"; do
	journal=journal.$p not="not a journal of ${kind[$p]}"
	printf '{"notes":"mine"}' >json.cut
	printf '{"notes":"mine"}\n' >json
	printf '{"notes":"mi' >json.open
	printf '{\n "notes": "mine"\n}' >json.lines
	printf '{\r\n "notes": "mine"\r\n}' >json.crlf
	printf notes >text.cut
	printf 'notes\nand more\n' >text.lines
	printf '\n' >empty
	head -c 5000 super >weights
	printf '\0\0\0' >zeros
	printf '{"\xff":1}\n' >latin
	{ printf '\xef\xbb\xbf'; cat $journal; } >marked
	sed 's/$/\r/' $journal >crlf
	cp "$pairs" others
	refused() { # what file [message]: and the file stays
		cp -P "$2" before
		refuses 1 <<<"$p: $1 ;; $(with $p $2) ;; $p: $2: ${3-$not}"
		kept "$p: $1" $2
	}
	while read -r file what; do refused "$what" $file; done <<-'R'
	json.cut JSON without a last newline
	json JSON with a last newline
	json.open JSON that is cut off
	json.lines JSON over several lines
	json.crlf JSON over several lines with CRLF
	text.cut text
	text.lines lines of text
	empty an empty line
	weights weights
	zeros zeros
	latin no UTF-8
	marked a journal with a byte order mark
	others pairs
	R
	cp crlf before
	refuses 1 <<<"$p: a journal with CRLF ;; $(with $p crlf) ;;
	$p: crlf:1: the line ends in CR LF: sed -i 's/\r\$//' takes CR away from all lines"
	kept "$p: a journal with CRLF" crlf
	for other in "${!kind[@]}"; do
		[ "${kind[$other]}" = "${kind[$p]}" ] ||
			refused "a journal of $other" journal.$other
	done
	for tail in 'text' '{"a":1}' '{"a":1}\n' '[1]\n' 'text\n' '\n'; do
		what="$p: a journal and $(printf %q "$tail")"
		{ cat $journal; printf "$tail"; } >x; cp x before
		refuses 1 <<<"$what ;; $(with $p x) ;;
	x:$(($(wc -l <$journal) + 1)): not a record of ${kind[$p]}"
		kept "$what" x
	done
	cp $journal x; cp x y.zst; cp ${in[$p]} z; mkfifo fifo; ln -s loop loop
	refuses 1 <<R
$p: a journal named as compressed ;; $(with $p y.zst) ;; y.zst: a journal is not compressed
$p: a new journal named as compressed ;; $(with $p new.zst) ;; new.zst: a journal is not compressed
$p: a journal that is also stdout ;; $(with $p x) >>x ;; x: is also stdout
$p: a new journal that is also stdout ;; $(with $p new) >new ;; new: is also stdout
$p: a journal that is also stdin ;; $(with $p z | sed 's/<.*/<z/') ;; z: is also stdin
$p: /dev/null for a journal ;; $(with $p /dev/null) ;; /dev/null: a journal must be a plain file
$p: a folder for a journal ;; $(with $p .) ;; .: a journal must be a plain file
$p: a dash for a journal ;; $(with $p -) ;; -: a journal must be a plain file
$p: a FIFO for a journal ;; $(with $p fifo) ;; fifo: a journal must be a plain file
$p: a link that leads nowhere for a journal ;; $(with $p loop) ;; loop: Too many levels
R
	holds "$p: a journal named as compressed stays" "cmp $journal y.zst"
	is    "$p: a new journal named as compressed is not made" 'ls new.zst 2>/dev/null' ''
	holds "$p: a journal that is also stdout stays" "cmp x $journal"
	holds "$p: a new journal that is also stderr" "! $(with $p new) 2>new && rm new"
	holds "$p: a journal that is also stdin stays" "cmp z ${in[$p]}"
	rm fifo loop
	holds "$p: a link is followed" \
		"rm -f real; ln -sf real link; $(with $p link) >log && [ -L link ] && [ -s real ]"
	anew
	unlocked="LD_PRELOAD='$MILLINER_BIN/../preload/no-flock.so'
	ASAN_OPTIONS='${ASAN_OPTIONS:-}:verify_asan_link_order=0'"
	is    "$p without flock: a warning" "rm -f x
		${unlocked//$'\n'/} $(with $p x) 2>&1 >/dev/null | grep -c 'no locks'; [ -s x ]" 1
	anew

	# the last line is torn: at every so manieth byte
	n=$(wc -l <$journal) last=$(tail -n 1 $journal | wc -c)
	goes_on() { # what it is told of, what must be true of x besides
		holds "$p: $1" "$(with $p x) >log; [ \$(wc -l <x) = $n ] ${2-}"
		anew
	}
	for ((cut = 1; cut < last; cut += last / 9)); do
		head -c -$cut $journal >x
		goes_on "goes on where $cut bytes are missing" '&& jq -e . x >/dev/null'
	done
	head -c -1 $journal >x
	goes_on 'goes on where the newline is missing'
	{ head -n -1 $journal; head -c 99 /dev/zero; } >x
	goes_on 'goes on behind zeros, as a crash of the machine leaves' "&& ! grep -qP '\\0' x"
	: >x
	goes_on 'an empty file is a new journal'
	printf '{' >x
	goes_on 'a brace may be the beginning of a journal'
	head -n 1 $journal | head -c 60 >x
	goes_on 'a journal that ended in its first record'
done

# numbers and types
odd() { # filter, jq filter for the second line
	sed 1q journal.$1 >x; sed -n 2p journal.$1 | jq -c "$2" >>x; sed 1,2d journal.$1 >>x
	cp x before
	refuses 1 <<<"$1: a journal with $2 ;; $(with $1 x) ;;
	$1: x:2: not a record of ${kind[$1]}"
	kept "$1: a journal with $2" x
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
refuses 1 <<R
train-sub: a journal with a number that there is not ;;
	sed '2s/"step":[0-9]*/"step":1e999/' journal.train-sub >x; $(with train-sub x) ;;
	train-sub: x:2: not a record of a training: no record
R

# a checkpoint is checked as any input
anew; rm -f j; eval "$(with train-sub j)" >log || echo 'not ok 0 - no checkpoint'
cp o.checkpoint good; cp j good.j; cp o whole.o
header good >head.json
begin=$((8 + $(od -An -tu8 -N8 good)))
resume() { cp good.j j; rm -f o; eval "$(with train-sub j)"; }
changed() { # jq filter of its header
	local text; text=$(jq -c "$1" head.json)
	while [ $((${#text} % 8)) != 0 ]; do text+=' '; done
	local n=$(printf '\\x%02x' $((${#text} & 255)) $((${#text} >> 8 & 255)) $((${#text} >> 16)))
	{ printf "$n\0\0\0\0\0%s" "$text"; tail -c +$((begin + 1)) good; } >o.checkpoint
}
odd_checkpoint() { # what, jq filter of the header, message
	changed "$2"
	cp o.checkpoint before
	refuses 1 <<<"checkpoint: $1 ;; resume ;; train-sub: o.checkpoint: $3"
	is    "checkpoint: $1: in one line" 'wc -l <"$err"' 1
	holds "checkpoint: $1: nothing is touched" \
		'cmp o.checkpoint before && cmp j good.j && [ ! -e o ]'
}
for f in update epoch batch lines bad_validations tokens updates first_kept; do
	for v in -1 1e3 99999999999999999999 x ''; do
		odd_checkpoint "$f is \"$v\"" ".__metadata__.$f=\"$v\"" \
			"\"$f\" is \"$v\", want a count"
	done
	[ $f = first_kept ] && continue   # older versions have none
	odd_checkpoint "no $f" "del(.__metadata__.$f)" "no \"$f\""
	odd_checkpoint "$f is no text" ".__metadata__.$f=3" "no \"$f\""
done
for f in loss nll gnorm best seconds core_seconds; do
	for v in -1 nan x '' '0x1p0 '; do
		odd_checkpoint "$f is \"$v\"" ".__metadata__.$f=\"$v\"" \
			"\"$f\" is \"$v\", want a number from 0"
	done
done
meta=.__metadata__ m='.["adam.m"]'
odd_checkpoint 'an infinite loss' "$meta.loss=\"inf\"" '"loss" is "inf"'
odd_checkpoint 'a batch that the epoch has not' "$meta.batch=\"999\"" 'batch 999 of '
odd_checkpoint 'fewer updates than Adam has made' "$meta.update=\"0\"" 'tensor adam.steps: '
odd_checkpoint 'more tokens than updates' "$meta.tokens=\"9\"|$meta.updates=\"0\"" 'batch '
odd_checkpoint 'epochs kept that were not' "$meta.first_kept=\"999\"" 'epochs kept from 999 on '
odd_checkpoint 'another shape' '.weights.shape=[1]|.weights.data_offsets=[0,4]' 'tensor '
odd_checkpoint 'another type' '.["adam.steps"].dtype="F64"' \
	'no tensor adam.steps of the right size'
odd_checkpoint 'offsets out of range' "$m.data_offsets=[0,99999999999]" \
	'tensor adam.m: data outside the file'
odd_checkpoint 'negative offsets' "$m.data_offsets=[-8,0]" 'tensor adam.m: data outside the file'
odd_checkpoint 'a huge shape' "$m.shape=[4294967296,4294967296]" 'tensor adam.m: '
odd_checkpoint 'no config' "del($meta.config)" 'is of another training'
odd_checkpoint 'a config of another version' "$meta.config=\"seed 1\"" \
	'is of another training (remove it to start anew): of another version of this program'
for c in '' 'del(.init, .["adam-eps"], .dtype)'; do
	holds "a checkpoint that lacks options of today: ${c:-none}: they had their defaults" "
		changed '$meta.config |= (fromjson | ${c:-.} | tojson)'; cp good.j j.whole
		head -n 1 j.whole | jq -c '.training.config |= (${c:-.})' >good.j
		sed 1d j.whole >>good.j; resume >log; cp j.whole good.j; cmp o whole.o"
done
odd_checkpoint 'no tensor' 'del(.["adam.v"])' ''
for t in weights adam.m adam.v; do
	at=$((begin + $(jq ".[\"$t\"].data_offsets[0]" head.json)))
	cp good o.checkpoint
	printf '\0\0\xc0\xff' | dd of=o.checkpoint bs=1 seek=$at conv=notrunc status=none
	refuses 1 <<<"checkpoint: NaN in $t ;; resume ;; o.checkpoint: tensor $t: number 0 is"
done
finish
