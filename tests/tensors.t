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
# average-weights says one line of the file lie and writes nothing, with memory for
# what it holds, and not for what it claims; 9 if it is more
reads() {
	local code=0
	( [ -n "${TEST_SAN-}" ] || ulimit -v 1500000; average-weights -o bad lie 2>said ) || code=$?
	cat said >&2
	[ "$(wc -l <said)" = 1 ] && [ ! -e bad ] && grep -q '^average-weights: lie: ' said ||
		return 9
	return $code
}
lie() { "$@" >lie; reads; }
headed() { craft lying >lie; reads; }   # the data with lying as header
edit() { # jq, of the header; t: a tensor's name; [data]
	jq -c --argjson size "$size" --arg t encoder.layers.0.fc1.bias "$1" head >lying
	craft lying "${2-data}" >lie
	reads
}
of() { edit ".__metadata__.$1 |= (fromjson | $2 | tojson)"; }   # task or arch, jq
sound() { craft "$1" >lie; average-weights -o same lie; cmp same good; }
holds 'a header that is crafted is taken' 'sound head'
jq -c . head >lying
holds 'a header that is not padded is taken' 'sound lying'
jq -c 'to_entries|reverse|from_entries' head >lying
holds 'a header in any order is taken' 'sound lying'

long() { length "$1"; tail -c +9 good; }   # good, whose header has that length
refuses 1 <<'R'
an empty file ;; lie true ;; not a safetensors file: too short
seven bytes ;; lie head -c 7 good ;; not a safetensors file: too short
no header ;; lie length 0 ;; broken safetensors header
a header longer than the file ;; lie long $(($(wc -c <good) - 7))
	;; not a safetensors file: header of
a header of 2^64 - 1 bytes ;; lie long -1
	;; not a safetensors file: header of 18446744073709551615 bytes
a header cut short ;; lie long 300 ;; broken safetensors header
an array as header ;; echo '[1,2]' >lying; headed ;; broken safetensors header
a deep header ;; head -c 100000 /dev/zero | tr '\0' '[' >lying; headed
	;; broken safetensors header
a header that is no UTF-8 ;; tr e '\377' <head >lying; headed ;; broken safetensors header
a name twice ;; sed 's/0.fc1.bias/0.fc2.bias/' head >lying; headed
	;; broken safetensors header: duplicate object key
the last byte missing ;; lie head -c -1 good ;; tensor tgt_dict: data outside the file
zstd cut short ;; zstd -qc good >z; lie head -c 9999 z ;; truncated zstd data
R
refuses 1 <<<"a byte too many ;; echo | lie cat good - ;; $((size + 1)) bytes of data, $size in"

head -c -$(wc -c <dict) data >shorter
head -c 12 data | cat - data >longer
refuses 1 <<'R'
a negative shape ;; edit '.[$t].shape = [-32]' ;; tensor encoder.layers.0.fc1.bias: broken shape
a huge shape ;; edit '.[$t].shape = [4294967296, 4294967296]' ;; fc1.bias: broken shape
a shape whose bytes overflow ;; edit '.[$t].shape = [4611686018427387904]'
	;; fc1.bias: shape and data differ in size
a shape of fractions ;; edit '.[$t].shape = [32.5]' ;; fc1.bias: broken shape
a shape of words ;; edit '.[$t].shape = ["32"]' ;; fc1.bias: broken shape
no shape ;; edit 'del(.[$t].shape)' ;; fc1.bias: broken shape
five dimensions ;; edit '.[$t].shape = [32, 1, 1, 1, 1]' ;; fc1.bias: broken shape
too small a shape ;; edit '.[$t].shape = [31]' ;; fc1.bias: shape and data differ in size
an empty shape ;; edit '.[$t].shape = [32, 0]' ;; fc1.bias: shape and data differ in size
an unknown type ;; edit '.[$t].dtype = "BF16"' ;; fc1.bias: dtype is not one of
no type ;; edit 'del(.[$t].dtype)' ;; fc1.bias: dtype is not one of
a number as type ;; edit '.[$t].dtype = 7' ;; fc1.bias: dtype is not one of
an array as tensor ;; edit '.[$t] = []' ;; fc1.bias: dtype is not one of
null as tensor ;; edit '.[$t] = null' ;; fc1.bias: dtype is not one of
data beyond the end ;; edit '.[$t].data_offsets = [$size, $size + 128]'
	;; fc1.bias: data outside the file
data before the beginning ;; edit '.[$t].data_offsets = [-128, 0]'
	;; fc1.bias: data outside the file
data backwards ;; edit '.[$t].data_offsets |= reverse' ;; fc1.bias: data outside the file
one offset ;; edit '.[$t].data_offsets |= .[:1]' ;; fc1.bias: data outside the file
three offsets ;; edit '.[$t].data_offsets += [1]' ;; fc1.bias: data outside the file
no offsets ;; edit 'del(.[$t].data_offsets)' ;; fc1.bias: data outside the file
offsets in words ;; edit '.[$t].data_offsets |= map(tostring)'
	;; fc1.bias: shape and data differ in size
the data of another ;; edit '.[$t].data_offsets = .["encoder.layers.0.fc2.bias"].data_offsets'
	;; tensor encoder.layers.0.fc2.weight: data overlap or leave a hole
data that nobody owns ;; edit 'del(.[$t])'
	;; tensor encoder.layers.0.fc2.weight: data overlap or leave a hole
two tensors at one place ;; edit '.tgt_dict.data_offsets = .src_dict.data_offsets' shorter
	;; tensor
a hole at the beginning ;; edit '.[].data_offsets? |= (values | map(. + 12))' longer
	;; tensor embed_tokens.weight: data overlap or leave a hole
R

# sound tensors that are not this model's
refuses 1 <<'R'
a name unknown ;; edit '.x = .[$t] | del(.[$t])' ;; no tensor encoder.layers.0.fc1.bias
another shape of the same size ;; edit '.[$t].shape = [4, 8]' ;; fc1.bias: want F32 of [32]
a matrix on its side ;; edit '.["encoder.layers.0.self_attn.in_proj.weight"].shape |= reverse'
	;; tensor encoder.layers.0.self_attn.in_proj.weight: want F32 of [96, 32]
another type ;; edit '.[$t] |= (.dtype = "I64" | .shape = [16])' ;; fc1.bias: want F32 of [32]
a dictionary of floats ;; edit '.src_dict |= (.dtype = "F32" | .shape = [.shape[0] / 4])'
	;; tensor src_dict:
no metadata ;; edit 'del(.__metadata__)'
	;; no "arch" and "task" in the metadata: not written by train-super or train-sub
metadata that are none ;; edit '.__metadata__ = [1]' ;; no "arch" and "task" in the metadata
no task ;; edit 'del(.__metadata__.task)' ;; no "arch" and "task"
metadata in numbers ;; edit '.__metadata__.task = 1' ;; no "arch" and "task"
a broken task ;; edit '.__metadata__.task |= .[:9]' ;; metadata "task":
an unknown key in the task ;; of task '.x = 1' ;; metadata: task: unknown key "x"
an odd architecture ;; of arch '.decoder_layer_num = 3' ;; metadata:
another architecture ;; of arch '.encoder_ffn_embed_dim = [33]'
	;; tensor encoder.layers.0.fc1.weight: want F32 of [33, 32]
a broken space ;; edit '.__metadata__.space = "{}"' ;; metadata:
words enough to fill the memory ;; of task '.src_vocab = 16777216 | .tgt_vocab = 16777216'
	;; tensor embed_tokens.weight: want F32 of [16777216, 32]
R

# noise: whatever it says, it does not crash
for i in $(seq 40); do
	at=$((i * 7919 % $(wc -c <head) + (i < 9 ? 0 : 8)))
	byte=$((i % 2 ? 48 + i % 10 : i * 37 % 256))
	{ head -c $at good; printf "\\$(printf %o $byte)"; tail -c +$((at + 2)) good; } >noise
	( average-weights -o maybe noise ) 2>>told
	echo $?
done >codes
is    'a byte changed: taken or refused' 'grep -cvx "[01]" codes' 0
holds 'a byte changed: some are refused' 'grep -qx 1 codes'
is    'a byte changed: refused in words' 'grep -vc "^average-weights: noise: " told' 0
finish
