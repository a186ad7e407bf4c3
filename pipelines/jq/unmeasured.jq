# Of arch records, a line each, those that are not in $done; a line that is none, too.
($done | map({(.arch | tojson): 1}) | add // {}) as $has |
select(. as $line | try ($has[fromjson.arch | tojson] | not) catch true)
