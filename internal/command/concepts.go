package command

import "strings"

// Concept is a page of help about something other than a single command.
type Concept struct {
	Name    string   // in lower case, as typed after help
	Aliases []string // other names of the page, in lower case
	Title   string
	Text    []string // paragraphs; a line that begins with a space is kept as it is
	RFC     string   // "" if the page is about the shell
	See     []string // other topics
}

var concepts = []Concept{
	{
		Name: "message", Aliases: []string{"messages", "mail", "email", "attachment", "attachments", "reading", "show", "view", "cat", "more", "less", "head", "tail", "download", "get", "retr"}, Title: "a message: find it, read it, save it", RFC: "RFC 9051 §2.3",
		Text: []string{
			"Open a mailbox first; its messages are numbered from 1. Then type the number of the one you mean:",
			" select INBOX              look for EXISTS: how many messages there are",
			" fetch 5                   date, subject, addresses, flags and size",
			" read 5                    the text, decoded, and a list of the parts",
			" save 5 2 picture.png      save part 2 to a file",
			" fetch 5 body.peek[]       the message as the server keeps it",
			"Look for \\Seen among the FLAGS: the message has been read. None of these sets it; store 5 +seen does.",
		},
		See: []string{"search", "flags", "delete", "move", "uids", "sections"},
	},
	{
		Name: "delete", Aliases: []string{"deleting", "remove", "erase", "trash", "del", "dele", "rm"}, Title: "delete a message", RFC: "RFC 9051 §2.3.2",
		Text: []string{
			"Deleting a message takes two steps: mark it, then remove what is marked. The command DELETE deletes a complete mailbox.",
			" select INBOX         open the mailbox",
			" store 5 +deleted     mark message 5; store 5 -deleted removes the mark",
			" search deleted       list the marked messages",
			" expunge              remove them for good",
			"Look for * 5 EXPUNGE: message 5 is gone, and each later message now has a number one lower. If you may want it back, move it to another mailbox: move 5 Trash.",
		},
		See: []string{"store", "expunge", "uid expunge", "move", "undo"},
	},
	{
		Name: "move", Aliases: []string{"moving", "mv", "cp", "spam"}, Title: "move a message to another mailbox", RFC: "RFC 9051 §6.4.8",
		Text: []string{
			"Open the mailbox that the message is in, then give its number and the destination:",
			" select INBOX",
			" move 5 Archive       answered NO [TRYCREATE]? create Archive first",
			"Look for COPYUID: its last number is the UID of the message in Archive. * 5 EXPUNGE means that it has left INBOX. On a server without MOVE, copy it and delete the original:",
			" copy 5 Archive",
			" store 5 +deleted",
			" expunge              removes every message marked \\Deleted, not only 5",
		},
		See: []string{"copy", "uid move", "delete", "undo"},
	},
	{
		Name: "sending", Aliases: []string{"send", "reply", "answer", "respond", "forward", "compose", "write", "drafts", "sent", "outbox", "smtp", "submission", "mailto"}, Title: "IMAP sends no mail; SMTP does", RFC: "RFC 9051 §1, RFC 6409",
		Text: []string{
			"IMAP reads, files and searches the mail of an account. To write, answer or forward a mail use a mail program: it sends the mail by SMTP, often to another server, on port 465 or 587. What it then does by IMAP:",
			" append Drafts (\\Draft) < FILE   keep a mail that is not finished",
			" append Sent (\\Seen) < FILE      keep a copy of a mail that was sent",
			" store 5 +answered               mark message 5 as answered: \\Answered",
			" store 5 +$Forwarded             mark it as forwarded",
			"APPEND only stores: nobody receives the message. Look for APPENDUID in the response: its last number is the UID of the new message. With SPECIAL-USE, \\Drafts and \\Sent in LIST show which mailboxes these are.",
		},
		See: []string{"append", "flags", "special-use", "message"},
	},
	{
		Name: "folder", Aliases: []string{"folders", "directory", "directories", "dir", "ls", "cd", "pwd", "mkdir", "rmdir", "open"}, Title: "folders, which IMAP calls mailboxes", RFC: "RFC 9051 §5.1",
		Text: []string{
			"In IMAP a folder is a mailbox. New mail arrives in the one named INBOX.",
			" list                     all mailboxes",
			" select Archive           open one; examine Archive opens it read-only",
			" status Archive           count its messages without opening it",
			" create Archive/2026      create one; rename and delete work on a name too",
			"Look at the end of each LIST line: the name comes last, and before it, in quotes, the character that separates levels, often \"/\" or \".\". \\Noselect means that it cannot be opened, and only has others below it.",
		},
		See: []string{"mailboxes", "list", "select", "create", "namespace"},
	},
	{
		Name: "search", Aliases: []string{"find", "grep"}, Title: "find messages", RFC: "RFC 9051 §6.4.4",
		Text: []string{
			"Open a mailbox, then say what must be true of the messages:",
			" search unseen                    not read yet",
			" search from ann subject lunch    both are true",
			" search or from ann from ben      one of them is true",
			" search since 1-Feb-2026          arrived on that day or later",
			" search text \"two words\"          anywhere in the message",
			"Look for the numbers in the SEARCH (or ESEARCH) response: fetch 2,5 shows those messages. No numbers: nothing matched. All keys are listed below.",
		},
		See: []string{"search-keys", "message", "uids"},
	},
	{
		Name: "expect", Aliases: []string{"expectations", "assert"}, Title: "check an answer in a script", RFC: "",
		Text: []string{
			"After a command, say what you expect. If something else came, the script stops with exit status 1 and shows both.",
			" status INBOX (messages)",
			" expect * STATUS INBOX (MESSAGES ${n})    a response; ${n} takes the number",
			" expect ${n} < 1000                       a comparison",
			" expect OK                                how the command was answered",
			" expect within 30s * ... EXISTS           wait for a response",
			"In a pattern ... is anything. expect NO says that a failure is what you want. Try a script with --check, which does not connect.",
		},
		See: []string{"responses"},
	},
	{
		Name: "states", Aliases: []string{"state"}, Title: "the states of a connection", RFC: "RFC 9051 §3",
		Text: []string{
			"A connection is always in one of four states, and each command works only in some of them.",
			" not authenticated  right after the greeting: LOGIN, AUTHENTICATE, STARTTLS",
			" authenticated      logged in: SELECT, LIST, STATUS, APPEND, CREATE, …",
			" selected           a mailbox is open: FETCH, SEARCH, STORE, COPY, EXPUNGE, …",
			" logout             the connection is about to close",
			"CAPABILITY, NOOP and LOGOUT work in every state. Nearly all commands of the authenticated state also work in the selected state. After a PREAUTH greeting you are in the authenticated state.",
			"SELECT and EXAMINE lead to the selected state; CLOSE, UNSELECT and a SELECT that fails lead back to the authenticated state. Servers answer a command in the wrong state with BAD.",
		},
		See: []string{"select", "login", "logout", "tags"},
	},
	{
		Name: "tags", Aliases: []string{"tag"}, Title: "tags", RFC: "RFC 9051 §2.2.1",
		Text: []string{
			"Each command begins with a tag, a short word that the client chooses: a001, a002, …. The response that ends the command begins with the same tag, so several commands can be in flight at once.",
			"The shell adds the tags. A line that begins with your own tag, x1 noop, is sent exactly as typed: the shell completes nothing in it.",
			"A tag has no spaces and none of ( ) { % * \" \\ +. Use each tag only once.",
		},
		See: []string{"responses", "shorthand", "states"},
	},
	{
		Name: "responses", Aliases: []string{"response", "untagged", "continuation", "ok", "no", "bad", "bye", "preauth"}, Title: "responses", RFC: "RFC 9051 §7",
		Text: []string{
			"A server sends three kinds of responses:",
			" a001 OK …   tagged: the command with this tag has ended",
			" * …         untagged: data you asked for, or changes reported unasked",
			" + …         continuation request: send the literal, the SASL response; IDLE began",
			"A tagged response is OK (it succeeded), NO (it failed) or BAD (a syntax error, an unknown command, or the wrong state). Untagged OK is information, NO a warning, BAD an error that the server cannot assign to a command. BYE says that the server closes the connection; PREAUTH is the greeting if you are already logged in.",
			"After OK, NO, BAD, BYE and PREAUTH there may be a response code in brackets, [TRYCREATE]: the code is for programs, the text after it for people. Untagged responses may come at any time, for any command or for none.",
		},
		See: []string{"tags", "literals", "trycreate", "uidvalidity"},
	},
	{
		Name: "literals", Aliases: []string{"literal", "literal8", "{n}"}, Title: "literals", RFC: "RFC 9051 §4.3, RFC 7888",
		Text: []string{
			"A string is written as an atom (INBOX), a quoted string (\"two words\") or a literal: {n}, the end of the line, then exactly n bytes of any kind. Messages are sent as literals.",
			"After a client's {n} the server answers + if it is ready, or NO if it refuses; the client sends the bytes only after the +. With LITERAL+ a client may write {n+} and continue at once; LITERAL- (and IMAP4rev2) allow that for up to 4096 bytes. ~{n} is a literal8, which may contain NUL (BINARY).",
			"The shell turns strings into literals if their bytes require it (:literals auto|sync|nonsync). You can also write one yourself, as the last word of a line, in three ways:",
			" append drafts {310}      the next 310 bytes of input (CRLF counts as 2)",
			" append drafts <<END      the lines up to END, counted by the shell",
			" append drafts < FILE     the contents of a file",
		},
		See: []string{"append", "strings", "redirection"},
	},
	{
		Name: "strings", Aliases: []string{"string", "quoting", "quotes", "atom", "atoms"}, Title: "atoms and strings", RFC: "RFC 9051 §4.1, §4.3",
		Text: []string{
			"An atom is a word without spaces and without ( ) { % * \" \\ ]. Most arguments may be an atom or a string.",
			"A quoted string is enclosed in double quotes; write \" and \\ in it as \\\" and \\\\. It cannot contain a line end, and letters outside ASCII only after UTF8=ACCEPT or IMAP4rev2 is enabled. \"\" is the empty string; NIL means that there is no string.",
			"The shell adds quotes where they are required, but never guesses that two words are one: write \"Sent Items\".",
		},
		See: []string{"literals", "mailboxes"},
	},
	{
		Name: "idle", Aliases: []string{"push", "pushes"}, Title: "IDLE in the shell", RFC: "RFC 2177, RFC 9051 §6.3.13",
		Text: []string{
			"idle waits for changes in the selected mailbox: EXISTS for a new message, EXPUNGE for a removed one, FETCH for changed flags. Enter, done or Ctrl-C ends it; any other line ends it first and then runs. idle --for 30s ends after 30 seconds.",
			"Servers may close the connection after 30 minutes, so the shell renews IDLE before 29 (--keepalive, --no-renew). On servers without IDLE, noop asks for changes; NOTIFY also reports other mailboxes.",
		},
		See: []string{"noop", "notify"},
	},
	{
		Name: "uids", Aliases: []string{"uid", "sequence", "sequences", "sets", "sequence-set", "uid-set", "numbers"}, Title: "sequence numbers and UIDs", RFC: "RFC 9051 §2.3.1",
		Text: []string{
			"A message has a sequence number, which is its position in the mailbox, from 1 to the number of messages; and a UID, which it keeps. An EXPUNGE moves all later sequence numbers down by one at once, so do not remember them.",
			"Commands use sequence numbers; with UID in front (UID FETCH, UID STORE, UID SEARCH, UID COPY, UID MOVE, UID EXPUNGE) they use UIDs. UIDs only grow and are never reused while UIDVALIDITY stays the same.",
			"Both are written as sets: 5   2:4   1,3,7:*   where * is the last one, and 7:* always includes it. $ is the saved search result (SEARCH RETURN (SAVE)).",
		},
		See: []string{"uid fetch", "uidvalidity", "uidnext", "search"},
	},
	{
		Name: "flags", Aliases: []string{"flag", "keyword", "keywords", "unread", "important", "mark", "star", "unstar", "label"}, Title: "flags and keywords", RFC: "RFC 9051 §2.3.2",
		Text: []string{
			"A message has flags: system flags, which begin with a backslash, and keywords, which do not and whose names you may choose. STORE changes them. Case does not matter.",
			"PERMANENTFLAGS in the response to SELECT lists the flags you can change permanently; \\* among them means that you can create keywords. Do not forget the backslash: STORE 5 +FLAGS (Seen) sets a keyword named Seen, and the message stays unread.",
			" store 5 +seen       mark message 5 as read: \\Seen",
			" store 5 -seen       mark it as unread",
			" store 5 +flagged    mark it as important: \\Flagged",
			" store 5 +work       set the keyword work",
		},
		See: []string{"store", `\seen`, `\deleted`, "permanentflags", "expunge"},
	},
	{
		Name: "mailboxes", Aliases: []string{"mailbox", "names", "utf-7", "utf7", "inbox", "delimiter"}, Title: "mailboxes and their names", RFC: "RFC 9051 §5.1, RFC 3501 §5.1.3",
		Text: []string{
			"New mail arrives in INBOX. Other names can have levels, separated by the hierarchy delimiter, often / or a dot: LIST \"\" \"\" shows it. Case matters, except in INBOX.",
			"In IMAP4rev1 names are ASCII: other letters are written in modified UTF-7, Entwürfe is Entw&APw-rfe, and & itself is &-. The shell shows names decoded and sends them encoded; in a line with your own tag write the encoded name. After UTF8=ACCEPT or IMAP4rev2 is enabled, names are UTF-8.",
		},
		See: []string{"list", "select", "create", "namespace"},
	},
	{
		Name: "sections", Aliases: []string{"section", "partial", "partials", "part", "parts", "mime", "body[]"}, Title: "sections of a message", RFC: "RFC 9051 §6.4.5.1",
		Text: []string{
			"BODY[…] fetches a section of a message, BODY.PEEK[…] the same without setting \\Seen:",
			" BODY[]                           the complete message",
			" BODY[HEADER]  BODY[TEXT]         the header; everything after it",
			" BODY[HEADER.FIELDS (FROM TO)]    these header fields; .NOT: all except these",
			" BODY[1]  BODY[2.1]               a part, numbered as in BODYSTRUCTURE",
			" BODY[2.MIME]                     the MIME header of a part",
			" BODY[2.HEADER]  BODY[2.TEXT]     of a part that is itself a message",
			" BODY[]<0.100>                    the first 100 bytes",
			"A message that is not multipart has one part, 1. BINARY[2] fetches a part decoded, without its transfer encoding, BINARY.SIZE[2] its size after decoding.",
		},
		See: []string{"fetch", "bodystructure", "redirection"},
	},
	{
		Name: "capabilities", Aliases: []string{"extensions", "caps"}, Title: "capabilities", RFC: "RFC 9051 §6.1.1",
		Text: []string{
			"A server lists what it supports beyond the base protocol: in the greeting, in answer to CAPABILITY, in the OK to LOGIN. The list may change after STARTTLS and after login. IMAP4rev1 and IMAP4rev2 name the base protocol itself.",
			"You can use most extensions at once; those that change the server's responses need ENABLE first. :caps lists them with a sentence each; help CONDSTORE explains one.",
		},
		See: []string{"capability", "enable"},
	},
	{
		Name: "search-keys", Aliases: []string{"polish", "keys", "searching"}, Title: "search keys and Polish notation", RFC: "RFC 9051 §6.4.4",
		Text: polish,
		See:  []string{"search", "uid search", "sort"},
	},
	{
		Name: "undo", Aliases: []string{"undoing", "undelete", "restore", "recover", "back"}, Title: "what you can undo, and how", RFC: "",
		Text: []string{
			"IMAP has no undo, but most commands have an opposite.",
			" store 5 +flagged    store 5 -flagged",
			" store 5 +deleted    store 5 -deleted, before EXPUNGE or CLOSE",
			" move 5 Archive      select Archive; uid move N INBOX",
			" copy 5 Archive      select Archive; uid store N +deleted; uid expunge N",
			" create box          delete box",
			" rename a b          rename b a",
			" subscribe box       unsubscribe box",
			"N is the UID of the message in Archive: the last number of COPYUID in the response to MOVE and COPY.",
			"A message that you move back gets a new UID and a new number. EXPUNGE, CLOSE with \\Deleted messages and DELETE cannot be undone; :confirm on asks before them.",
		},
		See: []string{"store", "move", "copyuid", "expunge"},
	},
	{
		Name: "shorthand", Aliases: []string{"completion", "short"}, Title: "what the shell completes", RFC: "",
		Text: []string{
			"If a line without your own tag is correct, the shell sends it as it is, after a tag. If it is not, the shell completes what the grammar allows, and the C: line shows what was sent:",
			" list                     LIST \"\" \"*\"",
			" status inbox             every status item the server knows",
			" fetch 5                  UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE, never a body",
			" fetch 5 flags envelope   the parentheses",
			" store 5 +seen            STORE 5 +FLAGS (\\Seen)",
			" search subject Grüße     CHARSET UTF-8, and a literal",
			" login alice              asks for the password",
			"What is still wrong is sent as typed, after a warning.",
		},
		See: []string{"tags", "literals", "flags"},
	},
	{
		Name: "redirection", Aliases: []string{"redirect", "files", "pipe", "<", ">", ">>", "|", "&", "<<"}, Title: "files and pipes", RFC: "",
		Text: []string{
			"As the last words of a line without your own tag:",
			" fetch 5 body.peek[] > FILE   save the values of BODY[…], BINARY[…] and RFC822* to a file",
			" fetch 5 body.peek[] >> FILE  append them to a file",
			" fetch 1:9 body.peek[] > %d.eml   one file for each message; %d is its number",
			" append drafts < FILE         send a file as the message (<= sends it unchanged)",
			" append drafts <<END          send the lines up to END",
			" list | less                  pipe the output to a command",
			" search text x &              do not wait for the response; :wait does",
			"A file gets its name only after all of it has arrived. The shell asks before it replaces a file; a script needs --overwrite.",
		},
		See: []string{"fetch", "append", "literals"},
	},
	{
		Name: "secrets", Aliases: []string{"password", "passwords", "user", "pass"}, Title: "passwords", RFC: "",
		Text: []string{
			"Let the shell ask for the password, so that it is not on the screen:",
			" login alice                            asks, and sends LOGIN",
			" imapsh imaps://alice@mail.example.net  asks as soon as it is connected",
			" --password-command 'pass mail'         for a script: the output of a command",
			" IMAPSH_PASSWORD                        for a script: an environment variable",
			"Look for OK: you are logged in. NO [AUTHENTICATIONFAILED] means that the server does not accept this user and password; it does not say which one is wrong.",
			"The password of LOGIN and the responses of AUTHENTICATE are shown as ••••••, and kept out of history and transcript. Without TLS the shell asks before it sends a password that others could read; a script needs --plaintext-auth.",
		},
		See: []string{"login", "authenticate", "starttls"},
	},
}

// polish explains the notation of search keys.
var polish = []string{
	"Several keys are combined with AND: SEARCH UNSEEN FROM ann finds messages that are unseen and from ann. NOT and OR use Polish notation: the operator comes before the keys it applies to and needs no parentheses.",
	" NOT SEEN                          one key follows NOT",
	" OR FROM ann FROM ben              two keys follow OR",
	" OR FROM ann OR FROM ben FROM cid  the second key is itself an OR",
	" OR (FROM ann UNSEEN) FLAGGED      parentheses turn several keys into one",
	" NOT (FROM ann SUBJECT hello)      not both",
	" NOT FROM ann UNSEEN               not from ann, and unseen: NOT takes one key",
	"Strings match anywhere; case does not matter. Dates are days, 1-Feb-2026, without time or zone; SINCE and BEFORE use the day the message arrived, SENTSINCE and SENTBEFORE its Date field.",
}

// Concepts returns the table of concepts. It must not be changed.
func Concepts() []Concept { return concepts }

// conceptNamed has each concept by its name and its aliases: every line that is sent is looked up.
var conceptNamed = func() map[string]*Concept {
	named := map[string]*Concept{}
	for i := range concepts {
		for _, name := range append([]string{concepts[i].Name}, concepts[i].Aliases...) {
			if named[name] == nil {
				named[name] = &concepts[i]
			}
		}
	}
	return named
}()

// LookupConcept returns a concept by its name or an alias, in upper or lower case; nil if there is none.
func LookupConcept(name string) *Concept { return conceptNamed[strings.ToLower(name)] }
