# What tests over ssh share: an sshd of the test's own, its keys and what it says
# in $tmp; $tmp/ssh_config for ssh -F. Nothing of the user's is read or changed.
sshds=()
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd || :)
ssh_missing() { # what is not here, or nothing
	local p
	for p in "${sshd:-sshd}" ssh ssh-keygen; do
		command -v $p >/dev/null || { echo $p; return; }
	done
}
ssh_keys() {
	# root's sshd wants this folder, which its service makes; another test may have
	# an sshd, too, so that it stays
	[ "$(id -u)" != 0 ] || mkdir -p -m 755 /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/key" &&
		ssh-keygen -q -t ed25519 -N '' -f "$tmp/host_key" || return
	cp "$tmp/key.pub" "$tmp/authorized"
	echo "* $(cut -d' ' -f1-2 "$tmp/host_key.pub")" >"$tmp/known"
	cat >"$tmp/ssh_config" <<-S
	Host *
	User $(id -un)
	IdentityFile $tmp/key
	IdentitiesOnly yes
	UserKnownHostsFile $tmp/known
	StrictHostKeyChecking yes
	BatchMode yes
	ServerAliveInterval 2
	LogLevel ERROR
	S
}
# serve NAME PORT [COMMAND ..]: an sshd, started by COMMAND, that has further lines
# of its configuration in $tmp/sshd.NAME. Returns when it listens, 1 if it cannot;
# $said is its last word.
serve() {
	local name=$1 port=$2 from left
	shift 2
	left=$(grep -c ^ListenAddress "$tmp/sshd.$name")
	cat - "$tmp/sshd.$name" >"$tmp/sshd.$name.config" <<-S
	Port $port
	HostKey $tmp/host_key
	AuthorizedKeysFile $tmp/authorized
	PidFile none
	StrictModes no
	UsePAM no
	PermitRootLogin prohibit-password
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	MaxStartups 100
	S
	rm -f "$tmp/sshd.$name.said"; mkfifo "$tmp/sshd.$name.said"
	"$@" "$sshd" -D -e -f "$tmp/sshd.$name.config" 2>"$tmp/sshd.$name.said" &
	exec {from}<"$tmp/sshd.$name.said"
	while read -r said <&$from; do
		case $said in *'listening on'*)
			[ $((--left)) = 0 ] || continue
			sshds+=($!)
			cat <&$from >"$tmp/sshd.$name.log" &
			exec {from}<&-
			return ;;
		esac
	done
	exec {from}<&-
	wait $!
	return 1
}
unserve() {
	[ ${#sshds[@]} = 0 ] || { kill "${sshds[@]}"; wait "${sshds[@]}"; } 2>/dev/null
	sshds=()
}
# The same on this machine, with a configuration from stdin; 127.0.0.1 must be among
# the addresses. $ssh is how to get there.
serve_here() {
	local try
	cat >"$tmp/sshd.here"
	for try in 1 2 3 4 5 6 7 8; do   # a port that nobody has
		port=$((20000 + RANDOM % 20000))
		serve here $port && break
	done
	[ ${#sshds[@]} -gt 0 ] || return
	echo "Port $port" >>"$tmp/ssh_config"
	ssh="ssh -F $tmp/ssh_config"
	$ssh 127.0.0.1 true 2>"$tmp/refused" || { said=$(tail -n 1 "$tmp/refused"); return 1; }
}
