# The method with what make install put in its place: a task file of one's own
# includes the rules there, and the programs that run are those installed.
. "${0%/*}/lib.sh"
. "$top/tests/train-fixtures.sh"
. "$top/tests/pipeline-fixtures.sh"
build=$(basename "${MILLINER_BIN%/bin}")
install="make -C $top install CC='$(head -n 1 "$MILLINER_BIN/../flags")'"
case $build in *-san) install="$install SAN=1" ;; esac
unset MILLINER_BIN
PATH=$path
mkdir own
rules=pipelines/method.mk
for prefix in '' x-; do
	inst=$tmp/inst$prefix name="with the prefix \"$prefix\""
	holds "install $name" "$install PREFIX=$inst PROGRAM_PREFIX=$prefix"
	sed "s|^RUN := .*|RUN := run$prefix|; s|$rules|$inst/share/milliner/$rules|" mini.mk \
		>own/mini$prefix.mk
	holds "a task file elsewhere runs $name" "cd own && make -f mini$prefix.mk"
	is    "to its report $name" "head -c 1 own/run$prefix/report.txt | wc -c" 1
	is    "by the programs installed $name" "sha256sum <$inst/bin/${prefix}measure-lat |
		cmp - own/run$prefix/id/measure-lat" ''
done
same  'by both names the same is trained' \
	'cat own/run/found.json own/run/found.bleu >/dev/null; cat own/run/super.safetensors' \
	'cat own/runx-/super.safetensors'
holds 'a task file runs from another folder' "make -C / -n -f $tmp/own/mini.mk RUN=$tmp/new"
cp -r inst/share inst/bin own
sed "s|include .*|include share/milliner/$rules|" own/mini.mk >own/near.mk
holds 'a task file names the rules relative to itself' 'cd own && make -f near.mk -n RUN=near'
is    'and runs the programs beside them' 'cd own && make -f near.mk -n RUN=near |
	grep -o "share/milliner/pipelines/../bin/" | sort -u' share/milliner/pipelines/../bin/
finish
