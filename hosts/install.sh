#!/bin/sh
# Installs cloudjail-blocklist on this host, or takes it off. See usage below.
set -eu

PROGRAM=/usr/local/sbin/cloudjail-blocklist
SETTINGS=/etc/cloudjail/blocklist.conf
NEVER_BANNED=/etc/cloudjail/never-banned
STATE=/var/lib/cloudjail
UNITS=/etc/systemd/system
HERE=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'EOF'
Makes this host drop what comes from the addresses that cloudjail has banned.

  install.sh --bucket NAME [--prefix PREFIX] [--region REGION]   fetch with the AWS CLI (the host needs s3:GetObject)
  install.sh --url URL                                           fetch with curl: CloudFront, a VPC endpoint, file:///…
  install.sh --uninstall

  --prefix PREFIX     what stands before banned.txt in the bucket, with its slash: blocklist/
  --url URL           of banned.txt itself; https, or http on this host
  --format FORMAT     nftables (default), or ipset for hosts that use iptables
  --interval SECONDS  how often to look: 10 to 3600, default 60

Installing again changes the settings. Addresses in /etc/cloudjail/never-banned are never dropped; it is yours, and
stays when cloudjail-blocklist goes. Without systemd, the line for root's crontab is printed.
EOF
}

die() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

wrong() {
  printf 'install.sh: %s (--help tells more)\n' "$*" >&2
  exit 2
}

need() {
  command -v "$1" >/dev/null || die "$1 is missing: install the package $2"
}

has_systemd() {
  [ -d /run/systemd/system ]
}

read_options() {
  bucket='' prefix='' region='' url='' format=nftables interval=60 action=install
  while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --uninstall) action=uninstall && shift && continue ;;
    --bucket | --prefix | --region | --url | --format | --interval) [ $# -ge 2 ] || wrong "$1 needs a value" ;;
    *) wrong "$1 is no option" ;;
    esac
    case $1 in
    --bucket) bucket=$2 ;;
    --prefix) prefix=$2 ;;
    --region) region=$2 ;;
    --url) url=$2 ;;
    --format) format=$2 ;;
    --interval) interval=$2 ;;
    esac
    shift 2
  done
}

# The settings are read by a shell as root: nothing gets there that could be more than a value.
check_options() {
  [ -n "$bucket$url" ] || wrong 'say where the list is: --bucket NAME or --url URL'
  [ -z "$bucket" ] || [ -z "$url" ] || wrong '--bucket and --url: one of them'
  case $bucket in *[!a-z0-9.-]*) wrong "--bucket $bucket: no name of a bucket" ;; esac
  case $prefix in *[!A-Za-z0-9/._-]*) wrong "--prefix $prefix: letters, digits and /._- only" ;; esac
  case $region in *[!a-z0-9-]*) wrong "--region $region: no name of a Region" ;; esac
  case $url in *[!A-Za-z0-9:/?#@!\$\&*+,\;=._~%-]*) wrong '--url: encode what is no character of a URL' ;; esac
  case $url in
  '' | https://* | file:///* | http://127.0.0.1[:/]* | http://localhost[:/]* | http://\[::1\]*) ;;
  *) wrong "--url $url: https://… it must be, or anybody on the way could decide whom this host drops" ;;
  esac
  case $format in
  nftables | ipset) ;;
  plain | hosts.deny | nginx) wrong "--format $format: published for you to fetch and include; install.sh sets up nftables or ipset" ;;
  *) wrong "--format $format: nftables or ipset" ;;
  esac
  case $interval in '' | *[!0-9]* | ?????*) wrong "--interval $interval: 10 to 3600 seconds" ;; esac
  if [ "$interval" -lt 10 ] || [ "$interval" -gt 3600 ]; then wrong "--interval $interval: 10 to 3600 seconds"; fi
}

check_host() {
  if [ "$format" = ipset ]; then
    need ipset ipset
    need iptables iptables
    need ip6tables iptables
  else
    need nft nftables
  fi
  if [ -n "$url" ]; then need curl curl; else need aws 'awscli (or give --url)'; fi
}

install_all() {
  # What another format has loaded would stay for ever.
  if [ -x "$PROGRAM" ] && [ -r "$SETTINGS" ] && ! grep -q "^FORMAT='$format'$" "$SETTINGS"; then "$PROGRAM" unload; fi
  mkdir -p /etc/cloudjail "$(dirname "$PROGRAM")"
  install -m 0755 "$HERE/cloudjail-blocklist" "$PROGRAM"
  write_settings
  [ -e "$NEVER_BANNED" ] || write_never_banned
  # It belongs to the list of another place.
  rm -f "$STATE/etag"
  if has_systemd; then install_units; else print_cron; fi
}

write_settings() {
  (
    umask 077
    cat >"$SETTINGS.new" <<EOF
# Written by install.sh; run it again to change them.
FORMAT='$format'
BUCKET='$bucket'
KEY='${prefix}banned.txt'
REGION='$region'
URL='$url'
EOF
  )
  mv "$SETTINGS.new" "$SETTINGS"
}

write_never_banned() {
  cat >"$NEVER_BANNED" <<'EOF'
# Addresses and ranges this host never drops, whatever cloudjail has banned. One a line.
# Put the addresses here from which you reach this host.
127.0.0.0/8
::1
# Instance metadata, and with it the credentials to fetch the list; the VPC's resolver and clock; neighbor discovery.
169.254.0.0/16
fd00:ec2::/32
fe80::/10
EOF
}

install_units() {
  install -m 0644 "$HERE/cloudjail-blocklist.service" "$UNITS/cloudjail-blocklist.service"
  sed "s/@INTERVAL@/$interval/" "$HERE/cloudjail-blocklist.timer" >"$UNITS/cloudjail-blocklist.timer"
  chmod 0644 "$UNITS/cloudjail-blocklist.timer"
  systemctl daemon-reload
  systemctl enable --quiet cloudjail-blocklist.timer
  # restart: an interval that was changed counts from now.
  systemctl restart cloudjail-blocklist.timer
  if ! systemctl start cloudjail-blocklist.service; then
    die 'installed, but the list could not be loaded yet: journalctl -u cloudjail-blocklist says why. It is tried again.'
  fi
  echo "Installed. See: systemctl list-timers cloudjail-blocklist.timer, journalctl -u cloudjail-blocklist"
}

print_cron() {
  minutes=$(((interval + 59) / 60))
  every='*'
  [ "$minutes" -le 1 ] || every="*/$minutes"
  "$PROGRAM" || die 'installed, but the list could not be loaded yet, see above'
  cat <<EOF
Installed. This host runs no systemd; put these lines into root's crontab:

@reboot $PROGRAM 2>&1 | logger -t cloudjail-blocklist
$every * * * * $PROGRAM 2>&1 | logger -t cloudjail-blocklist
EOF
}

uninstall_all() {
  if has_systemd && [ -e "$UNITS/cloudjail-blocklist.timer" ]; then
    systemctl disable --quiet --now cloudjail-blocklist.timer
    systemctl stop cloudjail-blocklist.service
  fi
  if [ -x "$PROGRAM" ] && [ -r "$SETTINGS" ]; then "$PROGRAM" unload; fi
  rm -f "$UNITS/cloudjail-blocklist.service" "$UNITS/cloudjail-blocklist.timer" "$PROGRAM" "$SETTINGS"
  rm -rf "$STATE"
  if has_systemd; then systemctl daemon-reload; fi
  rmdir /etc/cloudjail 2>/dev/null || true
  [ ! -e "$NEVER_BANNED" ] || echo "$NEVER_BANNED is yours and stays."
  has_systemd || echo "If root's crontab has lines with $PROGRAM, remove them."
}

read_options "$@"
[ "$action" = uninstall ] || check_options
[ "$(id -u)" -eq 0 ] || die 'must be run as root: try sudo'
if [ "$action" = uninstall ]; then
  uninstall_all
else
  check_host
  install_all
fi
