# What devices of this machine prefer at equal latency: claims/devices.sh on a few
# architectures, however busy the machine is. What it finds is not asserted.
. "${0%/*}/lib.sh"
command -v gnuplot >/dev/null || skip 'no gnuplot'
claims=$top/pipelines/claims/devices.sh
# on a busy machine fit-mlp would have nothing to fit to
mkdir calm
printf '#!/usr/bin/env bash\n"%s" "$@" | sed "s/,\\"unsettled\\":true//"\n' \
	"$MILLINER_BIN/measure-lat" >calm/measure-lat
chmod +x calm/measure-lat
holds 'two devices are compared' \
	"PATH=$tmp/calm:\$PATH $claims run $data/spaces/demo.json 20 cpu-1 cpu-2"
cp "$out" told
# table BEGINNING LINE COLUMNS: of the table that begins so, from its line on
table() { sed -n "/^$1/,/^\$/p" told | awk "NR >= $2 && NF { print $3 }"; }
is    'how many architectures were measured on each' \
	"table Devices 3 '\$1, \$2, (\$3 > 0), \$NF'" $'cpu-1 20 1 thread\ncpu-2 20 1 threads'
is    'what each prefers' "table What 4 '\$1, NF, (\$3 > 0)'" $'cpu-1 8 1\ncpu-2 8 1'
is    'how far they agree, also on shallow decoders' "table Kendall 2 '\$1, NF'" 'cpu-2 3'
is    'a picture is named' 'tail -n 1 told' 'Picture: run/devices.png'
is    'the picture is drawn' 'head -c 4 run/devices.png | tail -c 3' PNG
finish
