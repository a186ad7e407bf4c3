# stages.mk - what a report counts as its cost; method.mk includes it. RUN/time has the
# stages of other goals and of earlier settings, too.
# who is trained to teach
teaching = $(if $(filter-out none,$(TEACHER)),$(if $(filter $(RUN)/largest.%,$(TEACHERS)),largest))
lessons.token := soft-label-train.token
lessons.sequence := translate-train.sequence
lessons.both := $(lessons.sequence) soft-label-train.both
stages = train-super measure-lat $(patsubst %,measure-lat-%,$(filter-out 1,$(rounds))) fit-mlp \
	evolve $(STRATEGIES:%=evolve-%) $(if $(some-finalists),finalists) $(lessons.$(TEACHER)) \
	$(foreach m,$(filter-out $(TRAINED),$(teaching)),train-sub-$m) \
	$(foreach m,$(TRAINED),train-sub-$m translate-$m)
