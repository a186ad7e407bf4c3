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
export inst progs
listed() { for p in $progs; do echo "${1-}$p${2-}"; done; }

holds 'make install' "$install PREFIX=\$inst"
is    'every filter' 'ls inst/bin' "$(listed)"
is    'a manual page of each' 'ls inst/share/man/man1' "$(listed '' .1)"
is    'and one of all' 'ls inst/share/man/man7' milliner.7
is    'of this version' 'grep -h "^.TH " inst/share/man/man*/* | grep -vc "\"Milliner $(bleu --version | cut -d" " -f3)\"$"' 0
is    'completion for bash' 'ls inst/share/bash-completion/completions' "$(listed)"
is    'and zsh' 'ls inst/share/zsh/site-functions' "$(listed _)"
is    'none empty' 'find inst/share -type f -empty' ''
is    'rules of the method' 'ls inst/share/milliner/pipelines/method.mk' inst/share/milliner/pipelines/method.mk
is    'without tasks of the project' 'find inst/share/milliner/pipelines | grep -E "demo|multi30k|wmt|iwslt|claims|corpora"' ''
is    'programs by their own names' 'for p in $progs; do inst/share/milliner/bin/$p --version; done | cut -d" " -f1' "$(listed)"
is    'spaces and grammar' 'ls inst/share/milliner inst/share/milliner/grammar | grep -c "json\|tsv"' "$(ls "$data"/spaces/*.json "$data"/grammar/*.tsv | wc -l)"
holds 'with a prefix, below DESTDIR' "$install DESTDIR=\$inst/root PREFIX=/usr PROGRAM_PREFIX=x-"
is    'every filter' 'ls inst/root/usr/bin' "$(listed x-)"
is    'a manual page of each' 'ls inst/root/usr/share/man/man1' "$(listed x- .1)"
is    'and of all' 'ls inst/root/usr/share/man/man7' x-milliner.7
for p in $progs; do
	pages="inst/root/usr/share/man/man1/x-$p.1 inst/root/usr/share/man/man7/x-milliner.7"
	export p pages
	is "whose pages know $p as x-$p" 'sed "s/\\\\-/-/g" $pages | grep -cE "fB$p\\\\fP\\(1\\)|^$p - |^(.*[|;(])? *$p --?[a-z]"' 0
	is "and as nothing else" "sed -E 's/(^|[^a-z])x\\\\-/\\1/g; s/^\.TH X-/.TH /; s/ \"Milliner.*//' inst/root/usr/share/man/man1/x-$p.1 | diff $top/bin/$p.1 -" ''
	is "bash completes x-$p" "bash -c '. inst/root/usr/share/bash-completion/completions/x-$p; complete -p x-$p' | sed 's/.* //'" x-$p
	is "zsh completes x-$p" "head -n 1 inst/root/usr/share/zsh/site-functions/_x-$p" "#compdef x-$p"
done
is    'programs by their own names' 'for p in $progs; do inst/root/usr/share/milliner/bin/$p --version; done | cut -d" " -f1' "$(listed)"
is    'and so does its help' 'inst/root/usr/bin/x-bleu --help | head -n 1 | cut -d" " -f1-2' 'usage: x-bleu'
is    'messages, too' 'inst/root/usr/bin/x-bleu </dev/null 2>&1 | cut -d: -f1' x-bleu
holds 'finds its data' 'inst/root/usr/bin/x-sample-arch -n 1'
holds 'twice' "$install PREFIX=\$inst"
blank="$tmp/my stage \$(echo)"
export blank
holds 'below a DESTDIR with blanks, for all to read' "umask 077; rm -rf \"\$blank\"; $install DESTDIR=\"\$(printf %s \"\$blank\" | sed 's/\\$/\$\$/g')\" PREFIX='/opt/two words'"
is    'every filter' 'ls "$blank/opt/two words/bin"' "$(listed)"
is    'and nothing beside it' 'ls -d my*' "$(basename "$blank")"
is    'folders and files' 'find "$blank/opt" ! -type l -printf "%y %m\n" | sort -u' $'d 755\nf 644\nf 755'
is    'only programs can be run' 'find "$blank/opt" -type f -perm 755 ! -path "*/bin/*" -exec grep -L "^#!" {} +' ''
holds 'finds its data' '"$blank/opt/two words/bin/sample-arch" -n 1'
holds 'uninstall' "$uninstall DESTDIR=\$inst/root PREFIX=/usr PROGRAM_PREFIX=x-"
is    'leaves nothing' 'find inst/root ! -type d; ls -d inst/root/usr/share/milliner 2>/dev/null' ''
holds 'what is others stays' "$install DESTDIR=\$inst/root PREFIX=/usr; touch inst/root/usr/bin/own inst/root/usr/share/milliner/own; $uninstall DESTDIR=\$inst/root PREFIX=/usr"
is    'where it was' 'cd inst/root/usr && find . ! -type d | sort' $'./bin/own\n./share/milliner/own'
for bad in PREFIX=opt PREFIX=../opt PROGRAM_PREFIX=a/b PROGRAM_PREFIX="'a b'"; do
	exits 2 "refuses $bad" "$install DESTDIR=\$inst/bad $bad"
	says  'with a reason' "${bad%%=*} is \"$(eval "echo ${bad#*=}")\": want"
done
is    'before anything is installed' 'ls -d inst/bad 2>/dev/null' ''

# names of the compiler
while IFS=: read -r cc folder; do
	is "CC=\"$cc\" builds in $folder" "make -C $top help CC='$cc' | sed -n 's,.*into build/,build/,p'" "$folder/bin"
done <<'C'
gcc -m64:build/gcc-m64
ccache gcc:build/ccache-gcc
/usr/bin/gcc-12:build/gcc-12
/opt/my-clang/bin/clang --target=x86_64-linux-gnu -DX="a b":build/clang-target-x86_64-linux-gnu-DX-a-b-
C
is    'SAN=1 builds beside it' "make -C $top help CC='ccache gcc -m64' SAN=1 | sed -n 's,.*into build/,build/,p'" build/ccache-gcc-m64-san/bin
is    'not if a shell exports that' "SAN=1 make -C $top help CC=gcc | sed -n 's,.*into build/,build/,p'" build/gcc/bin
holds 'make -n with such a compiler' "make -C $top -n CC='gcc -m64' >plan 2>&1 && grep -q 'gcc -m64 .*-o build/gcc-m64/' plan && ! grep -q warning plan"

if command -v man >/dev/null; then
	is 'man has no complaint' 'for f in inst/share/man/man?/*; do man --warnings -l $f 2>&1 >/dev/null; done' ''
fi

# as typed; records, not times, are what matters here
PATH=$inst/bin:/usr/local/bin:/usr/bin:/bin
quick='-n 1 --src-len 2 --tgt-len 2 --beam 1 --accept-unsettled'
holds 'sample-arch | measure-lat > lat.jsonl' "sample-arch -n 1 | measure-lat $quick > lat.jsonl"
says  'says which space it took' 'sample-arch: no space given: using the default, wmt14ende-space0.json'
is    'lat.jsonl is measured' "jq -c '.latency_ms.total > 0 and .repeats == 1 and .task.src_vocab == 32768' lat.jsonl" true
cat >space <<'S'
{"space":{"name":"tiny","qkv_dim":16,"encoder_embed_choice":[32,16],"decoder_embed_choice":[32,16],"encoder_layer_num_choice":[2,1],"decoder_layer_num_choice":[2,1],"encoder_ffn_embed_dim_choice":[48,32],"decoder_ffn_embed_dim_choice":[48,32],"encoder_self_attention_heads_choice":[4,2],"decoder_self_attention_heads_choice":[4,2],"decoder_ende_attention_heads_choice":[4,2],"decoder_arbitrary_ende_attn_choice":[-1,1]},"task":{"src_vocab":20,"tgt_vocab":20,"share_all_embeddings":true}}
S
sample-arch -n 24 --distinct <space >archs
holds 'through jq' "jq -c . archs | jq -c '.mine={\"a\":[1,2.50]}' | profile-arch | jq -c . | measure-lat $quick | jq -c . > lats"
same  'nothing is lost' 'jq -c .arch archs | sort' 'jq -c .arch lats | sort'
is    'and what is mine stays' 'jq -c .mine lats | sort | uniq -c | tr -s " "' ' 24 {"a":[1,2.5]}'
holds 'fit-mlp, then predict-lat' 'fit-mlp -o lat.mlp <lats >fit.json && predict-lat --predictor lat.mlp <archs >all'
if command -v parallel >/dev/null; then
	same 'through parallel' 'cat all' 'parallel --will-cite --pipe -k -N 5 predict-lat --predictor lat.mlp <archs'
	same 'the same records' 'profile-arch <archs' 'parallel --will-cite --pipe -k -N 5 profile-arch <archs | jq -c .'
else
	echo '# no GNU parallel'
fi
same  'split as one likes' 'cat all' 'split -n l/3 archs part; for p in part*; do predict-lat --predictor lat.mlp <$p; done'
same  'compressed on the way' 'cat all' 'zstd -q <archs | predict-lat --predictor lat.mlp | zstd -q | zstd -dq'
is    'a reader that leaves' 'sample-arch -n 100000 <space 2>said | head -n 1 | wc -l; wc -c <said' $'1\n0'
finish
