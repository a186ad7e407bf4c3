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
strange="TEST=none VALID=none TRAIN=none RUN=/nowhere CORPUS=/nowhere SRC=xx TGT=xx SPACE=none LIMIT=0.001 ROUNDS=x SEGMENTED= JOINED= VOCAB=1 TRAINED=none AVERAGE=9 more=--help share=x threads=-x name=x quote=x to=x stage=x TIMED=none MARGIN=0 POSIXLY_CORRECT=1 CDPATH=/ train-sub.args=--help bleu.args=--help make-dict.args=--help"
cat >begin.sh <<'B'
echo leaked
cat() { echo evil; }
mv() { :; }
set -f
cd /
B
mkdir home; echo 'def max: 7; def add: 5;' >home/.jq
strange="$strange HOME=$tmp/home MAKE=false BASH_ENV=$tmp/begin.sh ENV=$tmp/begin.sh SHELLOPTS=braceexpand:noclobber:noglob BASHOPTS=failglob:nocasematch 'BASH_FUNC_cat%%=() { echo evil; }' 'BASH_FUNC_mv%%=() { :; }' TMOUT=1 TMPDIR=/nowhere GREP_OPTIONS=-v QUOTING_STYLE=c"
elsewhere="env LOCPATH=$tmp/locale $strange"
for l in ${languages:-C}; do
	holds "the method, with -j4 and a shell full of variables, in $l" "$elsewhere LC_ALL=$l make -j4 -C $top -f $tmp/mini.mk RUN=$tmp/$l"
	says  'without a complaint' '== train-sub largest'
	cp "$err" said
	is    'of the shell or awk' "grep -i 'invalid\|Ung\|warn\|bash:\|awk' said" ''
	for f in $results; do
		holds "$f is the same" "cmp run/$f $l/$f"
	done
	is    'the report has numbers with a point' "grep -c '[0-9],[0-9]' $l/report.txt" 0
done
is    'nothing ran beside what is measured or trained' 'cat beside' ''
for l in ${languages:-C}; do
	same "filters print the same in $l" "profile-arch <run/archs.jsonl" "env LOCPATH=$tmp/locale LC_ALL=$l profile-arch <run/archs.jsonl"
done
export MILLINER_BIN=$real
exits 2 'what the task file leaves to the shell' "sed 's/^RUN :=/RUN ?=/' mini.mk >asks.mk; RUN=$tmp/leaked make -C $top -f $tmp/asks.mk -n"
says  'is asked for' 'RUN is not set: the task file says RUN := .., or the command line RUN=..; the environment is not asked'
is    'a SHARE of the command line' "$mini -n LIMIT=77 RUN=$tmp/new | grep -c \"jq '77'\"" 1

# options of make
for o in -k -i -s -w -r -R --no-print-directory -O --trace -j '-j 3' '-l 99'; do
	holds "make $o" "$mini $o RUN=$tmp/optional $tmp/optional/space.json $tmp/optional/archs.jsonl"
done
same  'make -B' "sample-arch -n 24 --seed 2 --distinct <run/space.json" "$mini -B RUN=$tmp/optional $tmp/optional/archs.jsonl >log 2>&1; cat optional/archs.jsonl"
exits 2 'a goal that fails' "$mini RUN=$tmp/failing sample-arch.args='--where arch.qkv_dim==1' $tmp/failing/archs.jsonl"
exits 2 'with -k, too' "$mini -k RUN=$tmp/failing sample-arch.args='--where arch.qkv_dim==1' $tmp/failing/archs.jsonl $tmp/failing/train.jsonl"
is    'which makes the rest' 'cd failing && ls train.jsonl archs.jsonl 2>/dev/null' train.jsonl
holds 'two makefiles' "echo 'sample-arch.args := -n 3' >more.mk; sed '/^sample-arch/d' mini.mk >rest.mk; make -C $top -f $tmp/more.mk --file=$tmp/rest.mk RUN=$tmp/two $tmp/two/archs.jsonl"
is    'are both read' 'cat two/archs.jsonl | wc -l' 3
holds 'a makefile from stdin' "make -C $top -f - RUN=$tmp/stdin $tmp/stdin/space.json <mini.mk"

# names
project="$tmp/my  prö:ject's \$HOME & \"(1)\" #%;x=1, 2"
mkdir "$project"
cp -r "$top/pipelines" "$top/data" corpus "$project"
mkdir -p "$project/build/cc"
ln -s "$real" "$project/build/cc/bin"
cp "$space" "$project/space.json"
sed "s|$tmp/run|run|; s|$tmp/corpus|corpus|; s|$space|space.json|" mini.mk >"$project/mini.mk"
export project
unset MILLINER_BIN
for c in "cd \"\$project\" && make -f mini.mk" "make -C \"\$project\" -f mini.mk RUN=absolute CORPUS=\"\$(printf %s \"\$project/corpus\" | sed 's/\\$/\$\$/g')\""; do
	holds "in a folder of all names: ${c:0:4}" "$c \$(case \"$c\" in *absolute*) echo absolute/train.jsonl ;; *) echo run/train.jsonl run/archs.jsonl ;; esac)"
done
same  'the same comes out' 'cat run/train.jsonl' 'cat "$project/run/train.jsonl"'
same  'by relative and absolute names' 'cat run/train.jsonl' 'cat "$project/absolute/train.jsonl"'
holds 'the demo is planned there' 'make -C "$project" -n -f pipelines/demo.mk'
export MILLINER_BIN=$real
while read -r c name; do
	for v in RUN CORPUS SPACE; do
		exits 2 "$v with $c" "make -C $top -f $tmp/mini.mk $v='$name'"
		says  'is told, with the cure' "Make cannot use a name with $c in it; rename it, or give the name of a link to it that has none (ln -s)"
		cp "$err" said
		is 'in one line, before anything runs' 'cat said | wc -l; ls -d /tmp/a?b 2>/dev/null' 1
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
# forms of a name
at="$mini RUN"
for n in ./ ''; do
	holds "RUN=${n}relative" "cd \"\$project\" && make -f mini.mk RUN=${n}relative ${n}relative/archs.jsonl && cmp relative/archs.jsonl \"\$tmp\"/run/archs.jsonl && rm -r relative"
done
holds 'RUN with a slash behind it' "$at=$tmp/slash/ $tmp/slash/archs.jsonl && cmp slash/archs.jsonl run/archs.jsonl"
exits 2 'RUN that begins with a dash' "$at=-x"
says  'is told' 'RUN is "-x": Make cannot use a name with - at its beginning in it'
ln -s nowhere dangling; ln -s loop loop; : >file
for n in dangling/x loop file/x; do
	exits 2 "RUN=$n" "$at=$tmp/$n"
	says  'cannot be made' "RUN is \"$tmp/$n\": mkdir: cannot "
	cp "$err" said
	is    'in one line' 'wc -l <said' 1
done
exits 2 'goals in the environment' "MAKECMDGOALS=x $at=$tmp/none"
says  'are told' 'MAKECMDGOALS is set in the environment: unset it'
holds 'few open files' "(ulimit -Sn 64; $at=$tmp/few $tmp/few/archs.jsonl) && cmp few/archs.jsonl run/archs.jsonl"
refuses 2 <<R
too few ;; (ulimit -n 64; $at=$tmp/fewer $tmp/fewer/archs.jsonl)
	;; hold: at most 64 files may be open, want 256 (ulimit -n)
a quote ;; make -C $top -f $tmp/mini.mk CORPUS="/tmp/it's" ;; Make cannot use a name with ' in it
Multi30k, too ;; make -C $top -n -f pipelines/multi30k.mk DATA='/tmp/a b'
	;; DATA is "/tmp/a b": Make cannot use
a comma, where spm_train takes it apart ;; make -C $top -f $tmp/mini.mk SEGMENTED= CORPUS='/tmp/a,b'
	;; spm_train
R
finish
