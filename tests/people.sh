#!/usr/bin/env bash
# How people sign up, protect their accounts and share a project, played with curl against a gateway of its own, whose
# mail goes through a real server. Needs curl, oathtool (Debian) and aiosmtpd (PyPI), and a built `mainstay`.
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-target/debug/mainstay}"
source tests/stage.sh
smtp=$((port + 1))
export MAINSTAY_MAIL_URL="smtp://127.0.0.1:$smtp?tls=none"
python3 -m aiosmtpd --nosetuid --listen "127.0.0.1:$smtp" --class aiosmtpd.handlers.Mailbox "$home/mailbox" &
beside+=($!)

# Waits for the next mail to an address, and shows what a pattern finds in its text.
mail() {
  python3 - "$home/mailbox" "$1" "$2" <<'PYTHON'
import mailbox, re, sys, time
folder, to, pattern = sys.argv[1:]
for _ in range(400):
    box = mailbox.Maildir(folder)
    for name, mail in sorted(box.items()):
        if to not in mail["To"]:
            continue
        plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        found = re.search(pattern, plain.get_payload(decode=True).decode())
        if found:
            box.discard(name)
            print(found.group(1))
            sys.exit()
    time.sleep(0.05)
sys.exit(f"no mail to {to} comes")
PYTHON
}

# The code that an authenticator shows now, or a while from now: code SECRET [SECONDS]
code() { oathtool --totp --base32 --now "$(date -u -d "${2:-0} seconds" '+%F %T UTC')" "$1"; }

step '1. An installation, and its gateway'
set_up
serve

step '2. Grace signs up: an address, the code from the mail, a password'
ask 200 POST /auth/register/start "${json[@]}" '{"email": "grace@example.com"}'
digits="$(mail grace@example.com '\b(\d{6})\b')"
ask 200 POST /auth/register/verify "${json[@]}" '{"email": "grace@example.com", "code": "'"$digits"'"}'
ask 200 POST /auth/register/password "${json[@]}" '{"email": "grace@example.com", "registration_token": "'"$(answer registration_token)"'",
  "password": "a sentence that nobody guesses"}'
grace="$(answer token)"
ask 200 PATCH /auth/profile -H "$(as "$grace")" "${json[@]}" '{"givenNames": "Grace", "surname": "Hopper", "username": "grace_h"}'

step '3. She turns on the second factor, with a program of her own'
ask 200 GET /auth/2fa/setup -H "$(as "$grace")"
secret="$(answer secret)"
ask 200 POST /auth/2fa/enable -H "$(as "$grace")" "${json[@]}" '{"code": "'"$(code "$secret")"'"}'
recovery="$(answer recoveryCodes)"

step '4. She logs out, and in again: the password alone gives a challenge'
ask 200 POST /auth/logout -H "$(as "$grace")"
ask 401 GET /auth/me -H "$(as "$grace")"
ask 202 POST /auth/login "${json[@]}" '{"email": "grace@example.com", "password": "a sentence that nobody guesses"}'
challenge="$(answer challenge_token)"
ask 400 POST /auth/2fa/verify "${json[@]}" '{"challenge_token": "'"$challenge"'", "code": "'"$(code "$secret" -90)"'"}'
ask 200 POST /auth/2fa/verify "${json[@]}" '{"challenge_token": "'"$challenge"'", "code": "'"$(code "$secret" 30)"'"}'
grace="$(answer token)"
ask 200 GET /auth/sessions -H "$(as "$grace")"

step '5. She makes a project and invites Linus, who has no account yet'
ask 201 POST /projects/ -H "$(as "$grace")" "${json[@]}" '{"name": "Compiler"}'
ask 201 POST /projects/compiler/permissions -H "$(as "$grace")" "${json[@]}" '{"key": "can_deploy", "display_name": "May deploy", "is_default": true}'
ask 201 POST /projects/compiler/invites -H "$(as "$grace")" "${json[@]}" '{"email": "linus@example.com"}'
invite="$(mail linus@example.com '/invites/(\S+)')"
ask 200 GET "/invites/$invite"

step '6. Linus signs up with the invite: no code, since he holds the mail'
ask 200 POST /auth/register/with-invite "${json[@]}" '{"invite_token": "'"$invite"'", "email": "linus@example.com",
  "password": "another sentence entirely"}'
linus="$(answer token)"
linus_id="$(answer id)"
ask 200 GET /projects/compiler/members -H "$(as "$linus")"

step '7. She hands the project over, and leaves'
ask 400 DELETE /projects/compiler/leave -H "$(as "$grace")"
ask 200 POST /projects/compiler/transfer-ownership -H "$(as "$grace")" "${json[@]}" '{"new_owner_id": "'"$linus_id"'"}'
ask 200 DELETE /projects/compiler/leave -H "$(as "$grace")"
ask 403 GET /projects/compiler -H "$(as "$grace")"

step '8. She forgot her password: a link in the mail sets a new one, and every session ends'
ask 200 POST /auth/password/forgot "${json[@]}" '{"email": "grace@example.com"}'
reset="$(mail grace@example.com '[?]token=(\S+)')"
ask 200 POST /auth/password/reset "${json[@]}" '{"token": "'"$reset"'", "password": "a third sentence, longer than both"}'
ask 401 GET /auth/me -H "$(as "$grace")"
ask 202 POST /auth/login "${json[@]}" '{"email": "grace@example.com", "password": "a third sentence, longer than both"}'
ask 200 POST /auth/2fa/verify "${json[@]}" '{"challenge_token": "'"$(answer challenge_token)"'", "code": "'"$recovery"'"}'

step '9. She leaves for good: her sessions end, and the project that Linus has now stays his'
grace="$(answer token)"
ask 400 DELETE /auth/me -H "$(as "$grace")" "${json[@]}" '{"current_password": "a guess"}'
ask 200 DELETE /auth/me -H "$(as "$grace")" "${json[@]}" '{"current_password": "a third sentence, longer than both"}'
ask 401 GET /auth/me -H "$(as "$grace")"
mail grace@example.com '(was deleted)'
ask 401 POST /auth/login "${json[@]}" '{"email": "grace@example.com", "password": "a third sentence, longer than both"}'
ask 200 GET /projects/compiler -H "$(as "$linus")"

step 'Everything above was mailed, timed and kept for real.'
