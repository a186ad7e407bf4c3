# tests.mk - tests and benchmarks. Included by the Makefile at the top.

units  := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
UNIT   := $(units:%=$(OUT)/unit/%)
# programs that tests need to make their data
HELPER := $(patsubst tests/helpers/%.c,$(OUT)/helpers/%,\
	$(wildcard tests/helpers/*.c))
# libraries that tests load before a program
PRELOAD := $(patsubst tests/preload/%.c,$(OUT)/preload/%.so,\
	$(wildcard tests/preload/*.c))

# --- compiling ---------------------------------------------------------------

$(OUT)/obj/unit/%.o: tests/unit/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Itests -Ilib $(blas_include) $(object)
$(OUT)/obj/helpers/%.o: tests/helpers/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(compile) -Ilib $(object)

$(HELPER): $(OUT)/helpers/%: $(OUT)/obj/helpers/%.o $(archive)
$(UNIT): $(OUT)/unit/%: $(OUT)/obj/unit/%.o $(archive)
$(UNIT): $(if $(CROSS),$(OUT)/obj/unit/naive/blas.o)
$(HELPER) $(UNIT):
	@mkdir -p $(@D)
	$(link)
.SECONDARY: $(units:%=$(OUT)/obj/unit/%.o)

# without sanitizers: it comes before their runtime
$(PRELOAD): $(OUT)/preload/%.so: tests/preload/%.c $(OUT)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 $(WARN) -shared -fPIC -o $(part) $<; \
	mv $(part) $@

# --- running -----------------------------------------------------------------

.PHONY: test tested crossed-tests cross-tests
tested: $(BIN) $(UNIT) $(HELPER) $(PRELOAD)
test:
	@$(MAKE) $(parallel) tested
	@tests/run $(OUT) $(TESTS)

# those that a device's programs stand on
crossed-tests: $(patsubst %,$(OUT)/unit/%,kernels kernels-rows kernels-decode \
	panels decoder beam)

# Each benchmark is a program tests/bench-NAME that is given the build's folder.
# Times are printed, never asserted.
BENCHES := $(patsubst tests/%,%,$(wildcard tests/bench-*))
.PHONY: $(BENCHES)
$(BENCHES):
	@$(MAKE) $(parallel) tested
	@PYTHON='$(PYTHON)' tests/$@ $(OUT)

include tests/fuzz/fuzz.mk
