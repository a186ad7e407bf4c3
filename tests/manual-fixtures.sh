# The files that the manuals' examples work with, and what stands in for other
# machines. After lib.sh.
for p in jq zstd; do command -v $p >/dev/null || skip "no $p"; done
mkdir stand-ins
# one repetition; a busy machine is no fault of the example
cat >stand-ins/measure-lat <<S
#!/bin/sh
exec $MILLINER_BIN/measure-lat "\$@" --repeat 1 --accept-unsettled
S
printf '#!/bin/sh\nshift; exec sh -c "$*"\n' >stand-ins/ssh
printf '#!/bin/sh\ncp "$1" "${2#*:}.copied"\n' >stand-ins/scp
chmod +x stand-ins/*
PATH=$tmp/stand-ins:$PATH
export HOME=$tmp

prepared() {
	mkdir "$tmp/prepared" && cd "$tmp/prepared" || exit 1
	make-corpus -n 300 --valid-count 20 --test-count 20 \
		--train train.tsv --valid valid.tsv --test test.tsv
	for p in train valid test; do
		cut -f1 $p.tsv >$p.de
		cut -f2 $p.tsv >$p.en
	done
	make-dict train.de train.en >src.dict
	for p in train valid test; do
		encode-text -q --src-dict src.dict --ref <$p.tsv >$p.jsonl
	done
	small_space $(($(wc -l <src.dict) + 4)) | jq -c '.space += {qkv_dim: 32,
		decoder_arbitrary_ende_attn_choice: [-1, 1, 2]}' >space.json
	sample-arch -n 10 --distinct <space.json >archs.jsonl
	head -n 1 archs.jsonl >arch.json
	sample-arch -n 30 --distinct <space.json |
		measure-lat -q --space space.json --src-len 16 --tgt-len 16 >lat.jsonl
	fit-mlp -q --steps 50 -o lat.mlp <lat.jsonl >report.json
	profile-arch archs.jsonl | jq -c '{arch, params, bleu: (.params % 97),
		valid_loss: (.params % 89)}' >ranks.jsonl
	train="--src-dict src.dict --share-all-embeddings --max-update 10 --max-tokens 512 \
		--lr 5e-3 --warmup-updates 4 --valid valid.jsonl --quiet"
	train-super $train --space space.json -o super.safetensors <train.jsonl >super.log
	train-sub $train --arch arch.json -o model.safetensors <train.jsonl >sub.log
	translate -q --max-len-b 20 --weights model.safetensors <test.jsonl >hyps.jsonl
	cp hyps.jsonl A.jsonl
	jq -c '.hyp = .ref' hyps.jsonl >B.jsonl
	jq -c '.hyp += " word"' hyps.jsonl >C.jsonl
	jq -r .ref test.jsonl | tee ref.txt >ref2.txt
	jq -r .hyp hyps.jsonl | tee hyp.txt >A.txt
	jq -r .hyp B.jsonl >B.txt
	cd "$tmp" || exit 1
}
