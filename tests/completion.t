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
	is "$p: bash knows whose it is" "bash -c '. ./x-$p; complete -p x-$p'" \
		"complete -o default -F _milliner_x_${p//-/_} x-$p"
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
offers() { # 'what' 'words before TAB' 'what is offered'
	is "TAB offers $1" "bash completed $2" "$3"
}
types=$'fp32\nbf16\nint8\nkmeans4\nkmeans8\nfp16'
offers 'options' 'measure-lat --pa' $'--pairs\n--pairs-batches'
offers 'choices' 'measure-lat --dtype ""' "$types"
offers 'choices that begin so' 'measure-lat --dtype b' bf16
offers 'choices of --option=value' 'measure-lat --dtype = b' bf16
offers 'choices of --option= without a letter yet' 'measure-lat --dtype =' "$types"
offers 'choices of a short option' 'bleu -f j' json
offers 'files' 'measure-lat --space sp | LC_ALL=C sort' $'space.json\nspaces of mine.json'
offers 'files of --option=value' 'measure-lat --space = spaces' 'spaces of mine.json'
offers 'files of a short option' 'predict-lat -p space.' space.json
offers 'files as operands' 'bleu --paired space.' space.json
offers 'folders' 'make-corpus --grammar ""' 'a folder'
offers 'nothing for a number' 'measure-lat --beam s' ''
offers 'options after a number' 'measure-lat --beam 4 --pai' $'--pairs\n--pairs-batches'
for p in $progs; do
	offers "every option of $p --help" "$p -- | LC_ALL=C sort" "$($p --help |
		sed -n '/^options:/,$s/^  [-a-zA-Z, ]\{4\}\(--[a-z0-9-]*\).*/\1/p' | LC_ALL=C sort)"
done

# typed at a terminal
if command -v script >/dev/null; then
	cat >typed <<-'S'
	{
		echo '. ./x-measure-lat; x-measure-lat() { printf "<%s>" "$@" >>got; }'
		printf 'x-measure-lat --spa\tspaces\t--dty\tb\t\nexit\n'
	} | HOME=$PWD TERM=dumb script -qec 'bash --norc --noprofile -i' /dev/null >/dev/null
	cat got
	S
	is 'typed at a terminal' 'bash typed' '<--space><spaces of mine.json><--dtype><bf16>'
fi
finish
