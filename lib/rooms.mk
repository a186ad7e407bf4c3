# rooms.mk - the rooms of lib, what each may include, and how it is compiled.
# Included by the Makefile at the top.

# --- the architecture --------------------------------------------------------

# A room's headers are "room/header.h" to others. Each room is compiled with a
# folder of links to the rooms that it needs, so that no other can be included.
# Lower rooms first.
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
needs.opencl  := base rec arch num text model decode
needs.predict := base rec arch num
needs.search  := base rec arch num text model
# files of HAT's own code, for import-hat alone
needs.hat     := base rec arch text model
# the corpus of the demo, for make-corpus alone
needs.grammar := base rec text
ROOMS := base rec arch num text score model decode train latency opencl predict \
	search hat grammar
# What measures and translates on a device (CROSS=1, see make cross).
CROSS_ROOMS := base rec arch num text model decode latency opencl

# --- flags -------------------------------------------------------------------

BLAS ?= $(firstword $(wildcard /usr/lib/*-linux-gnu/openblas-openmp))
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Werror
comma := ,
OPTIM := $(if $(SAN),-O1 -fsanitize=address$(comma)undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer,-O2)
# What the user says on make's command line is added to what we need; of his
# warnings none is an error. C++ has its own, CXXFLAGS.
said := $(CPPFLAGS)$(CFLAGS)$(CXXFLAGS)
# Where a product and a sum become one, the source says so (vec.h's muladd).
cflags = -std=c11 -D_GNU_SOURCE -g $(OPTIM) $(if $(said),$(filter-out \
	-Werror,$(WARN)),$(WARN)) -pthread \
	-DVERSION='"$(VERSION)"' $(if $(CROSS),-isystem $(SYSROOT)/usr/include) \
	$(CPPFLAGS) $(CFLAGS) -ffp-contract=off $(EXTRA_CFLAGS)
ldflags = $(OPTIM) -pthread $(if $(CROSS),-static -Wl$(comma)--no-warnings) \
	$(LDFLAGS) $(EXTRA_LDFLAGS)
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
# Static where CROSS=1: its programs call neither libyaml nor Unicode.
LIBS := $(if $(CROSS),-L$(SYSROOT)/usr/lib/$(ARCH)-linux-gnu -ljansson -lzstd -lm,\
	-ljansson -lzstd -lyaml -lutf8proc -lpcre2-8 $(if $(SPM),-lsentencepiece \
	-lstdc++) -lm)

# --- kernels -----------------------------------------------------------------

# They are compiled once per instruction set, from one source.
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
# EMULATE=1: what needs more than AVX2 is C, tests/emulated
ifdef EMULATE
emulated = $(isa.avx2) -Wno-psabi -Itests/emulated -DEMULATED=$1
isa.avx512 := $(call emulated,1)
isa.avx512vnni := $(call emulated,2)
isa.avx512bf16 := $(call emulated,3)
isa.amx := $(call emulated,4)
$(OUT)/lib/num/dispatch.o: cflags += -Itests/emulated
endif
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

# --- compiling ---------------------------------------------------------------

archive := $(OUT)/libmilliner.a
# A device multiplies by its kernels; its tests have a naive BLAS.
libs := $(filter-out $(KERNELS) $(if $(SPM),lib/text/spm_none.c) \
	$(if $(CROSS),lib/num/blas.c lib/num/dense.c),\
	$(foreach r,$(if $(CROSS),$(CROSS_ROOMS),$(ROOMS)),$(wildcard lib/$r/*.c)))
objs := $(libs:lib/%.c=$(OUT)/lib/%.o) \
	$(foreach i,$(ISAS),$(KERNELS:lib/%.c=$(OUT)/lib/%-$i.o)) \
	$(if $(SPM),$(OUT)/lib/text/spm.o)

# What is killed while it writes leaves no file that counts as made: each is
# written under another name, which two makes do not share.
Q := $(if $(V),,@)
part = $@.$$$$.part
compiler = $(CC)
compile = $(Q)$(if $(V),,echo CC $<;) $(compiler) $(cflags) -MMD -MP -MT $@ \
	-MF $(@:.o=.d).$$$$.part
object = -c -o $(part) $<; mv $(@:.o=.d).$$$$.part $(@:.o=.d); mv $(part) $@
link = $(Q)$(CC) $(ldflags) -o $(part) $^ -Wl,--as-needed $(LIBS); \
	mv $(part) $@
# Compared before anything is made, so that make -n says what would be.
define newline


endef
flags := $(CC)$(newline)$(cflags) $(CXXFLAGS) $(ldflags) $(BLAS) $(LIBS)$(newline)$(foreach \
	r,$(ROOMS),$r: $(needs.$r))
same = $(and $(findstring x$1x,x$2x),$(findstring x$2x,x$1x))
$(OUT)/flags: $(if $(call same,$(flags),$(file <$(OUT)/flags)),,FORCE)
	@mkdir -p $(@D); printf '%s\n' $(subst $(newline),' ',$(call quote,$(flags))) \
		>$(part); mv $(part) $@
# the folders of links; flags has changed where one needs another room
$(OUT)/rooms: $(OUT)/flags
	$(Q)$(foreach r,$(ROOMS),mkdir -p $(part)/$r; $(foreach n,$(needs.$r),\
		ln -s ../../../../lib/$n $(part)/$r; )) rm -rf $@; mv $(part) $@

room = $(patsubst %/,%,$(dir $*))
# The perceptron's loops are its own kernels: vectors and multiply-add.
$(OUT)/lib/num/dense.o: cflags += -O3 -ffp-contract=fast -fno-math-errno \
	-fno-trapping-math
$(OUT)/lib/num/blas.o: cflags += $(if $(BLAS),-DBLAS_FILE='"$(BLAS)/libopenblas.so.0"')
# Loops over every character, n-gram and resample.
$(patsubst %,$(OUT)/lib/score/%.o,ngrams pcg64 randomise resample ter_edits \
	tokenize): cflags += -O3
$(OUT)/lib/%.o: lib/%.c $(OUT)/rooms
	@mkdir -p $(@D)
	$(compile) -I$(OUT)/rooms/$(room) $(if $(filter num,$(room)),-O3 \
		$(blas_include)) $(object)

# What a device compiles when it is opened, as the numbers of its characters.
opencl_source := lib/opencl/shared.h lib/opencl/kernels.cl
$(OUT)/gen/kernels.inc: $(opencl_source) $(OUT)/rooms
	@mkdir -p $(@D)
	$(Q)cat $(opencl_source) | od -An -v -tu1 | sed 's/[0-9][0-9]*/&,/g; $$s/,$$//' \
		>$(part); mv $(part) $@
$(OUT)/lib/opencl/opencl.o: cflags += -I$(OUT)/gen
$(OUT)/lib/opencl/cl.o: cflags += $(if $(CROSS),-DSTATIC)
$(OUT)/lib/opencl/opencl.o: $(OUT)/gen/kernels.inc

$(OUT)/lib/text/spm.o: compiler = $(CXX)
$(OUT)/lib/text/spm.o: override CFLAGS = $(CXXFLAGS)
$(OUT)/lib/%.o: lib/%.cc $(OUT)/rooms
	@mkdir -p $(@D)
	$(subst -std=c11,-std=c++17,$(compile)) $(if $(SAN),-fno-sanitize=vptr) \
		-I$(OUT)/rooms/$(room) $(object)

# Instrumented, unrolled vectors take minutes to compile with -O3, and what this
# CPU cannot run need not be.
cpu := $(if $(SAN),$(shell grep -m 1 ^flags /proc/cpuinfo))
beyond := $(if $(SAN),$(if $(EMULATE),,$(foreach i,$(ISAS),$(if \
	$(filter-out $(cpu),$(flag.$i)),$i))))
# Branch-free loops, but no -ffast-math: masks need infinities.
define compile-kernels
$(OUT)/lib/num/$1-$2.o: lib/num/$1.c $(OUT)/rooms
	@mkdir -p $$(@D)
	$$(compile) -I$(OUT)/rooms/num $(if $(SAN)$(EMULATE),-O1,-O3) \
		-fno-math-errno -fno-trapping-math $(isa.$2) -DISA=$2 \
		$(if $(filter $2,$(beyond)),-fno-sanitize=all) $$(object)
endef
$(foreach i,$(ISAS),$(foreach k,$(KERNELS),$(eval \
	$(call compile-kernels,$(basename $(notdir $k)),$i))))

$(archive): $(objs)
	$(Q)rm -f $(part); $(if $(CROSS),$(ARCH)-linux-gnu-)ar rcs $(part) $^; \
	mv $(part) $@
