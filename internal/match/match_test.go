package match

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"imapsh/internal/wire"
)

// received returns a response; "
// " in text stands for CRLF.
func received(t testing.TB, text string) *Response {
	t.Helper()
	f := wire.NewFramer(func() time.Time { return time.Time{} })
	var a wire.Arena
	raw := strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
	for _, p := range f.Feed([]byte(raw), nil, &a) {
		if p.Kind == wire.End {
			var tree wire.Tree
			tree.Parse(p.Frame)
			return Read(&tree)
		}
	}
	t.Fatalf("%q is not a response", text)
	return nil
}

func TestAPatternMatchesWhatMeansTheSame(t *testing.T) {
	for _, c := range []struct {
		pattern, response string
		has               string // names with values: "a=1 b=2"
		want              string // "no", or what is bound
	}{
		{`1 EXISTS`, `* 1 EXISTS`, "", ""},
		{`1 exists`, `* 2 EXISTS`, "", "no"},
		{`... EXISTS`, `* 2 EXISTS`, "", ""},
		{`${n} EXISTS`, `* 23 EXISTS`, "", "n=23"},
		{`${n} EXISTS`, `* 23 EXISTS`, "n=23", ""},
		{`${n} EXISTS`, `* 23 EXISTS`, "n=24", "no"},
		{`/^2/ EXISTS`, `* 23 EXISTS`, "", ""},
		{`/^2$/ EXISTS`, `* 23 EXISTS`, "", "no"},
		{`...`, `* 1 EXISTS`, "", ""},
		{`...`, `* LIST () "/" a`, "", ""},

		// conditions
		{`OK`, `* OK [UNSEEN 3] there`, "", ""},
		{`OK [UNSEEN 3]`, `* OK [UNSEEN 3] there`, "", ""},
		{`OK [unseen]`, `* OK [UNSEEN 3] there`, "", ""},
		{`OK [UNSEEN 4]`, `* OK [UNSEEN 3] there`, "", "no"},
		{`OK [UIDVALIDITY ${v}]`, `* OK [UIDVALIDITY 7] good`, "", "v=7"},
		{`OK [UIDVALIDITY ${v}] any text`, `* OK [UIDVALIDITY 7] good`, "", "v=7"},
		{`NO [TRYCREATE]`, `a1 NO [TRYCREATE] make it`, "", ""},
		{`NO [TRYCREATE]`, `a1 NO make it`, "", "no"},
		{`NO [TRYCREATE] /make/`, `a1 NO [TRYCREATE] make it`, "", ""},
		{`NO [TRYCREATE] /break/`, `a1 NO [TRYCREATE] make it`, "", "no"},
		{`NO make it`, `a1 NO Make It`, "", ""},
		{`NO make`, `a1 NO Make It`, "", "no"},
		{`NO make ...`, `a1 NO Make It`, "", ""},
		{`NO /quota/`, `a1 NO over quota`, "", ""},
		{`NO ${why}`, `a1 NO over quota`, "", "why=over quota"},
		{`OK [PERMANENTFLAGS (\* \Seen)]`, `* OK [PERMANENTFLAGS (\Seen \*)] limited`, "", ""},
		{`OK [PERMANENTFLAGS (\Seen)]`, `* OK [PERMANENTFLAGS (\Seen \*)] limited`, "", "no"},
		{`OK [CAPABILITY IDLE]`, `* OK [CAPABILITY IMAP4rev1 IDLE] hi`, "", ""},
		{`OK [COPYUID ... 1:3 ${to}]`, `a OK [COPYUID 7 1,2,3 5:7] done`, "", "to=5:7"},
		{`OK`, `a1 NO`, "", "no"},

		// FETCH
		{`1 FETCH (FLAGS (\Seen))`, `* 1 FETCH (FLAGS (\Seen))`, "", ""},
		{`1 FETCH (FLAGS (\Seen))`, `* 1 FETCH (UID 7 FLAGS (\seen \Recent))`, "", ""},
		{`1 FETCH (FLAGS (\Seen))`, `* 1 FETCH (FLAGS (\Seen \Flagged))`, "", "no"},
		{`1 FETCH (FLAGS (\Seen ...))`, `* 1 FETCH (FLAGS (\Flagged \Seen))`, "", ""},
		{`1 FETCH (FLAGS (\Seen \Flagged))`, `* 1 FETCH (FLAGS (\Flagged \Seen))`, "", ""},
		{`1 FETCH (FLAGS ())`, `* 1 FETCH (FLAGS ())`, "", ""},
		{`1 FETCH (FLAGS ())`, `* 1 FETCH (FLAGS (\Recent))`, "", ""},
		{`1 FETCH (FLAGS ())`, `* 1 FETCH (FLAGS (\Seen))`, "", "no"},
		{`1 FETCH (FLAGS (${f} \Seen))`, `* 1 FETCH (FLAGS (\Seen $Junk))`, "", "f=$Junk"},
		{`... FETCH (UID 2 FLAGS (\Flagged) MODSEQ (${m}))`, `* 9 FETCH (MODSEQ (44) UID 2 FLAGS (\Flagged))`, "", "m=44"},
		{`... FETCH (MODSEQ ... UID 2)`, `* 9 FETCH (MODSEQ (44) UID 2 FLAGS (\Flagged))`, "", ""},
		{`... FETCH (UID)`, `* 9 FETCH (MODSEQ (44) UID 2)`, "", ""},
		{`... FETCH (UID 3)`, `* 9 FETCH (UID 2)`, "", "no"},
		{`... FETCH (BODY[TEXT] "hello")`, "* 9 FETCH (BODY[TEXT] {5}\nhello)", "", ""},
		{`... FETCH (BODY[TEXT] "Hello")`, "* 9 FETCH (BODY[TEXT] {5}\nhello)", "", "no"},
		{`... FETCH (body[header.fields (date)] /^Date: /)`, "* 9 FETCH (BODY[HEADER.FIELDS (\"DATE\")] {18}\nSubject: 1\nDate: )", "", ""},
		{`... FETCH (INTERNALDATE "01-Feb-2026 10:00:00 +0100")`, `* 9 FETCH (INTERNALDATE " 1-Feb-2026 09:00:00 +0000")`, "", ""},
		{`... FETCH (INTERNALDATE "2026-02-01T09:00:00Z")`, `* 9 FETCH (INTERNALDATE " 1-Feb-2026 09:00:00 +0000")`, "", ""},
		{`... FETCH (INTERNALDATE "2026-02-01T09:00:01Z")`, `* 9 FETCH (INTERNALDATE " 1-Feb-2026 09:00:00 +0000")`, "", "no"},
		{`... FETCH (BODYSTRUCTURE ("text" "plain" ...))`, `* 9 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1))`, "", ""},
		{`... FETCH (ENVELOPE (... "Hi" ...))`, `* 9 FETCH (ENVELOPE ("d" "Hi" NIL NIL NIL NIL NIL NIL NIL "<i>"))`, "", ""},
		{`... FETCH (ENVELOPE (... ${s} NIL ...))`, `* 9 FETCH (ENVELOPE ("d" "Hi" NIL NIL NIL NIL NIL NIL NIL "<i>"))`, "", "s=Hi"},
		{`... FETCH (BODY[] NIL)`, `* 9 FETCH (BODY[] NIL)`, "", ""},
		{`... FETCH (BODY[] "NIL")`, `* 9 FETCH (BODY[] NIL)`, "", "no"},
		{`... FETCH (BODY[] NIL)`, `* 9 FETCH (BODY[] "NIL")`, "", "no"},

		// mailboxes
		{`LIST () "/" Entwürfe`, `* LIST (\HasNoChildren) "/" Entw&APw-rfe`, "", ""},
		{`LIST (\Drafts) "/" Entwürfe`, `* LIST (\HasNoChildren) "/" Entw&APw-rfe`, "", "no"},
		{`LIST ... "a b"`, "* LIST () \"/\" {3}\na b", "", ""},
		{`LIST ... ${box}`, `* LIST () "/" Entw&APw-rfe`, "", "box=Entwürfe"},
		{`LIST ... ${box}`, `* LIST () "/" Entw&APw-rfe`, "box=Entwürfe", ""},
		{`LIST ... "${p}/${q}"`, `* LIST () "/" a/b/c`, "", "p=a q=b/c"},
		{`LIST ... ${p}/x`, `* LIST () "/" a/x`, "p=a", ""},
		{`LIST ... inbox`, `* LIST () "/" INBOX`, "", ""},
		{`LIST ... work`, `* LIST () "/" Work`, "", "no"},
		{`STATUS INBOX (UNSEEN ${u} MESSAGES 3)`, `* STATUS "INBOX" (MESSAGES 3 UIDNEXT 4 UNSEEN 1)`, "", "u=1"},
		{`STATUS ... (MESSAGES ${m} UNSEEN ${u})`, `* STATUS a (MESSAGES 3 UNSEEN 1)`, "", "m=3 u=1"},
		{`STATUS INBOX (MESSAGES ...)`, `* STATUS INBOX (MESSAGES 0)`, "", ""},

		// sets and lists
		{`SEARCH 1 3 2`, `* SEARCH 2 3 1`, "", ""},
		{`SEARCH 1:3`, `* SEARCH 2 3 1`, "", ""},
		{`SEARCH 1:3`, `* SEARCH 2 3 1 4`, "", "no"},
		{`SEARCH 1:3 ...`, `* SEARCH 2 3 1 4`, "", ""},
		{`SEARCH 9 3:4`, `* SEARCH 3 4 9`, "", ""},
		{`SEARCH 3:5 ...`, `* SEARCH 3 4 9`, "", "no"},
		{`SEARCH 3 ${x}`, `* SEARCH 4 3`, "", "x=4"},
		{`SEARCH 3 /4/`, `* SEARCH 4 3`, "", ""},
		{`SEARCH ...`, `* SEARCH 4 3`, "", ""},
		{`SEARCH ...`, `* SEARCH`, "", ""},
		{`SEARCH`, `* SEARCH`, "", ""},
		{`SEARCH`, `* SEARCH 1`, "", "no"},
		{`SEARCH ${found}`, `* SEARCH 2 3 1 (MODSEQ 9)`, "", "found=2,3,1"},
		{`SEARCH ${found}`, `* SEARCH 2 3 1`, "found=1:3", ""},
		{`SEARCH 1 (MODSEQ ${m})`, `* SEARCH 1 (MODSEQ 9)`, "", "m=9"},
		{`SORT 3 1 2`, `* SORT 3 1 2`, "", ""},
		{`SORT 1 2 3`, `* SORT 3 1 2`, "", "no"},
		{`SORT ${all}`, `* SORT 3 1 2`, "", "all=3,1,2"},
		{`ESEARCH COUNT 3 ALL 1:3`, `* ESEARCH (TAG "a1") UID ALL 1,2,3 COUNT 3`, "", ""},
		{`ESEARCH (TAG ${t}) UID ALL ${s}`, `* ESEARCH (TAG "a1") UID ALL 1,2,3 COUNT 3`, "", "t=a1 s=1,2,3"},
		{`ESEARCH UID COUNT 3`, `* ESEARCH (TAG "a1") COUNT 3`, "", "no"},
		{`THREAD (1 2)(3)`, `* THREAD (1 2)(3)`, "", ""},
		{`THREAD (3)(1 2)`, `* THREAD (1 2)(3)`, "", "no"},
		{`CAPABILITY idle IMAP4rev1`, `* CAPABILITY IMAP4rev1 X IDLE`, "", ""},
		{`CAPABILITY NOTIFY`, `* CAPABILITY IMAP4rev1 IDLE`, "", "no"},
		{`ENABLED QRESYNC`, `* ENABLED CONDSTORE QRESYNC`, "", ""},
		{`FLAGS (\Seen)`, `* FLAGS (\Seen \Recent)`, "", ""},
		{`FLAGS (\Seen)`, `* FLAGS (\Seen x)`, "", "no"},
		{`VANISHED (EARLIER) 1:3`, `* VANISHED (EARLIER) 1,2,3`, "", ""},
		{`VANISHED 1`, `* VANISHED (EARLIER) 1`, "", "no"},
		{`ACL ... anyone /[wtexka]/`, `* ACL INBOX alice lrswipkxtea anyone lrw`, "", ""},
		{`ACL ... anyone /[wtexka]/`, `* ACL INBOX alice lrswipkxtea anyone lr`, "", "no"},
		{`MYRIGHTS INBOX rl`, `* MYRIGHTS INBOX lr`, "", ""},
		{`QUOTA ... (STORAGE ${used} ${limit})`, `* QUOTA "" (MESSAGE 1 9 STORAGE 10 512)`, "", "used=10 limit=512"},
		{`QUOTA "" ...`, `* QUOTA "" (STORAGE 10 512)`, "", ""},
		{`ID (name dovecot ...)`, `* ID ("version" "2" "name" "dovecot")`, "", ""},
		{`METADATA INBOX (/private/comment ${c})`, `* METADATA INBOX (/shared/comment "x" /private/comment "my own")`, "", "c=my own"},
		{`NAMESPACE (("" "/")) NIL NIL`, `* NAMESPACE (("" "/")) NIL NIL`, "", ""},
		{`BYE ...`, `* BYE Logging out`, "", ""},
		{`XYZ 1 (a ...) ${x}`, `* XYZ 1 (A b c) "d"`, "", "x=d"},
		{`LIST (\HasNoChildren) "/" a`, `* LSUB (\HasNoChildren) "/" a`, "", "no"},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			p, err := Parse(c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			has := map[string]string{}
			for _, f := range strings.Fields(c.has) {
				k, v, _ := strings.Cut(f, "=")
				has[k] = v
			}
			res := p.Match(received(t, c.response), func(name string) (string, bool) { v, ok := has[name]; return v, ok })
			var bound []string
			for _, b := range res.Bound {
				bound = append(bound, b.Name+"="+b.Text)
			}
			got := strings.Join(bound, " ")
			if !res.Matched {
				got = "no"
			}
			if got != c.want || res.Why != "" {
				t.Errorf("%s on %s: got %q %s, want %q", c.pattern, c.response, got, res.Why, c.want)
			}
		})
	}
}

func TestAWrongPatternSaysWhereAndWhatWasExpected(t *testing.T) {
	for pattern, want := range map[string]string{
		``:                           "0 expected a response here",
		`(FLAGS`:                     "0 this ( is not closed",
		`1 FETCH (FLAGS (\Seen)`:     "8 this ( is not closed",
		`LIST ) a`:                   "5 nothing was opened that this ) could close",
		`LIST (a]`:                   "5 this ( is not closed",
		`OK [A)`:                     "5 nothing was opened that this ) could close",
		`LIST "a`:                    "5 this string has no closing quote",
		`LIST ${`:                    "5 ${ must begin a name: ${name}",
		`LIST ${a b}`:                "5 ${ must begin a name: ${name}",
		`LIST "${}"`:                 "6 ${ must begin a name: ${name}",
		`LIST /a(/`:                  "5 reading the regular expression: missing closing ): `a(`",
		`FETCH (UID 1)`:              "0 FETCH has a number before it: * ... FETCH",
		`EXISTS`:                     "0 EXISTS has a number before it: * ... EXISTS",
		`... LIST`:                   "0 expected the name of a response here: LIST has no number before it",
		`${x}`:                       "0 expected the name of a response here (as in: * 1 EXISTS, * LIST ...)",
		`"LIST" a`:                   "0 expected the name of a response here (as in: * 1 EXISTS, * LIST ...)",
		`1 FETCH (BODY[HEADER FLAGS`: "9 a [ in this word is not closed",
	} {
		_, err := Parse(pattern)
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%s: got %v, want %q", pattern, err, want)
			continue
		}
		if got := fmt.Sprintf("%d %s", e.Off, e.Text); got != want {
			t.Errorf("%s: got %q, want %q", pattern, got, want)
		}
	}
}

func TestAComparisonWithALiteralThatWasNotKeptIsUndecided(t *testing.T) {
	big := fmt.Sprintf("* 1 FETCH (UID 3 BODY[] {%d}\n%s)", MaxLiteral+1, strings.Repeat("x", MaxLiteral+1))
	r := received(t, big)
	for pattern, want := range map[string]Result{
		`1 FETCH (BODY[] "x")`:       {Why: "literals over 4 KiB are not kept for expect"},
		`1 FETCH (BODY[] ${b})`:      {Why: "literals over 4 KiB are not kept for expect"},
		`1 FETCH (BODY[] /x/)`:       {Why: "literals over 4 KiB are not kept for expect"},
		`1 FETCH (BODY[] ... UID 3)`: {Matched: true},
		`1 FETCH (UID 3)`:            {Matched: true},
		`1 FETCH (UID 4)`:            {},
	} {
		p, err := Parse(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(r, nil); got.Matched != want.Matched || got.Why != want.Why {
			t.Errorf("%s: got %+v, want %+v", pattern, got, want)
		}
	}
}

func TestAPatternWithTooManyWaysGivesUp(t *testing.T) {
	p, err := Parse(`X ... ${a} ... ${b} ... ${c} ... ${d} ... ${a} ... ${e} ... ${f} nothing`)
	if err != nil {
		t.Fatal(err)
	}
	r := received(t, "* X "+strings.Repeat("a b c d e f g h ", 100))
	if got := p.Match(r, nil); got.Matched || !strings.Contains(got.Why, "too many ways") {
		t.Errorf("got %+v", got)
	}
}

func TestNamesAreThoseOfThePatternInOrder(t *testing.T) {
	p, err := Parse(`${n} FETCH (UID ${uid} BODY[TEXT] "${a}-${n}" FLAGS (${f}))`)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.Names(), " "); got != "n uid a f" {
		t.Errorf("got %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add(`1 FETCH (FLAGS (\Seen ...) UID ${u})`, `* 1 FETCH (FLAGS (\Seen) UID 7)`)
	f.Add(`OK [COPYUID ${v} ... /x/]`, `* OK [COPYUID 1 2 3] text`)
	f.Add(`SEARCH 1:4294967295`, `* SEARCH 1`)
	f.Fuzz(func(t *testing.T, pattern, response string) {
		p, err := Parse(pattern)
		if err != nil {
			if e := err.(*Error); e.Off < 0 || e.Off > len(pattern) {
				t.Errorf("an error at %d of %d bytes", e.Off, len(pattern))
			}
			return
		}
		fr := wire.NewFramer(func() time.Time { return time.Time{} })
		var a wire.Arena
		for _, part := range append(fr.Feed([]byte(response), nil, &a), fr.Close(nil, &a)...) {
			if part.Kind == wire.End {
				var tree wire.Tree
				tree.Parse(part.Frame)
				p.Match(Read(&tree), nil)
			}
		}
	})
}

func TestAMailboxInAFormIsComparedAsOne(t *testing.T) {
	for name, form := range forms {
		at, depth := 0, 0
		for word := range strings.FieldsSeq(form) {
			if args := shapes[name].args; depth == 0 && word == "MAILBOX" && (at >= len(args) || args[at] != mailbox) {
				t.Errorf("the form of %s is %q: let value %d be a mailbox in shapes in internal/match/roles.go", name, form, at+1)
			}
			depth += strings.Count(word, "(") - strings.Count(word, ")")
			if depth == 0 {
				at++
			}
		}
	}
}

// TestAListOfPairsInAFormIsComparedInAnyOrder reads the forms "(A B ...)" and "(A B C ...)".
func TestAListOfPairsInAFormIsComparedInAnyOrder(t *testing.T) {
	t.Parallel()
	list := regexp.MustCompile(`\([^()]*\)|[^ ()]+`)
	for name, form := range forms {
		for at, arg := range list.FindAllString(form, -1) {
			want := map[int]role{3: pairs, 4: triples}[len(strings.Fields(arg))]
			if !strings.HasSuffix(arg, " ...)") || want == plain {
				continue
			}
			if args := shapes[name].args; at >= len(args) || args[at] != want {
				t.Errorf("the form of %s is %q: let value %d be %s in shapes in internal/match/roles.go", name, form, at+1, map[role]string{pairs: "pairs", triples: "triples"}[want])
			}
		}
	}
}

func TestASetOfAllNumbersIsComparedByItsSizeOnly(t *testing.T) {
	t.Parallel()
	r := received(t, "* VANISHED 0:18446744073709551615\n")
	if res := Of(r, Recording{}).Match(r, nil); !res.Matched {
		t.Errorf("got %+v", res)
	}
}
