package command

import (
	"reflect"
	"strings"
	"testing"

	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// withoutDecoder are the responses of extensions that nothing decodes, shown as they are.
var withoutDecoder = map[string]bool{"JMAPACCESS": true, "SCAN": true, "XAPPLEPUSHSERVICE": true}

// ofNoCommand are the responses that are the data of no command: they are about the connection, about a
// command, or about a change, whoever made it.
var ofNoCommand = map[string]bool{
	"+": true, "NO": true, "BAD": true, "PREAUTH": true,
	"CONVERTED": true, "ANNOTATION": true, // their commands, CONVERT and GETANNOTATION, have no row
}

func TestEachResponseIsTheDataOfACommandOrOfNone(t *testing.T) {
	for _, name := range response.Names() {
		of := ""
		for i := range table {
			if table[i].AnsweredBy(name) {
				of = table[i].Name
			}
		}
		if (of == "") != ofNoCommand[name] {
			t.Errorf("%s is the data of %q, in ofNoCommand of internal/command/row_test.go %v: "+
				"name it in Answers of the commands whose data it is, or there", name, of, ofNoCommand[name])
		}
	}
}

func TestEveryRowNamesTheResponsesThatAreItsData(t *testing.T) {
	for i := range table {
		c := &table[i]
		// A row without data of its own says so in words.
		none := strings.HasPrefix(c.Answer, "only the tagged response") || strings.HasPrefix(c.Answer, "continuation requests")
		switch {
		case c.Polls && len(c.Answers) > 0:
			t.Errorf("%s polls, but has data of its own: %q", c.Name, c.Answers)
		case !c.Polls && !none && len(c.Answers) == 0:
			t.Errorf("%s: Answers are missing for %q", c.Name, c.Answer)
		}
		seen := map[string]bool{}
		for _, name := range c.Answers {
			if seen[name] {
				t.Errorf("%s: %s is in Answers twice", c.Name, name)
			}
			seen[name] = true
			switch {
			case !isResponse(name) && !withoutDecoder[name]:
				t.Errorf("%s: no decoder knows a response called %q: correct Answers, write the decoder, or add it to withoutDecoder in internal/command/row_test.go", c.Name, name)
			case isResponse(name) && withoutDecoder[name]:
				t.Errorf("%s: a decoder knows %s: remove it from withoutDecoder in internal/command/row_test.go", c.Name, name)
			}
			if !c.AnsweredBy(name) {
				t.Errorf("%s: AnsweredBy(%q) is false, want true", c.Name, name)
			}
		}
	}
}

// isResponse reports whether a decoder knows an untagged response of this name, with or without
// a number before it.
func isResponse(name string) bool {
	for _, line := range []string{"* " + name + " ", "* 1 " + name + " "} {
		var d response.Decoder
		frame := &wire.Frame{Raw: []byte(line)}
		if _, other := d.Decode(frame).(*response.Other); !other {
			return true
		}
	}
	return false
}

func TestALineOfAnUnknownCommandHasARowWithoutFacts(t *testing.T) {
	m := MatchLine("UID FROBNICATE 1:*")
	if row := m.Row(); row == nil || row.Name != "" || len(row.Answers) > 0 || row.AnsweredBy("FETCH") {
		t.Errorf("got %+v, want a row without facts", row)
	}
	if !m.ByUID() {
		t.Error("UID FROBNICATE is not ByUID")
	}
	if m := MatchLine("FETCH 1 FLAGS"); m.Row() != Lookup("FETCH") || m.ByUID() {
		t.Errorf("FETCH 1 FLAGS: got the row %s, by UID %v", m.Row().Name, m.ByUID())
	}
}

// TestEachFactIsTrueOfTheCommandsThatTheRFCsName lists by fact what the table lists by command.
func TestEachFactIsTrueOfTheCommandsThatTheRFCsName(t *testing.T) {
	for name, fact := range map[string]struct {
		holds func(*Command) bool
		of    string
	}{
		"Opens":        {func(c *Command) bool { return c.Opens }, "SELECT, EXAMINE"},
		"ReadOnly":     {func(c *Command) bool { return c.ReadOnly }, "EXAMINE"},
		"LogsIn":       {func(c *Command) bool { return c.LogsIn }, "AUTHENTICATE, LOGIN"},
		"ForbiddenBy":  {func(c *Command) bool { return c.ForbiddenBy == "LOGINDISABLED" }, "LOGIN"},
		"ForgetsCaps":  {func(c *Command) bool { return c.ForgetsCaps }, "STARTTLS, AUTHENTICATE, LOGIN, UNAUTHENTICATE"},
		"ChangesNames": {func(c *Command) bool { return c.ChangesNames }, "CREATE, DELETE, RENAME"},
		"GivesName":    {func(c *Command) bool { return c.GivesName }, "CREATE, RENAME"},
		"Notifies":     {func(c *Command) bool { return c.Notifies }, "NOTIFY"},
		"Polls":        {func(c *Command) bool { return c.Polls }, "NOOP, IDLE, CHECK"},
		"ByNumber":     {func(c *Command) bool { return c.ByNumber }, "SEARCH, FETCH, STORE, SORT, THREAD"},
		"Expunges":     {func(c *Command) bool { return c.Expunges }, "CLOSE, EXPUNGE, MOVE, UID MOVE, UID EXPUNGE, REPLACE, UID REPLACE"},
		"SetsFlags":    {func(c *Command) bool { return c.SetsFlags }, "STORE, UID STORE"},
		"Lists":        {func(c *Command) bool { return c.Lists }, "LIST, LSUB, RLIST, RLSUB, XLIST"},
		"Saves":        {func(c *Command) bool { return c.Saves }, "FETCH, UID FETCH"},
		"Attaches":     {func(c *Command) bool { return c.Attaches }, "APPEND, REPLACE, UID REPLACE"},
		"MoreBy":       {func(c *Command) bool { return c.MoreBy == "MULTIAPPEND" }, "APPEND"},
		"Long": {func(c *Command) bool { return c.Long }, "CAPABILITY, LIST, LSUB, SEARCH, FETCH, UID FETCH, UID SEARCH, SORT, UID SORT, THREAD, UID THREAD, " +
			"GETMETADATA, ESEARCH, URLFETCH, RLIST, RLSUB, XLIST, SCAN"},
		"Repeats": {func(c *Command) bool { return c.Repeats }, "NOOP, LIST, LSUB, NAMESPACE, STATUS, CHECK, SEARCH, UID FETCH, UID SEARCH, GETACL, MYRIGHTS, GETQUOTA, GETQUOTAROOT, SORT, UID SORT, THREAD, UID THREAD, GETMETADATA"},
		"TLS":     {func(c *Command) bool { return c.Layer == TLS }, "STARTTLS"},
		"Deflate": {func(c *Command) bool { return c.Layer == Deflate }, "COMPRESS"},
		"Idle":    {func(c *Command) bool { return c.Continues == Idle }, "IDLE"},
		"SASL":    {func(c *Command) bool { return c.Continues == SASL }, "AUTHENTICATE"},
		"Confirm": {func(c *Command) bool { return c.Confirm != nil }, "DELETE, RENAME, CLOSE, EXPUNGE, STORE, UID STORE, UID EXPUNGE"},
		"Doubt":   {func(c *Command) bool { return c.Doubt != nil }, "CREATE, DELETE, RENAME, FETCH, STORE, UID FETCH, UID STORE"},
		"no Effect, so that --read-only sends it": {func(c *Command) bool { return c.Effect == nil },
			"CAPABILITY, NOOP, LOGOUT, STARTTLS, AUTHENTICATE, LOGIN, ENABLE, IDLE, UNSELECT, CHECK, ID, UNAUTHENTICATE, COMPRESS, NOTIFY, CANCELUPDATE, LANGUAGE, COMPARATOR"},
		"Effect: reads": {func(c *Command) bool { return is(c.Effect, reads) }, "SELECT, EXAMINE, LIST, LSUB, NAMESPACE, STATUS, SEARCH, UID SEARCH, GETACL, LISTRIGHTS, MYRIGHTS, GETQUOTA, GETQUOTAROOT, SORT, UID SORT, THREAD, UID THREAD, " +
			"GETMETADATA, ESEARCH, URLFETCH, GETJMAPACCESS, RLIST, RLSUB, XLIST, SCAN"},
		"Effect: changes": {func(c *Command) bool { return is(c.Effect, changes) }, "CREATE, SUBSCRIBE, UNSUBSCRIBE, APPEND, COPY, MOVE, UID COPY, UID MOVE, SETACL, DELETEACL, SETQUOTA, SETMETADATA, " +
			"GENURLAUTH, RESETKEY, XAPPLEPUSHSERVICE"},
		"Effect: destroys": {func(c *Command) bool { return is(c.Effect, destroys) }, "DELETE, RENAME, EXPUNGE, UID EXPUNGE, REPLACE, UID REPLACE"},
		"another Effect": {func(c *Command) bool {
			return c.Effect != nil && !is(c.Effect, reads) && !is(c.Effect, changes) && !is(c.Effect, destroys)
		}, "CLOSE, FETCH, STORE, UID FETCH, UID STORE"},
	} {
		var got []string
		for i := range table {
			if fact.holds(&table[i]) {
				got = append(got, table[i].Name)
			}
		}
		if got := strings.Join(got, ", "); got != fact.of {
			t.Errorf("%s: the table and the list here differ\n got  %s\n want %s", name, got, fact.of)
		}
	}
}

// is reports whether an Effect is one of the functions that do not look at the line.
func is(effect, one func(Match, *View) Effect) bool {
	return reflect.ValueOf(effect).Pointer() == reflect.ValueOf(one).Pointer()
}

// TestTheFactsOfARowAgree compares facts that imply each other.
func TestTheFactsOfARowAgree(t *testing.T) {
	for i := range table {
		c := &table[i]
		for _, law := range []struct {
			says string
			a, b bool
		}{
			{"Opens: its OK selects", c.Opens, c.After.OK == Selected},
			{"LogsIn: its OK ends the not authenticated state", c.LogsIn, c.States == NotAuthenticated && c.After.OK == Authenticated},
			{"LogsIn: it has a secret", c.LogsIn, hasArg(c.Args, func(a *Arg) bool { return a.Secret })},
			{"Attaches: it ends in a message", c.Attaches, hasArg(c.Args, func(a *Arg) bool { return a.Kind == Rule && a.Name == "message" })},
			{"MoreBy: its message may be repeated", c.MoreBy != "", hasArg(c.Args, func(a *Arg) bool { return a.Kind == Rule && a.Name == "message" && a.Repeat })},
			{"Saves: it has data items", c.Saves, hasArg(c.Args, func(a *Arg) bool { return a.Terms == FetchItems })},
			{"SetsFlags: it has store items", c.SetsFlags, hasArg(c.Args, func(a *Arg) bool { return a.Terms == StoreItems })},
			{"Saves, SetsFlags: a FETCH answers it", c.Saves || c.SetsFlags, !c.Opens && c.AnsweredBy("FETCH")},
			{"Expunges: an EXPUNGE answers it, unless it closes", c.Expunges && c.After.OK == 0, c.AnsweredBy("EXPUNGE")},
		} {
			if law.a != law.b {
				t.Errorf("%s: %s: %v and %v", c.Name, law.says, law.a, law.b)
			}
		}
		switch {
		case c.ReadOnly && !c.Opens:
			t.Errorf("%s is ReadOnly but does not open a mailbox", c.Name)
		case c.LogsIn && !c.ForgetsCaps:
			t.Errorf("%s logs in but keeps the earlier capabilities", c.Name)
		case c.Lists && !c.AnsweredBy("LIST") && !c.AnsweredBy("LSUB") && !c.AnsweredBy("XLIST"):
			t.Errorf("%s lists, but no LIST, LSUB or XLIST answers it", c.Name)
		case c.ByNumber && strings.HasPrefix(c.Name, "UID "):
			t.Errorf("%s uses UIDs, but has ByNumber", c.Name)
		}
		for _, name := range []string{c.ForbiddenBy, c.MoreBy} {
			if name != "" && LookupCapability(name) == nil {
				t.Errorf("%s: %s is not in the table of capabilities", c.Name, name)
			}
		}
	}
}

// hasArg reports whether the grammar, without looking into rules, has an argument like that.
func hasArg(args []Arg, like func(*Arg) bool) bool {
	for i := range args {
		if like(&args[i]) || hasArg(args[i].Args, like) {
			return true
		}
	}
	return false
}

func TestTheFormByUIDHasTheFactsOfTheFormByNumbers(t *testing.T) {
	for i := range table {
		uid := &table[i]
		name, ok := strings.CutPrefix(uid.Name, "UID ")
		if !ok || name == "EXPUNGE" {
			continue
		}
		c := Lookup(name)
		if c == nil || c.Saves != uid.Saves || c.SetsFlags != uid.SetsFlags || c.Attaches != uid.Attaches || c.Expunges != uid.Expunges ||
			c.Long != uid.Long || c.Lists != uid.Lists || (c.Confirm == nil) != (uid.Confirm == nil) || (c.Doubt == nil) != (uid.Doubt == nil) {
			t.Errorf("%s and %s: the facts differ", uid.Name, name)
			continue
		}
		for _, answer := range c.Answers {
			if !uid.AnsweredBy(answer) {
				t.Errorf("%s answers %s but not %s", answer, name, uid.Name)
			}
		}
	}
}
