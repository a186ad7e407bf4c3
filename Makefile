# Milliner: `make help` says what can be made.

VERSION := 0.1
PREFIX  ?= /usr/local
DESTDIR ?=
PROGRAM_PREFIX ?=
CC      ?= cc
PYTHON  ?= python3

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
unexport POSIXLY_CORRECT CDPATH
# What is compiled or tested depends on these where the command line has them,
# not on what a shell exports.
$(foreach v,SAN CROSS ARCH SYSROOT V DATA TESTS,$(if $(filter environment,\
	$(origin $v)),$(eval undefine $v)))

# One folder per set of flags, so that builds do not overwrite each other; its
# name is that of the compiler: "ccache gcc -m64" builds in build/ccache-gcc-m64.
quote = '$(subst ','\'',$1)'
OUT := build/$(shell printf %s $(call quote,$(foreach w,$(CC),$(notdir $w))) | \
	LC_ALL=C sed 's/[^A-Za-z0-9+._-]/-/g; s/--*/-/g')$(if $(SAN),-san)
export MILLINER_BIN := $(CURDIR)/$(OUT)/bin

# A goal after the other, -j or not: what times something must be alone. Each
# compiles by a make of its own that does use all cores.
ifneq (,$(filter-out all tested crossed% build/%,$(MAKECMDGOALS)))
.NOTPARALLEL:
endif

# The architecture: the rooms, lower ones first, and what each may include.
needs.base    :=
needs.rec     := base
needs.arch    := base rec
needs.num     := base
needs.text    := base rec
needs.score   := base rec text
needs.model   := base rec arch num text
needs.decode  := base rec arch num text model
needs.train   := base rec arch num text model
needs.latency := base rec arch num text model decode
needs.predict := base rec arch num
needs.search  := base rec arch num text model
# the corpus of the demo, for make-corpus alone
needs.grammar := base rec
ROOMS := base rec arch num text score model decode train latency predict search grammar

BLAS ?= $(firstword $(wildcard /usr/lib/*-linux-gnu/openblas-openmp))
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Werror
comma := ,
OPTIM := $(if $(SAN),-O1 -fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer,-O2)
# Where a product and a sum become one, the source says so (vec.h's muladd).
CFLAGS = -std=c11 -D_GNU_SOURCE -g $(OPTIM) $(WARN) -pthread \
	-ffp-contract=off \
	-DVERSION='"$(VERSION)"' $(if $(CROSS),-isystem $(SYSROOT)/usr/include) \
	$(EXTRA_CFLAGS)
LDFLAGS = $(OPTIM) -pthread $(if $(CROSS),-static -Wl$(comma)--no-warnings) $(EXTRA_LDFLAGS)
# One known OpenBLAS, whatever the system prefers: the OpenMP build, told to use
# one thread. The pthread build's pool would fight with ours; Debian's serial
# build has no lock around its buffers, so that two threads may get one.
# It is not linked but loaded when it is needed, see lib/num/blas.h.
blas_include := $(if $(BLAS),-I$(subst /usr/lib,/usr/include,$(BLAS)))
# SentencePiece's library is C++, one file of ours calls it, and only programs
# that read plain text get it. Without it, as on a device, spm_none.c says so.
CXX := $(patsubst %/cc,%/c++,$(patsubst cc,c++,$(subst gcc,g++,$(subst \
	clang,clang++,$(CC)))))
SPM := $(if $(wildcard $(addsuffix /include/sentencepiece_processor.h,/usr \
	/usr/local)),$(if $(shell $(CXX) -dumpmachine 2>/dev/null),1))
ifdef CROSS
SPM :=
endif
LIBS := -ljansson -lzstd -lyaml -lutf8proc -lpcre2-8 $(if $(SPM),-lsentencepiece \
	-lstdc++) -lm

# With CROSS=1 (see make cross): what a device needs, as static files. It calls
# neither BLAS nor libyaml nor Unicode; its tests have a naive BLAS.
ARCH    ?= aarch64
SYSROOT ?= build/sysroot-$(ARCH)
cross_rooms := base rec arch num text model decode latency
cross_progs := measure-lat translate
cross_units := kernels kernels-rows kernels-decode panels decoder beam
ifdef CROSS
LIBS := -L$(SYSROOT)/usr/lib/$(ARCH)-linux-gnu -ljansson -lzstd -lm
endif

# Kernels are compiled once per instruction set, from one source.
KERNELS := $(wildcard lib/num/kernels*.c)
ifeq ($(MACHINE),x86_64)
ISAS := amx avx512bf16 avx512vnni avx512 avx2 sse2
isa.avx512 := -mavx512f -mavx512bw -mavx512vl -mavx512dq -mfma \
	-mprefer-vector-width=512
isa.avx512vnni := $(isa.avx512) -mavx512vnni
isa.avx512bf16 := $(isa.avx512vnni) -mavx512bf16
isa.amx := $(isa.avx512bf16) -mamx-tile -mamx-int8 -mamx-bf16
isa.avx2 := -mavx2 -mfma
isa.sse2 :=
# what /proc/cpuinfo calls them
flag.avx2 := avx2
flag.avx512 := avx512f
flag.avx512vnni := avx512_vnni
flag.avx512bf16 := avx512_bf16
flag.amx := amx_tile
else ifeq ($(MACHINE),aarch64)
ISAS := neondot neon
isa.neondot := -march=armv8.2-a+dotprod
else
ISAS := plain
endif

libs   := $(filter-out $(KERNELS) $(if $(SPM),lib/text/spm_none.c) $(if \
	$(CROSS),lib/arch/hat_% lib/model/hat_% lib/num/blas.c lib/num/dense.c),\
	$(foreach r,$(if $(CROSS),$(cross_rooms),$(ROOMS)),$(wildcard lib/$r/*.c)))
progs  := $(patsubst bin/%.c,%,$(wildcard bin/*.c))
units  := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
objs   := $(libs:lib/%.c=$(OUT)/lib/%.o) \
	$(foreach i,$(ISAS),$(KERNELS:lib/%.c=$(OUT)/lib/%-$i.o)) \
	$(if $(SPM),$(OUT)/lib/text/spm.o)
BIN    := $(progs:%=$(OUT)/bin/%)
UNIT   := $(units:%=$(OUT)/unit/%)
# programs that tests need to make their data
HELPER := $(patsubst tests/helpers/%.c,$(OUT)/helpers/%,\
	$(wildcard tests/helpers/*.c))
# libraries that tests load before a program
PRELOAD := $(patsubst tests/preload/%.c,$(OUT)/preload/%.so,\
	$(wildcard tests/preload/*.c))
archive := $(OUT)/libmilliner.a

.PHONY: all help deps demo multi30k multi30k-tiny claims test tested cross \
	cross-deps cross-tests crossed crossed-tests manuals install uninstall clean \
	FORCE
all: $(BIN)

help:
	@echo 'make            build the filters into $(OUT)/bin'
	@echo 'make deps       install what Debian 12 lacks'
	@echo 'make demo       the whole method on the shipped corpus'
	@echo 'make multi30k DATA=folder   the same on Multi30k'
	@echo 'make multi30k-tiny DATA=folder   only train and score Transformer-Tiny there'
	@echo 'make claims DATA=folder     what HAT'\''s latency data sets show'
	@echo 'make test       all tests (SAN=1: with ASan and UBSan; TESTS="bleu unit/nn":'
	@echo '                these)'
	@echo 'make deps-fuzz fuzz         TARGET=, MINUTES= or RUNS=: see tests/fuzz'
	@echo 'make cross-deps cross ARCH=$(ARCH)   $(cross_progs)'
	@echo '                for another machine, each one static file'
	@echo 'make bench-NAME NAME one of $(BENCHES:bench-%=%): beside the'
	@echo '                machine'\''s limits and other programs'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR= PROGRAM_PREFIX= (and uninstall)'
	@echo 'make manuals    the options in bin/*.1 as in --help'
	@echo 'make clean      remove what was built'

# --- compiling ---------------------------------------------------------------

# What is killed while it writes leaves no file that counts as made: each is
# written under another name, which two makes do not share.
Q := $(if $(V),,@)
part = $@.$$$$.part
compiler = $(CC)
compile = $(Q)$(if $(V),,echo CC $<;) $(compiler) $(CFLAGS) -MMD -MP -MT $@ \
	-MF $(@:.o=.d).$$$$.part
object = -c -o $(part) $<; mv $(@:.o=.d).$$$$.part $(@:.o=.d); mv $(part) $@
link = $(Q)$(CC) $(LDFLAGS) -o $(part) $^ -Wl,--as-needed $(LIBS); \
	mv $(part) $@
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@flags() { printf '%s\n' $(call quote,$(CC)) $(call quote,$(CFLAGS) \
		$(LDFLAGS) $(BLAS) $(LIBS)); }; \
	flags | cmp -s - $@ || { flags >$(part); mv $(part) $@; }

room = $(patsubst %/,%,$(dir $*))
# The perceptron's loops are its own kernels: vectors and multiply-add.
$(OUT)/lib/num/dense.o: CFLAGS += -O3 -ffp-contract=fast -fno-math-errno \
	-fno-trapping-math
$(OUT)/lib/num/blas.o: CFLAGS += $(if $(BLAS),-DBLAS_FILE='"$(BLAS)/libopenblas.so.0"')
# Loops over every character, n-gram and resample.
$(patsubst %,$(OUT)/lib/score/%.o,ngrams pcg64 randomise resample ter_edits \
	tokenize): CFLAGS += -O3
$(OUT)/lib/%.o: lib/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) $(addprefix -Ilib/,$(room) $(needs.$(room))) \
		$(if $(filter num,$(room)),-O3 $(blas_include)) $(object)

$(OUT)/lib/text/spm.o: compiler = $(CXX)
$(OUT)/lib/%.o: lib/%.cc $(OUT)/flags
	@mkdir -p $(@D)
	$(subst -std=c11,-std=c++17 $(if $(SAN),-fno-sanitize=vptr),$(compile)) \
		$(addprefix -Ilib/,$(room) $(needs.$(room))) $(object)

# Instrumented, unrolled vectors take minutes to compile with -O3, and what this
# CPU cannot run need not be.
cpu := $(if $(SAN),$(shell grep -m 1 ^flags /proc/cpuinfo))
beyond := $(if $(SAN),$(foreach i,$(ISAS),$(if \
	$(filter-out $(cpu),$(flag.$i)),$i)))
# Branch-free loops, but no -ffast-math: masks need infinities.
define compile-kernels
$(OUT)/lib/num/$1-$2.o: lib/num/$1.c $(OUT)/flags
	@mkdir -p $$(@D)
	$$(compile) -Ilib/num -Ilib/base $(if $(SAN),-O1,-O3) \
		-fno-math-errno -fno-trapping-math $(isa.$2) -DISA=$2 \
		$(if $(filter $2,$(beyond)),-fno-sanitize=all) $$(object)
endef
$(foreach i,$(ISAS),$(foreach k,$(KERNELS),$(eval \
	$(call compile-kernels,$(basename $(notdir $k)),$i))))

$(OUT)/obj/bin/%.o: bin/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) $(addprefix -Ilib/,$(ROOMS)) $(object)

$(OUT)/obj/unit/%.o: tests/unit/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Itests $(addprefix -Ilib/,$(ROOMS)) $(blas_include) \
		$(object)

$(OUT)/obj/helpers/%.o: tests/helpers/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) $(addprefix -Ilib/,$(ROOMS)) $(object)

$(archive): $(objs)
	$(Q)rm -f $(part); $(if $(CROSS),$(ARCH)-linux-gnu-)ar rcs $(part) $^; \
	mv $(part) $@

$(BIN): $(OUT)/bin/%: $(OUT)/obj/bin/%.o $(archive)
	@mkdir -p $(@D)
	$(link)
$(HELPER): $(OUT)/helpers/%: $(OUT)/obj/helpers/%.o $(archive)
$(UNIT): $(OUT)/unit/%: $(OUT)/obj/unit/%.o $(archive)
$(UNIT): $(if $(CROSS),$(OUT)/obj/unit/naive/blas.o)
$(HELPER) $(UNIT):
	@mkdir -p $(@D)
	$(link)

# without sanitizers: it comes before their runtime
$(PRELOAD): $(OUT)/preload/%.so: tests/preload/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -shared -fPIC -o $(part) $<; \
	mv $(part) $@

-include $(wildcard $(OUT)/*/*/*.d)
.SECONDARY: $(progs:%=$(OUT)/obj/bin/%.o) $(units:%=$(OUT)/obj/unit/%.o)

# --- the method --------------------------------------------------------------

# Compiling uses all cores, whether or not -j was given; running does not.
parallel = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

demo multi30k multi30k-tiny:
	@$(MAKE) $(parallel) all
	@$(MAKE) -f pipelines/$@.mk

DATA ?= ../shared/data/hat/latency
claims:
	@$(MAKE) $(parallel) all
	@PATH=$(OUT)/bin:$$PATH exec pipelines/hold runs/claims \
		pipelines/claims.sh $(call quote,$(DATA)) runs/claims

# --- tests -------------------------------------------------------------------

tested: $(BIN) $(UNIT) $(HELPER) $(PRELOAD)
test:
	@$(MAKE) $(parallel) tested
	@tests/run $(OUT) $(TESTS)

# --- another machine ---------------------------------------------------------

deb.aarch64 := arm64
crossed: $(cross_progs:%=$(OUT)/bin/%)
crossed-tests: $(cross_units:%=$(OUT)/unit/%)

cross cross-tests:
	$(if $(deb.$(ARCH)),,$(error ARCH must be aarch64))
	@$(MAKE) $(parallel) CC=$(ARCH)-linux-gnu-gcc CROSS=1 \
		$(subst cross,crossed,$@)
cross-deps:
	@tests/deps gcc-$(ARCH)-linux-gnu libc6-dev-$(deb.$(ARCH))-cross \
		qemu-user-static
	@tests/cross-deps $(ARCH) $(deb.$(ARCH)) $(SYSROOT)

# --- benchmarks --------------------------------------------------------------

# Each is a program tests/bench-NAME that is given the build's folder. Times
# are printed, never asserted.
BENCHES := $(patsubst tests/%,%,$(wildcard tests/bench-*))
.PHONY: $(BENCHES)
$(BENCHES):
	@$(MAKE) $(parallel) tested
	@PYTHON='$(PYTHON)' tests/$@ $(OUT)

# --- installing --------------------------------------------------------------

PACKAGES := gcc g++ make libc6-dev libjansson-dev libopenblas-openmp-dev \
	libzstd-dev libyaml-dev libutf8proc-dev libpcre2-dev libsentencepiece-dev \
	sentencepiece \
	gnuplot-nox jq parallel zstd
deps:
	@tests/deps $(PACKAGES)

# Readable by all, whatever the umask; names reach the shell as they are.
install uninstall: export to := $(DESTDIR)$(PREFIX)
install uninstall: export prefix := $(PROGRAM_PREFIX)
install uninstall: export share := $(DESTDIR)$(PREFIX)/share
installable = $(if $(filter-out /%,$(firstword $(PREFIX))),$(error PREFIX is \
	"$(PREFIX)": want a path that begins with /))$(if $(findstring \
	/,$(PROGRAM_PREFIX))$(word 2,$(PROGRAM_PREFIX)),$(error PROGRAM_PREFIX is \
	"$(PROGRAM_PREFIX)": want what names of programs begin with, in one word))
# The rules of the method are for everybody's task files; those for one corpus
# of the project's, and for its claims, stay here.
rules := $(filter-out claims.% drift.awk floor.awk tau.awk corpora.md README.md \
	demo.mk multi30k% iwslt% wmt%,$(shell cd pipelines && find * -type f))
manual = LC_ALL=C awk -v prefix="$$prefix" -v version=$(VERSION) \
	-v names='milliner $(progs)' -f bin/help/installed.awk
completion = $(OUT)/bin/$$p --help | LC_ALL=C awk -v program="$$prefix$$p" \
	-f bin/help/help.awk -f bin/help/$1.awk | install -m 644 /dev/stdin
install:
	@$(installable)$(MAKE) $(parallel) all
	@umask 022; install -d "$$to/bin" "$$share"/{milliner/{bin,grammar},man/man1} \
		"$$share"/{man/man7,bash-completion/completions,zsh/site-functions}; \
	for p in $(progs); do \
		install -m 755 $(OUT)/bin/$$p "$$to/bin/$$prefix$$p"; \
		ln -sf "../../../bin/$$prefix$$p" "$$share/milliner/bin/$$p"; \
		$(manual) bin/$$p.1 | \
			install -m 644 /dev/stdin "$$share/man/man1/$$prefix$$p.1"; \
		$(call completion,bash) "$$share/bash-completion/completions/$$prefix$$p"; \
		$(call completion,zsh) "$$share/zsh/site-functions/_$$prefix$$p"; \
	done; \
	$(manual) bin/milliner.7 | \
		install -m 644 /dev/stdin "$$share/man/man7/$${prefix}milliner.7"; \
	install -m 644 data/spaces/*.json "$$share/milliner"; \
	install -m 644 data/grammar/*.tsv "$$share/milliner/grammar"; \
	for f in $(rules); do \
		mode=644; [ ! -x pipelines/$$f ] || mode=755; \
		install -D -m $$mode pipelines/$$f "$$share/milliner/pipelines/$$f"; \
	done; \
	echo "installed: $$to/bin, $$share/milliner, $$share/man"
uninstall:
	@$(installable)for p in $(progs); do \
		rm -f "$$to/bin/$$prefix$$p" "$$share/milliner/bin/$$p" \
			"$$share/man/man1/$$prefix$$p.1" \
			"$$share/bash-completion/completions/$$prefix$$p" \
			"$$share/zsh/site-functions/_$$prefix$$p"; \
	done; \
	rm -f "$$share/man/man7/$${prefix}milliner.7"; \
	for f in $(notdir $(wildcard data/spaces/*.json)) \
			$(patsubst data/%,%,$(wildcard data/grammar/*.tsv)) \
			$(rules:%=pipelines/%); do \
		rm -f "$$share/milliner/$$f"; \
	done; \
	[ ! -d "$$share/milliner" ] || \
		find "$$share/milliner" -depth -type d -empty -delete

# The options in the manual pages are those of --help.
manuals: all
	@for p in $(progs); do \
		bin/help/page $(OUT)/bin/$$p bin/$$p.1 >bin/$$p.1.part; \
		cmp -s bin/$$p.1.part bin/$$p.1 && rm bin/$$p.1.part || \
			mv bin/$$p.1.part bin/$$p.1; \
	done

include tests/fuzz/fuzz.mk

clean:
	rm -rf build
