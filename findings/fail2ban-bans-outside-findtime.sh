#!/usr/bin/env bash
# Finding: fail2ban 1.0.2 bans an address whose attempts never reach maxretry within findtime.
#
# fail2ban's manual describes maxretry as the number of failures within the last findtime seconds. Its counter keeps
# a number and no times: when findtime is over, it scales the number by the rate of the attempts. With maxretry = 3
# and findtime = 600, attempts at 0 s, 300 s and 700 s end in a ban, though no 600 seconds hold three of them;
# attempts at 0 s, 300 s and 900 s do not.
# Seen on 2026-12-01 with Debian 12's package; needs apt-get and python3.
set -euo pipefail

version=1.0.2-2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "fail2ban=$version" 2>/dev/null
dpkg-deb -x fail2ban_*.deb package

cat >count.py <<'PY'
import sys

sys.path.insert(0, "package/usr/lib/python3/dist-packages")
from fail2ban.server.failmanager import FailManager, FailManagerEmpty
from fail2ban.server.ticket import FailTicket

START = 1_700_000_000


def banned_at(times):
    """Seconds after the start of the attempt that ends in a ban, or None."""
    counter = FailManager()
    counter.setMaxRetry(3)
    counter.setMaxTime(600)
    for seconds in times:
        counter.addFailure(FailTicket("192.0.2.1", START + seconds))
        try:
            counter.toBan()
            return seconds
        except FailManagerEmpty:
            pass
    return None


seen = {times: banned_at(times) for times in [(0, 100, 200), (0, 300, 700), (0, 300, 900)]}
for times, ban in seen.items():
    print(f"attempts at {times}: {'no ban' if ban is None else f'a ban at {ban}'}")
sys.exit(seen != {(0, 100, 200): 200, (0, 300, 700): 700, (0, 300, 900): None})
PY
echo "fail2ban $version, maxretry 3, findtime 600:"
python3 count.py || { echo 'The finding no longer holds.' >&2; exit 1; }
