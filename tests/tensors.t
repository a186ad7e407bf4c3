# Safetensors that lie: each gives one clear line, and no crash.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
train-sub -q --threads 1 --arch "$arch" --src-dict dict --share-all-embeddings \
	--max-update 1 -o good <"$pairs" >log || echo 'not ok 0 - no weights'
header good >head
tail -c +$((9 + $(wc -c <head))) good >data
size=$(wc -c <data)
length() { # number: 8 bytes, little-endian
	local n=$1 i
	for i in 1 2 3 4 5 6 7 8; do
		printf "\\$(printf %o $((n & 255)))"
		n=$((n >> 8))
	done
}
craft() { length "$(wc -c <"$1")"; cat "$1" "${2:-data}"; }
refuses() { # what reason
	# memory for what the file holds, and not for what it claims
	run_it '[ -n "${TEST_SAN-}" ] || ulimit -v 1500000; average-weights -o bad lie'
	[ $? = 1 ] && [ "$(wc -l <"$err")" = 1 ] && [ ! -e bad ] &&
		grep -qF "average-weights: lie: $2" "$err"
	local r=$?
	report $r "$1: $2"
	[ $r = 0 ] || cat "$err" | note
}
edit() { # what jq reason [data]
	jq -c --argjson size "$size" "$2" head >lying
	craft lying "${4:-data}" >lie
	refuses "$1" "$3"
}
craft head >lie
holds 'what is crafted is taken' 'average-weights -o same lie; cmp same good'
jq -c . head >lying
craft lying >lie
holds 'a header that is not padded, too' 'average-weights -o same lie; cmp same good'
jq -c 'to_entries|reverse|from_entries' head >lying
craft lying >lie
holds 'in any order' 'average-weights -o same lie; cmp same good'

: >lie;                   refuses 'an empty file' 'not a safetensors file: too short'
head -c 7 good >lie;      refuses 'seven bytes' 'not a safetensors file: too short'
length 0 >lie;            refuses 'no header' 'broken safetensors header'
{ length $(($(wc -c <good) - 7)); tail -c +9 good; } >lie
refuses 'a header longer than the file' 'not a safetensors file: header of'
{ length -1; tail -c +9 good; } >lie
refuses 'one of 2^64 - 1 bytes' 'not a safetensors file: header of 18446744073709551615 bytes'
{ length 300; tail -c +9 good; } >lie
refuses 'a header cut short' 'broken safetensors header'
echo '[1,2]' >lying; craft lying >lie
refuses 'an array' 'broken safetensors header'
{ head -c 100000 /dev/zero | tr '\0' '['; } >lying; craft lying >lie
refuses 'a deep one' 'broken safetensors header'
tr e '\377' <head >lying; craft lying >lie
refuses 'no UTF-8' 'broken safetensors header'
sed 's/encoder.layers.0.fc1.bias/encoder.layers.0.fc2.bias/' head >lying; craft lying >lie
refuses 'a name twice' 'broken safetensors header: duplicate object key'
head -c -1 good >lie
refuses 'the last byte missing' 'tensor tgt_dict: data outside the file'
{ cat good; echo; } >lie
refuses 'a byte too many' "$((size + 1)) bytes of data, $size in the header"

t='."encoder.layers.0.fc1.bias"'
n='tensor encoder.layers.0.fc1.bias'
edit 'a negative shape' "$t.shape=[-32]" "$n: broken shape"
edit 'a huge one' "$t.shape=[4294967296,4294967296]" "$n: broken shape"
edit 'one whose bytes overflow' "$t.shape=[4611686018427387904]" "$n: shape and data differ in size"
edit 'fractions' "$t.shape=[32.5]" "$n: broken shape"
edit 'words' "$t.shape=[\"32\"]" "$n: broken shape"
edit 'no shape' "del($t.shape)" "$n: broken shape"
edit 'five dimensions' "$t.shape=[32,1,1,1,1]" "$n: broken shape"
edit 'too small a shape' "$t.shape=[31]" "$n: shape and data differ in size"
edit 'an empty one' "$t.shape=[32,0]" "$n: shape and data differ in size"
edit 'an unknown type' "$t.dtype=\"BF16\"" "$n: dtype is not one of"
edit 'no type' "del($t.dtype)" "$n: dtype is not one of"
edit 'a number as type' "$t.dtype=7" "$n: dtype is not one of"
edit 'no object' "$t=[]" "$n: dtype is not one of"
edit 'null' "$t=null" "$n: dtype is not one of"
edit 'data beyond the end' "$t.data_offsets=[\$size,\$size+128]" "$n: data outside the file"
edit 'data before the beginning' "$t.data_offsets=[-128,0]" "$n: data outside the file"
edit 'data backwards' "$t.data_offsets|=reverse" "$n: data outside the file"
edit 'one offset' "$t.data_offsets|=.[:1]" "$n: data outside the file"
edit 'three' "$t.data_offsets+=[1]" "$n: data outside the file"
edit 'no offsets' "del($t.data_offsets)" "$n: data outside the file"
edit 'offsets in words' "$t.data_offsets|=map(tostring)" "$n: shape and data differ in size"
edit 'the data of another' "$t.data_offsets=.\"encoder.layers.0.fc2.bias\".data_offsets" 'tensor encoder.layers.0.fc2.weight: data overlap or leave a hole'
edit 'data that nobody owns' "del($t)" 'tensor encoder.layers.0.fc2.weight: data overlap or leave a hole'
head -c -$(wc -c <dict) data >shorter
edit 'two at one place' '.tgt_dict.data_offsets=.src_dict.data_offsets' 'tensor ' shorter
head -c 12 data | cat - data >longer
edit 'a hole at the beginning' '.[].data_offsets? |= (values|map(.+12))' 'tensor embed_tokens.weight: data overlap or leave a hole' longer

# sound tensors that are not this model's
edit 'a name unknown' ".x=$t|del($t)" 'no tensor encoder.layers.0.fc1.bias'
edit 'another shape of the same size' "$t.shape=[4,8]" "$n: want F32 of [32]"
edit 'a matrix on its side' '."encoder.layers.0.self_attn.in_proj.weight".shape|=reverse' 'tensor encoder.layers.0.self_attn.in_proj.weight: want F32 of [96, 32]'
edit 'another type' "$t|=(.dtype=\"I64\"|.shape=[16])" "$n: want F32 of [32]"
edit 'a dictionary of floats' '.src_dict|=(.dtype="F32"|.shape=[.shape[0]/4])' 'tensor src_dict: ' 
edit 'no metadata' 'del(.__metadata__)' 'no "arch" and "task" in the metadata: not written by train-super or train-sub'
edit 'metadata that are none' '.__metadata__=[1]' 'no "arch" and "task" in the metadata'
edit 'no task' 'del(.__metadata__.task)' 'no "arch" and "task"'
edit 'metadata in numbers' '.__metadata__.task=1' 'no "arch" and "task"'
edit 'a broken task' '.__metadata__.task|=.[:9]' 'metadata "task": '
edit 'an unknown key' '.__metadata__.task|=(fromjson|.x=1|tojson)' 'metadata: task: unknown key "x"'
edit 'an odd architecture' '.__metadata__.arch|=(fromjson|.decoder_layer_num=3|tojson)' 'metadata: '
edit 'another architecture' '.__metadata__.arch|=(fromjson|.encoder_ffn_embed_dim=[33]|tojson)' 'tensor encoder.layers.0.fc1.weight: want F32 of [33, 32]'
edit 'a broken space' '.__metadata__.space="{}"' 'metadata: '
edit 'words enough to fill the memory' '.__metadata__.task|=(fromjson|.src_vocab=16777216|.tgt_vocab=16777216|tojson)' 'tensor embed_tokens.weight: want F32 of [16777216, 32]'

# noise: whatever it says, it does not crash
for i in $(seq 40); do
	at=$((i * 7919 % $(wc -c <head) + (i < 9 ? 0 : 8)))
	{ head -c $at good; printf "\\$(printf %o $((i % 2 ? 48 + i % 10 : i * 37 % 256)))"; tail -c +$((at + 2)) good; } >noise
	( average-weights -o maybe noise ) 2>>said
	echo $?
done >codes
is    'a byte changed: taken or refused' 'grep -cvx "[01]" codes' 0
holds 'some are refused' 'grep -qx 1 codes'
is    'in words' 'grep -vc "^average-weights: noise: " said' 0
zstd -qc good >z.zst
head -c 9999 z.zst >lie
refuses 'zstd cut short' 'truncated zstd data'
finish
