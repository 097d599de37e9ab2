package render

import (
	"strconv"
	"strings"
	"time"

	"imapsh/internal/latency"
	"imapsh/internal/text"
)

// Latencies shows how long the commands took: on Err if end says that it is the end of a run, otherwise as notes. JSON
// objects go where a script prints to.
func (r *Renderer) Latencies(all []latency.Summary, end bool) {
	r.mode.pause()
	if m, ok := r.mode.(*jsonMode); ok {
		m.latencies(all)
		return
	}
	width := 0
	switch {
	case end && r.opts.ErrWidth != nil:
		width = r.opts.ErrWidth()
	case !end && r.opts.Terminal:
		width = r.width() - len("-- ")
	}
	rows := latencyRows(all, width)
	if !end {
		for _, row := range rows {
			r.mode.note("", row)
		}
		return
	}
	r.Flush()
	for _, row := range rows {
		r.err.buf = append(append(r.err.buf, row...), '\n')
	}
	r.err.flush()
}

// latencyRows returns a table and, below it, a histogram for each command. A width of 0 means a pipe, for which
// there are no histograms.
func latencyRows(all []latency.Summary, width int) []string {
	cells := [][]string{{"command", "n", "failed", "min", "median", "p95", "p99", "max"}}
	for i := range all {
		s := &all[i]
		row := []string{s.Name, count(s.Answered), count(s.Failed)}
		for _, d := range timesOf(s) {
			row = append(row, text.Precise(d))
		}
		if s.Answered == 0 {
			row = append(row[:3], "-", "-", "-", "-", "-")
		}
		cells = append(cells, row)
	}
	wide := make([]int, len(cells[0]))
	sum := 2 * (len(wide) - 1)
	for i := range wide {
		for _, row := range cells {
			wide[i] = max(wide[i], text.Width(row[i]))
		}
		sum += wide[i]
	}
	var rows []string
	if width > 0 && sum > width {
		rows = latencyBlocks(cells, width)
	} else {
		for _, row := range cells {
			line := text.Pad(row[0], wide[0])
			for i, cell := range row[1:] {
				line += strings.Repeat(" ", 2+wide[i+1]-text.Width(cell)) + cell
			}
			rows = append(rows, line)
		}
	}
	if width > 0 {
		for i := range all {
			rows = append(rows, barRows(&all[i], width)...)
		}
	}
	return rows
}

// latencyBlocks returns the table in another form if it does not fit: a few lines for each command.
func latencyBlocks(cells [][]string, width int) []string {
	var rows []string
	for _, row := range cells[1:] {
		line := row[0]
		for i, cell := range row[1:] {
			item := cells[0][i+1] + " " + cell
			if text.Width(line)+2+text.Width(item) > width {
				rows, line = append(rows, line), ""
			}
			line += "  " + item
		}
		rows = append(rows, line)
	}
	return rows
}

// timesOf returns the columns of the table that are times.
func timesOf(s *latency.Summary) []time.Duration {
	return []time.Duration{s.Min, s.Median, s.P95, s.P99, s.Max}
}

func count(n int64) string { return string(text.AppendCount(nil, n)) }

// blocks fill an eighth of a column each, up to seven.
var blocks = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// longestBar is the greatest width of a bar, in columns.
const longestBar = 60

// barRows returns a histogram: one row for each bar, the longest as wide as the terminal allows.
func barRows(s *latency.Summary, width int) []string {
	if s.Answered < 2 {
		return nil
	}
	labels, most, counts := 0, int64(0), 0
	for _, b := range s.Bars {
		labels = max(labels, len(text.Precise(b.UpTo)))
		counts = max(counts, len(count(b.Count)))
		most = max(most, b.Count)
	}
	room := min(max(width-len("  ≤ ")-labels-2-counts-1, 1), longestBar)
	rows := []string{"", s.Name}
	for _, b := range s.Bars {
		label := text.Precise(b.UpTo)
		row := "  ≤ " + strings.Repeat(" ", labels-len(label)) + label
		if b.Count > 0 {
			eighths := max(int(b.Count*int64(8*room)/most), 1)
			row += "  " + strings.Repeat("█", eighths/8) + blocks[eighths%8] + " " + count(b.Count)
		}
		rows = append(rows, row)
	}
	return rows
}

// latencies writes an object for each command.
func (m *jsonMode) latencies(all []latency.Summary) {
	for i := range all {
		s := &all[i]
		b := m.begin("latency", "")
		b = appendJSON(append(b, `,"command_name":`...), []byte(s.Name))
		b = strconv.AppendInt(append(b, `,"answered":`...), s.Answered, 10)
		b = strconv.AppendInt(append(b, `,"failed":`...), s.Failed, 10)
		if s.Answered > 0 {
			for i, name := range []string{"min_ms", "median_ms", "p95_ms", "p99_ms", "max_ms"} {
				b = appendMillis(b, name, timesOf(s)[i])
			}
			b = append(b, `,"histogram":[`...)
			for i, bar := range s.Bars {
				if i > 0 {
					b = append(b, ',')
				}
				b = strconv.AppendInt(append(b, `{"count":`...), bar.Count, 10)
				b = append(appendMillis(b, "up_to_ms", bar.UpTo), '}')
			}
			b = append(b, ']')
		}
		m.printed(b)
	}
}
