# What is wrong with devices that are to measure together, if anything, from what
# each has measured.
def shown: if type == "string" then . else tojson end;
.[0] as $a | [.[] | select(.host != $a.host)][0] | select(.) as $b |
([$a.host, $b.host | keys[]] | unique[] | select($a.host[.] != $b.host[.])) as $what |
[$what] | .[0] as $what |
"DEVICES: \($a.device) and \($b.device) are two kinds of host: \"\($what)\" is " +
"\($a.host[$what] | shown) on the one, \($b.host[$what] | shown) on the other. A " +
"predictor is of one kind: give each kind a RUN of its own, with its DEVICES"
