package repl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsh/tagger"
)

// noteOddities says at the end of a command that its responses had oddities, and where.
func (s *Shell) noteOddities(c *tagger.Command) {
	if c.Odd == 0 {
		return
	}
	text := "1 oddity"
	if c.Odd > 1 {
		text = fmt.Sprintf("%d oddities", c.Odd)
	}
	if len(c.OddMessages) > 0 {
		text += ", in " + messages(c.OddMessages)
	} else {
		text += " in the responses to " + c.Tag
	}
	if s.interactive() {
		text += " (:oddities lists "
		if c.Odd == 1 {
			text += "it"
		} else {
			text += "them"
		}
		if len(c.OddMessages) == 1 {
			text += fmt.Sprintf("; read %d raw > FILE saves it", c.OddMessages[0])
		}
		text += ")"
	}
	s.out.Note(text)
}

// messages names messages: "message 17", "messages 3, 5:9 and 40".
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

// listOddities lists what was odd in this session.
func (s *Shell) listOddities(string, inputLine) {
	found, all := s.tag.Found()
	if all == 0 {
		s.out.Note("no oddity so far")
		return
	}
	for i := 0; i < len(found); {
		f := found[i]
		if i == 0 || f.Number != found[i-1].Number {
			if f.Number == 0 {
				s.out.Note("outside of any command")
			} else {
				s.out.Note(f.Tag + " " + safe(f.Line))
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
		s.out.Note(text)
		i = j
	}
	if all > len(found) {
		s.out.Note(fmt.Sprintf("and %d more", all-len(found)))
	}
}

// setShow limits what is shown to responses with oddities.
func (s *Shell) setShow(arg string, _ inputLine) {
	if i, ok := s.choice("show", arg, "all", "odd"); ok {
		o := s.out.Options()
		o.OddOnly = i == 1
		s.out.Configure(o)
	}
}

// setExplain says beneath every command and response what it is.
func (s *Shell) setExplain(arg string, _ inputLine) {
	if i, ok := s.choice("explain", arg, "on", "off"); ok {
		o := s.out.Options()
		o.Explain = i == 0
		s.out.Configure(o)
		s.set("explain", arg)
	}
}
