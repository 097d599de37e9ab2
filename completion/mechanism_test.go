package completion

import (
	"strings"
	"testing"

	"imapsh/internal/command"
)

func TestTabKnowsTheMechanismsThatAreOffered(t *testing.T) {
	around := Around{Shell: []ShellCommand{{Name: ":auth", Args: "[MECH [USER]]"}, {Name: ":mech", Args: "off|auto|PLAIN|SCRAM-SHA-256"}}}
	offers := &command.View{Caps: map[string]bool{"AUTH=PLAIN": true, "AUTH=SCRAM-SHA-256": true}}
	for line, row := range map[string]struct {
		view *command.View
		want string
	}{
		":auth ":        {offers, "PLAIN SCRAM-SHA-256"},
		":auth scram":   {offers, "SCRAM-SHA-256"},
		":auth scram-":  {&command.View{}, "SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-512 SCRAM-SHA-512-PLUS"},
		":auth plain a": {offers, ""},
		":mech ":        {offers, "off auto PLAIN SCRAM-SHA-256"},
		":mech p":       {offers, "PLAIN"},
	} {
		var got []string
		for _, item := range Complete(line, len(line), row.view, around).Items {
			got = append(got, item.Text)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%q: got %v, want %s", line, got, row.want)
		}
	}
}
