# The kernels give the same bytes whatever compiler made them: nothing of the
# order of a sum, or of what is fused, is left to it.
. "${0%/*}/lib.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL
case ${MILLINER_BIN%/bin} in
*-san) skip 'with sanitizers' ;;
*clang*) other=gcc ;;
*) other=clang ;;
esac
command -v $other >/dev/null || skip "no $other"
hash() { "$1/unit/alone" | sed -n 's/^ok [0-9]* - //p'; }
export top other
holds "$other compiles the kernels" 'make -C "$top" CC=$other build/$other/unit/alone'
holds 'this build hashes what its kernels give' \
	'hash "$MILLINER_BIN/.." >a; grep -q ": [0-9a-f]\{16\}$" a'
same  "$other's kernels give the same bytes" 'cat a' 'hash "$top/build/$other"'
# on any x86, whatever its CPU has
case $(uname -m) in
x86_64)
	command -v objdump >/dev/null || skip 'no objdump'
	amx() { objdump -d "$top/build/$other/unit/alone" | grep -oE 'tdp[a-z0-9]+' | sort -u; }
	is    "$other's kernels for AMX multiply tiles" 'amx' $'tdpbf16ps\ntdpbusd' ;;
esac
finish
