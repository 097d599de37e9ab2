package command

// attributes are mbx-list-flags (RFC 9051 §7.3.1), the words in the parentheses of LIST.
var attributes = []Term{
	{Name: `\NonExistent`, RFC: "RFC 9051 §7.3.1", Help: "the mailbox does not exist; it is only a name"},
	{Name: `\Noinferiors`, RFC: "RFC 9051 §7.3.1", Help: "there are no mailboxes below it, and none can be created"},
	{Name: `\Noselect`, RFC: "RFC 9051 §7.3.1", Help: "it cannot be selected; it is only a level of the hierarchy"},
	{Name: `\HasChildren`, RFC: "RFC 9051 §7.3.1", Help: "there are mailboxes below it"},
	{Name: `\HasNoChildren`, RFC: "RFC 9051 §7.3.1", Help: "there are no mailboxes below it that you may see"},
	{Name: `\Marked`, RFC: "RFC 9051 §7.3.1", Help: "the server marked it as interesting: probably new messages"},
	{Name: `\Unmarked`, RFC: "RFC 9051 §7.3.1", Help: "no new messages since it was last selected"},
	{Name: `\Subscribed`, RFC: "RFC 9051 §7.3.1", Help: "it is subscribed"},
	{Name: `\Remote`, RFC: "RFC 9051 §7.3.1", Help: "it is on another server"},
	{Name: `\NoAccess`, RFC: "RFC 5465 §5.9", Help: "you no longer have access to it"},
}

// setByServer are flags that no client can set, and the placeholder for keywords.
var setByServer = []Term{
	{Name: `\Recent`, RFC: "RFC 3501 §2.3.2", Help: "arrived since the mailbox was last selected; only the server sets it, for one session (only IMAP4rev1)"},
	{Name: `\*`, RFC: "RFC 9051 §7.1", Help: "in PERMANENTFLAGS: storing a new keyword creates it"},
}

// rights are the letters of SETACL (RFC 4314 §2.1).
var rights = []Term{
	{Name: "l", RFC: "RFC 4314 §2.1", Help: "lookup: see the mailbox in LIST, subscribe to it"},
	{Name: "r", RFC: "RFC 4314 §2.1", Help: "read: SELECT and STATUS"},
	{Name: "s", RFC: "RFC 4314 §2.1", Help: `seen: set and clear \Seen`},
	{Name: "w", RFC: "RFC 4314 §2.1", Help: `write: set and clear all flags except \Seen and \Deleted`},
	{Name: "i", RFC: "RFC 4314 §2.1", Help: "insert: APPEND and COPY into it"},
	{Name: "p", RFC: "RFC 4314 §2.1", Help: "post: send mail to its own address"},
	{Name: "k", RFC: "RFC 4314 §2.1", Help: "create mailboxes below it"},
	{Name: "x", RFC: "RFC 4314 §2.1", Help: "delete or rename the mailbox"},
	{Name: "t", RFC: "RFC 4314 §2.1", Help: `set and clear \Deleted`},
	{Name: "e", RFC: "RFC 4314 §2.1", Help: "expunge messages"},
	{Name: "a", RFC: "RFC 4314 §2.1", Help: "administer: SETACL, DELETEACL, GETACL, LISTRIGHTS"},
	{Name: "n", Caps: annotate, RFC: "RFC 5257 §4.10", Help: "write shared annotations of messages"},
	{Name: "c", RFC: "RFC 4314 §2.1.1", Help: "k and perhaps x (obsolete)"},
	{Name: "d", RFC: "RFC 4314 §2.1.1", Help: "t, e and perhaps x (obsolete)"},
}

// metadataEntries are well-known entries (RFC 5464 §6.2, §6.3, RFC 6154 §4).
var metadataEntries = []Term{
	{Name: "/private/comment", RFC: "RFC 5464 §6.3", Help: "a note that only this user sees"},
	{Name: "/shared/comment", RFC: "RFC 5464 §6.2.1", Help: "a note that all users see"},
	{Name: "/shared/admin", RFC: "RFC 5464 §6.2.2", Help: "a URI to contact the server's administrator"},
	{Name: "/private/specialuse", RFC: "RFC 6154 §4", Help: `its special use: \Sent, \Drafts, …`},
	{Name: "/private/filters/values/", RFC: "RFC 5466 §3.2", Help: "a search stored under this name"},
	{Name: "/shared/filters/values/", RFC: "RFC 5466 §3.2", Help: "the same, for all users"},
}

// urlMechanisms are the mechanisms of GENURLAUTH (RFC 4467 §2.4.1).
var urlMechanisms = []Term{
	{Name: "INTERNAL", RFC: "RFC 4467", Help: "the server keeps the key and checks the URL itself"},
}
