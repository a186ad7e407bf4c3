# Python's safetensors reads models, and the codebooks of quantize and train-sub as
# their manuals say; what it writes is read here.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
python=${PYTHON:-python3}
"$python" -c 'import numpy, safetensors.numpy' 2>/dev/null ||
	skip "no numpy and safetensors for $python (pip install numpy safetensors)"
"$MILLINER_BIN/../helpers/make-weights" m dict
read_it() { "$python" "$top/tests/yardsticks/read-model.py" "$@"; }
read_tensors() { # file, floats: how many tensors are how
	read_it "$1" "$2" | sed 's/^[^ ]* [0-9 ]*//' | sort | uniq -c | tr -s ' \n' ' '
}
named() { header "$1" | jq -r 'keys[]' | grep -c "$2"; }
expected() { # bits of q's codebooks: all in them are f's, all others the same
	local coded=$(named q '[.]codebook$')
	echo " $coded in $1 bits, off by 0.0 $(($(named f '[^_]$') - coded)) same "
}
translated() { translate -q --max-len-b 9 -w $1 "$pairs"; }

is    'floats are read' 'read_tensors m m' " $(named m '[^_]$') same "
for o in '' '-b 2 --per row' '-b 3 --embeddings' '-b 5' '-b 7 --per row --embeddings' '-b 8'; do
	bits=$(sed -n 's/.*-b \([0-9]\).*/\1/p' <<<"$o")
	holds "quantize $o" "quantize $o -o q m >errors && average-weights -o f q"
	is    "quantize $o: is read as what average-weights makes of it" \
		'read_tensors q f' "$(expected ${bits:-4})"
	holds "quantize $o: what is written is read here" '
		read_it q f copy >l && translated copy >c.hyps && translated q | cmp - c.hyps'
done
holds 'trained codebooks' '
	make_pairs 5 30 | train-sub -q --threads 1 --codebooks q --max-update 3 --lr 1e-3 \
		--warmup-updates 0 -o t >log && mv t q && average-weights -o f q'
is    'trained codebooks are read as what average-weights makes of them' \
	'read_tensors q f' "$(expected 8)"
finish
