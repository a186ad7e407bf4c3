# Completion for bash and zsh, as make install makes it of --help.
. "${0%/*}/lib.sh"
progs=$(cd "$top/bin" && ls *.c | sed 's/\.c$//')
help=$top/bin/help
made() { # shell program name
	"$2" --help | awk -f "$help/help.awk" -f "$help/$1.awk" -v program="$3"
}
for p in $progs; do
	made bash $p x-$p >x-$p
	holds "$p: bash reads it" "bash -n x-$p"
	is "$p: and knows whose it is" "bash -c '. ./x-$p; complete -p x-$p'" "complete -o default -F _milliner_x_${p//-/_} x-$p"
	made zsh $p x-$p >_x-$p
	is "$p: zsh's names it" "head -n 1 _x-$p" "#compdef x-$p"
	if command -v zsh >/dev/null; then
		holds "$p: zsh reads it" "zsh -n _x-$p"
	fi
done

# completed WORD ..: what TAB after these words offers
cat >completed <<'S'
. "./x-$1"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_milliner_x_${1//-/_} "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
S
mkdir 'a folder' && touch space.json 'spaces of mine.json' || exit 1
completed='bash completed'
export completed
is    'options' '$completed measure-lat --pa' $'--pairs\n--pairs-batches'
is    'choices' '$completed measure-lat --dtype ""' $'fp32\nbf16\nint8\nkmeans4\nkmeans8\nfp16'
is    'choices that begin so' '$completed measure-lat --dtype b' bf16
is    'of --option=value' '$completed measure-lat --dtype = b' bf16
is    'without a letter yet' '$completed measure-lat --dtype =' $'fp32\nbf16\nint8\nkmeans4\nkmeans8\nfp16'
is    'of a short option' '$completed bleu -f j' json
is    'files' '$completed measure-lat --space sp | LC_ALL=C sort' $'space.json\nspaces of mine.json'
is    'files of --option=value' '$completed measure-lat --space = spaces' 'spaces of mine.json'
is    'files of a short option' '$completed predict-lat -p space.' space.json
is    'files as operands' '$completed bleu --paired space.' space.json
is    'folders' '$completed make-corpus --grammar ""' 'a folder'
is    'nothing for a number' '$completed measure-lat --beam s' ''
is    'options after a number' '$completed measure-lat --beam 4 --pai' $'--pairs\n--pairs-batches'
for p in $progs; do
	is "$p: every option of --help" "\$completed $p -- | LC_ALL=C sort" "$($p --help | sed -n '/^options:/,$s/^  [-a-zA-Z, ]\{4\}\(--[a-z0-9-]*\).*/\1/p' | LC_ALL=C sort)"
done

# typed at a terminal
if command -v script >/dev/null; then
	cat >typed <<-'S'
	printf '. ./x-measure-lat; x-measure-lat() { printf "<%%s>" "$@" >>got; }\nx-measure-lat --spa\tspaces\t--dty\tb\t\nexit\n' |
	HOME=$PWD TERM=dumb script -qec 'bash --norc --noprofile -i' /dev/null >/dev/null
	cat got
	S
	is 'typed at a terminal' 'bash typed' '<--space><spaces of mine.json><--dtype><bf16>'
fi
finish
