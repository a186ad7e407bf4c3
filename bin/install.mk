# install.mk - install, uninstall, and the manuals' options. Included by the
# Makefile at the top.

.PHONY: install uninstall manuals

# Readable by all, whatever the umask; names reach the shell as they are.
install uninstall: export to := $(DESTDIR)$(PREFIX)
install uninstall: export prefix := $(PROGRAM_PREFIX)
install: export root := $(PREFIX)
install uninstall: export share := $(DESTDIR)$(PREFIX)/share
installable = $(if $(filter-out /%,$(firstword $(PREFIX))),$(error PREFIX is \
	"$(PREFIX)": want a path that begins with /))$(if $(findstring \
	/,$(PROGRAM_PREFIX))$(word 2,$(PROGRAM_PREFIX)),$(error PROGRAM_PREFIX is \
	"$(PROGRAM_PREFIX)": want what names of programs begin with, in one word))
# The rules of the method are for everybody's task files; those for one corpus
# of the project's, and for its claims, stay here.
rules := $(filter-out claims/% corpora.md \
	demo.mk multi30k% iwslt% wmt%,$(shell cd pipelines && find * -type f))
manual = LC_ALL=C awk -v prefix="$$prefix" -v version=$(VERSION) \
	-v names='milliner $(progs)' -f bin/help/installed.awk
completion = $(OUT)/bin/$$p --help | LC_ALL=C awk -v program="$$prefix$$p" \
	-f bin/help/help.awk -f bin/help/$1.awk | install -m 644 /dev/stdin
# mawk takes a descriptor 2 that is closed for a file of its own.
install:
	@$(installable)$(MAKE) $(parallel) all
	@[ -e /dev/fd/2 ] || exec 2>/dev/null; \
	umask 022; install -d "$$to/bin" "$$share"/{milliner/{bin,grammar},man/man1} \
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
