package script

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/match"
	"imapsh/internal/response"
	"imapsh/internal/wire"
)

// A Row is the names and values that :each sets for one round.
type Row map[string]Value

// maxRows limits how many rounds one :each may have.
const maxRows = 1_000_000

// Rows returns a row for each item of the last command's data: a mailbox of LIST or LSUB, a message of FETCH, a
// number found by SEARCH, SORT or ESEARCH. decode returns readable text for the raw bytes of a header field.
func (a *Answers) Rows(decode func([]byte) string) ([]Row, error) {
	if a.over {
		return nil, errOver
	}
	var rows []Row
	var d response.Decoder
	some := false
	d.Tree.UTF8 = a.tree.UTF8
	for _, k := range a.kept {
		switch v := d.Decode(&k.frame).(type) {
		case *response.List:
			some = true
			if !unselectable(v.Attrs) {
				rows = append(rows, mailboxRow(v, d.Tree.UTF8))
			}
		case *response.Fetch:
			some = true
			rows = append(rows, messageRow(v, a.read(k), decode))
		case *response.Search:
			some = true
			for _, n := range v.Nums {
				rows = append(rows, Row{"n": foreign(strconv.FormatUint(uint64(n), 10))})
			}
		case *response.ESearch:
			some = true
			all, _ := extended(a.read(k))
			if match.CountSet(all) > maxRows {
				return nil, fmt.Errorf("more than %d messages were found: :each stops here", maxRows)
			}
			match.EachOf(all, func(n uint64) { rows = append(rows, Row{"n": foreign(strconv.FormatUint(n, 10))}) })
		}
		if len(rows) > maxRows {
			return nil, fmt.Errorf("more than %d rows came: :each stops here", maxRows)
		}
	}
	if !some && a.of != nil {
		if row := a.of.Match.Row(); !slices.ContainsFunc(row.Answers, func(name string) bool { return eachable[name] }) {
			return nil, errors.New(":each goes through the answer of LIST, LSUB, FETCH, SEARCH or SORT, and the command above is " + a.of.Match.Name)
		}
	}
	return rows, nil
}

// eachable are the responses that make rows.
var eachable = map[string]bool{"LIST": true, "LSUB": true, "XLIST": true, "FETCH": true, "SEARCH": true, "SORT": true, "ESEARCH": true}

func foreign(s string) Value { return Value{Text: s, Foreign: true} }

// unselectable reports whether a mailbox cannot be selected (RFC 9051 §7.3.1). A subscribed mailbox that does not
// exist is a row all the same, since LIST (SUBSCRIBED) asks for it.
func unselectable(attrs [][]byte) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(attrs, func(at []byte) bool { return bytes.EqualFold(at, []byte(name)) })
	}
	return has(`\Noselect`) || has(`\NonExistent`) && !has(`\Subscribed`)
}

// mailboxRow returns ${mailbox}, the name for use in commands, and ${name}, the name for people.
func mailboxRow(v *response.List, utf8 bool) Row {
	wireName := string(v.Mailbox.B)
	name := wireName
	if !utf8 {
		if decoded, ok := wire.DecodeMailbox(wireName); ok {
			name = decoded
		}
	}
	return Row{"mailbox": foreign(wireName), "name": foreign(name)}
}

// messageRow returns ${seq}, the data items by their names in upper case and, if they were fetched, ${subject},
// ${from}, ${date} and ${size}, decoded.
func messageRow(v *response.Fetch, r *match.Response, decode func([]byte) string) Row {
	row := Row{"seq": foreign(strconv.FormatUint(uint64(v.Seq), 10))}
	if len(r.Args) > 0 && r.Args[0].Kind == match.List {
		in := r.Args[0].Inside
		for i := 0; i+1 < len(in); i += 2 {
			if name := strings.ToUpper(in[i].Text); IsName(name) && !in[i+1].Lost {
				row[name] = foreign(written(&in[i+1]))
			}
		}
	}
	for i := range v.Items {
		switch it := &v.Items[i]; it.Kind {
		case response.ItemSize:
			if bytes.EqualFold(it.Name, []byte("RFC822.SIZE")) {
				row["size"] = foreign(strconv.FormatUint(it.Num, 10))
			}
		case response.ItemEnvelope:
			if e := it.Envelope; e != nil {
				row["subject"] = foreign(decode(e.Subject.B))
				row["date"] = foreign(string(e.Date.B))
				if len(e.From) > 0 {
					row["from"] = foreign(string(e.From[0].Mailbox.B) + "@" + string(e.From[0].Host.B))
				}
			}
		}
	}
	return row
}

// written returns a value as text; a list as its values with spaces between them.
func written(v *match.Value) string {
	if v.Kind != match.List {
		if v.Kind == match.Nil {
			return ""
		}
		return v.Text
	}
	var words []string
	for i := range v.Inside {
		words = append(words, written(&v.Inside[i]))
	}
	return strings.Join(words, " ")
}

// LineRow returns the row of a line of a file: ${line}, and ${f1}, ${f2}, … for its fields, which are separated by
// TABs.
func LineRow(text string) Row {
	row := Row{"line": foreign(text)}
	for i, f := range strings.Split(text, "\t") {
		row["f"+strconv.Itoa(i+1)] = foreign(f)
	}
	return row
}

// RowNames returns the names that :each can set, for the rows of a file or of an answer.
func RowNames(file bool) []string {
	if file {
		names := []string{"line"}
		for i := 1; i <= 99; i++ {
			names = append(names, "f"+strconv.Itoa(i))
		}
		return names
	}
	return []string{"mailbox", "name", "seq", "subject", "from", "date", "size", "n"}
}
