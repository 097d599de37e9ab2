package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsh/internal/command"
	"imapsh/internal/script"
	. "imapsh/internal/testserver"
)

func TestTabAfterAConnectionsNameKnowsWhatThatConnectionKnows(t *testing.T) {
	t.Parallel()
	main := canned(t, preauth, expect(`LIST`), Send("* LIST () \"/\" Mainbox\r\n{tag} OK\r\n"))
	bob := canned(t, preauth, expect(`LIST`), Send("* LIST () \"/\" Bobs\r\n{tag} OK\r\n"), expect("select Bobs"), Send("* FLAGS (bobbish)\r\n{tag} OK [READ-WRITE] done\r\n"))
	s := two(t, main, bob)
	s.tab(":bob select B")
	s.sees(`C[bob]: a001 LIST "" "*"`)
	s.edited(1, ":bob select Bobs |")
	s.tab("select M")
	s.sees(`C: a001 LIST "" "*"`)
	s.edited(2, "select Mainbox |")
	s.typ(":bob select Bobs")
	s.sees("S[bob]: a002 OK")
	s.tab(":bob store 1 +flags (bob")
	s.edited(3, ":bob store 1 +flags (bobbish |")
	s.tab(":bob sele")
	s.edited(4, ":bob select |")
	s.tab(":defer :bob copy 1 B")
	s.edited(5, ":defer :bob copy 1 Bobs |")
	s.tab(":each :main append M")
	s.edited(6, ":each :main append Mainbox |")
	s.tab(":close b")
	s.edited(7, ":close bob |")
	if main, bob := strings.Count(main.Received(), "LIST"), strings.Count(bob.Received(), "LIST"); main != 1 || bob != 1 {
		t.Errorf("LIST was sent %d and %d times", main, bob)
	}
}

func TestTheHintAfterAConnectionsNameIsForThatConnection(t *testing.T) {
	t.Parallel()
	v := &views{front: &command.View{}, of: map[string]*command.View{"main": {}, "bob": {State: command.Selected}}}
	for line, want := range map[string]string{
		":bob": " [LINE]", ":bob ": "[LINE]", ":bob login": " user password", ":bob :clock ": "on|off", ":bob a1 login": "", ":eve login": "", ":defer :bob login ": "user password", ":bob :main ": "[LINE]",
	} {
		if got := hintFor(line, v); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestTabKnowsTheNamesOfScripts(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth), func(o *Options, _ *Shell) { o.Env = func(string) (string, bool) { return "", false } })
	s.typ(":set mine 57", ":print ${mine}")
	s.sees("57")
	for i, row := range [][2]string{
		{"select ${sel", "select ${selected}|"},
		{":print ${uidv", ":print ${uidvalidity}|"},
		{"expect ${mi", "expect ${mine}|"},
		{"fetch ${found} ${en", "fetch ${found} ${env.|"},
		{"login ${user}${ho", "login ${user}${host}|"},
	} {
		s.tab(row[0])
		s.edited(i+1, row[1])
	}
	s.tab("select ${")
	s.sees("     ${now}", "     ${count}")
	s.tab("noop ${ nothing of the kind")
	s.typ("noop")
	s.sees("S: a001 OK")
	if n := len(s.edits); n != 5 {
		t.Errorf("%d lines were written: %q", n, s.edits)
	}
}

func TestTabKnowsTheWordsOfExpectAndTheArgumentsOfSetAndEach(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth))
	file := filepath.Join(s.dir, "users.txt")
	os.WriteFile(file, nil, 0o600)
	for i, row := range [][2]string{
		{"expect no", ""}, // "not", NO
		{"expect wi", "expect within |"},
		{"expect within 5s b", ""}, // BAD, BYE
		{"expect not within 5s l", "expect not within 5s LOST |"},
		{"expect OK o", "expect OK or |"},
		{":expect NO or by", ":expect NO or BYE |"},
		{"expect 3 ", "expect 3 * |"},
		{"expect * listr", "expect * LISTRIGHTS |"},
		{"expect 2 * stat", "expect 2 * STATUS |"},
		{"expect * 3 exi", "expect * 3 EXISTS |"},
		{"expect OK or * 3 fetch (UID 7) o", "expect OK or * 3 fetch (UID 7) or |"},
		{"expect NO [tryc", "expect NO [TRYCREATE] |"},
		{"expect not within 5s * ok [uidne", "expect not within 5s * ok [UIDNEXT |"},
		{"expect OK or BAD [CLIENTB", "expect OK or BAD [CLIENTBUG] |"},
		{"expect ${count} !", "expect ${count} != |"},
		{":set clo", ":set clock |"},
		{":set clock of", ":set clock off |"},
		{":set mech SCRAM-SHA-256-", ":set mech SCRAM-SHA-256-PLUS |"},
		{":each < " + file[:len(file)-3], ":each < " + file + " |"},
		{":each < " + file + " sele", ":each < " + file + " select |"},
		{":defer expu", ":defer expunge |"},
		{":watch 5 x3 uid expu", ":watch 5 x3 uid expunge |"},
	} {
		before := len(s.edits)
		s.tab(row[0])
		switch {
		case row[1] != "":
			s.edited(before+1, row[1])
		case i == 0:
			s.sees("     not  ", "NO")
		default:
			s.edited(before+1, "expect within 5s B|")
		}
	}
}

func TestWhatMayFollowInExpectIsReadByExpect(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "not ", "within 5s ", "not within 5s ", "OK or ", "not OK or ", "* LIST or 3 ", "* ", "2 * ", "* 3 ", "* LIST ", "OK or * 3 FETCH ", "${n} "} {
		words, _ := script.AfterExpect(text)
		for _, word := range words {
			switch word {
			case "not":
				word += " OK"
			case "within":
				word += " 5s OK"
			case "or":
				word += " OK"
			case "*":
				word += " LIST"
			case "=", "!=", "<", "<=", ">", ">=":
				word += " 3"
			case "~":
				word += " /x/"
			}
			if _, err := script.ParseExpect(text + word); err != nil {
				t.Errorf("%q: %v", text+word, err)
			}
		}
	}
	for _, text := range []string{"not or ", "or ", "or or ", "within or or ", "3 or 4 or ", "* or ", "within ", "/or ", "\"or "} {
		script.AfterExpect(text) // it must return
	}
}
