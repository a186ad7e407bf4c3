# What tests and benchmarks with several hosts share, after ssh-fixtures.sh: three
# network namespaces, 10.77.0.1 to .3, joined by a bridge, an sshd in each.
#
#   hosts NET       makes them: namespaces NET-1 .., links NET1 .. of the bridge NET;
#                   1, and $said, where that cannot be
#   $tmp/hosts N    then is mpirun on the first host, which starts a rank on each of
#                   the first N by ssh: $tmp/hosts 3 PROGRAM ..
#   unhosts         ends all that runs there, and takes them away
hosts() {
	local h
	net=$1
	said='no ip (iproute2), or not root'
	command -v ip >/dev/null && [ "$(id -u)" = 0 ] || return
	said=$(ssh_missing)
	[ -z "$said" ] || { said="no $said"; return 1; }
	said='network namespaces cannot be made'
	ssh_keys || return
	{ ip link add $net type bridge && ip link set $net up || return; } 2>/dev/null
	for h in 1 2 3; do
		{ ip netns add $net-$h && ip link add $net$h type veth peer name e0 netns $net-$h &&
			ip link set $net$h master $net up &&
			ip -n $net-$h addr add 10.77.0.$h/24 dev e0 &&
			ip -n $net-$h link set e0 up && ip -n $net-$h link set lo up ||
			return; } 2>/dev/null
		# hosts share no folder for what is temporary
		mkdir "$tmp/tmp.$h"
		cat >"$tmp/sshd.$h" <<-C
		ListenAddress 10.77.0.$h
		SetEnv PATH=$PATH TMPDIR=$tmp/tmp.$h ASAN_OPTIONS=${ASAN_OPTIONS-}
		C
		serve $h 22 ip netns exec $net-$h || return
	done
	cat >"$tmp/hosts" <<-S
	#!/usr/bin/env bash
	all=10.77.0.1,10.77.0.2,10.77.0.3
	exec env TMPDIR=$tmp/tmp.1 ip netns exec $net-1 mpirun --host "\${all::\$1 * 10 - 1}" \\
		--mca plm_rsh_agent 'ssh -F $tmp/ssh_config' --mca btl tcp,self -x PATH \\
		--mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 \\
		"\${@:2}"
	S
	chmod +x "$tmp/hosts"
}
unhosts() {
	local h
	[ "${net-}" ] || return 0
	unserve
	for h in 1 2 3; do
		ip netns pids $net-$h | xargs -r kill -9
		ip netns del $net-$h
	done 2>/dev/null
	ip link del $net 2>/dev/null
	net=
}
