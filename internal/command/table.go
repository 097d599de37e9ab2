package command

import "strings"

// table is the table of commands, by the state they belong to, then by extension. It is never changed.
var table = concat(anyState, notAuthenticated, authenticated, selectedState, extensions)

func concat(parts ...[]Command) []Command {
	var out []Command
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// byLetter is the table by the first letter of the names.
var byLetter = index()

func index() (out [26][]*Command) {
	for i := range table {
		c := &table[i]
		out[c.Name[0]-'A'] = append(out[c.Name[0]-'A'], c)
	}
	return out
}

// Commands returns the table of commands. It must not be changed.
func Commands() []Command { return table }

// Lookup returns the row of a command by its name, in upper or lower case; nil if there is none.
func Lookup(name string) *Command {
	if name == "" {
		return nil
	}
	letter := name[0]&^('a'-'A') - 'A'
	if int(letter) >= len(byLetter) {
		return nil
	}
	for _, c := range byLetter[letter] {
		if len(c.Name) == len(name) && strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// anyState are the commands of RFC 9051 §6.1.
var anyState = []Command{
	{
		Name: "CAPABILITY", States: AnyState, RFC: "RFC 9051 §6.1.1",
		Long:     true,
		Summary:  "ask what the server can do",
		Help:     "The server must answer with an untagged CAPABILITY response. What it says may change after STARTTLS and after logging in.",
		Answer:   "one untagged CAPABILITY response",
		Answers:  []string{"CAPABILITY"},
		Results:  Results{OK: "the list is complete"},
		Related:  []string{"ENABLE", "STARTTLS"},
		Examples: []string{"CAPABILITY"},
	},
	{
		Name: "NOOP", States: AnyState, RFC: "RFC 9051 §6.1.2",
		Repeats:  true,
		Polls:    true,
		Summary:  "do nothing, and let the server report changes",
		Help:     "It always succeeds. The server reports new messages and changed flags in untagged responses. It also resets the server's inactivity timer.",
		Answer:   "untagged responses for whatever has changed, if anything",
		Results:  Results{OK: "done; it never fails"},
		Related:  []string{"IDLE", "CHECK"},
		Examples: []string{"NOOP"},
	},
	{
		Name: "LOGOUT", States: AnyState, After: After{OK: Logout}, RFC: "RFC 9051 §6.1.3",
		Summary:  "end the session",
		Help:     "The server must send an untagged BYE, then OK, and close the connection. Nothing is expunged.",
		Answer:   "an untagged BYE",
		Answers:  []string{"BYE"},
		Results:  Results{OK: "the session is over"},
		Related:  []string{"UNAUTHENTICATE"},
		Examples: []string{"LOGOUT"},
	},
}

// notAuthenticated are the commands of RFC 9051 §6.2.
var notAuthenticated = []Command{
	{
		Name: "STARTTLS", States: NotAuthenticated, Caps: []string{"STARTTLS"}, RFC: "RFC 9051 §6.2.1",
		Layer: TLS, ForgetsCaps: true,
		Summary:  "start TLS",
		Help:     "The TLS handshake starts right after the tagged OK. The client must forget the capabilities it knew.",
		Answer:   "only the tagged response",
		Results:  Results{OK: "the TLS handshake starts now", BAD: "TLS is already active, or the command is not allowed now"},
		Related:  []string{"CAPABILITY", "LOGIN", "AUTHENTICATE"},
		Examples: []string{"STARTTLS"},
	},
	{
		Name: "AUTHENTICATE", States: NotAuthenticated, After: After{OK: Authenticated}, RFC: "RFC 9051 §6.2.2",
		Continues: SASL, LogsIn: true, ForgetsCaps: true,
		Args: []Arg{
			oneOf(terms(MechanismNames, "mechanism"), wordArg(Other, "mechanism")).named("mechanism").help("a SASL mechanism: PLAIN, SCRAM-SHA-256, …"),
			wordArg(Base64, "initial-response").secret().optional().needs("SASL-IR").help("the first response, in base64; = is an empty one"),
		},
		Summary:  "log in with a SASL mechanism",
		Help:     "The server sends challenges as continuation requests; the client answers each with a line of base64. A line with nothing but * cancels.",
		Answer:   "continuation requests with the challenges; the OK may list the capabilities",
		Results:  Results{OK: "logged in", NO: "the mechanism is not supported, or the credentials were rejected", BAD: "the exchange was cancelled with *, or the base64 is invalid"},
		Related:  []string{"LOGIN", "STARTTLS", "CAPABILITY"},
		Examples: []string{"AUTHENTICATE PLAIN", "AUTHENTICATE SCRAM-SHA-256", "AUTHENTICATE EXTERNAL ="},
	},
	{
		Name: "LOGIN", States: NotAuthenticated, After: After{OK: Authenticated}, RFC: "RFC 9051 §6.2.3",
		LogsIn: true, ForbiddenBy: "LOGINDISABLED", ForgetsCaps: true,
		Args: []Arg{
			astring("user").help("the user name"),
			astring("password").secret().help("if omitted, you are asked for it, without showing it"),
		},
		Summary:  "log in with user name and password",
		Help:     "User name and password are sent as they are; without TLS the shell asks first. The capability LOGINDISABLED forbids LOGIN.",
		Answer:   "only the tagged response; the OK may list the capabilities",
		Results:  Results{OK: "logged in", NO: "the user name or password is wrong, or LOGIN is not allowed here"},
		Related:  []string{"AUTHENTICATE", "STARTTLS", "LOGOUT"},
		Examples: []string{"LOGIN alice secret", `LOGIN "alice smith" "a \"quoted\" one"`},
	},
}

// authenticated are the commands of RFC 9051 §6.3 and those that only RFC 3501 §6.3 has.
var authenticated = []Command{
	{
		Name: "ENABLE", States: Authenticated, Caps: []string{"ENABLE"}, RFC: "RFC 9051 §6.3.1",
		Args:     []Arg{oneOf(terms(EnableCaps, "capability"), wordArg(Other, "capability")).named("capability").many().help("CONDSTORE, QRESYNC, UTF8=ACCEPT, IMAP4rev2, …")},
		Summary:  "enable extensions that change the server's responses",
		Help:     "The untagged ENABLED response lists what was enabled; the server silently ignores the rest. It stays enabled until you log out.",
		Answer:   "an untagged ENABLED response that lists what was enabled",
		Answers:  []string{"ENABLED"},
		Results:  Results{OK: "done, even if nothing was enabled", BAD: "a mailbox is selected, or no argument was given"},
		Related:  []string{"CAPABILITY", "SELECT"},
		Examples: []string{"ENABLE CONDSTORE", "ENABLE QRESYNC UTF8=ACCEPT"},
	},
	{
		Name: "SELECT", States: LoggedIn, After: After{OK: Selected, NO: Authenticated}, Effect: reads, RFC: "RFC 9051 §6.3.2",
		Opens:    true,
		Args:     selectArgs,
		Summary:  "open a mailbox for reading and writing",
		Help:     "Reports the flags, the number of messages, UIDVALIDITY and UIDNEXT. A mailbox that is already open is closed first, without expunging; if SELECT fails, no mailbox is selected.",
		Answer:   "FLAGS, EXISTS, LIST (IMAP4rev2), and OK with PERMANENTFLAGS, UIDNEXT, UIDVALIDITY; IMAP4rev1 adds RECENT and UNSEEN",
		Answers:  []string{"FLAGS", "EXISTS", "RECENT", "LIST", "OK", "FETCH", "VANISHED"},
		Results:  Results{OK: "the mailbox is selected, with READ-WRITE or READ-ONLY", NO: "no such mailbox, or no permission; no mailbox is selected now"},
		Related:  []string{"EXAMINE", "CLOSE", "UNSELECT", "STATUS", "LIST"},
		Examples: []string{"SELECT INBOX", `SELECT "Sent Items"`, "SELECT INBOX (CONDSTORE)", "SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211))"},
	},
	{
		Name: "EXAMINE", States: LoggedIn, After: After{OK: Selected, NO: Authenticated}, Effect: reads, RFC: "RFC 9051 §6.3.3",
		Opens: true, ReadOnly: true,
		Args:     selectArgs,
		Summary:  "open a mailbox read-only",
		Help:     `Like SELECT, but nothing you do changes the mailbox: FETCH does not set \Seen, and flags cannot be stored.`,
		Answer:   "the same as for SELECT",
		Answers:  []string{"FLAGS", "EXISTS", "RECENT", "LIST", "OK", "FETCH", "VANISHED"},
		Results:  Results{OK: "the mailbox is selected, with READ-ONLY", NO: "no such mailbox, or no permission; no mailbox is selected now"},
		Related:  []string{"SELECT", "CLOSE", "UNSELECT", "STATUS"},
		Examples: []string{"EXAMINE INBOX", "EXAMINE Archive/2026 (CONDSTORE)"},
	},
	{
		Name: "CREATE", States: LoggedIn, Effect: changes, RFC: "RFC 9051 §6.3.4",
		Doubt:        levelDoubts,
		GivesName:    true,
		ChangesNames: true,
		Args: []Arg{
			mailbox("mailbox").help("the new name; a delimiter at its end says that you will create mailboxes below it"),
			list(terms(CreateParams, "create-param").many()).optional(),
		},
		Summary:  "create a mailbox",
		Help:     "The server should also create missing levels above it. A mailbox that reuses the name of a deleted one must not reuse its UIDs.",
		Answer:   "only the tagged response, with MAILBOXID if OBJECTID is advertised",
		Answers:  []string{"LIST"},
		Results:  Results{OK: "the mailbox was created", NO: "the mailbox already exists (ALREADYEXISTS), or the name is not allowed"},
		Related:  []string{"DELETE", "RENAME", "SUBSCRIBE", "LIST"},
		Examples: []string{"CREATE Archive/2026", `CREATE "Old Drafts" (USE (\Drafts))`},
	},
	{
		Name: "DELETE", States: LoggedIn, Effect: destroys, RFC: "RFC 9051 §6.3.5",
		Doubt:        deleteDoubts,
		Confirm:      deleteAsks,
		ChangesNames: true,
		Args:         []Arg{mailbox("mailbox").help("the mailbox")},
		Summary:      "delete a mailbox and all its messages",
		Help:         "INBOX cannot be deleted. If there are mailboxes below it, the name may stay and cannot be selected. The subscription stays.",
		Answer:       "only the tagged response",
		Results:      Results{OK: "the mailbox and its messages are deleted", NO: "no such mailbox, there are mailboxes below it (HASCHILDREN), or it is INBOX"},
		Related:      []string{"CREATE", "RENAME", "UNSUBSCRIBE"},
		Examples:     []string{"DELETE Archive/2019"},
	},
	{
		Name: "RENAME", States: LoggedIn, Effect: destroys, RFC: "RFC 9051 §6.3.6",
		Doubt:        levelDoubts,
		GivesName:    true,
		Confirm:      renameAsks,
		ChangesNames: true,
		Args:         []Arg{mailbox("mailbox").help("the current name"), mailbox("new-mailbox").help("the new name")},
		Summary:      "rename a mailbox and all below it",
		Help:         "Renaming INBOX is special: its messages move to the new mailbox, and INBOX stays, empty.",
		Answer:       "only the tagged response",
		Answers:      []string{"LIST"},
		Results:      Results{OK: "the mailbox is renamed", NO: "no such mailbox, or the new name already exists"},
		Related:      []string{"CREATE", "DELETE", "LIST"},
		Examples:     []string{"RENAME Work Archive/Work"},
	},
	{
		Name: "SUBSCRIBE", States: LoggedIn, Effect: changes, RFC: "RFC 9051 §6.3.7",
		Args:     []Arg{mailbox("mailbox").help("the mailbox")},
		Summary:  "add a mailbox to the list of subscribed mailboxes",
		Help:     "The server only stores this list; clients use it to decide which mailboxes to show.",
		Answer:   "only the tagged response",
		Results:  Results{OK: "subscribed", NO: "you cannot subscribe to this name"},
		Related:  []string{"UNSUBSCRIBE", "LIST", "LSUB"},
		Examples: []string{"SUBSCRIBE Archive/2026"},
	},
	{
		Name: "UNSUBSCRIBE", States: LoggedIn, Effect: changes, RFC: "RFC 9051 §6.3.8",
		Args:     []Arg{mailbox("mailbox").help("the mailbox, whether it exists or not")},
		Summary:  "remove a mailbox from the list of subscribed mailboxes",
		Help:     "The mailbox itself does not change.",
		Answer:   "only the tagged response",
		Results:  Results{OK: "no longer subscribed", NO: "you cannot unsubscribe from this name"},
		Related:  []string{"SUBSCRIBE", "LIST", "LSUB"},
		Examples: []string{"UNSUBSCRIBE Archive/2019"},
	},
	{
		Name: "LIST", States: LoggedIn, Effect: reads, RFC: "RFC 9051 §6.3.9",
		Repeats: true,
		Lists:   true, Long: true,
		Args: []Arg{
			list(terms(ListSelections, "selection-option").many().optional()).optional().needs("LIST-EXTENDED"),
			reference,
			patterns,
			sequence(tokenArg("RETURN").needs("LIST-EXTENDED"), list(terms(ListReturns, "return-option").many().optional())).optional(),
		},
		Summary:  "list mailboxes",
		Help:     `In the pattern * matches anything, % anything within one level. LIST "" "" asks only for the hierarchy delimiter.`,
		Answer:   "a LIST response for each match",
		Answers:  []string{"LIST", "STATUS", "MYRIGHTS", "METADATA"},
		Results:  Results{OK: "the list is complete; it may be empty", NO: "the reference or the pattern cannot be listed"},
		Related:  []string{"LSUB", "STATUS", "NAMESPACE", "CREATE", "SUBSCRIBE"},
		Examples: []string{`LIST "" "*"`, `LIST "" %`, `LIST "" ""`, `LIST (SUBSCRIBED) "" "*"`, `LIST "" (INBOX "Archive/%") RETURN (CHILDREN STATUS (MESSAGES UNSEEN))`},
	},
	{
		Name: "LSUB", States: LoggedIn, Caps: rev1, Effect: reads, RFC: "RFC 3501 §6.3.9",
		Repeats: true,
		Lists:   true, Long: true,
		Args:     []Arg{reference, patternArg.or(always(`"*"`))},
		Summary:  "list subscribed mailboxes",
		Help:     "Only in IMAP4rev1; IMAP4rev2 has LIST (SUBSCRIBED). The list may include mailboxes that no longer exist.",
		Answer:   "an LSUB response for each match",
		Answers:  []string{"LSUB"},
		Results:  Results{OK: "the list is complete; it may be empty", NO: "the reference or the pattern cannot be listed"},
		Related:  []string{"LIST", "SUBSCRIBE", "UNSUBSCRIBE"},
		Examples: []string{`LSUB "" "*"`},
	},
	{
		Name: "NAMESPACE", States: LoggedIn, Caps: []string{"NAMESPACE"}, Effect: reads, RFC: "RFC 9051 §6.3.10",
		Repeats:  true,
		Summary:  "ask where mailboxes are: your own, other users', shared",
		Help:     "The untagged NAMESPACE response gives the prefix and the hierarchy delimiter of each.",
		Answer:   "one untagged NAMESPACE response",
		Answers:  []string{"NAMESPACE"},
		Results:  Results{OK: "done"},
		Related:  []string{"LIST"},
		Examples: []string{"NAMESPACE"},
	},
	{
		Name: "STATUS", States: LoggedIn, Effect: reads, RFC: "RFC 9051 §6.3.11",
		Repeats: true,
		Args: []Arg{
			mailbox("mailbox").help("any mailbox except the selected one"),
			list(terms(StatusItems, "status-item").many()).bare().or(allStatus).help("what to ask for; if omitted, everything the server knows"),
		},
		Summary:  "ask for a mailbox's counts without opening it",
		Help:     "It can be slow: use it for a few mailboxes, not for all, and not for the selected one.",
		Answer:   "one untagged STATUS response with everything you asked for",
		Answers:  []string{"STATUS"},
		Results:  Results{OK: "done", NO: "no such mailbox, or no permission"},
		Related:  []string{"SELECT", "LIST", "NOOP"},
		Examples: []string{"STATUS INBOX (MESSAGES UNSEEN)", `STATUS "Sent Items" (UIDNEXT UIDVALIDITY)`},
	},
	{
		Name: "APPEND", States: LoggedIn, Effect: changes, RFC: "RFC 9051 §6.3.12",
		Attaches: true, MoreBy: "MULTIAPPEND",
		Args:     []Arg{mailbox("mailbox").help("the mailbox to add it to"), message.many()},
		Summary:  "add a message to a mailbox",
		Help:     "The message is a literal: {n} and n bytes, <<END and the lines up to END, or < FILE. With MULTIAPPEND one command may add several.",
		Answer:   "EXISTS if the mailbox is selected; APPENDUID in the OK if UIDPLUS is advertised",
		Answers:  []string{"EXISTS"},
		Results:  Results{OK: "the message is in the mailbox", NO: "no such mailbox (TRYCREATE), too large (TOOBIG, LIMIT), over quota (OVERQUOTA), or a flag was refused; nothing was added"},
		Related:  []string{"COPY", "REPLACE", "CREATE"},
		Examples: []string{`APPEND Drafts (\Draft) {310}`, `APPEND INBOX (\Seen) "17-Jul-2026 02:44:25 +0200" {310}`, "APPEND INBOX ~{310+}"},
	},
	{
		Name: "IDLE", States: LoggedIn, Caps: []string{"IDLE"}, RFC: "RFC 9051 §6.3.13",
		Continues: Idle,
		Polls:     true,
		Summary:   "wait, and let the server report changes",
		Help:      "The server sends a continuation request, then untagged responses as things happen, until the client sends DONE. Servers may close the connection after 30 minutes.",
		Answer:    "a continuation request, then untagged responses as things happen",
		Results:   Results{OK: "DONE was received", NO: "the server does not allow IDLE now"},
		Related:   []string{"NOOP", "NOTIFY"},
		Examples:  []string{"IDLE"},
	},
}

var selectArgs = []Arg{
	mailbox("mailbox").help("the mailbox; case does not matter in INBOX"),
	list(terms(SelectParams, "select-param").many()).optional(),
}
