. "${0%/*}/lib.sh"
usual make-corpus 'make-corpus -n 9'
grammar=$data/grammar
lines() { for f; do wc -l <"$f"; done | paste -sd' '; }
left() { ls t .*.part 2>/dev/null | wc -l; }
exits 0 'three files are written' 'make-corpus --train train.tsv --valid valid.tsv --test test.tsv'
is    '20000 training pairs' 'lines train.tsv' 20000
is    '500 validation pairs' 'lines valid.tsv' 500
is    '500 test pairs' 'lines test.tsv' 500
is    'two columns, no empty ones' 'cat *.tsv | grep -cvP "^[^\t]+\t[^\t]+$"' 0
is    'counts are options' '
	make-corpus -n 700 --valid-count 3 --test-count 0 --train a --valid b --test c
	lines a b c' '700 3 0'
exits 0 'seven pairs for training alone' 'make-corpus -n 7 --train few'
refuses 1 <<'R'
hardly words for a held-out part ;; make-corpus -n 7 --train few --test t ;; try a bigger --count
R
is    'a corpus that is refused leaves no file' left 0
same  'stdout is the training part' make-corpus 'cat train.tsv'
seeded='make-corpus -s 9 -n 500 --train x --valid y; cat x y'
same  'a seed fixes the bytes' "$seeded" "$seeded"
is    'another seed draws other pairs' '
	make-corpus -s 9 -n 500 >x; make-corpus -s 8 -n 500 >y; ! cmp -s x y; echo $?' 0
is    'no German sentence twice' 'cat *.tsv | cut -f1 | sort | uniq -d | wc -l' 0
is    'no English sentence twice' 'cat *.tsv | cut -f2 | sort | uniq -d | wc -l' 0
words() { cut -f"$1" "${@:2}" | tr -d '.,?' | tr ' ' '\n' | LC_ALL=C sort -u; }
for side in 1 2; do
	is "held-out words of column $side occur in training" '
		words $side valid.tsv test.tsv >held; words $side train.tsv >seen
		LC_ALL=C comm -23 held seen | wc -l' 0
done
is    'lengths of 3 to 30 words' 'cut -f1 train.tsv | awk "NF<3||NF>30" | wc -l' 0

# every lexeme is used: one of its forms stands in the corpus
unused() { # words, lexicon, awk that prints what has no form in s or, lower-case, in low
	awk -F'\t' 'NR == FNR { s[$0]; low[tolower($0)]; next } /^#/ { next } '"$3" \
		"$1" "$grammar/$2.tsv"
}
nouns='!($1 in s || $4 in s) { print $1 }'
translations='{ split($5, w, " ") }
	!(w[1] in s || w[1] "s" in s || w[1] "es" in s || $6 in s) { print $5 }'
verbs='{
	p = ""; i = $1
	if (k = index(i, "|")) { p = substr(i, 1, k - 1); i = substr(i, k + 1) }
	sub(/e?n$/, "", i); t = $2; sub(/,.*/, "", t)
	if (!(p i "en" in s || p "zu" i "en" in s || p i "n" in s || p i "t" in s ||
	    p i "te" in s || p "ge" i "t" in s || p $4 in s || p t in s || p $3 in s))
		print $1 }'
adjectives='{ b = $2 == "-" ? $1 : $2 }
	!($1 in s || b "e" in s || b "en" in s || b "er" in s) { print $1 }'
first='{ split($1, w, " "); sub(/,$/, "", w[1]) } !(tolower(w[1]) in low) { print $1 }'
words 1 train.tsv >german; words 2 train.tsv >english
is    'all nouns are used' 'unused german nouns "$nouns"' ''
is    'all translations of nouns are used' 'unused english nouns "$translations"' ''
is    'all verbs are used' 'unused german verbs "$verbs"' ''
for f in adverbs conjunctions names places; do
	is "all $f are used" "unused german $f \"\$first\"" ''
done
is    'all adjectives are used' 'unused german adjectives "$adjectives"' ''

# grammar, by pattern: none of these may occur
never() { # what, column, pattern
	is "$1" "cut -f$2 train.tsv | grep -cP '$3'" 0
}
some() { # what, pattern in "german TAB english"
	holds "$1" "grep -qP '$2' train.tsv"
}
never 'dem and in are contracted' 1 '\b[iI]n dem [A-ZÄÖÜ]\w+ ?(?!,)[a-zäöü.]|\b[zZ]u dem '
never 'no dative after ohne' 1 '(?<!, )\b[oO]hne (dem|einem|meinem|jedem)\b'
never 'no accusative after mit' 1 '\b[mM]it (das|einen|jeden|die)\b'
never 'no article of the wrong ending' 1 \
	'\b([mdsk]ein|ein)e [a-zäöü]+en [A-ZÄÖÜ]\w+(in|ung)\b'
never 'no "a" before a vowel' 2 '\b[aA] [aeio]'
never 'no "an" before a consonant' 2 '\b[aA]n [bcdfgjklmnpqrstvwxyz]'
never 'no third person without s' 2 '^(He|She|It) (buy|sell|write|go|help|wait)\b'
never 'do takes the infinitive' 2 '\b(did|does|do) not (is|was|has|had|bought|goes|went)\b'
never 'no word twice in a row' 2 '\b(the|a|an|his|my|is|was|will|not|who|has) \1\b'
never 'finite verb last after weil' 1 \
	'\b[wW]eil \w+ (hat|ist|wird|kann|muss|will|soll|darf) [^,]*\w'
never 'no lower-case start' 1 '^[a-zäöü]'
never 'weather has no agent' 2 '^(He|She) (rains|snows)'
some  'verb second after an adverbial' '^Gestern (hat|ist|haben|sind|war|habe|bin)'
some  'a separable verb splits' '\bmacht [^,]* an[.,]'
some  'a separable verb joins at the end' ', (weil|da|obwohl) [^,]*\b(an|aus|auf|zu)macht\b'
some  'zu stands inside a separable verb' '\b(an|auf|aus|ein|weg)zu\w+en\b'
some  'Bank is a bench' '\b(Bank|Bänke|Bänken)\b.*\t.*\bbench'
some  'Bank is a bank' '\b(Bank|Banken)\b.*\t.*\bbanks?\b'
some  'Schloss is a castle' '\bSchl(o|ö)ss.*\t.*\bcastle'
some  'Schloss is a lock' '\bSchl(o|ö)ss.*\t.*\block'
some  'kein is do not .. a' '\bkein(e|en)?\b.*\t.*\b(do|does|did) not\b'
some  'dem, deren: relative pronouns' ', (dem|deren|dessen|denen) '
some  'prices in words' 'hundert\w* Euro\.\t.*hundred'
some  'years in words' 'neunzehnhundert\w*.*\t.*nineteen '
some  'gefallen turns the sentence round' '^Das \w+ gefällt .*\t.* likes? '
some  'seit is the perfect' '\bseit .*\t.*\b(has|have) '
some  'long sentences' '^(\S+ ){22}'

# lexicons that are wrong: a second line that does not belong there
corpus='make-corpus -n 3 --grammar g'
fresh() { rm -rf g; cp -r "$grammar" g; chmod -R u+w g; }
bad() { # lexicon, line
	fresh
	{ head -n 1 "$grammar/$1.tsv"; printf -- "$2\n"; tail -n +2 "$grammar/$1.tsv"; } >g/$1.tsv
	$corpus
}
# all of a class without a plural, so that one is drawn
fresh
sed -i 's/^\([^\t]*\t[mfn]\t[^\t]*\t\)[^\t]*\(.*\t[^\t]*\(job\|adult\)\)/\1-\2/' g/nouns.tsv
is    'nouns without plural: none is said' 'make-corpus -n 5000 --grammar g | wc -l' 5000
refuses 1 <<'R'
a noun of too few columns ;; bad nouns 'Haus\tn' ;; make-corpus: g/nouns.tsv:2: 2 columns, want 8
a name of too many columns ;; bad names 'Otto\tm\tx' ;; g/names.tsv:2: more than 2 columns
an unknown gender ;; bad nouns 'Ding\tx\tDings\tDinge\tthing\t-\tthing\t-'
	;; g/nouns.tsv:2: gender: want one of m f n p, not "x"
a noun without a form ;; bad nouns 'Ding\tn\t-\tDinge\tthing\t-\tthing\t-'
	;; g/nouns.tsv:2: noun: a form is missing
a noun without classes ;; bad nouns 'Ding\tn\tDings\tDinge\tthing\t-\t-\t-'
	;; g/nouns.tsv:2: noun: no classes
waters that nothing lies by ;; bad nouns 'Ding\tn\tDings\tDinge\tthing\t-\twater\t-'
	;; g/nouns.tsv:2: noun of class water: no place
a place without its article ;; bad places 'Schweiz\tSwitzerland\tf'
	;; g/places.tsv:2: place: no article in "Schweiz"
half a place ;; bad nouns 'Ding\tn\tDings\tDinge\tthing\t-\tthing\tin/at'
	;; g/nouns.tsv:2: place: want
an unknown class ;; bad verbs 'dingen\t-\t-\t-\th\thire\tperson\tacc:nothing\t-'
	;; g/verbs.tsv:2: no noun of class "nothing"
an unknown argument ;; bad verbs 'dingen\t-\t-\t-\th\thire\tperson\tgen:person\t-'
	;; g/verbs.tsv:2: unknown argument "gen"
an unknown case ;; bad verbs 'dingen\t-\t-\t-\th\thire\tperson\tauf+gen:person\t-'
	;; g/verbs.tsv:2: argument: want acc or dat after auf+
an unknown flag ;; bad verbs 'dingen\t-\t-\t-\th\thire\tperson\t-\tq'
	;; g/verbs.tsv:2: unknown flag "q"
a passive without an object ;; bad verbs 'dingen\t-\t-\t-\th\thire\tperson\t-\tp'
	;; g/verbs.tsv:2: a passive needs one acc argument
a verb that is none ;; bad verbs 'x\t-\t-\t-\th\thire\tperson\t-\t-'
	;; g/verbs.tsv:2: no German infinitive
a form that is too long
	;; bad verbs "$(printf 'x%.0s' {1..90})en\t-\t-\t-\th\thire\tperson\t-\t-"
	;; g/verbs.tsv:2: no German infinitive, or too long
an unknown kind of adverb ;; bad adverbs 'nun\tnow\twhen'
	;; g/adverbs.tsv:2: kind: want one of past
an unknown kind of conjunction ;; bad conjunctions 'ob\tif\tmaybe'
	;; g/conjunctions.tsv:2: kind: want one of coord
a name that is empty ;; bad names '-\tm' ;; g/names.tsv:2: column 1 is empty
a lexicon that is missing ;; fresh; rm g/adverbs.tsv; $corpus ;; g/adverbs.tsv: No such file
a lexicon that is empty ;; fresh; : >g/adverbs.tsv; $corpus ;; g/adverbs.tsv: nothing in it
a lexicon of comments ;; fresh; echo '# only this' >g/adverbs.tsv; $corpus
	;; g/adverbs.tsv: nothing in it
a grammar that is not there ;; make-corpus --train t --grammar nowhere
	;; make-corpus: nowhere/irregular.tsv: No such file or directory
a folder that is not there ;; make-corpus --train nowhere/t
	;; make-corpus: nowhere/t: No such file or directory: there is no folder nowhere
a full disk ;; make-corpus -n 9 --train /dev/full ;; make-corpus: /dev/full: No space left on device
R
refuses 2 <<'R'
no pairs ;; make-corpus -n 0 ;; --count: want an integer in [1, 1000000], not "0"
validation pairs nowhere ;; make-corpus --valid-count 3 ;; --valid-count wants --valid
test pairs nowhere ;; make-corpus --train a --test-count 3 ;; --test-count wants --test
training pairs nowhere ;; make-corpus -n 700 --valid a ;; --count wants --train
an operand ;; make-corpus de-en ;; make-corpus: unexpected operand "de-en"
R
is    'a missing grammar leaves no file' left 0
# as make install lays it out
mkdir -p root/bin root/share/milliner
cp "$MILLINER_BIN/make-corpus" root/bin; cp -r "$grammar" root/share/milliner
same  'the installed grammar is found' 'root/bin/make-corpus -n 20' 'make-corpus -n 20'
rm -r root/share
refuses 1 <<<'no grammar beside the program ;; root/bin/make-corpus -n 20 ;; with --grammar'
finish
