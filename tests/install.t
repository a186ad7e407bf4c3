# What make install puts where, and the pipes that then work as typed.
. "${0%/*}/lib.sh"
command -v make >/dev/null || skip 'no make'
unset MAKEFLAGS MFLAGS MAKELEVEL
build=$(basename "${MILLINER_BIN%/bin}")   # cc, or cc-san
install="make -C $top install CC='$(head -n 1 "$MILLINER_BIN/../flags")'"
case $build in *-san) install="$install SAN=1" ;; esac
uninstall=${install/ install / uninstall }
inst=$tmp/inst
progs=$(cd "$top/bin" && ls *.c | sed 's/\.c$//')
listed() { for p in $progs; do echo "${1-}$p${2-}"; done; }
share=inst/share root=inst/root/usr
own_names() { # FOLDER: by which names the programs there say their version
	for p in $progs; do $1/share/milliner/bin/$p --version; done | cut -d' ' -f1
}

holds 'make install' "$install PREFIX=$inst"
is    'every filter is installed' 'ls inst/bin' "$(listed)"
is    'a manual page of each filter' 'ls $share/man/man1' "$(listed '' .1)"
is    'a manual page of the whole' 'ls $share/man/man7' milliner.7
is    'it names the files where they are' \
	"grep -oE '[^ ]*/share/milliner/[^ ]*[.](mk|json)$' $share/man/man7/milliner.7 |
		while read -r f; do ls \$f; done 2>&1" \
	"$inst/share/milliner/multi30k.json
$inst/share/milliner/pipelines/method.mk"
version=$(bleu --version | cut -d' ' -f3)
is    'manual pages of this version' \
	'grep -h "^.TH " $share/man/man*/* | grep -vc "\"Milliner $version\"$"' 0
is    'completion for bash of each filter' 'ls $share/bash-completion/completions' "$(listed)"
is    'completion for zsh of each filter' 'ls $share/zsh/site-functions' "$(listed _)"
is    'no file that is installed is empty' 'find $share -type f -empty' ''
holds 'rules of the method are installed' '[ -e $share/milliner/pipelines/method.mk ]'
is    'no task of the project is installed' 'find $share/milliner/pipelines |
	grep -E "demo|multi30k|wmt|iwslt|claims|corpora"' ''
is    'programs for the method by their own names' 'own_names inst' "$(listed)"
is    'spaces and grammar are installed' \
	'ls $share/milliner $share/milliner/grammar | grep -c "json\|tsv"' \
	"$(ls "$data"/spaces/*.json "$data"/grammar/*.tsv | wc -l)"
staged="DESTDIR=$inst/root PREFIX=/usr"
prefixed="$staged PROGRAM_PREFIX=x-"
holds 'with a prefix, below DESTDIR' "$install $prefixed"
is    'with a prefix: every filter' 'ls $root/bin' "$(listed x-)"
is    'with a prefix: a manual page of each' 'ls $root/share/man/man1' "$(listed x- .1)"
is    'with a prefix: a manual page of all' 'ls $root/share/man/man7' x-milliner.7
plainly() { # PAGE ..: lines that name $p without its prefix
	sed 's/\\-/-/g' "$@" | grep -E "fB$p\\\\fP\\(1\\)|^$p - |^(.*[|;(])? *$p --?[a-z]"
}
without() { # a page without prefixes, and what stands in its title
	sed -E 's/(^|[^a-z])x\\-/\1/g; s/^\.TH X-/.TH /; s/ "Milliner.*//' "$1"
}
for p in $progs; do
	page=$root/share/man/man1/x-$p.1
	is   "x-$p: no page knows it as $p" 'plainly $page $root/share/man/man7/x-milliner.7' ''
	same "x-$p: nothing else differs in its page" "cat $top/bin/$p.1" 'without $page'
	is   "x-$p: bash completes it" "bash -c '. $root/share/bash-completion/completions/x-$p
		complete -p x-$p' | sed 's/.* //'" x-$p
	is   "x-$p: zsh completes it" "head -n 1 $root/share/zsh/site-functions/_x-$p" \
		"#compdef x-$p"
done
is    'with a prefix: programs for the method by their own names' 'own_names $root' "$(listed)"
is    'with a prefix: the help names it so' \
	'$root/bin/x-bleu --help | head -n 1 | cut -d" " -f1-2' \
	'usage: x-bleu'
is    'with a prefix: messages name it so' '$root/bin/x-bleu </dev/null 2>&1 | cut -d: -f1' x-bleu
holds 'with a prefix: a program finds its data' '$root/bin/x-sample-arch -n 1'
holds 'installed twice' "$install PREFIX=$inst"
blank="$tmp/my stage \$(echo)"
holds 'below a DESTDIR with blanks' "umask 077; rm -rf \"\$blank\"
	$install DESTDIR=\"\${blank//\\$/\\\$\\\$}\" PREFIX='/opt/two words'"
is    'blanks: every filter' 'ls "$blank/opt/two words/bin"' "$(listed)"
is    'blanks: nothing beside it' 'ls -d my*' "$(basename "$blank")"
is    'blanks: folders and files for all to read' \
	'find "$blank/opt" ! -type l -printf "%y %m\n" | sort -u' $'d 755\nf 644\nf 755'
is    'blanks: only programs can be run' \
	'find "$blank/opt" -type f -perm 755 ! -path "*/bin/*" -exec grep -L "^#!" {} +' ''
holds 'blanks: a program finds its data' '"$blank/opt/two words/bin/sample-arch" -n 1'
holds 'uninstall' "$uninstall $prefixed"
is    'uninstall leaves nothing' \
	'find inst/root ! -type d; ls -d $root/share/milliner 2>/dev/null' ''
holds 'uninstall beside files of others' "$install $staged
	touch $root/bin/own $root/share/milliner/own; $uninstall $staged"
is    'uninstall leaves what is others' 'cd $root && find . ! -type d | sort' \
	$'./bin/own\n./share/milliner/own'
holds 'with stderr closed' "$install DESTDIR=$inst/quiet 2>&-; $install DESTDIR=$inst/quiet.as"
is    'with stderr closed: as with it' \
	'diff -r inst/quiet/usr/local inst/quiet.as/usr/local; echo $?' 0
bad="$install DESTDIR=$inst/bad"
refuses 2 <<R
a relative PREFIX ;; $bad PREFIX=opt ;; PREFIX is "opt": want
a PREFIX above ;; $bad PREFIX=../opt ;; PREFIX is "../opt": want
a prefix with a folder ;; $bad PROGRAM_PREFIX=a/b ;; PROGRAM_PREFIX is "a/b": want
a prefix with a blank ;; $bad PROGRAM_PREFIX='a b' ;; PROGRAM_PREFIX is "a b": want
R
is    'bad prefixes are told before anything is installed' 'ls -d inst/bad 2>/dev/null' ''

# names of the compiler
folder() { make -C $top help "$@" | sed -n 's,.*into build/,build/,p'; }
clang=build/clang-target-x86_64-linux-gnu-DX-a-b-
while IFS=: read -r cc into; do
	is "CC=\"$cc\" builds in $into" "folder CC='$cc'" "$into/bin"
done <<C
gcc -m64:build/gcc-m64
ccache gcc:build/ccache-gcc
/usr/bin/gcc-12:build/gcc-12
/opt/my-clang/bin/clang --target=x86_64-linux-gnu -DX="a b":$clang
C
is    'SAN=1 builds beside it' "folder CC='ccache gcc -m64' SAN=1" build/ccache-gcc-m64-san/bin
is    'SAN=1 that a shell exports does not' 'SAN=1 folder CC=gcc' build/gcc/bin
is    'another compiler that a shell exports is none of ours' 'CC=gcc folder' build/cc/bin
is    'another BLAS that a shell exports is none of ours' \
	'BLAS=/nowhere make -C $top -nB build/gcc/flags CC=gcc | grep -c nowhere' 0
holds 'make -n with such a compiler' "make -C $top -n CC='gcc -m64' >plan 2>&1 &&
	grep -q 'gcc -m64 .*-o build/gcc-m64/' plan && ! grep -q warning plan"

# flags of the user: those on make's command line, beside our own
plan() { make -C $top -n -B CC='gcc -m64' "$@" build/gcc-m64/bin/bleu | tr '\n' ' '; }
own='CFLAGS=-mfoo CPPFLAGS=-DBAR CXXFLAGS=-fbaz LDFLAGS=-lqux'
exported="$own CC=clang EXTRA_CFLAGS=-mbar EXTRA_LDFLAGS=-lbar"
holds 'CFLAGS and others are added' "plan $own >plan &&
	grep -q -- '-std=c11.* -DBAR -mfoo .* -o build/gcc-m64/lib/base/rng.o' plan &&
	grep -q -- '-DBLAS_FILE=.* -o build/gcc-m64/lib/num/blas.o' plan &&
	grep -q -- '-pthread  *-lqux .* -o build/gcc-m64/bin/bleu' plan"
holds 'C++ has its own' "! grep -o 'std=c++17[^;]*' plan >cxx ||
	{ grep -q -- '-DBAR *-fbaz ' cxx && ! grep -q -- -mfoo cxx; }"
holds "the user's warnings are no errors" '! grep -q -- -Werror plan'
holds 'without them ours are' 'plan >plan && grep -q -- -Werror plan'
same  'flags that a shell exports change nothing' 'plan' "env $exported bash -c 'make -C $top \
	-n -B CC=\"gcc -m64\" build/gcc-m64/bin/bleu' | tr '\\n' ' '"

if command -v man >/dev/null; then
	is 'man has no complaint' \
		'for f in $share/man/man?/*; do man --warnings -l $f 2>&1 >/dev/null; done' ''
fi

# as typed; records, not times, are what matters here
PATH=$inst/bin:$path
quick='-n 1 --src-len 2 --tgt-len 2 --beam 1 --accept-unsettled'
holds 'sample-arch | measure-lat > lat.jsonl' \
	"sample-arch -n 1 | measure-lat $quick > lat.jsonl"
says  'which space it took' \
	'sample-arch: no space given: using the default, wmt14ende-space0.json'
true_of 'lat.jsonl is measured' lat.jsonl \
	'.[0] | .latency_ms.total > 0 and .repeats == 1 and .task.src_vocab == 32768'
narrow_space >space
sample-arch -n 24 --distinct <space >archs
holds 'through jq' "jq -c . archs | jq -c '.mine={\"a\":[1,2.50]}' | profile-arch |
	jq -c . | measure-lat $quick | jq -c . >lats"
same  'through jq: nothing is lost' 'jq -c .arch archs | sort' 'jq -c .arch lats | sort'
true_of 'through jq: what is mine stays' lats \
	'length == 24 and all(.mine == {a: [1, 2.5]})'
predict='predict-lat --predictor lat.mlp'
holds 'fit-mlp, then predict-lat' 'fit-mlp -o lat.mlp <lats >fit.json && $predict <archs >all'
if command -v parallel >/dev/null; then
	spread='parallel --will-cite --pipe -k -N 5'
	same 'predict-lat through parallel' 'cat all' '$spread $predict <archs'
	same 'profile-arch through parallel' 'profile-arch <archs' \
		'$spread profile-arch <archs | jq -c .'
else
	echo '# no GNU parallel'
fi
same  'records split as one likes: the same predictions' 'cat all' \
	'split -n l/3 archs part; for p in part*; do $predict <$p; done'
same  'records compressed on the way: the same predictions' 'cat all' \
	'zstd -q <archs | $predict | zstd -q | zstd -dq'
is    'a reader that leaves ends the writer in silence' \
	'sample-arch -n 100000 <space 2>said | head -n 1 | wc -l; wc -c <said' $'1\n0'
finish
