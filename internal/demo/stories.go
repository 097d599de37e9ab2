package demo

import "time"

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

const guestWelcome = `
Date: {date}
From: The Practice Server <postmaster@demo.example>
To: guest@demo.example
Subject: A second account
Message-ID: <guest-1@demo.example>

This account is here so that two people can be logged in at once.
Nothing you do to it reaches the other one, except our admiration.
`

// inbox is the INBOX of User, oldest first.
var inbox = []story{
	{"INBOX", 62 * day, `\Seen \Answered`, `
Date: {date}
From: The Practice Server <postmaster@demo.example>
To: demo@demo.example
Subject: Welcome to your practice mailbox
Message-ID: <welcome@demo.example>

Hello,

nothing here is real, so nothing here can be broken. Delete everything,
expunge it, and start the server again: it will all come back.

Some things to try:

  fetch 1 body.peek[text]     this text, without marking it as read
  fetch 8 bodystructure       how a message with an attachment is built
  search unseen               what nobody has read yet
  store 3 +flags (\Flagged)   put a flag on it
  idle                        wait for something to happen

The postmaster
`},
	{"INBOX", 58 * day, `\Seen`, `
Date: {date}
From: Ada Byron <ada@engine.example>
To: demo@demo.example
Subject: The engine is down again
Message-ID: <engine-1@engine.example>

The Analytical Engine stopped at 3 in the morning. The log ends in the
middle of a word. I have looked for a loose gear and found a mouse.

The mouse is well. The gear is not.

A.
`},
	{"INBOX", 57 * day, `\Seen \Answered $Forwarded`, `
Date: {date}
From: Charles <charles@engine.example>
To: Ada Byron <ada@engine.example>
Cc: demo@demo.example, "Somerville, Mary" <mary@engine.example>
Subject: Re: The engine is down again
In-Reply-To: <engine-1@engine.example>
References: <engine-1@engine.example>
Message-ID: <engine-2@engine.example>

> The mouse is well. The gear is not.

Have you tried turning it off and on again? It takes four people and
a horse, but it has helped before.
`},
	{"INBOX", 55 * day, `\Seen`, `
Date: {date}
From: =?utf-8?q?J=C3=B6rg_Gr=C3=BCn?= <joerg@cafe.example>
To: demo@demo.example
Subject: =?utf-8?q?Caf=C3=A9_menu_for_Thursday?=
Message-ID: <menu-1@cafe.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Soup of the day: cr=C3=A8me of whatever was left on Wednesday.
Dessert: cr=C3=AApes. The queue for the cr=C3=AApes is first in, first out;=
 please do not pipeline.

J=C3=B6rg
`},
	{"INBOX", 49 * day, `\Seen`, `
Date: {date}
From: =?iso-8859-1?q?Bj=F8rn_=C5s?= <bjorn@fjord.example>
To: demo@demo.example
Subject: =?iso-8859-1?q?M=F8te_p=E5_l=F8rdag=3F?=
Message-ID: <moete-1@fjord.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Hei, vi m=F8tes p=E5 l=F8rdag. Ta med b=E5t, =E5rer og et charset.
`},
	{"INBOX", 45 * day, `\Seen \Flagged`, `
Date: {date}
From: =?utf-8?b?5bGx55Sw6Iqx5a2Q?= <hanako@example.jp>
To: demo@demo.example
Subject: =?utf-8?b?5pel5pys6Kqe44Gu5Lu25ZCN44Gn44GZ?=
Message-ID: <kenmei-1@example.jp>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

44GT44KT44Gr44Gh44Gv44CC44GT44Gu44Oh44O844Or44Gv57e057+S55So44Gn44GZ44CCDQrl
kI3liY3jgYzmraPjgZfjgY/opovjgYjjgb7jgZnjgYvvvJ8NCg==
`},
	{"INBOX", 44 * day, `\Seen`, `
Date: {date}
From: Ilya <ilya@example.net>
To: demo@demo.example
Subject: =?koi8-r?B?79TexdQg2sEgzsXExczA?=
Message-ID: <otchet-1@example.net>
MIME-Version: 1.0
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: base64

8M/e1MEgycSj1C4g79vJws/LOiAwLg0K/sHT2SDOwSDT1MXOxSDQz8vB2tnXwcDUIFVUQy4NCg==
`},
	{"INBOX", 41 * day, `\Seen $Label1`, `
Date: {date}
From: Accounts <accounts@acme.example>
To: demo@demo.example
Subject: Your invoice 2210, with attachments
Message-ID: <invoice-2210@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_acme_1"

This is a message in MIME format; you are reading the part nobody reads.
--=_acme_1
Content-Type: text/plain; charset=us-ascii

Dear customer,

please find your invoice attached twice: once to look at, once to
calculate with. We ran out of anvils; the item is marked.

--=_acme_1
Content-Type: application/pdf; name="invoice-2210.pdf"
Content-Disposition: attachment; filename="invoice-2210.pdf"
Content-Transfer-Encoding: base64

{pdf}
--=_acme_1
Content-Type: text/csv; charset=utf-8; name="invoice-2210.csv"
Content-Disposition: attachment; filename="invoice-2210.csv"

item,count,price
rocket skates,2,199.00
"anvil, large",0,49.90
bird seed,40,2.50
--=_acme_1--
`},
	{"INBOX", 40 * day, `\Seen`, `
Date: {date}
From: "Newsletter, The Weekly" <news@weekly.example>
To: demo@demo.example
Subject: Ten things postmasters will not tell you
Message-ID: <weekly-41@weekly.example>
List-Unsubscribe: <https://weekly.example/unsubscribe>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="alt-41"

--alt-41
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Number 7 will surprise you =E2=80=94 unless you have read RFC 5321.

--alt-41
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<html><body><h1>Ten things</h1><p style=3D"color:red">Number 7 will surp=
rise you &mdash; unless you have read <a href=3D"https://weekly.example/=
rfc5321">RFC 5321</a>.</p></body></html>
--alt-41--
`},
	{"INBOX", 38 * day, `\Seen`, `
Date: {date}
From: Grace <grace@navy.example>
To: demo@demo.example
Subject: Fwd: the first bug
Message-ID: <bug-2@navy.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="moth"

--moth
Content-Type: text/plain

I forward this as it came, wings and all.

--moth
Content-Type: message/rfc822
Content-Disposition: inline

Date: Tue, 09 Sep 1947 15:45:00 -0400
From: Relay 70 <panel-f@navy.example>
To: Grace <grace@navy.example>
Subject: First actual case of bug being found
Message-ID: <bug-1@navy.example>

(moth) in relay. Taped to the log.
--moth--
`},
	{"INBOX", 36 * day, ``, `
Date: {date}
From: Grace <grace@navy.example>
To: demo@demo.example
Subject: Fwd: Fwd: a message in a message in a message
Message-ID: <matryoshka@navy.example>
MIME-Version: 1.0
Content-Type: message/rfc822

Date: Mon, 02 Jun 2025 09:00:00 +0000
From: =?utf-8?q?Ann=C3=A9_Li?= <anne@example.org>
To: Grace <grace@navy.example>
Subject: =?utf-8?q?Fwd=3A_a_message_=E2=80=A6?=
Message-ID: <matryoshka-2@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="inner"

--inner
Content-Type: text/plain; charset=us-ascii

It goes on below.

--inner
Content-Type: message/rfc822

Date: Sun, 01 Jun 2025 09:00:00 +0000
From: nobody@example.org
To: anne@example.org
Subject: the innermost
Message-ID: <matryoshka-3@example.org>

There is nothing more inside.
--inner--
`},
	{"INBOX", 33 * day, `\Seen`, `
Date: {date}
From: demo@demo.example
To: Committee: ann@example.org, "Ben O'Clock" <ben@example.org>,
	=?utf-8?q?C=C3=A9cile?= <cecile@example.org>;
Cc: undisclosed-recipients:;
Subject: Minutes of the committee that plans the committee
Message-ID: <committee-1@demo.example>

We agreed to meet. Those who were missing will be told that they agreed.
`},
	{"INBOX", 31 * day, `\Seen`, `
Date: {date}
From: A Very Thorough Sender <thorough@example.com>
To: demo@demo.example
Subject: This subject is so long that it had to be folded over several lines,
 as RFC 5322 asks for in section 2.1.1, and even so it goes on,
	here behind a tab, and here it ends
Message-ID: <folded-1@example.com>
References: <one@example.com> <two@example.com> <three@example.com>
 <four@example.com> <five@example.com>
 <six@example.com>
X-Comment: (nested (comments are (legal)) in some fields) and unread in all
X-Empty:

The body is short.
`},
	{"INBOX", 30 * day, `\Seen`, `
Date: {date}
From: Wendy <wendy@wrap.example>
To: demo@demo.example
Subject: About format=flowed
Message-ID: <flowed-1@wrap.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no

This paragraph was typed as one line. Its lines end in a space, so that 
a client may join them again and break them where its own window ends, 
which on a telephone is quite soon.

> > You quoted me. 
> And you me.
Now we are both flowed.

-- 
Wendy
`},
	{"INBOX", 28 * day, `\Seen`, `
Date: {date}
From: Zoë <zoe@utf8.example>
To: demo@demo.example
Subject: 8bit, as it comes
Message-ID: <8bit-1@utf8.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Straße, naïve, 東京, Ελλάδα, 🐌.
The From field above holds raw UTF-8 as well (RFC 6532). Be careful out there.
`},
	{"INBOX", 27 * day, `\Seen`, `
Date: {date}
From: quiet@example.org
To: demo@demo.example
Subject:
Message-ID: <quiet-1@example.org>

The subject of this message is there, but empty.
`},
	{"INBOX", 26 * day, ``, `
Date: {date}
From: quieter@example.org
To: demo@demo.example
Message-ID: <quieter-1@example.org>

This message has no subject at all.
`},
	{"INBOX", 24 * day, `\Seen \Flagged`, `
Date: {date}
From: Monitoring <monitor@ops.example>
To: demo@demo.example
Subject: [CRITICAL] coffee machine unreachable
Message-ID: <alert-418@ops.example>
X-Priority: 1 (Highest)
Auto-Submitted: auto-generated

Host:    coffee-2.ops.example
Service: HTCPCP
State:   418 I'm a teapot
Since:   three minutes (it feels longer)
`},
	{"INBOX", 24*day - hour, `\Seen`, `
Date: {date}
From: Monitoring <monitor@ops.example>
To: demo@demo.example
Subject: [RECOVERY] coffee machine back
Message-ID: <alert-419@ops.example>
In-Reply-To: <alert-418@ops.example>
Auto-Submitted: auto-generated

Somebody plugged it in.
`},
	{"INBOX", 20 * day, ``, `
Date: {date}
From: Backup <backup@ops.example>
To: demo@demo.example
Subject: Nightly backup: everything went well, see below for 200 KB of proof
Message-ID: <backup-1@ops.example>

{log}The end. If you have read this far, please turn off the lights.
`},
	{"INBOX", 18 * day, `\Seen`, `
Date: {date}
From: Dot <dot@pictures.example>
To: demo@demo.example
Subject: A red dot
Message-ID: <dot-1@pictures.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/related; boundary="rel"

--rel
Content-Type: text/html; charset=us-ascii

<p>Here is the dot: <img src="cid:dot@pictures.example" alt="a red dot"></p>
--rel
Content-Type: image/png; name="dot.png"
Content-ID: <dot@pictures.example>
Content-Description: a red dot
Content-Disposition: inline; filename="dot.png"
Content-Transfer-Encoding: base64

{png}
--rel--

--outer
Content-Type: text/plain; charset=utf-8; name*=utf-8''Gr%C3%BC%C3%9Fe.txt
Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt
Content-Language: de, en
Content-Transfer-Encoding: 8bit

Viele Grüße vom Punkt.
--outer--
`},
	{"INBOX", 15 * day, `\Seen`, `
Date: {date}
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example>
To: demo@demo.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

--dsn
Content-Type: text/plain; charset=us-ascii

I am sorry to have to inform you that your message could not be
delivered. I tried for five days. I am only a program, but I did try.

--dsn
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; santa@north-pole.invalid
Action: failed
Status: 5.1.2
Diagnostic-Code: X-Reindeer; host or domain name not found

--dsn
Content-Type: text/rfc822-headers

From: demo@demo.example
To: santa@north-pole.invalid
Subject: my wishes, sorted by priority
--dsn--
`},
	{"INBOX", 12 * day, `\Seen \Answered`, `
Date: {date}
From: Tim <tim@acme.example>
Sender: Tim's Assistant <assistant@acme.example>
Reply-To: Orders <orders@acme.example>
To: demo@demo.example
Bcc: auditors@acme.example
Subject: Sender, Reply-To and Bcc, all in one
Message-ID: <order-77@acme.example>

Please answer to the orders department, as I cannot read my own mail.
`},
	{"INBOX", 9 * day, `\Seen \Deleted`, `
Date: {date}
From: Prince <prince@riches.example>
To: demo@demo.example
Subject: URGENT BUSINESS PROPOSAL
Message-ID: <riches-1@riches.example>

Dear Sir or Madam, this message is marked \Deleted. Only EXPUNGE, or
CLOSE, or a strong will can save you from my inheritance.
`},
	{"INBOX", 6 * day, ``, `
Date: {date}
From: Ken <ken@unix.example>
To: demo-list@lists.example
Cc: demo@demo.example
Subject: [demo-list] cat considered
Message-ID: <cat-v@unix.example>
List-Id: The demonstration list <demo-list.lists.example>
List-Post: <mailto:demo-list@lists.example>
List-Help: <mailto:demo-list-request@lists.example?subject=help>
Precedence: list

Considered what? The rest of the subject went into a pipe.
_______________________________________________
demo-list mailing list
`},
	{"INBOX", 4 * day, ``, `
Date: {date}
From: Tester <tester@qa.example>
To: demo@demo.example
Subject: a test of the test
Message-ID: <test-1@qa.example>

This is a test. SEARCH BODY test finds it; SEARCH BODY exam does not.
`},
	{"INBOX", 2 * day, `\Flagged $Important`, `
Date: {date}
From: The Boss <boss@demo.example>
To: demo@demo.example
Subject: Why is the mail slow?
Message-ID: <slow-1@demo.example>

I sent a 2 GB film of my holidays to all of you an hour ago and nobody
has thanked me yet. Please look into it.
`},
	{"INBOX", 30 * hour, ``, `
Date: {date}
From: The Boss <boss@demo.example>
To: demo@demo.example
Subject: Re: Why is the mail slow?
In-Reply-To: <slow-1@demo.example>
References: <slow-1@demo.example>
Message-ID: <slow-2@demo.example>

I sent it again, to be sure.
`},
	{"INBOX", 5 * hour, ``, `
Date: {date}
From: =?utf-8?q?Caf=C3=A9_?= =?utf-8?q?Central?= <orders@cafe.example>
To: demo@demo.example
Subject: =?utf-8?q?Your_order_is_ready=3A_1_=C3=97_espresso=2C?=
 =?utf-8?q?_0_=C3=97_patience?=
Message-ID: <espresso-1@cafe.example>

It has been ready for five hours.
`},
	{"INBOX", hour, ``, `
Date: {date}
From: You <demo@demo.example>
To: demo@demo.example
Subject: Note to self
Message-ID: <self-1@demo.example>

Remember: a001 was you. The star was the server.
`},
}

// elsewhere are the messages in the other mailboxes of User.
var elsewhere = []story{
	{"Archive", 90 * day, `\Seen`, `
Date: {date}
From: Archivist <archivist@demo.example>
To: demo@demo.example
Subject: Things kept for no reason
Message-ID: <archive-1@demo.example>

One of these days it will be needed. Not today.
`},
	{"Archive/2025", 400 * day, `\Seen \Answered`, `
Date: {date}
From: Ann <ann@example.org>
To: demo@demo.example
Subject: New year, new mailbox
Message-ID: <archive-2@example.org>

Let us keep the inbox empty this year.
`},
	{"Archive/2025", 399 * day, `\Seen`, `
Date: {date}
From: Ann <ann@example.org>
To: demo@demo.example
Subject: Re: New year, new mailbox
In-Reply-To: <archive-2@example.org>
Message-ID: <archive-3@example.org>

Well, we tried.
`},
	{"Customers/ACME", 21 * day, `\Seen`, `
Date: {date}
From: Wile E. <wile@acme.example>
To: demo@demo.example
Subject: complaint, the fourth
Message-ID: <acme-4@acme.example>

The rocket skates work. I wish to complain about the cliff.
`},
	{"Customers/Müller & Söhne", 13 * day, ``, `
Date: {date}
From: =?utf-8?q?M=C3=BCller_=26_S=C3=B6hne?= <info@mueller.example>
To: demo@demo.example
Subject: =?utf-8?q?Unsere_Umlaute_sind_vollz=C3=A4hlig?=
Message-ID: <umlaut-1@mueller.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

=C3=A4, =C3=B6, =C3=BC und =C3=9F sind wohlbehalten angekommen. Gr=C3=BC=C3=9Fe!
`},
	{"Drafts", 3 * day, `\Draft \Seen`, `
Date: {date}
From: demo@demo.example
To: boss@demo.example
Subject: Re: Why is the mail slow?
Message-ID: <draft-1@demo.example>

Dear Boss,

it is not the mail. It is
`},
	{"Entwürfe & Pläne", 10 * day, `\Seen`, `
Date: {date}
From: demo@demo.example
To: demo@demo.example
Subject: =?utf-8?q?Pl=C3=A4ne_f=C3=BCr_morgen?=
Message-ID: <plan-1@demo.example>

The name of this mailbox is Entw&APw-rfe &- Pl&AOQ-ne on the wire,
until somebody says ENABLE UTF8=ACCEPT.
`},
	{"Junk", 8 * day, `$Junk`, `
Date: {date}
From: Lottery <winner@lottery.example>
To: undisclosed-recipients:;
Subject: You have won a port number
Message-ID: <lottery-143@lottery.example>

Congratulations on 143. The implicit one is 993.
`},
	{"Lists", 6 * day, ``, `
Date: {date}
From: Dennis <dennis@unix.example>
To: demo-list@lists.example
Subject: Re: [demo-list] cat considered
In-Reply-To: <cat-v@unix.example>
References: <cat-v@unix.example>
Message-ID: <cat-u@unix.example>
List-Id: The demonstration list <demo-list.lists.example>

Harmless, mostly. Mind the flags.
`},
	{"Sent", 7 * day, `\Seen`, `
Date: {date}
From: demo@demo.example
To: orders@acme.example
Subject: Re: Sender, Reply-To and Bcc, all in one
In-Reply-To: <order-77@acme.example>
Message-ID: <sent-1@demo.example>

Dear Orders, please tell Tim that we have answered.
`},
	{"Trash", 11 * day, `\Seen`, `
Date: {date}
From: demo@demo.example
To: demo@demo.example
Subject: a list of things to throw away
Message-ID: <trash-1@demo.example>

1. this list
`},
}
