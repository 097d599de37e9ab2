package wire

import "fmt"

// A Deviation is a row of a Table: one way in which servers violate the grammar or the protocol and
// are still understood.
type Deviation struct {
	Name   string // "bare-lf"
	Text   string // what is wrong, for people; its %-verbs take the arguments of Table.Oddity
	Rule   string // the ABNF rule that is broken; "" if it is a rule of behaviour
	RFC    string // the source of the rule: "RFC 9051 §9"
	Effect string // what it does to clients
}

// A Table holds the deviations that one package reports.
type Table struct {
	rows   []Deviation
	byName map[string]*Deviation
}

// NewTable returns a table of rows. Each must have a name of its own.
func NewTable(rows []Deviation) *Table {
	t := &Table{rows: rows, byName: make(map[string]*Deviation, len(rows))}
	for i := range rows {
		t.byName[rows[i].Name] = &rows[i]
	}
	return t
}

// Rows returns the rows in order. The caller must not change them.
func (t *Table) Rows() []Deviation { return t.rows }

// Oddity returns the deviation of that name as found at byte off of Frame.Raw. The arguments fill in its
// Text and must hold no unescaped bytes of the server.
func (t *Table) Oddity(name string, off int, args ...any) Oddity {
	row := t.byName[name]
	if row == nil {
		row = &Deviation{Name: name, Text: "the response violates the grammar", Rule: ruleLine, RFC: rfc9051, Effect: DropsAll}
	}
	text := row.Text
	if len(args) > 0 {
		text = fmt.Sprintf(text, args...)
	}
	return Oddity{Name: row.Name, Off: int64(off), Text: text, Rule: row.Rule, RFC: row.RFC, Effect: row.Effect}
}

// DropsAll is the effect of most deviations from the grammar.
const DropsAll = "strict clients drop the complete response"
