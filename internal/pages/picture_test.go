//go:build linux || darwin

package pages

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// A picture has its own background, so that it looks the same on a light and on a dark page.
const (
	cell, line, edge = 8.4, 19, 16 // the width of a column, the height of a row, the margin
	paper, ink, dim  = "#16181d", "#d5d9e0", "#848b98"
	border           = "#4a505c"
)

// inks are the colours of SGR 31 to 36.
var inks = map[string]string{"31": "#f2777a", "32": "#8fd18a", "33": "#f0c674", "34": "#7aa6f2", "35": "#cf9fe6", "36": "#6fc9d6"}

// picture plays a screen, which begins with the line "run COMMAND", and draws it.
func (r *reader) picture(b block) {
	r.Helper()
	words := strings.SplitN(b.comment[0], " ", 3)
	command, ok := strings.CutPrefix(b.comment[1], "run ")
	if len(words) < 3 || !ok {
		r.Fatalf("%s: not \"picture FILE COLUMNSxROWS\" and \"run COMMAND\"", r.line(b.from-len(b.comment)))
	}
	r.flush()
	r.pending, r.pendAt = command, b.from
	b.comment = append([]string{b.comment[0]}, b.comment[2:]...)
	rows := r.perform(b, words[2], true)
	for i := range rows {
		rows[i] = r.shown(rows[i])
	}
	cols, _, _ := strings.Cut(words[2], "x")
	n, _ := strconv.Atoi(cols)
	got := drawing(append([]string{"\x1b[1m$ " + command + "\x1b[0m"}, rows...), n)
	file := filepath.Join(root, words[1])
	old, err := os.ReadFile(file)
	switch {
	case masked(places.ReplaceAllString(string(old), "")) == masked(places.ReplaceAllString(got, "")):
	case *update:
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			r.Fatal(err)
		}
	default:
		r.Errorf("%s differs from the present screen (make docs draws it again): %v\n%s", words[1], err, strings.Join(rows, "\n"))
	}
}

// places match the positions of texts, which change with the times before them.
var places = regexp.MustCompile(` (x|textLength)="[^"]*"`)

// run matches an SGR sequence, or the text up to the next one.
var run = regexp.MustCompile("\x1b\\[([0-9;]*)m|[^\x1b]+")

// drawing returns rows with SGR sequences as SVG. As on a terminal, a style continues in the next row.
func drawing(rows []string, cols int) string {
	var b strings.Builder
	width, height := edge*2+cell*float64(cols), edge*2+line*len(rows)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`+"\n", width, height)
	b.WriteString("<title>A session with imapsh in a terminal</title>\n")
	fmt.Fprintf(&b, `<rect x="0.5" y="0.5" width="%.0f" height="%d" rx="8" fill="%s" stroke="%s"/>`+"\n", width-1, height-1, paper, border)
	fill, bold := ink, false
	for i, row := range rows {
		col := 0
		for _, m := range run.FindAllStringSubmatch(row, -1) {
			if m[1] != "" || strings.HasPrefix(m[0], "\x1b") {
				for _, code := range strings.Split(m[1], ";") {
					switch code {
					case "", "0":
						fill, bold = ink, false
					case "1":
						bold = true
					case "2":
						fill = dim
					case "22":
						bold = false
					case "39":
						fill = ink
					default:
						if c, ok := inks[code]; ok {
							fill = c
						}
					}
				}
				continue
			}
			text := strings.TrimLeft(m[0], " ")
			at := col + len(m[0]) - len(text)
			col += uniseg.StringWidth(m[0])
			if text = strings.TrimRight(text, " "); text == "" {
				continue
			}
			weight := ""
			if bold {
				weight = ` font-weight="bold"`
			}
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" fill="%s"%s textLength="%.1f" xml:space="preserve">%s</text>`+"\n",
				edge+cell*float64(at), edge+line*i+14, fill, weight, cell*float64(uniseg.StringWidth(text)), html.EscapeString(text))
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
