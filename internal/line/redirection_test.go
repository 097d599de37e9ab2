package line

import (
	"reflect"
	"testing"
	"time"

	"imapsh/internal/command"
)

func TestRedirectionsAreTheLastWordsOfALine(t *testing.T) {
	tests := []struct {
		typed, line string
		want        Redirection
	}{
		{"fetch 5 body[] > out.eml", "fetch 5 body[]", Redirection{Out: "out.eml"}},
		{"fetch 5 body[] >> out.eml &", "fetch 5 body[]", Redirection{Out: "out.eml", Append: true, Background: true}},
		{`fetch 5 body[] > "two words"`, "fetch 5 body[]", Redirection{Out: "two words"}},
		{"fetch 1:* flags | grep -c '\\Seen'", "fetch 1:* flags", Redirection{Pipe: "grep -c '\\Seen'"}},
		{"append box (\\Seen) < mail.eml", "append box (\\Seen)", Redirection{In: "mail.eml"}},
		{"append box <= mail.eml", "append box", Redirection{In: "mail.eml", AsIs: true}},
		{"append box <<END", "append box", Redirection{Until: "END"}},
		{"noop &", "noop", Redirection{Background: true}},
		{`search subject "a | b"`, `search subject "a | b"`, Redirection{}},
		{`search subject ">" x`, `search subject ">" x`, Redirection{}},
		{"fetch 1 (body[header.fields (to > from)])", "fetch 1 (body[header.fields (to > from)])", Redirection{}},
		{"create a&b", "create a&b", Redirection{}},
		{"append x < a b.eml", "append x < a b.eml", Redirection{Refused: `a file name with spaces needs quotes: < "a b.eml"`}},
		{"fetch 5 body[] > my mail.eml", "fetch 5 body[] > my mail.eml", Redirection{Refused: `a file name with spaces needs quotes: > "my mail.eml"`}},
		{`append box "x`, `append box "x`, Redirection{}},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			line, got := Redirect(tt.typed)
			if line != tt.line || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q %+v\nwant %q %+v", line, got, tt.line, tt.want)
			}
		})
	}
}

func TestRedirectionsElsewhereAreArgumentsWithAWarning(t *testing.T) {
	for _, typed := range []string{"list \"\" > x", "search < x", "select <<x"} {
		line, got := Redirect(typed)
		if line != typed || len(got.Doubts) != 1 {
			t.Errorf("%s: got %q and %d doubts", typed, line, len(got.Doubts))
		}
	}
}

func TestIdleForTakesADuration(t *testing.T) {
	if line, got := Redirect("idle --for 5s"); got.IdleFor != 5*time.Second || line != "idle" {
		t.Errorf("got %v %q", got.IdleFor, line)
	}
	for _, typed := range []string{"idle", "idle --for", "idle --for x", "idle --for -1s", "noop --for 5s"} {
		if line, got := Redirect(typed); got.IdleFor != 0 || line != typed {
			t.Errorf("%s: got %q %v", typed, line, got.IdleFor)
		}
	}
}

func TestALineThatLogsInHasNoRedirection(t *testing.T) {
	for _, typed := range []string{"login alice ab | S", "LOGIN alice a > b", "authenticate plain &", "login alice <<x"} {
		if line, got := Redirect(typed); line != typed || !reflect.DeepEqual(got, Redirection{}) {
			t.Errorf("%s: got %q %+v", typed, line, got)
		}
	}
}

func TestACommandThatChangesTheLayerIsNeverInTheBackground(t *testing.T) {
	for _, typed := range []string{"starttls", "compress deflate"} {
		if line, got := Redirect(typed + " &"); line != typed || got.Background || len(got.Doubts) != 1 {
			t.Errorf("%s: got %q %+v", typed, line, got)
		}
	}
}

func TestAStatementSaysWhomALineIsFor(t *testing.T) {
	shell := func(word string) bool { return word == "quit" }
	for _, row := range []struct {
		typed string
		want  Statement
	}{
		{"", Statement{}},
		{"  # a comment", Statement{}},
		{" :Wire full ", Statement{Kind: Shell, Word: "wire", Arg: "full"}},
		{"quit", Statement{Kind: Shell, Word: "quit"}},
		{"a1  NOOP & ", Statement{Kind: Command, Tag: "a1", Blank: "  ", Body: "NOOP & "}},
		{" noop &", Statement{Kind: Command, Body: "noop", Redirection: Redirection{Background: true}}},
	} {
		row.want.Typed = command.Text(row.typed)
		if got := Read(command.Text(row.typed), shell); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%q:\ngot  %+v\nwant %+v", row.typed, got, row.want)
		}
	}
}
