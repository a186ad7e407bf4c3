# task.mk - the task file that TASK names, for ranks.mk and proof.mk.
include $(dir $(lastword $(MAKEFILE_LIST)))names.mk
$(if $(TASK),,$(error TASK is not set: which task file? Such as \
	TASK=pipelines/demo.mk))
$(eval $(call check-name,TASK))
$(if $(shell [ -f $(call quote,$(TASK)) ] && [ -r $(call quote,$(TASK)) ] && echo there),,$(error \
	TASK is "$(TASK)": want a task file, but there is none that can be read))
include $(TASK)
$(if $(here),,$(error TASK is "$(TASK)": want a task file, but it includes no method.mk))
