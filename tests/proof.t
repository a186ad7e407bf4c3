# What searches find, trained and compared: proof.mk on a miniature.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
proof="make -C $top -f pipelines/proof.mk TASK=$tmp/mini.mk PROOF_LIMITS='90 1000' PROOF_SEEDS=2 PROOF_STRATEGIES='hat finals random' PROOF_FINALISTS=2 FINAL='--max-update 6 --warmup-updates 2' super.random=sandwich4"
export proof
holds 'two limits, three searches, two seeds' "$proof"
prints 'end in a table' 'limit  search  seeds  models  inh. loss'
is    'a row each' "awk 'NR > 1 && NF == 12 { print \$1, \$2, \$3 }' run/proof.txt | tr '\n' ,"  '90 hat 2,90 finals 2,90 random 2,1000 hat 2,1000 finals 2,1000 random 2,'
is    'a search each, as many evaluations' "for f in run/proof.*.search; do jq -s 'map(select(.result | not)) | length' \$f; done | sort -u | wc -l; ls run/proof.*.search | wc -l" $'1\n12'
is    'every winner is trained, once' "jq -r .arch_id run/proof.jsonl | sort -u | diff - <(ls run/proof.arch.*.final.safetensors | sed 's/.*arch[.]//; s/[.]final.*//' | sort)" ''
is    'and has its score' "jq -c '[.bleu | type]' run/proof.jsonl | sort | uniq -c | tr -s ' '" ' 12 ["number"]'
is    'the winner is the best found' "jq -s 'map(select(.result)) | min_by(.valid_loss).arch_id' run/proof.1000.hat.s1.search" "$(jq 'select(.limit == 1000 and .strategy == "hat" and .seed == "s1").arch_id' run/proof.jsonl)"
is    'means are of the rows' "awk '\$1 == 1000 && \$2 == \"random\" { print \$5, \$7 }' run/proof.txt" "$(jq -rs 'map(select(.limit == 1000 and .strategy == "random")) | "\(map(.inherited) | add / length * 10000 | round / 10000) \(map(.bleu) | add / length * 100 | round / 100)"' run/proof.jsonl)"
is    'one that asks another supernet' "jq -c 'select(.result) | {arch, task}' run/proof.1000.random.s1.search | eval-arch -q --weights run/proof.super.sandwich4.safetensors --valid run/valid.jsonl | jq .valid_loss" "$(jq 'select(.result).valid_loss' run/proof.1000.random.s1.search)"
is    'finalists are the best that meet the limit, and what rules picked' "for f in run/proof.*.rules.*.best; do jq -sc '(map(select(.met)) | sort_by(.valid_loss)[:2] | map(.arch_id)) as \$best | map(select(.finalist).arch_id) - \$best - map(select(.met and .rule).arch_id), \$best - map(select(.finalist).arch_id)' \$f; done | sort -u" '[]'
is    'each is trained on once' "cat run/proof.*.rules.*.best | jq -r 'select(.finalist).arch_id' | sort -u | diff - <(jq -r .arch_id run/proof.finals.jsonl | sort)" ''
is    'the lowest loss then is taken' "for l in 90 1000; do for s in s1 s2; do jq -sc --slurpfile final run/proof.finals.jsonl 'map(select(.finalist).arch_id) as \$i | \$final | map(select(.arch_id | IN(\$i[]))) | if . == [] then \"none\" else min_by(.final_loss).arch_id end' run/proof.\$l.rules.\$s.best; jq -c 'if .final_loss then .arch_id else \"none\" end' run/proof.\$l.finals.\$s.json; done; done | awk 'NR % 2 { was = \$0; next } was != \$0'" ''
is    'their training is a part of its cost' "jq -s 'map(select(.strategy == \"finals\" and .final_loss)) | map(.core_seconds > 0) | all' run/proof.jsonl" true
is    'differences are those of the means' "awk 'NF == 6 && \$1 == 1000 && \$2 == \"hat\" { print \$3 }' run/proof.txt" "$(jq -rs 'def m($s): map(select(.limit == 1000 and .strategy == $s).bleu) | add / length; m("hat") - m("random") | . * 100 | round / 100' run/proof.jsonl)"
is    'one picture' 'grep -c "</svg>" run/proof.svg; grep -oE ">(hat|finals|random)<" run/proof.svg | sort -u' $'1\n>finals<\n>hat<\n>random<' 
find run -name '*.search' -o -name '*.safetensors' | xargs stat -c '%n %Y' | sort >before
holds 'once more' "$proof"
is    'nothing is searched or trained' "find run -name '*.search' -o -name '*.safetensors' | xargs stat -c '%n %Y' | sort | diff before -" ''
rm "run/proof.arch.$(jq -rs '.[0].arch_id' run/proof.jsonl).bleu"
holds 'a part of the trainings' "$proof proof-table"
prints 'is told' '1 winners are not yet trained'
exits 2 'no task' "make -C $top -f pipelines/proof.mk"
says  'says what is missing' 'TASK is not set: which task file?'
exits 2 'a strategy that nobody knows' "$proof PROOF_STRATEGIES='hat luck'"
says  'is told' 'PROOF_STRATEGIES: what is luck? Set strategy.luck to its options of evolve'
finish
