# Translating and measuring on OpenCL devices: all that can go wrong, by a
# library of ours (preload/opencl.c); then a real device, if there is one.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
$MILLINER_BIN/../helpers/make-weights m.safetensors dict
$MILLINER_BIN/../helpers/make-weights super.safetensors dict super
for i in $(seq 40); do
	echo "{\"id\":$i,\"src\":[$(seq -s, 4 $((4 + i * 7 % 31)))]}"
done >pairs
cp "$arch" arch
sed 's/"decoder_ffn_embed_dim":\[32\]/"decoder_ffn_embed_dim":[640]/' arch >wider
tr='translate -q --max-len-b 3 -w m.safetensors'
lat='measure-lat -q --repeat 2 --src-len 5 --tgt-len 4 --accept-unsettled'

# --- what is wrong with the words
refuses 2 <<'R'
another device ;; $tr --device gpu <pairs
	;; translate: --device: want cpu or opencl:N, N from 0, not "gpu" (--list-devices)
no number ;; $lat --device opencl:x <arch ;; measure-lat: --device: want cpu or opencl:N
a negative one ;; $lat --device opencl:-1 <arch ;; --device: want cpu or opencl:N
a number and more ;; $tr --device opencl:0x <pairs ;; --device: want cpu or opencl:N
threads on a device ;; $lat --device opencl -j 2 <arch
	;; --threads is for the CPU: --device opencl computes by itself
tied threads ;; $lat --device opencl --pin 0 <arch ;; --pin is for the CPU
kernels of a CPU ;; $tr --device opencl --isa sse2 <pairs ;; --isa is for the CPU
a type that it has not ;; $tr --device opencl --dtype bf16 <pairs
	;; --dtype bf16 is for the CPU: --device opencl has fp32, fp16 and int8
a type that a CPU has not ;; $lat --dtype fp16 <arch ;; --dtype fp16 is for --device opencl
R
same  'the CPU is a device' "$tr <pairs" "$tr --device cpu <pairs"

# --- what is wrong with a library, its platforms, its devices
mkdir fake broken
ln -s "$MILLINER_BIN/../preload/opencl.so" fake/libOpenCL.so.1
: >broken/libOpenCL.so.1
fake() { FAKE_OPENCL=$1 LD_LIBRARY_PATH=$tmp/fake "${@:2}"; }
broken() { LD_LIBRARY_PATH=$tmp/broken "$@"; }
on='--device opencl'
refuses 1 <<'R'
no library ;; broken $tr $on <pairs ;; translate: --device opencl: cannot load OpenCL (
no library to measure with ;; broken $lat $on <arch
	;; install libOpenCL.so.1 (Debian: ocl-icd-libopencl1) and the device's driver
no platform ;; fake no-platform $tr $on <pairs
	;; translate: --device opencl: OpenCL has no platform: install the device's driver
no device ;; fake no-device $lat $on <arch
	;; measure-lat: --device opencl: OpenCL has a platform but no device
no device of that number ;; fake - $tr --device opencl:3 <pairs
	;; --device opencl:3: there is no opencl:3 here, only opencl:0
an old OpenCL ;; fake old $tr $on <pairs
	;; translate: --device opencl: opencl:0 (Nothing 1) has OpenCL 1.1: this program wants 1.2
	or later
too small groups ;; FAKE_AT=4 fake narrow $tr $on <pairs
	;; --device opencl: opencl:0 (Nothing 1) runs groups of 4 work-items at most, of which 8
	are needed
memory that others have ;; FAKE_AT=2000 fake lazy $tr $on <pairs
	;; translate: stdin:1: translating this needs more memory than opencl:0 (Nothing 1) gives:
	CL_OUT_OF_RESOURCES (-5): out of video memory
kernels that do not compile ;; fake does-not-compile $tr $on <pairs
	;; --device opencl: opencl:0 (Nothing 1) failed to compile the kernels:
	CL_BUILD_PROGRAM_FAILURE (-11)
the same, to measure ;; fake does-not-compile $lat $on <arch
	;; measure-lat: driver: kernels:7: error: no such thing
memory that others have, to measure ;; FAKE_AT=2000 fake lazy $lat $on <arch
	;; measure-lat: measuring this needs more memory than opencl:0 (Nothing 1) gives:
	CL_OUT_OF_RESOURCES (-5): out of video memory
too little memory ;; (cat arch; sed s/:32,/:320,/g arch) | fake small $lat $on --in-order
	;; measure-lat: stdin:2: measuring this needs
too little to translate ;; fake small $tr --max-len-b 2000 $on <pairs
	;; translate: stdin:1: translating this needs
R
says  'on which device' ' MB of memory on opencl:0 (Nothing 1), which has '
cpu="cpu	this machine's CPU, by the kernels of --isa"
nothing="opencl:0	Nothing 1, 7 compute units, 1234 MHz, 8000 MB, driver 9.9 "
for p in translate measure-lat; do
	is    "$p lists devices" "fake - $p --list-devices" "$cpu
$nothing(Nothing's platform, 9.9)"
	exits 0 "$p without a library lists devices" "broken $p --list-devices"
	prints 'the CPU' 'cpu	'
	says  'why there is no more' "$p: no OpenCL device: cannot load OpenCL ("
	refuses 1 <<<"$p lists onto a full disk ;; broken $p --list-devices >/dev/full ;;
	$p: stdout: No space left on device"
done

# --- devices that have less than they could
same  'kernels are built for the groups that there are' \
	"fake - $tr $on <pairs" "FAKE_AT=16 fake narrow $tr $on <pairs"
same  'batches are halved until their memory is given' \
	"fake - $tr $on <pairs" "FAKE_AT=400000 fake lazy $tr $on <pairs"

# --- a device that is lost: what was done before stays
export FAKE_AT=150
refuses 1 <<'R'
a device is lost on the way ;; fake lost $tr --batch 1 $on <pairs >some
	;; (Nothing 1) failed to start a kernel: CL_OUT_OF_RESOURCES (-5): the card fell off the bus
R
says  'by device and line' "translate: stdin:$(($(wc -l <some) + 1)): opencl:0 "
is    'a device is lost on the way: what came before is answered' \
	'jq .id some | paste -sd" "' "$(seq -s' ' "$(wc -l <some)")"
holds 'a device is lost on the way: something came before' 'test -s some'
export FAKE_AT=80000
lat+=" $on --in-order"
both() { cat arch wider; }
refuses 1 <<'R'
a device is lost in measuring ;; both | fake gone $lat --resume journal >some
	;; measure-lat: opencl:0 (Nothing 1) failed to give memory: CL_INVALID_CONTEXT (-34);
	what was measured is in the journal
R
is    'a device is lost in measuring: what came before is printed' 'wc -l <some' 1
same  'the device is back: it goes on' \
	"both | fake - $lat --resume journal | jq .arch.decoder_ffn_embed_dim[0]" \
	'echo 32; echo 640'
is    'the host names the device' "head -n 1 journal | jq -c '.host |
	[.device, .device_name, .device_driver, .device_units, .device_mhz, .device_mb]'" \
	'["opencl:0","Nothing 1","9.9",7,1234,8000]'
refuses 1 <<'R'
the journal of another device ;; both | ${lat/$on} --resume journal
	;; journal:1: measured on another host: "device
R

# --- Oclgrind computes on a device that looks at each access
grind=/usr/lib/oclgrind/liboclgrind-rt.so
if [ -e $grind ] && [ -z "$TEST_SAN" ]; then
	mkdir watched
	ln -s $grind watched/libOpenCL.so.1
	watched() {
		LD_LIBRARY_PATH=$tmp/watched OCLGRIND_CHECK_API=1 OCLGRIND_DATA_RACES=1 "$@"
	}
	kernels=$MILLINER_BIN/../unit/opencl-kernels
	seen() { grep -oiE "$1|invalid.*|race.*|diverg.*" some; }
	exits 0 'kernels under Oclgrind compute what they should' "watched $kernels few >some 2>&1"
	is    'kernels stay in their buffers, none before another' 'seen invalid' ''
	holds 'who goes beyond a buffer' "watched $kernels beyond"
	says  'is seen' 'Invalid read of size 4 at global memory address'
	holds 'who reads what another group writes' "watched $kernels race"
	says  'is seen' 'data race at global memory address'
	exits 0 'kernels on a device of small groups' "
		OCLGRIND_MAX_WGSIZE=24 watched $kernels groups >some 2>&1"
	is    'kernels on a device of small groups: theirs are smaller' \
		'seen "groups of.*"' 'groups of 16 and 16'
	exits 0 'kernels on a device with little memory for a group' "
		OCLGRIND_LOCAL_MEM_SIZE=10000 watched $kernels groups >some 2>&1"
	is    'kernels on a device with little memory for a group: they take less' \
		'seen "groups of [0-9]*"' 'groups of 64'
else
	echo '# SKIP whether kernels go beyond buffers: there is no Oclgrind (make deps-opencl)'
fi

# --- a real device
if ! translate --list-devices 2>/dev/null | finds ^opencl:0; then
	echo '# SKIP the rest: there is no OpenCL device (make deps-opencl)'
	finish
	exit
fi
translate --list-devices | sed 's/^/# /'
apart() { # translations of cpu and gpu that are not near each other
	paste -d' ' <(jq -c '[.id, .hyp_tokens]' cpu) <(jq -c '[.id, .hyp_tokens]' gpu) |
		awk '$1 != $2'
	paste -d' ' <(jq .score cpu) <(jq .score gpu) | awk '{ d = $1 - $2 } d * d > 1e-8'
}
tr='translate -q --max-len-b 12 -w m.safetensors'
holds 'the CPU translates' "$tr <pairs >cpu"
holds 'an OpenCL device translates' "$tr $on <pairs >gpu"
is    'an OpenCL device: the same words, and scores within 1e-4' apart ''
same  'an OpenCL device: one by one the same bytes' 'cat gpu' "$tr $on --batch 1 <pairs"
more='translate -q --max-len-b 20 -w super.safetensors --beam 3 --nbest 3'
three() { # of a line each: options
	head -n 9 pairs | $more "$@" | jq -c '.id as $id | .nbest[] | {$id, score, hyp_tokens}'
}
holds 'the CPU, three translations each' 'three >cpu'
holds 'the device, three translations each' "three $on >gpu"
is    'three translations each: the same' apart ''
mean_error() { # of 40 scores of full and half
	paste -d' ' <(jq .score full) <(jq .score half) | awk -v most="$1" '
		{ d = $1 - $2; if (d < 0) d = -d; s += d }
		END { print (NR == 40 && s / NR < most) }'
}
$more <pairs >full
for t in 'fp16 0.01' 'int8 0.05'; do
	holds "the device computes in ${t% *}" "$more $on --dtype ${t% *} <pairs >half"
	is    "${t% *}: scores are near those of the CPU" "mean_error ${t#* }" 1
done
cat >space.jq <<'J'
{task, space: ({name: "s", qkv_dim: .arch.qkv_dim,
	encoder_embed_choice: [32], decoder_embed_choice: [32],
	encoder_layer_num_choice: [1], decoder_layer_num_choice: [1],
	encoder_ffn_embed_dim_choice: [32], decoder_ffn_embed_dim_choice: [640],
	encoder_self_attention_heads_choice: [2], decoder_self_attention_heads_choice: [2],
	decoder_ende_attention_heads_choice: [2], decoder_arbitrary_ende_attn_choice: [-1]})}
J
lat=${lat/ --in-order}
holds 'the device is measured' "both | $lat --space <(jq -c -f space.jq arch) >m"
is    'the device: times, launches, a reference' "jq -c 'select((.latency_ms.encoder > 0 and
	.latency_ms.decoder > 0 and .launches >= 12 and .reference_ms > 0) | not)' m" ''
is    'the device in the host' "jq -c '.host | [.device, (.device_name | length > 0),
	(.device_driver | length > 0), .device_mhz >= 0]' m | uniq" '["opencl:0",true,true,true]'
is    'the device: halves in the workload' "$lat --dtype fp16 <arch | jq -r .workload.dtype" fp16
is    'the device: batches and sentences of a file' "jq -c '{src, tgt: .src}' pairs >both.pairs
	$lat --pairs both.pairs --pairs-batches 2 --batch 3 <arch | jq -c .workload.batch" 3
finish
