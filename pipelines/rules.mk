# rules.mk - the plumbing of a pipeline: what is made again and when, where the
# programs are, times, one make at a time. Included by method.mk, which has set
# here, this folder, and settings, the names of a task file's variables.
#
# Everything is a file in RUN, made again when what it depends on has changed:
# files, the text of the options, the programs themselves. One make at a time
# works in a RUN (hold), and one stage at a time, whatever -j: each uses all
# cores, and what is measured must be alone.

SHELL := bash
# -p: without functions, options and files that a user's shell exports
.SHELLFLAGS := -peuo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.NOTPARALLEL:
.PHONY: FORCE
MAKEFLAGS += --no-builtin-rules --no-print-directory
# -n, -q, -t
short := $(filter-out --%,$(firstword -$(MAKEFLAGS)))
looking := $(strip $(foreach o,n q t,$(findstring $o,$(short))))
# With it the inner make of a run would not get what the command line sets.
$(if $(findstring e,$(short)),$(error make -e is set: leave it out, variables of the environment \
	are not looked at here))

include $(here)/check.mk

# The programs: where the rules are installed, links to those installed with them.
BIN := $(call below,$(or $(value MILLINER_BIN),$(if $(filter /%,$(here)),,$(CURDIR)/)$(here)$(if \
	$(wildcard $(here)/../bin/measure-lat),/..,/../build/cc)/bin))
$(if $(findstring :,$(BIN)),$(error MILLINER_BIN is "$(BIN)": PATH cannot have \
	a colon in the name of a folder))
built := $(shell cd $(call quote,$(BIN)) 2>/dev/null && ls $(programs) 2>/dev/null)
above = $(subst pipelines/../,,$1)
other-builds := $(call above,$(patsubst %/measure-lat,%,$(wildcard \
	$(here)/../build/*/bin/measure-lat)))
$(if $(built),,$(error There is no $(call above,$(BIN))/measure-lat: type make first, which builds \
	the programs$(if $(other-builds), (MILLINER_BIN=$(firstword $(other-builds)) takes \
	another build; there are: $(other-builds)))))
# A mistake in options is told now: --help comes after they have been read.
args-mistake = $(if $(strip $2),$(shell $(call quote,$(BIN)/$1) $2 \
	--help 2>&1 >/dev/null | sed -n 1p))
tell = $(if $2,$(error $1: $2))
$(foreach p,$(filter $(built),$(programs)),$(call tell,$p.args,$(call args-mistake,$p,$($p.args))))
$(foreach v,FINAL QUARTER TUNE DISTILL,$(if $(strip $($v)),$(call tell,$v,$(call \
	args-mistake,train-sub,$(train-sub.args) $($v)))))
# So are files that the programs do not read; those of the run are not there yet.
unread = $(if $(filter $(RUN)/%,$3),,$(shell $(call quote,$(BIN)/$1) $2 $3 2>&1 >/dev/null \
	</dev/null | sed -n 1p))
$(foreach f,$(SPACE),$(call tell,SPACE,$(call unread,sample-arch,--largest,$f)))
$(foreach v,TEACHERS PEERS,$(foreach f,$($v),$(call tell,$v,$(call unread,profile-arch,-w,$f))))
$(foreach f,$(STUDENT),$(call tell,STUDENT,$(if $(shell [ -s $f ] || echo empty),$f: empty,$(call \
	unread,profile-arch,,$f))))
# The report is of BLEU.
scored-by = $(shell echo '{"hyp":"a","ref":"a"}' | $(call quote,$(BIN)/bleu) $(bleu.args) \
	2>/dev/null | jq -rs 'if length == 1 then .[0].name? else empty end' 2>/dev/null)
$(if $(bleu.args),$(if $(filter BLEU,$(scored-by)),,$(error bleu.args is "$(bleu.args)": want \
	options with which bleu prints one record, of BLEU)))
$(if $(filter -l% --li%,$(evolve.args)),$(error evolve.args is "$(evolve.args)": the limit of a \
	task is LIMIT or LIMIT_SHARE))
# $(call number-of,OPTION,OPTIONS,DEFAULT): the number that stands behind it, the last
number-of = $(or $(shell sed -n 's/.*--$1[ =]*\([0-9]*\).*/\1/p' <<<$(call quote,$2)),$3)
beam := $(call number-of,beam,$(translate.args),5)
$(if $(NBEST),$(if $(shell [ $(NBEST) -le $(beam) ] || echo over),$(error NBEST is \
	$(NBEST): want no more than the --beam of translate.args, $(beam))))
export PATH := $(BIN):$(value PATH)
# Numbers with a point and bytes in their order, whatever the user's language.
export LC_ALL := C
unexport POSIXLY_CORRECT CDPATH GNUTERM JQ_COLORS
# jq reads ~/.jq, which could mean something else by its words.
export HOME := /nonexistent

# --- helpers -----------------------------------------------------------------

if-changed = { new=$(call temp,$1); cat >$$new; if cmp -s $$new $1; then rm $$new; \
	else mv $$new $1; fi; }
# Whole or not at all: a recipe ends at the first command that fails.
temp = $1.$$$$.milliner.part
to = >$(call temp,$@); mv $(call temp,$@) $@
# $(call stage,NAME,COMMAND): run it, keep its time for the report
time = $(RUN)/time/$1
stage = mkdir -p $(RUN)/time; . $(here)/stage.sh; begin $(time) $^; \
	{ time { $2; } 2>&3; } 3>&2 2>$(call temp,$(time)); finish $(time) $(call temp,$(time))
# A message that nobody can get stops nothing.
say = @$(call saying,$1)
saying = echo "== $1" >&2 || :;

# Trainings of one architecture are called NAME.sSEED.
name = $(firstword $(subst .s, ,$1))
seed = $(lastword $(subst .s, ,$1))

# $(call jq,NAME,OPTIONS): a program of the folder jq, or FOLDER/NAME
jq = jq -L $(here)/jq $2 -f $(here)/$(if $(findstring /,$1),$1,jq/$1).jq

# The options of a program, its bytes, and where it runs if not here: what uses it
# depends on them.
uses = $(RUN)/args/$1 $(RUN)/id/$1 $($1.where)

# $(call want-count,VARIABLE ..): each holds a whole number; want-counts: at least one.
is-count = $(shell [[ $(call quote,$1) =~ ^[1-9][0-9]{0,4}$$ ]] && echo fine)
want-count = $(foreach v,$1,$(if $(call is-count,$(strip $($v))),,$(error \
	$v is "$($v)": want a whole number from 1 to 99999)))
want-counts = $(foreach v,$1,$(foreach n,$(or $($v),none),$(if $(call is-count,$n),,$(error \
	$v is "$($v)": want whole numbers from 1 to 99999))))
# $(call want-once,VARIABLE ..): no word stands twice in it.
want-once = $(foreach v,$1,$(if $(filter-out $(words $($v)),$(words $(sort $($v)))),$(error \
	$v is "$($v)": a word stands there twice)))
$(call want-once,TRAINED QUANTIZED CODEBOOKS STRATEGIES SEEDS)

# --- what has changed --------------------------------------------------------

# Options and programs are compared before anything is made, so that make -n
# says what would be. All rules that follow are expanded twice.
.SECONDEXPANSION:
same = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
old-args = $(and $(wildcard $(RUN)/args/$1),$(call same,$(file <$(RUN)/args/$1),$($1.args)))
old-id = $(call same,$(firstword $(file <$(RUN)/id/$1)),$(firstword $(shell \
	sha256sum <$(call quote,$(BIN)/$1) 2>/dev/null || echo none)))
$(RUN)/args/%: $$(if $$(call old-args,$$*),,FORCE)
	@mkdir -p $(@D); echo $(call quote,$($*.args)) | $(call if-changed,$@)
$(RUN)/id/%: $$(if $$(call old-id,$$*),,FORCE)
	@mkdir -p $(@D); sha256sum <$(call quote,$(BIN)/$*) | $(call if-changed,$@)
# $(call bytes-of,ROLE,FILES): what is made of files from elsewhere hangs on their bytes, not
# on their names and dates: a copy, a link or a checkout of a text makes nothing again.
# RUN/sum/ROLE has their sums. Those in RUN have rules, and their dates count, too.
# Files that look as before, in RUN/sum/.ROLE, are not read again; a date alone tells little:
# what comes by mv, cp -a, rsync, tar or another link may be other and older.
bytes-of = $(eval files.$1 := $2)$(RUN)/sum/$1
sums-of = { $(foreach f,$(files.$1),sha256sum <$f;) :; }
looks-of = { $(foreach f,$(files.$1),stat -Lc '%s %d %i %.Y %.Z' $f;) :; }
old-sum = $(shell sum=$(RUN)/sum/$1 looks=$(RUN)/sum/.$1; [ -f $$sum ] || exit; \
	now=$$($(looks-of) 2>/dev/null); if [ "$$now" != "$$(cat $$looks 2>/dev/null)" ]; then \
	[ "$$($(sums-of) 2>/dev/null)" = "$$(cat $$sum)" ] || exit; \
	$(if $(looking),,echo "$$now" >$$looks;) fi; echo same)
$(RUN)/sum/%: $$(if $$(call old-sum,$$*),,FORCE) $$(filter $$(RUN)/%,$$(files.$$*)) \
		| $$(filter-out $$(RUN)/%,$$(files.$$*))
	@mkdir -p $(@D); rm -f $(@D)/.$*; now=$$($(call looks-of,$*)); $(call sums-of,$*) $(to); \
	echo "$$now" >$(@D)/.$*

# --- alone -------------------------------------------------------------------

# The make that was called makes nothing: before its goals it looks after .held,
# which is another make of the same goals that has the lock of this run. What is
# only looked at (-n, -q, -t) needs none.
ifndef looking
state := $(shell [ /dev/fd/199 -ef $(RUN)/.lock ] && echo held || \
	{ mkdir -p $(RUN) && : >>$(RUN)/.held; } 2>&1)
ifneq (held,$(state))
$(if $(state),$(error RUN is "$(RUN)": $(state)))
$(if $(filter environment,$(origin MAKECMDGOALS)),$(error MAKECMDGOALS is set in \
	the environment: unset it))
$(if $(filter environment,$(origin MAKE)),$(eval MAKE = $$(MAKE_COMMAND)))
MAKEFLAGS += --silent
goals := $(foreach g,$(MAKECMDGOALS),$(call quote,$g))
again := $(MAKE) $(shell $(here)/makefiles $(firstword $(MAKEFILE_LIST))) $(goals)
SHELL = $(if $(filter-out .held,$(notdir $@)),true,bash)
$(RUN)/.held: FORCE
	+@exec $(here)/hold $(RUN) $(again)
include $(RUN)/.held
endif
endif
