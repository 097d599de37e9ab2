package script

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/command"
	"imapsh/internal/match"
)

// remember keeps what the next command does not change: the messages found, until the next search or selection; and
// the UIDs of APPENDUID or COPYUID, until the next command that may have some.
func (a *Answers) remember(next *command.Command) {
	if a.finds() {
		a.last.set, _, a.last.some = a.found()
	}
	if finds(next) || next.Opens || next.After.OK != 0 {
		a.last.set, a.last.some = "", false
	}
	if code := a.copied(); code != nil {
		a.last.copied = slices.Clone(code)
	}
	if next.Attaches || strings.HasSuffix(next.Name, "COPY") || strings.HasSuffix(next.Name, "MOVE") {
		a.last.copied = nil
	}
}

// finds reports whether the current command finds messages.
func (a *Answers) finds() bool { return a.raw || a.of != nil && finds(a.of.Match.Row()) }

func finds(c *command.Command) bool {
	return c.AnsweredBy("SEARCH") || c.AnsweredBy("SORT") || c.AnsweredBy("ESEARCH")
}

// Builtin returns the value of a name that the last command has set, and whether it has one.
func (a *Answers) Builtin(name string) (Value, bool) {
	v := func(s string, ok bool) (Value, bool) { return Value{Text: s, Foreign: true}, ok }
	if !a.Any() {
		return Value{}, false
	}
	switch name {
	case "status":
		return v(a.status, a.status != "")
	case "code":
		return v(first(a.code), a.status != "")
	case "text":
		return v(a.text, a.status != "")
	case "ms":
		return v(strconv.FormatFloat(float64(a.took.Microseconds())/1000, 'f', 1, 64), a.status != "")
	case "found":
		if !a.finds() {
			return v(a.last.set, a.last.some)
		}
		set, _, ok := a.found()
		return v(set, ok)
	case "count":
		if _, n, ok := a.found(); ok {
			return v(strconv.Itoa(n), true)
		}
		if a.over && a.counts["SEARCH"]+a.counts["SORT"]+a.counts["ESEARCH"] > 0 {
			return Value{}, false
		}
		return v(strconv.Itoa(a.counts[a.kindOfData()]), true)
	case "uid", "uidvalidity":
		code := a.copied()
		if code == nil {
			code = a.last.copied
		}
		switch {
		case len(code) < 3:
			return Value{}, false
		case name == "uid":
			return v(code[len(code)-1], true)
		}
		return v(code[1], true)
	}
	return Value{}, false
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// kindOfData returns the name of the responses that carry the command's data.
func (a *Answers) kindOfData() string {
	if a.of == nil {
		return ""
	}
	row := a.of.Match.Row()
	name := strings.TrimPrefix(row.Name, "UID ")
	if row.AnsweredBy(name) || len(row.Answers) == 0 {
		return name
	}
	return row.Answers[0]
}

// copied returns APPENDUID or COPYUID with its arguments, from the answer or from an untagged OK, as for MOVE (RFC
// 6851 §4.3); nil if there is none.
func (a *Answers) copied() []string {
	is := func(code []string) bool { return len(code) > 2 && (code[0] == "APPENDUID" || code[0] == "COPYUID") }
	if is(a.code) {
		return a.code
	}
	for _, k := range a.kept {
		if !bytes.HasPrefix(k.frame.Raw, []byte("* OK [")) {
			continue
		}
		if r := a.read(k); len(r.Args) > 0 && r.Args[0].Kind == match.Code {
			var code []string
			for _, v := range r.Args[0].Inside {
				code = append(code, v.Text)
			}
			if len(code) > 0 {
				code[0] = strings.ToUpper(code[0])
			}
			if is(code) {
				return code
			}
		}
	}
	return nil
}

// found returns the messages that SEARCH, SORT or ESEARCH found, as a set, and their number. ok is false if there was
// no such response, or too much to keep.
func (a *Answers) found() (set string, n int, ok bool) {
	var sets []string
	for _, k := range a.kept[min(a.from, len(a.kept)):] {
		name := k.frame.Raw
		if !hasName(name, "SEARCH") && !hasName(name, "SORT") && !hasName(name, "ESEARCH") {
			continue
		}
		ok = true
		r := a.read(k)
		if r.Name == "ESEARCH" {
			all, count := extended(r)
			if all != "" {
				sets = append(sets, all)
			}
			n += count
			continue
		}
		for _, v := range r.Args {
			if v.Kind == match.Atom {
				sets = append(sets, v.Text)
				n++
			}
		}
	}
	return strings.Join(sets, ","), n, ok
}

// extended returns the set that an ESEARCH response contains, "" if it has none, and the number of messages: COUNT if
// the server has sent it (RFC 9051 §7.3.4).
func extended(r *match.Response) (all string, n int) {
	count := -1
	for i := 0; i+1 < len(r.Args); i++ {
		switch v := r.Args[i+1].Text; strings.ToUpper(r.Args[i].Text) {
		case "ALL":
			all, n = v, match.CountSet(v)
		case "COUNT":
			if c, err := strconv.Atoi(v); err == nil {
				count = c
			}
		}
	}
	if count >= 0 {
		n = count
	}
	return all, n
}

func hasName(raw []byte, name string) bool {
	rest, ok := bytes.CutPrefix(raw, []byte("* "))
	return ok && len(rest) >= len(name) && bytes.EqualFold(rest[:len(name)], []byte(name)) &&
		(len(rest) == len(name) || rest[len(name)] == ' ' || rest[len(name)] == '\r' || rest[len(name)] == '\n')
}
