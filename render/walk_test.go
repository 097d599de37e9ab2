package render

import (
	"cmp"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/tagger"
)

// A sample is a response that is played to every output.
type sample struct {
	sent  string // the command that it answers; NOOP if it answers none
	line  string // as a server sends it, without CRLF
	wrong string // the same response with something wrong that only its decoder can see
	// plain says why nothing is shown below the wire line; "" if something is.
	plain string
}

// samples has one for each name in response.Names, and one ("other") for responses without a decoder.
var samples = map[string]sample{
	"+":          {line: "+ go ahead", wrong: "+go ahead", plain: "the text is already for people"},
	"OK":         {line: "a001 OK [COPYUID 38505 304,319:320 3956:3958] done", wrong: "a001 OK [COPYUID 38505 304,319:320] done"},
	"NO":         {line: "* NO [ALERT] the disk is full", wrong: "* NO [] the disk is full"},
	"BAD":        {line: "a001 BAD [CLIENTBUG] what", wrong: "a001 BAD [UIDNEXT 0] what"},
	"PREAUTH":    {line: "* PREAUTH [CAPABILITY IMAP4rev1] hello", wrong: "* PREAUTH []"},
	"BYE":        {line: "* BYE [UNAVAILABLE] later", wrong: "* BYE [UNSEEN 0] later"},
	"CAPABILITY": {line: "* CAPABILITY IMAP4rev1 IDLE X-NEW", wrong: "* CAPABILITY"},
	"ENABLED":    {line: "* ENABLED CONDSTORE", wrong: "* ENABLED (CONDSTORE)"},
	"ID":         {line: `* ID ("name" "x" "version" "1" "os" NIL)`, wrong: `* ID ("name")`},
	"NAMESPACE":  {line: `* NAMESPACE (("" "/")) NIL NIL`, wrong: `* NAMESPACE (("" "/")) NIL`},
	"LIST":       {line: `* LIST () "/" "Entw&APw-rfe"`, wrong: `* LIST () "/"`},
	"LSUB":       {line: `* LSUB () "/" "Entw&APw-rfe"`, wrong: `* LSUB () "//" x`},
	"XLIST":      {line: `* XLIST (\Inbox) "/" "Entw&APw-rfe"`, wrong: `* XLIST NIL "/" x`},
	"STATUS":     {line: "* STATUS Entw&APw-rfe (SIZE 123456789)", wrong: "* STATUS INBOX (MESSAGES)"},
	"FLAGS":      {line: `* FLAGS (\Seen $Junk)`, wrong: `* FLAGS \Seen`, plain: "the line itself shows the flags"},
	"EXISTS":     {line: "* 7 EXISTS", wrong: "* 7 EXISTS 8"},
	"RECENT":     {line: "* 2 RECENT", wrong: "* 99999999999 RECENT", plain: "the line itself shows the number"},
	"EXPUNGE":    {line: "* 3 EXPUNGE", wrong: "* 0 EXPUNGE"},
	"VANISHED":   {line: "* VANISHED 3:9", wrong: "* VANISHED"},
	"FETCH":      {sent: "FETCH 3 ALL", line: `* 3 FETCH (INTERNALDATE " 1-Feb-2026 10:00:00 +0300")`, wrong: "* 3 FETCH (UID 0)"},
	"UIDFETCH":   {sent: "UID FETCH 30 FAST", line: "* 30 UIDFETCH (RFC822.SIZE 123456)", wrong: "* 30 UIDFETCH (RFC822.SIZE)"},
	"CONVERTED":  {sent: "CONVERT 2 (\"image/png\") BINARY[2]", line: `* 2 CONVERTED (TAG "a001") (BINARY.SIZE[2] 123456)`, wrong: `* 2 CONVERTED (TAG "a001")`},
	"SEARCH":     {line: "* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12", wrong: "* SEARCH 0"},
	"SORT":       {line: "* SORT 1 2 3 4 5 6 7 8 9 10 11 12", wrong: "* SORT x"},
	"ESEARCH":    {line: `* ESEARCH (TAG "a001" MAILBOX Entw&APw-rfe UIDVALIDITY 1) ALL 1:9`, wrong: `* ESEARCH (TAG "a001") MIN x`},
	"THREAD":     {line: "* THREAD (2)(3 6 (4 23)(44 7 96))", wrong: "* THREAD ()"},
	"QUOTA":      {line: `* QUOTA "" (STORAGE 10 512)`, wrong: `* QUOTA ""`},
	"QUOTAROOT":  {line: "* QUOTAROOT Entw&APw-rfe", wrong: "* QUOTAROOT"},
	"ACL":        {line: "* ACL Entw&APw-rfe fred lr", wrong: "* ACL INBOX fred"},
	"MYRIGHTS":   {line: "* MYRIGHTS Entw&APw-rfe lr", wrong: "* MYRIGHTS INBOX"},
	"LISTRIGHTS": {line: "* LISTRIGHTS Entw&APw-rfe fred lr a kx", wrong: "* LISTRIGHTS INBOX fred"},
	"METADATA":   {line: `* METADATA Entw&APw-rfe /shared/comment`, wrong: `* METADATA "" (/shared/comment)`},
	"ANNOTATION": {line: `* ANNOTATION Entw&APw-rfe /size ("value.shared" "12" "value.priv" NIL)`, wrong: `* ANNOTATION INBOX /size ("value.shared")`},
	"GENURLAUTH": {line: `* GENURLAUTH "imap://x/y;urlauth=submit+fred:internal:9135"`, wrong: "* GENURLAUTH"},
	"URLFETCH":   {line: `* URLFETCH "imap://x/y" NIL`, wrong: `* URLFETCH`},
	"LANGUAGE":   {line: "* LANGUAGE (DE)", wrong: "* LANGUAGE"},
	"COMPARATOR": {line: "* COMPARATOR i;octet", wrong: "* COMPARATOR"},
	"other":      {line: "* X-NEW (thing)", wrong: "* X-NEW (thing", plain: "no decoder knows it"},
}

// seen is what the outputs show of a sample.
type seen struct {
	value  response.Value
	wrong  string         // the names of the oddities of the sample's wrong form
	json   map[string]any // its members
	pretty []string       // the lines below the wire line
	says   []string       // the lines that Explain adds to them
	odd    string         // what pretty shows of the wrong form
}

// walk plays a sample to the outputs, after a mailbox of six messages has been opened.
func (s sample) walk(t *testing.T) seen {
	t.Helper()
	play := func(o Options, line string) (lines []string, e *tagger.Event) {
		sc := newScene(t, o)
		sc.tagger = tagger.New("", sc.r.opts.Now, &tagger.Memory{})
		if !strings.HasPrefix(line, "* PREAUTH") {
			sc.observe([]string{"C: EXAMINE INBOX", "* FLAGS ()", "* 6 EXISTS", "* OK [UIDVALIDITY 1] ok", "TAG OK done", "C: " + cmp.Or(s.sent, "NOOP")})
		}
		if all := sc.tagger.InFlight(); len(all) > 0 && line[0] == '+' {
			sc.tagger.Hold(all[len(all)-1])
		}
		sc.r.Pause()
		sc.r.Configure(sc.r.Options()) // as if nothing had been explained yet
		sc.out.Reset()
		line = strings.Replace(line, "a001 ", sc.lastTag()+" ", 1)
		parts := sc.framer.Feed([]byte(line+"\r\n"), nil, &sc.arena)
		e = sc.tagger.Observe(parts[len(parts)-1].Frame)
		sc.r.Event(e)
		sc.r.Pause()
		return strings.Split(strings.TrimSpace(sc.out.String()), "\n"), e
	}
	var out seen
	plain, e := play(Options{}, s.line)
	out.value = e.Value
	for _, o := range e.Oddities {
		t.Errorf("the sample %q must be correct, but has a violation: %s: %s", s.line, o.Name, o.Text)
	}
	out.pretty = plain[1:]
	explained, _ := play(Options{Explain: true}, s.line)
	out.says = explained[len(plain):]
	object, _ := play(Options{Mode: JSON}, s.line)
	if err := json.Unmarshal([]byte(object[0]), &out.json); err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	lines, e := play(Options{}, s.wrong)
	out.odd = strings.Join(lines, "\n")
	for _, o := range e.Oddities {
		out.wrong += " " + o.Name
	}
	return out
}

// lastTag returns the tag of the command begun last.
func (s *scene) lastTag() string {
	if all := s.tagger.InFlight(); len(all) > 0 {
		return all[len(all)-1].Tag
	}
	return "a001"
}

// everyResponse holds the members that every response has.
var everyResponse = map[string]bool{
	"type": true, "at": true, "tls": true, "raw": true, "name": true, "command": true, "done": true, "tag": true, "status": true,
}

// A decoder is added in several places; each test of this file names the one that was forgotten.
func TestEveryDecoderIsKnownToEveryOutput(t *testing.T) {
	types := map[string]bool{}
	for _, name := range append(response.Names(), "other") {
		s, ok := samples[name]
		if !ok {
			t.Errorf("%s has no sample: add one to samples in render/walk_test.go", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			got := s.walk(t)
			types[reflect.TypeOf(got.value).Elem().Name()] = true
			kind := strings.TrimPrefix(reflect.TypeOf(got.value).String(), "*")
			_, isOther := got.value.(*response.Other)
			if isOther != (name == "other") {
				t.Errorf("%q decodes to %s: add a row for %s to the table in internal/response/table.go", s.line, kind, name)
			}
			if !isOther && got.value.Name() != name {
				t.Errorf("Name of %s returns %q, want %q: fix it in internal/response/values.go", kind, got.value.Name(), name)
			}
			if got.json["name"] != got.value.Name() {
				t.Errorf("json has the name %v, want %q: value in render/jsonvalue.go writes it", got.json["name"], got.value.Name())
			}
			own := 0
			for member := range got.json {
				if !everyResponse[member] {
					own++
				}
			}
			if own == 0 && !isOther {
				t.Errorf("json has no member of %s besides its name: add a case to value in render/jsonvalue.go", kind)
			}
			if field := reflect.ValueOf(got.value).Elem().FieldByName("Mailbox"); field.IsValid() {
				members, err := json.Marshal(got.json)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(s.line, "&APw-") || !strings.Contains(string(members), "Entwürfe") {
					t.Errorf("json of %q has no decoded name of a mailbox: let it be Entw&APw-rfe in the sample, and write it with appendMailbox in render/jsonvalue.go", s.line)
				}
				if s.plain == "" && !strings.Contains(strings.Join(got.pretty, "\n"), "Entwürfe") {
					t.Errorf("pretty shows no decoded name of a mailbox below %q: write it with x.mailbox in render/explain.go", s.line)
				}
			}
			if sentences[name] == "" && !isStatus(got.value) {
				t.Errorf("Explain has no sentence for %s: add one to sentences in render/sentences.go", name)
			}
			if len(got.says) == 0 || !isOther && strings.Contains(strings.Join(got.says, " "), "No rule of the base protocol") {
				t.Errorf("Explain says %q of %s: add its sentence to sentences in render/sentences.go", got.says, name)
			}
			switch {
			case s.plain == "" && len(got.pretty) == 0:
				t.Errorf("pretty says nothing below %q: add a case for %s to lines in render/explain.go, or say in the sample (plain) why nothing is shown", s.line, kind)
			case s.plain != "" && len(got.pretty) > 0:
				t.Errorf("pretty says %q of %s, but the sample says why it does not: remove plain", got.pretty, name)
			}
			if got.wrong == "" {
				t.Errorf("%q has no violation: let the decoder of %s in internal/response report what is wrong, with a row in internal/response/oddities.go", s.wrong, name)
			} else if !strings.Contains(got.odd, "!! "+strings.Fields(got.wrong)[0]+" at byte ") {
				t.Errorf("pretty does not show the violations%s of %q:\n%s", got.wrong, s.wrong, got.odd)
			}
		})
	}
	for name := range samples {
		if name != "other" && rowOf(name) == "" {
			t.Errorf("no response is named like the sample %s: remove it, or add its row to internal/response/table.go", name)
		}
	}
	for _, name := range valueTypes(t) {
		if !types[name] {
			t.Errorf("response.%s is a Value that no sample decodes to: add its row to internal/response/table.go and its sample to render/walk_test.go", name)
		}
	}
}

func isStatus(v response.Value) bool {
	_, ok := v.(*response.Status)
	return ok
}

// rowOf returns name if a decoder has it, otherwise "".
func rowOf(name string) string {
	for _, n := range response.Names() {
		if n == name {
			return n
		}
	}
	return ""
}

// valueTypes returns the types of package response with a method value, from its source.
func valueTypes(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../internal/response/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "value" {
				continue
			}
			if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
				names = append(names, star.X.(*ast.Ident).Name)
			}
		}
	}
	return names
}
