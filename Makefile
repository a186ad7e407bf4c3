# Milliner: `make help` says what can be made.

VERSION := 0.1
PREFIX  ?= /usr/local
DESTDIR ?=
PROGRAM_PREFIX ?=
CC      := cc
PYTHON  ?= python3

SHELL := bash
# -p: without functions, options and files that a user's shell exports
.SHELLFLAGS := -peuo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
unexport POSIXLY_CORRECT CDPATH
# What is compiled or tested depends on these where the command line has them,
# not on what a shell exports.
$(foreach v,SAN EMULATE CROSS ARCH SYSROOT V DATA DEVICES TASK TESTS BLAS CPPFLAGS CFLAGS \
	CXXFLAGS LDFLAGS EXTRA_CFLAGS EXTRA_LDFLAGS,$(if $(filter environment,$(origin \
	$v)),$(eval undefine $v)))

# One folder per set of flags, so that builds do not overwrite each other; its
# name is that of the compiler: "ccache gcc -m64" builds in build/ccache-gcc-m64.
quote = '$(subst ','\'',$1)'
OUT := build/$(shell printf %s $(call quote,$(foreach w,$(CC),$(notdir $w))) | \
	LC_ALL=C sed 's/[^A-Za-z0-9+._-]/-/g; s/--*/-/g')$(if $(SAN),-san)$(if \
	$(EMULATE),-emulated)
export MILLINER_BIN := $(CURDIR)/$(OUT)/bin

# A goal after the other, -j or not: what times something must be alone. Each
# compiles by a make of its own that does use all cores.
ifneq (,$(filter-out all tested crossed% build/%,$(MAKECMDGOALS)))
.NOTPARALLEL:
endif

# Another machine's programs (CROSS=1, see make cross) are for ARCH, with
# Debian's libraries of it in SYSROOT.
ARCH    ?= aarch64
SYSROOT ?= build/sysroot-$(ARCH)

# Compiling uses all cores, whether or not -j was given; running does not.
parallel = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

progs := $(patsubst bin/%.c,%,$(wildcard bin/*.c))
BIN   := $(progs:%=$(OUT)/bin/%)

.PHONY: all help deps deps-mpi deps-opencl demo multi30k multi30k-tiny distill quantize \
	claims ranks proof cross cross-deps crossed clean FORCE
all: $(BIN)

help:
	@echo 'make            build the filters into $(OUT)/bin'
	@echo 'make CFLAGS=-O3 the same with flags of your own (CC, CPPFLAGS, CXXFLAGS,'
	@echo '                LDFLAGS), not those that a shell exports'
	@echo 'make deps       install what Debian 12 lacks'
	@echo 'make deps-mpi   what trainings on several machines need'
	@echo 'make deps-opencl            an OpenCL device to test with: the CPU, by PoCL'
	@echo 'make demo       the whole method on the shipped corpus'
	@echo 'make multi30k DATA=folder   the same on Multi30k'
	@echo 'make distill    what a small model learns from a large one, on the shipped'
	@echo '                corpus or with DATA=folder on Multi30k'
	@echo 'make quantize   what codebooks in place of weights cost: size, BLEU, latency; of'
	@echo '                the demo'\''s models, or with DATA=folder of Transformer-Tiny;'
	@echo '                UPDATES=4000: of longer training, as with distill'
	@echo 'make multi30k-tiny DATA=folder   only train and score Transformer-Tiny there'
	@echo 'make claims DATA=folder [DEVICES="cpu-1 opencl:0"]   what HAT'\''s latency'
	@echo '                data sets show, and what devices measured here prefer'
	@echo 'make ranks TASK=pipelines/demo.mk   train architectures of a task from scratch'
	@echo 'make proof TASK=pipelines/demo.mk   does the search beat rules of thumb?'
	@echo 'make test       all tests (SAN=1: with ASan and UBSan; TESTS="bleu unit/nn":'
	@echo '                these; EMULATE=1: AVX-512 to AMX on a CPU with AVX2)'
	@echo 'make deps-fuzz fuzz         TARGET=, MINUTES= or RUNS=: see tests/fuzz'
	@echo 'make cross-deps cross ARCH=$(ARCH)   $(CROSS_PROGS)'
	@echo '                for another machine, each one static file'
	@echo 'make bench-NAME NAME one of $(BENCHES:bench-%=%): beside the'
	@echo '                machine'\''s limits and other programs'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR= PROGRAM_PREFIX= (and uninstall)'
	@echo 'make manuals    the options in bin/*.1 as in --help'
	@echo 'make clean      remove what was built'

# --- compiling ---------------------------------------------------------------

include lib/rooms.mk

$(OUT)/obj/bin/%.o: bin/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Ilib $(object)

$(BIN): $(OUT)/bin/%: $(OUT)/obj/bin/%.o $(archive)
	@mkdir -p $(@D)
	$(link)
-include $(wildcard $(OUT)/*/*/*.d)
.SECONDARY: $(progs:%=$(OUT)/obj/bin/%.o)

# --- the method --------------------------------------------------------------

demo multi30k multi30k-tiny:
	@$(MAKE) $(parallel) all
	@$(MAKE) -f pipelines/$@.mk

with_data := $(filter command,$(origin DATA))
updates := $(if $(filter command,$(origin UPDATES)),-$(UPDATES))
distill:
	@$(MAKE) $(parallel) all
	@$(MAKE) -f pipelines/$(if $(with_data),multi30k,demo).mk \
		RUN=runs/distill$(if $(with_data),-multi30k)$(updates) distill

quantize:
	@$(MAKE) $(parallel) all
	@$(MAKE) -f pipelines/$(if $(with_data),multi30k-tiny,demo).mk quantize

DATA ?= ../shared/data/hat/latency
claims:
	@$(MAKE) $(parallel) all
	@PATH=$(OUT)/bin:$$PATH exec pipelines/hold runs/claims \
		pipelines/claims/claims.sh $(call quote,$(DATA)) runs/claims $(DEVICES)

TASK ?= pipelines/demo.mk
ranks proof:
	@$(MAKE) $(parallel) all
	@$(MAKE) -f pipelines/$@.mk TASK=$(call quote,$(TASK))

# --- another machine ---------------------------------------------------------

CROSS_PROGS := measure-lat translate
deb.aarch64 := arm64
crossed: $(CROSS_PROGS:%=$(OUT)/bin/%)

cross cross-tests:
	$(if $(deb.$(ARCH)),,$(error ARCH must be aarch64))
	@$(MAKE) $(parallel) CC=$(ARCH)-linux-gnu-gcc CROSS=1 \
		$(subst cross,crossed,$@)
cross-deps:
	@tests/deps gcc-$(ARCH)-linux-gnu libc6-dev-$(deb.$(ARCH))-cross \
		qemu-user-static
	@tests/cross-deps $(ARCH) $(deb.$(ARCH)) $(SYSROOT)

# --- installing --------------------------------------------------------------

PACKAGES := gcc g++ make libc6-dev libjansson-dev libopenblas-openmp-dev \
	libzstd-dev libyaml-dev libutf8proc-dev libpcre2-dev libsentencepiece-dev \
	sentencepiece \
	gnuplot-nox jq parallel zstd
deps:
	@tests/deps $(PACKAGES)
# for trainings by many processes, see pipelines/cluster.md
deps-mpi:
	@tests/deps openmpi-bin openssh-client iproute2
# To test without a GPU: PoCL computes on the CPU, Oclgrind watches kernels. A GPU
# needs its own driver only.
deps-opencl:
	@tests/deps ocl-icd-libopencl1 pocl-opencl-icd oclgrind

include bin/install.mk

# --- tests, benchmarks, fuzzing ----------------------------------------------

include tests/tests.mk

clean:
	rm -rf build
