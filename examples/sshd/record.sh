#!/usr/bin/env bash
# Records examples/sshd/auth.log: a real OpenSSH server under a scripted password attack.
#
#   sudo examples/sshd/record.sh [output file] [pace]
#
# Everything happens inside fresh mount, network, PID and host-name namespaces. The network namespace has a loopback device and
# nothing else, so no packet can leave it; the accounts, host keys and the syslog socket live on tmpfs and bind mounts that
# vanish with the namespaces. The machine's own accounts, sshd and logs are not touched.
#
# pace 1 (the default) takes the story's own 75 minutes. A higher pace shortens the waits by that factor and stretches the
# time stamps to match.
#
# Needs: root, util-linux (unshare), iproute2, openssh-server, openssh-client, openssl, Node and this checkout's node_modules.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ "${CLOUDJAIL_RECORDING:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || { echo "record.sh: only root can make namespaces with accounts of their own" >&2; exit 1; }
  output=$(realpath -m "${1:-$here/auth.log}")
  scratch=$(mktemp -d)
  CLOUDJAIL_RECORDING=inside unshare --mount --net --pid --uts --fork --mount-proc --kill-child \
    "$here/record.sh" "$output" "${2:-1}" "$scratch" &
  inside=$!
  # unshare takes no lesser signal; everything inside dies with it.
  trap 'kill -KILL "$inside" 2>/dev/null || true; rmdir "$scratch"' EXIT
  trap 'exit 130' INT TERM
  wait "$inside"
  exit
fi

output=$1 pace=$2 scratch=$3
export TZ=UTC
hostname bastion

mount -t tmpfs none "$scratch"
chmod 711 "$scratch"

# A private /dev, so that /dev/log is ours.
mkdir "$scratch/dev" "$scratch/dev/pts" "$scratch/dev/shm"
for node in null:1:3 zero:1:5 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r name major minor <<< "$node"
  mknod -m 666 "$scratch/dev/$name" c "$major" "$minor"
done
mount -t devpts -o newinstance,ptmxmode=0666 none "$scratch/dev/pts"
ln -s pts/ptmx "$scratch/dev/ptmx"
ln -s /proc/self/fd "$scratch/dev/fd"
mount --bind "$scratch/dev" /dev

# Private accounts: root and sshd's own as they are, plus the people of the story.
mkdir "$scratch/home"
mount --bind "$scratch/home" /home
mount -t tmpfs none /run
mkdir -m 755 /run/sshd
grep -E '^(root|sshd):' /etc/passwd > "$scratch/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$scratch/group"
printf 'root:*:19000:0:99999:7:::\nsshd:!:19000::::::\n' > "$scratch/shadow"
openssl rand -hex 12 > "$scratch/password"
hash=$(openssl passwd -6 -stdin < "$scratch/password")
uid=1000
for person in alice bob carol dave deploy; do
  echo "$person:x:$uid:$uid::/home/$person:/bin/sh" >> "$scratch/passwd"
  echo "$person:x:$uid:" >> "$scratch/group"
  echo "$person:$hash:19000:0:99999:7:::" >> "$scratch/shadow"
  mkdir -p "/home/$person/.ssh"
  ssh-keygen -q -t ed25519 -N '' -C "$person" -f "$scratch/key-$person"
  cp "$scratch/key-$person.pub" "/home/$person/.ssh/authorized_keys"
  chown -R "$uid:$uid" "/home/$person"
  uid=$((uid + 1))
done
for stranger in 1 2 3 4 5 6 7; do ssh-keygen -q -t ed25519 -N '' -C "stranger-$stranger" -f "$scratch/key-stranger-$stranger"; done
for file in passwd group shadow; do mount --bind "$scratch/$file" "/etc/$file"; done

# The story gives its addresses to this loopback device, the only one here.
ip link set lo up

ssh-keygen -q -t ed25519 -N '' -f "$scratch/host-key"
cat > "$scratch/sshd_config" <<CONFIG
ListenAddress 203.0.113.10
ListenAddress 2001:db8:10::10
HostKey $scratch/host-key
PidFile none
UsePAM yes
PermitRootLogin prohibit-password
PasswordAuthentication yes
KbdInteractiveAuthentication no
LogLevel INFO
CONFIG

# The story listens on /dev/log, starts sshd and plays every part.
cd "$here/../.."
node --import tsx "$here/story.ts" "$output" "$pace" "$scratch"
