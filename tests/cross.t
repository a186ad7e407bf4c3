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
export emulate dir

holds 'make cross' "$make cross"
for p in translate measure-lat; do
	is "$p is one static file of the other machine" "readelf -hl $dir/bin/$p | grep -c 'Machine: *AArch64\|INTERP'" 1
done
holds 'its tests compile' "$make cross-tests"
for u in kernels kernels-rows kernels-decode 'panels few' 'decoder few' 'beam 6'; do
	holds "unit tests pass: $u" "\$emulate \$dir/unit/$u >tap; code=\$?; grep -v '^ok' tap >&2; [ \$code = 0 ]"
done

# the same hypotheses, scores within 1e-4
"$MILLINER_BIN/../helpers/make-weights" m.safetensors dict
for i in $(seq 12); do echo "{\"src\":[$(seq -s, 4 $((4 + i * 7 % 31))),2]}"; done >pairs
crossed="\$emulate \$dir/bin/translate"
both() { # options [how far scores may be apart]
	holds "translates: $1" "translate -q $1 <pairs >here && $crossed -q $1 <pairs >there"
	same 'the same hypotheses' "jq -c '[.hyp_tokens,[.nbest[]?.hyp_tokens]]' here" "jq -c '[.hyp_tokens,[.nbest[]?.hyp_tokens]]' there"
	is 'the same scores' "jq -nc --slurpfile a here --slurpfile b there '[\$a,\$b|map([.score,.nbest[]?.score]|.[])]|transpose|map((.[0]-.[1])|fabs|select(.<${2-1e-4}|not))'" '[]'
}
for o in '' '--beam 1 --dtype bf16' '--beam 3 --lenpen 0.3 --min-len 4 --nbest 3' '--batch 1 --threads 2'; do
	both "--max-len-b 12 --weights m.safetensors $o"
done
# Sums differ in the last digit, and int8 may then round a number the other way:
# these random weights, which know no word for sure, turn that into other words.
is    'int8 is as near to fp32 there' "$crossed -q --max-len-b 12 -w m.safetensors --dtype int8 pairs >there; translate -q --max-len-b 12 -w m.safetensors pairs >here; paste -d' ' <(jq .score here) <(jq .score there) | awk '{ d = \$1 - \$2; s += d < 0 ? -d : d } END { print (s > 0 && s / NR < 0.03) }'" 1
same  'compressed weights, text in and out' 'translate -q -t -w m.safetensors --max-len-b 5 <<<"w5 w7 w9"' "zstd -q m.safetensors -o m.zst; $crossed -q -t -w m.zst --max-len-b 5 <<<'w5 w7 w9'"
"$MILLINER_BIN/../helpers/make-weights" held.safetensors dict spm
exits 1 'a model that holds its segmentation' "$crossed -q -t -w held.safetensors --max-len-b 5 <<<'w5 w7 w9'"
says  'needs what is not there' 'held.safetensors: the segmentation inside: this program was built without SentencePiece'
same  'and takes subwords' 'translate -q -t -w m.safetensors --max-len-b 5 <<<"w5 w7 w9"' "$crossed -q -t --segmented -w held.safetensors --max-len-b 5 <<<'w5 w7 w9'"
is    'measure-lat measures with the kernels of that machine' "sample-arch -n 1 --space $data/spaces/demo.json | $emulate $dir/bin/measure-lat -n 2 --reference-every 0 --src-len 3 --tgt-len 3 --beam 2 --src-vocab 50 --tgt-vocab 50 | jq -r '.host.blas[:13],.host.arch,(.latency_ms.total>0)'" $'milliner neon\naarch64\ntrue'

# layers with convolutions
. "$top/tests/train-fixtures.sh"
jq -c '.space += {conv_glu:1,encoder_conv_kernel_choice:[0,3,7],decoder_conv_kernel_choice:[5,0]}' <"$space" >lsra.json
holds 'a supernet with convolutions' 'train-super -q --threads 1 --space lsra.json --max-update 60 --lr 0.01 --warmup-updates 5 -o w <$pairs >log'
sample-arch --largest --space lsra.json | jq -c '.arch.encoder_conv_kernel=[3,0] | .arch.decoder_conv_kernel=[0,5]' >sub.json
for o in '' '--dtype bf16' '--arch sub.json' '--arch sub.json --batch 1 --threads 2'; do
	both "--max-len-b 8 --weights w $o"
done
both '--max-len-b 8 --weights w --dtype int8' 1e-2
is    'they are measured there' "$emulate $dir/bin/measure-lat -n 2 --reference-every 0 --src-len 3 --tgt-len 3 --beam 2 --dtype int8 sub.json | jq -r '.host.blas[:13],(.latency_ms.total>0)'" $'milliner neon\ntrue'
finish
