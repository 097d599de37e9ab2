package diff

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsh/internal/conn"
	"imapsh/internal/session"
	. "imapsh/internal/testserver"
	"imapsh/internal/text"
	"imapsh/render"
	"imapsh/repl"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// canned is the account of a canned server. Each text is responses, with LF for CRLF.
type canned struct {
	caps, namespace, list, lsub, quota string
	status                             map[string]string // by the name as it is sent
	examine, search, acl, fetch        map[string]string // by the rest of the line
}

// crlf returns responses with CRLF, and the tagged response after them.
func crlf(text, ok string) string {
	text = strings.TrimLeft(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + ok
}

const done = "{tag} OK done\r\n"

// replies returns the answers of the account; others replace some of them.
func (c canned) replies(others Replies) Replies {
	by := func(answers map[string]string) []Step {
		return []Step{Respond(func(line string) string {
			words := strings.SplitN(line, " ", 3)
			for key, text := range answers {
				if strings.Contains(words[2], key) {
					return crlf(text, done)
				}
			}
			return done
		})}
	}
	namespace := c.namespace
	if namespace == "" {
		namespace = `* NAMESPACE (("" "/")) NIL NIL`
	}
	return Replies{
		"CAPABILITY":   {Send("* CAPABILITY IMAP4rev1 NAMESPACE " + c.caps + "\r\n" + done)},
		"NAMESPACE":    {Send(crlf(namespace, done))},
		"LIST":         {Send(crlf(c.list, done))},
		"LSUB":         {Send(crlf(c.lsub, done))},
		"GETQUOTAROOT": {Send(crlf(c.quota, done))},
		"STATUS": {Respond(func(line string) string {
			rest := line[strings.Index(line, " STATUS ")+len(" STATUS "):]
			name := rest[:strings.LastIndex(rest, " (")]
			counts := "MESSAGES 0 UNSEEN 0"
			if s, ok := c.status[name]; ok {
				counts = s
			}
			return "* STATUS " + name + " (" + counts + ")\r\n" + done
		})},
		"EXAMINE": by(c.examine), "SEARCH": by(c.search), "GETACL": by(c.acl), "FETCH": by(c.fetch), "UID": by(c.fetch),
	}.With(others)
}

// An asker is a shell that is logged in to a canned server.
type asker struct {
	*repl.Shell
	ended chan struct{}
}

func (a *asker) Inquire(all ...*repl.Inquiry) error {
	err := a.Shell.Inquire(all...)
	if err != nil {
		<-a.ended
		err = fmt.Errorf("%s", a.Report().Failure.Text)
	}
	return err
}

// side starts a canned server, and returns a side that is logged in to it.
func side(t *testing.T, r Replies) (Side, *Canned) {
	t.Helper()
	srv := NewCanned(t, Send("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n"), Reply(r.With(Replies{"LOGOUT": {Send("* BYE bye\r\n" + done)}})))
	s := repl.New(repl.Options{
		Target: &conn.Target{Scheme: conn.IMAP, Host: "mail.example.net", Port: "143"}, ByProgram: true,
		Settings: repl.Settings{
			Session: session.Options{
				Conn: conn.Options{Now: time.Now},
				Dial: func(_ context.Context, target conn.Target, o conn.Options) (*conn.Conn, error) {
					link, err := net.Dial("tcp", srv.Addr())
					if err != nil {
						return nil, err
					}
					return conn.New(link, target, o), nil
				},
			},
			Render: render.Options{Out: io.Discard, Err: io.Discard, Now: time.Now},
		},
		Now: time.Now,
	})
	a := &asker{s, make(chan struct{})}
	go func() {
		s.Run()
		close(a.ended)
	}()
	t.Cleanup(func() {
		s.EndInquiries()
		<-a.ended
	})
	return Side{URL: "imap://alice@" + srv.Addr(), User: "alice", Asker: a}, srv
}

// all returns the names of all parts.
func all() (names []string) {
	for _, p := range Parts() {
		names = append(names, p.Name)
	}
	return names
}

// compared compares two accounts and returns the output.
func compared(t *testing.T, left, right Replies, parts []string, out func(io.Writer, Side, Side) Output) (string, *Result) {
	t.Helper()
	l, _ := side(t, left)
	r, _ := side(t, right)
	l.URL, r.URL = "imap://alice@old.example.net", "imap://alice@new.example.net"
	var b bytes.Buffer
	res, err := Run(Options{Left: l, Right: r, Parts: parts, Out: out(&b, l, r)})
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), res
}

func tableOf(cols int) func(io.Writer, Side, Side) Output {
	return func(w io.Writer, l, r Side) Output {
		return &Table{Out: w, Width: func() int { return cols }, Left: l, Right: r}
	}
}

func jsonOf(w io.Writer, _, _ Side) Output { return &JSON{Out: w} }

// lines returns the differences in JSON as rows: part, mailbox, item, what, left, right.
func lines(t *testing.T, text string) (rows []string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		switch v["type"] {
		case "difference":
			l, _ := json.Marshal(v["left"])
			r, _ := json.Marshal(v["right"])
			var words []string
			for _, name := range []string{"part", "mailbox", "item", "what"} {
				if s, ok := v[name].(string); ok {
					words = append(words, s)
				}
			}
			rows = append(rows, fmt.Sprintf("%s: %s | %s", strings.Join(words, " "), l, r))
		case "not_compared":
			rows = append(rows, fmt.Sprintf("%v %v %v: %v", v["type"], v["part"], v["mailbox"], v["why"]))
		}
	}
	return rows
}

func wants(t *testing.T, got []string, want string) {
	t.Helper()
	if text := strings.Join(got, "\n"); text != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", text, strings.TrimSpace(want))
	}
}

func TestNamesAreComparedBelowThePersonalNamespace(t *testing.T) {
	t.Parallel()
	left := canned{list: `
* LIST () "/" inbox
* LIST () "/" Sent
* LIST () "/" Archive/2019
* LIST () "/" INBOX/deep
* LIST () "/" "Entw&APw-rfe"
* LIST () "/" "Customers/R&D"
* LIST (\Noselect) "/" Customers
* LIST () "/" Public/Team
* LIST () "/" user/bob/x
`, namespace: `* NAMESPACE (("" "/")) (("user/" "/")) (("Public/" "/"))`}
	right := canned{list: `
* LIST () "." INBOX
* LIST () "." INBOX.Sent
* LIST () "." INBOX.Archive.2019
* LIST (\NonExistent) "." INBOX.Archive
* LIST () "." INBOX.INBOX.deep
* LIST () "." "INBOX.Entw&APw-rfe"
* LIST () "." "INBOX.Customers.R&D"
* LIST () "." Team
`, namespace: `* NAMESPACE (("INBOX." ".")) (("user." ".")) (("" "."))`}
	out, res := compared(t, left.replies(nil), right.replies(nil), []string{"mailboxes", "namespaces"}, jsonOf)
	wants(t, lines(t, out), `
namespaces personal: [{"delimiter":"/","prefix":""}] | [{"delimiter":".","prefix":"INBOX."}]
namespaces other users': [{"delimiter":"/","prefix":"user/"}] | [{"delimiter":".","prefix":"user."}]
namespaces shared: [{"delimiter":"/","prefix":"Public/"}] | [{"delimiter":".","prefix":""}]
`)
	if res.Mailboxes != 6 {
		t.Errorf("%d mailboxes", res.Mailboxes)
	}
}

func TestCapabilitiesAreComparedWithTheirValuesExceptThoseForTheLogin(t *testing.T) {
	t.Parallel()
	left := canned{caps: "IDLE RIGHTS=texk APPENDLIMIT=100 THREAD=REFS THREAD=REFERENCES STATUS=SIZE X"}
	right := canned{caps: "idle RIGHTS=kxte APPENDLIMIT=200 THREAD=REFS MOVE AUTH=PLAIN SASL-IR LOGINDISABLED LOGIN-REFERRALS STARTTLS"}
	out, _ := compared(t, left.replies(nil), right.replies(nil), []string{"capabilities"}, jsonOf)
	wants(t, lines(t, out), `
capabilities APPENDLIMIT: "100" | "200"
capabilities MOVE: null | true
capabilities STATUS=SIZE: true | null
capabilities THREAD=REFERENCES: true | null
capabilities X: true | null
`)
}

func TestOldAndNewRightsThatMeanTheSameAreEqual(t *testing.T) {
	t.Parallel()
	left := canned{caps: "ACL", list: `* LIST () "/" INBOX`, acl: map[string]string{"": `* ACL INBOX alice lrswipcda bob lrs`}}
	right := canned{caps: "ACL RIGHTS=kxte", list: `* LIST () "/" INBOX`, acl: map[string]string{"": `* ACL INBOX Alice lrswipkxtecdan bob slr -carol lr`}}
	out, _ := compared(t, left.replies(nil), right.replies(nil), []string{"acl"}, jsonOf)
	wants(t, lines(t, out), `acl INBOX -carol: null | "lr"`)
}

func TestAKeywordThatNoMessageHasIsNotADifference(t *testing.T) {
	t.Parallel()
	left := canned{list: `* LIST () "/" INBOX`, status: map[string]string{"INBOX": "MESSAGES 3 UNSEEN 0"},
		examine: map[string]string{"": `* FLAGS (\Seen Unused $Forwarded Both)`},
		search:  map[string]string{"$Forwarded": "* SEARCH 1 2", "Both": "* SEARCH 3", "Unused": "* SEARCH"}}
	right := canned{caps: "ESEARCH", list: `* LIST () "/" INBOX`, status: map[string]string{"INBOX": "MESSAGES 3 UNSEEN 0"},
		examine: map[string]string{"": `* FLAGS (both)`}, search: map[string]string{"both": "* ESEARCH COUNT 1"}}
	out, _ := compared(t, left.replies(nil), right.replies(nil), []string{"keywords"}, jsonOf)
	wants(t, lines(t, out), `keywords INBOX $Forwarded: 2 | 0`)
}

// fetched returns FETCH responses for messages, each given as "id size date flags".
func fetched(messages ...string) map[string]string {
	var all strings.Builder
	byUID := map[string]string{}
	for i, m := range messages {
		words := strings.SplitN(m, " ", 4)
		header := "\n"
		if words[0] != "-" {
			header = "Message-ID: <" + words[0] + ">\n\n"
		}
		header = strings.ReplaceAll(header, "\n", "\r\n")
		row := fmt.Sprintf("* %d FETCH (UID %d RFC822.SIZE %s INTERNALDATE \"%s-Jan-2024 10:00:00 +0100\" FLAGS (%s) BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\n%s)\n",
			i+1, 100+i, words[1], words[2], words[3], len(header), strings.ReplaceAll(header, "\r\n", "\n"))
		all.WriteString(row)
		byUID[strconv.Itoa(100+i)] = row
	}
	return map[string]string{"": all.String()}
}

func mailboxOf(messages ...string) canned {
	return canned{
		list: `* LIST () "/" INBOX`, status: map[string]string{"INBOX": fmt.Sprintf("MESSAGES %d UNSEEN 0", len(messages))},
		examine: map[string]string{"": fmt.Sprintf("* %d EXISTS", len(messages))}, fetch: fetched(messages...),
	}
}

func TestMessagesArePairedByMessageIDWhateverTheirOrder(t *testing.T) {
	t.Parallel()
	left := mailboxOf(`a 10 01 \Seen`, `b 20 01 \Seen $X`, `twice 30 01 `, `twice 31 01 `, `- 40 01 `, `- 50 01 \Seen`, `gone 60 01 `, `d 70 01 `)
	right := mailboxOf(`d 70 02 \Recent`, `new 60 01 `, `- 50 01 `, `- 40 01 `, `twice 31 01 `, `twice 30 01 `, `b 21 01 $x \seen`, `a 10 01 \Seen \Recent`)
	out, res := compared(t, left.replies(nil), right.replies(nil), []string{"messages"}, jsonOf)
	wants(t, lines(t, out), `
messages INBOX <b> size: 20 | 21
messages INBOX without Message-ID, UID 105 flags: ["\\Seen"] | []
messages INBOX <gone>: {"flags":[],"internaldate":"2024-01-01T09:00:00Z","size":60,"uid":106} | null
messages INBOX <d> internaldate: "2024-01-01T09:00:00Z" | "2024-01-02T09:00:00Z"
messages INBOX <new>: null | {"flags":[],"internaldate":"2024-01-01T09:00:00Z","size":60,"uid":101}
`)
	if res.Messages != 8 || !strings.Contains(out, `"left_uid":101,"right_uid":106`) {
		t.Errorf("%d messages\n%s", res.Messages, out)
	}
}

func TestEqualMessagesDoNotPileUp(t *testing.T) {
	t.Parallel()
	var p piles
	most := 0
	for n := range uint32(150) {
		for i := range uint32(1000) {
			r := record{sum: uint64(n*1000 + i), uid: n*1000 + i + 1}
			r.id[0] = byte(i)
			p.of[0] = append(p.of[0], r)
			r.uid += 7
			p.of[1] = append(p.of[1], r)
		}
		p.settle(false)
		most = max(most, cap(p.of[0])+cap(p.of[1]))
	}
	p.of[1] = append(p.of[1], record{uid: 5})
	if left := p.unlikes(); !slices.Equal(left, []unlike{{0, 5}}) || most > 3*pilesLeast {
		t.Errorf("%v; %d records at most", left, most)
	}
}

func TestAFoldedMessageIDIsRead(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                                    "",
		"\r\n":                                "",
		"Message-ID: <a@b>\r\n\r\n":           "<a@b>",
		"message-id:<a@b>  \r\n":              "<a@b>",
		"Message-ID:\r\n <a@b>\r\n":           "<a@b>",
		"Message-Id: <a\r\n\t@b>\r\n":         "<a @b>",
		"Message-ID:\r\nMessage-ID: <c>\r\n":  "<c>",
		"X: y\r\nMessage-ID: <a>\r\n":         "<a>",
		"Message-ID: <a>\r\nMessage-ID: <b>":  "<a>",
		"Message-ID: not in brackets\r\n\r\n": "not in brackets",
	} {
		if got := string(messageID([]byte(header))); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestOnlyCommandsThatReadAreSent(t *testing.T) {
	t.Parallel()
	full := mailboxOf(`a 10 01 \Seen`, `b 10 01 \Seen`)
	full.caps = "ACL QUOTA SPECIAL-USE LIST-EXTENDED ESEARCH"
	full.examine = map[string]string{"": "* 2 EXISTS\n* FLAGS (x \\Seen)"}
	l, left := side(t, full.replies(nil))
	r, right := side(t, mailboxOf(`a 11 01 `).replies(nil))
	if _, err := Run(Options{Left: l, Right: r, Parts: all(), Out: &JSON{Out: io.Discard}}); err != nil {
		t.Fatal(err)
	}
	reads := []string{"CAPABILITY", "NAMESPACE", `LIST "" "*"`, `LIST (SUBSCRIBED) "" "*"`, `LSUB "" "*"`, "STATUS ", "EXAMINE ", "SEARCH ", "GETACL ", "GETQUOTAROOT ", "FETCH ", "UID FETCH ", "LOGOUT"}
	for line := range strings.Lines(left.Received() + right.Received()) {
		_, text, _ := strings.Cut(line, " ")
		if !slices.ContainsFunc(reads, func(r string) bool { return strings.HasPrefix(text, r) }) || strings.Contains(text, "BODY[") || strings.Contains(text, "RFC822)") {
			t.Errorf("sent: %q", line)
		}
	}
}

func TestPartsCutShortAreNamed(t *testing.T) {
	t.Parallel()
	boxes := canned{caps: "ACL QUOTA", list: "* LIST () \"/\" INBOX\n* LIST () \"/\" A\n* LIST () \"/\" B", acl: map[string]string{"": "* ACL x alice lr"}}
	for name, row := range map[string]struct {
		others Replies
		want   string
	}{
		"from the start": {Replies{"CAPABILITY": {Reset()}}, `
not_compared mailboxes <nil>: connection lost: reading from mail.example.net:143: connection reset
not_compared counts <nil>: connection lost: reading from mail.example.net:143: connection reset
not_compared acl <nil>: connection lost: reading from mail.example.net:143: connection reset`},
		"while listing": {Replies{"LIST": {Send("* LIST () \"/\" INBOX\r\n* LIST () \"/\" {10}\r\nA"), Reset()}}, `
not_compared mailboxes <nil>: connection lost: reading from mail.example.net:143: connection reset
not_compared counts <nil>: connection lost: reading from mail.example.net:143: connection reset
not_compared acl <nil>: connection lost: reading from mail.example.net:143: connection reset`},
		"with BYE": {Replies{"GETACL": {Send("* BYE going down\r\n"), Close()}}, `
not_compared acl INBOX: the server closed the connection`},
		"refusals only": {Replies{"GETACL": {Respond(func(line string) string {
			if strings.HasSuffix(line, " A") {
				return "{tag} NO [NOPERM] not yours\r\n"
			}
			return "* ACL x alice lr\r\n{tag} OK done\r\n"
		})}, "STATUS": {Send("{tag} NO not now\r\n")}}, `
not_compared counts INBOX: STATUS was answered NO not now
not_compared counts A: STATUS was answered NO not now
not_compared counts B: STATUS was answered NO not now
not_compared acl A: GETACL was answered NO not yours`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, res := compared(t, boxes.replies(nil), boxes.replies(row.others), []string{"mailboxes", "counts", "acl"}, jsonOf)
			got := lines(t, out)
			wants(t, got, row.want)
			if name == "with BYE" && (len(res.Gaps) != 1 || !res.Gaps[0].Rest || res.Gaps[0].Side != "right") {
				t.Errorf("%+v", res.Gaps)
			}
			if res.Lost != (name != "refusals only") || res.Complete() || res.Equal() {
				t.Errorf("lost %v, complete %v", res.Lost, res.Complete())
			}
		})
	}
}

func TestAPartThatOneSideDoesNotOfferIsNotADifference(t *testing.T) {
	t.Parallel()
	out, res := compared(t, canned{caps: "QUOTA"}.replies(nil), canned{caps: "ACL"}.replies(nil), []string{"special-use", "quota", "acl"}, tableOf(80))
	want := `-- special-use not compared: left: the server does not offer SPECIAL-USE
-- quota not compared: right: the server does not offer QUOTA
-- acl not compared: left: the server does not offer ACL

no differences; not compared: special-use, quota, acl
`
	if out != want || !res.Equal() {
		t.Errorf("%s", out)
	}
}

// wide is an account with wide, long and hostile names.
var wide = canned{list: "* LIST () \"/\" INBOX\n* LIST () \"/\" \"&ZeVnLIqeZeVnLIqeZeVnLIqeZeVnLIqeZeVnLIqe-\"\n* LIST () \"/\" \"A very long name of a mailbox with many words in it that does not fit\"\n* LIST () \"/\" \"red\x1b[31m\"",
	status: map[string]string{"INBOX": "MESSAGES 1234567 UNSEEN 12"}, caps: "QUOTA", quota: "* QUOTA \"\" (STORAGE 1 2097152)"}

var narrow = canned{list: "* LIST () \"/\" INBOX", status: map[string]string{"INBOX": "MESSAGES 1234560 UNSEEN 12"}, caps: "QUOTA", quota: "* QUOTA \"\" (STORAGE 1 1048576)"}

func TestTheTableFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, cols := range []int{20, 40, 59, 60, 80, 132} {
		out, _ := compared(t, wide.replies(nil), narrow.replies(nil), []string{"mailboxes", "counts", "quota"}, tableOf(cols))
		for line := range strings.Lines(out) {
			if w := text.Width(strings.TrimRight(line, "\n")); w > cols {
				t.Errorf("%d columns: %d are taken by %q", cols, w, line)
			}
		}
		if strings.Contains(out, "\x1b") {
			t.Errorf("a server's escape sequence in %q", out)
		}
		Golden(t, fmt.Sprintf("columns%d", cols), out, *update)
	}
}

func TestJSONHasNothingThatATerminalWouldObey(t *testing.T) {
	t.Parallel()
	// An RTL override, a C1 control, DEL and an emoji in names; a real ESC in an identifier.
	left := canned{caps: "ACL", list: "* LIST () \"/\" INBOX\n* LIST () \"/\" \"x&IC4-y\"\n* LIST () \"/\" \"&AJs-31m\"\n* LIST () \"/\" \"a\x7fb\"\n* LIST () \"/\" \"&2D3cTQ-\"",
		acl: map[string]string{"": "* ACL INBOX \"\x1b[31m\" lr"}}
	right := canned{caps: "ACL", list: "* LIST () \"/\" INBOX"}
	out, _ := compared(t, left.replies(nil), right.replies(nil), []string{"mailboxes", "acl"}, jsonOf)
	for _, want := range []string{`"mailbox":"x\u202ey"`, `"mailbox":"\u009b31m"`, `"mailbox":"a\u007fb"`, `"mailbox":"👍"`, `"item":"\u001b[31m"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	if got := lines(t, out); len(got) != 5 || !strings.HasPrefix(got[4], "acl INBOX \x1b[31m: ") {
		t.Errorf("%q", got)
	}
}

func TestEachGapHasItsMarkOnANarrowTerminal(t *testing.T) {
	var b strings.Builder
	table := &Table{Out: &b, Width: func() int { return 40 }}
	why := "the server does not offer it, and a long sentence says so"
	r := &Result{Gaps: []Gap{{Part: &parts[0], Side: "left", Why: why, Lacking: true}, {Part: &parts[1], Side: "right", Why: why, Lacking: true}, {Part: &parts[0], Side: "left", Why: why}, {Part: &parts[1], Why: why}}}
	if err := table.End(r); err != nil {
		t.Fatal(err)
	}
	for _, mark := range []string{"-- ", "!! "} {
		if n := strings.Count("\n"+b.String(), "\n"+mark); n != 2 {
			t.Errorf("%q begins %d lines, not 2:\n%s", mark, n, &b)
		}
	}
}
