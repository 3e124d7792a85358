import { at, type DaemonMessages, SYSLOG } from './message-forms.ts';
import { WEB_MESSAGES } from './web-messages.ts';

const ASTERISK = '[2026-11-21 22:20:06] NOTICE[1234][C-0000002a] ';
const SECURITY = `${ASTERISK}res_security_log.c: SecurityEvent=`;
const SECURITY_IDS =
  'AccountID="{raw}",SessionID="{raw}",LocalAddress="IPV4/UDP/192.0.2.20/5060",RemoteAddress="IPV4/UDP/{A}/5061"';

export const DAEMON_MESSAGES: readonly DaemonMessages[] = [
  ...WEB_MESSAGES,
  {
    filter: 'sshd',
    variants: ['', 'mode=aggressive', 'publickey=any'],
    messages: at(`${SYSLOG}sshd[4711]: `, [
      'Failed password for invalid user {name} from {A} port 4711 ssh2',
      'Failed password for {name} from {A} port 4711 ssh2',
      'Failed publickey for invalid user {name} from {A} port 4711 ssh2: RSA SHA256:abc',
      'message repeated 3 times: [ Failed password for {name} from {A} port 4711 ssh2]',
      'Invalid user {name} from {A} port 4711',
      'User {name} from {A} not allowed because not listed in AllowUsers',
      'error: maximum authentication attempts exceeded for {name} from {A} port 4711 ssh2 [preauth]',
      'error: PAM: Authentication failure for {name} from {A}',
      'error: PAM: User not known to the underlying authentication module for illegal user {name} from {A}',
      'Connection closed by invalid user {name} {A} port 4711 [preauth]',
      'Connection reset by authenticating user {name} {A} port 4711 [preauth]',
      'Disconnected from invalid user {name} {A} port 4711 [preauth]',
      'Disconnecting invalid user {name} {A} port 4711: Change of username or service not allowed: ({name},ssh-connection) -> ({name},ssh-connection) [preauth]',
      'Received disconnect from {A} port 4711:3: {raw}: Auth fail [preauth]',
      'Received disconnect from {A} port 4711:11: {raw} [preauth]',
      "Bad protocol version identification '{raw}' from {A} port 4711",
      'error: Unable to negotiate with {A} port 4711: no matching host key type found. Their offer: {raw} [preauth]',
      'banner exchange: Connection from {A} port 4711: invalid format {raw}',
      'Accepted password for {name} from {A} port 4711 ssh2',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={A}  user={raw}',
    ]),
  },
  {
    filter: 'dropbear',
    variants: [''],
    messages: at(`${SYSLOG}dropbear[4711]: `, [
      "Bad password attempt for '{raw}' from {A}:4711",
      "Bad PAM password attempt for '{raw}' from {A}:4711",
      "Login attempt for nonexistent user '{raw}' from {A}:4711",
      "Exit before auth from <{A}:4711>: (user '{raw}', 3 fails): Exited normally",
      "Password auth succeeded for '{raw}' from {A}:4711",
    ]),
  },
  {
    filter: 'pam-generic',
    variants: [''],
    messages: at(`${SYSLOG}vsftpd: pam_unix(vsftpd:auth): `, [
      'authentication failure; logname= uid=0 euid=0 tty=ftp ruser={raw} rhost={A}  user={raw}',
      'authentication failure; logname= uid=0 euid=0 tty=ftp ruser={raw} rhost={A}',
      'check pass; user unknown {raw}',
    ]),
  },
  {
    filter: 'dovecot',
    variants: ['', 'mode=aggressive'],
    messages: at(`${SYSLOG}dovecot: `, [
      'imap-login: Disconnected: Connection closed (auth failed, 3 attempts in 33 secs): user=<{raw}>, method=PLAIN, rip={A}, lip=192.0.2.20, TLS, session=<iiTB>',
      'pop3-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<{raw}>, method=PLAIN, rip={A}, lip=192.0.2.20',
      'imap-login: Disconnected (no auth attempts in 0 secs): user=<{raw}>, rip={A}, lip=192.0.2.20, session=<A8Zn>',
      'imap-login: Login: user=<{raw}>, method=PLAIN, rip={A}, lip=192.0.2.20, mpid=461, session=<zDx3>',
      'auth-worker(9385): conn unix:auth-worker (pid=9381,uid=105): auth-worker<3>: pam({raw},{A}): pam_authenticate() failed: Authentication failure (Password mismatch?)',
      'auth-worker(9385): pam({raw},{A},<BaSv>): pam_authenticate() failed: Authentication failure (Password mismatch?)',
      'auth: passwd-file({raw},{A}): Password mismatch (given password: {raw})',
      'auth: passwd-file({raw},{A},<BaSv>): unknown user (given password: {raw})',
      'auth: login({raw},{A}): Username character disallowed by auth_username_chars: 0x20 (username: {raw})',
    ]),
  },
  {
    filter: 'exim',
    variants: ['', 'mode=aggressive'],
    messages: at('2026-11-21 22:20:06 ', [
      'plain authenticator failed for ({raw}) [{A}]: 535 Incorrect authentication data (set_id={raw})',
      'plain authenticator failed for host.example.net ({raw}) [{A}]:4711 I=[192.0.2.20]:25 U={raw}: 535 Incorrect authentication data',
      'H=({raw}) [{A}] F=<{raw}> rejected RCPT <{raw}>: relay not permitted',
      'H=({raw}) [{A}]:4711 U={raw} P=esmtp X=TLS1.3 SNI={raw} F=<a@b.example> rejected RCPT <{raw}>: Unknown user',
      'H=({raw}) [{A}] rejected EHLO or HELO {raw}: bad helo',
      'rejected EHLO from ({raw}) [{A}]: syntactically invalid argument(s): {raw}',
      'SMTP call from ({raw}) [{A}] dropped: too many syntax or protocol errors (last command was "{raw}")',
      'SMTP protocol error in "{raw}" H=({raw}) [{A}] AUTH command used when not advertised',
      'SMTP protocol error in "{raw}" H=({raw}) [{A}] U={raw} AUTH command used when not advertised',
      'SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "{raw}" H=({raw}) [{A}] next input="{raw}"',
      'SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[{A}] input="{raw}"',
      'no MAIL in SMTP connection from ({raw}) [{A}] D=3s C={raw}',
      'TLS error on connection from ({raw}) [{A}] (gnutls_handshake): A TLS fatal alert has been received: {raw}',
      '1vMvTa-000000001Xy-2abc <= {raw} H=({raw}) [{A}] P=esmtp S=432 T="{raw}"',
    ]),
  },
  {
    filter: 'postfix',
    variants: ['', 'mode=aggressive'],
    messages: at(`${SYSLOG}postfix/smtpd[4711]: `, [
      'NOQUEUE: reject: RCPT from unknown[{A}]: 554 5.7.1 <{raw}>: Relay access denied; from=<{raw}> to=<{raw}> proto=ESMTP helo=<{raw}>',
      'NOQUEUE: reject: RCPT from unknown[{A}]: 550 5.1.1 <{raw}>: Recipient address rejected: User unknown; from=<{raw}> to=<{raw}> proto=ESMTP helo=<{raw}>',
      'NOQUEUE: reject: EHLO from unknown[{A}]: 504 5.5.2 <{raw}>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<{raw}>',
      'improper command pipelining after EHLO from unknown[{A}]: {raw}',
      'warning: non-SMTP command from unknown[{A}]: {raw}',
      'warning: unknown[{A}]: SASL LOGIN authentication failed: {raw}, sasl_username={raw}',
      'too many errors after RCPT from unknown[{A}]',
      'lost connection after AUTH from unknown[{A}]',
      'PREGREET 11 after 0.07 from [{A}]:4711: {raw}',
    ]),
  },
  {
    filter: 'asterisk',
    variants: [''],
    messages: [
      ...at(ASTERISK, [
        "chan_sip.c: Registration from '{raw}' failed for '{A}:5060' - Wrong password",
        "res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '{sip}' failed for '{A}:5060' (callid: {raw}) - No matching endpoint found",
        "res_pjsip/pjsip_distributor.c: Request 'INVITE' from '{sip}' failed for '{A}:5060' (callid: {raw}) - Failed to authenticate",
        "chan_sip.c: Call from '' ({A}:5071) to extension '{raw}' rejected because extension not found in context 'default'.",
        "chan_iax2.c: Host {A} failed MD5 authentication for '{raw}' (0011 != ffee)",
        "manager.c: {A} tried to authenticate with nonexistent user '{raw}'",
        "manager.c: {A} failed to authenticate as '{raw}'",
        "chan_iax2.c: No registration for peer '{raw}' (from {A})",
        'Ext. {raw}:1 in @ from-sip-external: "Rejecting unknown SIP connection from {A}:5060"',
        "Ext. {raw}:1 in @ default: hacking attempt detected '{A}'",
      ]),
      ...at(SECURITY, [
        `"InvalidAccountID",EventTV="1",Severity="Error",Service="PJSIP",EventVersion="1",${SECURITY_IDS}`,
        `"FailedACL",EventTV="1",Severity="Error",Service="AMI",EventVersion="1",${SECURITY_IDS},ACLName="x"`,
        `"InvalidPassword",EventTV="1",Severity="Error",Service="SIP",EventVersion="2",${SECURITY_IDS},Challenge="1",ReceivedChallenge="{raw}",ReceivedHash="{raw}"`,
        `"ChallengeResponseFailed",EventTV="1",Severity="Error",Service="PJSIP",EventVersion="1",${SECURITY_IDS},Challenge="{raw}",Response="{raw}",ExpectedResponse="1"`,
        `"SuccessfulAuth",EventTV="1",Severity="Informational",Service="SIP",EventVersion="1",${SECURITY_IDS},UsingPassword="1"`,
      ]),
    ],
  },
  {
    filter: 'mysqld-auth',
    variants: [''],
    messages: at('2026-11-21 22:20:06 8 [Warning] ', [
      "Access denied for user '{raw}'@'{A}' (using password: YES)",
      "Access denied for user '{raw}'@'{A}'",
      "Access denied for user '{raw}'@'{A}' to database '{raw}'",
      "Aborted connection 8 to db: '{raw}' user: '{raw}' host: '{A}' (Got timeout reading communication packets)",
    ]),
  },
  {
    filter: 'named-refused',
    variants: [''],
    messages: at(`${SYSLOG}named[4711]: `, [
      "client @0x7f {A}#4711 (x.example): query (cache) '{raw}/A/IN' denied",
      "client @0x7f {A}#4711 (x.example): zone transfer '{raw}/AXFR/IN' denied",
      "client @0x7f {A}#4711 (x.example): update '{raw}/IN' denied",
    ]),
  },
  {
    filter: 'proftpd',
    variants: [''],
    messages: at(`${SYSLOG}proftpd[4711] server (unknown[{A}]): `, [
      'USER {raw}: no such user found from unknown [{A}] to 192.0.2.20:21',
      'USER {raw} (Login failed): Incorrect password',
      'SECURITY VIOLATION: {raw} login attempted.',
      'USER {raw}: Login successful.',
    ]),
  },
  {
    filter: 'pure-ftpd',
    variants: [''],
    messages: at(`${SYSLOG}pure-ftpd: `, [
      '(?@{A}) [WARNING] Authentication failed for user [{raw}]',
      '({raw}@{A}) [WARNING] Authentication failed for user [{raw}]',
      '(?@{A}) [INFO] {raw} is now logged in',
    ]),
  },
  {
    filter: 'vsftpd',
    variants: [''],
    messages: at('Sat Nov 21 22:20:06 2026 [pid 4711] ', [
      '[{raw}] FAIL LOGIN: Client "{A}"',
      '[{raw}] FAIL LOGIN: Client "{A}", "{raw}"',
      '[{raw}] FAIL LOGIN: Client "{A}", anon password "{raw}"',
      '[{raw}] OK LOGIN: Client "{A}", anon password "{raw}"',
      '[{raw}] FTP command: Client "{A}", "PASS {raw}"',
      'FTP command: Client "{A}", "USER {raw}"',
      '[{raw}] FTP response: Client "{A}", "250 {raw}"',
      '[{raw}] OK DOWNLOAD: Client "{A}", "/{raw}", 12 bytes, 3.4Kbyte/sec',
    ]),
  },
  {
    filter: 'recidive',
    variants: [''],
    messages: ['2026-11-21 22:20:06,123 fail2ban.actions        [4711]: NOTICE  [sshd] Ban {A}'],
  },
];
