package command

import "strings"

// Concept is a page of help that belongs to no single command.
type Concept struct {
	Name    string   // in small letters, as help is asked for it
	Aliases []string // other names of the page
	Title   string
	Text    []string // paragraphs; a line that begins with a blank is kept as it is
	RFC     string
	See     []string // other topics
}

var concepts = []Concept{
	{
		Name: "states", Aliases: []string{"state"}, Title: "the states of a connection", RFC: "RFC 9051 §3",
		Text: []string{
			"A connection is always in one of four states, and each command belongs to some of them.",
			" not authenticated  right after the greeting: LOGIN, AUTHENTICATE, STARTTLS",
			" authenticated      logged in: SELECT, LIST, STATUS, APPEND, CREATE, …",
			" selected           a mailbox is open: FETCH, SEARCH, STORE, COPY, EXPUNGE, …",
			" logout             the connection is being closed",
			"CAPABILITY, NOOP and LOGOUT work in every state, and everything of the authenticated state works in the selected one. A greeting with PREAUTH begins in the authenticated state.",
			"SELECT and EXAMINE lead to the selected state; a SELECT that fails leads back to the authenticated one, as do CLOSE and UNSELECT. A command in the wrong state is answered BAD.",
		},
		See: []string{"select", "login", "logout", "tags"},
	},
	{
		Name: "tags", Aliases: []string{"tag"}, Title: "tags", RFC: "RFC 9051 §2.2.1",
		Text: []string{
			"Each command begins with a tag, a short word that the client makes up: a001, a002, …. The response that ends the command begins with the same tag, so that several commands can be in flight at once.",
			"The shell writes the tags. A line that begins with a tag of yours, x1 noop, is sent exactly as typed: nothing in it is completed.",
			"A tag has no blanks and none of ( ) { % * \" \\ +. One may be used again once its command is answered; better never.",
		},
		See: []string{"responses", "shorthand", "states"},
	},
	{
		Name: "responses", Aliases: []string{"response", "untagged", "continuation", "ok", "no", "bad", "bye", "preauth"}, Title: "responses", RFC: "RFC 9051 §7",
		Text: []string{
			"What the server sends is one of three things:",
			" a001 OK …   tagged: the command with this tag is done",
			" * …         untagged: data asked for, or news nobody asked for",
			" + …         continuation request: go on with a literal, a challenge, IDLE",
			"A tagged response is OK (done), NO (understood, and it failed) or BAD (not understood: unknown, wrong state, wrong arguments). Untagged OK, NO and BAD are information, warnings and complaints; BYE says that the server hangs up, PREAUTH greets one who is logged in already.",
			"After OK, NO, BAD, BYE and PREAUTH a response code may stand in brackets, [TRYCREATE]; it is meant for programs, the text behind it for people. Untagged responses may come at any time, about any command or none.",
		},
		See: []string{"tags", "literals", "trycreate", "uidvalidity"},
	},
	{
		Name: "literals", Aliases: []string{"literal", "literal8", "{n}"}, Title: "literals", RFC: "RFC 9051 §4.3, RFC 7888",
		Text: []string{
			"A string is an atom (INBOX), a quoted string (\"two words\") or a literal: {n}, the end of the line, then exactly n octets of any kind. Messages are always sent and received so.",
			"After a client's {n} the server answers + when it is ready, or NO when it does not want it; only then the octets are sent. With LITERAL+ a client may write {n+} and go on at once; LITERAL- (and IMAP4rev2) allow that up to 4096 octets. ~{n} is a literal8, which may hold NUL (BINARY).",
			"In the shell strings become literals by themselves where their bytes demand it (:literals auto|sync|nonsync). By hand there are three ways, all as the last word:",
			" append drafts {310}      the next 310 octets of the input are it (CRLF counts 2)",
			" append drafts <<END      the lines up to END, counted by the shell",
			" append drafts < FILE     a file",
		},
		See: []string{"append", "strings", "redirection"},
	},
	{
		Name: "strings", Aliases: []string{"string", "quoting", "quotes", "atom", "atoms"}, Title: "atoms and strings", RFC: "RFC 9051 §4.1, §4.3",
		Text: []string{
			"An atom is a word without blanks and without ( ) { % * \" \\ ]. Most arguments may be an atom or a string.",
			"A quoted string stands in double quotes; \" and \\ in it are written \\\" and \\\\. It cannot hold a line end, and other letters than ASCII only once UTF8=ACCEPT or IMAP4rev2 is enabled. \"\" is the empty string; NIL, where it is allowed, is no string at all.",
			"The shell quotes what has to be quoted, but never guesses that two words are one: write \"Sent Items\".",
		},
		See: []string{"literals", "mailboxes"},
	},
	{
		Name: "idle", Aliases: []string{"push", "pushes"}, Title: "IDLE in the shell", RFC: "RFC 2177, RFC 9051 §6.3.13",
		Text: []string{
			"idle waits for news of the selected mailbox: EXISTS for a new message, EXPUNGE for one that is gone, FETCH for changed flags. Enter, done or Ctrl-C ends it; any other line ends it first and then runs. idle --for 30s ends by itself.",
			"Servers may hang up after 30 minutes, so the shell renews it before 29 (--keepalive, --no-renew). Without IDLE, noop asks for news; NOTIFY tells of other mailboxes too.",
		},
		See: []string{"noop", "notify"},
	},
	{
		Name: "uids", Aliases: []string{"uid", "sequence", "sequences", "sets", "sequence-set", "uid-set", "numbers"}, Title: "sequence numbers and UIDs", RFC: "RFC 9051 §2.3.1",
		Text: []string{
			"A message has a sequence number, its place in the mailbox, from 1 to the number of messages; and a UID, which it keeps. An EXPUNGE moves all later sequence numbers down by one at once, so that they are good for the moment only.",
			"Commands count by sequence numbers; with UID before them (UID FETCH, UID STORE, UID SEARCH, UID COPY, UID MOVE, UID EXPUNGE) by UIDs. UIDs grow and are never used again, as long as UIDVALIDITY stays the same.",
			"Both are written as sets: 5   2:4   1,3,7:*   where * is the last one there is, and 7:* is never empty. $ is the last search result that was saved (SEARCH RETURN (SAVE)).",
		},
		See: []string{"uid fetch", "uidvalidity", "uidnext", "search"},
	},
	{
		Name: "flags", Aliases: []string{"flag", "keyword", "keywords"}, Title: "flags and keywords", RFC: "RFC 9051 §2.3.2",
		Text: []string{
			"A message has flags: system flags, which begin with a backslash, and keywords, which do not and which anyone may make up. STORE changes them. Case does not matter.",
			"PERMANENTFLAGS in the answer to SELECT names those that last; with \\* among them new keywords can be made. Mind the backslash: STORE 5 +FLAGS (Seen) makes a keyword Seen, and the message stays unread.",
			"In the shell store 5 +seen means +FLAGS (\\Seen); other names are keywords.",
		},
		See: []string{"store", `\seen`, `\deleted`, "permanentflags", "expunge"},
	},
	{
		Name: "mailboxes", Aliases: []string{"mailbox", "names", "utf-7", "utf7", "inbox", "delimiter"}, Title: "mailboxes and their names", RFC: "RFC 9051 §5.1, RFC 3501 §5.1.3",
		Text: []string{
			"INBOX, in any case of letters, is where mail comes in. Other names have levels, parted by the hierarchy delimiter: LIST \"\" \"\" tells which, often / or a dot. Case matters, but in INBOX.",
			"In IMAP4rev1 names are ASCII: other letters are written in modified UTF-7, Entwürfe is Entw&APw-rfe, and & alone is &-. The shell shows names decoded and sends them encoded; in a line with your own tag you write the encoded name. Once UTF8=ACCEPT or IMAP4rev2 is enabled names are UTF-8.",
		},
		See: []string{"list", "select", "create", "namespace"},
	},
	{
		Name: "sections", Aliases: []string{"section", "partial", "partials", "part", "parts", "mime", "body[]"}, Title: "sections of a message", RFC: "RFC 9051 §6.4.5.1",
		Text: []string{
			"BODY[…] fetches a section of a message, BODY.PEEK[…] the same without setting \\Seen:",
			" BODY[]                           all of it",
			" BODY[HEADER]  BODY[TEXT]         the header; what follows it",
			" BODY[HEADER.FIELDS (FROM TO)]    these header fields; .NOT all but these",
			" BODY[1]  BODY[2.1]               a part, numbered as in BODYSTRUCTURE",
			" BODY[2.MIME]                     the MIME header of a part",
			" BODY[2.HEADER]  BODY[2.TEXT]     of a part that is a message itself",
			" BODY[]<0.100>                    100 octets from octet 0 on",
			"A message that is not multipart has one part, 1. BINARY[2] gives a part with its transfer encoding removed, BINARY.SIZE[2] how large it is then.",
		},
		See: []string{"fetch", "bodystructure", "redirection"},
	},
	{
		Name: "capabilities", Aliases: []string{"extensions", "caps"}, Title: "capabilities", RFC: "RFC 9051 §6.1.1",
		Text: []string{
			"A server names what it can do beyond the base protocol: in the greeting, in answer to CAPABILITY, in the OK to LOGIN. It may differ before and after STARTTLS and login. IMAP4rev1 and IMAP4rev2 name the base protocol itself.",
			"Most extensions work by being used; those that change the server's responses must be switched on by ENABLE first. :caps lists them with a sentence each; help CONDSTORE tells of one.",
		},
		See: []string{"capability", "enable"},
	},
	{
		Name: "search-keys", Aliases: []string{"polish", "keys", "searching"}, Title: "search keys and Polish notation", RFC: "RFC 9051 §6.4.4",
		Text: polish,
		See:  []string{"search", "uid search", "sort"},
	},
	{
		Name: "undo", Aliases: []string{"undoing", "back"}, Title: "what can be taken back, and how", RFC: "",
		Text: []string{
			"IMAP has no command that undoes another; most have one that does the opposite.",
			" store 5 +flagged    store 5 -flagged",
			" store 5 +deleted    store 5 -deleted, until EXPUNGE or CLOSE",
			" move 5 Archive      select Archive; uid move N INBOX",
			" copy 5 Archive      select Archive; uid store N +deleted; uid expunge N",
			" create box          delete box",
			" rename a b          rename b a",
			" subscribe box       unsubscribe box",
			"N is the UID of the message in Archive, the last number of COPYUID in the answer to MOVE and COPY.",
			"A message that was moved back has a new UID and a new number. EXPUNGE, CLOSE with \\Deleted messages and DELETE cannot be taken back; :confirm on asks before them.",
		},
		See: []string{"store", "move", "copyuid", "expunge"},
	},
	{
		Name: "shorthand", Aliases: []string{"completion", "short"}, Title: "what the shell completes", RFC: "",
		Text: []string{
			"A line without a tag of yours that fits the grammar is sent as it is behind a tag. One that does not fit is completed where the grammar tells how, and the C: line shows what was sent:",
			" list                     LIST \"\" \"*\"",
			" status inbox             all counts the server knows",
			" fetch 5                  UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE, never a body",
			" fetch 5 flags envelope   the parentheses",
			" store 5 +seen            STORE 5 +FLAGS (\\Seen)",
			" search subject Grüße     CHARSET UTF-8, and a literal",
			" login alice              asks for the password",
			"What still does not fit is sent as typed, behind a warning.",
		},
		See: []string{"tags", "literals", "flags"},
	},
	{
		Name: "redirection", Aliases: []string{"redirect", "files", "pipe", "<", ">", ">>", "|", "&", "<<"}, Title: "files and pipes", RFC: "",
		Text: []string{
			"As the last words of a line without a tag of yours:",
			" fetch 5 body.peek[] > FILE   the values of BODY[…], BINARY[…] and RFC822* to a file",
			" fetch 5 body.peek[] >> FILE  behind what the file has",
			" fetch 1:9 body.peek[] > %d.eml   one file each, %d is the sequence number",
			" append drafts < FILE         a file as the message (<= sends it as it is)",
			" append drafts <<END          the lines up to END",
			" list | less                  what is shown, to a command",
			" search text x &              without waiting; :wait waits",
			"A file gets its name once all of it has come. One that is there is replaced after a question, in a script only with --overwrite.",
		},
		See: []string{"fetch", "append", "literals"},
	},
	{
		Name: "secrets", Aliases: []string{"password", "passwords"}, Title: "passwords", RFC: "",
		Text: []string{
			"What is known for a secret is shown as •••••• and kept out of history and transcript: the password of LOGIN, the responses of AUTHENTICATE. login alice asks for the password without showing it.",
			"Without TLS a secret that can be read off the line is sent only after a question, and by a script only with --plaintext-auth.",
		},
		See: []string{"login", "authenticate", "starttls"},
	},
}

// polish explains the notation of search keys.
var polish = []string{
	"Keys one after another must all hold: SEARCH UNSEEN FROM ann finds what is unseen and from ann. For the rest the notation is Polish: an operator stands before what it applies to, and needs no parentheses.",
	" NOT SEEN                          one key follows NOT",
	" OR FROM ann FROM ben              two keys follow OR",
	" OR FROM ann OR FROM ben FROM cid  the second key is an OR itself",
	" OR (FROM ann UNSEEN) FLAGGED      parentheses make one key of several",
	" NOT (FROM ann SUBJECT hello)      not both",
	" NOT FROM ann UNSEEN               not from ann, and unseen: NOT takes one key",
	"Strings match anywhere and in any case of letters. Dates are days, 1-Feb-2026, without time or zone; SINCE and BEFORE go by the day the message came, SENTSINCE and SENTBEFORE by its Date field.",
}

// Concepts is the table of concepts. It must not be changed.
func Concepts() []Concept { return concepts }

// LookupConcept finds a concept by its name or another name of it, in any case of letters.
func LookupConcept(name string) *Concept {
	for i := range concepts {
		c := &concepts[i]
		if strings.EqualFold(c.Name, name) {
			return c
		}
		for _, a := range c.Aliases {
			if strings.EqualFold(a, name) {
				return c
			}
		}
	}
	return nil
}
