# A task file's mistakes are told before anything runs, each in one sentence that
# names the variable.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
mkdir short empty piped packed
for f in corpus/*; do zstd -q $f -o packed/${f#*/}; done
cp corpus/* piped; rm piped/train.de; mkfifo piped/train.de
: >nothing
for f in corpus/*; do head -n 150 $f >short/${f#*/}; done
for f in corpus/*; do cp $f empty; done
sed -i 7d short/train.de
: >empty/valid.en; : >empty/valid.de
echo >file

# The mistake, as a line that the task file ends with or, after -, as what is
# taken out of it; then what is said.
task() { # mistake: make with a task file that makes it
	case $1 in
	-*) sed "/^${1#-} :=/d" mini.mk >task.mk ;;
	*) { sed '$d' mini.mk; echo "$1"; tail -n 1 mini.mk; } >task.mk ;;
	esac
	make -C "$top" -f "$tmp/task.mk"
}
mistakes() { # lines "mistake ;; message", TMP in them for the folder of the test
	refuses 2 < <(sed "s|TMP|$tmp|g
		s/^\([^\t].*[^ ]\) *;; /a task file: \1 ;; task '\1' ;; *** /")
}
mistakes <<'T'
-RUN                     ;; RUN is not set: the task file says RUN := .., or the command line
	RUN=..; the environment is not asked
RUN :=                   ;; RUN is not set
RUN := /                 ;; RUN is "/": want a folder of its own, such as runs/mine
RUN := .                 ;; RUN is ".": want a folder of its own
RUN := TMP/my run        ;; RUN is "TMP/my run": Make cannot use a name with blank in it
RUN := $(CORPUS)/test.de ;; RUN is "TMP/corpus/test.de": want a folder, but that is a file
-CORPUS                  ;; CORPUS is not set
CORPUS := nowhere        ;; CORPUS is "nowhere", which is no folder: there is no nowhere/train.en
	(CORPUS/TRAIN.SRC)
VALID := none            ;; CORPUS is "TMP/corpus": there is no TMP/corpus/none.en
	(CORPUS/VALID.SRC)
TGT := it                ;; CORPUS is "TMP/corpus": there is no TMP/corpus/train.it
	(CORPUS/TRAIN.TGT)
-SRC                     ;; SRC is not set
-TGT                     ;; TGT is not set
-SPACE                   ;; SPACE is not set
SPACE := nowhere.json    ;; SPACE is "nowhere.json": want a file with a space record
SPACE := data/spaces     ;; SPACE is "data/spaces": want a file with a space record
LIMIT := 20ms            ;; LIMIT is "20ms": want a number of milliseconds above 0, such as 20
LIMIT := 0               ;; LIMIT is "0": want a number of milliseconds above 0
LIMIT := 0.0e5           ;; LIMIT is "0.0e5": want a number
LIMIT := -5              ;; LIMIT is "-5": want a number
LIMIT := 20,5            ;; LIMIT is "20,5": want a number
LIMIT := 1 2             ;; LIMIT is "1 2": want a number
LIMIT_SHARE := 60        ;; LIMIT_SHARE is "60": want a share of the largest's latency, between 0
	and 1
LIMIT_SHARE := 60%       ;; LIMIT_SHARE is "60%": want a share
MARGIN := 1.0001         ;; MARGIN is "1.0001": want a share of the limit, above 0 and at most 1
MARGIN := 0.00           ;; MARGIN is "0.00": want a share of the limit
MARGIN := 1.1            ;; MARGIN is "1.1": want a share of the limit
ROUNDS := 2              ;; ROUNDS is "2": want an odd number, such as 3
ROUNDS := three          ;; ROUNDS is "three": want an odd number
ROUNDS := -1             ;; ROUNDS is "-1": want an odd number
VOCAB := 8k              ;; VOCAB is "8k": want a number of subwords
AVERAGE := last          ;; AVERAGE is "last": want a number of epochs
AVERAGE := 00            ;; AVERAGE is "00": want a number of epochs
FINALISTS := 00          ;; FINALISTS is "00": want a number of architectures
THREADS := 00            ;; THREADS is "00": want a number of threads
SEEDS := 1 01            ;; SEEDS is "1 01": want numbers
SEEDS := 1 2 1           ;; SEEDS is "1 2 1": a word stands there twice
CODEBOOKS := 4 8 4       ;; CODEBOOKS is "4 8 4": a word stands there twice
QUANTIZED := found found ;; QUANTIZED is "found found": a word stands there twice
TRAINED := found found   ;; TRAINED is "found found": a word stands there twice
STRATEGIES := hat hat    ;; STRATEGIES is "hat hat": a word stands there twice
bleu.args := -m ter      ;; bleu.args is "-m ter": want options with which bleu prints one record
bleu.args := --sentence  ;; bleu.args is "--sentence": want options with which bleu prints one
bleu.args := --format text ;; bleu.args is "--format text": want options
CORPUS := TMP/piped      ;; CORPUS is "TMP/piped": TMP/piped/train.de is a pipe, and is read several
SPACE := TMP/nothing     ;; SPACE: sample-arch: TMP/nothing: no space record
SPACE := data/README.md  ;; SPACE: sample-arch: data/README.md:1: want
PEERS := data/README.md  ;; PEERS: profile-arch: data/README.md: not a safetensors file
STUDENT := TMP/nothing   ;; STUDENT: TMP/nothing: empty
STUDENT := data/README.md ;; STUDENT: profile-arch: data/README.md:1: want
DEVICE := gpu            ;; DEVICE is "gpu": want cpu, or opencl or opencl:N, a device of
	measure-lat --list-devices
NBEST := 0               ;; NBEST is "0": want a number of translations, such as 3
FINALISTS := all         ;; FINALISTS is "all": want a number of architectures, 0 for none
START := hat             ;; START is "hat": want rules or none
STRATEGIES := random best ;; STRATEGIES is "random best": evolve has no strategy "best", want some
	of: hat nsga2 random deepest
THREADS := all           ;; THREADS is "all": want a number of threads
SEGMENTED := 0           ;; SEGMENTED is "0": want 1, or nothing
JOINED := yes            ;; JOINED is "yes": want 1, or nothing
TRAINED := found biggest ;; TRAINED is "found biggest": there is no model "biggest", want some of:
	found largest smallest random
TEACHER := all           ;; TEACHER is "all": want token, sequence, both or none
TEACHER := token both    ;; TEACHER is "token both": want token
TEACHERS := nowhere      ;; TEACHERS is "nowhere": want files, but there is no nowhere
PEERS := nowhere         ;; PEERS is "nowhere": want files, but there is no nowhere
STUDENT := nowhere       ;; STUDENT is "nowhere": want files, but there is no nowhere
TEACHERS := TMP/nothing  ;; TEACHERS is set, but TEACHER is not: want token, sequence or both
NBEST := 2               ;; NBEST is set, but TEACHER is not: want token, sequence or both
DISTILL := --distill-weight 0.5 ;; DISTILL is set, but TEACHER is not
SEEDS := one             ;; SEEDS is "one": want numbers, such as 1 2 3
QUANTIZED := big         ;; QUANTIZED is "big": there is no model "big", want some of: found
	largest smallest random
CODEBOOKS := 8 4.tune    ;; CODEBOOKS is "8 4.tune": want bits from 2 to 8, each with .all, and
	.tuned or .moved, or none
CODEBOOKS := 4.tuned.moved ;; CODEBOOKS is "4.tuned.moved": want bits
CODEBOOKS := 4.tuned.all ;; CODEBOOKS is "4.tuned.all": want bits
CODEBOOKS := 16          ;; CODEBOOKS is "16": want bits from 2 to 8
LIMITS := 5              ;; LIMITS is not known: did you mean LIMIT?
limit := 5               ;; limit is not known: did you mean LIMIT?
LIMT := 5                ;; LIMT is not known: did you mean LIMIT?
ROUND := 3               ;; ROUND is not known: did you mean ROUNDS?
LIMITSHARE := 0.5        ;; LIMITSHARE is not known: did you mean LIMIT_SHARE?
SEGMENTD := 1            ;; SEGMENTD is not known: did you mean SEGMENTED?
train_sub.args := -q     ;; train_sub.args is not known: no program train_sub takes options here
	(did you mean train-sub.args?)
fitmlp.args := -q        ;; fitmlp.args is not known: no program fitmlp takes options here (did you
	mean fit-mlp.args?)
train-supper.args := -q  ;; train-supper.args is not known: no program train-supper takes options
	here (did you mean train-super.args?)
common.args := -q        ;; common.args is not known: no program common takes options here (did you
	mean one of: make-corpus.args
T
sed 's/^RUN/RUNS/' mini.mk >runs.mk
refuses 2 <<'R'
RUNS for RUN ;; make -C $top -f $tmp/runs.mk ;; RUN is not set (is RUNS meant?)
of the command line: LIMITS ;; $mini LIMITS=5 ;; *** LIMITS is not known:
of the command line: train_sub.args ;; $mini train_sub.args=-q
	;; *** train_sub.args is not known:
R
is    'a mistake in a task file: nothing was made' 'ls -d run 2>/dev/null' ''
{ printf '%s := x\n' HERE DEST TEXT SRCS; echo 'steps = --max-update 9'; cat mini.mk; } >own.mk
exits 0 'variables of its own' "make -n -C $top -f $tmp/own.mk LR=3"

for m in 1 1.0 1.00 .5 1e0 10e-1; do
	exits 0 "MARGIN=$m" "$mini -n MARGIN=$m"
done

# programs of others, told before hours are spent; not those that nothing needs
mkdir few
for p in bash make awk sed grep tr head sha256sum cat cut cmp mkdir seq nproc env sort uname \
	dirname rm mv; do
	ln -s "$(command -v $p)" few
done
only() { # programs of others that are there, what make is told besides
	local p
	rm -f few/{jq,gnuplot,spm_train,spm_encode}
	for p in $1; do ln -sf /bin/true few/$p; done
	PATH=$tmp/few $mini "${@:2}"
}
refuses 2 <<'R'
no program jq ;; only '' ;; *** There is no program jq here.
	make deps, in Milliner's folder, installs all that is wanted; on Debian: apt-get install jq
no program gnuplot ;; only jq ;; *** There is no program gnuplot here. make deps, in Milliner's
	folder, installs all that is wanted; on Debian: apt-get install gnuplot-nox
no program spm_train ;; only 'jq gnuplot' SEGMENTED= ;; *** There is no program spm_train here.
	make deps, in Milliner's folder, installs all that is wanted;
	on Debian: apt-get install sentencepiece
programs that are not built ;; MILLINER_BIN=$tmp/none $mini
	;; /none/measure-lat: type make first, which builds the programs
R
mkdir -p gcc/build/gcc/bin; cp -r $top/pipelines gcc; ln -s "$MILLINER_BIN"/* gcc/build/gcc/bin
there='env -u MILLINER_BIN make -C gcc -f ../mini.mk'
refuses 2 <<<"another build alone ;; $there ;; There is no build/cc/bin/measure-lat: type make
	first, which builds the programs (MILLINER_BIN=build/gcc/bin takes another build; there are:
	build/gcc/bin)"
exits 0 'another build that is asked for' "$there -n MILLINER_BIN=build/gcc/bin"
nobody='setpriv --reuid 65534 --clear-groups'
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && chmod 711 . &&
	$nobody test -r "$top/pipelines/check" -a -x "$MILLINER_BIN/bleu" -a -r mini.mk; then
	mkdir -m 755 closed
	refuses 2 <<R
a folder that may not be written ;; $nobody $mini RUN=$tmp/closed/run
	;; *** RUN is "$tmp/closed/run": want a folder that may be written, and $tmp/closed may not
R
fi

# options of a stage that comes hours later
refuses 2 <<'R'
an unknown option of evolve ;; $mini 'evolve.args=--popultion 60'
	;; *** evolve.args: evolve: --popultion: no such option; did you mean --population?
a rate with a comma ;; $mini 'train-super.args=--max-update 5 --lr 0,01'
	;; *** train-super.args: train-super: --lr: want a number in [0, 1000], not "0,01"
an unknown way to cut words ;; $mini 'bleu.args=--tokenize 13b'
	;; *** bleu.args: bleu: --tokenize: want one of none|13a|intl|char|zh, not "13b";
	did you mean 13a?
an option without its value ;; $mini translate.args=--beam
	;; *** translate.args: translate: --beam: want an integer in [1, 1000], not "--help"
an unknown option of finalists ;; $mini FINALISTS=2 'FINAL=--bogus'
	;; *** FINAL: train-sub: --bogus: no such option
a number of a quarter ;; $mini inherit 'QUARTER=--max-update x'
	;; *** QUARTER: train-sub: --max-update: want an integer 1 or more, not "x"
an unknown option of codebooks ;; $mini quantize 'TUNE=--bogus'
	;; *** TUNE: train-sub: --bogus: no such option
an unknown option of learning ;; $mini TEACHER=token 'DISTILL=--bogus'
	;; *** DISTILL: train-sub: --bogus: no such option
a teacher that is no model ;; $mini TEACHER=token TEACHERS=$tmp/nothing
	;; /nothing: not a safetensors file
more translations than are looked for ;; $mini TEACHER=sequence NBEST=3
	;; *** NBEST is 3: want no more than the --beam of translate.args, 2
more than without an option ;; $mini TEACHER=both translate.args= NBEST=6
	;; *** NBEST is 6: want no more than the --beam of translate.args, 5
R

# a bare chroot
without() { # folder, a command: with nothing in that folder
	unshare -rm bash -c 'mount -t tmpfs none "$1" && eval "$2"' - "$1" "$2"
}
if without /proc true 2>/dev/null; then
	while IFS='|' read -r folder text; do
		refuses 2 <<<"no $folder ;; without $folder '$mini' ;; *** $text"
		is "no $folder: one line" "wc -l <$err" 1
	done <<-'T'
	/proc|There is no /proc here, which tells who works in RUN: mount -t proc proc /proc
	/dev|There is no /dev/fd here, which bash wants: ln -s /proc/self/fd /dev/fd
	T
else
	echo '# no mounts without being root here'
fi

# texts
refuses 2 <<R
sides of unequal length ;; $mini CORPUS=$tmp/short ;; The sides are of unequal length:
	$tmp/short/train.en has 150 lines, $tmp/short/train.de has 149
packed sides ;; $mini CORPUS=$tmp/packed
	;; $tmp/packed/train.en: compressed: zstd -d unpacks it
sides without lines ;; $mini CORPUS=$tmp/empty
	;; There is no line in $tmp/empty/valid.en and $tmp/empty/valid.de
R
mkdir blank; cp corpus/* blank; sed -i 's/.*//' blank/valid.de
refuses 2 <<R
a side of empty lines ;; $mini CORPUS=$tmp/blank ;; make-dict: $tmp/blank/valid.de: no words
R
is    'sides of unequal length: told before anything else is made' \
	"find run -type f ! -name '.*' | grep -vE '^run/(args|id|sum)/'" ''
printf 'w8 w9' >short/valid.en; printf 'w8 w9\n' >short/valid.de
for e in ISO-8859-1 UTF-16; do
	mkdir $e
	for f in train.{de,en} valid.{de,en}; do printf 'dér Hund\n' >$e/$f; done
	printf 'dér Hund\n' | iconv -f UTF-8 -t $e >$e/valid.de
done
refuses 2 <<R
a side in Latin-1 ;; $mini CORPUS=$tmp/ISO-8859-1 SEGMENTED= TEST=valid
	;; make-dict: $tmp/ISO-8859-1/valid.de:1: not UTF-8 in byte 2; iconv converts other text
a side in UTF-16 ;; $mini CORPUS=$tmp/UTF-16 SEGMENTED= TEST=valid
	;; make-dict: $tmp/UTF-16/valid.de: UTF-16, want UTF-8: convert it by iconv
R
holds 'a last line without its end is one' \
	"$mini $tmp/run/sides CORPUS=$tmp/short TRAIN=valid TEST=valid"
if command -v spm_train >/dev/null; then
	refuses 2 <<'R'
a vocabulary that the text has not ;; $mini SEGMENTED= VOCAB=8000 $tmp/run/spm.model
	;; spm_train, VOCAB is 8000: Vocabulary size too high (8000)
R
	is 'a vocabulary that the text has not: no model is left' 'ls run/spm.model 2>/dev/null' ''
fi

# the limit, between what the largest (8 ms) and the smallest (2 ms) take
stubs
rm stub/measure-lat
cat >stub/measure-lat <<'S'
#!/usr/bin/env bash
jq -c --argjson times '[8, 2]' '.latency_ms = {total: $times[input_line_number - 1]} |
	if env.DISTURBED then .unsettled = true else . end'
S
chmod +x stub/measure-lat
fits="$mini ANY_LIMIT= $tmp/run/limit-fits"
here='measured here, the largest of the space takes 8 ms, the smallest 2 ms'
lies='so that it lies between them (ANY_LIMIT=1 takes any)'
refuses 2 <<R
a limit above the largest ;; $fits LIMIT=9
	;; LIMIT: the limit 9 ms limits nothing: $here; set LIMIT $lies
a limit of the largest ;; $fits LIMIT=8
	;; LIMIT: the limit 8 ms limits nothing: $here; set LIMIT $lies
a limit below the smallest ;; $fits LIMIT=1.5
	;; LIMIT: nothing in the space meets the limit 1.5 ms: $here; set LIMIT $lies
a share below the smallest ;; $fits LIMIT= LIMIT_SHARE=0.2
	;; LIMIT_SHARE: nothing in the space meets the limit 1.6 ms: $here; set LIMIT_SHARE $lies
a limit above the largest, before a supernet ;; $mini ANY_LIMIT= LIMIT=9 $tmp/run/super.safetensors
	;; LIMIT: the limit 9 ms limits nothing
R
is    'a limit above the largest: told before the supernet is trained' \
	'ls run/super* 2>/dev/null' ''
cp -r corpus hole; sed -i '5s/.*//' hole/test.de
refuses 2 <<R
an empty line in the test ;; $mini CORPUS=$tmp/hole $tmp/run/super.safetensors
	;; encode-text: $tmp/run/seg/test.tgt:5: an empty target
too few to fit to ;; $mini 'sample-arch.args=-n 10' $tmp/run/super.safetensors
	;; sample-arch.args give 10 architectures of $space: a predictor wants 20 or more
none that meets a condition ;; $mini 'sample-arch.args=-n 30 -w arch.qkv_dim==1'
	;; sample-arch: no further architecture in 100000 draws
R
is    'told before the supernet is trained' 'ls run/super* 2>/dev/null' ''
for limit in LIMIT=2 LIMIT=7.99 'LIMIT= LIMIT_SHARE=0.5'; do
	holds "a limit in between: $limit" "$fits $limit"
done
holds 'no limit is refused by times that other load disturbed' \
	"DISTURBED=1 $mini -B ANY_LIMIT= LIMIT=9 $tmp/run/limit-fits"
with_device() { # stages with that option
	make -C $top -n -f $tmp/mini.mk "DEVICE=$1" |
		sed -n "s|.*echo '.*--device $1'.*args/\([a-z-]*\)[.].*|\1|p" | sort | paste -sd' '
}
is    'DEVICE is an option of who measures and who translates' \
	'with_device opencl:1' 'measure-lat translate'
is    'DEVICE=cpu is an option of nobody' \
	"make -C $top -n -f $tmp/mini.mk DEVICE=cpu | grep -e --device" ''
finish
