# names.mk - names of files that make or the shell would take apart are told
# before anything runs: $(eval $(call check-name,VARIABLE)); check-names, where it may
# hold several.
quote = '$(subst ','\'',$1)'
comma := ,
empty :=
blank := $(empty) $(empty)
tab := $(empty)	$(empty)
define newline


endef
define hash
#
endef
odd := : ; = \ % ' " ` $$ & | < > ( ) * ? [ ] { } ! ~ $(hash)
odd-in = $(strip $(if $(findstring $(blank),$1),blank) $(if $(findstring \
	$(tab),$1),tab) $(if $(findstring $(newline),$1),newline) \
	$(if $(filter -%,$1),- at its beginning) \
	$(foreach c,$(odd),$(findstring $c,$1)))
# What lies below this folder is named from here, wherever that is.
below = $(if $(findstring <$(CURDIR)/,<$1),$(subst <$(CURDIR)/,,<$1),$1)
# Make takes a ./ away from targets, and leaves a // in them.
squeeze = $(if $(findstring //,$1),$(call squeeze,$(subst //,/,$1)),$1)
undot = $(if $(filter ./%,$1),$(call undot,$(patsubst ./%,%,$1)),$1)
tidy = $(or $(patsubst %/,%,$(call undot,$1)),$1)
plain = $(call tidy,$(call below,$(call squeeze,$1)))
refuse-odd = $(if $(call odd-in,$2),$(error $1 is "$($1)": Make cannot use a name \
	with $(call odd-in,$2) in it; rename it, or give the name of a link \
	to it that has none (ln -s)))
define check-name
override $1 := $$(call plain,$$($1))
$$(call refuse-odd,$1,$$($1))
endef
define check-names
override $1 := $$(foreach n,$$($1),$$(call plain,$$n))
$$(foreach n,$$($1),$$(call refuse-odd,$1,$$n))
endef
