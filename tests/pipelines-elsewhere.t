# The pipelines in somebody else's shell and folders: exported variables,
# another language, -j, names that make or the shell would take apart.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
stubs

# who runs beside whom
for p in measure-lat train-super train-sub evolve translate fit-mlp; do
	rm -f stub/$p
	cat >stub/$p <<-S
	#!/usr/bin/env bash
	mkdir $tmp/busy || echo $p >>$tmp/beside
	$real/$p "\$@"; code=\$?
	rmdir $tmp/busy
	exit \$code
	S
	chmod +x stub/$p
done
: >beside
results='src.dict space.json train.jsonl super.safetensors archs.jsonl ends.jsonl largest.hyp'
holds 'here' "$mini $(printf "$tmp/run/%s " $results)"
mkdir locale
languages=
for l in de_DE tr_TR; do
	localedef -i $l -f UTF-8 locale/$l.UTF-8 2>/dev/null && languages="$languages $l.UTF-8"
done
[ "$languages" ] || echo '# no locales can be made here: all in C'
strange='TEST=none VALID=none TRAIN=none RUN=/nowhere CORPUS=/nowhere SRC=xx TGT=xx SPACE=none
	LIMIT=0.001 ROUNDS=x SEGMENTED= JOINED= VOCAB=1 TRAINED=none AVERAGE=9 more=--help share=x
	threads=-x name=x quote=x to=x stage=x TIMED=none MARGIN=0 POSIXLY_CORRECT=1 CDPATH=/
	train-sub.args=--help bleu.args=--help make-dict.args=--help'
cat >begin.sh <<'B'
echo leaked
cat() { echo evil; }
mv() { :; }
set -f
cd /
B
mkdir home; echo 'def max: 7; def add: 5;' >home/.jq
strange+=" HOME=$tmp/home MAKE=false BASH_ENV=$tmp/begin.sh ENV=$tmp/begin.sh
	SHELLOPTS=braceexpand:noclobber:noglob BASHOPTS=failglob:nocasematch
	'BASH_FUNC_cat%%=() { echo evil; }' 'BASH_FUNC_mv%%=() { :; }'
	TMOUT=1 TMPDIR=/nowhere GREP_OPTIONS=-v QUOTING_STYLE=c GNUTERM=none JQ_COLORS=x"
strange=${strange//$'\n'/}
for l in ${languages:-C}; do
	there="env LOCPATH=$tmp/locale $strange LC_ALL=$l"
	holds "the method, with -j4 and a shell full of variables, in $l" \
		"$there make -j4 -C $top -f $tmp/mini.mk RUN=$tmp/$l"
	says  'it says what it does' '== train-sub largest'
	cp "$err" said
	is    "in $l: no complaint of the shell, awk or jq" \
		"grep -i 'invalid\|Ung\|warn\|bash:\|awk\|failed' said" ''
	for f in $results; do
		holds "in $l: $f is the same" "cmp run/$f $l/$f"
	done
	is    "in $l: the report has numbers with a point" "grep -c '[0-9],[0-9]' $l/report.txt" 0
done
is    'nothing ran beside what is measured or trained' 'cat beside' ''
for l in ${languages:-C}; do
	same "filters print the same in $l" 'profile-arch run/archs.jsonl' \
		"env LOCPATH=$tmp/locale LC_ALL=$l profile-arch run/archs.jsonl"
done
# where messages cannot go
export MILLINER_BIN=$real
for to in '2>&-' '<&- 2>&-' '<&- >&- 2>&-' '2>/dev/full'; do
	rm -rf unheard
	holds "with $to" "$mini RUN=$tmp/unheard $tmp/unheard/lats.jsonl $to"
	holds "with $to: the same" 'cmp run/super.safetensors unheard/super.safetensors'
done
sed 's/^RUN :=/RUN ?=/' mini.mk >asks.mk
refuses 2 <<'R'
a task file that leaves RUN to the shell ;; RUN=$tmp/leaked make -C $top -f $tmp/asks.mk -n
	;; RUN is not set: the task file says RUN := .., or the command line RUN=..;
	the environment is not asked
R
is    'a SHARE of the command line' "$mini -n LIMIT=77 RUN=$tmp/new | grep -c \"jq '77'\"" 1
holds 'AVERAGE counts beside train-sub.args of the command line' "
	$mini -n RUN=$tmp/new 'train-sub.args=--max-epoch 3' |
		finds 'train-sub .*--max-epoch 3 .*--keep-last-epochs 2'"

# options of make
optional="$mini RUN=$tmp/optional"
for o in -k -i -s -w -r -R --no-print-directory -O --trace -j '-j 3' '-l 99'; do
	holds "make $o" "$optional $o $tmp/optional/space.json $tmp/optional/archs.jsonl"
done
same  'make -B' 'sample-arch -n 24 --seed 2 --distinct <run/space.json' "
	$optional -B $tmp/optional/archs.jsonl >log 2>&1; cat optional/archs.jsonl"
aged() { # options: does make with them make archs.jsonl, whose space has a new date, again?
	touch before; touch optional/space.json
	$optional "$@" $tmp/optional/archs.jsonl >log 2>&1 &&
		find optional/archs.jsonl -newer before | wc -l
}
is    'make -o and its like: a file is taken for old' '
	aged -o $tmp/optional/space.json; aged --old-file=$tmp/optional/space.json
	aged --assume-old $tmp/optional/space.json; aged' $'0\n0\n0\n1'
new() { $optional "$@" $tmp/optional/archs.jsonl >log 2>&1; }
is    'make -W and its like: a file is taken for new' '
	for o in "-W " -sW --what-if= "--new-file "; do
		touch before; new $o$tmp/optional/space.json
		find optional/archs.jsonl -newer before | wc -l
	done' $'1\n1\n1\n1'
for e in 'make -e' 'env MAKEFLAGS=e make'; do
	refuses 2 <<<"$e ;; ${mini/#make/$e} RUN=$tmp/optional ;; make -e is set: leave it out"
done
failing="$mini RUN=$tmp/failing sample-arch.args='--where arch.qkv_dim==1'"
refuses 2 <<R
a goal that fails ;; $failing $tmp/failing/archs.jsonl ;; no further architecture in 100000 draws
make -k: a goal that fails ;; $failing -k $tmp/failing/archs.jsonl $tmp/failing/train.jsonl
	;; no further architecture in 100000 draws
R
is    'make -k makes the rest' 'cd failing && ls train.jsonl archs.jsonl 2>/dev/null' train.jsonl
echo 'sample-arch.args := -n 21' >more.mk
sed '/^sample-arch/d' mini.mk >rest.mk
holds 'make with two makefiles' "
	make -C $top -f $tmp/more.mk --file=$tmp/rest.mk RUN=$tmp/two $tmp/two/archs.jsonl"
is    'make with two makefiles: both are read' 'wc -l <two/archs.jsonl' 21
holds 'make with a makefile, in short' \
	"make -C $top --mak=$tmp/mini.mk --fi $tmp/more.mk RUN=$tmp/short $tmp/short/space.json"
for stdin in - /dev/stdin; do
	holds "make with a makefile from stdin: $stdin" "
		rm -rf stdin; make -C $top -f $stdin RUN=$tmp/stdin $tmp/stdin/space.json <mini.mk"
done

# names
project="$(pwd -P)/my  prö:ject's \$HOME & \"(1)\" #%;x=1, 2"
mkdir "$project"
cp -r "$top/pipelines" "$top/data" corpus "$project"
mkdir -p "$project/build/cc"
ln -s "$real" "$project/build/cc/bin"
cp "$space" "$project/space.json"
sed "s|$tmp/run|run|; s|$tmp/corpus|corpus|; s|$space|space.json|" mini.mk >"$project/mini.mk"
export project
unset MILLINER_BIN
holds 'in a folder of all names' \
	'cd "$project" && make -f mini.mk run/train.jsonl run/archs.jsonl'
same  'in a folder of all names the same comes out' \
	'cat run/train.jsonl' 'cat "$project/run/train.jsonl"'
holds 'in a folder of all names, named as a whole' '
	make -C "$project" -f mini.mk RUN=absolute CORPUS="${project//\$/\$\$}/corpus" \
		absolute/train.jsonl'
same  'in a folder of all names, named as a whole, the same comes out' \
	'cat run/train.jsonl' 'cat "$project/absolute/train.jsonl"'
holds 'in a folder of all names the demo is planned' \
	'make -C "$project" -n -f pipelines/demo.mk'
export MILLINER_BIN=$real
link='rename it, or give the name of a link to it that has none (ln -s)'
one_line() { # what: the message of the last command is one
	cp "$err" said
	is "$1: in one line, before anything runs" 'wc -l <said; ls -d /tmp/a?b 2>/dev/null' 1
}
while read -r c name; do
	for v in RUN CORPUS SPACE; do
		refuses 2 <<<"$v with $c ;; make -C $top -f $tmp/mini.mk $v='$name' ;;
	Make cannot use a name with $c in it; $link"
		one_line "$v with $c"
	done
done <<'N'
blank /tmp/a b
: /tmp/a:b
$ /tmp/a$$b
" /tmp/a"b
% /tmp/a%b
; /tmp/a;b
= /tmp/a=b
& /tmp/a&b
( /tmp/a(b
* /tmp/a*b
\ /tmp/a\b
` /tmp/a`b
N
for v in TEACHERS STUDENT PEERS; do
	for c in : '$' '('; do
		refuses 2 <<<"$v with $c ;; $mini $v='corpus/a b${c/\$/\$\$}c'
	;; Make cannot use a name with $c in it; $link"
		one_line "$v with $c"
	done
done
# forms of a name
at="$mini RUN"
for n in ./ .//././ ''; do
	holds "RUN=${n}relative" "
		cd \"\$project\" && make -f mini.mk RUN=${n}relative ${n}relative/archs.jsonl &&
			cmp relative/archs.jsonl $tmp/run/archs.jsonl && rm -r relative"
done
holds 'RUN with a slash behind it' "
	$at=$tmp/slash/ $tmp/slash/archs.jsonl && cmp slash/archs.jsonl run/archs.jsonl"
is    'the name of this folder within that of another is no part of it' "
	make -C $top -n -f $tmp/mini.mk RUN=$tmp/$top/run | grep -oE '[^ <>]*/run/space.json' |
		sort -u" "$tmp/${top#/}/run/space.json"
ln -s nowhere dangling; ln -s loop loop; : >file
for n in dangling/x loop file/x; do
	refuses 2 <<<"RUN=$n ;; $at=$tmp/$n ;; RUN is \"$tmp/$n\": mkdir: cannot "
	one_line "RUN=$n"
done
holds 'few open files' "
	(ulimit -Sn 64; $at=$tmp/few $tmp/few/archs.jsonl) && cmp few/archs.jsonl run/archs.jsonl"
refuses 2 <<R
RUN that begins with a dash ;; $at=-x
	;; RUN is "-x": Make cannot use a name with - at its beginning in it
goals in the environment ;; MAKECMDGOALS=x $at=$tmp/none
	;; MAKECMDGOALS is set in the environment: unset it
too few open files ;; (ulimit -n 64; $at=$tmp/fewer $tmp/fewer/archs.jsonl)
	;; hold: at most 64 files may be open, want 256 (ulimit -n)
a quote ;; make -C $top -f $tmp/mini.mk CORPUS="/tmp/it's" ;; Make cannot use a name with ' in it
Multi30k: a blank ;; make -C $top -n -f pipelines/multi30k.mk DATA='/tmp/a b'
	;; DATA is "/tmp/a b": Make cannot use
a comma, which spm_train takes apart ;; make -C $top -f $tmp/mini.mk SEGMENTED= CORPUS='/tmp/a,b'
	;; spm_train
R
finish
