. "${0%/*}/lib.sh"
make_weights=$MILLINER_BIN/../helpers/make-weights
$make_weights m.safetensors dict
$make_weights plain.safetensors
$make_weights super.safetensors dict super
$make_weights reversed.safetensors dict super reversed
for i in $(seq 40); do echo "{\"id\":$i,\"src\":[$(seq -s, 4 $((4 + i * 7 % 31)))],\"ref\":\"r \\u00e9 $i\"}"; done >pairs
tr='translate --max-len-b 12 --weights m.safetensors'
usual translate "$tr <pairs"
bad_lines translate "$tr"
is    'nothing in, nothing out' "$tr </dev/null" ''
exits 2 'wants weights' 'translate <pairs'
exits 1 'weights that are not there' 'translate -w nowhere <pairs'
exits 2 'more hypotheses than the beam has' "$tr --nbest 6 <pairs"
exits 2 'another type' "$tr --dtype int3 <pairs"
exits 1 'an id that is no word' "(head -n 1 pairs; echo '{\"src\":[4,40,2]}') | $tr"
says  'names the line' 'translate: stdin:2: src[1]: want an id in [0, 40)'
exits 1 'no source' "echo '{\"tgt\":[4,2]}' | $tr"
exits 1 'an empty source' "echo '{\"src\":[]}' | $tr"

# records
holds 'translates' "$tr <pairs >hyps"
is    'the line is left alone' "sed 's/,\"hyp\":.*/}/' hyps | diff - pairs" ''
is    'in order' 'jq .id hyps | paste -sd" "' "$(seq 40 | paste -sd' ')"
is    'hyp_tokens end in </s>, no <pad>' 'jq -c "select(.hyp_tokens[-1]!=2 or (.hyp_tokens[:-1]|any(.==1 or .==2)))" hyps' ''
is    'at least one word' 'jq "select((.hyp_tokens|length)<2)" hyps' ''
is    'the text is that of the ids' 'jq -r .hyp hyps | sed "s/<unk>/<3>/g;s/<s>/<0>/g" | tr -d @w\<\> | sed "s/  */ /g" | diff - <(jq -r "[.hyp_tokens[:-1][]|select(.!=0)]|join(\" \")" hyps)' ''
is    'twice is once' "$tr <hyps | diff hyps -" ''
same  'one by one' "$tr <pairs" "$tr --batch 1 <pairs"
same  'seven at once' "$tr <pairs" "$tr --batch 7 <pairs"
same  'two threads' "$tr <pairs" "$tr --threads 2 <pairs"
for t in bf16 int8 kmeans8; do
holds "translates in $t" "$tr --dtype $t <pairs >$t"
is    "$t: scores near those of fp32" "paste -d' ' <(jq .score hyps) <(jq .score $t) | awk '{d=\$1-\$2;if(d<0)d=-d;s+=d} END{print (s>0&&s/NR<0.03)}'" 1
same  "$t: one by one" "cat $t" "$tr --batch 1 --dtype $t <pairs"
done
same  'zstd' "$tr <pairs" "zstd -q <pairs | $tr"
same  'no dictionary: the ids' 'translate --max-len-b 12 -w plain.safetensors <pairs | jq -r .hyp' 'jq -r ".hyp_tokens[:-1]|join(\" \")" hyps'
is    'the best is the first of n-best' "$tr --nbest 3 <pairs | jq -c 'select((.nbest|length)!=3 or .nbest[0].hyp_tokens!=.hyp_tokens or .nbest[0].score<.nbest[1].score or .nbest[1].score<.nbest[2].score)'" ''
is    'at most a x source + b words' "$tr --max-len-a 0.5 --max-len-b 2 <pairs | jq 'select((.hyp_tokens|length)-1 > ((.src|length)+1)/2+2)'" ''
is    'at least so many' "$tr --min-len 5 <pairs | jq 'select((.hyp_tokens|length)<6)'" ''
is    'a length penalty of 0: the sum' "$tr --beam 1 --lenpen 0 <pairs | jq -s 'map(.score*1e4|round)' >a; $tr --beam 1 <pairs | jq -s 'map(.score*(.hyp_tokens|length)*1e4|round)' >b; paste a b | awk '\$1-\$2>2||\$2-\$1>2'" ''

# text
awk 'BEGIN{for(i=1;i<30;i++){s="";for(k=0;k<i*5%17;k++){n=4+(i*k)%36;s=s" w"n (n%3?"":"@@")}print substr(s,2)}}' >text
is    'as many lines' "$tr --text <text | wc -l" 29
is    'an empty line stays empty' "$tr --text <text | sed -n 17p" ''
same  'text as records' "$tr --text <text | grep ." "grep . text | sed 's/[w@]//g;s/ /,/g;s/.*/{\"src\":[&]}/' | $tr | jq -r .hyp"
is    'an unknown word is <unk>' "echo 'w5 nowhere w7' | $tr -t | diff - <(echo '{\"src\":[5,3,7]}' | $tr | jq -r .hyp)" ''
is    'segmentation undone' "$tr -t --remove-bpe '@@ ' <text | grep -c @@" 0
is    'n-best lines' "head -n 3 text | $tr -t --nbest 2 | wc -l" 6
is    'so many, too, where fewer are found' "head -n 3 text | translate -t -w m.safetensors -b 100 --nbest 100 --max-len-a 0 --max-len-b 1 | wc -l" 300
exits 1 'text without a dictionary' 'translate --max-len-b 12 -w plain.safetensors -t <text'
says  'says why' 'no dictionary'
exits 1 'text that is not UTF-8' "printf '\\377\\n' | $tr -t"
says  'names its line' 'translate: stdin:1: not UTF-8'
is    'a line at once' "mkfifo in out; $tr -t --batch 1 <in >out & exec 3>in 4<out; echo w5 >&3; read -t 10 a <&4; echo w6 >&3; read -t 10 b <&4; exec 3>&-; wait; [ \"\$a\" ] && [ \"\$b\" ] && echo yes" yes
# who waits for the answer gets it, whatever the batch and the window; blank
# lines are no reason to wait
ask() { # question terminator arguments: two questions and their answers
	rm -f in out; mkfifo in out
	translate --max-len-b 12 -w m.safetensors "${@:3}" <in >out &
	exec 3>in 4<out
	for i in 1 2; do
		printf "$1$2" >&3
		read -rt 60 a <&4 && [ "$a" ] && echo answered
	done
	exec 3>&-
	wait $!
}
is    'and by default' "ask 'w5 w6' '\n' -t" $'answered\nanswered'
is    'with two threads' "ask 'w5 w6' '\n' -t -j 2" $'answered\nanswered'
is    'a record at once' "ask '{\"src\":[5,6,2]}' '\n\n \n'" $'answered\nanswered'
is    'the rest of a line is waited for' "ask '{\"src\":[5,6,2]}\n{\"src\"' ':[7,2]}\n'" $'answered\nanswered'
all='--max-len-a 0 --max-len-b 1 --beam 38 --nbest 38'   # words there are
is    'never <unk>' "$tr --no-unk $all <pairs | jq -c '.nbest[].hyp_tokens|select(any(.==3))'" ''
is    'which else comes' "$tr $all <pairs | jq -s '[.[].nbest[].hyp_tokens|any(.==3)]|any'" true
is    'a source of 2,000 words' "yes w5 | head -n 2000 | paste -sd' ' | $tr -t --max-len-a 0 --max-len-b 20 | wc -l" 1

# SubTransformers
jq -nc '{arch:{qkv_dim:16,encoder_embed_dim:12,encoder_layer_num:2,encoder_ffn_embed_dim:[16,32],encoder_self_attention_heads:[2,4],decoder_embed_dim:10,decoder_layer_num:1,decoder_ffn_embed_dim:[16],decoder_self_attention_heads:[2],decoder_ende_attention_heads:[4],decoder_arbitrary_ende_attn:[1]}}' >arch
holds 'a SubTransformer' 'translate --max-len-b 12 -w super.safetensors --arch arch <pairs >sub'
is    'is another model' 'cmp -s sub hyps; echo $?' 1
same  'the supernet itself' 'translate --max-len-b 12 -w super.safetensors <pairs' 'cat hyps'
same  'weights in another order' 'translate --max-len-b 12 -w reversed.safetensors <pairs' 'cat hyps'
same  'a SubTransformer of those' 'translate --max-len-b 12 -w reversed.safetensors --arch arch <pairs' 'cat sub'
same  'of compressed ones' 'zstd -q super.safetensors -o super.zst; translate --max-len-b 12 -w super.zst --arch arch <pairs' 'cat sub'
same  'of others through a pipe' 'translate --max-len-b 12 -w <(cat reversed.safetensors) --arch arch <pairs' 'cat sub'
exits 1 'one that does not fit' 'sed s/:12,/:120,/ arch >big; translate -w m.safetensors --arch big <pairs'
says  'says so' 'does not fit m.safetensors'
if command -v script >/dev/null; then
	printf 'w4 w5\nw6\n' >words
	holds 'translations on a terminal, without progress between them' "script -qec 'translate --text --max-len-b 3 -w m.safetensors words' /dev/null </dev/null >typed; [ -s typed ] && ! grep -E '/s|sentences' typed"
fi
exits 0 'a supernet without --arch' 'translate --max-len-b 3 -w super.safetensors <pairs'
says  'is told what translates' 'super.safetensors is a supernet: its largest architecture translates (--arch takes another)'
exits 1 'records as text' 'translate --text -w m.safetensors <pairs'
says  'says so' 'translate: stdin:1: a record, want text: records are read without --text'
$make_weights nan.safetensors nan
exits 1 'weights that are not finite' 'translate -w nan.safetensors <pairs'
says  'says that' 'not finite'

# a file that becomes shorter while it is mapped
cp super.safetensors shrinking; mkfifo later
translate -w shrinking --arch later <pairs >hyps 2>messages & pid=$!
exec 3>later
until grep -q shrinking /proc/$pid/maps; do kill -0 $pid || break; done
: >shrinking
cat arch >&3; exec 3>&-
wait $pid; code=$?
is    'weights that become shorter meanwhile' 'echo $code; cat messages; cat hyps' $'1\ntranslate: a file became shorter while it was read, or cannot be read'
finish
