# Fuzzing with libFuzzer: see tests/fuzz/README.md.
#
#   make fuzz [TARGET="name .."] [MINUTES=1 | RUNS=1000000]

MINUTES ?= 1
FUZZ := tests/fuzz
fuzz.filters := $(shell sed -n 's/^\([a-z][^ ]*\) .*/\1/p' $(FUZZ)/targets)
fuzz.parts := $(patsubst $(FUZZ)/part-%.c,%,$(wildcard $(FUZZ)/part-*.c))
TARGET ?= $(fuzz.filters) $(fuzz.parts)
# program and kind of a filter's target; the words that it adds
fuzz.row = $(shell sed -n 's/^$1 \(.*\)/\1/p' $(FUZZ)/targets)
fuzz.prog = $(firstword $(fuzz.row))
fuzz.added = $(wordlist 3,99,$(fuzz.row))

.PHONY: fuzz fuzzed deps-fuzz
deps-fuzz:
	@tests/deps $(PACKAGES) clang libclang-rt-14-dev libomp-dev

fuzz:
	@$(MAKE) $(parallel) CC=clang SAN=1 OUT=build/fuzz TARGET='$(TARGET)' \
		EXTRA_CFLAGS='-O2 -fsanitize=fuzzer-no-link -gline-tables-only' \
		EXTRA_LDFLAGS=-fsanitize=fuzzer fuzzed
	@$(FUZZ)/run build/fuzz '$(MINUTES)' '$(RUNS)' $(TARGET)
fuzzed: $(TARGET:%=$(OUT)/fuzz/%)

# The heap, the maps and the exit of what is linked here; the libraries keep
# theirs.
fuzz.wrap := $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc free \
	posix_memalign mmap munmap madvise fsync fopen fclose exit mem_lacks \
	cpu_state_now sig_init)

$(OUT)/obj/fuzz/case.o $(OUT)/obj/fuzz/heap.o: $(OUT)/obj/fuzz/%.o: $(FUZZ)/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<
$(OUT)/obj/fuzz/main-%.o: bin/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Dmain=filter_main -Ilib -c -o $@ $<
$(OUT)/obj/fuzz/harness-%.o: $(FUZZ)/harness.c $(FUZZ)/targets $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Ilib -DPROGRAM='"$(call fuzz.prog,$*)"' \
		-DJSON=$(if $(filter json,$(word 2,$(call fuzz.row,$*))),1,0) \
		-DADDED='"$(call fuzz.added,$*)"' -c -o $@ $<
$(OUT)/obj/fuzz/part-%.o: $(FUZZ)/part-%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Ilib -c -o $@ $<

ifneq ($(filter fuzzed,$(MAKECMDGOALS)),)
define fuzz-filter
$(OUT)/fuzz/$1: $(OUT)/obj/fuzz/harness-$1.o $(OUT)/obj/fuzz/heap.o \
		$(OUT)/obj/fuzz/case.o $(OUT)/obj/fuzz/main-$(call fuzz.prog,$1).o $(archive)
	@mkdir -p $$(@D)
	$(Q)$(CC) $(ldflags) $(fuzz.wrap) -o $$@ $$^ -Wl,--as-needed \
		$(LIBS)
endef
$(foreach t,$(fuzz.filters),$(eval $(call fuzz-filter,$t)))
$(fuzz.parts:%=$(OUT)/fuzz/%): $(OUT)/fuzz/%: $(OUT)/obj/fuzz/part-%.o $(archive)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ldflags) -o $@ $^ -Wl,--as-needed $(LIBS)

# Runs count, not how good a fit, a timing or a corpus is, nor how long is tried.
$(OUT)/lib/predict/products.o: cflags += -DPRODUCTS_ROUNDS=2 -DPRODUCTS_SWEEPS=4
$(OUT)/lib/latency/subject.o: cflags += -DSUBJECT_PIECE=4096
$(OUT)/lib/latency/measure.o: cflags += -DMEASURE_WARM_MS=0
$(OUT)/lib/grammar/corpus.o: cflags += -DCORPUS_TRIES=2000
$(OUT)/obj/fuzz/main-sample-arch.o: cflags += -DSAMPLE_TRIES=5000
# Short inputs are read in several pieces, too.
$(OUT)/lib/rec/in_raw.o: cflags += -DIN_CHUNK=512
# What these compare are no magic numbers for the next input.
fuzz.dull := base/nearest base/rng predict/products predict/mlp score/ngrams score/pcg64 \
	score/randomise score/resample score/ter_edits model/cross model/ffn model/lsra \
	model/pass model/self $(patsubst lib/%.c,%,$(filter-out $(KERNELS),$(wildcard \
	lib/num/*.c lib/decode/*.c)))
$(fuzz.dull:%=$(OUT)/lib/%.o): cflags += -fno-sanitize-coverage=trace-cmp
$(OUT)/obj/fuzz/case.o $(OUT)/obj/fuzz/heap.o $(fuzz.filters:%=$(OUT)/obj/fuzz/harness-%.o): \
	cflags += -fno-sanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls

# Instrumented, vector code takes minutes to compile: the wide kernels are as
# always, the others without what counts their branches.
fuzz.plain := $(foreach i,$(filter-out avx2 sse2 neon plain,$(ISAS)),\
	$(KERNELS:lib/%.c=$(OUT)/lib/%-$i.o))
$(fuzz.plain): override CC = gcc
$(fuzz.plain): override EXTRA_CFLAGS =
$(fuzz.plain): OPTIM = -O2
$(filter-out $(fuzz.plain),$(filter $(OUT)/lib/num/kernels%,$(objs))): cflags += \
	-fno-sanitize=undefined \
	-fno-sanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls
endif

# Replays cases through the filters as they are.
$(OUT)/helpers/replay: $(OUT)/obj/fuzz/case.o
