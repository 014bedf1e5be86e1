#!/bin/sh
# mail-parser 4.8.0 makes the words of a forwarded mail words of the mail that it came in.
#
# A mail forwarded as an attachment is a part of type message/rfc822, with its own sender and date.
# Expected: one text, that of the mail, and the other as an attachment or apart, as Python's own
# email package gives it. Seen: `text_plain` has both, in a row, and the sender of the inner mail is
# nowhere in the result. What somebody encloses to contradict it becomes their own statement.
#
# Dateline reads the inner mail on its own, by its own sender (bot/reading/mail_text.py).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet mail-parser==4.8.0
"$folder/venv/bin/python" - <<'EOF'
from email import message_from_string, policy
from importlib.metadata import version

import mailparser

MAIL = """From: Ida Berg <ida@gazette.example>
Subject: Fwd: The pier
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain

See what he writes. I do not agree.
--cut
Content-Type: message/rfc822

From: Jon Feld <jon@port.example>
Subject: The pier
Content-Type: text/plain

The pier is safe.
--cut--
"""
mail = mailparser.parse_from_string(MAIL)
body = message_from_string(MAIL, policy=policy.default).get_body()
print("mail-parser", version("mail-parser"))
print(f"expected: {[body.get_content()]}, from Ida Berg, and Jon Feld's mail apart")
print(f"seen: {mail.text_plain} from {mail.from_}, attachments {mail.attachments}")
assert mail.text_plain == ["See what he writes. I do not agree.", "The pier is safe."]
assert mail.attachments == [] and "Feld" not in mail.mail_json
EOF
