. "${0%/*}/lib.sh"
usual make-corpus 'make-corpus -n 9'
grammar=$data/grammar
files='--train train.tsv --valid valid.tsv --test test.tsv'
exits 0 'writes three files' "make-corpus $files"
is    '20000 training pairs' 'wc -l <train.tsv' 20000
is    '500 validation pairs' 'wc -l <valid.tsv' 500
is    '500 test pairs' 'wc -l <test.tsv' 500
is    'two columns, no empty ones' 'cat *.tsv | grep -cvP "^[^\t]+\t[^\t]+$"' 0
is    'counts are options' 'make-corpus -n 700 --valid-count 3 --test-count 0 --train a --valid b --test c; wc -l <a; wc -l <b; wc -l <c' $'700\n3\n0'
exits 0 'seven pairs have hardly words for a held-out part' 'make-corpus -n 7 --train few'
exits 1 'which is said' 'make-corpus -n 7 --train few --test t'
says  'with what helps' 'try a bigger --count'
is    'and leaves no file' 'ls t .*.part 2>/dev/null | wc -l' 0
same  'stdout is the training part' 'make-corpus' 'cat train.tsv'
same  'a seed fixes the bytes' 'make-corpus -s 9 -n 500 --train x --valid y; cat x y' 'make-corpus -s 9 -n 500 --train x --valid y; cat x y'
is    'another seed draws others' 'make-corpus -s 9 -n 500 >x; make-corpus -s 8 -n 500 >y; ! cmp -s x y; echo $?' 0
is    'no German sentence twice' 'cat *.tsv | cut -f1 | sort | uniq -d | wc -l' 0
is    'no English sentence twice' 'cat *.tsv | cut -f2 | sort | uniq -d | wc -l' 0
words() { cut -f"$1" "${@:2}" | tr -d '.,?' | tr ' ' '\n' | sort -u; }
for side in 1 2; do
	is "held-out words of column $side occur in training" 'words $side valid.tsv test.tsv | LC_ALL=C sort >held; words $side train.tsv | LC_ALL=C sort >seen; LC_ALL=C comm -23 held seen | wc -l' 0
done
is    'lengths of 3 to 30 words' 'cut -f1 train.tsv | awk "NF<3||NF>30" | wc -l' 0

# every lexeme is used: one of its forms stands in the corpus
used() { # column file: print what is in a column of the file, but not in words
	awk -F'\t' -v c="$1" 'NR==FNR { seen[tolower($0)]; next } /^#/ { next }
		{ split($c, w, " "); sub(/,$/, "", w[1])
		  if (!(tolower(w[1]) in seen)) print $c }' "$2" "$3"
}
words 1 train.tsv >german; words 2 train.tsv >english
is    'all nouns are used' 'awk -F"\t" "NR==FNR{s[\$0];next} /^#/{next} !(\$1 in s||\$4 in s){print \$1}" german $grammar/nouns.tsv' ''
is    'and all their translations' 'awk -F"\t" "NR==FNR{s[\$0];next} /^#/{next} {split(\$5,w,\" \")} !(w[1] in s||w[1]\"s\" in s||w[1]\"es\" in s||\$6 in s){print \$5}" english $grammar/nouns.tsv' ''
is    'all verbs are used' 'awk -F"\t" "NR==FNR{s[\$0];next} /^#/{next} {p=\"\";i=\$1;if(k=index(i,\"|\")){p=substr(i,1,k-1);i=substr(i,k+1)} sub(/e?n\$/,\"\",i);t=\$2;sub(/,.*/,\"\",t); if(!(p i \"en\" in s||p \"zu\" i \"en\" in s||p i \"n\" in s||p i \"t\" in s||p i \"te\" in s||p \"ge\" i \"t\" in s||p \$4 in s||p t in s||p \$3 in s)) print \$1}" german $grammar/verbs.tsv' ''
for f in adverbs conjunctions names places; do
	is "all $f are used" "used 1 german $grammar/$f.tsv" ''
done
is    'all adjectives are used' 'awk -F"\t" "NR==FNR{s[\$0];next} /^#/{next} {b=\$2==\"-\"?\$1:\$2; if(!(\$1 in s||b \"e\" in s||b \"en\" in s||b \"er\" in s)) print \$1}" german $grammar/adjectives.tsv' ''

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
never 'no article of the wrong ending' 1 '\b([mdsk]ein|ein)e [a-zäöü]+en [A-ZÄÖÜ]\w+(in|ung)\b'
never 'a before a vowel' 2 '\b[aA] [aeio]'
never 'an before a consonant' 2 '\b[aA]n [bcdfgjklmnpqrstvwxyz]'
never 'no third person without s' 2 '^(He|She|It) (buy|sell|write|go|help|wait)\b'
never 'do takes the infinitive' 2 '\b(did|does|do) not (is|was|has|had|bought|goes|went)\b'
never 'no word twice in a row' 2 '\b(the|a|an|his|my|is|was|will|not|who|has) \1\b'
never 'finite verb last after weil' 1 '\b[wW]eil \w+ (hat|ist|wird|kann|muss|will|soll|darf) [^,]*\w'
never 'no lower-case start' 1 '^[a-zäöü]'
never 'weather has no agent' 2 '^(He|She) (rains|snows)'
some  'verb second after an adverbial' '^Gestern (hat|ist|haben|sind|war|habe|bin)'
some  'a separable verb splits' '\bmacht [^,]* an[.,]'
some  'and joins at the end' ', (weil|da|obwohl) [^,]*\b(an|aus|auf|zu)macht\b'
some  'zu stands inside' '\b(an|auf|aus|ein|weg)zu\w+en\b'
some  'bench' '\b(Bank|Bänke|Bänken)\b.*\t.*\bbench'
some  'and bank' '\b(Bank|Banken)\b.*\t.*\bbanks?\b'
some  'castle' '\bSchl(o|ö)ss.*\t.*\bcastle'
some  'and lock' '\bSchl(o|ö)ss.*\t.*\block'
some  'kein is do not .. a' '\bkein(e|en)?\b.*\t.*\b(do|does|did) not\b'
some  'dem, deren: relative pronouns' ', (dem|deren|dessen|denen) '
some  'prices in words' 'hundert\w* Euro\.\t.*hundred'
some  'years in words' 'neunzehnhundert\w*.*\t.*nineteen '
some  'gefallen turns the sentence round' '^Das \w+ gefällt .*\t.* likes? '
some  'seit is the perfect' '\bseit .*\t.*\b(has|have) '
some  'long sentences' '^(\S+ ){22}'

# lexicons that are wrong
bad() { # what, file, line to add, message
	rm -rf g; cp -r "$grammar" g; chmod -R u+w g
	printf -- "$3\n" >>g/$2
	local n=$(wc -l <g/$2)
	exits 1 "refuses $1" 'make-corpus -n 3 --grammar g'
	says "and says so" "make-corpus: g/$2:$n: $4"
}
bad 'too few columns' nouns.tsv 'Haus\tn' '2 columns, want 8'
bad 'too many columns' names.tsv 'Otto\tm\tx' 'more than 2 columns'
bad 'an unknown gender' nouns.tsv 'Ding\tx\tDings\tDinge\tthing\t-\tthing\t-' 'gender: want one of m f n p, not "x"'
bad 'a noun without a form' nouns.tsv 'Ding\tn\t-\tDinge\tthing\t-\tthing\t-' 'noun: a form is missing'
bad 'a noun without classes' nouns.tsv 'Ding\tn\tDings\tDinge\tthing\t-\t-\t-' 'noun: no classes'
bad 'half a place' nouns.tsv 'Ding\tn\tDings\tDinge\tthing\t-\tthing\tin/at' 'place: want'
bad 'an unknown class' verbs.tsv 'dingen\t-\t-\t-\th\thire\tperson\tacc:nothing\t-' 'no noun of class "nothing"'
bad 'an unknown argument' verbs.tsv 'dingen\t-\t-\t-\th\thire\tperson\tgen:person\t-' 'unknown argument "gen"'
bad 'an unknown case' verbs.tsv 'dingen\t-\t-\t-\th\thire\tperson\tauf+gen:person\t-' 'argument: want acc or dat after auf+'
bad 'an unknown flag' verbs.tsv 'dingen\t-\t-\t-\th\thire\tperson\t-\tq' 'unknown flag "q"'
bad 'a passive without an object' verbs.tsv 'dingen\t-\t-\t-\th\thire\tperson\t-\tp' 'a passive needs one acc argument'
bad 'a verb that is none' verbs.tsv 'x\t-\t-\t-\th\thire\tperson\t-\t-' 'no German infinitive'
bad 'a form that is too long' verbs.tsv "$(printf 'x%.0s' {1..90})en\t-\t-\t-\th\thire\tperson\t-\t-" 'no German infinitive, or too long'
bad 'an unknown kind of adverb' adverbs.tsv 'nun\tnow\twhen' 'kind: want one of past'
bad 'an unknown kind of conjunction' conjunctions.tsv 'ob\tif\tmaybe' 'kind: want one of coord'
bad 'an empty field' names.tsv '-\tm' 'column 1 is empty'
rm g/adverbs.tsv
exits 1 'refuses a lexicon with a file missing' 'make-corpus -n 3 --grammar g'
says  'and names it' 'g/adverbs.tsv: No such file'
: >g/adverbs.tsv
exits 1 'refuses an empty file' 'make-corpus -n 3 --grammar g'
says  'and names it' 'g/adverbs.tsv: nothing in it'
echo '# only this' >g/adverbs.tsv
exits 1 'and one of comments only' 'make-corpus -n 3 --grammar g'
exits 1 'refuses a folder that is not there' 'make-corpus --train t --grammar nowhere'
is    'and leaves no file' 'ls t .*.part 2>/dev/null | wc -l' 0
exits 1 'refuses an output folder that is not there' 'make-corpus --train nowhere/t'
exits 1 'notices a full disk on a file' 'make-corpus -n 9 --train /dev/full'
exits 2 'refuses -n 0' 'make-corpus -n 0'
says  'says what it wants' '--count: want an integer in [1, 1000000], not "0"'
exits 2 'takes no operand' 'make-corpus de-en'
# as make install lays it out
mkdir -p root/bin root/share/milliner
cp "$MILLINER_BIN/make-corpus" root/bin; cp -r "$grammar" root/share/milliner
same  'finds the installed grammar' 'root/bin/make-corpus -n 20' 'make-corpus -n 20'
rm -r root/share
exits 1 'or says that there is none' 'root/bin/make-corpus -n 20'
says  'and what helps' 'with --grammar'
finish
