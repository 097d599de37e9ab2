package transcript

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheResponsesOfATranscriptAreAsTheyWereOnTheWire(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a log", Header + "\nS: * OK ready\nC: a1 noop\nS: * 1 FETCH (X {5}\nS| one\nS: \x20Y {1}\nS| \\x0a\nS: )\nS: a1 OK done\n",
			`2 "* OK ready\r\n" / 4 "* 1 FETCH (X {5}\r\none\r\n Y {1}\r\n\n)\r\n" / 9 "a1 OK done\r\n"`},
		{"a log of two connections", Header + "\nS: * OK ready\nS[bob]: * OK too\nC[bob]: a1 noop\nS[bob]: * 1 FETCH (X {3}\nS: * 1 EXISTS\nS[bob]| abc\nS[bob]: )\nS[bob]: a1 OK\n",
			`2 "* OK ready\r\n" / 3[bob] "* OK too\r\n" / 5[bob] "* 1 FETCH (X {3}\r\nabc)\r\n" / 6 "* 1 EXISTS\r\n" / 9[bob] "a1 OK\r\n"`},
		{"a log that lacks bytes", Header + "\nC: a1 noop\nS: * 1 FETCH (X {9}\nS| one\nS: )\nS: a1 OK done\n",
			`3 "* 1 FETCH (X {9}\r\none\r\n)\r\n" cut / 6 "a1 OK done\r\n"`},
		{"an RFC", "C: a1 fetch 1 body[]\nS: * 1 FETCH (BODY[] {5}\nS: a\nS: bc)\nS: + more\nS: a1 OK done\n",
			`2 "* 1 FETCH (BODY[] {5}\r\na\r\nbc)\r\n" / 6 "a1 OK done\r\n"`},
		{"a screen", "S: * OK [CAPABILITY IMAP4rev1\n    IDLE] ready\nC: a1 noop\nS: a1 OK done\n     (decoded)\n",
			`1 "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n" / 4 "a1 OK done\r\n"`},
		{"a screen that cuts", "C: a1 noop\nS: * LIST () \"/\" long\n   … 20 more\nS: a1 OK done\n",
			`2 "* LIST () \"/\" long\r\n" cut / 4 "a1 OK done\r\n"`},
		{"telnet", "* OK ready\na1 fetch 1 body[]\n* 1 FETCH (BODY[] {6}\nab\ncd)\na1 OK done\n",
			`1 "* OK ready\r\n" / 3 "* 1 FETCH (BODY[] {6}\r\nab\r\ncd)\r\n" / 6 "a1 OK done\r\n"`},
		{"telnet without the size", "* OK ready\na1 fetch 1 body[]\n* 1 FETCH (BODY[] {60}\nab\n)\na1 OK done\n",
			`1 "* OK ready\r\n" / 3 "* 1 FETCH (BODY[] {60}\r\n" cut / 6 "a1 OK done\r\n"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := Judge([]byte(row.text), Options{Hear: true})
			var got []string
			for _, r := range b.Heard {
				conn, cut := "", ""
				if r.Conn != "" {
					conn = "[" + r.Conn + "]"
				}
				if r.Cut {
					cut = " cut"
				}
				got = append(got, fmt.Sprintf("%d%s %q%s", r.At, conn, r.Raw, cut))
			}
			if strings.Join(got, " / ") != row.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, " / "), row.want)
			}
			if without := Judge([]byte(row.text), Options{}); len(without.Heard) > 0 || fmt.Sprint(without.Lines) != fmt.Sprint(b.Lines) {
				t.Error("keeping the responses changes what runs")
			}
		})
	}
}
