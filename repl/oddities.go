package repl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/internal/text"
	"imapsh/internal/trace"
)

// A found says at the end of a command that its responses had protocol violations, and where.
type found struct{ s *Shell }

// Depth says that frames are enough: others have found the violations.
func (*found) Depth() trace.Depth { return trace.Frames }

// Hear handles the end of a command.
func (f *found) Hear(e *trace.Event) {
	if e.Kind != trace.Response || !e.Seen.Done || e.Seen.Command.Odd == 0 {
		return
	}
	c := e.Seen.Command
	says := string(text.AppendPlural(nil, int64(c.Odd), "protocol violation", "protocol violations"))
	if len(c.OddMessages) > 0 {
		says += ", in " + messages(c.OddMessages)
	} else {
		says += " in the responses to " + c.Tag
	}
	if f.s.interactive() {
		says += " (:oddities lists "
		if c.Odd == 1 {
			says += "it"
		} else {
			says += "them"
		}
		if len(c.OddMessages) == 1 {
			says += fmt.Sprintf("; read %d raw > FILE saves it", c.OddMessages[0])
		}
		says += ")"
	}
	f.s.say(trace.Note, e.Conn, says)
}

// messages returns a list of messages: "message 17", "messages 3, 5:9 and 40".
func messages(numbers []uint32) string {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	if len(numbers) == 1 {
		return fmt.Sprintf("message %d", numbers[0])
	}
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if part := strconv.FormatUint(uint64(numbers[i]), 10); j > i {
			parts = append(parts, part+":"+strconv.FormatUint(uint64(numbers[j]), 10))
		} else {
			parts = append(parts, part)
		}
		i = j + 1
	}
	const most = 12
	if len(parts) > most {
		return fmt.Sprintf("messages %s and others", strings.Join(parts[:most], ", "))
	}
	return "messages " + strings.Join(parts, ", ")
}

// listOddities lists the protocol violations of this session.
func (s *Shell) listOddities(_ *task, c call) {
	if c.on == nil {
		s.note("no protocol violations so far")
		return
	}
	found, all := c.on.Found()
	if all == 0 {
		s.note("no protocol violations so far")
		return
	}
	for i := 0; i < len(found); {
		f := found[i]
		if i == 0 || f.Number != found[i-1].Number {
			if f.Number == 0 {
				s.note("outside any command")
			} else {
				s.note(f.Tag + " " + safe(f.Line))
			}
		}
		j := i
		var in []uint32
		for j < len(found) && found[j].Number == f.Number && found[j].Name == f.Name {
			if m := found[j].Message; m > 0 {
				in = append(in, m)
			}
			j++
		}
		text := fmt.Sprintf("  %s: %s (%s)", f.Name, safe(f.Text), f.RFC)
		switch {
		case len(in) > 0:
			text += "; " + messages(in)
		case j-i > 1:
			text += fmt.Sprintf("; %d times", j-i)
		}
		s.note(text)
		i = j
	}
	if all > len(found) {
		s.note(fmt.Sprintf("and %d more", all-len(found)))
	}
}
