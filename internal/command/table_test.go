package command

import (
	"strings"
	"testing"
)

func TestEveryExampleMatchesItsOwnRowAndFits(t *testing.T) {
	for i := range table {
		c := &table[i]
		for _, e := range c.Examples {
			m := MatchLine(e)
			if m.Command != c || !m.Fits {
				t.Errorf("%s\n got  %s, fits %v, stop %d, want %s", e, m.Name, m.Fits, m.Stop, m.Want)
			}
			if m := MatchLine(strings.ToLower(e)); !m.Fits {
				t.Errorf("%s: in lower case it does not fit: %d, want %s there", m.Line, m.Stop, m.Want)
			}
		}
	}
}

func TestEveryRowIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for i := range table {
		c := &table[i]
		if seen[c.Name] {
			t.Errorf("%s appears twice in the table", c.Name)
		}
		seen[c.Name] = true
		if c.Name != strings.ToUpper(c.Name) || c.RFC == "" || c.Summary == "" || c.Help == "" || len(c.Examples) == 0 || c.States == 0 {
			t.Errorf("%s: RFC, summary, help, states or examples are missing", c.Name)
		}
		for _, name := range c.Caps {
			if LookupCapability(name) == nil {
				t.Errorf("%s: %s is not in the table of capabilities, internal/command/capability.go", c.Name, name)
			}
		}
		walkArgs(t, c.Name, c.Args)
		if c.Answer == "" || c.Results.OK == "" || len(c.Related) == 0 {
			t.Errorf("%s: what the server answers, its results or related commands are missing", c.Name)
		}
		for _, other := range c.Related {
			if Lookup(other) == nil || other == c.Name {
				t.Errorf("%s: related to %q", c.Name, other)
			}
		}
		if got := c.Synopsis(); !strings.HasPrefix(got, c.Name) || len(c.Args) > 0 && got == c.Name {
			t.Errorf("%s: its synopsis is %q", c.Name, got)
		}
	}
	for v := SearchKeys; v <= URLMechanisms; v++ {
		if len(v.Terms()) == 0 {
			t.Errorf("vocabulary %d is empty", v)
		}
		twice := map[string]bool{}
		for _, term := range v.Terms() {
			key := term.Synopsis()
			if twice[key] {
				t.Errorf("%s appears twice", key)
			}
			twice[key] = true
			if term.RFC == "" || term.Help == "" {
				t.Errorf("%s: RFC or help is missing", term.Name)
			}
			for _, name := range term.Caps {
				if LookupCapability(name) == nil {
					t.Errorf("%s: %s is not in the table of capabilities", term.Name, name)
				}
			}
			walkArgs(t, term.Name, term.Args)
		}
	}
	for _, c := range capabilities {
		if c.RFC == "" || c.Help == "" || c.Name != strings.ToUpper(c.Name) {
			t.Errorf("capability %s: RFC or help is missing", c.Name)
		}
		for _, by := range c.ImpliedBy {
			if LookupCapability(by) == nil {
				t.Errorf("%s: %s is not in the table of capabilities", c.Name, by)
			}
		}
	}
}

// walkArgs checks that every argument has what its kind needs, and that the grammar can be walked.
func walkArgs(t *testing.T, where string, args []Arg) {
	t.Helper()
	for i := range args {
		a := &args[i]
		switch a.Kind {
		case Sequence, OneOf, List:
			if len(a.Args) == 0 {
				t.Errorf("%s: a composed argument is empty", where)
			}
			walkArgs(t, where, a.Args)
		case Rule:
			if rules[a.Name] == nil {
				t.Errorf("%s: no rule is named %q", where, a.Name)
			}
		case CharsetGap:
		case Terms:
			if a.Name == "" || len(a.Terms.Terms()) == 0 {
				t.Errorf("%s: terms without a name or a table", where)
			}
		default:
			if a.Name == "" {
				t.Errorf("%s: an argument of kind %d has no name", where, a.Kind)
			}
		}
		if a.Cap != "" && LookupCapability(a.Cap) == nil {
			t.Errorf("%s: %s is not in the table of capabilities", where, a.Cap)
		}
	}
}

func TestTheTableHasEveryCommandOfBothBaseProtocols(t *testing.T) {
	const names = `CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE
		LIST LSUB NAMESPACE STATUS APPEND IDLE CLOSE UNSELECT EXPUNGE CHECK SEARCH FETCH STORE COPY MOVE
		UID_FETCH UID_STORE UID_SEARCH UID_COPY UID_MOVE UID_EXPUNGE UID_SORT UID_THREAD UID_REPLACE
		ID GETQUOTA GETQUOTAROOT SETQUOTA GETACL SETACL DELETEACL LISTRIGHTS MYRIGHTS SORT THREAD COMPRESS GETMETADATA SETMETADATA
		NOTIFY XLIST UNAUTHENTICATE GENURLAUTH RESETKEY URLFETCH LANGUAGE COMPARATOR REPLACE ESEARCH CANCELUPDATE GETJMAPACCESS RLIST RLSUB SCAN XAPPLEPUSHSERVICE`
	for _, n := range strings.Fields(names) {
		if Lookup(strings.ReplaceAll(n, "_", " ")) == nil {
			t.Errorf("%s is missing", n)
		}
	}
}

func TestTheSynopsisIsDerivedFromTheGrammar(t *testing.T) {
	for name, want := range map[string]string{
		"NOOP":         "NOOP",
		"LOGIN":        "LOGIN user password",
		"AUTHENTICATE": "AUTHENTICATE mechanism [initial-response]",
		"SELECT":       "SELECT mailbox [(select-param ...)]",
		"LIST":         "LIST [([selection-option ...])] reference pattern [RETURN ([return-option ...])]",
		"STATUS":       "STATUS mailbox (status-item ...)",
		"APPEND":       "APPEND mailbox message ...",
		"SEARCH":       "SEARCH [RETURN ([return-option ...])] [CHARSET charset] search-key ...",
		"FETCH":        "FETCH sequence-set items [(fetch-modifier ...)]",
		"UID FETCH":    "UID FETCH uid-set items [(fetch-modifier ...)]",
		"STORE":        "STORE sequence-set [(UNCHANGEDSINCE mod-sequence)] [+|-]FLAGS[.SILENT] flags",
		"SORT":         "SORT [RETURN ([return-option ...])] ([REVERSE] sort-key ...) charset search-key ...",
		"SETQUOTA":     "SETQUOTA quota-root ([resource limit ...])",
		"ID":           "ID NIL|(field value ...)",
		"NOTIFY":       "NOTIFY NONE|SET [STATUS] (mailboxes NONE|(event ...)) ...",
		"GETMETADATA":  "GETMETADATA [(option ...)] mailbox entries",
	} {
		if got := Lookup(name).Synopsis(); got != want {
			t.Errorf("\n got  %s\n want %s", got, want)
		}
	}
}

// A command without its arguments is what a beginner types first.
func TestALineThatEndsTooEarlyGetsAnExampleThatFits(t *testing.T) {
	said := 0
	for i := range table {
		c := &table[i]
		m := MatchLine(c.Name)
		done := Complete(m, &View{State: c.States})
		if m.Fits || done.Fits || c.LogsIn {
			continue
		}
		for _, w := range Warnings(m, false, &View{State: c.States}) {
			_, example, ok := strings.Cut(w.Text, "; for example: ")
			if !ok {
				continue
			}
			said++
			if line, file := strings.CutSuffix(example, " < FILE"); file {
				example = line + " {310}"
			}
			if m := MatchLine(example); m.Command != c || !m.Fits {
				t.Errorf("%s: the example is %q", c.Name, example)
			}
		}
	}
	if said < 30 {
		t.Errorf("only %d commands have an example", said)
	}
}
