# What make cross builds, run by an emulator: the kernels' and the decoder's
# unit tests, and translate, which must answer as the one built for this CPU.
. "${0%/*}/lib.sh"
arch=aarch64 dir=$top/build/aarch64-linux-gnu-gcc
make="make -C $top"
unset MAKEFLAGS MFLAGS MAKELEVEL
command -v $arch-linux-gnu-gcc >/dev/null || skip "no $arch-linux-gnu-gcc"
emulate=$(command -v qemu-$arch-static || command -v qemu-$arch) ||
	skip "no qemu-$arch"
$arch-linux-gnu-gcc -static -x c - -o linked -ljansson -lzstd \
	-L"$top/build/sysroot-$arch/usr/lib/$arch-linux-gnu" \
	<<<'int main(void) { return 0; }' 2>linked.err ||
	skip "no static Jansson and zstd of $arch (make cross-deps)"

holds 'make cross' "$make cross"
for p in translate measure-lat; do
	is "$p is one static file of the other machine" \
		"readelf -hl $dir/bin/$p | grep -c 'Machine: *AArch64\|INTERP'" 1
done
holds 'its unit tests compile' "$make cross-tests"
passes() { $emulate $dir/unit/$* >tap; local code=$?; grep -v '^ok' tap >&2; return $code; }
for u in kernels kernels-rows kernels-decode 'panels few' 'decoder few' 'beam 6'; do
	holds "its unit tests pass: $u" "passes $u"
done

# the same hypotheses, scores within 1e-4
"$MILLINER_BIN/../helpers/make-weights" m.safetensors dict
for i in $(seq 12); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31))),2]}"; done >pairs
crossed="$emulate $dir/bin/translate -q"
words() { jq -c '[.hyp_tokens,[.nbest[]?.hyp_tokens]]' "$@"; }
both() { # options [how far scores may be apart]
	holds "translates: $1" "translate -q $1 <pairs >here && $crossed $1 <pairs >there"
	same "the same hypotheses: $1" 'words here' 'words there'
	true_of "the same scores: $1" 'here there' '[.[:length / 2], .[length / 2:]] |
		map(map(.score, .nbest[]?.score)) | transpose |
		all((.[0] - .[1]) | fabs < $most)' --argjson most ${2-1e-4}
}
for o in '' '--beam 1 --dtype bf16' '--beam 3 --lenpen 0.3 --min-len 4 --nbest 3' \
	'--batch 1 --threads 2'; do
	both "--max-len-b 12 --weights m.safetensors $o"
done
# Sums differ in the last digit, and int8 may then round a number the other way:
# these random weights, which know no word for sure, turn that into other words.
distance() { # on average, of the scores of two files
	paste -d' ' <(jq .score $1) <(jq .score $2) |
		awk '{ d = $1 - $2; s += d < 0 ? -d : d } END { print s / NR }'
}
options='--max-len-b 12 -w m.safetensors'
$crossed $options --dtype int8 pairs >there
translate -q $options pairs >here
is    'int8 is as near to fp32 there' "jq -n '$(distance here there) | . > 0 and . < 0.03'" true
zstd -q m.safetensors -o m.zst
echo 'w5 w7 w9' >text
same  'compressed weights, text in and out' 'translate -q -t -w m.safetensors --max-len-b 5 <text' \
	"$crossed -t -w m.zst --max-len-b 5 <text"
"$MILLINER_BIN/../helpers/make-weights" held.safetensors dict spm
refuses 1 <<R
a model that holds its segmentation ;; $crossed -t -w held.safetensors --max-len-b 5 <text ;;
	held.safetensors: the segmentation inside: this program was built without SentencePiece
R
same  'a model that holds its segmentation takes subwords' \
	'translate -q -t -w m.safetensors --max-len-b 5 <text' \
	"$crossed -t --segmented -w held.safetensors --max-len-b 5 <text"
measured="$emulate $dir/bin/measure-lat -n 2 --reference-every 0 --src-len 3 --tgt-len 3 --beam 2"
is    'measure-lat measures with the kernels of that machine' \
	"sample-arch -n 1 --space $data/spaces/demo.json | $measured --src-vocab 50 --tgt-vocab 50 |
	jq -r '.host.blas[:13],.host.arch,(.latency_ms.total>0)'" $'milliner neon\naarch64\ntrue'

# layers with convolutions
. "$top/tests/train-fixtures.sh"
jq -c '.space += {conv_glu: 1, encoder_conv_kernel_choice: [0,3,7],
	decoder_conv_kernel_choice: [5,0]}' <"$space" >lsra.json
holds 'a supernet with convolutions' "train-super -q --threads 1 --space lsra.json \
	--max-update 60 --lr 0.01 --warmup-updates 5 -o w <$pairs >log"
sample-arch --largest --space lsra.json |
	jq -c '.arch.encoder_conv_kernel=[3,0] | .arch.decoder_conv_kernel=[0,5]' >sub.json
for o in '' '--dtype bf16' '--arch sub.json' '--arch sub.json --batch 1 --threads 2'; do
	both "--max-len-b 8 --weights w $o"
done
both '--max-len-b 8 --weights w --dtype int8' 1e-2
is    'convolutions are measured there' \
	"$measured --dtype int8 sub.json | jq -r '.host.blas[:13],(.latency_ms.total>0)'" \
	$'milliner neon\ntrue'
finish
