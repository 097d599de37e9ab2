package wire

import "fmt"

// A Deviation is a row of a table of oddities: one way in which servers violate the
// grammar, or the protocol, and are still understood.
type Deviation struct {
	Name   string // "bare-lf"
	Text   string // what is wrong, for people; %-verbs take the arguments of Table.Oddity
	Rule   string // the ABNF rule that is broken; "" if it is one of behaviour
	RFC    string // where the rule is: "RFC 9051 §9"
	Effect string // what it does to clients
}

// A Table is the deviations that one package finds.
type Table struct {
	rows   []Deviation
	byName map[string]*Deviation
}

// NewTable makes a table of rows, whose names differ.
func NewTable(rows []Deviation) *Table {
	t := &Table{rows: rows, byName: make(map[string]*Deviation, len(rows))}
	for i := range rows {
		t.byName[rows[i].Name] = &rows[i]
	}
	return t
}

// Rows returns the rows in their order, which are not to be changed.
func (t *Table) Rows() []Deviation { return t.rows }

// Oddity returns the row with that name as found at an offset in Frame.Raw. The arguments fill its
// sentence and must not bring bytes of the server unescaped.
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
