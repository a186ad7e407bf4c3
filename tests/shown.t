# What is printed of names and fields that others have chosen.
. "${0%/*}/lib.sh"
. "$top/tests/filter-fixtures.sh"
esc=$'\e[31m' odd=$'a\e[31m\n\t\x7f\x9b\xc2\x9b"b\\'
clean() { # no control character is in a file
	! LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' "$1"
}
told() { # what command: one line or two of usage, no control character
	run_it "$2"; cp "$err" e
	clean e && [ $(wc -l <e) -le 2 ] && [ -s e ]
	report $? "$1"
}
export esc odd
for p in $filters; do
	told "$p: an odd option" "$p \"--\$odd\""
	refuses 2 <<<"$p: an option without a name ;; $p --=x </dev/null ;; $p: --: no such option"
	told "$p: an odd operand" "$p \"\$odd\" </dev/null"
	told "$p: an odd value" "$p --seed \"\$odd\" </dev/null"
done
told 'an odd file that is not there' 'sample-arch --space "$odd"'
is    'an odd file is named without its control characters' \
	"sample-arch --space \$'x\e[1m\xff\n\u009b\u202ey' 2>&1" \
	'sample-arch: x\x1b[1m\xff\n\xc2\x9b\xe2\x80\xaey: No such file or directory'
is    'letters stay in the name of a file' 'sample-arch --space größe 2>&1' \
	'sample-arch: größe: No such file or directory'
is    'messages of many at once are whole lines' '
	for i in $(seq 40); do sample-arch --space "none$i" 2>>many & done; wait
	grep -cxE "sample-arch: none[0-9]+: No such file or directory" many' 40
told 'an odd file that cannot be written' 'average-weights super -o "$odd/x"'
told 'an odd journal' '
	cp dict "$odd"; evolve -q --weights super --valid few --resume "$odd" <space.json'
told 'an odd text of a record' "jq -c '.arch[\"\\u001b[31m\"] = 1' archs | profile-arch"
told 'an odd key of a space' "
	sed 's/\"qkv_dim\"/\"\\\\u001b[31mx\"/' space.json | sample-arch"
told 'an odd field of --where' 'sample-arch -w "$odd<1" <space.json'
told 'an odd system' 'bleu --paired scored "$odd"'
holds 'an odd system is named in text' '
	cp scored "sys$esc"; bleu -f text --paired scored "sys$esc" >shown
	clean shown && grep -q "sys.x1b.31m: " shown'

# JSON stays JSON
json() { # what command: every line is an object, without control characters
	holds "$1" "$2 >shown; [ -s shown ] && clean shown && jq -e . shown"
}
json  'JSON of a weights file of an odd name' \
	"train-sub --arch arch.json $train -o \"\$odd.st\" <pairs"
is    'JSON of a weights file has its odd name' \
	"jq -r 'select(.event==\"save\").file' shown | head -c 8" $'a\e[31m\n\t'
json  'JSON of a system of an odd name' 'cp scored "$odd"; bleu --paired scored "$odd"'
for target in 'a"b' 'a\b' $'a\tb' $'a\eb' 'ä' ' '; do
	export target
	what="a target $(printf %q "$target")"
	jq -c --arg t "$target" '.[$t] = .latency_ms.total | del(.latency_ms)' lats >aimed
	json  "$what" 'fit-mlp -q --steps 20 --target "$target" -o aimed.mlp <aimed'
	json  "$what is predicted" 'predict-lat -p aimed.mlp <archs'
	holds "$what is predicted by its name" \
		'jq -e --arg t "predicted_$target" ".[\$t] > 0" shown'
	same  "$what is predicted once" \
		'predict-lat -p aimed.mlp <archs' \
		'predict-lat -p aimed.mlp <archs | predict-lat -p aimed.mlp'
done
refuses 2 <<'R'
a target that is no UTF-8 ;; fit-mlp -q --target $'a\xff' -o a <lats
	;; --target: want a field's name, in UTF-8
R
jq -c '.space.name = "a\"\u001b\\"' space.json >odd.json
json  'JSON of a space of an odd name' "import-hat -e odd.json | import-hat -n 'a\"b\\'"
json  'JSON of a space of controls beyond ASCII' "
	jq -c '.space.name = \"a\u007f\u009bb\"' space.json | import-hat -e |
		import-hat -n \$'a\x7f\xc2\x9bb'"

# --where
jq -c '.x = "a\u0000b"' archs >nul
same  '--where: texts with a NUL are no matter' \
	"predict-lat -p mlp -w 'arch.qkv_dim<=16' nul" 'predict-lat -p mlp nul'
of() { sample-arch -q -n 40 -w "$1" <"$space"; }
narrow='of "arch.encoder_embed_dim<=16"'
same  '--where: blanks around the operator' "$narrow" 'of " arch.encoder_embed_dim  <=  16 "'
for c in '<=1.6e1' '<17' '==16' '!=32' '<32' '<=+16'; do
	same "--where: $c" "$narrow" "of 'arch.encoder_embed_dim$c'"
done
same  '--where: >=' 'of "arch.encoder_embed_dim>=3.2E+1"' 'of "arch.encoder_embed_dim > 16"'
of 'arch.encoder_ffn_embed_dim.0<=32' >some
is    '--where: an element of an array' "
	jq -sc '[length, (map(select(.arch.encoder_ffn_embed_dim[0] > 32)) | length)]' some" \
	'[40,0]'
ffn=arch.encoder_ffn_embed_dim
for f in $ffn.max $ffn. $ffn.-1 $ffn.99 $ffn.0x0 $ffn arch.encoder_embed_dim. \
	.arch.encoder_embed_dim arch..encoder_embed_dim arch.encoder_embed_dim.0 \
	nothing arch task.share_all_embeddings; do
	refuses 1 <<R
--where: no field $f ;; of '$f<=64' ;; no number "$f"
--where: no field $f, by predict-lat ;; predict-lat -p mlp -w '$f<=64' <archs
	;; predict-lat: stdin:1: --where: no number "$f"
R
done
for c in 'x' 'x=1' 'x<' '<1' 'x<1e' 'x<nan' 'x<inf' 'x<1 2' 'x<>1' 'x<<1' 'x=<1' 'x===1' '' '<' \
	'x<1,2'; do
	refuses 2 <<<"--where: no condition: $c ;; of '$c' ;; --where: want 'FIELD<=NUMBER'"
done
finish
