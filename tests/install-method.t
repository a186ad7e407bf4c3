# The method with what make install put in its place: a task file of one's own
# includes the rules there, and the programs that run are those installed.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
build=$(basename "${MILLINER_BIN%/bin}")
install="make -C $top install CC='$(head -n 1 "$MILLINER_BIN/../flags")'"
case $build in *-san) install="$install SAN=1" ;; esac
unset MILLINER_BIN
PATH=/usr/local/bin:/usr/bin:/bin
mkdir own
for prefix in '' x-; do
	holds "install with the prefix \"$prefix\"" "$install PREFIX=$tmp/inst$prefix PROGRAM_PREFIX=$prefix"
	sed "s|^RUN := .*|RUN := run$prefix|; s|pipelines/method.mk|$tmp/inst$prefix/share/milliner/pipelines/method.mk|" mini.mk >own/mini$prefix.mk
	holds 'a task file elsewhere runs' "cd own && make -f mini$prefix.mk"
	is    'to its report' "head -c 1 own/run$prefix/report.txt | wc -c" 1
	is    'by the programs installed' "sha256sum <inst$prefix/bin/${prefix}measure-lat | cmp - own/run$prefix/id/measure-lat" ''
done
same  'by both names the same is trained' 'cat own/run/found.json own/run/found.bleu >/dev/null; cat own/run/super.safetensors' 'cat own/runx-/super.safetensors'
holds 'from another folder' "make -C / -n -f $tmp/own/mini.mk RUN=$tmp/new"
holds 'relative' "cd own && cp -r ../inst/share . && mkdir -p bin && sed 's|include .*|include share/milliner/pipelines/method.mk|' mini.mk >near.mk && cp -r ../inst/bin . && make -f near.mk -n RUN=near"
is    'names its own programs' 'cd own && make -f near.mk -n RUN=near | grep -o "share/milliner/pipelines/../bin/" | sort -u' share/milliner/pipelines/../bin/
finish
